"""Programs that wait, send later and put gas aside: relay, waiter, delayed, reserver."""

from typing import Any

from parachain.runtime.gear.changes import (
    MessageWokenRuntimeReason,
    WokenByRuntime,
)
from parachain.runtime.gear.ids import MessageId
from parachain.runtime.gear.reply_code import (
    MANUAL_REPLY,
    Error,
    Execution,
    ExecutionSignal,
    RemovedFromWaitlist,
    RemovedFromWaitlistSignal,
    SignalCode,
    SimpleExecutionError,
    signal_code_number,
)
from parachain.runtime.pallets.gear_messenger import mailbox, waitlist
from tests.runtime.gear.programs.actor import GAS, Actor, deploy, reply_to, sent_to_users
from tests.runtime.gear.programs.calls import u32, u64
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.traffic import everything_is_over
from tests.runtime.pallets.scene import BOB, ED, FUNDS, UNIT

BILLION = 10**9
#: Blocks that a relay waits for an answer.
PATIENCE = 100


def test_relay_passes_the_reply_on(blocks: Blocks) -> None:
    relay = deploy(blocks, "c/relay", deploy(blocks, "c/ping").id)
    reply = relay.ask(b"through", value=2 * UNIT)
    assert (reply.code, reply.payload, reply.value) == (MANUAL_REPLY, b"through", 0)
    assert blocks.free(relay.id) == ED
    # the task that would have woken it stays, and does nothing
    blocks.next(PATIENCE)
    everything_is_over(blocks)


def test_relay_of_relays(blocks: Blocks) -> None:
    last = deploy(blocks, "c/counter")
    for number in range(4):
        last = deploy(blocks, "c/relay", last.id, salt=bytes([number]))
    assert last.answer(b"inc") == u32(1)
    assert last.answer(b"inc") == u32(2)
    blocks.next(PATIENCE)
    everything_is_over(blocks)


def test_relay_to_a_program_that_fails(blocks: Blocks) -> None:
    relay = deploy(blocks, "c/relay", deploy(blocks, "c/counter").id)
    before = blocks.free(relay.id)
    reply = relay.ask(b"nonsense", value=2 * UNIT)
    assert isinstance(reply.code, Error)
    assert reply.payload == b"the other program failed"
    # the value came back to the relay, which had already been given it
    assert blocks.free(relay.id) == before + 2 * UNIT


def test_relay_to_one_that_never_answers(blocks: Blocks) -> None:
    relay = deploy(blocks, "c/relay", deploy(blocks, "c/waiter").id)
    message = relay.tell(b"f" + u32(1000))
    blocks.next(PATIENCE)
    assert waitlist.contains(blocks.ext, relay.id, message)
    blocks.events()
    blocks.run()
    reply = reply_to(message, sent_to_users(blocks))
    assert reply is not None
    assert reply.payload == b"no reply in time"


def test_relay_to_one_that_takes_all_the_gas(blocks: Blocks) -> None:
    """Who waits for ever pays with all of the gas that it shares with the relay."""
    relay = deploy(blocks, "c/relay", deploy(blocks, "c/waiter").id)
    message = relay.tell(b"w")
    blocks.next(PATIENCE)
    blocks.events()
    blocks.run()
    reply = reply_to(message, sent_to_users(blocks))
    assert reply is not None
    assert reply.code == Error(Execution(SimpleExecutionError.RAN_OUT_OF_GAS))


def _wait(blocks: Blocks, waiter: Actor, how: bytes, gas: int = GAS) -> tuple[MessageId, Any]:
    message = waiter.tell(how, gas=gas)
    blocks.run()
    (waited,) = [event for event in blocks.events() if event[0] == "MessageWaited"]
    return message, waited


def _answer_after(blocks: Blocks, message: MessageId, count: int) -> bytes:
    """The reply, which comes in block `count` from here and not before."""
    for _ in range(count):
        blocks.next()
        assert reply_to(message, sent_to_users(blocks)) is None
    blocks.run()
    reply = reply_to(message, sent_to_users(blocks))
    assert reply is not None
    return reply.payload


def test_waiter_waits_for(blocks: Blocks) -> None:
    waiter = deploy(blocks, "c/waiter")
    message, waited = _wait(blocks, waiter, b"f" + u32(5))
    assert waited[3].reason.name == "WAIT_FOR_CALLED"
    assert _answer_after(blocks, message, 5) == u32(5)


def test_waiter_waits_up_to_what_its_gas_pays(blocks: Blocks) -> None:
    waiter = deploy(blocks, "c/waiter")
    message, waited = _wait(blocks, waiter, b"u" + u32(7))
    assert waited[3].reason.name == "WAIT_UP_TO_CALLED_FULL"
    assert _answer_after(blocks, message, 7) == u32(7)
    blocks.next()
    # gas for a few blocks only: the message is removed
    message, waited = _wait(blocks, waiter, b"u" + u32(10**9), gas=5 * BILLION)
    assert waited[3].reason.name == "WAIT_UP_TO_CALLED"
    assert blocks.number < waited[4] < blocks.number + 5 * BILLION // 100


def test_waiter_is_woken(blocks: Blocks) -> None:
    waiter = deploy(blocks, "c/waiter")
    message, waited = _wait(blocks, waiter, b"w")
    assert waited[3].reason.name == "WAIT_CALLED"
    blocks.next(3)
    waiter.tell(b"k" + message + u32(0))
    blocks.run()
    events = blocks.events()
    reason = WokenByRuntime(MessageWokenRuntimeReason.WAKE_CALLED)
    assert ("MessageWoken", message, reason) in events
    (reply,) = [event[1] for event in events if event[0] == "UserMessageSent" and event[1].payload]
    assert reply.payload == u32(3)


def test_waiter_is_woken_later(blocks: Blocks) -> None:
    waiter = deploy(blocks, "c/waiter")
    message, _ = _wait(blocks, waiter, b"w")
    blocks.next()
    waiter.do(b"k" + message + u32(4))
    assert _answer_after(blocks, message, 3) == u32(5)


def test_a_message_of_another_program_is_not_woken(blocks: Blocks) -> None:
    waiter = deploy(blocks, "c/waiter")
    message, _ = _wait(blocks, waiter, b"w")
    blocks.next()
    deploy(blocks, "c/waiter", salt=b"other").do(b"k" + message + u32(0))
    assert waitlist.contains(blocks.ext, waiter.id, message)


def test_delayed_message_with_value(blocks: Blocks) -> None:
    delayed = deploy(blocks, "c/delayed")
    message = delayed.answer(b"s" + BOB + u32(3) + u64(50_000) + b"later", value=UNIT)[:32]
    blocks.next(2)
    assert not mailbox.contains(blocks.ext, BOB, message)
    blocks.run()
    (sent,) = sent_to_users(blocks)
    assert (sent.id, sent.payload, sent.value) == (message, b"later", UNIT)
    assert mailbox.contains(blocks.ext, BOB, message)
    assert blocks.free(BOB) == FUNDS


def test_a_clock_of_delayed_messages(blocks: Blocks) -> None:
    delayed = deploy(blocks, "c/delayed")
    delayed.do(b"t" + u32(5) + u32(2))
    ticks = [delayed.state()]
    for _ in range(8):
        blocks.next()
        ticks.append(delayed.state())
    assert ticks == [u32(number) for number in (1, 1, 2, 2, 3, 3, 4, 4, 5)]
    blocks.next()
    everything_is_over(blocks)


def test_reserver_sends_on_reserved_gas(blocks: Blocks) -> None:
    reserver = deploy(blocks, "c/reserver")
    reserver.answer(b"r" + u64(40_000) + u32(20))
    blocks.next(3)
    message = reserver.tell(b"s" + BOB)
    blocks.run()
    sent = sent_to_users(blocks)
    assert [each.payload for each in sent if each.destination == BOB] == [b"reserved"]
    blocks.next()
    # it is used up
    assert reserver.ask(b"s" + BOB).payload == b"send"
    assert reply_to(message, sent) is not None


def test_reserver_answers_and_gives_back(blocks: Blocks) -> None:
    reserver = deploy(blocks, "c/reserver")
    reserver.answer(b"r" + u64(BILLION) + u32(20))
    assert reserver.answer(b"a") == b"reserved"
    reserver.answer(b"r" + u64(BILLION) + u32(20))
    assert reserver.answer(b"g") == u64(BILLION)
    assert reserver.ask(b"g").payload == b"unreserve"
    everything_is_over(blocks)


def test_a_reservation_that_ran_out(blocks: Blocks) -> None:
    reserver = deploy(blocks, "c/reserver")
    reserver.answer(b"r" + u64(BILLION) + u32(4))
    blocks.next(4)
    assert reserver.ask(b"g").payload == b"unreserve"
    everything_is_over(blocks)


def _signals(count: int, code: SignalCode, message: MessageId) -> bytes:
    return u32(count) + u32(signal_code_number(code)) + message


def test_reserver_gets_signals(blocks: Blocks) -> None:
    reserver = deploy(blocks, "c/reserver")
    errors = SimpleExecutionError
    for count, (how, error) in enumerate(
        ((b"p", errors.USERSPACE_PANIC), (b"o", errors.RAN_OUT_OF_GAS)), start=1
    ):
        message = reserver.tell(how + u64(2 * BILLION), gas=5 * BILLION)
        blocks.next()
        assert reserver.state() == _signals(count, ExecutionSignal(error), message)
        everything_is_over(blocks)


def test_a_signal_when_waiting_is_no_longer_paid_for(blocks: Blocks) -> None:
    reserver = deploy(blocks, "c/reserver")
    gas = 3 * BILLION
    _, waited = _wait(blocks, reserver, b"w" + u64(2 * BILLION), gas)
    # what is left pays for so many blocks; let there be nine
    gas -= 100 * (waited[4] - blocks.number - 9)
    blocks.next()
    message, waited = _wait(blocks, reserver, b"w" + u64(2 * BILLION), gas)
    assert waited[4] == blocks.number + 9
    blocks.next(9)
    blocks.events()
    blocks.run()
    reply = reply_to(message, sent_to_users(blocks))
    assert reply is not None
    assert (reply.code, reply.payload) == (Error(RemovedFromWaitlist()), b"removal from waitlist")
    assert reserver.state() == _signals(1, RemovedFromWaitlistSignal(), message)
