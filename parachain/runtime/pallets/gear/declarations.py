"""What pallet_gear declares besides its calls and events: constants, storage, errors."""

from typing import Optional

from parachain.primitives.account import ACCOUNT_ID, AccountId
from parachain.primitives.scale import BOOL, U32, U64, UNIT, Codec, newtype, option
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.gear.schedule import SCHEDULE as VARA_SCHEDULE
from parachain.runtime.gear.schedule import SCHEDULE_CODEC

pallet = Pallet("Gear", "pallet_gear", storage_version=1)

#: gear_core::percent::Percent: hundredths of one, not limited to one.
PERCENT: Codec[int] = newtype("gear_core::percent::Percent", U32)

#: BLAKE2-256 of `py/strwd` and `gear rent pool`: the account of Vara's StakingRewards that rent
#: goes to, but for the share of the treasury.
RENT_POOL = bytes.fromhex("e68325a26f5e8ea5c6c93bbdcfa596ac3ec8b69301c0cc54029dc7bc891bc515")

SCHEDULE = pallet.constant(
    "Schedule",
    SCHEDULE_CODEC.named("Schedule<Self>"),
    VARA_SCHEDULE,
    "What everything costs that a program does, and the limits that it must keep.",
)
OUTGOING_LIMIT = pallet.constant(
    "OutgoingLimit", U32, 1024, "Messages that one message can begin to send."
)
OUTGOING_BYTES_LIMIT = pallet.constant(
    "OutgoingBytesLimit", U32, 64 * 1024 * 1024, "Bytes of messages that one execution can send."
)
PERFORMANCE_MULTIPLIER = pallet.constant(
    "PerformanceMultiplier", PERCENT, 100, "How fast programs run, as they are told, in percent."
)
MAILBOX_THRESHOLD = pallet.constant(
    "MailboxThreshold", U64, 3000, "The least gas with which a message is kept in a mailbox."
)
RESERVATIONS_LIMIT = pallet.constant(
    "ReservationsLimit", U64, 256, "Gas reservations that a program may have to make another."
)
RENT_POOL_ID: Optional[AccountId] = pallet.constant(
    "RentPoolId",
    option(ACCOUNT_ID).named("Option<AccountIdOf<Self>>"),
    RENT_POOL,
    "The account that rent is paid to.",
)

execute_inherent = pallet.value(
    "ExecuteInherent",
    BOOL,
    True,
    "Whether messages are processed at the end of each block.",
)
gear_block_number = pallet.value(
    "BlockNumber",
    U32,
    0,
    "The Gear block: counts the blocks in which messages were processed, this one included.",
)
gear_run_in_block = pallet.optional(
    "GearRunInBlock", UNIT, "Set once messages were processed in this block."
)

MESSAGE_NOT_FOUND = pallet.error(0, "MessageNotFound", "The sender's mailbox has no such message.")
INSUFFICIENT_BALANCE = pallet.error(
    1, "InsufficientBalance", "The sender cannot pay for gas and value of the message."
)
GAS_LIMIT_TOO_HIGH = pallet.error(
    2, "GasLimitTooHigh", "The message is given more gas than a block may burn."
)
PROGRAM_ALREADY_EXISTS = pallet.error(
    3, "ProgramAlreadyExists", "There is a program of this code and salt already."
)
INACTIVE_PROGRAM = pallet.error(
    4, "InactiveProgram", "The program has exited, or its initialization has failed."
)
NO_MESSAGE_TREE = pallet.error(5, "NoMessageTree", "The message has no gas; not in use.")
CODE_ALREADY_EXISTS = pallet.error(6, "CodeAlreadyExists", "The code was uploaded before.")
CODE_DOESNT_EXIST = pallet.error(7, "CodeDoesntExist", "The code was never uploaded.")
CODE_TOO_LARGE = pallet.error(
    8, "CodeTooLarge", "The code, as given or as instrumented, exceeds the limit."
)
# Clients match the text of this one.
PROGRAM_CONSTRUCTION_FAILED = pallet.error(
    9, "ProgramConstructionFailed", "Failed to create a program."
)
MESSAGE_QUEUE_PROCESSING_DISABLED = pallet.error(
    10, "MessageQueueProcessingDisabled", "Root has disabled the processing of messages."
)
pallet.error(11, "ResumePeriodLessThanMinimal", "Not in use: programs pay no rent any more.")
pallet.error(12, "ProgramNotFound", "Not in use: programs pay no rent any more.")
GEAR_RUN_ALREADY_IN_BLOCK = pallet.error(
    13, "GearRunAlreadyInBlock", "Messages were processed in this block already."
)
pallet.error(14, "ProgramRentDisabled", "Not in use: programs pay no rent any more.")
ACTIVE_PROGRAM = pallet.error(15, "ActiveProgram", "The program has not ended.")
