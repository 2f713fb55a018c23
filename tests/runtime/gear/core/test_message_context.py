"""What a program may send during one execution.

Topics of the reference's tests (protocol/core/src/message/context.rs), named alike.
"""

from collections.abc import Callable
from functools import partial

import pytest

from parachain.runtime.gear.dispatch import ContextStore, Dispatch, DispatchKind
from parachain.runtime.gear.ext_error import ErrorCode, ExtError
from parachain.runtime.gear.ids import outgoing_message_id, program_id_from_program, reply_id
from parachain.runtime.gear.message_context import InputRange, Sent
from parachain.runtime.gear.messages import MAX_PAYLOAD_SIZE, Message, ReplyDetails
from parachain.runtime.gear.packets import (
    HandlePacket,
    InitPacket,
    ReplyPacket,
    init_packet_from_program,
)
from parachain.runtime.gear.reply_code import MANUAL_REPLY
from tests.runtime.gear.core.hashing import blake2_256, some_id
from tests.runtime.gear.core.scene import MESSAGE, PROGRAM, SOURCE, incoming, message_context

DESTINATION, CODE, RESERVATION = some_id(10), some_id(11), some_id(12)


def handle(payload: bytes = b"", gas_limit: int | None = None, value: int = 0) -> HandlePacket:
    return HandlePacket(DESTINATION, payload, gas_limit, value)


def init(number: int = 0) -> InitPacket:
    return InitPacket(some_id(100 + number), CODE, b"init", None, 0)


def refused(action: Callable[[], object]) -> ErrorCode:
    with pytest.raises(ExtError) as caught:
        action()
    return caught.value.code


def test_duplicated_init() -> None:
    context = message_context()
    context.init_program(init(), 0)
    assert refused(lambda: context.init_program(init(), 0)) is ErrorCode.DUPLICATE_INIT
    context.init_program(init(1), 0)
    assert context.store(0, None).initialized == (some_id(100), some_id(101))
    assert context.store(0, None).local_nonce == 2


def test_duplicated_init_after_a_wait() -> None:
    store = ContextStore((some_id(100),), 0, None, 5)
    context = message_context(incoming(context=store))
    assert refused(lambda: context.init_program(init(), 0)) is ErrorCode.DUPLICATE_INIT


def test_send_push_bytes_exceeded() -> None:
    context = message_context(outgoing_bytes_limit=10)
    number = context.send_init()
    context.send_push(number, b"12345")
    context.send_push(number, b"12345")
    assert refused(lambda: context.send_push(number, b"1")) is (
        ErrorCode.OUTGOING_MESSAGES_BYTES_LIMIT_EXCEEDED
    )


def test_send_commit_bytes_exceeded() -> None:
    context = message_context(outgoing_bytes_limit=10)
    number = context.send_init()
    context.send_push(number, b"12345")
    assert refused(lambda: context.send_commit(number, handle(b"123456"), 0, None)) is (
        ErrorCode.OUTGOING_MESSAGES_BYTES_LIMIT_EXCEEDED
    )
    context.send_commit(number, handle(b"12345"), 0, None)  # what was pushed is still there
    (sent,) = context.outcome().dispatches
    assert sent.dispatch.message.payload == b"1234512345"
    # Bytes count on after a commit.
    other = context.send_init()
    assert refused(lambda: context.send_push(other, b"1")) is (
        ErrorCode.OUTGOING_MESSAGES_BYTES_LIMIT_EXCEEDED
    )


def test_send_commit_message_size_limit() -> None:
    context = message_context()
    number = context.send_init()
    context.send_push(number, b"1")
    whole = bytes(MAX_PAYLOAD_SIZE)
    assert refused(lambda: context.send_commit(number, handle(whole), 0, None)) is (
        ErrorCode.MAX_MESSAGE_SIZE_EXCEED
    )
    assert refused(lambda: context.send_push(number, whole)) is ErrorCode.MAX_MESSAGE_SIZE_EXCEED
    context.send_commit(number, handle(whole[1:]), 0, None)
    (sent,) = context.outcome().dispatches
    assert len(sent.dispatch.message.payload) == MAX_PAYLOAD_SIZE


def test_send_push_input_bytes_exceeded() -> None:
    context = message_context(incoming(payload=b"12345"), outgoing_bytes_limit=10)
    number = context.send_init()
    context.send_push_input(number, context.check_input_range(0, 5))
    context.send_push_input(number, InputRange(0, 5))
    assert refused(lambda: context.send_push_input(number, InputRange(4, 5))) is (
        ErrorCode.OUTGOING_MESSAGES_BYTES_LIMIT_EXCEEDED
    )


def test_replies_and_inits_do_not_count_bytes() -> None:
    context = message_context(outgoing_bytes_limit=0)
    context.reply_push(b"free")
    context.init_program(init(), 0)
    context.reply_commit(ReplyPacket(b" of charge", None, 0), None)


def test_outgoing_limit_exceeded() -> None:
    context = message_context(outgoing_limit=3)
    assert [context.send_init(), context.send_init()] == [0, 1]
    context.init_program(init(), 0)
    limit = ErrorCode.OUTGOING_MESSAGES_AMOUNT_LIMIT_EXCEEDED
    assert refused(context.send_init) is limit
    assert refused(lambda: context.init_program(init(1), 0)) is limit
    waited = message_context(incoming(context=context.store(0, None)), outgoing_limit=3)
    assert refused(waited.send_init) is limit  # the count goes on over waits


def test_no_outgoing_at_all() -> None:
    assert refused(message_context(outgoing_limit=0).send_init) is (
        ErrorCode.OUTGOING_MESSAGES_AMOUNT_LIMIT_EXCEEDED
    )


def test_invalid_out_of_bounds() -> None:
    context = message_context()
    assert refused(lambda: context.send_commit(0, handle(), 0, None)) is ErrorCode.OUT_OF_BOUNDS
    assert refused(lambda: context.send_push(0, b"")) is ErrorCode.OUT_OF_BOUNDS
    number = context.send_init()
    context.send_commit(number, handle(), 0, None)
    for late in (
        lambda: context.send_commit(number, handle(), 0, None),
        lambda: context.send_push(number, b""),
    ):
        assert refused(late) is ErrorCode.LATE_ACCESS


def test_handle_of_a_created_program_is_no_payload() -> None:
    context = message_context()
    context.init_program(init(), 0)
    assert refused(lambda: context.send_push(0, b"")) is ErrorCode.LATE_ACCESS


def test_handles_do_not_survive_a_wait() -> None:
    before = message_context()
    number = before.send_init()
    after = message_context(incoming(context=before.store(0, None)))
    assert refused(lambda: after.send_push(number, b"")) is ErrorCode.OUT_OF_BOUNDS
    assert after.send_init() == number + 1


def test_double_reply() -> None:
    context = message_context()
    context.reply_commit(ReplyPacket(b"", None, 0), None)
    assert context.reply_sent
    assert refused(lambda: context.reply_commit(ReplyPacket(b"", None, 0), None)) is (
        ErrorCode.DUPLICATE_REPLY
    )
    assert refused(lambda: context.reply_push(b"")) is ErrorCode.LATE_ACCESS


def test_reply_commit_message_size_limit() -> None:
    context = message_context()
    context.reply_push(b"1")
    whole = bytes(MAX_PAYLOAD_SIZE)
    assert refused(lambda: context.reply_commit(ReplyPacket(whole, None, 0), None)) is (
        ErrorCode.MAX_MESSAGE_SIZE_EXCEED
    )
    assert refused(lambda: context.reply_push(whole)) is ErrorCode.MAX_MESSAGE_SIZE_EXCEED
    context.reply_commit(ReplyPacket(whole[1:], None, 0), None)


@pytest.mark.parametrize("kind", [DispatchKind.REPLY, DispatchKind.SIGNAL])
def test_replies_denied_in_handle_reply(kind: DispatchKind) -> None:
    context = message_context(incoming(kind))
    assert refused(lambda: context.reply_push(b"")) is ErrorCode.INCORRECT_ENTRY_FOR_REPLY
    assert refused(lambda: context.reply_push_input(InputRange(0, 1))) is (
        ErrorCode.INCORRECT_ENTRY_FOR_REPLY
    )
    assert refused(lambda: context.reply_commit(ReplyPacket(b"", None, 0), None)) is (
        ErrorCode.INCORRECT_ENTRY_FOR_REPLY
    )


def test_message_context_api() -> None:
    context = message_context(incoming(DispatchKind.INIT, payload=b"abcdef"))
    number = context.send_init()
    context.send_push(number, b"\x05\x07")
    packet = init_packet_from_program(blake2_256, MESSAGE, CODE, b"salt", b"go", 77, 5)
    created = context.init_program(packet, 6)
    context.send_push_input(number, context.check_input_range(1, 2))
    sent = context.send_commit(number, handle(b"\x09", 33, 4), 2, RESERVATION)
    context.reply_push(b"x")
    context.reply_push_input(context.check_input_range(5, 1))
    replied = context.reply_commit(ReplyPacket(b"z", 11, 3), None)
    assert context.reply_destination == SOURCE

    assert sent == outgoing_message_id(blake2_256, MESSAGE, 0)
    assert created == (
        outgoing_message_id(blake2_256, MESSAGE, 1),
        program_id_from_program(blake2_256, MESSAGE, CODE, b"salt"),
    )
    assert replied == reply_id(blake2_256, MESSAGE)
    outcome = context.outcome()
    assert outcome.reply_sent
    first, second, third = outcome.dispatches  # inits, then handles, then the reply
    assert first == Sent(
        Dispatch(DispatchKind.INIT, Message(created[0], PROGRAM, created[1], b"go", 77, 5, None)),
        6,
        None,
    )
    assert second == Sent(
        Dispatch(
            DispatchKind.HANDLE,
            Message(sent, PROGRAM, DESTINATION, b"\x05\x07bc\x09", 33, 4, None),
        ),
        2,
        RESERVATION,
    )
    details = ReplyDetails(MESSAGE, MANUAL_REPLY)
    assert third == Sent(
        Dispatch(DispatchKind.REPLY, Message(replied, PROGRAM, SOURCE, b"xfz", 11, 3, details)),
        0,
        None,
    )


@pytest.mark.parametrize(
    ("offset", "length", "code"),
    [
        (7, 0, ErrorCode.OUT_OF_BOUNDS_INPUT_SLICE_OFFSET),
        (8, 1, ErrorCode.OUT_OF_BOUNDS_INPUT_SLICE_OFFSET),
        (0, 8, ErrorCode.OUT_OF_BOUNDS_INPUT_SLICE_LENGTH),
        (6, 2, ErrorCode.OUT_OF_BOUNDS_INPUT_SLICE_LENGTH),
        (6, 2**32 - 1, ErrorCode.OUT_OF_BOUNDS_INPUT_SLICE_LENGTH),
    ],
)
def test_input_range_outside(offset: int, length: int, code: ErrorCode) -> None:
    context = message_context()
    assert refused(lambda: context.check_input_range(offset, length)) is code


def test_input_range_of_no_payload() -> None:
    context = message_context(incoming(payload=b""))
    assert refused(lambda: context.check_input_range(0, 0)) is (
        ErrorCode.OUT_OF_BOUNDS_INPUT_SLICE_OFFSET
    )


def test_duplicate_waking() -> None:
    context = message_context()
    context.wake(some_id(9), 3)
    assert refused(lambda: context.wake(some_id(9), 0)) is ErrorCode.DUPLICATE_WAKING
    context.wake(some_id(8), 0)
    assert context.outcome().awakening == ((some_id(9), 3), (some_id(8), 0))


def test_duplicate_reply_deposit() -> None:
    context = message_context()
    sent = context.send_commit(context.send_init(), handle(), 0, None)
    created, _ = context.init_program(init(), 0)
    context.reply_deposit(sent, 1234)
    context.reply_deposit(created, 1)
    assert refused(lambda: context.reply_deposit(sent, 1)) is ErrorCode.DUPLICATE_REPLY_DEPOSIT
    assert context.outcome().reply_deposits == ((sent, 1234), (created, 1))


def test_inexistent_reply_deposit() -> None:
    context = message_context()
    number = context.send_init()
    for nobody in (some_id(99), outgoing_message_id(blake2_256, MESSAGE, number)):
        assert refused(partial(context.reply_deposit, nobody, 1)) is (
            ErrorCode.INCORRECT_MESSAGE_FOR_REPLY_DEPOSIT
        )
    replied = context.reply_commit(ReplyPacket(b"", None, 0), None)
    assert refused(lambda: context.reply_deposit(replied, 1)) is (
        ErrorCode.INCORRECT_MESSAGE_FOR_REPLY_DEPOSIT
    )


@pytest.mark.parametrize(
    ("before", "now", "after"),
    [(None, None, None), (None, 5, 5), (7, None, 7), (7, 5, 12), (2**64 - 2, 5, 2**64 - 1)],
)
def test_system_reservations_add_up(before: int | None, now: int | None, after: int | None) -> None:
    context = message_context(incoming(context=ContextStore((), 4, before, 2)))
    assert context.store(9, now) == ContextStore((), 9, after, 2)
