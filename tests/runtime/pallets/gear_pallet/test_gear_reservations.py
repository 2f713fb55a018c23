"""Gas reservations: made, used, given up, run out, ended with their program.

Named as the reference's tests of pallet_gear.
"""

import pytest

from parachain.runtime.gear.program import ActiveProgram
from parachain.runtime.gear.reply_code import MANUAL_REPLY
from parachain.runtime.gear.reservation import GasReservationSlot
from parachain.runtime.gear.tasks import RemoveGasReservation
from parachain.runtime.pallets import gear, gear_gas, gear_program
from parachain.runtime.pallets.gear.calculation import calculate_gas_info
from parachain.runtime.pallets.gear.calculation.handle_kind import Handle
from parachain.runtime.pallets.gear_messenger import mailbox
from parachain.runtime.pallets.gear_scheduler import task_pool
from tests.runtime.pallets.gear_pallet.blocks import PRICE, Blocks
from tests.runtime.pallets.gear_pallet.course import (
    FAILED,
    SUCCESS,
    begin,
    mark,
    pass_blocks,
    process,
    stages,
    tell,
    word,
)
from tests.runtime.pallets.gear_pallet.programs import DATA, RESULT, must, program, syscall
from tests.runtime.pallets.gear_pallet.traffic import everything_is_over, upload
from tests.runtime.pallets.scene import ALICE, BOB, ED, UNIT

#: The answer of gr_reserve_gas: an error, then the id; whom to send to and a value follow.
RESERVED = DATA
RESERVATION = RESERVED + 4
AMOUNT, DURATION = 50_000, 20
RESERVE = must("gr_reserve_gas", AMOUNT, DURATION, RESERVED)
SEND = must("gr_reservation_send", RESERVATION, DATA, 0, 0, RESULT)
UNRESERVE = must("gr_unreserve_gas", RESERVATION, RESULT)


def holder(*bodies: str, to: bytes = BOB, value: int = 0) -> bytes:
    """A program with stages of `handle`, and an address and value behind the reservation's id."""
    data = bytes(36) + to + value.to_bytes(16, "little")
    return program(handle=stages(*bodies), handle_reply="", data=data)


def slots(blocks: Blocks, address: bytes) -> dict[bytes, GasReservationSlot]:
    return gear_program.programs.active(blocks.ext, address).gas_reservation_map


def test_gas_reservation_works(blocks: Blocks) -> None:
    """Reserved gas is not burned; it is given back when it is not used, but for the rent."""
    address = upload(blocks, holder(RESERVE, UNRESERVE))
    before = blocks.free(ALICE)
    tell(blocks, address)
    first = process(blocks)
    now = gear.block_number(blocks.ext) - 1
    ((reservation, slot),) = slots(blocks, address).items()
    assert slot == (AMOUNT, now, now + DURATION)
    assert task_pool.contains(blocks.ext, slot.finish, RemoveGasReservation(address, reservation))
    held = (AMOUNT + (DURATION + 1) * 100) * PRICE
    # Besides messages a block burns for looking for tasks, and here for noting one.
    tasks = 26_693_000 + 100_000_000
    assert before - blocks.free(ALICE) == (first.burned - tasks) * PRICE + held
    tell(blocks, address)
    second = process(blocks)
    rent = 100 * PRICE  # one block
    total = (first.burned + second.burned - 2 * tasks) * PRICE + rent
    assert before - blocks.free(ALICE) == total
    assert slots(blocks, address) == {}
    everything_is_over(blocks)


def test_send_from_reservation(blocks: Blocks) -> None:
    address = upload(blocks, holder(RESERVE, SEND, value=UNIT))
    tell(blocks, address, value=UNIT)
    process(blocks)
    tell(blocks, address)
    done = process(blocks)
    (message,) = done.told
    assert (message.destination, message.value) == (BOB, UNIT)
    assert mailbox.contains(blocks.ext, BOB, message.id)
    assert slots(blocks, address) == {}


def test_send_from_reservation_to_a_program(blocks: Blocks) -> None:
    """What the other program burns is the reservation's."""
    sink = upload(blocks, program(handle=mark(4096)))
    reserve = must("gr_reserve_gas", 2_000_000_000, DURATION, RESERVED)
    address = upload(blocks, holder(reserve, SEND, to=sink))
    tell(blocks, address)
    process(blocks)
    tell(blocks, address)
    assert process(blocks).total == 3  # the message, that to the sink, its automatic reply
    assert word(blocks, sink, 4096) == 1
    everything_is_over(blocks)


def test_reply_from_reservation(blocks: Blocks) -> None:
    answer = must("gr_reservation_reply", RESERVATION, DATA, 1, RESULT)
    code = program(handle=stages(RESERVE, answer), data=bytes(36) + UNIT.to_bytes(16, "little"))
    address = upload(blocks, code)
    tell(blocks, address, value=UNIT)
    process(blocks)
    message = tell(blocks, address)
    reply = process(blocks).reply(message)
    assert (reply.value, len(reply.payload)) == (UNIT, 1)
    assert reply.details is not None
    assert reply.details.code == MANUAL_REPLY
    assert slots(blocks, address) == {}
    everything_is_over(blocks)


@pytest.mark.parametrize(
    "end",
    [
        pytest.param("unreachable", id="gas_reservations_cleaned_in_terminated_program"),
        pytest.param(syscall("gr_exit", RESERVATION + 32), id="gas_reservation_wait_wake_exit"),
    ],
)
def test_reservation_ends_with_its_program(blocks: Blocks, end: str) -> None:
    """The first message reserves and waits; a reply wakes it, and it ends the program."""
    ask = must("gr_send_wgas", RESERVATION + 32, DATA, 0, 1_000_000, 0, RESULT)
    first = RESERVE + ask + syscall("gr_message_id", 3000) + syscall("gr_wait")
    code = program(
        init=stages(first, end),
        handle_reply=must("gr_wake", 3000, 0, RESULT),
        data=bytes(36) + BOB + bytes(16),
    )
    address, _ = begin(blocks, code)
    (asked,) = process(blocks).told
    ((reservation, slot),) = slots(blocks, address).items()
    task = RemoveGasReservation(address, reservation)
    assert task_pool.contains(blocks.ext, slot.finish, task)
    blocks.call(gear.send_reply(asked.id, b"", 10**10, 0, False), BOB)
    process(blocks)
    assert not isinstance(gear_program.programs.get(blocks.ext, address), ActiveProgram)
    assert not task_pool.contains(blocks.ext, slot.finish, task)
    everything_is_over(blocks)


@pytest.mark.parametrize(
    ("amount", "duration", "error"),
    [(0, 10, 504), (2999, 10, 504), (3000, 0, 502), (2**63, 10, 100), (3000, 1, 0)],
)
def test_gas_reservations_check_params(
    blocks: Blocks, amount: int, duration: int, error: int
) -> None:
    reserve = syscall("gr_reserve_gas", amount, duration, 4096)
    address = upload(blocks, program(handle=reserve))
    message = tell(blocks, address)
    assert process(blocks).statuses == {message: SUCCESS}
    assert word(blocks, address, 4096) == error


def test_gas_reservations_fresh_reserve_unreserve(blocks: Blocks) -> None:
    """In one execution: the gas is there again, nothing is left of it."""
    address = upload(blocks, program(handle=RESERVE + UNRESERVE))
    before = blocks.free(ALICE)
    tell(blocks, address)
    done = process(blocks)
    assert slots(blocks, address) == {}
    assert before - blocks.free(ALICE) == (done.burned - 26_693_000) * PRICE
    everything_is_over(blocks)


def test_gas_reservations_existing_reserve_unreserve(blocks: Blocks) -> None:
    """Of an earlier execution: the gas goes to who has paid for it, not to the message."""
    address = upload(blocks, holder(RESERVE, UNRESERVE))
    tell(blocks, address, gas=3_000_000_000)
    process(blocks)
    blocks.call(gear.send_message(address, b"", 3_000_000_000, 0, False), BOB)
    before = blocks.free(ALICE)
    pass_blocks(blocks, 1)
    assert blocks.free(ALICE) - before == (AMOUNT + DURATION * 100) * PRICE
    everything_is_over(blocks)


def test_reservation_manager(blocks: Blocks) -> None:
    """Some reservations, of which one is picked and used."""
    reserve = must("gr_reserve_gas", AMOUNT, DURATION, RESERVED)
    other = must("gr_reserve_gas", AMOUNT * 2, DURATION + 5, 512)
    third = must("gr_reserve_gas", AMOUNT * 3, DURATION + 7, 768)
    address = upload(blocks, holder(other + reserve + third, SEND))
    tell(blocks, address)
    process(blocks)
    assert sorted(slot.amount for slot in slots(blocks, address).values()) == [
        AMOUNT,
        2 * AMOUNT,
        3 * AMOUNT,
    ]
    tell(blocks, address)
    assert len(process(blocks).told) == 1
    assert sorted(slot.amount for slot in slots(blocks, address).values()) == [
        2 * AMOUNT,
        3 * AMOUNT,
    ]


def test_a_reservation_is_used_once(blocks: Blocks) -> None:
    address = upload(blocks, holder(RESERVE, SEND, SEND))
    tell(blocks, address)
    process(blocks)
    first, second = tell(blocks, address), tell(blocks, address)
    assert process(blocks).statuses == {first: SUCCESS, second: FAILED}


def test_no_redundant_gas_value_after_exiting(blocks: Blocks) -> None:
    """All gas is burned or given back, and the existential deposit is inherited."""
    code = program(handle=syscall("gr_exit", DATA), data=ALICE)
    address = upload(blocks, code)
    info = calculate_gas_info(blocks.ext, ALICE, Handle(address), b"", 0, True)
    before = blocks.free(ALICE)
    tell(blocks, address, gas=info.min_limit)
    assert before - blocks.free(ALICE) == info.min_limit * PRICE
    process(blocks)
    assert before - blocks.free(ALICE) == info.min_limit * PRICE - ED
    assert not list(gear_gas.declarations.gas_nodes.iterate(blocks.ext))
    everything_is_over(blocks)
