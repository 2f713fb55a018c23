"""The author of a slot keeps its time whatever messages do; none of them waits for ever."""

from typing import Any

import pytest

from parachain.client.chain.genesis import GenesisState
from parachain.primitives.scale import U64, option
from parachain.runtime.gear.sandbox import HostFunctions, Instance, ProgramCode, Sandbox
from parachain.runtime.pallets import gear
from parachain.runtime.pallets.gear_messenger import queue
from tests.client.chain.real_node import NOW_MS, SANDBOX, RealNode
from tests.client.chain.small_node import ALICE
from tests.client.gear_chain.two_nodes import BLOCK_GAS, GAS, Call, Seen, TwoNodes

SLOT_MS = 3_000
#: When a block should be ready to be sent, after the beginning of its slot.
READY_MS = 2_000
#: A slot later than those of all blocks before.
BEGIN_MS = (NOW_MS // SLOT_MS + 1_000) * SLOT_MS


class SlowSandbox:
    """An engine in which every execution takes a while, on a clock of its own."""

    def __init__(self) -> None:
        self.now_ms = BEGIN_MS
        self.takes_ms = 0

    def clock(self) -> int:
        return self.now_ms

    def __call__(self) -> Sandbox:
        return self

    def instantiate(
        self, code: ProgramCode, functions: HostFunctions, context: Any, memory_pages: int
    ) -> Instance:
        self.now_ms += self.takes_ms
        return SANDBOX().instantiate(code, functions, context, memory_pages)


class Scene:
    """Blocks in one slot after the other."""

    def __init__(self, genesis: GenesisState) -> None:
        self.engine = SlowSandbox()
        self.nodes = TwoNodes(
            genesis, RealNode(genesis, sandbox=self.engine), RealNode(genesis), {}
        )
        self.ping = self.nodes.deploy("c/ping")
        self.hostile = self.nodes.deploy("c/hostile")

    def block(self, *calls: Call) -> tuple[Seen, int]:
        """Make a block in the next slot; return it, and how long it took."""
        begun_ms = self.engine.now_ms = (self.engine.now_ms // SLOT_MS + 1) * SLOT_MS
        seen = self.nodes.block_in_slot(self.engine.clock, *calls)
        return seen, self.engine.now_ms - begun_ms

    def asks(self, count: int) -> list[Call]:
        return [(ALICE, gear.send_message(self.ping, b"PING", GAS, 0, True))] * count

    def waiting(self) -> int:
        return queue.length(self.nodes.ext())


@pytest.fixture
def scene(genesis: GenesisState) -> Scene:
    return Scene(genesis)


def max_gas(seen: Seen) -> int | None:
    """The argument of the last extrinsic, behind its length, version and call."""
    return option(U64).decode(seen.block.extrinsics[-1][4:])


def test_nothing_is_limited_while_there_is_time(scene: Scene) -> None:
    scene.engine.takes_ms = 10
    for _ in range(3):
        seen, took_ms = scene.block(*scene.asks(20))
        assert len(seen.replies()) == 20
        assert took_ms == 200
        assert max_gas(seen) is None


def test_messages_that_take_too_long_are_left_for_the_next_blocks(scene: Scene) -> None:
    scene.engine.takes_ms = 100
    seen, took_ms = scene.block(*scene.asks(60))
    # half of the time for a run that was given up, half for doing that again
    assert READY_MS // 2 <= took_ms <= READY_MS + 2 * scene.engine.takes_ms
    assert 10 <= len(seen.replies()) <= 12
    replied = len(seen.replies())
    while scene.waiting():
        seen, took_ms = scene.block()
        # it is known now how many messages fit
        assert took_ms <= READY_MS + 2 * scene.engine.takes_ms
        assert max_gas(seen) is not None
        assert len(seen.replies()) >= min(18, 60 - replied)
        replied += len(seen.replies())
    assert replied == 60


@pytest.mark.parametrize("takes_ms", [1_500, 10_000])
def test_a_message_is_processed_however_long_it_takes(scene: Scene, takes_ms: int) -> None:
    scene.engine.takes_ms = takes_ms
    scene.block(*scene.asks(6))
    left = 6
    while scene.waiting():
        assert scene.waiting() < left
        left = scene.waiting()
        scene.block()
        if scene.waiting() == left:  # then the limit was too small, and is dropped
            scene.block()


def test_a_message_of_much_gas_does_not_wait_behind_a_small_limit(scene: Scene) -> None:
    scene.engine.takes_ms = 500
    scene.block(*scene.asks(40))
    scene.block()
    assert scene.waiting()
    scene.engine.takes_ms = 0
    loop = gear.send_message(scene.hostile, b"l", 700 * 10**9, 0, True)
    seen, _ = scene.block((ALICE, loop))
    (message,) = seen.queued()
    while message not in seen.replies():
        assert (max_gas(seen) or BLOCK_GAS) < 700 * 10**9
        before = scene.waiting()
        seen, _ = scene.block()
        assert scene.waiting() < before or max_gas(seen) is not None
    assert max_gas(seen) is None
