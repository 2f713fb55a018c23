"""Gas that is calculated is exact: with the limit a message succeeds, with one unit less not.

Figures are derived from the schedule elsewhere (tests of executions); here the calculation is
judged by what the chain then does.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parachain.runtime.gear.answers import GasInfo
from parachain.runtime.gear.changes import DispatchStatus
from parachain.runtime.gear.reply_code import MANUAL_REPLY
from parachain.runtime.pallets import authorship, gear, system
from parachain.runtime.pallets.gear.calculation.handle_kind import (
    Handle,
    Init,
    InitByHash,
    Reply,
)
from tests.runtime.pallets.gear_api.asking import PLENTY, first_gas_info, gas_info, gas_to
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.programs import (
    DATA,
    RESULT,
    must,
    program,
    reply,
    store,
    syscall,
)
from tests.runtime.pallets.gear_pallet.traffic import (
    GAS,
    TO,
    mailer,
    message_to_user,
    send,
    upload,
)
from tests.runtime.pallets.scene import ALICE, BOB, EVE

PING = (Path(__file__).parents[3] / "programs" / "ping.wasm").read_bytes()
SUCCESS, FAILED = DispatchStatus.SUCCESS, DispatchStatus.FAILED


def outcome(blocks: Blocks, call: Any, who: bytes = ALICE) -> DispatchStatus:
    """What becomes of the message that a call queues, in a block of its own."""
    blocks.events()
    blocks.call(call, who)
    queued = next(event for event in blocks.events() if event[0] == "MessageQueued")
    blocks.run()
    dispatched = next(event for event in blocks.events() if event[0] == "MessagesDispatched")
    blocks.next()
    status: DispatchStatus = dispatched[2][queued[1]]
    return status


def exact(blocks: Blocks, info: GasInfo, call: Callable[[int], Any]) -> None:
    """Check both sides of the limit of `call`, which takes one."""
    assert outcome(blocks, call(info.min_limit - 1)) is FAILED
    assert outcome(blocks, call(info.min_limit)) is SUCCESS


def to_send(to: bytes, action: str, value: int = 0, **more: str) -> bytes:
    """A program that knows an address, at TO with a value."""
    data = bytes(32) + to + value.to_bytes(16, "little")
    return program(handle=action, handle_reply="", data=data, **more)


def test_ping(blocks: Blocks) -> None:
    ping = upload(blocks, PING)
    info = gas_to(blocks, ping, payload=b"PING")
    assert info.min_limit == info.burned
    assert info == (info.burned, 0, info.burned, 0, False)
    exact(blocks, info, lambda gas: gear.send_message(ping, b"PING", gas, 0, False))


@pytest.mark.parametrize(
    "action",
    [
        store(70_000, 1),
        must("gr_reserve_gas", 5_000_000, 10, RESULT),
        must("gr_system_reserve_gas", 5_000_000, RESULT),
        syscall("gr_debug", DATA, 32),
        reply(8),
    ],
    ids=["writes", "reserves gas", "puts gas aside", "debugs", "replies"],
)
def test_one_program(blocks: Blocks, action: str) -> None:
    address = upload(blocks, program(handle=action))
    info = gas_to(blocks, address)
    exact(blocks, info, lambda gas: gear.send_message(address, b"", gas, 0, False))


def test_gas_that_is_put_aside_must_be_there(blocks: Blocks) -> None:
    address = upload(blocks, program(handle=must("gr_system_reserve_gas", 5_000_000, RESULT)))
    info = gas_to(blocks, address)
    assert info.min_limit == info.burned + 5_000_000


def test_gas_for_another_program_is_needed_and_burned_as_far_as_used(blocks: Blocks) -> None:
    ping = upload(blocks, PING)
    given = 1_000_000_000
    action = must("gr_send_wgas", TO, DATA, 4, given, 0, RESULT)
    sender = upload(blocks, to_send(ping, action))
    info = gas_to(blocks, sender)
    alone = gas_to(blocks, ping, payload=bytes(4)).burned
    assert info.burned > alone
    assert info.min_limit > given
    exact(blocks, info, lambda gas: gear.send_message(sender, b"", gas, 0, False))


def test_message_without_gas_of_its_own(blocks: Blocks) -> None:
    """What the other program burns counts, and what it replies with.

    The last to burn is the reply. With the exact limit it leaves the node of the message without
    any gas, which then says nothing: the second answer forgets the cost of the reply. As Vara's.
    """
    ping = upload(blocks, PING)
    sender = upload(blocks, to_send(ping, must("gr_send", TO, DATA, 4, 0, RESULT)))
    first = first_gas_info(blocks, Handle(sender))
    second = first_gas_info(blocks, Handle(sender), gas=first.min_limit)
    assert first.burned == first.min_limit == second.burned
    reply_alone = second.burned - second.min_limit
    assert 0 < reply_alone < gas_to(blocks, ping, payload=bytes(4)).burned


def test_mailbox(blocks: Blocks) -> None:
    """Gas that goes into the mailbox is needed, and counts nowhere else."""
    sender = upload(blocks, to_send(BOB, must("gr_send", TO, DATA, 4, 0, RESULT)))
    info = gas_to(blocks, sender)
    assert info.min_limit == info.burned + 3000
    assert info.reserved == 0
    exact(blocks, info, lambda gas: gear.send_message(sender, b"", gas, 0, False))


def test_delayed_message_pays_the_stash(blocks: Blocks) -> None:
    action = must("gr_send_wgas", TO, DATA, 4, 10_000_000, 10, RESULT)
    sender = upload(blocks, to_send(BOB, action))
    info = gas_to(blocks, sender)
    assert info.min_limit == info.burned + 10_000_000 + 11 * 100
    exact(blocks, info, lambda gas: gear.send_message(sender, b"", gas, 0, False))


def test_calculate_gas_delayed_reservations_sending(blocks: Blocks) -> None:
    data = bytes(32) + BOB + bytes(16)
    reserve = must("gr_reserve_gas", 30_000, 1000, 128)  # error, then the id, then where to
    fill = "".join(store(164 + at, int.from_bytes(BOB[at : at + 4], "little")) for at in (0, 4))
    code = program(
        handle=reserve + fill + must("gr_reservation_send", 132, DATA, 4, 10, RESULT), data=data
    )
    sender = upload(blocks, code)
    info = gas_to(blocks, sender)
    exact(blocks, info, lambda gas: gear.send_message(sender, b"", gas, 0, False))


def test_value(blocks: Blocks) -> None:
    """The calculation gives the sender what is missing."""
    sink = upload(blocks, program(handle=reply()))
    info = gas_to(blocks, sink, value=10**30, who=EVE)
    assert info.min_limit == gas_to(blocks, sink).min_limit


def test_calculate_gas_zero_balance(blocks: Blocks) -> None:
    gas = 10**12 // 100 - 1
    info = first_gas_info(blocks, Init(program()), gas=gas, who=EVE, other_panics=False)
    assert 0 < info.min_limit < gas


def test_state_without_author(blocks: Blocks) -> None:
    """As that of genesis. Somebody must share in the gas that is burned."""
    system.initialize(blocks.ext, 1, bytes(32), ())
    authorship.block_author.kill(blocks.ext)
    assert first_gas_info(blocks, Init(program())).min_limit > 0


# -- programs that begin -----------------------------------------------------------------------


def test_calculate_init_gas(blocks: Blocks) -> None:
    code = program(init=store(70_000, 1) + reply(8))
    uploaded = gas_info(blocks, Init(code))
    blocks.call(gear.upload_code(code))
    hashed = blocks.ext.blake2_256(code)
    assert gas_info(blocks, InitByHash(hashed)) == uploaded
    limit = uploaded.min_limit
    call = gear.create_program(hashed, b"one", b"", limit - 1, 0, False)
    assert outcome(blocks, call) is FAILED
    assert outcome(blocks, gear.create_program(hashed, b"two", b"", limit, 0, False)) is SUCCESS


def test_calculate_gas_returns_not_block_limit(blocks: Blocks) -> None:
    """A program that creates programs needs some gas, not all of it."""
    child = program(init=reply())
    blocks.call(gear.upload_code(child))
    data = bytes(32) + blocks.ext.blake2_256(child) + bytes(16)
    create = must("gr_create_program_wgas", TO, 0, 4, DATA, 0, 10_000_000_000, 0, RESULT)
    blocks.call(
        gear.upload_program(program(handle=create, data=data), b"", b"", GAS, 10**13, False)
    )
    generator = blocks.events()[-1][3]
    blocks.next()
    info = gas_to(blocks, generator)
    assert 10_000_000_000 < info.min_limit < 20_000_000_000
    exact(blocks, info, lambda gas: gear.send_message(generator, b"", gas, 0, False))


# -- waiting -----------------------------------------------------------------------------------


def test_calculate_gas_info_for_wait_dispatch_works(blocks: Blocks) -> None:
    info = first_gas_info(blocks, Init(program(init=syscall("gr_wait"))))
    assert info.waited
    assert not first_gas_info(blocks, Init(program())).waited


def test_waiting_for_some_blocks(blocks: Blocks) -> None:
    waiter = upload(blocks, program(handle=syscall("gr_wait_for", 20)))
    info = gas_to(blocks, waiter)
    assert info.waited
    assert info.min_limit == info.burned + 21 * 100


def test_calculate_gas_results_in_finite_wait(blocks: Blocks) -> None:
    receiver = upload(blocks, program(handle=syscall("gr_wait_for", 20)))
    action = must("gr_send_wgas", TO, DATA, 0, 40_000_000_000, 0, RESULT)
    sender = upload(blocks, to_send(receiver, action))
    assert gas_to(blocks, sender).min_limit < PLENTY // 2


def test_calculate_gas_wait(blocks: Blocks) -> None:
    """Waiting without end takes all the gas that there is, as far as it pays for whole blocks."""
    waiter = upload(blocks, program(handle=syscall("gr_wait")))
    sender = upload(blocks, to_send(waiter, must("gr_send", TO, DATA, 0, 0, RESULT)))
    kind = Handle(sender)
    info = first_gas_info(blocks, kind, gas=10**11)
    assert 10**11 - 100 < info.min_limit < 10**11
    more = info.burned + 100_000_000
    assert first_gas_info(blocks, kind, gas=more).min_limit == more
    less = first_gas_info(blocks, kind, gas=info.burned + 99)
    assert less.min_limit < more


# -- replies -----------------------------------------------------------------------------------


def mail(blocks: Blocks, code: bytes, salt: bytes = b"") -> bytes:
    """Upload a program, let it send Bob a message; return the id of that."""
    send(blocks, upload(blocks, code, salt))
    blocks.run()
    message, _ = message_to_user(blocks)
    blocks.next()
    return message.id


def test_reply(blocks: Blocks) -> None:
    data = bytes(32) + BOB + bytes(16)
    action = must("gr_send_wgas", TO, DATA, 0, 5_000_000, 0, RESULT)
    code = program(handle=action, handle_reply=store(70_000, 1), data=data)
    first, second = mail(blocks, code), mail(blocks, code, b"another")
    info = gas_info(blocks, Reply(first, MANUAL_REPLY), who=BOB)
    call = gear.send_reply(first, b"", info.min_limit - 1, 0, False)
    assert outcome(blocks, call, BOB) is FAILED
    call = gear.send_reply(second, b"", info.min_limit, 0, False)
    assert outcome(blocks, call, BOB) is SUCCESS


def test_reply_that_the_program_has_paid_for(blocks: Blocks) -> None:
    """The gas of the deposit is used: the limit counts what is missing from the given gas."""
    data = bytes(32) + BOB + bytes(16)
    action = must("gr_send_wgas", TO, DATA, 0, 5_000_000, 0, RESULT)
    action += must("gr_reply_deposit", RESULT + 4, 2_000_000_000, 900)
    message = mail(blocks, program(handle=action, handle_reply="", data=data))
    info = first_gas_info(blocks, Reply(message, MANUAL_REPLY), who=BOB, gas=3_000_000_000)
    assert info.min_limit == 1_000_000_000 + info.burned


def test_mailed_program(blocks: Blocks) -> None:
    sender = upload(blocks, mailer(7_000_000, value=0))
    info = gas_to(blocks, sender)
    assert info.min_limit == info.burned + 7_000_000
