"""Programs that begin and end, gas that is put aside or runs out: what notes do to the state.

Programs run natively. The scene checks after every block that gas and value add up. Topics are
those of the reference's tests of pallet_gear.
"""

from parachain.runtime.gear.changes import (
    DispatchStatus,
    ProgramInactive,
    ProgramTerminated,
)
from parachain.runtime.gear.gas_tree import NodeId
from parachain.runtime.gear.ids import program_id_from_user
from parachain.runtime.gear.program import Exited, Initialized, Terminated
from parachain.runtime.pallets import gear, gear_bank, gear_gas, gear_messenger, gear_program
from parachain.runtime.pallets.gear_messenger import queue
from tests.runtime.pallets.gear_pallet.blocks import PRICE, Blocks
from tests.runtime.pallets.gear_pallet.programs import (
    DATA,
    RESULT,
    program,
    reply,
    syscall,
)
from tests.runtime.pallets.gear_pallet.traffic import GAS, TO, everything_is_over, send, upload
from tests.runtime.pallets.scene import ALICE, ED, EVE, UNIT

# -- life --------------------------------------------------------------------------------------


def test_exit(blocks: Blocks) -> None:
    body = syscall("gr_exit", TO)
    address = upload(blocks, program(handle=body, data=bytes(32) + EVE))
    send(blocks, address, UNIT)
    blocks.run()
    changed = [event for event in blocks.events() if event[0] == "ProgramChanged"]
    assert changed == [("ProgramChanged", address, ProgramInactive())]
    assert gear_program.programs.get(blocks.ext, address) == Exited(EVE)
    assert (blocks.free(address), blocks.free(EVE)) == (0, ED + UNIT)
    blocks.next()
    everything_is_over(blocks)


def test_failed_init_terminates(blocks: Blocks) -> None:
    code = program(init="unreachable")
    blocks.call(gear.upload_program(code, b"", b"", GAS, UNIT, False))
    blocks.run()
    address = program_id_from_user(blocks.ext.blake2_256, blocks.ext.blake2_256(code), b"")
    assert ("ProgramChanged", address, ProgramTerminated()) in blocks.events()
    assert gear_program.programs.get(blocks.ext, address) == Terminated(ALICE)
    assert blocks.free(address) == 0
    blocks.next()
    everything_is_over(blocks)


def test_program_creates_program(blocks: Blocks) -> None:
    child = program(init=reply(1), data=b"c")
    blocks.call(gear.upload_code(child))
    code_id = blocks.ext.blake2_256(child)
    # code id and value, salt and payload empty, no delay
    body = syscall("gr_create_program", TO, DATA, 0, DATA, 0, 0, RESULT)
    address = upload(blocks, program(handle=body, handle_reply="", data=bytes(32) + code_id))
    send(blocks, address, 5 * UNIT)
    blocks.run()
    events = blocks.events()
    created = [event for event in events if event[0] == "ProgramChanged"]
    assert len(created) == 2
    made = gear_program.programs.active(blocks.ext, created[0][1])
    assert (made.code_id, made.state) == (code_id, Initialized())
    assert blocks.free(created[0][1]) == ED
    assert events[-1][1] == 3  # the message, the init, its reply
    blocks.next()
    everything_is_over(blocks)


def test_program_of_unknown_code(blocks: Blocks) -> None:
    body = syscall("gr_create_program", TO, DATA, 0, DATA, 0, 0, RESULT)
    address = upload(blocks, program(handle=body, handle_reply="", data=bytes(32) + bytes(32)))
    send(blocks, address, 5 * UNIT)
    blocks.run()
    assert blocks.events()[-1][1] == 3
    blocks.next()
    everything_is_over(blocks)


# -- gas put aside -----------------------------------------------------------------------------


def test_reservation_runs_out(blocks: Blocks) -> None:
    body = syscall("gr_reserve_gas", 100_000, 3, RESULT)
    address = upload(blocks, program(handle=body))
    send(blocks, address)
    blocks.run()
    slots = gear_program.programs.active(blocks.ext, address).gas_reservation_map
    (slot,) = slots.values()
    now = gear.block_number(blocks.ext)
    assert slot == (100_000, now, now + 3)
    blocks.next(4)
    assert gear_program.programs.active(blocks.ext, address).gas_reservation_map == {}
    everything_is_over(blocks)


def test_signal(blocks: Blocks) -> None:
    body = syscall("gr_system_reserve_gas", 2_000_000_000, RESULT) + "unreachable"
    mark = f"(i32.store (i32.const {DATA}) (i32.const 7))"
    address = upload(blocks, program(handle=body, handle_signal=mark, data=bytes(4)))
    send(blocks, address)
    blocks.run()
    dispatched = blocks.events()[-1]
    assert (dispatched[1], dispatched[3]) == (2, (address,))
    blocks.next()
    everything_is_over(blocks)


# -- the block's gas ---------------------------------------------------------------------------


def test_block_without_gas_leaves_the_message(blocks: Blocks) -> None:
    address = upload(blocks, program(handle=reply(4), data=b"PONG"))
    message = send(blocks, address)
    blocks.run(max_gas=50_000_000)
    assert blocks.names() == []  # nothing was dispatched
    assert queue.length(blocks.ext) == 1
    blocks.next()
    blocks.run()
    assert blocks.events()[-1][2] == {message: DispatchStatus.SUCCESS}
    blocks.next()
    everything_is_over(blocks)


def test_message_without_gas(blocks: Blocks) -> None:
    address = upload(blocks, program())
    message = send(blocks, address, gas=0)
    blocks.run()
    assert blocks.events()[-1][2] == {message: DispatchStatus.FAILED}
    blocks.next()
    everything_is_over(blocks)


def test_gas_is_limited_by_the_tree(blocks: Blocks) -> None:
    address = upload(blocks, program(handle="(loop (br 0))"))
    message = send(blocks, address, gas=1_000_000_000)
    nodes = gear_gas.StoredGasNodes(blocks.ext)
    assert nodes.get(NodeId(message)) is not None
    before = gear_bank.account(blocks.ext, ALICE).gas
    assert before == 1_000_000_000 * PRICE
    blocks.run()
    assert blocks.events()[-1][2] == {message: DispatchStatus.FAILED}
    assert gear_messenger.queue.length(blocks.ext) == 0
    blocks.next()
    everything_is_over(blocks)
