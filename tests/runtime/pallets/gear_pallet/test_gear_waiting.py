"""Messages that wait, and how that ends: woken, timed out, or with the program.

Named as the reference's tests of pallet_gear. Locks and timeouts are those of programs that keep
them themselves: what the runtime does for them is wait, wake and the block's number.
"""

import pytest

from parachain.runtime.gear.changes import (
    MessageWaitedRuntimeReason,
    MessageWokenRuntimeReason,
    WokenByRuntime,
)
from parachain.runtime.gear.program import Exited
from parachain.runtime.gear.reply_code import (
    AUTO_REPLY,
    Error,
    Execution,
    RemovedFromWaitlist,
    SimpleExecutionError,
    SimpleUnavailableActorError,
    UnavailableActor,
)
from parachain.runtime.gear.tasks import RemoveFromWaitlist, WakeMessage
from parachain.runtime.pallets import gear, gear_program
from parachain.runtime.pallets.gear.calculation import calculate_gas_info
from parachain.runtime.pallets.gear.calculation.handle_kind import Handle, Init
from parachain.runtime.pallets.gear_messenger import waitlist
from parachain.runtime.pallets.gear_scheduler import task_pool
from tests.runtime.pallets.gear_pallet.blocks import PRICE, Blocks
from tests.runtime.pallets.gear_pallet.course import (
    FAILED,
    NOT_EXECUTED,
    NOTE,
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
)
from tests.runtime.pallets.gear_pallet.programs import DATA, RESULT, must, program, reply, syscall
from tests.runtime.pallets.gear_pallet.traffic import TO, everything_is_over, upload
from tests.runtime.pallets.scene import ALICE, BOB, UNIT

BACKEND_ERROR = Error(Execution(SimpleExecutionError.BACKEND_ERROR))
#: What a block burns that runs a task, besides that.
ONE_TASK = 1_693_000 + 25_000_000 + 100_000_000
WAITS = [
    pytest.param("gr_wait", (), RemoveFromWaitlist, 1_884_961_000, id="wait"),
    pytest.param("gr_wait_for", (5,), WakeMessage, 850_858_000, id="wait for"),
    pytest.param("gr_wait_up_to", (5,), WakeMessage, 850_858_000, id="wait up to"),
]


def burned_by(blocks: Blocks, address: bytes) -> int:
    return calculate_gas_info(blocks.ext, ALICE, Handle(address), b"", 0, True).burned


@pytest.mark.parametrize(("name", "args", "task", "gas_of_task"), WAITS)
def test_different_waits_success(
    blocks: Blocks, name: str, args: tuple[int, ...], task: type, gas_of_task: int
) -> None:
    """Each waits for five blocks, the first because it has the gas for no more, and pays rent."""
    address = upload(blocks, program(handle=stages(syscall(name, *args), "")))
    burned = burned_by(blocks, address)
    before = blocks.free(ALICE)
    message = tell(blocks, address, gas=burned + 600 + (10**11 if args else 0))
    done = process(blocks)
    end = gear.block_number(blocks.ext) - 1 + 5
    assert done.waited == {message: end}
    assert task_pool.contains(blocks.ext, end, task(address, message))
    pass_blocks(blocks, 4)
    burned += process(blocks).burned - ONE_TASK - gas_of_task
    assert before - blocks.free(ALICE) == (burned + 5 * 100) * PRICE
    everything_is_over(blocks)


@pytest.mark.parametrize(("name", "args", "task", "gas_of_task"), WAITS)
@pytest.mark.parametrize("missing", [600, 501])
def test_different_waits_fail(
    blocks: Blocks,
    name: str,
    args: tuple[int, ...],
    task: type,  # noqa: ARG001  # of waits that succeed
    gas_of_task: int,  # noqa: ARG001  # as above
    missing: int,
) -> None:
    """Not even one block can be paid for, and one that is paid to be safe."""
    address = upload(blocks, program(handle=stages(syscall(name, *args), "")))
    message = tell(blocks, address, gas=burned_by(blocks, address) + 600 - missing)
    done = process(blocks)
    assert done.statuses == {message: FAILED}
    assert done.code(message) == BACKEND_ERROR
    everything_is_over(blocks)


def test_wait_up_to_what_can_be_paid(blocks: Blocks) -> None:
    """With gas for fewer blocks it waits these, and is then removed instead of woken."""
    address = upload(blocks, program(handle=syscall("gr_wait_up_to", 5)))
    message = tell(blocks, address, gas=burned_by(blocks, address) + 3 * 100)
    done = process(blocks)
    ((_, origin, reason, end),) = done.of("MessageWaited")
    assert end == gear.block_number(blocks.ext) - 1 + 2
    assert origin is None
    assert reason.reason is MessageWaitedRuntimeReason.WAIT_UP_TO_CALLED
    assert task_pool.contains(blocks.ext, end, RemoveFromWaitlist(address, message))
    pass_blocks(blocks, 1)
    done = process(blocks)
    assert done.code(message) == Error(RemovedFromWaitlist())
    everything_is_over(blocks)


def test_requeue_after_wait_for_timeout(blocks: Blocks) -> None:
    """Woken by time, a message may wait again."""
    again = must("gr_send", TO, DATA, 4, 0, RESULT) + syscall("gr_wait_for", 10)
    address = upload(blocks, knowing(BOB, handle=stages(syscall("gr_wait_for", 10), again, "")))
    message = tell(blocks, address)
    (end,) = process(blocks).waited.values()
    jump(blocks, end)
    done = process(blocks)
    assert done.of("MessageWoken") == [
        (message, WokenByRuntime(MessageWokenRuntimeReason.WAKE_CALLED))
    ]
    assert done.waited == {message: end + 10}
    assert len(done.told) == 1


def test_wait_after_reply(blocks: Blocks) -> None:
    for number, wait in enumerate(
        (syscall("gr_wait"), syscall("gr_wait_for", 3), syscall("gr_wait_up_to", 3))
    ):
        address = upload(blocks, program(handle=reply() + wait), salt=bytes([number]))
        message = tell(blocks, address)
        done = process(blocks)
        assert done.code(message) == BACKEND_ERROR


def test_pseudo_duplicate_wake(blocks: Blocks) -> None:
    """That an execution has woken some message does not count in the next one of it."""
    wake_and_wait = must("gr_wake", 16_000, 0, RESULT) + syscall("gr_wait")
    handle = commands(NOTE + wake_and_wait, WAKE)
    address = upload(blocks, program(handle=handle))
    message = tell(blocks, address)
    assert process(blocks).total == 1
    tell(blocks, address, b"\1")
    done = process(blocks)
    assert (done.total, done.woken) == (2, [message])
    assert waitlist.contains(blocks.ext, address, message)


def test_waited_with_zero_gas(blocks: Blocks) -> None:
    """A message that has put all its gas into waiting may have none left when it is woken."""
    send = must("gr_send_wgas", TO, DATA, 0, 12_345, 0, RESULT)
    code = knowing(BOB, init=send + syscall("gr_wait_for", 2), handle_reply=syscall("gr_exit", TO))
    limit = calculate_gas_info(blocks.ext, ALICE, Init(code), b"", 0, True).min_limit
    address, _ = begin(blocks, code, gas=limit)
    (asked,) = process(blocks).told
    blocks.call(gear.send_reply(asked.id, b"", 10**10, 0, False), BOB)
    # The reply, which exits; then the first message, which finds no program any more.
    assert process(blocks).total == 2
    assert gear_program.programs.get(blocks.ext, address) == Exited(BOB)
    pass_blocks(blocks, 1)  # the task that would have woken it
    everything_is_over(blocks)


# -- programs that are not initialized yet -----------------------------------------------------


def test_messages_to_uninitialized_program_wait(blocks: Blocks) -> None:
    """They do not wait any more: each is answered with an error at once.

    The reference has this as wake_messages_after_program_inited, too.
    """
    init = NOTE + must("gr_send_wgas", TO, DATA, 0, 10_000_000, 0, RESULT) + syscall("gr_wait")
    code = knowing(BOB, init=stages(init, ""), handle_reply=WAKE)
    address, first = begin(blocks, code)
    (asked,) = process(blocks).told
    messages = [tell(blocks, address) for _ in range(10)]
    done = process(blocks)
    assert done.statuses == dict.fromkeys(messages, NOT_EXECUTED)
    uninitialized = Error(UnavailableActor(SimpleUnavailableActorError.UNINITIALIZED))
    assert {done.code(message) for message in messages} == {uninitialized}
    blocks.call(gear.send_reply(asked.id, b"", 10**10, 0, False), BOB)
    done = process(blocks)
    assert done.woken == [first]
    message = tell(blocks, address)
    assert process(blocks).code(message) == AUTO_REPLY


def test_init_wait_reply_exit_cleaned_storage(blocks: Blocks) -> None:
    """What waits is woken to find no program; no task of it stays.

    The reference has this as remove_from_waitlist_after_exit_reply, too.
    """
    init = must("gr_send_wgas", TO, DATA, 0, 10_000_000, 0, RESULT) + syscall("gr_wait")
    code = knowing(BOB, init=init, handle_reply=syscall("gr_exit", TO))
    address, first = begin(blocks, code, gas=5_000_000_000)
    done = process(blocks)
    (asked,), end = done.told, done.waited[first]
    assert task_pool.contains(blocks.ext, end, RemoveFromWaitlist(address, first))
    blocks.call(gear.send_reply(asked.id, b"", 10**10, 0, False), BOB)
    done = process(blocks)
    exited = Error(UnavailableActor(SimpleUnavailableActorError.PROGRAM_EXITED))
    assert (done.woken, done.code(first)) == ([first], exited)
    assert done.reply(first).payload == BOB
    assert gear_program.programs.get(blocks.ext, address) == Exited(BOB)
    everything_is_over(blocks)


def test_wake_after_exit(blocks: Blocks) -> None:
    """Woken in the same block in which another message has ended the program."""
    leave = WAKE + syscall("gr_exit", TO)
    address = upload(blocks, knowing(BOB, handle=stages(NOTE + syscall("gr_wait"), leave)))
    waiting = tell(blocks, address, value=UNIT)
    process(blocks)
    leaving = tell(blocks, address)
    done = process(blocks)
    assert done.statuses == {leaving: SUCCESS, waiting: NOT_EXECUTED}
    # Its value has moved long ago and is inherited, not returned.
    assert done.reply(waiting).value == 0
    everything_is_over(blocks)


# -- who pays, and who sees what ---------------------------------------------------------------


def test_locking_gas_for_waitlist(blocks: Blocks) -> None:
    """A message without gas of its own locks what is left when it waits, after others burned."""
    waiter = upload(blocks, program(handle=syscall("gr_wait")))
    burner = upload(blocks, program(handle=mark(4096) + mark(20_000)), b"burner")
    data = bytes(32) + burner + bytes(16) + waiter
    sends = must("gr_send", TO, DATA, 0, 0, RESULT) + must("gr_send", TO + 48, DATA, 0, 0, RESULT)
    address = upload(blocks, program(handle=sends, handle_reply="", data=data))
    info = calculate_gas_info(blocks.ext, ALICE, Handle(address), b"", 0, True, 10**10)
    tell(blocks, address, gas=info.burned + 10_000)
    done = process(blocks)
    ((waiting, end),) = done.waited.items()
    jump(blocks, end)
    assert waitlist.contains(blocks.ext, waiter, waiting)
    process(blocks)
    assert not waitlist.contains(blocks.ext, waiter, waiting)
    pass_blocks(blocks, 1)
    everything_is_over(blocks)


def test_gasless_steal_gas_for_wait(blocks: Blocks) -> None:
    """Messages sent without gas take what a mailbox needs; waiting cannot use it."""
    sends = must("gr_send", TO, DATA, 0, 0, RESULT) * 5
    address = upload(blocks, knowing(BOB, handle=sends + syscall("gr_wait_for", 10)))
    limit = calculate_gas_info(blocks.ext, ALICE, Handle(address), b"", 0, True).min_limit
    message = tell(blocks, address, gas=limit - 11 * 100)
    done = process(blocks)
    assert done.code(message) == BACKEND_ERROR
    assert done.told == []
    message = tell(blocks, address, gas=limit)
    assert message in process(blocks).waited
