"""The numbers by which system calls tell a program that they could not do what it asked.

Programs go on after them; what ends an execution is in `termination`. Source: gear,
protocol/errors/src/lib.rs.
"""

from enum import IntEnum


class ErrorCode(IntEnum):
    """Errors that a program sees as a number; zero is success."""

    NOT_ENOUGH_GAS = 100
    NOT_ENOUGH_VALUE = 101
    TOO_BIG_READ_LEN = 103
    READ_WRONG_RANGE = 104
    NO_REPLY_CONTEXT = 105
    NO_SIGNAL_CONTEXT = 106
    NO_STATUS_CODE_CONTEXT = 107
    INCORRECT_ENTRY_FOR_REPLY = 108
    RUNTIME_ALLOC_OUT_OF_BOUNDS = 200
    ACCESS_OUT_OF_BOUNDS = 201
    MAX_MESSAGE_SIZE_EXCEED = 300
    OUTGOING_MESSAGES_AMOUNT_LIMIT_EXCEEDED = 301
    DUPLICATE_REPLY = 302
    DUPLICATE_WAKING = 303
    LATE_ACCESS = 304
    OUT_OF_BOUNDS = 305
    DUPLICATE_INIT = 306
    INSUFFICIENT_VALUE = 307
    INSUFFICIENT_GAS_LIMIT = 308
    DUPLICATE_REPLY_DEPOSIT = 309
    INCORRECT_MESSAGE_FOR_REPLY_DEPOSIT = 310
    OUTGOING_MESSAGES_BYTES_LIMIT_EXCEEDED = 311
    OUT_OF_BOUNDS_INPUT_SLICE_OFFSET = 312
    OUT_OF_BOUNDS_INPUT_SLICE_LENGTH = 313
    INSUFFICIENT_GAS_FOR_DELAYED_SENDING = 399
    INVALID_RESERVATION_ID = 500
    RESERVATIONS_LIMIT_REACHED = 501
    ZERO_RESERVATION_DURATION = 502
    ZERO_RESERVATION_AMOUNT = 503
    RESERVATION_BELOW_MAILBOX_THRESHOLD = 504


class ExtError(Exception):
    """A system call refuses: the program gets `code` and runs on."""

    def __init__(self, code: ErrorCode) -> None:
        # not the base class's: it has the argument already, and programs refuse often
        self.code = code
