"""Random storms of messages between programs: nothing is lost, nothing hangs, replays are equal.

The scripts are those of tests/programs/c/storm.c. After every block the scene checks that gas and
value add up.
"""

from contextlib import suppress
from random import Random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.pallets import gear
from parachain.runtime.pallets.gear_messenger import queue
from parachain.runtime.pallets.gear_messenger.declarations import mailboxes
from tests.runtime.gear.programs.actor import deploy
from tests.runtime.gear.programs.storm_scripts import ACTORS, STORMS, ScriptWriter
from tests.runtime.pallets.gear_pallet.blocks import PALLETS, Blocks
from tests.runtime.pallets.scene import ALICE, BOB, UNIT

GAS = 20_000_000_000


class Action(NamedTuple):
    """A message of Alice's, and how many blocks pass then."""

    to: int
    script: bytes
    gas: int
    value: int
    rest: int


_ACTIONS = st.lists(
    st.builds(
        Action,
        st.integers(0, STORMS - 1),
        st.integers(0, 2**32).map(lambda seed: ScriptWriter(Random(seed)).script(3)),
        st.sampled_from((GAS, GAS, GAS, GAS, 2_000_000_000, 0)),
        st.sampled_from((0, 1, UNIT)),
        st.integers(0, 2),
    ),
    min_size=5,
    max_size=10,
)


def _play(actions: list[Action]) -> Blocks:
    for index, pallet in PALLETS.items():
        pallet.index = index
    blocks = Blocks()
    deploy(blocks, "c/ping")
    for number in range(STORMS):
        deploy(blocks, "c/storm", b"".join(ACTORS), value=5 * UNIT, salt=bytes([number]))
    for to, script, gas, value, rest in actions:
        with suppress(DispatchFailed):  # the program has ended
            blocks.call(gear.send_message(ACTORS[to], script, gas, value, True), ALICE)
        blocks.next(rest)
        for (user, message), _ in list(mailboxes.iterate(blocks.ext)):
            if user == BOB and rest:
                blocks.call(gear.claim_value(message), BOB)
    blocks.next(6)
    return blocks


@settings(max_examples=50, deadline=None)
@given(_ACTIONS)
def test_storm_of_programs(actions: list[Action]) -> None:
    blocks = _play(actions)
    assert queue.length(blocks.ext) == 0
    # the same from the beginning, on a chain of its own
    assert _play(actions).ext.state == blocks.ext.state
