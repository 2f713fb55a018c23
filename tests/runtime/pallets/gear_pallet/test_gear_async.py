"""Programs that wait for replies: joins, timeouts, locks, sleep, hooks; as gstd makes them.

What gstd does in the program is done here by hand: the state is kept in memory, `handle_reply`
wakes what waits. Named as the reference's tests of pallet_gear.
"""

import pytest

from parachain.runtime.gear.reply_code import (
    AUTO_REPLY,
    Error,
    Execution,
    SimpleExecutionError,
)
from parachain.runtime.gear.tasks import RemoveFromWaitlist, WakeMessage
from parachain.runtime.pallets import gear
from parachain.runtime.pallets.gear_scheduler import task_pool
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.course import (
    FAILED,
    NOTE,
    NOTED,
    SUCCESS,
    WAKE,
    begin,
    commands,
    jump,
    knowing,
    mark,
    pass_blocks,
    process,
    stages,
    tell,
    until,
    word,
)
from tests.runtime.pallets.gear_pallet.programs import DATA, RESULT, must, program, reply, syscall
from tests.runtime.pallets.gear_pallet.traffic import TO, everything_is_over, upload
from tests.runtime.pallets.scene import BOB

BACKEND_ERROR = Error(Execution(SimpleExecutionError.BACKEND_ERROR))
#: What a block burns that runs a task, besides that.
ONE_TASK = 1_693_000 + 25_000_000 + 100_000_000
WAITS = [
    pytest.param("gr_wait", (), RemoveFromWaitlist, 1_884_961_000, id="wait"),
    pytest.param("gr_wait_for", (5,), WakeMessage, 850_858_000, id="wait for"),
    pytest.param("gr_wait_up_to", (5,), WakeMessage, 850_858_000, id="wait up to"),
]


def test_sending_waits(blocks: Blocks) -> None:
    """To send and wait for the reply, which wakes."""
    sink = upload(blocks, program(handle=reply(1)))
    asker = program(
        handle=stages(
            NOTE + must("gr_send_wgas", TO, DATA, 1, 2_000_000_000, 0, RESULT) + syscall("gr_wait"),
            reply(4),
        ),
        handle_reply=WAKE,
        data=bytes(32) + sink,
    )
    message = tell(blocks, upload(blocks, asker))
    done = process(blocks)
    assert done.total == 4  # the message, the other's, its reply, the message again
    assert len(done.reply(message).payload) == 4
    everything_is_over(blocks)


def test_default_wait_lock_timeout(blocks: Blocks) -> None:
    """A program that waits for a reply which does not come, and notices by the block's number.

    The reference has this as test_wait_timeout, too.
    """
    ask = NOTE + syscall("gr_block_height", 2000) + must("gr_send", TO, DATA, 0, 0, RESULT)
    timeout = until(20, syscall("gr_panic", DATA, 0), syscall("gr_wait_for", 20))
    handle = stages(ask + syscall("gr_wait_for", 20), timeout)
    address = upload(blocks, knowing(BOB, handle=handle, handle_reply=WAKE))
    message = tell(blocks, address)
    (end,) = process(blocks).waited.values()
    jump(blocks, end)
    done = process(blocks)
    assert done.code(message) == Error(Execution(SimpleExecutionError.USERSPACE_PANIC))


def test_wait_lost(blocks: Blocks) -> None:
    """A reply before the time is over wakes the message, and nothing wakes it again."""
    ask = NOTE + must("gr_send_wgas", TO, DATA, 0, 10_000_000, 0, RESULT)
    handle = stages(ask + syscall("gr_wait_for", 10), reply(2))
    address = upload(blocks, knowing(BOB, handle=handle, handle_reply=WAKE))
    message = tell(blocks, address)
    first = process(blocks)
    (asked,) = first.told
    blocks.call(gear.send_reply(asked.id, b"", 10**9, 0, False), BOB)
    done = process(blocks)
    assert done.woken == [message]
    assert len(done.reply(message).payload) == 2
    # The task that would have woken it finds nothing.
    assert task_pool.contains(blocks.ext, first.waited[message], WakeMessage(address, message))
    jump(blocks, first.waited[message])
    assert process(blocks).total == 0
    everything_is_over(blocks)


@pytest.mark.parametrize(
    "replies",
    [
        pytest.param((0, 1), id="test_join_wait_timeout"),
        pytest.param((1,), id="test_select_wait_timeout"),
    ],
)
def test_two_replies(blocks: Blocks, replies: tuple[int, ...]) -> None:
    """Both are joined, or the first is enough: the message waits anew until then."""
    asks = must("gr_send_wgas", TO, DATA, 0, 10_000_000, 0, RESULT) * 2
    enough = len(replies)
    count = "(i32.store (i32.const 2100) (i32.add (i32.load (i32.const 2100)) (i32.const 1)))"
    met = f"(i32.ge_u (i32.load (i32.const 2100)) (i32.const {enough}))"
    goes_on = f"(if {met} (then {reply(2)}) (else {syscall('gr_wait_for', 20)}))"
    handle = stages(NOTE + asks + syscall("gr_wait_for", 20), *[goes_on] * 2)
    address = upload(blocks, knowing(BOB, handle=handle, handle_reply=count + WAKE))
    message = tell(blocks, address)
    asked = process(blocks).told
    for number, index in enumerate(replies, 1):
        blocks.call(gear.send_reply(asked[index].id, b"", 10**9, 0, False), BOB)
        done = process(blocks)
        assert done.woken == [message]
        if number < enough:
            assert message in done.waited
        else:
            assert len(done.reply(message).payload) == 2


def test_wait_state_machine(blocks: Blocks) -> None:
    """Two messages wait, a third wakes both."""
    second_noted = syscall("gr_message_id", NOTED + 64)
    wake_both = WAKE + must("gr_wake", NOTED + 64, 0, RESULT)
    steps = (
        NOTE + syscall("gr_wait"),
        second_noted + syscall("gr_wait"),
        wake_both,
        must("gr_reply", NOTED, 32, 0, RESULT),
        must("gr_reply", NOTED + 64, 32, 0, RESULT),
    )
    address = upload(blocks, program(handle=stages(*steps)))
    first, second, third = (tell(blocks, address) for _ in range(3))
    done = process(blocks)
    assert done.woken == [first, second]
    assert done.code(third) == AUTO_REPLY
    assert done.reply(first).payload == first
    assert done.reply(second).payload == second
    everything_is_over(blocks)


def test_async_sleep_for(blocks: Blocks) -> None:
    """Sleeping is waiting until a block; a wake before it is slept over."""
    start = NOTE + syscall("gr_block_height", 2000) + syscall("gr_wait_for", 4)
    wakes = until(4, reply(3), syscall("gr_wait_for", 1))
    handle = commands(stages(start, wakes, wakes, wakes, wakes), WAKE)
    address = upload(blocks, program(handle=handle))
    sleeper = tell(blocks, address)
    process(blocks)
    tell(blocks, address, b"\1")
    done = process(blocks)
    assert done.woken == [sleeper]
    assert sleeper in done.waited
    pass_blocks(blocks, 2)
    done = process(blocks)
    assert len(done.reply(sleeper).payload) == 3
    pass_blocks(blocks, 2)
    everything_is_over(blocks)


# -- what a program does before, while and after it waits for another --------------------------

#: Ask the program at TO with gas, and wait for the reply.
ASK = NOTE + must("gr_send_wgas", TO, DATA, 4, 10**9, 0, RESULT) + syscall("gr_wait")


def ping(blocks: Blocks) -> bytes:
    return upload(blocks, program(handle=reply(4)), b"ping")


def test_async_messages(blocks: Blocks) -> None:
    """Three questions, one after the other, before the answer."""
    address = upload(
        blocks,
        knowing(ping(blocks), handle=stages(ASK, ASK, ASK, reply(1)), handle_reply=WAKE),
    )
    message = tell(blocks, address)
    done = process(blocks)
    # Four executions of the message; three times a question and its reply.
    assert (done.total, done.woken) == (4 + 3 * 2, [message] * 3)
    assert len(done.reply(message).payload) == 1
    everything_is_over(blocks)


def test_async_works(blocks: Blocks) -> None:
    """Messages that wait do not keep others from being processed."""
    handle = commands(stages(ASK, reply(2)), mark(2000) + reply(3))
    address = upload(blocks, knowing(ping(blocks), handle=handle, handle_reply=WAKE))
    waiting, other = tell(blocks, address), tell(blocks, address, b"\1")
    done = process(blocks)
    assert len(done.reply(other).payload) == 3
    assert len(done.reply(waiting).payload) == 2
    assert word(blocks, address, 2000) == 1


def test_async_does_not_duplicate_sync(blocks: Blocks) -> None:
    """What comes before the wait is done once, though the message is executed twice."""
    count = "(i32.store (i32.const 2100) (i32.add (i32.load (i32.const 2100)) (i32.const 1)))"
    address = upload(
        blocks, knowing(ping(blocks), handle=stages(count + ASK, reply(1)), handle_reply=WAKE)
    )
    tell(blocks, address)
    process(blocks)
    assert word(blocks, address, 2100) == 1


def test_custom_async_entrypoint_works(blocks: Blocks) -> None:
    """`handle_reply` does more than wake."""
    address = upload(
        blocks,
        knowing(ping(blocks), handle=stages(ASK, reply(1)), handle_reply=mark(2000, 7) + WAKE),
    )
    tell(blocks, address)
    assert process(blocks).total == 4
    assert word(blocks, address, 2000) == 7


def test_handle_reply_hook(blocks: Blocks) -> None:
    """Of replies that were paid for, and of one that was not and is therefore not handled."""
    count = "(i32.store (i32.const 2100) (i32.add (i32.load (i32.const 2100)) (i32.const 1)))"
    send = must("gr_send_wgas", TO, DATA, 0, 10_000_000, 0, RESULT)
    deposit = must("gr_reply_deposit", RESULT + 4, 1_000_000_000, 900)
    address = upload(blocks, knowing(BOB, handle=send + deposit + send, handle_reply=count))
    tell(blocks, address)
    paid, unpaid = process(blocks).told
    for asked in (paid, unpaid):
        blocks.call(gear.send_reply(asked.id, b"", 0, 0, False), BOB)
        process(blocks)
    assert word(blocks, address, 2100) == 1
    everything_is_over(blocks)


def test_futures_unordered(blocks: Blocks) -> None:
    """Replies come in another order than the questions, and each is known by what it answers."""
    note = syscall("gr_reply_to", 2196)  # an error, then the id
    slot = "(i32.store (i32.const 2100) (i32.add (i32.load (i32.const 2100)) (i32.const 1)))"
    asks = must("gr_send_wgas", TO, DATA, 0, 10_000_000, 0, RESULT) * 3
    done_waiting = "(i32.ge_u (i32.load (i32.const 2100)) (i32.const 3))"
    again = f"(if {done_waiting} (then {reply(2)}) (else {syscall('gr_wait')}))"
    handle = stages(NOTE + asks + syscall("gr_wait"), again, again, again)
    address = upload(blocks, knowing(BOB, handle=handle, handle_reply=slot + note + WAKE))
    message = tell(blocks, address)
    asked = process(blocks).told
    for index in (2, 0, 1):
        blocks.call(gear.send_reply(asked[index].id, b"", 10**9, 0, False), BOB)
        done = process(blocks)
        assert word(blocks, address, 2200) == int.from_bytes(asked[index].id[:4], "little")
        assert (message in done.waited) is (index != 1)
    assert word(blocks, address, 2100) == 3


def test_async_recursion(blocks: Blocks) -> None:
    """A program that asks itself until it has done so often enough."""
    deeper = (
        f"(if (i32.lt_u (i32.load (i32.const 4096)) (i32.const 5)) "
        f"(then (i32.store (i32.const 4096) (i32.add (i32.load (i32.const 4096)) (i32.const 1)))"
        f"{syscall('gr_program_id', TO)} {must('gr_send', TO, DATA, 0, 0, RESULT)}))"
    )
    address = upload(blocks, program(handle=deeper))
    tell(blocks, address)
    done = process(blocks)
    # Six messages, and the automatic replies to the five of them that the program has sent.
    assert done.total == 6 + 5
    assert word(blocks, address, 4096) == 5
    everything_is_over(blocks)


def test_async_init(blocks: Blocks) -> None:
    """The first message waits for a reply; the program is initialized then."""
    code = knowing(ping(blocks), init=stages(ASK, mark(2000)), handle_reply=WAKE)
    address, first = begin(blocks, code)
    done = process(blocks)
    assert done.statuses == {first: SUCCESS}
    assert word(blocks, address, 2000) == 1
    message = tell(blocks, address)
    assert process(blocks).statuses == {message: SUCCESS}


@pytest.mark.parametrize(
    ("end", "signalled"),
    [
        pytest.param(reply(1), 0, id="critical_hook_works"),
        pytest.param("unreachable", 1, id="critical_hook_with_panic"),
    ],
)
def test_critical_hook(blocks: Blocks, end: str, signalled: int) -> None:
    """What must be done although the message fails is done in the signal."""
    aside = must("gr_system_reserve_gas", 1_000_000_000, RESULT)
    code = knowing(
        ping(blocks),
        handle=stages(aside + ASK, end),
        handle_reply=WAKE,
        handle_signal=mark(2000),
    )
    address = upload(blocks, code)
    message = tell(blocks, address)
    done = process(blocks)
    assert done.statuses[message] is (FAILED if signalled else SUCCESS)
    assert word(blocks, address, 2000) == signalled


def test_critical_hook_in_handle_reply(blocks: Blocks) -> None:
    """A reply that fails is signalled, too."""
    aside = must("gr_system_reserve_gas", 500_000_000, RESULT)
    code = knowing(
        ping(blocks),
        handle=must("gr_send_wgas", TO, DATA, 0, 5 * 10**9, 0, RESULT),
        handle_reply=aside + "unreachable",
        handle_signal=mark(2000),
    )
    address = upload(blocks, code)
    tell(blocks, address)
    process(blocks)
    assert word(blocks, address, 2000) == 1
    everything_is_over(blocks)
