"""Gas that is put aside for later: reservations that are used or given up, reply deposits."""

from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.runtime import Runtime
from parachain.runtime.gear.changes import DispatchStatus
from parachain.runtime.pallets import gear, gear_program
from parachain.runtime.pallets.gear_messenger import mailbox
from parachain.runtime.pallets.gear_scheduler.declarations import task_pool
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.programs import DATA, RESULT, program, syscall
from tests.runtime.pallets.gear_pallet.traffic import (
    TO,
    everything_is_over,
    mailer,
    message_to_user,
    send,
    upload,
)
from tests.runtime.pallets.scene import BOB, FUNDS, UNIT

#: The answer of gr_reserve_gas: an error number, then the id.
RESERVED = DATA + 32
RESERVATION = RESERVED + 4
#: First a reservation is made, later it is used.
FLAG = "(i32.load (i32.const 64))"
RESERVE = (
    f"(i32.store (i32.const 64) (i32.const 1)) {syscall('gr_reserve_gas', 50_000, 20, RESERVED)}"
)


def first_reserve_then(body: str) -> str:
    return f"(if (i32.eqz {FLAG}) (then {RESERVE}) (else {body}))"


def reservations(blocks: Blocks, address: bytes) -> int:
    return len(gear_program.programs.active(blocks.ext, address).gas_reservation_map)


def test_message_on_a_reservation(blocks: Blocks) -> None:
    use = syscall("gr_reservation_send", RESERVATION, DATA, 0, 0, RESULT)
    data = bytes(68) + BOB + UNIT.to_bytes(16, "little")
    address = upload(blocks, program(handle=first_reserve_then(use), data=data))
    send(blocks, address, UNIT)
    blocks.next()
    assert reservations(blocks, address) == 1
    send(blocks, address)
    blocks.run()
    message, expiration = message_to_user(blocks)
    assert expiration is not None
    assert mailbox.contains(blocks.ext, BOB, message.id)
    assert reservations(blocks, address) == 0
    assert len(list(task_pool.iterate(blocks.ext))) == 1  # that of the mailbox
    blocks.next(31)
    assert blocks.free(BOB) == FUNDS + UNIT
    everything_is_over(blocks)


def test_reservation_is_given_up(blocks: Blocks) -> None:
    give_up = syscall("gr_unreserve_gas", RESERVATION, RESULT)
    address = upload(blocks, program(handle=first_reserve_then(give_up), data=bytes(68)))
    send(blocks, address)
    blocks.next(3)
    send(blocks, address)
    blocks.run()
    assert reservations(blocks, address) == 0
    blocks.next()
    everything_is_over(blocks)


def test_reservations_end_with_the_program(blocks: Blocks) -> None:
    leave = syscall("gr_exit", RESERVATION + 32)
    address = upload(blocks, program(handle=first_reserve_then(leave), data=bytes(68) + BOB))
    send(blocks, address)
    blocks.next()
    send(blocks, address)
    blocks.next()
    everything_is_over(blocks)


def test_reply_deposit(blocks: Blocks) -> None:
    """The program pays ahead, so that the answer costs the user nothing and is handled."""
    body = syscall("gr_send_wgas", TO, DATA, 0, 10_000, 0, RESULT) + syscall(
        "gr_reply_deposit", RESULT + 4, 2_000_000_000, 512
    )
    mark = f"(i32.store (i32.const {DATA}) (i32.const 7))"
    code = program(handle=body, handle_reply=mark, data=bytes(32) + BOB + bytes(16))
    address = upload(blocks, code)
    send(blocks, address)
    blocks.run()
    message, _ = message_to_user(blocks)
    blocks.next()
    before = blocks.free(BOB)
    blocks.events()
    blocks.call(gear.send_reply(message.id, b"", 10**9, 0, True), BOB)
    assert blocks.free(BOB) == before
    (_, queued) = blocks.events()
    blocks.run()
    dispatched = blocks.events()[-1]
    assert dispatched[2] == {queued[1]: DispatchStatus.SUCCESS}
    assert dispatched[3] == (address,)
    blocks.next()
    everything_is_over(blocks)


def test_mail_of_two_programs(blocks: Blocks) -> None:
    for salt in (b"1", b"2"):
        send(blocks, upload(blocks, mailer(3_000), salt))
    blocks.next(31)
    everything_is_over(blocks)


def test_run_closes_blocks() -> None:
    """It is mandatory and unsigned, but neither an inherent nor welcome in the pool."""
    runtime: Runtime = RUNTIME._replace(pallets=(gear.pallet,), inherents=())
    assert runtime.is_closing(gear.run(None))
    assert not runtime.is_inherent(gear.run(None))
    assert not runtime.is_closing(gear.claim_value(bytes(32)))
