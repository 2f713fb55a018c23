"""Identifiers of codes, actors, messages, reservations and vouchers, and how each is derived.

All are BLAKE2b-256 of a tag and what makes the thing unique. The hash function is an argument,
because hashing is a function of the host. Source: gear, protocol/core/src/ids.rs.
"""

from typing import Callable

from parachain.primitives.scale import Codec, fixed_bytes

#: BLAKE2b with a 32-byte digest.
Blake2b256 = Callable[[bytes], bytes]

#: 32 bytes: a program, a builtin actor, or the account of a user.
ActorId = bytes
#: 32 bytes: the hash of a program's original WebAssembly.
CodeId = bytes
MessageId = bytes
ReservationId = bytes
VoucherId = bytes

ACTOR_ID: Codec[ActorId] = fixed_bytes(32, "gprimitives::ActorId")
CODE_ID: Codec[CodeId] = fixed_bytes(32, "gprimitives::CodeId")
MESSAGE_ID: Codec[MessageId] = fixed_bytes(32, "gprimitives::MessageId")
RESERVATION_ID: Codec[ReservationId] = fixed_bytes(32, "gprimitives::ReservationId")
VOUCHER_ID: Codec[VoucherId] = fixed_bytes(32, "pallet_gear_voucher::internal::VoucherId")

#: The source of signals. Programs may not send to it.
SYSTEM_ACTOR: ActorId = b"gear" * 8


def code_id(blake2_256: Blake2b256, code: bytes) -> CodeId:
    """The id of a code, given its original bytes."""
    return blake2_256(code)


def program_id_from_user(blake2_256: Blake2b256, code: CodeId, salt: bytes) -> ActorId:
    """The id of a program that an extrinsic creates."""
    return blake2_256(b"program_from_user" + code + salt)


def program_id_from_program(
    blake2_256: Blake2b256, message: MessageId, code: CodeId, salt: bytes
) -> ActorId:
    """The id of a program that another program creates while it executes `message`."""
    return blake2_256(b"program_from_wasm" + message + code + salt)


def message_id_from_user(
    blake2_256: Blake2b256, system_block: int, user: ActorId, nonce: int
) -> MessageId:
    """The id of a user's message.

    `system_block` is the number that System counts, not Gear's own. `nonce` is how many messages
    users have sent in the block before.
    """
    return blake2_256(
        b"external" + system_block.to_bytes(4, "little") + user + nonce.to_bytes(16, "little")
    )


def outgoing_message_id(blake2_256: Blake2b256, origin: MessageId, nonce: int) -> MessageId:
    """The id of the message number `nonce` that the execution of `origin` sends."""
    return blake2_256(b"outgoing" + origin + nonce.to_bytes(4, "little"))


def reply_id(blake2_256: Blake2b256, replied_to: MessageId) -> MessageId:
    """The id of the one reply to a message, be it automatic, manual or an error."""
    return blake2_256(b"reply" + replied_to)


def signal_id(blake2_256: Blake2b256, origin: MessageId) -> MessageId:
    """The id of the signal that tells of the failure of `origin`."""
    return blake2_256(b"signal" + origin)


def reservation_id(blake2_256: Blake2b256, message: MessageId, nonce: int) -> ReservationId:
    """The id of the reservation number `nonce` made by the executions of `message`."""
    return blake2_256(b"reservation" + message + nonce.to_bytes(8, "little"))


def voucher_id(blake2_256: Blake2b256, issued: int) -> VoucherId:
    """The id of the voucher number `issued`; the first is number 1."""
    return blake2_256(b"voucher" + issued.to_bytes(8, "little"))


def builtin_id(blake2_256: Blake2b256, number: int) -> ActorId:
    """The id of a builtin actor: 1 BLS12-381, 2 staking, 3 bridge to Ethereum, 4 proxy."""
    return blake2_256(b"built/in" + number.to_bytes(8, "little"))
