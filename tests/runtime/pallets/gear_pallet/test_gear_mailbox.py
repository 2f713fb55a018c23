"""The mailbox, what goes past it, and replies that nobody writes or somebody has paid for.

Named as the reference's tests of pallet_gear.
"""

import pytest

from parachain.runtime.gear import gas_tree
from parachain.runtime.gear.changes import ReadByUser, UserMessageReadRuntimeReason
from parachain.runtime.gear.gas_tree import LockId, NodeId
from parachain.runtime.gear.ids import reply_id
from parachain.runtime.gear.reply_code import AUTO_REPLY
from parachain.runtime.pallets import gear, gear_bank
from parachain.runtime.pallets.gear.declarations import MESSAGE_NOT_FOUND
from parachain.runtime.pallets.gear_bank.declarations import unused_value
from parachain.runtime.pallets.gear_gas import StoredGasNodes
from parachain.runtime.pallets.gear_messenger import mailbox, queue
from tests.runtime.pallets.gear_pallet.blocks import PRICE, Blocks
from tests.runtime.pallets.gear_pallet.course import (
    SUCCESS,
    jump,
    knowing,
    mark,
    pass_blocks,
    process,
    tell,
    word,
)
from tests.runtime.pallets.gear_pallet.programs import DATA, RESULT, must, program, syscall
from tests.runtime.pallets.gear_pallet.traffic import TO, everything_is_over, upload
from tests.runtime.pallets.scene import ALICE, BOB, CHARLIE, EVE, FUNDS, UNIT, fails


def mailing(gas: int, value: int = 0, to: bytes = BOB, delay: int = 0) -> bytes:
    send = must("gr_send_wgas", TO, DATA, 4, gas, delay, RESULT)
    return knowing(to, value=value, handle=send, handle_reply=mark(4096))


def mailed(blocks: Blocks, gas: int = 20_000, value: int = 0) -> tuple[bytes, bytes]:
    """A program with a message in Bob's mailbox; their ids."""
    address = upload(blocks, mailing(gas, value))
    tell(blocks, address, value=value)
    (told,) = process(blocks).told
    assert mailbox.contains(blocks.ext, BOB, told.id)
    return address, told.id


def test_mailbox_works(blocks: Blocks) -> None:
    """What is in there: the message, its interval, its gas under lock; the value in the bank."""
    address, message = mailed(blocks, 20_000, UNIT)
    now = gear.block_number(blocks.ext) - 1
    ((entry, interval),) = mailbox.iterate(blocks.ext, BOB)
    assert (entry.id, entry.source, entry.value) == (message, address, UNIT)
    assert interval == (now, now + 199)
    nodes = StoredGasNodes(blocks.ext)
    assert gas_tree.locked(nodes, NodeId(message), LockId.MAILBOX) == 20_000
    assert gas_tree.limit(nodes, NodeId(message)) == 0
    assert gear_bank.account(blocks.ext, address).value == UNIT


@pytest.mark.parametrize(("gas", "kept"), [(2999, False), (3000, True)])
def test_mailbox_threshold_works(blocks: Blocks, gas: int, kept: bool) -> None:
    """Less than the threshold cannot be given, so that nothing is sent at all; 0 can."""
    send = syscall("gr_send_wgas", TO, DATA, 4, gas, 0, 4096)
    address = upload(blocks, knowing(BOB, handle=send))
    tell(blocks, address)
    done = process(blocks)
    assert word(blocks, address, 4096) == (0 if kept else 308)
    assert len(done.told) == kept
    if kept:
        nodes = StoredGasNodes(blocks.ext)
        assert gas_tree.locked(nodes, NodeId(done.told[0].id), LockId.MAILBOX) == 3000


def test_mailbox_sending_instant_transfer(blocks: Blocks) -> None:
    """A message without gas is paid at once."""
    address = upload(blocks, mailing(0, UNIT))
    tell(blocks, address, value=UNIT)
    (told,) = process(blocks).told
    assert not mailbox.contains(blocks.ext, BOB, told.id)
    assert blocks.free(BOB) == FUNDS + UNIT
    everything_is_over(blocks)


@pytest.mark.parametrize("duration", [5, 10])
def test_mailbox_rent_claimed(blocks: Blocks, duration: int) -> None:
    """Rent for the blocks that it was there is all that is spent of the gas."""
    address = upload(blocks, mailing(20_000, UNIT))
    tell(blocks, address, value=UNIT)
    done = process(blocks)
    after_sending = blocks.free(ALICE)
    pass_blocks(blocks, duration - 1)
    blocks.call(gear.claim_value(done.told[0].id), BOB)
    assert blocks.free(BOB) == FUNDS + UNIT
    assert blocks.free(ALICE) - after_sending == (20_000 - duration * 100) * PRICE
    process(blocks)  # the automatic reply
    everything_is_over(blocks)


def test_mailbox_rent_out_of_rent(blocks: Blocks) -> None:
    """All gas but that for the last block is spent, and the user gets the value all the same."""
    _, message = mailed(blocks, 3000, UNIT)
    before = blocks.free(ALICE)
    pass_blocks(blocks, 29)
    assert not mailbox.contains(blocks.ext, BOB, message)
    assert blocks.free(BOB) == FUNDS + UNIT
    assert blocks.free(ALICE) - before == 100 * PRICE
    everything_is_over(blocks)


def test_claim_value_works(blocks: Blocks) -> None:
    address, message = mailed(blocks, value=UNIT)
    blocks.events()
    blocks.call(gear.claim_value(message), BOB)
    claimed = ReadByUser(UserMessageReadRuntimeReason.MESSAGE_CLAIMED)
    assert blocks.events() == [("UserMessageRead", message, claimed)]
    assert gear_bank.account(blocks.ext, address).value == 0
    (reply,) = queue.iterate(blocks.ext)
    assert reply.message.details is not None
    assert reply.message.details.code == AUTO_REPLY
    process(blocks)
    everything_is_over(blocks)


def test_send_reply_works(blocks: Blocks) -> None:
    address, message = mailed(blocks)
    blocks.events()
    blocks.call(gear.send_reply(message, b"answer", 10**9, 0, False), BOB)
    reply = reply_id(blocks.ext.blake2_256, message)
    assert blocks.events()[-1][1:4] == (reply, BOB, address)
    assert process(blocks).statuses == {reply: SUCCESS}
    assert word(blocks, address, 4096) == 1


@pytest.mark.parametrize("who", [ALICE, CHARLIE])
def test_send_reply_failure_to_claim_from_mailbox(blocks: Blocks, who: bytes) -> None:
    """Only who was sent the message can answer it, and only once."""
    _, message = mailed(blocks)
    with fails(blocks.ext, MESSAGE_NOT_FOUND):
        blocks.call(gear.send_reply(message, b"", 10**9, 0, False), who)
    blocks.call(gear.send_reply(message, b"", 10**9, 0, False), BOB)
    for call in (gear.send_reply(message, b"", 10**9, 0, False), gear.claim_value(message)):
        with fails(blocks.ext, MESSAGE_NOT_FOUND):
            blocks.call(call, BOB)


def test_send_reply_value_claiming_works(blocks: Blocks) -> None:
    """A reply brings the value of the message before that of the reply is taken."""
    _, message = mailed(blocks, value=2 * UNIT)
    before = blocks.free(BOB)
    blocks.call(gear.send_reply(message, b"", 35_000_000, UNIT, False), BOB)
    paid = 35_000_000 * PRICE + UNIT
    assert blocks.free(BOB) == before + 2 * UNIT - paid
    assert gear_bank.account(blocks.ext, BOB) == (35_000_000 * PRICE, UNIT)


def test_dust_in_message_to_user_handled_ok(blocks: Blocks) -> None:
    """Less than an account must have, for one that does not exist: the bank keeps it."""
    for gas, blocks_kept in ((0, 0), (3000, 30)):
        address = upload(blocks, mailing(gas, 300, EVE), bytes([gas % 251]))
        tell(blocks, address, value=300)
        pass_blocks(blocks, blocks_kept + 1)
        assert blocks.free(EVE) == 0
    assert unused_value.get(blocks.ext) == 600
    everything_is_over(blocks)


# -- replies that nobody writes ----------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="auto_reply_sent"),
        pytest.param(syscall("gr_exit", DATA), id="auto_reply_on_exit_exists"),
        pytest.param(syscall("gr_leave"), id="on leaving"),
    ],
)
def test_auto_reply_sent(blocks: Blocks, name: str) -> None:
    address = upload(blocks, program(handle=name))
    message = tell(blocks, address)
    reply = process(blocks).reply(message)
    assert reply.details is not None
    assert (reply.details.code, reply.payload, reply.value) == (AUTO_REPLY, b"", 0)


@pytest.mark.parametrize("delay", [0, 1])
def test_auto_reply_from_user_no_mailbox(blocks: Blocks, delay: int) -> None:
    address = upload(blocks, mailing(0, delay=delay))
    tell(blocks, address)
    totals = [process(blocks).total for _ in range(1 + delay)]
    assert totals == ([2] if delay == 0 else [1, 1])
    everything_is_over(blocks)


def test_auto_reply_out_of_rent_mailbox(blocks: Blocks) -> None:
    _, message = mailed(blocks, 3000)
    pass_blocks(blocks, 28)
    assert mailbox.contains(blocks.ext, BOB, message)
    assert process(blocks).total == 1
    assert not mailbox.contains(blocks.ext, BOB, message)


def test_auto_reply_out_of_rent_waitlist(blocks: Blocks) -> None:
    """A program is sent an error reply, which has too little gas: it all went into rent."""
    waiter = upload(blocks, program(handle=syscall("gr_wait")))
    send = must("gr_send_wgas", TO, DATA, 4, 1_000_000_000, 0, RESULT)
    address = upload(blocks, knowing(waiter, handle=send, handle_reply=mark(4096)))
    tell(blocks, address)
    (end,) = process(blocks).waited.values()
    jump(blocks, end)
    assert process(blocks).total == 1
    assert word(blocks, address, 4096) == 0
    everything_is_over(blocks)


# -- replies that somebody has paid for --------------------------------------------------------

DEPOSIT = 1_000_000_000


def depositing(to: bytes, gas: int, deposit: int = DEPOSIT, *, reply: str = mark(4096)) -> bytes:
    """A program that sends a message and pays for the handling of its reply."""
    send = must("gr_send_wgas", TO, DATA, 4, gas, 0, RESULT)
    pay = must("gr_reply_deposit", RESULT + 4, deposit, 900)
    return knowing(to, handle=send + pay, handle_reply=reply)


def test_reply_deposit_to_program(blocks: Blocks) -> None:
    """The automatic reply of the other program, which has no gas of its own, is handled."""
    sink = upload(blocks, program())
    address = upload(blocks, depositing(sink, DEPOSIT))
    tell(blocks, address)
    assert process(blocks).total == 3
    assert word(blocks, address, 4096) == 1
    everything_is_over(blocks)


def test_reply_deposit_to_user_auto_reply(blocks: Blocks) -> None:
    address = upload(blocks, depositing(BOB, 0))
    tell(blocks, address)
    assert process(blocks).total == 2
    assert word(blocks, address, 4096) == 1
    everything_is_over(blocks)


def test_reply_deposit_panic_in_handle_reply(blocks: Blocks) -> None:
    address = upload(blocks, depositing(BOB, 0, 1))
    tell(blocks, address)
    assert process(blocks).total == 2
    assert word(blocks, address, 4096) == 0
    everything_is_over(blocks)


@pytest.mark.parametrize(
    "end",
    [
        pytest.param("reply", id="reply_deposit_to_user_reply, reply_deposit_gstd_async"),
        pytest.param("claim", id="reply_deposit_to_user_claim"),
        pytest.param("out of rent", id="reply_deposit_to_user_out_of_rent"),
    ],
)
def test_reply_deposit_to_user(blocks: Blocks, end: str) -> None:
    """However the message leaves the mailbox, the program handles the reply on its own gas."""
    address = upload(blocks, depositing(BOB, 15_000))
    before = blocks.free(BOB)
    tell(blocks, address)
    (told,) = process(blocks).told
    reply = NodeId(reply_id(blocks.ext.blake2_256, told.id))
    nodes = StoredGasNodes(blocks.ext)
    assert gas_tree.is_deposit(nodes, reply)
    assert gas_tree.limit(nodes, reply) == DEPOSIT
    if end == "claim":
        blocks.call(gear.claim_value(told.id), BOB)
    elif end == "out of rent":
        jump(blocks, gear.block_number(blocks.ext) + 148)
    else:
        # The gas limit of the reply is not looked at: it is paid for.
        blocks.call(gear.send_reply(told.id, b"", 5 * 10**9, 0, False), BOB)
    assert process(blocks).total == 1
    assert word(blocks, address, 4096) == 1
    assert blocks.free(BOB) == before
    assert not gas_tree.exists(StoredGasNodes(blocks.ext), reply)
    everything_is_over(blocks)
