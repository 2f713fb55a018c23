"""Random storms of messages through a chain: nothing is lost, and every node comes to the same.

`TwoNodes` checks the accounts after each block, and that a second node imports it.
"""

from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.client.chain.genesis import GenesisState
from parachain.runtime.gear.ids import program_id_from_user
from parachain.runtime.gear.program import ActiveProgram
from parachain.runtime.pallets import gear
from parachain.runtime.pallets.gear_messenger import queue
from parachain.runtime.pallets.gear_messenger.declarations import mailboxes
from parachain.runtime.pallets.gear_program import programs
from tests.client.chain.real_node import UNIT
from tests.client.chain.small_node import ALICE, BOB
from tests.client.gear_chain.two_nodes import Call, TwoNodes
from tests.runtime.gear.core.hashing import blake2_256
from tests.runtime.gear.programs.actor import code_of
from tests.runtime.gear.programs.storm_scripts import STORMS, ScriptWriter

GAS = 20 * 10**9
#: What comes late comes within so many blocks; those that wait without an end wait for as long as
#: they can pay rent.
LATE = 8
NOBODY = bytes([7]) * 32


def _address(name: str, salt: bytes) -> bytes:
    return program_id_from_user(blake2_256, blake2_256(code_of(name)), salt)


STORM_ACTORS = [_address("c/storm", bytes([number])) for number in range(STORMS)]
ACTORS = [*STORM_ACTORS, BOB.public, NOBODY, _address("c/ping", b"")]


@pytest.fixture(scope="module")
def begun(genesis: GenesisState) -> TwoNodes:
    """A chain with storms, that know each other, and ping."""
    nodes = TwoNodes.begin(genesis)
    nodes.deploy("c/ping")
    for number in range(STORMS):
        made = nodes.deploy("c/storm", b"".join(ACTORS), value=5 * UNIT, salt=bytes([number]))
        assert made == ACTORS[number]
    return nodes


class Action(NamedTuple):
    """A message of Alice's or Bob's, and how many more blocks there are then."""

    by_bob: bool
    to: int
    script: bytes
    gas: int
    value: int
    rest: int


_ACTIONS = st.lists(
    st.builds(
        Action,
        st.booleans(),
        st.integers(0, STORMS - 1),
        st.integers(0, 2**32).map(lambda seed: ScriptWriter(Random(seed)).script(3)),
        st.sampled_from((GAS, GAS, GAS, 2 * 10**9, 0)),
        st.sampled_from((0, 1, UNIT)),
        st.integers(0, 1),
    ),
    min_size=4,
    max_size=8,
)


@settings(max_examples=30)
@given(actions=_ACTIONS)
def test_storm_through_the_chain(begun: TwoNodes, actions: list[Action]) -> None:
    nodes = begun.copy()
    calls: list[Call] = []
    for action in actions:
        who = BOB if action.by_bob else ALICE
        target = programs.get(nodes.ext(), ACTORS[action.to])
        if isinstance(target, ActiveProgram):
            message = gear.send_message(
                ACTORS[action.to], action.script, action.gas, action.value, True
            )
            calls.append((who, message))
        if action.rest:
            nodes.block(*calls)
            calls = [
                (BOB, gear.claim_value(message))
                for (user, message), _ in mailboxes.iterate(nodes.ext())
                if user == BOB.public
            ]
    nodes.block(*calls)
    for _ in range(LATE):
        # all the gas of all messages is less than what a block may burn
        assert queue.length(nodes.ext()) == 0
        nodes.block()
    ours, theirs = (
        dict(node.chain.state_at(node.chain.best.hash).pairs())
        for node in (nodes.first, nodes.second)
    )
    assert ours == theirs
