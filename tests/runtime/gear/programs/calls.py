"""One script for every system call: how it is made and what it answers on the chain.

Expected answers are made from the scene, by the rules for ids and the chain's own numbers.
"""

from collections.abc import Callable
from typing import NamedTuple

from parachain.runtime.gear.ids import (
    MessageId,
    outgoing_message_id,
    program_id_from_program,
    reply_id,
    reservation_id,
)
from parachain.runtime.pallets import balances, gear, system, timestamp
from tests.runtime.gear.core.hashing import blake2_256
from tests.runtime.gear.programs.actor import Actor, code_of
from tests.runtime.gear.programs.scripts import NO_VALUE, At, Call, Data, call, target
from tests.runtime.pallets.scene import ALICE, BOB, UNIT

OK = bytes(4)
#: Value and gas of the messages that make the calls.
VALUE = 3 * UNIT
AT = At(256)  # where a first call answers; At(0) is where the one under test does
SUBJECT = bytes(range(32))


class Scene(NamedTuple):
    """Who makes the calls, while executing which message with which payload."""

    actor: Actor
    message: MessageId
    payload: bytes

    @property
    def hashed(self) -> Callable[[bytes], bytes]:
        return self.actor.blocks.ext.blake2_256

    def sent(self, number: int = 0) -> bytes:
        return outgoing_message_id(self.hashed, self.message, number)

    def replied(self) -> bytes:
        return reply_id(self.hashed, self.message)

    def reserved(self) -> bytes:
        return reservation_id(self.hashed, self.message, 0)

    def created(self) -> bytes:
        program = program_id_from_program(self.hashed, self.message, CODE_ID, b"salt")
        return OK + self.sent() + program


class Case(NamedTuple):
    """Calls of which the last is under test, and what it answers."""

    calls: tuple[Call, ...]
    answer: Callable[[Scene], bytes]

    @property
    def name(self) -> str:
        return self.calls[-1].name


def case(*calls: Call, answer: Callable[[Scene], bytes]) -> Case:
    return Case(calls, answer)


def fixed(data: bytes) -> Callable[[Scene], bytes]:
    return lambda _: data


def u32(number: int) -> bytes:
    return number.to_bytes(4, "little")


def u64(number: int) -> bytes:
    return number.to_bytes(8, "little")


def u128(number: int) -> bytes:
    return number.to_bytes(16, "little")


def _sent(scene: Scene) -> bytes:
    return OK + scene.sent()


def _replied(scene: Scene) -> bytes:
    return OK + scene.replied()


def _random(scene: Scene) -> bytes:
    seed = scene.hashed(scene.message + system.parent_hash(scene.actor.blocks.ext))
    return u32(scene.actor.blocks.number - 1) + scene.hashed(SUBJECT + seed)


TO = target(BOB, 5)
CODE_ID = blake2_256(code_of("c/ping"))
TEXT, SALT = Data(b"text"), Data(b"salt")
RESERVE = call("gr_reserve_gas", 5_000_000_000, 10, AT)
RESERVED = At(AT.offset + 4)  # the id, followed by zeros
DESTINATION = At(RESERVED.offset + 32)
INIT = call("gr_send_init", AT)
COUNT = 2  # bytes of the payload's beginning that say how many calls there are

#: Those that come back with an answer, in `handle`.
ANSWERED = (
    case(call("alloc", 3, At(0)), answer=fixed(u32(2))),
    case(call("alloc", 1, AT), call("free", 2, At(0)), answer=fixed(u32(0))),
    case(call("free", 2, At(0)), answer=fixed(u32(1))),
    case(call("alloc", 3, AT), call("free_range", 2, 4, At(0)), answer=fixed(u32(0))),
    case(call("free_range", 4, 2, At(0)), answer=fixed(u32(1))),
    case(
        call("gr_block_height", At(0)),
        answer=lambda scene: u32(gear.block_number(scene.actor.blocks.ext)),
    ),
    case(
        call("gr_block_timestamp", At(0)),
        answer=lambda scene: u64(timestamp.now(scene.actor.blocks.ext)),
    ),
    case(
        call("gr_env_vars", 1, At(0)),
        answer=fixed(
            u32(100) + u128(balances.EXISTENTIAL_DEPOSIT) + u64(3000) + u64(0) + u128(100)
        ),
    ),
    case(call("gr_message_id", At(0)), answer=lambda scene: scene.message),
    case(call("gr_program_id", At(0)), answer=lambda scene: scene.actor.id),
    case(call("gr_source", At(0)), answer=fixed(ALICE)),
    case(call("gr_value", At(0)), answer=fixed(u128(VALUE))),
    case(call("gr_value_available", At(0)), answer=fixed(u128(VALUE + 7 * UNIT))),
    case(call("gr_size", At(0)), answer=lambda scene: u32(len(scene.payload))),
    case(
        call("gr_read", 1, 4, At(4), At(0)),
        answer=lambda scene: OK + scene.payload[1:5],
    ),
    case(call("gr_random", Data(SUBJECT), At(0)), answer=_random),
    case(call("gr_reply_to", At(0)), answer=fixed(u32(105))),
    case(call("gr_reply_code", At(0)), answer=fixed(u32(105))),
    case(call("gr_signal_from", At(0)), answer=fixed(u32(106))),
    case(call("gr_signal_code", At(0)), answer=fixed(u32(106))),
    case(call("gr_debug", TEXT, 4), answer=fixed(b"")),
    case(call("gr_send", TO, TEXT, 4, 0, At(0)), answer=_sent),
    case(call("gr_send_wgas", TO, TEXT, 4, 10_000, 3, At(0)), answer=_sent),
    case(call("gr_send_input", TO, 0, COUNT, 0, At(0)), answer=_sent),
    case(call("gr_send_input_wgas", TO, 0, COUNT, 10_000, 0, At(0)), answer=_sent),
    case(call("gr_send_init", At(0)), answer=fixed(OK + u32(0))),
    case(INIT, call("gr_send_push", 0, TEXT, 4, At(0)), answer=fixed(OK)),
    case(INIT, call("gr_send_push_input", 0, 0, COUNT, At(0)), answer=fixed(OK)),
    case(INIT, call("gr_send_commit", 0, TO, 0, At(0)), answer=_sent),
    case(INIT, call("gr_send_commit_wgas", 0, TO, 10_000, 0, At(0)), answer=_sent),
    case(
        RESERVE,
        call("gr_source", DESTINATION),
        call("gr_reservation_send", RESERVED, TEXT, 4, 0, At(0)),
        answer=_sent,
    ),
    case(
        INIT,
        RESERVE,
        call("gr_source", DESTINATION),
        call("gr_reservation_send_commit", 0, RESERVED, 2, At(0)),
        answer=_sent,
    ),
    case(
        call("gr_create_program", target(CODE_ID, 5), SALT, 4, TEXT, 4, 0, At(0)),
        answer=Scene.created,
    ),
    case(
        call("gr_create_program_wgas", target(CODE_ID, 5), SALT, 4, TEXT, 4, 10**10, 2, At(0)),
        answer=Scene.created,
    ),
    case(
        call("gr_reserve_gas", 10_000, 10, At(0)),
        answer=lambda scene: OK + scene.reserved(),
    ),
    case(
        call("gr_reserve_gas", 10_000, 10, AT),
        call("gr_unreserve_gas", RESERVED, At(0)),
        answer=fixed(OK + u64(10_000)),
    ),
    case(call("gr_system_reserve_gas", 10_000, At(0)), answer=fixed(OK)),
    case(
        call("gr_send", TO, TEXT, 4, 0, AT),
        call("gr_reply_deposit", RESERVED, 10_000, At(0)),
        answer=fixed(OK),
    ),
    case(call("gr_wake", Data(bytes(32)), 0, At(0)), answer=fixed(OK)),
)

#: Those that reply: they answer with the id of the reply, which the state tells.
REPLYING: tuple[tuple[Case, bytes], ...] = (
    (case(call("gr_reply", TEXT, 4, NO_VALUE, At(0)), answer=_replied), b"text"),
    (case(call("gr_reply_wgas", TEXT, 4, 1, Data(u128(9)), At(0)), answer=_replied), b"text"),
    (case(call("gr_reply_commit", NO_VALUE, At(0)), answer=_replied), b""),
    (case(call("gr_reply_commit_wgas", 1, NO_VALUE, At(0)), answer=_replied), b""),
    (case(call("gr_reply_input", 0, COUNT, NO_VALUE, At(0)), answer=_replied), b"\x01\x00"),
    (
        case(call("gr_reply_input_wgas", 0, COUNT, 1, NO_VALUE, At(0)), answer=_replied),
        b"\x01\x00",
    ),
    (
        case(
            call("gr_reply_push", TEXT, 3, AT),
            call("gr_reply_push_input", 0, COUNT, AT),
            call("gr_reply_commit", NO_VALUE, At(0)),
            answer=_replied,
        ),
        b"tex\x03\x00",
    ),
    (
        case(RESERVE, call("gr_reservation_reply", RESERVED, TEXT, 4, At(0)), answer=_replied),
        b"text",
    ),
    (
        case(RESERVE, call("gr_reservation_reply_commit", RESERVED, At(0)), answer=_replied),
        b"",
    ),
)
