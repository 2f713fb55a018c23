"""Replies that are calculated, with what users are sent until then."""

from parachain.runtime.gear.answers import ReplyInfo
from parachain.runtime.gear.ids import program_id_from_user
from parachain.runtime.gear.messages import ReplyDetails
from parachain.runtime.gear.reply_code import (
    AUTO_REPLY,
    MANUAL_REPLY,
    Error,
    Execution,
    SimpleExecutionError,
    SimpleUnavailableActorError,
    UnavailableActor,
)
from parachain.runtime.pallets import gear, gear_builtin
from tests.runtime.pallets.gear_api.asking import refusal, reply_to, try_reply
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.programs import (
    DATA,
    NO_VALUE,
    RESULT,
    must,
    program,
    reply,
    store,
    syscall,
)
from tests.runtime.pallets.gear_pallet.traffic import GAS, TO, send, upload
from tests.runtime.pallets.scene import ALICE, BOB, EVE

ED = 10**12


def to_send(to: bytes, handle: str, **more: str) -> bytes:
    return program(handle=handle, data=bytes(32) + to + bytes(16), **more)


def test_calculate_reply_for_handle_works(blocks: Blocks) -> None:
    read = must("gr_read", 0, 4, 2048, RESULT) + must("gr_reply", 2048, 4, NO_VALUE, RESULT)
    echo = upload(blocks, program(handle=read))
    assert reply_to(blocks, echo, b"ECHO") == (ReplyInfo(b"ECHO", 0, MANUAL_REPLY), ())
    # Neither funds nor an account are needed.
    assert reply_to(blocks, echo, b"ECHO", who=EVE).reply.payload == b"ECHO"


def test_automatic_reply(blocks: Blocks) -> None:
    quiet = upload(blocks, program())
    assert reply_to(blocks, quiet).reply == ReplyInfo(b"", 0, AUTO_REPLY)


def test_failures_are_replies(blocks: Blocks) -> None:
    sad = upload(blocks, program(handle=syscall("gr_panic", DATA, 5), data=b"sorry"))
    panicked = Error(Execution(SimpleExecutionError.USERSPACE_PANIC))
    assert reply_to(blocks, sad, value=7 * ED).reply == ReplyInfo(b"sorry", 7 * ED, panicked)
    out_of_gas = Error(Execution(SimpleExecutionError.RAN_OUT_OF_GAS))
    assert reply_to(blocks, sad, gas=1000).reply == ReplyInfo(b"", 0, out_of_gas)


def test_value_of_a_reply(blocks: Blocks) -> None:
    value = (3 * ED).to_bytes(16, "little")
    payer = upload(blocks, program(handle=must("gr_reply", DATA, 0, DATA, RESULT), data=value))
    assert reply_to(blocks, payer, value=5 * ED).reply == ReplyInfo(b"", 3 * ED, MANUAL_REPLY)


def test_program_that_is_not_initialized(blocks: Blocks) -> None:
    code = program(init=syscall("gr_wait"))
    blocks.call(gear.upload_program(code, b"", b"", GAS, 0, False))
    blocks.next()
    hashed = blocks.ext.blake2_256
    waiting = program_id_from_user(hashed, hashed(code), b"")
    uninitialized = Error(UnavailableActor(SimpleUnavailableActorError.UNINITIALIZED))
    assert reply_to(blocks, waiting).reply == ReplyInfo(b"", 0, uninitialized)


def test_messages_in_the_queue_take_no_part(blocks: Blocks) -> None:
    once = upload(blocks, program(handle=syscall("gr_exit", DATA)))
    send(blocks, once)
    assert reply_to(blocks, once).reply.code == AUTO_REPLY


def test_program_that_does_not_reply(blocks: Blocks) -> None:
    waiter = upload(blocks, program(handle=syscall("gr_wait")))
    assert refusal(try_reply(blocks, waiter)) == "Queue is empty, but reply wasn't found"


def test_builtin_actor_replies(blocks: Blocks) -> None:
    result = reply_to(blocks, gear_builtin.actor_id(3))
    assert result.reply.payload == b"Builtin actor is not available on this chain"


# -- what users are sent -----------------------------------------------------------------------


def test_calculate_reply_for_handle_returns_user_messages(blocks: Blocks) -> None:
    tell = must("gr_send", TO, DATA, 4, 0, RESULT) + must("gr_send", TO, DATA, 2, 0, RESULT)
    later = must("gr_send", TO, DATA, 3, 5, RESULT)
    teller = upload(blocks, to_send(BOB, tell + later + reply(1)))
    result = reply_to(blocks, teller)
    assert result.reply.payload == bytes(1)
    told = [(m.source, m.destination, m.payload, m.value, m.details) for m in result.messages]
    assert told == [(teller, BOB, bytes(size), 0, None) for size in (4, 2)]


def test_calculate_reply_for_handle_does_not_report_created_program_init_as_user_message(
    blocks: Blocks,
) -> None:
    child = program(init=reply(4))
    blocks.call(gear.upload_code(child))
    create = must("gr_create_program", TO, 0, 4, DATA, 0, 0, RESULT)
    creator = upload(blocks, to_send(blocks.ext.blake2_256(child), create))
    result = reply_to(blocks, creator, value=2 * ED)
    assert result == (ReplyInfo(b"", 0, AUTO_REPLY), ())


def test_calculate_reply_for_handle_collects_user_messages_across_iterations(
    blocks: Blocks,
) -> None:
    """The reply comes only when another program has answered; that has told somebody, too."""
    helper = upload(blocks, to_send(BOB, must("gr_send", TO, DATA, 4, 0, RESULT) + reply(1)))
    # First: send to the helper, note the own id, wait. Its reply wakes the message.
    flag = "(i32.load (i32.const 4096))"
    first = must("gr_send_wgas", TO, DATA, 0, 5 * 10**9, 0, RESULT)
    first += syscall("gr_message_id", 4200) + "(i32.store (i32.const 4096) (i32.const 1))"
    handle = f"(if {flag} (then {reply(2)}) (else {first} {syscall('gr_wait')}))"
    asker = upload(blocks, to_send(helper, handle, handle_reply=must("gr_wake", 4200, 0, RESULT)))
    result = reply_to(blocks, asker)
    assert result.reply == ReplyInfo(bytes(2), 0, MANUAL_REPLY)
    assert [(m.source, m.destination, m.payload) for m in result.messages] == [
        (helper, BOB, bytes(4))
    ]


def test_replies_to_other_messages_are_told(blocks: Blocks) -> None:
    """The message wakes one that has waited, whose reply comes first."""
    stage = "(i32.load (i32.const 4096))"
    own_id, other_id = syscall("gr_message_id", 4200), syscall("gr_message_id", 4300)
    steps = (
        own_id + store(4096, 1) + syscall("gr_wait"),
        other_id + must("gr_wake", 4200, 0, RESULT) + store(4096, 2) + syscall("gr_wait"),
        must("gr_wake", 4300, 0, RESULT) + store(4096, 3) + reply(3),
    )
    handle = reply(2)
    for number in (2, 1, 0):
        met = f"(i32.eq {stage} (i32.const {number}))"
        handle = f"(if {met} (then {steps[number]}) (else {handle}))"
    sleeper = upload(blocks, program(handle=handle))
    first = send(blocks, sleeper)
    blocks.next()
    result = reply_to(blocks, sleeper)
    assert result.reply == ReplyInfo(bytes(2), 0, MANUAL_REPLY)
    (told,) = result.messages
    assert (told.destination, told.payload) == (ALICE, bytes(3))
    assert told.details == ReplyDetails(first, MANUAL_REPLY)
