"""Transaction extensions that check who sends a transaction, to which chain, and for how long.

Identifiers, type paths and the parts in and behind the extrinsic are Vara's, so that clients
which know Vara sign for this chain. What is only signed is compared by the signature itself: a
transaction made for another genesis or version fails as BadProof. Sources: frame_system's
extensions, polkadot-sdk stable2409; gear, vara/runtime/vara/src/lib.rs (CustomCheckNonce).
"""

from typing import Tuple

from parachain.primitives.era import ERA, Era
from parachain.primitives.scale import (
    COMPACT_U32,
    H256,
    U32,
    UNIT,
    Codec,
    Composite,
    newtype,
)
from parachain.primitives.transaction_validity import (
    U64_MAX,
    InvalidTransaction,
    ValidTransaction,
)
from parachain.runtime.frame.error import invalid
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.extension import Dispatched, TransactionExtension
from parachain.runtime.pallets.system.block import block_hash, block_number
from parachain.runtime.pallets.system.storage import AccountInfo, account, block_hashes
from parachain.runtime.pallets.system.version import RUNTIME_VERSION

_CONFIG = (("T", None),)


def empty(path: str) -> Codec[Tuple[()]]:
    """Codec of an extension that adds nothing to the extrinsic."""
    return UNIT.described(Composite(path, (), _CONFIG), path.rpartition("::")[2])


#: On Vara it keeps certain accounts from staking. This chain has no staking; the name is kept
#: because clients of Vara expect it.
STAKING_BLACK_LIST = TransactionExtension(
    "StakingBlackList", empty("pallet_gear_staking_rewards::extension::StakingBlackList"), UNIT
)

# -- the sender is not the zero account ----------------------------------------------------------

_ZERO_ACCOUNT = bytes(32)


def _check_non_zero(ext: Ext, value: Tuple[()], who: bytes, tx: Dispatched) -> None:  # noqa: ARG001
    if who == _ZERO_ACCOUNT:
        invalid(InvalidTransaction.BAD_SIGNER)


CHECK_NON_ZERO_SENDER = TransactionExtension(
    "CheckNonZeroSender",
    empty("frame_system::extensions::check_non_zero_sender::CheckNonZeroSender"),
    UNIT,
    validate=_check_non_zero,
    prepare=_check_non_zero,
)

# -- the runtime and the chain are those it was signed for ---------------------------------------


def _spec_version(ext: Ext, value: Tuple[()]) -> int:  # noqa: ARG001  one signature for all
    return RUNTIME_VERSION.spec_version


def _transaction_version(ext: Ext, value: Tuple[()]) -> int:  # noqa: ARG001
    return RUNTIME_VERSION.transaction_version


def _genesis_hash(ext: Ext, value: Tuple[()]) -> bytes:  # noqa: ARG001
    return block_hash(ext, 0)


CHECK_SPEC_VERSION = TransactionExtension(
    "CheckSpecVersion",
    empty("frame_system::extensions::check_spec_version::CheckSpecVersion"),
    U32,
    implicit=_spec_version,
)
CHECK_TX_VERSION = TransactionExtension(
    "CheckTxVersion",
    empty("frame_system::extensions::check_tx_version::CheckTxVersion"),
    U32,
    implicit=_transaction_version,
)
CHECK_GENESIS = TransactionExtension(
    "CheckGenesis",
    empty("frame_system::extensions::check_genesis::CheckGenesis"),
    H256,
    implicit=_genesis_hash,
)

# -- mortality -------------------------------------------------------------------------------------


def _birth_hash(ext: Ext, era: Era) -> bytes:
    """Hash of the block the era begins with; of genesis for an immortal one."""
    birth = era.birth(block_number(ext))
    if not block_hashes.contains(ext, birth):
        invalid(InvalidTransaction.ANCIENT_BIRTH_BLOCK)
    return block_hash(ext, birth)


def _longevity(ext: Ext, era: Era, who: bytes, tx: Dispatched) -> ValidTransaction:  # noqa: ARG001
    current = block_number(ext)
    return ValidTransaction(0, (), (), max(era.death(current) - current, 0), True)


CHECK_MORTALITY = TransactionExtension(
    "CheckMortality",
    newtype("frame_system::extensions::check_mortality::CheckMortality", ERA, _CONFIG),
    H256,
    implicit=_birth_hash,
    validate=_longevity,
)

# -- nonce -----------------------------------------------------------------------------------------


def _nonce_tag(who: bytes, nonce: int) -> bytes:
    return who + nonce.to_bytes(4, "little")


def _order_by_nonce(
    ext: Ext,
    nonce: int,
    who: bytes,
    tx: Dispatched,  # noqa: ARG001  one signature for all
) -> ValidTransaction:
    """Refuse an old nonce; one ahead of the account's waits for the transaction before it."""
    current = account.get(ext, who).nonce
    if nonce < current:
        invalid(InvalidTransaction.STALE)
    requires = (_nonce_tag(who, nonce - 1),) if nonce > current else ()
    return ValidTransaction(0, requires, (_nonce_tag(who, nonce),), U64_MAX, True)


def _use_nonce(ext: Ext, nonce: int, who: bytes, tx: Dispatched) -> None:  # noqa: ARG001
    """Count the transaction, even for an account that does not exist: Vara's own rule.

    With vouchers an account may send what another pays for. Refuses with Stale or Future.
    """
    current, consumers, providers, sufficients, data = account.get(ext, who)
    if nonce != current:
        invalid(InvalidTransaction.STALE if nonce < current else InvalidTransaction.FUTURE)
    account.put(ext, who, AccountInfo(current + 1, consumers, providers, sufficients, data))


CHECK_NONCE = TransactionExtension(
    "CheckNonce",
    newtype("vara_runtime::CustomCheckNonce", COMPACT_U32.named("T::Nonce"), _CONFIG),
    UNIT,
    validate=_order_by_nonce,
    prepare=_use_nonce,
)
