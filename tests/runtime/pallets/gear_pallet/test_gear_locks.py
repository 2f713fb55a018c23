"""Locks that programs keep themselves: who waits for one, is woken too early, or is too slow.

Named as the reference's tests of pallet_gear.
"""

import pytest

from parachain.runtime.gear.reply_code import (
    Error,
    Execution,
    SimpleExecutionError,
)
from parachain.runtime.gear.tasks import RemoveFromWaitlist, WakeMessage
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.course import (
    NOTE,
    NOTED,
    WAKE,
    commands,
    mark,
    pass_blocks,
    process,
    tell,
    until,
    word,
)
from tests.runtime.pallets.gear_pallet.programs import program, reply, syscall
from tests.runtime.pallets.gear_pallet.traffic import everything_is_over, upload

BACKEND_ERROR = Error(Execution(SimpleExecutionError.BACKEND_ERROR))
#: What a block burns that runs a task, besides that.
ONE_TASK = 1_693_000 + 25_000_000 + 100_000_000
WAITS = [
    pytest.param("gr_wait", (), RemoveFromWaitlist, 1_884_961_000, id="wait"),
    pytest.param("gr_wait_for", (5,), WakeMessage, 850_858_000, id="wait for"),
    pytest.param("gr_wait_up_to", (5,), WakeMessage, 850_858_000, id="wait up to"),
]


LOCK, HELD = 4000, "(i32.load (i32.const 4000))"


def test_waking_message_waiting_for_mx_lock_does_not_lead_to_deadlock(blocks: Blocks) -> None:
    """Woken too early it sees that the lock is held and waits on; then it gets it.

    The reference has this as waking_message_waiting_for_rw_lock_does_not_lead_to_deadlock, too.
    """
    try_lock = (
        f"(if {HELD} (then {NOTE} {syscall('gr_wait')})"
        f"(else {mark(LOCK)} {syscall('gr_message_id', NOTED + 64)}"
        f"{syscall('gr_wait_for', 3)}))"
    )
    release = mark(LOCK, 0) + WAKE
    # 0 lock, hold for three blocks, then release; 1 wake who waits for the lock
    holder = (
        f"(if (i32.and {HELD} (i32.eq (i32.load (i32.const {NOTED + 64})) (i32.load "
        f"(i32.const {NOTED + 128})))) (then {release}) (else {try_lock}))"
    )
    handle = syscall("gr_message_id", NOTED + 128) + commands(holder, WAKE)
    address = upload(blocks, program(handle=handle))
    first = tell(blocks, address)
    process(blocks)
    second = tell(blocks, address)
    assert second in process(blocks).waited
    tell(blocks, address, b"\1")
    done = process(blocks)
    assert done.woken == [second]
    assert second in done.waited
    done = process(blocks)
    assert done.woken == [first, second]
    assert list(done.waited) == [second]  # it has the lock now, and holds it


def test_mx_lock_ownership_exceedance(blocks: Blocks) -> None:
    """Who waits for a lock looks at the block's number, and takes it from one who is too slow."""
    hold = mark(LOCK) + syscall("gr_block_height", 2000) + syscall("gr_wait")
    take = until(5, mark(LOCK, 2) + reply(2), syscall("gr_wait_for", 5))
    address = upload(blocks, program(handle=f"(if {HELD} (then {take}) (else {hold}))"))
    tell(blocks, address)
    process(blocks)
    second = tell(blocks, address)
    assert second in process(blocks).waited
    pass_blocks(blocks, 4)
    done = process(blocks)
    assert len(done.reply(second).payload) == 2
    assert word(blocks, address, LOCK) == 2


@pytest.mark.parametrize("readers", [1, 2])
def test_rw_lock_works(blocks: Blocks, readers: int) -> None:
    """Readers share the lock; a writer waits until the last of them has let it go."""
    count = "(i32.load (i32.const 4000))"
    add = f"(i32.store (i32.const 4000) (i32.add {count} (i32.const 1)))"
    sub = f"(i32.store (i32.const 4000) (i32.sub {count} (i32.const 1)))"
    write = f"(if {count} (then {NOTE} {syscall('gr_wait')}) (else {mark(2000)} {reply(2)}))"
    release = f"{sub} (if (i32.eqz {count}) (then {WAKE}))"
    address = upload(blocks, program(handle=commands(add, write, release)))
    for _ in range(readers):
        tell(blocks, address)
    writer = tell(blocks, address, b"\1")
    assert writer in process(blocks).waited
    for left in reversed(range(readers)):
        tell(blocks, address, b"\2")
        assert (process(blocks).woken == [writer]) is (left == 0)
    assert word(blocks, address, 2000) == 1
    everything_is_over(blocks)
