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
from parachain.runtime.gear.ids import program_id_from_user
from parachain.runtime.pallets import gear
from parachain.runtime.pallets.gear_messenger import queue
from parachain.runtime.pallets.gear_messenger.declarations import mailboxes
from tests.runtime.gear.core.hashing import blake2_256
from tests.runtime.gear.programs.actor import code_of, deploy
from tests.runtime.pallets.gear_pallet.blocks import PALLETS, Blocks
from tests.runtime.pallets.scene import ALICE, BOB, EVE, UNIT

STORMS = 3
GAS = 20_000_000_000
CODE = blake2_256(code_of("c/storm"))
PING = blake2_256(code_of("c/ping"))
#: All that storms can name: each other, a user, an account that does not exist, a program.
ACTORS = (
    *(program_id_from_user(blake2_256, CODE, bytes([number])) for number in range(STORMS)),
    BOB,
    EVE,
    program_id_from_user(blake2_256, PING, b""),
)
SENDER = 255


class Author:
    """Writes scripts by chance; messages in messages, down to a depth."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def script(self, depth: int, limit: int = 1500) -> bytes:
        """Some steps, and perhaps one after which nothing comes."""
        random = self._random
        steps = b""
        for _ in range(random.randint(1, 5)):
            step = self._step(depth)
            if len(steps) + len(step) <= limit:
                steps += step
        if random.random() < 0.35 and len(steps) + 2 <= limit:
            steps += random.choice((b"w", b"t", b"t", b"p", b"l", b"i", b"x" + self._who()))
        return steps

    def _step(self, depth: int) -> bytes:
        random = self._random
        letter = random.choice("ssssssrrkkgnqyydcaebozfu")
        match letter:
            case "s":
                tail = (
                    self._who() + self._gas() + self._blocks() + self._value() + self._data(depth)
                )
            case "r":
                tail = self._value() + self._data(0)
            case "n":
                tail = self._few() + self._who() + self._few() + self._value() + self._data(depth)
            case "c":
                tail = random.choice((PING, CODE, bytes(32)))
                tail += self._gas() + self._value() + self._data(0)
            case "o" | "z":
                tail = self._data(depth, 64)
            case "k":
                tail = self._few() + self._few()
            case "g":
                tail = self._gas() + self._blocks()
            case "y" | "d":
                tail = self._gas()
            case "f" | "u":
                tail = bytes((random.choice((0, 1, 1, 2, 3, 4)),))
            case _:
                tail = self._few()
        return letter.encode() + tail

    def _data(self, depth: int, limit: int = 255) -> bytes:
        data = self.script(depth - 1, limit) if depth else b""
        return bytes((len(data),)) + data

    def _who(self) -> bytes:
        return bytes((self._random.choice((0, 0, 1, 1, 2, 2, 3, 4, 5, SENDER)),))

    def _gas(self) -> bytes:
        return self._random.choice((b"\x00", b"\x00", b"\x01", b"\xa0", b"\xff"))

    def _value(self) -> bytes:
        return self._random.choice((0, 0, 1, 1000, 2**32 - 1)).to_bytes(4, "little")

    def _few(self) -> bytes:
        return bytes((self._random.randint(0, 3),))

    def _blocks(self) -> bytes:
        return bytes((self._random.choice((0, 0, 0, 1, 2, 5)),))


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
        st.integers(0, 2**32).map(lambda seed: Author(Random(seed)).script(3)),
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
