"""Programs that try to hurt the chain, through the chain.

Each ends as the rules say and within the gas of its block, whichever entry point it begins in; a
second node comes to the same states (`TwoNodes` sees to both), and whoever is honest is answered.
"""

import pytest

from parachain.client.chain.genesis import GenesisState
from parachain.runtime.gear.program import ActiveProgram, Terminated
from parachain.runtime.gear.reply_code import (
    AUTO_REPLY,
    MANUAL_REPLY,
    Error,
    Execution,
    ReplyCode,
    SimpleExecutionError,
)
from parachain.runtime.pallets import gear
from parachain.runtime.pallets.gear_messenger import queue
from parachain.runtime.pallets.gear_program import programs
from tests.client.chain.real_node import UNIT
from tests.client.chain.small_node import ALICE, BOB
from tests.client.gear_chain.two_nodes import BLOCK_GAS, GAS, Call, Reply, TwoNodes
from tests.runtime.gear.execution import stage

#: The most that a message may have.
LIMIT = 750 * 10**9
#: Blocks until messages that are sent with `GAS` again and again have burned it all.
LONG = 120


def failed(error: SimpleExecutionError) -> ReplyCode:
    return Error(Execution(error))


OUT_OF_GAS = failed(SimpleExecutionError.RAN_OUT_OF_GAS)
UNREACHABLE = failed(SimpleExecutionError.UNREACHABLE_INSTRUCTION)
BACKEND = failed(SimpleExecutionError.BACKEND_ERROR)


def numbers(*values: int) -> bytes:
    return b"".join(value.to_bytes(4, "little") for value in values)


#: What `hostile` does and the reply to that: see tests/programs/c/hostile.c. It has three units, of
#: which each program that it creates takes one.
ATTACKS: dict[bytes, tuple[ReplyCode, bytes | None]] = {
    b"l": (OUT_OF_GAS, b""),
    b"n": (failed(SimpleExecutionError.STACK_LIMIT_EXCEEDED), b""),
    b"k": (UNREACHABLE, b""),
    b"m": (OUT_OF_GAS, b""),
    b"d": (UNREACHABLE, b""),
    b"u": (UNREACHABLE, b""),
    b"o": (UNREACHABLE, b""),
    b"x": (failed(SimpleExecutionError.USERSPACE_PANIC), None),
    b"h": (MANUAL_REPLY, numbers(311)),
    b"r": (MANUAL_REPLY, numbers(257, 501)),
    b"b": (MANUAL_REPLY, numbers(1024, 301)),
    b"c": (MANUAL_REPLY, numbers(3, 101)),
}
ALL = pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.decode())
PANIC_SIZE = 65_536


@pytest.fixture(scope="module")
def ping_and_nodes(genesis: GenesisState) -> tuple[bytes, TwoNodes]:
    nodes = TwoNodes.begin(genesis)
    return nodes.deploy("c/ping"), nodes


@pytest.fixture
def ping(ping_and_nodes: tuple[bytes, TwoNodes]) -> bytes:
    return ping_and_nodes[0]


@pytest.fixture
def nodes(ping_and_nodes: tuple[bytes, TwoNodes]) -> TwoNodes:
    return ping_and_nodes[1].copy()


def tell(to: bytes, payload: bytes, gas: int = GAS) -> Call:
    return ALICE, gear.send_message(to, payload, gas, 0, True)


def asks(ping: bytes) -> Call:
    return BOB, gear.send_message(ping, b"PING", GAS, 0, True)


def assert_honest_are_answered(nodes: TwoNodes, ping: bytes, *first: Call) -> dict[bytes, Reply]:
    """Let Bob ask ping right behind others' messages; return the replies to these.

    The attack may burn what this block has, then he is answered in the next.
    """
    seen = nodes.block(*first, asks(ping))
    (*_, message) = seen.queued()
    replies = seen.replies()
    if message not in replies:
        assert queue.length(nodes.ext()) > 0
        replies |= nodes.block().replies()
    assert replies.pop(message) == Reply(MANUAL_REPLY, b"PONG")
    return replies


@ALL
def test_in_handle(nodes: TwoNodes, ping: bytes, attack: bytes) -> None:
    hostile = nodes.deploy("c/hostile", value=3 * UNIT)
    ((code, payload),) = assert_honest_are_answered(
        nodes, ping, tell(hostile, attack, LIMIT)
    ).values()
    expected_code, expected = ATTACKS[attack]
    assert code == expected_code
    assert payload == expected if expected is not None else len(payload) == PANIC_SIZE
    nodes.until_quiet(LONG)
    ((code, _),) = nodes.block(tell(hostile, b".")).replies().values()
    assert code == AUTO_REPLY


@ALL
def test_in_init(nodes: TwoNodes, ping: bytes, attack: bytes) -> None:
    hostile = nodes.deploy("c/hostile", attack, value=3 * UNIT, gas=LIMIT)
    assert_honest_are_answered(nodes, ping)
    state = programs.get(nodes.ext(), hostile)
    if ATTACKS[attack][0] == MANUAL_REPLY:
        assert isinstance(state, ActiveProgram)
    else:
        assert state == Terminated(ALICE.public)
    nodes.until_quiet(LONG)


@ALL
def test_in_handle_reply(nodes: TwoNodes, ping: bytes, attack: bytes) -> None:
    """The message sends to itself and pays for the reply, which does what the second byte says."""
    hostile = nodes.deploy("c/hostile", value=3 * UNIT)
    assert_honest_are_answered(nodes, ping, tell(hostile, b"e" + attack, LIMIT))
    nodes.until_quiet(LONG)
    assert isinstance(programs.get(nodes.ext(), hostile), ActiveProgram)


@ALL
def test_in_handle_signal(nodes: TwoNodes, ping: bytes, attack: bytes) -> None:
    hostile = nodes.deploy("c/hostile", value=3 * UNIT)
    nodes.block(tell(hostile, b"." + attack))
    assert_honest_are_answered(nodes, ping, tell(hostile, b"u" + attack + b"!", LIMIT))
    nodes.until_quiet(LONG)
    assert isinstance(programs.get(nodes.ext(), hostile), ActiveProgram)


@pytest.mark.parametrize("attack", [b"s", b"f", b"w", b"ef"], ids=lambda attack: attack.decode())
def test_messages_without_end(nodes: TwoNodes, ping: bytes, attack: bytes) -> None:
    """A message to itself, twice as many each time, and waits: all live on the gas of the first."""
    hostile = nodes.deploy("c/hostile")
    assert_honest_are_answered(nodes, ping, tell(hostile, attack))
    nodes.until_quiet(LONG)
    ((code, _),) = nodes.block(tell(hostile, b".")).replies().values()
    assert code == AUTO_REPLY


def test_a_fork_bomb_of_all_the_gas_there_is(nodes: TwoNodes, ping: bytes) -> None:
    """It fills blocks, no block is overfull, and it ends when all that was paid for is burned."""
    hostile = nodes.deploy("c/hostile")
    replies = assert_honest_are_answered(nodes, ping, tell(hostile, b"f", LIMIT))
    assert [reply.code for reply in replies.values()] == [AUTO_REPLY]
    assert nodes.until_quiet(LONG) * BLOCK_GAS < 3 * LIMIT


#: Places that are not there: each ends the execution, for there is nowhere to tell of it.
WRONG = (
    stage.call("gr_size", -1),
    stage.call("gr_message_id", 131_072),
    stage.call("gr_env_vars", 1, 131_072 - 51),
    stage.call("gr_random", 131_071, 0),
    stage.call("gr_random", 0, -4),
    stage.call("gr_exit", -31),
    stage.call("gr_debug", 131_072, 1),
    stage.call("gr_debug", 0, -1),
    stage.call("gr_panic", 131_071, 2),
    stage.call("gr_panic", 0, -1),
    stage.call("gr_send_init", 131_069),
    stage.call("gr_read", 0, 0, 0, -3),
    stage.call("gr_wake", 0, 0, 131_072),
)
#: Such places that a program is told of: it goes on.
REFUSED = (
    stage.call("gr_send", 131_072, 0, 0, 0, 1024),
    stage.call("gr_send", 0, -1, 8, 0, 1024),
    stage.call("gr_send", 0, 1, -1, 0, 1024),
    stage.call("gr_reply", 131_071, 2, -1, 1024),
    stage.call("gr_reply", 0, 0, -2, 1024),
    stage.call("gr_read", 0, 4, 131_070, 1024),
    stage.call("gr_read", -1, -1, -1, 1024),
    stage.call("gr_create_program", 0, -1, 8, -1, 8, 0, 1024),
    stage.call("gr_reply_deposit", -32, 5, 1024),
    stage.call("gr_unreserve_gas", 131_071, 1024),
)


def test_wrong_pointers(nodes: TwoNodes, ping: bytes) -> None:
    for number, call in enumerate((*WRONG, *REFUSED)):
        target = nodes.deploy_text(stage.module(call.text()), bytes([number]))
        replies = assert_honest_are_answered(nodes, ping, tell(target, b"load"))
        ends_well = call in REFUSED
        out_of_gas = call == stage.call("gr_debug", 0, -1)  # 4 GiB are more than can be paid for
        expected = AUTO_REPLY if ends_well else OUT_OF_GAS if out_of_gas else BACKEND
        assert [reply.code for reply in replies.values()] == [expected], call
    nodes.until_quiet(1)
