"""Programs that try to hurt the chain: each ends as the rules say, within the gas of the block."""

import pytest

from parachain.runtime.gear.messages import ReplyDetails
from parachain.runtime.gear.program import ActiveProgram, Terminated
from parachain.runtime.gear.reply_code import (
    AUTO_REPLY,
    MANUAL_REPLY,
    Error,
    Execution,
    ReplyCode,
    SimpleExecutionError,
)
from parachain.runtime.pallets.gear_gas.declarations import gas_nodes
from parachain.runtime.pallets.gear_program import programs
from tests.runtime.gear.programs.actor import Actor, deploy, reply_to, sent_to_users
from tests.runtime.gear.programs.calls import u32
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.scene import ALICE, FUNDS, UNIT

#: Gas of a block, which is the most that anything may take.
BLOCK = 10**12
LIMIT = 750 * 10**9


def _failed(error: SimpleExecutionError) -> ReplyCode:
    return Error(Execution(error))


OUT_OF_GAS = _failed(SimpleExecutionError.RAN_OUT_OF_GAS)
UNREACHABLE = _failed(SimpleExecutionError.UNREACHABLE_INSTRUCTION)

#: What `hostile` does, with which gas, and how the message ends.
ATTACKS: tuple[tuple[bytes, int, ReplyCode, bytes], ...] = (
    (b"l", 50 * 10**9, OUT_OF_GAS, b""),
    (b"n", LIMIT, _failed(SimpleExecutionError.STACK_LIMIT_EXCEEDED), b""),
    (b"k", LIMIT, UNREACHABLE, b""),  # below the memory's first byte
    (b"m", 100 * 10**9, OUT_OF_GAS, b""),
    (b"d", 10**10, UNREACHABLE, b""),
    (b"u", 10**10, UNREACHABLE, b""),
    (b"o", 10**10, UNREACHABLE, b""),
    (b"x", 10**10, _failed(SimpleExecutionError.USERSPACE_PANIC), bytes(65_536)),
    # the calls refuse at last: 257 reservations, 1024 messages, no value for another program
    (b"r", LIMIT, MANUAL_REPLY, u32(257) + u32(501)),
    (b"b", LIMIT, MANUAL_REPLY, u32(1024) + u32(301)),
    (b"c", LIMIT, MANUAL_REPLY, u32(3) + u32(101)),
)


@pytest.fixture
def hostile(blocks: Blocks) -> Actor:
    """The program, which has three units."""
    return deploy(blocks, "c/hostile", value=3 * UNIT)


@pytest.mark.parametrize(("attack", "gas", "code", "payload"), ATTACKS, ids=str)
def test_attack(hostile: Actor, attack: bytes, gas: int, code: ReplyCode, payload: bytes) -> None:
    message = hostile.tell(attack, gas=gas)
    burned = hostile.blocks.run()
    assert burned < BLOCK
    reply = reply_to(message, sent_to_users(hostile.blocks))
    assert reply is not None
    assert reply.code == code
    # the text of a panic is whatever was on the stack
    assert len(reply.payload) == len(payload)
    assert attack == b"x" or reply.payload == payload
    hostile.blocks.next(3)
    # the program is still there
    hostile.do(b".")


@pytest.mark.parametrize("attack", [each for each, *_ in ATTACKS if each not in b"rbc"], ids=str)
def test_attack_in_init(blocks: Blocks, attack: bytes) -> None:
    hostile = deploy(blocks, "c/hostile", attack, gas=LIMIT)
    assert programs.get(blocks.ext, hostile.id) == Terminated(ALICE)
    assert blocks.free(hostile.id) == 0


@pytest.mark.parametrize("attack", [each for each, *_ in ATTACKS], ids=str)
def test_attack_in_handle_reply(hostile: Actor, attack: bytes) -> None:
    """The message sends to itself, which answers; that answer starts the attack."""
    hostile.tell(b"e" + attack, gas=LIMIT)
    _until_all_is_quiet(hostile.blocks)
    assert isinstance(programs.get(hostile.blocks.ext, hostile.id), ActiveProgram)


@pytest.mark.parametrize("attack", [each for each, *_ in ATTACKS], ids=str)
def test_attack_in_handle_signal(hostile: Actor, attack: bytes) -> None:
    hostile.do(b"." + attack)
    hostile.tell(b"u" + attack + b"!", gas=LIMIT)
    _until_all_is_quiet(hostile.blocks)
    assert isinstance(programs.get(hostile.blocks.ext, hostile.id), ActiveProgram)


def _until_all_is_quiet(blocks: Blocks, limit: int = 200) -> None:
    """Let blocks run until no message holds any gas, in the queue or elsewhere."""
    for _ in range(limit):
        blocks.next()
        if not list(gas_nodes.iterate(blocks.ext)):
            return
    raise AssertionError(f"still not quiet after {limit} blocks")


@pytest.mark.parametrize("attack", [b"s", b"f", b"ee", b"w"], ids=str)
def test_messages_to_itself_end_with_their_gas(hostile: Actor, attack: bytes) -> None:
    """The chain goes on: an honest message is answered meanwhile, and nothing is lost."""
    blocks = hostile.blocks
    ping = deploy(blocks, "c/ping")
    hostile.tell(attack, gas=20 * 10**9)
    message = ping.tell(b"PING")
    blocks.run()
    reply = reply_to(message, sent_to_users(blocks))
    assert reply is not None
    assert reply.payload == b"PONG"
    _until_all_is_quiet(blocks)


def test_a_fork_bomb_of_all_that_a_message_can_have(hostile: Actor) -> None:
    """It takes one block's gas and no more of the chain: the next block has its own."""
    blocks = hostile.blocks
    hostile.tell(b"f", gas=LIMIT)
    before = blocks.free(ALICE)
    assert blocks.run() <= BLOCK
    _until_all_is_quiet(blocks)
    # all was paid for by who began it, and what was left came back
    assert before <= blocks.free(ALICE) < FUNDS


def test_large_payloads_are_paid_for_by_the_byte(hostile: Actor) -> None:
    message = hostile.tell(b"h", gas=LIMIT)
    blocks = hostile.blocks
    assert blocks.run() <= BLOCK
    reply = reply_to(message, sent_to_users(blocks))
    assert reply is not None
    # eight payloads of 8 MiB are all the bytes that one execution may send
    assert (reply.code, reply.payload) == (MANUAL_REPLY, u32(311))
    _until_all_is_quiet(blocks)


def test_a_signal_cannot_fail_for_ever(hostile: Actor) -> None:
    """A signal that fails makes no other signal, and no reply."""
    blocks = hostile.blocks
    hostile.do(b".u")
    message = hostile.tell(b"uu!", gas=20 * 10**9)
    blocks.run()
    replies = [each for each in sent_to_users(blocks) if isinstance(each.details, ReplyDetails)]
    assert [each.details.to for each in replies if each.details] == [message]
    _until_all_is_quiet(blocks)
    assert hostile.ask(b".").code == AUTO_REPLY
