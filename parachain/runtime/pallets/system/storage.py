"""What frame_system declares: storage, constants, errors and events, but not the calls.

Names, hashers, defaults and indices are those of frame_system (polkadot-sdk stable2409). Some
items live for one block only, so that the state between blocks holds none of them. The raw keys
of the events and of the phase belong to `frame.event`, which writes them for every pallet.
"""

from typing import NamedTuple

from parachain.primitives.account import ACCOUNT_ID
from parachain.primitives.digest import DIGEST
from parachain.primitives.dispatch_error import DISPATCH_ERROR
from parachain.primitives.dispatch_info import DISPATCH_INFO
from parachain.primitives.runtime_version import RUNTIME_VERSION as RUNTIME_VERSION_CODEC
from parachain.primitives.scale import (
    BOOL,
    BYTES,
    COMPACT_U32,
    H256,
    STR,
    U16,
    U32,
    U128,
    fields,
    newtype,
    struct,
    tuple_of,
    vec,
)
from parachain.runtime.frame.event import EVENT_RECORDS, PHASE
from parachain.runtime.frame.hashers import Hasher
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.pallets.system.limits import (
    BLOCK_LENGTH,
    BLOCK_LENGTH_CODEC,
    BLOCK_WEIGHTS,
    BLOCK_WEIGHTS_CODEC,
    CONSUMED_WEIGHT,
    DB_WEIGHT,
    DB_WEIGHT_CODEC,
    NOTHING_CONSUMED,
)
from parachain.runtime.pallets.system.version import RUNTIME_VERSION

pallet = Pallet("System", "frame_system", "Accounts, blocks, events and the runtime itself.")

#: Hash of 32 zero bytes: what an unknown block reads as.
NO_HASH = bytes(32)


# -- accounts --------------------------------------------------------------------------------


class AccountData(NamedTuple):
    """Balances of an account in plancks. The top bit of `flags` says: reference counts hold."""

    free: int
    reserved: int
    frozen: int
    flags: int


#: Set in the flags of every account that was written since holds and freezes count as consumers.
NEW_LOGIC = 1 << 127

EMPTY_ACCOUNT_DATA = AccountData(0, 0, 0, NEW_LOGIC)

EXTRA_FLAGS = newtype("pallet_balances::types::ExtraFlags", U128)
ACCOUNT_DATA = struct(
    "pallet_balances::types::AccountData",
    AccountData,
    fields(
        ("free", U128.named("Balance")),
        ("reserved", U128.named("Balance")),
        ("frozen", U128.named("Balance")),
        ("flags", EXTRA_FLAGS),
    ),
    params=(("Balance", U128),),
)


class AccountInfo(NamedTuple):
    """An account: transactions sent, references that keep it alive or need it, its balances."""

    nonce: int
    consumers: int
    providers: int
    sufficients: int
    data: AccountData


EMPTY_ACCOUNT = AccountInfo(0, 0, 0, 0, EMPTY_ACCOUNT_DATA)

ACCOUNT_INFO = struct(
    "frame_system::AccountInfo",
    AccountInfo,
    fields(
        ("nonce", U32.named("Nonce")),
        ("consumers", U32.named("RefCount")),
        ("providers", U32.named("RefCount")),
        ("sufficients", U32.named("RefCount")),
        ("data", ACCOUNT_DATA.named("AccountData")),
    ),
    params=(("Nonce", U32), ("AccountData", ACCOUNT_DATA)),
).remembering(512)

account = pallet.map(
    "Account",
    Hasher.BLAKE2_128_CONCAT,
    ACCOUNT_ID,
    ACCOUNT_INFO,
    EMPTY_ACCOUNT,
    "Nonce, references and balances of each account.",
)

# -- the block -------------------------------------------------------------------------------

extrinsic_count = pallet.optional("ExtrinsicCount", U32, "Extrinsics of the block that ends.")
inherents_done = pallet.value(
    "InherentsApplied", BOOL, False, "Whether no further inherent may follow in this block."
)
block_weight = pallet.value(
    "BlockWeight", CONSUMED_WEIGHT, NOTHING_CONSUMED, "Weight this block has used, by class."
)
all_extrinsics_length = pallet.optional(
    "AllExtrinsicsLen", U32, "Bytes of this block's extrinsics so far."
)
block_hashes = pallet.map(
    "BlockHash", Hasher.TWOX_64_CONCAT, U32, H256, NO_HASH, "Hashes of recent blocks and genesis."
)
extrinsic_data = pallet.map(
    "ExtrinsicData", Hasher.TWOX_64_CONCAT, U32, BYTES, b"", "This block's extrinsics, encoded."
)
number = pallet.value("Number", U32, 0, "Number of this block.")
parent = pallet.value("ParentHash", H256, NO_HASH, "Hash of the block before this one.")
block_digest = pallet.value("Digest", DIGEST, (), "Digest items of this block so far.")


events = pallet.value("Events", EVENT_RECORDS, (), "Events of this block.")
event_count = pallet.value("EventCount", U32, 0, "How many events this block has.")
event_topics = pallet.map(
    "EventTopics",
    Hasher.BLAKE2_128_CONCAT,
    H256,
    vec(tuple_of(U32, U32)),
    (),
    "Block and position of the events indexed under a topic.",
)

# -- the runtime -----------------------------------------------------------------------------


class LastRuntimeUpgrade(NamedTuple):
    """The runtime for which upgrade hooks ran last."""

    spec_version: int
    spec_name: str


LAST_RUNTIME_UPGRADE = struct(
    "frame_system::LastRuntimeUpgradeInfo",
    LastRuntimeUpgrade,
    fields(
        ("spec_version", COMPACT_U32.named("codec::Compact<u32>")),
        ("spec_name", STR.named("sp_runtime::RuntimeString")),
    ),
)
last_runtime_upgrade = pallet.optional(
    "LastRuntimeUpgrade", LAST_RUNTIME_UPGRADE, "The runtime whose upgrade hooks ran last."
)
upgraded_to_u32_references = pallet.value(
    "UpgradedToU32RefCount", BOOL, False, "True: reference counters have 32 bits."
)
upgraded_to_triple_references = pallet.value(
    "UpgradedToTripleRefCount", BOOL, False, "True: accounts have three reference counters."
)
execution_phase = pallet.optional("ExecutionPhase", PHASE, "What the block is doing now.")


class CodeUpgradeAuthorization(NamedTuple):
    """Leave for anyone to install the code with this hash."""

    code_hash: bytes
    check_version: bool


CODE_UPGRADE_AUTHORIZATION = struct(
    "frame_system::CodeUpgradeAuthorization",
    CodeUpgradeAuthorization,
    fields(("code_hash", H256.named("T::Hash")), ("check_version", BOOL)),
    params=(("T", None),),
)
authorized_upgrade = pallet.optional(
    "AuthorizedUpgrade", CODE_UPGRADE_AUTHORIZATION, "The code that may be installed."
)

# -- constants, errors, events ---------------------------------------------------------------

#: Hashes of so many blocks are known to the runtime; mortal transactions live no longer.
BLOCK_HASH_COUNT = 2400

#: Addresses of Vara start with `kG`.
SS58_PREFIX = 137

pallet.constant(
    "BlockWeights", BLOCK_WEIGHTS_CODEC, BLOCK_WEIGHTS, "Weight limits of blocks and extrinsics."
)
pallet.constant("BlockLength", BLOCK_LENGTH_CODEC, BLOCK_LENGTH, "Length limits of a block.")
pallet.constant("BlockHashCount", U32, BLOCK_HASH_COUNT, "How many block hashes are kept.")
pallet.constant("DbWeight", DB_WEIGHT_CODEC, DB_WEIGHT, "Weight of database accesses.")
pallet.constant("Version", RUNTIME_VERSION_CODEC, RUNTIME_VERSION, "Version of the runtime.")
pallet.constant("SS58Prefix", U16, SS58_PREFIX, "Network prefix of addresses in text.")

INVALID_SPEC_NAME = pallet.error(0, "InvalidSpecName", "The code is of another runtime.")
SPEC_VERSION_NEEDS_TO_INCREASE = pallet.error(
    1, "SpecVersionNeedsToIncrease", "The code's spec version is not above the present one."
)
FAILED_TO_EXTRACT_RUNTIME_VERSION = pallet.error(
    2, "FailedToExtractRuntimeVersion", "The version of the code cannot be read."
)
NON_DEFAULT_COMPOSITE = pallet.error(
    3, "NonDefaultComposite", "The account still has data of its own."
)
NON_ZERO_REF_COUNT = pallet.error(4, "NonZeroRefCount", "Something still refers to the account.")
CALL_FILTERED = pallet.error(5, "CallFiltered", "The origin may not make this call.")
MULTI_BLOCK_MIGRATIONS_ONGOING = pallet.error(
    6, "MultiBlockMigrationsOngoing", "The code cannot change while the state is migrated."
)
NOTHING_AUTHORIZED = pallet.error(7, "NothingAuthorized", "No upgrade was authorized.")
UNAUTHORIZED = pallet.error(8, "Unauthorized", "Another code was authorized.")

_WHO = ACCOUNT_ID.named("T::AccountId")
_HASH = H256.named("T::Hash")

EXTRINSIC_SUCCESS = pallet.event(
    0, "ExtrinsicSuccess", fields(("dispatch_info", DISPATCH_INFO)), "An extrinsic succeeded."
)
EXTRINSIC_FAILED = pallet.event(
    1,
    "ExtrinsicFailed",
    fields(("dispatch_error", DISPATCH_ERROR), ("dispatch_info", DISPATCH_INFO)),
    "The call of an extrinsic failed.",
)
CODE_UPDATED = pallet.event(2, "CodeUpdated", fields(), "The runtime code was replaced.")
NEW_ACCOUNT = pallet.event(3, "NewAccount", fields(("account", _WHO)), "An account came to be.")
KILLED_ACCOUNT = pallet.event(
    4, "KilledAccount", fields(("account", _WHO)), "An account ceased to be."
)
REMARKED = pallet.event(
    5, "Remarked", fields(("sender", _WHO), ("hash", _HASH)), "Somebody made a remark."
)
UPGRADE_AUTHORIZED = pallet.event(
    6,
    "UpgradeAuthorized",
    fields(("code_hash", _HASH), ("check_version", BOOL)),
    "The code with this hash may be installed.",
)
