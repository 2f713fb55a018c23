"""Random storms of messages between programs: nothing is lost, nothing hangs, replays are equal.

The scripts are those of tests/programs/c/storm.c. After every block the scene checks that gas and
value add up.
"""

from contextlib import suppress
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
GAS = 4_000_000_000
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


def _sized(data: bytes) -> bytes:
    return bytes((len(data),)) + data


def _u32(number: int) -> bytes:
    return number.to_bytes(4, "little")


_byte = st.integers(0, 255).map(lambda number: bytes((number,)))
_small = st.integers(0, 3).map(lambda number: bytes((number,)))
_blocks = st.integers(0, 5).map(lambda number: bytes((number,)))
_who = st.sampled_from([*range(len(ACTORS)), SENDER]).map(lambda number: bytes((number,)))
_gas = st.sampled_from((b"\x00", b"\x01", b"\x80", b"\xff"))
_value = st.sampled_from((0, 1, 1000, 2**32 - 1)).map(_u32)


def _step(letter: bytes, *arguments: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.tuples(*arguments).map(lambda parts: letter + b"".join(parts))


def _steps(payload: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """A script of some steps, whose messages have such payloads."""
    data = payload.filter(lambda script: len(script) < 256).map(_sized)
    kept = payload.filter(lambda script: len(script) <= 64).map(_sized)
    going_on = st.one_of(
        _step(b"s", _who, _gas, _small, _value, data),
        _step(b"s", _who, st.just(b"\x00"), st.just(b"\x00"), _value, data),
        _step(b"r", _value, data),
        _step(b"k", _small, _small),
        _step(b"g", _gas, _blocks),
        _step(b"n", _small, _who, _small, _value, data),
        _step(b"q", _small),
        _step(b"y", _gas),
        _step(b"d", _gas),
        _step(b"c", st.sampled_from((PING, CODE, bytes(32))), _gas, _value, data),
        _step(b"a", _small),
        _step(b"e", _small),
        _step(b"b", _small),
        _step(b"o", kept),
        _step(b"z", kept),
        _step(b"f", _blocks),
        _step(b"u", _byte),
    )
    ending = st.one_of(
        st.just(b""),
        st.sampled_from((b"w", b"t", b"p", b"l", b"i")),
        _step(b"x", _who),
    )
    return st.tuples(st.lists(going_on, max_size=4).map(b"".join), ending).map(b"".join)


SCRIPTS = st.recursive(st.just(b""), _steps, max_leaves=6).filter(lambda script: len(script) < 2048)


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
        SCRIPTS,
        st.sampled_from((0, 300_000_000, GAS)),
        st.sampled_from((0, 1, UNIT)),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=6,
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


@settings(max_examples=60, deadline=None)
@given(_ACTIONS)
def test_storm_of_programs(actions: list[Action]) -> None:
    blocks = _play(actions)
    assert queue.length(blocks.ext) == 0
    # the same from the beginning, on a chain of its own
    assert _play(actions).ext.state == blocks.ext.state
