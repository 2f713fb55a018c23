"""Gas of messages and of blocks: who pays, what comes back, where a block ends; value with it.

Named as the reference's tests of pallet_gear.
"""

import pytest

from parachain.runtime.frame.origin import NONE
from parachain.runtime.gear import gas_tree
from parachain.runtime.gear.gas_tree import NodeId
from parachain.runtime.gear.reply_code import Error, Execution, SimpleExecutionError
from parachain.runtime.pallets import gear, gear_bank, gear_gas
from parachain.runtime.pallets.gear.calculation import calculate_gas_info
from parachain.runtime.pallets.gear.calculation.handle_kind import Handle, Init
from parachain.runtime.pallets.gear.declarations import GEAR_RUN_ALREADY_IN_BLOCK
from parachain.runtime.pallets.gear_gas import StoredGasNodes
from parachain.runtime.pallets.gear_messenger import queue, waitlist
from tests.runtime.pallets.gear_pallet.blocks import AUTHOR, PRICE, Blocks
from tests.runtime.pallets.gear_pallet.course import (
    FAILED,
    SUCCESS,
    begin,
    knowing,
    mark,
    process,
    stages,
    tell,
    word,
)
from tests.runtime.pallets.gear_pallet.programs import DATA, RESULT, must, program, reply, syscall
from tests.runtime.pallets.gear_pallet.traffic import GAS, TO, everything_is_over, upload
from tests.runtime.pallets.scene import ALICE, BOB, ED, FUNDS, UNIT, fails

#: What a block burns without any message: for builtin actors, and for looking for tasks.
IDLE = 1_693_000 + 25_000_000
LOOP = "(loop $again (br $again))"
RAN_OUT = Error(Execution(SimpleExecutionError.RAN_OUT_OF_GAS))


def info(blocks: Blocks, address: bytes) -> "tuple[int, int]":
    found = calculate_gas_info(blocks.ext, ALICE, Handle(address), b"", 0, True)
    return found.min_limit, found.burned


# -- who pays ----------------------------------------------------------------------------------


def test_gas_spent_vs_balance(blocks: Blocks) -> None:
    """The burned gas is what the sender has lost, and what was calculated before.

    The reference has this as gas_spent_precalculated, too.
    """
    address = upload(blocks, program(handle=mark(4096) + reply(3)))
    _, burned = info(blocks, address)
    before = blocks.free(ALICE)
    tell(blocks, address)
    assert process(blocks).burned == IDLE + burned
    assert before - blocks.free(ALICE) == burned * PRICE


def test_unused_gas_released_back_works(blocks: Blocks) -> None:
    address = upload(blocks, program())
    _, burned = info(blocks, address)
    before = blocks.free(ALICE)
    tell(blocks, address, gas=GAS)
    assert before - blocks.free(ALICE) == GAS * PRICE
    process(blocks)
    assert before - blocks.free(ALICE) == burned * PRICE


def test_spent_gas_to_reward_block_author_works(blocks: Blocks) -> None:
    """On this chain all of it is the treasury's, as on Vara."""
    treasury, author = blocks.free(gear_bank.TREASURY), blocks.free(AUTHOR)
    begin(blocks, program())
    done = process(blocks)
    assert blocks.free(gear_bank.TREASURY) - treasury == (done.burned - IDLE) * PRICE
    assert blocks.free(AUTHOR) == author


def test_send_gasless_message_works(blocks: Blocks) -> None:
    """A transfer to a user takes no gas; a message to a program without gas fails."""
    blocks.call(gear.send_message(BOB, b"", GAS, UNIT, False))
    assert (blocks.free(BOB), queue.length(blocks.ext)) == (FUNDS + UNIT, 0)
    address = upload(blocks, program())
    message = tell(blocks, address, gas=0)
    done = process(blocks)
    assert (done.statuses, done.code(message)) == ({message: FAILED}, RAN_OUT)
    assert done.burned == IDLE


def test_send_gasless_reply_works(blocks: Blocks) -> None:
    send = must("gr_send_wgas", TO, DATA, 0, 10_000_000, 0, RESULT)
    address = upload(blocks, knowing(BOB, handle=send, handle_reply=mark(4096)))
    tell(blocks, address)
    (asked,) = process(blocks).told
    blocks.call(gear.send_reply(asked.id, b"", 0, 0, False), BOB)
    done = process(blocks)
    assert (list(done.statuses.values()), word(blocks, address, 4096)) == ([FAILED], 0)
    everything_is_over(blocks)


def test_reply_with_small_non_zero_gas(blocks: Blocks) -> None:
    """Less than a mailbox needs: replies do not go there."""
    code = program(handle=must("gr_reply_wgas", DATA, 8, 1, 0, RESULT), data=b"it works")
    address = upload(blocks, code)
    message = tell(blocks, address)
    done = process(blocks)
    assert done.statuses == {message: SUCCESS}
    assert done.reply(message).payload == b"it works"
    everything_is_over(blocks)


@pytest.mark.parametrize("missing", [0, 1])
def test_gasfull_after_gasless(blocks: Blocks, missing: int) -> None:
    """A delayed message without gas, then a reply with: both take from what is left.

    What a reply to a user is given is never taken from it, so that the calculation leaves it out.
    """
    send = must("gr_send", TO, DATA, 0, 10, RESULT)
    code = knowing(BOB, init=send + must("gr_reply_wgas", DATA, 0, 30_000, 0, RESULT))
    limit = calculate_gas_info(blocks.ext, ALICE, Init(code), b"", 0, True).min_limit
    _, message = begin(blocks, code, gas=limit - missing)
    assert process(blocks).statuses == {message: FAILED}
    everything_is_over(blocks)
    _, message = begin(blocks, code, gas=limit + 30_000, salt=b"again")
    assert process(blocks).statuses == {message: SUCCESS}


def test_uninitialized_program_zero_gas(blocks: Blocks) -> None:
    address, first = begin(blocks, program(init=syscall("gr_wait")))
    process(blocks)
    assert waitlist.contains(blocks.ext, address, first)
    message = tell(blocks, address, gas=0)
    assert process(blocks).code(message) == RAN_OUT


# -- the end of a block ------------------------------------------------------------------------


def test_unstoppable_block_execution_works(blocks: Blocks) -> None:
    """Messages are executed as long as there is gas for what they burn, not for their limits."""
    address = upload(blocks, program())
    _, burned = info(blocks, address)
    for _ in range(100):
        tell(blocks, address, gas=750_000_000_000)
    done = process(blocks, IDLE + 100 * burned)
    assert (done.total, done.burned) == (100, IDLE + 100 * burned)
    assert gear_gas.allowance.block_gas_limit(blocks.ext) == 750_000_000_000


def test_block_gas_limit_works(blocks: Blocks) -> None:
    """A message that does not fit any more is begun anew in the next block, without a trace.

    The reference has this as test_gas_allowance_exceed_no_context, too.
    """
    address = upload(blocks, program(handle=mark(4096) + mark(20_000)))
    _, burned = info(blocks, address)
    messages = [tell(blocks, address) for _ in range(3)]
    before = gear_bank.account(blocks.ext, ALICE).gas
    done = process(blocks, IDLE + burned + burned // 2)
    assert done.statuses == {messages[0]: SUCCESS}
    # What the second has burned is the block's loss alone.
    assert before - gear_bank.account(blocks.ext, ALICE).gas == GAS * PRICE
    first = next(queue.iterate(blocks.ext))
    assert (first.message.id, first.context) == (messages[1], None)
    assert process(blocks).statuses == dict.fromkeys(messages[1:], SUCCESS)
    everything_is_over(blocks)


def test_gas_allowance_exceed_with_context(blocks: Blocks) -> None:
    """One that has waited before keeps what it knew then."""
    address = upload(
        blocks, program(handle=stages(syscall("gr_wait_for", 1), mark(4096), mark(20_000)))
    )
    message = tell(blocks, address)
    process(blocks)
    process(blocks, IDLE + 100_000_000 + 850_858_000 + 150_000_000)
    first = next(queue.iterate(blocks.ext))
    assert first.message.id == message
    assert first.context is not None
    assert process(blocks).statuses == {message: SUCCESS}
    assert (word(blocks, address, 4096), word(blocks, address, 20_000)) == (1, 0)


def test_execution_over_blocks(blocks: Blocks) -> None:
    """Long work: in one message it fails, in parts with waits between them it does not."""
    work = (
        "(local $n i32)(loop $again (local.set $n (i32.add (local.get $n) (i32.const 1)))"
        "(br_if $again (i32.lt_u (local.get $n) (i32.const 100000))))"
    )
    gas = 5_000_000_000
    once = upload(blocks, program(handle=work + "(local.set $n (i32.const 0))" + LOOP))
    message = tell(blocks, once, gas=gas)
    assert process(blocks).code(message) == RAN_OUT
    local, rest = work.split(")", 1)
    step = "(local.set $n (i32.const 0))" + rest + syscall("gr_wait_for", 1)
    parts = upload(blocks, program(handle=local + ")" + stages(step, step, step, reply(1))))
    message = tell(blocks, parts, gas=3 * gas + 10 * gas)
    for _ in range(3):
        assert message in process(blocks).waited
    assert len(process(blocks).reply(message).payload) == 1


def test_gear_run_only_runs_once_per_block(blocks: Blocks) -> None:
    blocks.run()
    with fails(blocks.ext, GEAR_RUN_ALREADY_IN_BLOCK):
        blocks.call(gear.run(None), NONE)


def test_gear_block_number_math_adds_up(blocks: Blocks) -> None:
    """Blocks that do not process messages are not counted."""
    for _ in range(3):
        blocks.next()
    assert gear.block_number(blocks.ext) == blocks.number == 4
    blocks.next(process=False)
    assert (gear.block_number(blocks.ext), blocks.number) == (4, 5)
    blocks.next()
    assert (gear.block_number(blocks.ext), blocks.number) == (5, 6)


# -- value -------------------------------------------------------------------------------------


def test_err_reply_comes_with_value(blocks: Blocks) -> None:
    """From a user and from a program, value comes back with the error."""
    broken = upload(blocks, program(handle="unreachable"))
    before = blocks.free(ALICE)
    message = tell(blocks, broken, value=UNIT)
    done = process(blocks)
    assert done.reply(message).value == UNIT
    assert before - blocks.free(ALICE) == (done.burned - IDLE) * PRICE
    send = must("gr_send_wgas", TO, DATA, 0, 10**9, 0, RESULT)
    note = syscall("gr_value", 4096)
    address = upload(blocks, knowing(broken, value=UNIT, handle=send, handle_reply=note))
    tell(blocks, address, value=UNIT)
    process(blocks)
    assert word(blocks, address, 4096) == UNIT % 2**32
    assert blocks.free(address) == ED + UNIT
    everything_is_over(blocks)


def test_value_counter_set_correctly_for_interruptions(blocks: Blocks) -> None:
    """The value of a message is there to be spent once, though executed twice."""
    available = syscall("gr_value_available", TO + 48)
    show = must("gr_send_wgas", TO, TO + 48, 16, 0, 0, RESULT)
    spend = must("gr_send_wgas", TO + 64, DATA, 0, 0, 0, RESULT)
    data = bytes(32) + BOB + bytes(16) + bytes(16) + ALICE + UNIT.to_bytes(16, "little")
    step = available + show + spend + syscall("gr_wait_for", 1)
    code = program(handle=stages(step, step, ""), data=data)
    address, _ = begin(blocks, code, value=3 * UNIT)
    process(blocks)
    tell(blocks, address, value=UNIT)
    shown = []
    for _ in range(2):
        shown += [
            int.from_bytes(told.payload, "little")
            for told in process(blocks).told
            if told.destination == BOB
        ]
    # What it has besides the deposit, with the value; then without what it has sent and received.
    assert shown == [4 * UNIT, 3 * UNIT]


def test_cascading_messages_with_value_do_not_overcharge(blocks: Blocks) -> None:
    """A program passes value on and keeps it: the sender pays the burned gas and the value."""
    sink = upload(blocks, program(handle=reply(2)))
    send = must("gr_send", TO, DATA, 0, 0, RESULT)
    address = upload(blocks, knowing(sink, value=UNIT, handle=send, handle_reply=""))
    found = calculate_gas_info(blocks.ext, ALICE, Handle(address), b"", UNIT, True)
    before = blocks.free(ALICE)
    tell(blocks, address, gas=found.min_limit, value=UNIT)
    process(blocks)
    assert before - blocks.free(ALICE) == found.burned * PRICE + UNIT
    assert gear_bank.account(blocks.ext, ALICE) == (0, 0)
    assert blocks.free(sink) == ED + UNIT


def test_fungible_token_stress_test(blocks: Blocks) -> None:
    """Balances of users in the memory of a program, at places that their ids give.

    The reference has this as fungible_token_stress_transfer, too.
    """
    slot = (
        "(i32.add (i32.const 8192) (i32.mul (i32.const 4) "
        "(i32.and (i32.load (i32.const 5000)) (i32.const 1023))))"
    )
    read = must("gr_read", 0, 4, 5000, RESULT)
    add = f"(i32.store {slot} (i32.add (i32.load {slot}) (i32.const 1)))"
    address = upload(blocks, program(handle=read + add))
    for number in range(300):
        tell(blocks, address, (number * 7 % 1024).to_bytes(4, "little"), gas=10**9)
    done = process(blocks)
    assert set(done.statuses.values()) == {SUCCESS}
    for number in range(300):
        assert word(blocks, address, 8192 + 4 * (number * 7 % 1024)) == 1
    everything_is_over(blocks)


def test_gas_limit_of_a_message_is_in_the_tree(blocks: Blocks) -> None:
    address = upload(blocks, program())
    message = tell(blocks, address, gas=123_456_789)
    assert gas_tree.limit(StoredGasNodes(blocks.ext), NodeId(message)) == 123_456_789
