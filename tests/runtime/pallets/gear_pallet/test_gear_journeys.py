"""Messages between users and programs, block by block: what every kind of note does to the state.

Programs run natively. The scene checks after every block that gas and value add up. Topics are
those of the reference's tests of pallet_gear.
"""

import pytest

from parachain.runtime.gear.changes import (
    DispatchStatus,
    MessageWokenRuntimeReason,
    MessageWokenSystemReason,
    ReadBySystem,
    ReadByUser,
    UserMessageReadRuntimeReason,
    UserMessageReadSystemReason,
    WokenByRuntime,
    WokenBySystem,
)
from parachain.runtime.gear.messages import ReplyDetails
from parachain.runtime.gear.reply_code import AUTO_REPLY, MANUAL_REPLY, Error, RemovedFromWaitlist
from parachain.runtime.pallets import gear
from parachain.runtime.pallets.gear.declarations import gear_block_number
from parachain.runtime.pallets.gear_messenger import mailbox, queue, stash, waitlist
from parachain.runtime.pallets.gear_messenger.declarations import stashed as stashed_messages
from tests.runtime.pallets.gear_pallet.blocks import PRICE, Blocks
from tests.runtime.pallets.gear_pallet.programs import (
    DATA,
    program,
    reply,
    syscall,
)
from tests.runtime.pallets.gear_pallet.traffic import (
    GAS,
    everything_is_over,
    mailer,
    message_to_user,
    send,
    upload,
)
from tests.runtime.pallets.scene import ALICE, BOB, ED, EVE, FUNDS, UNIT

# -- replies -----------------------------------------------------------------------------------


def test_reply_reaches_the_user_in_the_same_block(blocks: Blocks) -> None:
    address = upload(blocks, program(handle=reply(4), data=b"PONG"))
    message = send(blocks, address)
    blocks.run()
    sent, dispatched = blocks.events()
    assert sent[1].payload == b"PONG"
    assert sent[1].details == ReplyDetails(message, MANUAL_REPLY)
    assert dispatched[1:3] == (1, {message: DispatchStatus.SUCCESS})
    blocks.next()
    everything_is_over(blocks)


def test_automatic_reply(blocks: Blocks) -> None:
    message = send(blocks, upload(blocks, program()))
    blocks.run()
    assert blocks.events()[0][1].details == ReplyDetails(message, AUTO_REPLY)


def test_trap_brings_the_value_back(blocks: Blocks) -> None:
    address = upload(blocks, program(handle="unreachable"))
    before = blocks.free(ALICE)
    message = send(blocks, address, UNIT)
    burned = blocks.run()
    sent, dispatched = blocks.events()
    assert isinstance(sent[1].details.code, Error)
    assert dispatched[2] == {message: DispatchStatus.FAILED}
    blocks.end()
    assert before - blocks.free(ALICE) == (burned - 26_693_000) * PRICE
    assert blocks.free(address) == ED


def test_memory_is_kept(blocks: Blocks) -> None:
    count = f"(i32.store (i32.const {DATA}) (i32.add (i32.load (i32.const {DATA})) (i32.const 1)))"
    address = upload(blocks, program(handle=count + reply(4), data=bytes(4)))
    for number in (1, 2, 3):
        send(blocks, address)
        blocks.run()
        sent, dispatched = blocks.events()
        assert sent[1].payload == number.to_bytes(4, "little")
        assert dispatched[3] == (address,)
        blocks.next()


# -- mailbox -----------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [True, False])
def test_mailbox_reply_and_claim(blocks: Blocks, answer: bool) -> None:
    address = upload(blocks, mailer(10_000, 2 * UNIT))
    send(blocks, address, 3 * UNIT)
    blocks.run()
    message, expiration = message_to_user(blocks)
    assert (message.source, message.destination, message.value) == (address, BOB, 2 * UNIT)
    assert expiration == gear.block_number(blocks.ext) + 99  # 10,000 gas pay for 100 blocks
    assert mailbox.contains(blocks.ext, BOB, message.id)
    assert blocks.free(BOB) == FUNDS
    blocks.next(2)
    blocks.events()
    if answer:
        blocks.call(gear.send_reply(message.id, b"thanks", GAS, 0, False), BOB)
    else:
        blocks.call(gear.claim_value(message.id), BOB)
    event = blocks.events()[0]
    reasons = UserMessageReadRuntimeReason
    reason = reasons.MESSAGE_REPLIED if answer else reasons.MESSAGE_CLAIMED
    assert event == ("UserMessageRead", message.id, ReadByUser(reason))
    assert queue.length(blocks.ext) == 1
    blocks.next()
    assert blocks.free(BOB) <= FUNDS + 2 * UNIT
    everything_is_over(blocks)


def test_mailbox_rent_out(blocks: Blocks) -> None:
    address = upload(blocks, mailer(3_000, UNIT))
    send(blocks, address, UNIT)
    blocks.run()
    message, expiration = message_to_user(blocks)
    assert expiration == gear.block_number(blocks.ext) + 29
    blocks.next(29)
    blocks.events()
    blocks.run()
    reason = ReadBySystem(UserMessageReadSystemReason.OUT_OF_RENT)
    assert blocks.events()[0] == ("UserMessageRead", message.id, reason)
    blocks.next()
    assert blocks.free(BOB) == FUNDS + UNIT
    everything_is_over(blocks)


def test_too_little_gas_for_the_mailbox(blocks: Blocks) -> None:
    address = upload(blocks, mailer(0, UNIT))
    send(blocks, address, UNIT)
    blocks.run()
    message, expiration = message_to_user(blocks)
    assert expiration is None
    assert not mailbox.contains(blocks.ext, BOB, message.id)
    assert blocks.free(BOB) == FUNDS + UNIT
    blocks.next()
    everything_is_over(blocks)


def test_value_for_nobody_stays_in_the_bank(blocks: Blocks) -> None:
    """Less than the existential deposit, for an account that does not exist."""
    address = upload(blocks, mailer(0, UNIT - 1, to=EVE))
    send(blocks, address, UNIT)
    blocks.next()
    assert blocks.free(EVE) == 0


# -- delays ------------------------------------------------------------------------------------


@pytest.mark.parametrize("gas", [0, 5_000])
def test_delayed_user_message(blocks: Blocks, gas: int) -> None:
    address = upload(blocks, mailer(gas, UNIT, delay=3))
    send(blocks, address, UNIT)
    blocks.run()
    ((stashed, _),) = stashed_messages.iterate(blocks.ext)
    blocks.next(3)
    blocks.events()
    blocks.run()
    message, expiration = message_to_user(blocks)
    assert message.id == stashed
    assert (expiration is not None) == (gas == 5_000)
    assert not stash.contains(blocks.ext, stashed)
    blocks.next(60)
    assert blocks.free(BOB) == FUNDS + UNIT
    everything_is_over(blocks)


def test_delayed_program_message(blocks: Blocks) -> None:
    receiver = upload(blocks, program(handle=reply(1), data=b"!"))
    address = upload(blocks, mailer(5_000_000_000, 0, delay=2, to=receiver))
    send(blocks, address)
    blocks.next(2)
    blocks.events()
    blocks.run()
    # The message, then the reply to it.
    assert blocks.events()[-1][1] == 2
    blocks.next()
    everything_is_over(blocks)


# -- waiting -----------------------------------------------------------------------------------


def test_wait_and_removal_from_waitlist(blocks: Blocks) -> None:
    gas = 500_000_000
    address = upload(blocks, program(handle=syscall("gr_wait")))
    message = send(blocks, address, gas=gas)
    blocks.run()
    waited, dispatched = blocks.events()
    assert (waited[0], dispatched[1:3]) == ("MessageWaited", (1, {}))
    assert waitlist.contains(blocks.ext, address, message)
    expiration = waited[4]
    # Going there block by block would take long.
    gear_block_number.put(blocks.ext, expiration - 1)
    blocks.next()
    blocks.events()
    blocks.run()
    woken, sent = blocks.events()
    reason = WokenBySystem(MessageWokenSystemReason.OUT_OF_RENT)
    assert woken == ("MessageWoken", message, reason)
    assert sent[1].payload == b"removal from waitlist"
    assert sent[1].details == ReplyDetails(message, Error(RemovedFromWaitlist()))
    blocks.next()
    everything_is_over(blocks)


def test_wait_for_is_woken(blocks: Blocks) -> None:
    """It waits once, then replies: memory is kept while it waits."""
    again = f"(i32.load (i32.const {DATA}))"
    body = (
        f"(if {again} (then {reply(4)}) (else (i32.store (i32.const {DATA}) (i32.const 1))"
        f"{syscall('gr_wait_for', 4)}))"
    )
    address = upload(blocks, program(handle=body, data=bytes(4)))
    message = send(blocks, address, UNIT)
    blocks.run()
    waited, _ = blocks.events()
    assert waited[4] == gear.block_number(blocks.ext) + 4
    assert blocks.free(address) == ED + UNIT
    blocks.next(4)
    blocks.events()
    blocks.run()
    woken, sent, dispatched = blocks.events()
    reason = WokenByRuntime(MessageWokenRuntimeReason.WAKE_CALLED)
    assert woken == ("MessageWoken", message, reason)
    assert sent[1].payload == (1).to_bytes(4, "little")
    assert dispatched[2] == {message: DispatchStatus.SUCCESS}
    assert blocks.free(address) == ED + UNIT  # moved once
    blocks.next()
    everything_is_over(blocks)
