"""Messages that are sent with a delay, and wakes: the stash, its rent, where they go then.

Named as the reference's tests of pallet_gear.
"""

import pytest

from parachain.runtime.gear.gas_tree import NodeId
from parachain.runtime.gear.ids import outgoing_message_id, program_id_from_user
from parachain.runtime.gear.tasks import RemoveFromMailbox, SendDispatch, SendUserMessage
from parachain.runtime.pallets import gear, gear_bank, gear_gas
from parachain.runtime.pallets.gear.calculation import calculate_gas_info
from parachain.runtime.pallets.gear.calculation.handle_kind import Handle
from parachain.runtime.pallets.gear_messenger import mailbox
from parachain.runtime.pallets.gear_messenger.declarations import stashed
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
from tests.runtime.pallets.gear_pallet.traffic import TO, everything_is_over, upload
from tests.runtime.pallets.scene import ALICE, BOB, FUNDS, UNIT

#: Of the database, and what a block burns besides messages.
READ, WRITE = 25_000_000, 100_000_000
#: Where reservations are answered: an error, the id, then whom to send to.
RESERVED = DATA
RESERVATION = RESERVED + 4


def sender(to: bytes, handle: str, value: int = 0) -> bytes:
    data = bytes(32) + to + value.to_bytes(16, "little")
    return program(handle=handle, handle_reply="", data=data)


def outgoing(blocks: Blocks, message: bytes, nonce: int = 0) -> bytes:
    return outgoing_message_id(blocks.ext.blake2_256, message, nonce)


@pytest.mark.parametrize("gas", [0, 10_000])
def test_delayed_sending(blocks: Blocks, gas: int) -> None:
    """To a user: past the mailbox or into it, by the gas it was given."""
    action = must("gr_send_wgas", TO, DATA, 0, gas, 4, RESULT)
    address = upload(blocks, sender(BOB, action, UNIT))
    message = tell(blocks, address, value=UNIT)
    assert process(blocks).told == []
    delayed = outgoing(blocks, message)
    now = gear.block_number(blocks.ext) - 1
    task = SendUserMessage(delayed, to_mailbox=gas > 0)
    assert task_pool.contains(blocks.ext, now + 4, task)
    assert stashed.contains(blocks.ext, delayed)
    blocks.next(3)
    (told,) = process(blocks).told
    assert (told.id, told.destination, told.value) == (delayed, BOB, UNIT)
    assert not stashed.contains(blocks.ext, delayed)
    assert mailbox.contains(blocks.ext, BOB, delayed) is (gas > 0)
    pass_blocks(blocks, 101)
    assert blocks.free(BOB) == FUNDS + UNIT
    everything_is_over(blocks)


@pytest.mark.parametrize(
    "delay", [2, 3], ids=["delayed_send_user_message_payment", "of one block more"]
)
def test_delayed_send_user_message_payment(blocks: Blocks, delay: int) -> None:
    action = must("gr_send_wgas", TO, DATA, 0, 0, delay, RESULT)
    address = upload(blocks, sender(BOB, action))
    tell(blocks, address)
    process(blocks)
    held = (delay + 1) * 100 * PRICE
    assert gear_bank.account(blocks.ext, ALICE).gas == held
    before = blocks.free(ALICE)
    pass_blocks(blocks, delay)
    assert gear_bank.account(blocks.ext, ALICE) == (0, 0)
    assert blocks.free(ALICE) - before == 100 * PRICE  # the block that was paid to be safe
    everything_is_over(blocks)


def test_delayed_send_program_message_payment(blocks: Blocks) -> None:
    """The gas for the delay is on top of the gas for the message."""
    sink = upload(blocks, program(handle=mark(4096)))
    given, delay = 1_000_000_000, 3
    action = must("gr_send_wgas", TO, DATA, 0, given, delay, RESULT)
    address = upload(blocks, sender(sink, action))
    message = tell(blocks, address)
    process(blocks)
    assert gear_bank.account(blocks.ext, ALICE).gas == (given + (delay + 1) * 100) * PRICE
    delayed = outgoing(blocks, message)
    now = gear.block_number(blocks.ext) - 1
    assert task_pool.contains(blocks.ext, now + delay, SendDispatch(delayed))
    before = blocks.free(ALICE)
    blocks.next(delay - 1)
    done = process(blocks)
    assert word(blocks, sink, 4096) == 1
    burned = done.burned - (1_693_000 + READ + WRITE + 809_788_000)
    assert blocks.free(ALICE) - before == (given + 100 - burned) * PRICE
    everything_is_over(blocks)


def reserver(to: bytes, amount: int, delay: int, *, wait: int = 0) -> bytes:
    reserve = must("gr_reserve_gas", amount, 1000, RESERVED)
    send = must("gr_reservation_send", RESERVATION, DATA, 0, delay, RESULT)
    data = bytes(36) + to + bytes(16)
    handle = stages(reserve + syscall("gr_wait_for", wait), send) if wait else reserve + send
    return program(handle=handle, handle_reply="", data=data)


def test_delayed_send_user_message_with_reservation(blocks: Blocks) -> None:
    """The reservation pays for the delay; what is left of it goes back to who has paid."""
    address = upload(blocks, reserver(BOB, 3000 + 400, 3))
    message = tell(blocks, address)
    process(blocks)
    delayed = outgoing(blocks, message)
    assert gear_bank.account(blocks.ext, ALICE).gas == (3000 + 400) * PRICE
    blocks.next(2)
    (told,) = process(blocks).told
    assert told.id == delayed
    assert mailbox.contains(blocks.ext, BOB, delayed)
    # The mailbox is paid with what was given for it and the block that was paid to be safe.
    assert gear_gas.StoredGasNodes(blocks.ext).get(NodeId(delayed)) is not None
    assert gear_bank.account(blocks.ext, ALICE).gas == (3000 + 100) * PRICE


def test_delayed_send_program_message_with_reservation(blocks: Blocks) -> None:
    sink = upload(blocks, program(handle=mark(4096)))
    address = upload(blocks, reserver(sink, 1_000_000_000, 3))
    tell(blocks, address)
    process(blocks)
    # The message lives on the reservation, with the rent that this will not need any more.
    assert gear_bank.account(blocks.ext, ALICE).gas == (1_000_000_000 + 1001 * 100) * PRICE
    pass_blocks(blocks, 3)
    assert word(blocks, sink, 4096) == 1
    everything_is_over(blocks)


@pytest.mark.parametrize("wait", [0, 3], ids=["in place", "after a wait"])
def test_delayed_reservations_to_mailbox(blocks: Blocks, wait: int) -> None:
    address = upload(blocks, reserver(BOB, 30_000, 10, wait=wait))
    message = tell(blocks, address)
    pass_blocks(blocks, wait + 1)
    delayed = outgoing(blocks, message)
    assert stashed.contains(blocks.ext, delayed)
    pass_blocks(blocks, 10)
    assert mailbox.contains(blocks.ext, BOB, delayed)
    # The threshold was taken along, and a block that was paid to be safe; the rest went back.
    now = gear.block_number(blocks.ext) - 1
    expected = now + (3000 + 100) // 100 - 1
    assert task_pool.contains(blocks.ext, expected, RemoveFromMailbox(BOB, delayed))


@pytest.mark.parametrize(
    ("amount", "delay", "wait"),
    [
        pytest.param(3000, 1, 0, id="test_failing_delayed_reservation_send"),
        pytest.param(30_000, 1000 * 3000, 0, id="delayed_reservations_sending_validation"),
        pytest.param(30_000, 1000 * 3000, 5, id="after a wait"),
    ],
)
def test_delay_that_a_reservation_cannot_pay(
    blocks: Blocks, amount: int, delay: int, wait: int
) -> None:
    address = upload(blocks, reserver(BOB, amount, delay, wait=wait))
    message = tell(blocks, address)
    pass_blocks(blocks, wait)
    assert process(blocks).statuses == {message: FAILED}
    assert not list(stashed.iterate(blocks.ext))


def test_cascading_delayed_gasless_send_work(blocks: Blocks) -> None:
    """Each message without gas of its own takes that of a mailbox along; less is not enough."""
    action = must("gr_send", TO, DATA, 0, 0, RESULT) + must("gr_send", TO, DATA, 0, 3, RESULT)
    address = upload(blocks, sender(BOB, action))
    limit = calculate_gas_info(blocks.ext, ALICE, Handle(address), b"", 0, True).min_limit
    for missing in (3000, 6000):
        message = tell(blocks, address, gas=limit - missing)
        assert process(blocks).statuses == {message: FAILED}
    message = tell(blocks, address, gas=limit)
    assert process(blocks).statuses == {message: SUCCESS}
    pass_blocks(blocks, 3)
    assert mailbox.contains(blocks.ext, BOB, outgoing(blocks, message, 0))
    assert mailbox.contains(blocks.ext, BOB, outgoing(blocks, message, 1))


@pytest.mark.parametrize("gas", [0, 10_000_000], ids=["past the mailbox", "to the mailbox"])
def test_delayed_user_replacement(blocks: Blocks, gas: int) -> None:
    """Where a message goes is decided when it is sent, though a program comes to be there."""
    code = program()
    hashed = blocks.ext.blake2_256
    future = program_id_from_user(hashed, hashed(code), b"")
    action = must("gr_send_wgas", TO, DATA, 0, gas, 3, RESULT)
    address = upload(blocks, sender(future, action))
    message = tell(blocks, address)
    process(blocks)
    assert upload(blocks, code) == future
    blocks.next()
    (told,) = process(blocks).told
    assert (told.id, told.destination) == (outgoing(blocks, message), future)
    assert mailbox.contains(blocks.ext, future, told.id) is (gas > 0)


def test_delayed_program_creation_no_code(blocks: Blocks) -> None:
    """The message finds no program, its error reply no function; each has cost a look."""
    create = must("gr_create_program_wgas", 16384, 0, 0, 0, 0, 1_000_000_000, 1, RESULT)
    _, message = begin(blocks, program(init=create), value=2 * UNIT)
    process(blocks)
    delayed = outgoing(blocks, message)
    now = gear.block_number(blocks.ext)
    assert task_pool.contains(blocks.ext, now, SendDispatch(delayed))
    before = blocks.free(ALICE)
    held = gear_bank.account(blocks.ext, ALICE).gas
    done = process(blocks)
    assert done.total == 2
    # The program of the error reply, and its code: the reference counts three reads as well.
    assert blocks.free(ALICE) - before == held - (100 + 3 * READ) * PRICE
    everything_is_over(blocks)


def test_delayed_wake(blocks: Blocks) -> None:
    """A message that waits is woken when the delay is over."""
    waiting = syscall("gr_message_id", 3000) + syscall("gr_wait")
    handle = stages(waiting, must("gr_wake", 3000, 5, RESULT), mark(2000))
    address = upload(blocks, program(handle=handle))
    message = tell(blocks, address)
    process(blocks)
    tell(blocks, address)
    pass_blocks(blocks, 5)
    done = process(blocks)
    assert done.woken == [message]
    assert word(blocks, address, 2000) == 1
    everything_is_over(blocks)


def test_wake_of_itself_that_has_not_waited(blocks: Blocks) -> None:
    """A wake with a delay counts only for messages that wait now."""
    wake = syscall("gr_message_id", 3000) + must("gr_wake", 3000, 2, RESULT)
    address = upload(blocks, program(handle=wake))
    tell(blocks, address)
    process(blocks)
    everything_is_over(blocks)


def test_free_storage_hold_on_scheduler_overwhelm(blocks: Blocks) -> None:
    """If the block has no gas for a task, holding costs no more than was paid ahead."""
    action = must("gr_send_wgas", TO, DATA, 0, 20_000, 0, RESULT)
    address = upload(blocks, sender(BOB, action))
    tell(blocks, address)
    (told,) = process(blocks).told
    assert gear_bank.account(blocks.ext, ALICE).gas == 20_000 * PRICE
    before = blocks.free(ALICE)
    pass_blocks(blocks, 198)
    expected = gear.block_number(blocks.ext)
    assert task_pool.contains(blocks.ext, expected, RemoveFromMailbox(BOB, told.id))
    for _ in range(2):  # the expected block, and the one paid ahead
        process(blocks, 0)
        assert mailbox.contains(blocks.ext, BOB, told.id)
    process(blocks)
    assert not mailbox.contains(blocks.ext, BOB, told.id)
    assert blocks.free(ALICE) == before
    everything_is_over(blocks)
