"""Messages whose gas a voucher pays, and code that is instrumented again."""

from parachain.runtime.gear.changes import DispatchStatus
from parachain.runtime.gear.code.stored import InstrumentationFailed, Instrumented
from parachain.runtime.gear.gas_tree import NodeId
from parachain.runtime.gear.ids import voucher_id
from parachain.runtime.gear.reply_code import (
    Error,
    SimpleUnavailableActorError,
    UnavailableActor,
)
from parachain.runtime.pallets import gear_bank, gear_program, gear_voucher
from parachain.runtime.pallets.gear.declarations import SCHEDULE
from parachain.runtime.pallets.gear_gas.declarations import gas_nodes
from parachain.runtime.pallets.gear_program.declarations import original_codes
from tests.runtime.pallets.gear_pallet.blocks import PRICE, Blocks
from tests.runtime.pallets.gear_pallet.programs import program, reply
from tests.runtime.pallets.gear_pallet.traffic import (
    everything_is_over,
    mailer,
    message_to_user,
    send,
    upload,
)
from tests.runtime.pallets.scene import ALICE, BOB, FUNDS, UNIT

GAS = 1_000_000_000
VERSION = SCHEDULE.instruction_weights.version


def issue(blocks: Blocks) -> bytes:
    """Alice issues a voucher to Bob; return its id, which is its account."""
    blocks.call(gear_voucher.issue(BOB, 50 * UNIT, None, True, 100), ALICE)
    blocks.events()
    return voucher_id(blocks.ext.blake2_256, 1)


def test_voucher_pays_for_gas_and_not_for_value(blocks: Blocks) -> None:
    address = upload(blocks, program(handle=reply(2), data=b"ok"))
    voucher = issue(blocks)
    call = gear_voucher.SendMessage(address, b"", GAS, UNIT, False)
    blocks.call(gear_voucher.call(voucher, call), BOB)
    (queued,) = blocks.events()
    assert (queued[0], queued[2]) == ("MessageQueued", BOB)
    node = gas_nodes.get(blocks.ext, NodeId(queued[1]))
    assert node is not None
    assert getattr(node, "owner", None) == voucher
    assert gear_bank.account(blocks.ext, voucher) == (GAS * PRICE, 0)
    assert gear_bank.account(blocks.ext, BOB) == (0, UNIT)
    blocks.run()
    assert blocks.events()[-1][2] == {queued[1]: DispatchStatus.SUCCESS}
    blocks.next()
    assert blocks.free(BOB) == FUNDS - UNIT
    assert blocks.free(voucher) < 50 * UNIT


def test_voucher_pays_for_a_reply_and_for_code(blocks: Blocks) -> None:
    send(blocks, upload(blocks, mailer(10_000)))
    blocks.run()
    message, _ = message_to_user(blocks)
    blocks.next()
    voucher = issue(blocks)
    answer = gear_voucher.SendReply(message.id, b"", GAS, 0, False)
    blocks.call(gear_voucher.call(voucher, answer), BOB)
    assert blocks.names() == ["UserMessageRead", "MessageQueued"]
    blocks.call(gear_voucher.call(voucher, gear_voucher.UploadCode(program())), BOB)
    assert blocks.names() == ["CodeChanged"]
    blocks.next()
    assert blocks.free(BOB) == FUNDS
    everything_is_over(blocks)


# -- other weights -----------------------------------------------------------------------------


def test_code_of_older_weights_is_instrumented_again(blocks: Blocks) -> None:
    code = program(handle=reply(4), data=b"PONG")
    address = upload(blocks, code)
    code_id = blocks.ext.blake2_256(code)
    metadata = gear_program.codes.metadata(blocks.ext, code_id)
    assert metadata is not None
    status = metadata.instrumentation_status
    assert isinstance(status, Instrumented)
    usual = 0
    for _ in range(2):  # the second time its memory is loaded, too
        send(blocks, address)
        usual = blocks.run()
        blocks.next()
        blocks.events()
    old = metadata._replace(instrumentation_status=status._replace(version=VERSION - 1))
    gear_program.codes.replace_metadata(blocks.ext, code_id, old)
    blocks.events()
    message = send(blocks, address)
    burned = blocks.run()
    assert blocks.events()[-1][2] == {message: DispatchStatus.SUCCESS}
    assert gear_program.codes.metadata(blocks.ext, code_id) == metadata
    # The original code instead of the instrumented one is loaded, and instrumented.
    size = len(code)
    assert burned - usual == 501 * (size - status.code_len) + 282_459_000 + 508_124 * size
    blocks.next()
    everything_is_over(blocks)


def test_code_that_cannot_be_instrumented_again(blocks: Blocks) -> None:
    code = program()
    address = upload(blocks, code)
    code_id = blocks.ext.blake2_256(code)
    metadata = gear_program.codes.metadata(blocks.ext, code_id)
    assert metadata is not None
    gear_program.codes.replace_metadata(blocks.ext, code_id, metadata.failed(VERSION - 1))
    original_codes.put(blocks.ext, code_id, b"\0asm\1\0\0\0")
    for _ in range(2):  # it is tried once
        message = send(blocks, address, UNIT)
        blocks.run()
        sent, dispatched = blocks.events()
        away = SimpleUnavailableActorError.REINSTRUMENTATION_FAILURE
        assert sent[1].details.code == Error(UnavailableActor(away))
        assert dispatched[2] == {message: DispatchStatus.FAILED}
        found = gear_program.codes.metadata(blocks.ext, code_id)
        assert found is not None
        assert found.instrumentation_status == InstrumentationFailed(VERSION)
        blocks.next()
        blocks.events()
    everything_is_over(blocks)
