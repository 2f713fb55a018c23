"""Programs that have ended: what becomes of their funds and of messages to them.

Named as the reference's tests of pallet_gear.
"""

import pytest

from parachain.runtime.gear.program import Exited, Program, Terminated
from parachain.runtime.gear.reply_code import (
    Error,
    SimpleUnavailableActorError,
    UnavailableActor,
)
from parachain.runtime.pallets import balances, gear, gear_program
from parachain.runtime.pallets.gear import inheritance
from parachain.runtime.pallets.gear.declarations import ACTIVE_PROGRAM, INACTIVE_PROGRAM
from parachain.runtime.pallets.gear_program.declarations import programs
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.course import (
    FAILED,
    NOT_EXECUTED,
    SUCCESS,
    begin,
    commands,
    knowing,
    process,
    tell,
)
from tests.runtime.pallets.gear_pallet.programs import DATA, RESULT, must, program, syscall
from tests.runtime.pallets.gear_pallet.traffic import TO, everything_is_over, upload
from tests.runtime.pallets.scene import ALICE, BOB, ED, EVE, FUNDS, UNIT, fails

EXITED = Error(UnavailableActor(SimpleUnavailableActorError.PROGRAM_EXITED))
TERMINATED = Error(UnavailableActor(SimpleUnavailableActorError.INITIALIZATION_FAILURE))


@pytest.mark.parametrize(
    ("init", "status", "code", "payload"),
    [
        pytest.param("unreachable", FAILED, TERMINATED, b"", id="terminated_program_zero_gas"),
        pytest.param(
            syscall("gr_exit", DATA), SUCCESS, EXITED, BOB, id="exited_program_zero_gas_and_value"
        ),
    ],
)
def test_ended_program_zero_gas(
    blocks: Blocks, init: str, status: object, code: object, payload: bytes
) -> None:
    """A message without gas that comes after the end: it fails, and nothing else does."""
    address, first = begin(blocks, program(init=init, data=BOB))
    second, third = tell(blocks, address, gas=0), tell(blocks, address, value=UNIT)
    done = process(blocks)
    assert done.statuses == {first: status, second: FAILED, third: NOT_EXECUTED}
    assert done.total == 3
    reply = done.reply(third)
    assert (done.code(third), reply.payload, reply.value) == (code, payload, UNIT)
    assert blocks.free(address) == 0
    everything_is_over(blocks)


def test_exit_handle(blocks: Blocks) -> None:
    address = upload(blocks, program(handle=syscall("gr_exit", DATA), data=BOB))
    message = tell(blocks, address)
    done = process(blocks)
    assert done.statuses == {message: SUCCESS}
    assert gear_program.programs.get(blocks.ext, address) == Exited(BOB)
    with fails(blocks.ext, INACTIVE_PROGRAM):
        blocks.call(gear.send_message(address, b"", 0, 0, False))


def test_exit_locking_funds(blocks: Blocks) -> None:
    """What it sent to itself, and the deposit; there is nothing to be claimed later."""
    send = syscall("gr_program_id", TO) + must("gr_send", TO, DATA, 0, 0, RESULT)
    leave = syscall("gr_exit", DATA)
    code = program(handle=commands(send, leave), data=BOB + bytes(32) + UNIT.to_bytes(16, "little"))
    address = upload(blocks, code)
    # The message that it sends to itself does the same: one more, without any value left.
    first = tell(blocks, address, value=UNIT)
    assert process(blocks).statuses == {first: SUCCESS}
    assert blocks.free(address) == ED + UNIT
    tell(blocks, address, b"\1")
    process(blocks)
    assert (blocks.free(address), blocks.free(BOB)) == (0, FUNDS + UNIT + ED)
    blocks.call(gear.claim_value_to_inheritor(address, 2**32 - 1))
    assert (blocks.free(address), blocks.free(BOB)) == (0, FUNDS + UNIT + ED)


def test_frozen_funds_remain_on_exit(blocks: Blocks) -> None:
    """A lock of another kind outlasts the program; later they can be claimed."""
    address = upload(blocks, program(handle=syscall("gr_exit", DATA), data=BOB))
    balances.set_lock(blocks.ext, b"py/grlok", address, 5 * UNIT, balances.WithdrawReasons.ALL)
    tell(blocks, address, value=10 * UNIT)
    process(blocks)
    assert blocks.free(address) == 5 * UNIT
    assert blocks.free(BOB) == FUNDS + 5 * UNIT + ED
    balances.remove_lock(blocks.ext, b"py/grlok", address)
    blocks.call(gear.claim_value_to_inheritor(address, 1), EVE)
    assert blocks.free(BOB) == FUNDS + 10 * UNIT + ED


def test_terminated_locking_funds(blocks: Blocks) -> None:
    """Value that a failed program has in a mailbox comes to its owner when it is claimed."""
    send = must("gr_send_wgas", TO, DATA, 0, 100_000, 0, RESULT) + syscall("gr_wait_for", 2)
    woken = "(if (i32.load (i32.const 4096)) (then unreachable))"
    keep = "(i32.store (i32.const 4096) (i32.const 1))"
    code = knowing(BOB, value=UNIT, init=woken + keep + send, handle_reply="")
    address, _ = begin(blocks, code, value=5 * UNIT)
    (told,) = process(blocks).told
    assert blocks.free(address) == ED + 4 * UNIT
    before = blocks.free(ALICE)
    blocks.next()
    process(blocks)
    assert gear_program.programs.get(blocks.ext, address) == Terminated(ALICE)
    assert blocks.free(ALICE) - before >= ED + 4 * UNIT
    blocks.call(gear.claim_value(told.id), BOB)
    assert blocks.free(BOB) == FUNDS + UNIT
    process(blocks)
    everything_is_over(blocks)


def test_claim_value_to_inheritor(blocks: Blocks) -> None:
    """Funds that come after the end go to the heir, or the heir's heir."""
    address = upload(blocks, program(handle=syscall("gr_exit", DATA), data=BOB))
    heir = upload(blocks, program(handle=syscall("gr_exit", DATA), data=address))
    with fails(blocks.ext, ACTIVE_PROGRAM):
        blocks.call(gear.claim_value_to_inheritor(address, 5))
    for each in (address, heir):
        tell(blocks, each)
    process(blocks)
    balances.deposit_creating(blocks.ext, heir, 7 * UNIT)
    balances.drop_positive_imbalance(blocks.ext, 7 * UNIT)
    # The deposit of the second has gone to the first, which had ended by then.
    before = blocks.free(BOB)
    blocks.call(gear.claim_value_to_inheritor(heir, 1))
    assert blocks.free(address) == ED + 7 * UNIT
    blocks.call(gear.claim_value_to_inheritor(heir, 2))
    assert blocks.free(BOB) - before == ED + 7 * UNIT
    assert (blocks.free(heir), blocks.free(address)) == (0, 0)


def chain_of_heirs(blocks: Blocks, count: int) -> list[bytes]:
    """Programs that have ended, each the heir of the one after it; Bob is that of the first."""
    made: list[bytes] = []
    for number in range(count):
        address = blocks.ext.blake2_256(bytes([number]))
        heir = made[-1] if made else BOB
        ended: Program = Exited(heir) if number % 2 else Terminated(heir)
        programs.put(blocks.ext, address, ended)
        made.append(address)
    return made


@pytest.mark.parametrize(
    ("which", "depth", "heir", "first"),
    [
        (99, 2**32 - 1, None, 0),
        (49, 2**32 - 1, None, 0),
        (0, 1, None, 0),
        (99, 10, 89, 90),
        (99, 50, 49, 50),
        (99, 100, None, 0),
        (99, 99, 0, 1),
    ],
)
def test_sequence_inheritor_of(
    blocks: Blocks, which: int, depth: int, heir: int | None, first: int
) -> None:
    made = chain_of_heirs(blocks, 100)
    found = inheritance.find(blocks.ext, made[which], depth)
    assert found is not None
    assert found.heir == (BOB if heir is None else made[heir])
    assert sorted(found.holders) == sorted(made[first : which + 1])


def test_cyclic_inheritor_of(blocks: Blocks) -> None:
    """Those who inherit from each other keep what they have; that is no error."""
    made = chain_of_heirs(blocks, 5)
    programs.put(blocks.ext, made[0], Exited(made[-1]))
    balances.deposit_creating(blocks.ext, made[2], UNIT)
    balances.drop_positive_imbalance(blocks.ext, UNIT)
    with blocks.nothing_changes():
        blocks.call(gear.claim_value_to_inheritor(made[2], 2**32 - 1))


def test_reply_to_terminated_program(blocks: Blocks) -> None:
    """It is refused; the value can still be claimed."""
    send = must("gr_send_wgas", TO, DATA, 0, 100_000, 0, RESULT) + syscall("gr_exit", TO + 48)
    code = program(init=send, data=bytes(32) + BOB + UNIT.to_bytes(16, "little") + EVE)
    begin(blocks, code, value=UNIT)
    (told,) = process(blocks).told
    with fails(blocks.ext, INACTIVE_PROGRAM):
        blocks.call(gear.send_reply(told.id, b"", 10**9, 0, False), BOB)
    blocks.call(gear.claim_value(told.id), BOB)
    assert blocks.free(BOB) == FUNDS + UNIT
    assert process(blocks).total == 0
    everything_is_over(blocks)


def test_send_to_terminated_from_program(blocks: Blocks) -> None:
    """The message is answered with an error; the sender goes on."""
    dead = upload(blocks, program(init="unreachable"))
    send = must("gr_send", TO, DATA, 0, 0, RESULT)
    address = upload(blocks, knowing(dead, handle=send, handle_reply="unreachable"))
    message = tell(blocks, address)
    done = process(blocks)
    assert done.statuses == {message: SUCCESS}
    assert done.total == 3
    everything_is_over(blocks)
