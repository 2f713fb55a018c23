from collections.abc import Callable

import pytest

from parachain.primitives.dispatch_info import (
    DispatchClass,
    DispatchInfo,
    Pays,
    PostDispatchInfo,
)
from parachain.primitives.era import IMMORTAL, Era, mortal
from parachain.primitives.transaction_validity import (
    U64_MAX,
    InvalidTransaction,
    TransactionValidityError,
    UnknownTransaction,
)
from parachain.primitives.weight import Weight
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.error import InvalidTransactionFailed
from parachain.runtime.frame.extension import Dispatched
from parachain.runtime.pallets import system
from parachain.runtime.pallets.system import storage
from parachain.runtime.pallets.system.check_weight import bare_prepare, bare_validate
from parachain.runtime.pallets.system.metadata_hash import CheckMetadataHash, MetadataHash, Mode
from tests.runtime.blocks import ALICE, open_block, type_path
from tests.runtime.memory_ext import MemoryExt

NORMAL, OPERATIONAL, MANDATORY = DispatchClass
MAX_EXTRINSIC = 219_892_926_000
BASE = 107_074_000


def transaction(
    ref_time: int = 1000, length: int = 100, kind: DispatchClass = NORMAL, proof_size: int = 0
) -> Dispatched:
    info = DispatchInfo(Weight(ref_time, proof_size), kind, Pays.YES)
    return Dispatched(system.remark(b""), info, length)


def refusal(function: Callable[..., object], *args: object) -> TransactionValidityError:
    with pytest.raises(InvalidTransactionFailed) as failed:
        function(*args)
    return failed.value.error


def test_the_order_and_the_types_are_those_of_vara() -> None:
    """Source: metadata V15 of Vara's development runtime, see test_system_declarations."""
    shown = [
        (extension.identifier, type_path(extension.codec), extension.implicit_codec.min_size)
        for extension in RUNTIME.extensions
    ]
    checks = "frame_system::extensions::"
    assert shown == [
        ("StakingBlackList", "pallet_gear_staking_rewards::extension::StakingBlackList", 0),
        ("CheckNonZeroSender", checks + "check_non_zero_sender::CheckNonZeroSender", 0),
        ("CheckSpecVersion", checks + "check_spec_version::CheckSpecVersion", 4),
        ("CheckTxVersion", checks + "check_tx_version::CheckTxVersion", 4),
        ("CheckGenesis", checks + "check_genesis::CheckGenesis", 32),
        ("CheckMortality", checks + "check_mortality::CheckMortality", 32),
        ("CheckNonce", "vara_runtime::CustomCheckNonce", 0),
        ("CheckWeight", checks + "check_weight::CheckWeight", 0),
        ("ChargeTransactionPayment", "pallet_gear_payment::CustomChargeTransactionPayment", 0),
        ("CheckMetadataHash", "frame_metadata_hash_extension::CheckMetadataHash", 1),
    ]


def test_the_extrinsic_carries_era_nonce_tip_and_mode() -> None:
    values = ((), (), (), (), (), IMMORTAL, 5, (), 10, CheckMetadataHash(Mode.DISABLED))
    raw = b"".join(
        extension.codec.encode(value)
        for extension, value in zip(RUNTIME.extensions, values, strict=True)
    )
    assert raw.hex() == "00" + "14" + "28" + "00"


def test_the_zero_account_sends_nothing() -> None:
    ext = open_block()
    for check in (system.CHECK_NON_ZERO_SENDER.validate, system.CHECK_NON_ZERO_SENDER.prepare):
        assert refusal(check, ext, (), bytes(32), transaction()) is InvalidTransaction.BAD_SIGNER
        assert check(ext, (), ALICE, transaction()) is None


def test_what_is_only_signed() -> None:
    ext = open_block()
    storage.block_hashes.put(ext, 0, b"g" * 32)
    assert system.CHECK_SPEC_VERSION.implicit(ext, ()) == 20_000
    assert system.CHECK_TX_VERSION.implicit(ext, ()) == 1
    assert system.CHECK_GENESIS.implicit(ext, ()) == b"g" * 32
    assert system.CHECK_MORTALITY.implicit(ext, IMMORTAL) == b"g" * 32
    assert system.CHECK_WEIGHT.implicit(ext, ()) == ()


def test_mortality() -> None:
    ext = open_block(100)
    storage.block_hashes.put(ext, 96, b"h" * 32)
    era = mortal(16, 97)
    # Eras of 16 that are in phase 1 begin at 97 and end before 113.
    assert era == Era(16, 1)
    error = refusal(system.CHECK_MORTALITY.implicit, ext, era)
    assert error is InvalidTransaction.ANCIENT_BIRTH_BLOCK
    storage.block_hashes.put(ext, 97, b"i" * 32)
    assert system.CHECK_MORTALITY.implicit(ext, era) == b"i" * 32
    valid = system.CHECK_MORTALITY.validate(ext, era, ALICE, transaction())
    assert valid == (0, (), (), 13, True)
    valid = system.CHECK_MORTALITY.validate(ext, IMMORTAL, ALICE, transaction())
    assert valid is not None
    assert valid.longevity == U64_MAX - 100


def test_nonces_are_used_in_their_order() -> None:
    ext = open_block()
    check, use = system.CHECK_NONCE.validate, system.CHECK_NONCE.prepare
    assert check(ext, 0, ALICE, transaction()) == (0, (), (ALICE + bytes(4),), U64_MAX, True)
    ahead = check(ext, 3, ALICE, transaction())
    assert ahead is not None
    assert ahead.requires == (ALICE + b"\2\0\0\0",)
    assert ahead.provides == (ALICE + b"\3\0\0\0",)
    assert refusal(use, ext, 1, ALICE, transaction()) is InvalidTransaction.FUTURE
    use(ext, 0, ALICE, transaction())
    assert system.account_nonce(ext, ALICE) == 1, "an account that does not exist may send"
    assert refusal(use, ext, 0, ALICE, transaction()) is InvalidTransaction.STALE
    assert refusal(check, ext, 0, ALICE, transaction()) is InvalidTransaction.STALE


def test_using_a_nonce_keeps_the_rest_of_the_account() -> None:
    ext = open_block()
    system.inc_providers(ext, ALICE)
    data = system.AccountData(7, 8, 9, system.NEW_LOGIC)
    system.account_store_set(ext, ALICE, data)
    system.CHECK_NONCE.prepare(ext, 0, ALICE, transaction())
    assert system.account.get(ext, ALICE) == (1, 0, 1, 0, data)


# -- weight ----------------------------------------------------------------------------------


def take(ext: MemoryExt, tx: Dispatched) -> None:
    system.CHECK_WEIGHT.prepare(ext, (), ALICE, tx)


def test_weight_and_length_are_taken_from_the_block() -> None:
    ext = open_block()
    take(ext, transaction(1000, 100, proof_size=7))
    take(ext, transaction(500, 50, OPERATIONAL))
    assert system.all_extrinsics_len(ext) == 150
    normal, operational, mandatory = system.block_weight(ext)
    assert normal == Weight(BASE + 1000, 107), "the bytes of an extrinsic count as proof"
    assert operational == Weight(BASE + 500, 50)
    assert mandatory == Weight(0, 0)


def test_unused_weight_is_given_back() -> None:
    ext = open_block()
    tx = transaction(1000, 100, proof_size=50)
    take(ext, tx)
    give_back = system.CHECK_WEIGHT.post_dispatch
    assert give_back is not None
    give_back(ext, None, tx, PostDispatchInfo(None, Pays.YES), None)
    give_back(ext, None, tx, PostDispatchInfo(Weight(2000, 2000), Pays.YES), None)
    assert system.block_weight(ext).normal == Weight(BASE + 1000, 150)
    give_back(ext, None, tx, PostDispatchInfo(Weight(400, 60), Pays.YES), None)
    assert system.block_weight(ext).normal == Weight(BASE + 400, 150)


def test_an_extrinsic_must_fit_its_class() -> None:
    ext = open_block()
    take(ext, transaction(MAX_EXTRINSIC))
    too_heavy = transaction(MAX_EXTRINSIC + 1)
    for check in (system.CHECK_WEIGHT.validate, system.CHECK_WEIGHT.prepare):
        error = refusal(check, ext, (), ALICE, too_heavy)
        assert error is InvalidTransaction.EXHAUSTS_RESOURCES
    take(ext, transaction(MAX_EXTRINSIC + 1, kind=OPERATIONAL))


def test_the_pool_is_not_bothered_with_the_weight_of_the_block() -> None:
    ext = open_block()
    take(ext, transaction(MAX_EXTRINSIC))
    again = transaction(MAX_EXTRINSIC)
    system.CHECK_WEIGHT.validate(ext, (), ALICE, again)
    bare_validate(ext, again)
    assert refusal(take, ext, again) is InvalidTransaction.EXHAUSTS_RESOURCES
    assert system.all_extrinsics_len(ext) == 100, "a refused extrinsic takes nothing"


def test_normal_extrinsics_share_half_of_the_length() -> None:
    ext = open_block()
    take(ext, transaction(1, 2_621_440))
    assert refusal(take, ext, transaction(1, 1)) is InvalidTransaction.EXHAUSTS_RESOURCES
    take(ext, transaction(1, 2_621_440, OPERATIONAL))
    assert (
        refusal(take, ext, transaction(1, 1, OPERATIONAL)) is InvalidTransaction.EXHAUSTS_RESOURCES
    )


def test_operational_weight_is_reserved_in_a_full_block() -> None:
    ext = open_block()
    system.register_extra_weight_unchecked(ext, Weight(10**12, 0), MANDATORY)
    # Three quarters stay reserved for operational extrinsics even now; nothing for normal ones.
    assert refusal(take, ext, transaction(1)) is InvalidTransaction.EXHAUSTS_RESOURCES
    take(ext, transaction(750_000_000_000 - BASE, kind=OPERATIONAL))
    error = refusal(take, ext, transaction(1, kind=OPERATIONAL))
    assert error is InvalidTransaction.EXHAUSTS_RESOURCES


def test_mandatory_extrinsics_have_no_limit_of_weight() -> None:
    ext = open_block()
    for _ in range(2):
        bare_prepare(ext, transaction(U64_MAX, 10, MANDATORY, U64_MAX))
    assert system.block_weight(ext).mandatory == Weight(U64_MAX, U64_MAX)


# -- metadata hash ---------------------------------------------------------------------------


def test_the_metadata_hash_is_signed_if_the_mode_says_so() -> None:
    ext = open_block()
    check = system.CHECK_METADATA_HASH
    assert check.implicit(ext, CheckMetadataHash(Mode.DISABLED)) is None
    assert check.codec.decode(b"\x01") == (Mode.ENABLED,)
    assert check.implicit_codec.encode(None) == b"\0"
    assert check.implicit_codec.encode(b"m" * 32) == b"\1" + b"m" * 32


def test_a_runtime_without_metadata_hash_cannot_check_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from parachain.runtime.pallets.system import metadata_hash

    unbound = MetadataHash()
    monkeypatch.setattr(metadata_hash, "METADATA_HASH", unbound)
    enabled = CheckMetadataHash(Mode.ENABLED)
    check = system.CHECK_METADATA_HASH.implicit
    assert refusal(check, open_block(), enabled) is UnknownTransaction.CANNOT_LOOKUP
    unbound.bind(lambda _: b"m" * 32)
    assert check(open_block(), enabled) == b"m" * 32
    with pytest.raises(ValueError, match="bound already"):
        unbound.bind(lambda _: b"")
