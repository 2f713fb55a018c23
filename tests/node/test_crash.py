"""A node that is killed at any moment opens its database again and has lost nothing it reported.

Blocks are made in short slots, with transfers in them; the moments are seeded. What a client was
told before the kill has to be there after it: the last finalised block and every imported one.
"""

import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from websockets.exceptions import ConnectionClosed

from parachain.client.chain.importing import Imported
from parachain.client.chain.notifications import BlockOrigin
from parachain.client.chain.opening import open_chain
from parachain.client.crypto.hashing import blake2_256
from parachain.client.database.leveldb import open_leveldb
from parachain.client.executor.native import NativeExecutor
from parachain.node.chain import chain_spec, genesis_state
from parachain.node.clock import now_ms
from parachain.primitives.digest import DIGEST_ITEM
from parachain.primitives.header import HEADER, Header
from tests.client.chain.real_node import UNIT, RealNode
from tests.client.chain.small_node import ALICE, BOB
from tests.node.chain_spec_file import write_fast_chain
from tests.node_process import NodeProcess, Session

ALL_HEADS: Final = "chain_allHead"
FINALIZED: Final = "chain_finalizedHead"

#: Moments of the kill after the node listens: none at all up to a few blocks.
MAX_ALIVE_S: Final = 1.2

#: One round of so many is killed while it starts.
STARTING_ROUNDS: Final = 5
MAX_START_S: Final = 0.8

#: A round makes a handful of blocks. With instant sealing each is a slot ahead of the clock.
DAY_MS: Final = 24 * 3600 * 1000


class Crashes:
    """Rounds of starting, working and killing on one base path."""

    def __init__(self, folder: Path, sealing: str, seed: int) -> None:
        self.spec = write_fast_chain(folder / "fast.json")
        self.base_path = folder / "base"
        self.sealing = sealing
        self.rng = random.Random(seed)
        self.signer = RealNode(genesis_state(chain_spec(str(self.spec))))
        #: What clients were told: the last finalised block, and hashes of imported ones.
        self.finalised = (0, "0x" + self.signer.chain.genesis_hash.hex())
        self.imported: dict[str, int] = {}

    def start(self) -> NodeProcess:
        flags = ("--chain", self.spec, "-d", self.base_path, "--no-prometheus", "-lwarn,rpc=info")
        return NodeProcess.start("--dev", *flags, "--sealing", self.sealing)

    def run(self, rounds: int) -> None:
        """Kill the node so often; each round checks what the one before was told."""
        for number in range(rounds):
            with self.start() as node:
                if number % STARTING_ROUNDS == STARTING_ROUNDS - 1:
                    self.kill_while_starting(node)
                    continue
                with node.session() as session:
                    self.check(session)
                    self.work(session, self.rng.uniform(0, MAX_ALIVE_S))
                    node.kill()
                    self.drain(session)
        with self.start() as node:
            with node.session() as session:
                self.check(session)
                self.goes_on(session)
            assert node.stop() == 0

    def kill_while_starting(self, node: NodeProcess) -> None:
        """Kill it at a moment before it listens, or soon after."""
        with pytest.raises(subprocess.TimeoutExpired):  # it does not end by itself
            node.process.wait(self.rng.uniform(0, MAX_START_S))
        node.kill()

    def check(self, session: Session) -> None:
        """Ask the restarted node for what was reported."""
        number, block_hash = self.finalised
        assert session.call("chain_getBlockHash", number) == block_hash
        head = session.call("chain_getFinalizedHead")
        assert int(session.call("chain_getHeader", head)["number"], 16) >= number
        for told, expected in self.imported.items():
            header = session.call("chain_getHeader", told)
            assert header is not None, f"block {expected} {told} was imported and is lost"
            assert session.call("chain_getBlock", told) is not None
        self.imported = {}

    def work(self, session: Session, seconds: float) -> None:
        """Submit transfers and take note of what the node says, for so long."""
        deadline_s = time.monotonic() + seconds
        session.call("chain_subscribeAllHeads")
        session.call("chain_subscribeFinalizedHeads")
        nonces = self.transfers(session)
        while (left_s := deadline_s - time.monotonic()) > 0:
            session.call("author_submitExtrinsic", next(nonces))
            try:
                self.note(*session.notification(min(left_s, 0.03)))
            except TimeoutError:
                continue

    def transfers(self, session: Session) -> Iterator[str]:
        """Transfers of Alice, from the nonce that the chain says is next."""
        address = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
        nonce = int(session.call("system_accountNextIndex", address))
        while True:
            yield "0x" + self.signer.transfer(ALICE, nonce, BOB.public, UNIT // 1000).hex()
            nonce += 1

    def drain(self, session: Session) -> None:
        """Take note of what the node said with its last breath."""
        try:
            while True:
                self.note(*session.notification(0.5))
        except ConnectionClosed:
            return

    def note(self, method: str, header: dict[str, Any]) -> None:
        number = int(header["number"], 16)
        block_hash = hash_of(header)
        if method == FINALIZED:
            self.finalised = max(self.finalised, (number, block_hash))
        elif method == ALL_HEADS:
            self.imported[block_hash] = number

    def goes_on(self, session: Session) -> None:
        """Wait until a transfer sent now is in a finalised block."""
        session.call("chain_subscribeFinalizedHeads")
        nonces = self.transfers(session)
        session.call("author_submitExtrinsic", next(nonces))
        best = int(session.call("chain_getHeader")["number"], 16)
        while True:
            method, header = session.notification()
            self.note(method, header)
            if int(header["number"], 16) > best:
                return
            if self.sealing == "instant":  # finality follows the block after
                session.call("author_submitExtrinsic", next(nonces))

    def replay(self) -> int:
        """Execute the whole chain of the database anew; return how many blocks it has."""
        genesis = genesis_state(chain_spec(str(self.spec)))
        store = open_leveldb(self.base_path / "chains" / "fast_dev" / "db")
        crashed = open_chain(store, genesis, NativeExecutor())
        anew = RealNode(genesis).chain
        blocks = 0
        for block in crashed.canonical_blocks(1, crashed.best.number):
            result = anew.import_block(block, BlockOrigin.FILE, now_ms() + DAY_MS)
            assert isinstance(result, Imported), result
            blocks += 1
        assert anew.best == crashed.best
        states = (dict(chain.state_at(chain.best.hash).pairs()) for chain in (anew, crashed))
        assert next(states) == next(states)
        store.close()
        return blocks


def hash_of(shown: dict[str, Any]) -> str:
    """Hash of a header as RPC shows it."""
    parent, state, extrinsics = (
        bytes.fromhex(shown[name][2:]) for name in ("parentHash", "stateRoot", "extrinsicsRoot")
    )
    digest = tuple(DIGEST_ITEM.decode(bytes.fromhex(log[2:])) for log in shown["digest"]["logs"])
    header = Header(parent, int(shown["number"], 16), state, extrinsics, digest)
    return "0x" + blake2_256(HEADER.encode(header)).hex()


@pytest.mark.parametrize(("sealing", "rounds"), [("interval", 3), ("instant", 2)])
def test_five_crashes(tmp_path: Path, sealing: str, rounds: int) -> None:
    crashes = Crashes(tmp_path, sealing, seed=5)
    crashes.run(rounds)
    assert crashes.replay() > rounds


@pytest.mark.slow
@pytest.mark.parametrize("sealing", ["interval", "instant"])
def test_fifty_crashes(tmp_path: Path, sealing: str) -> None:
    crashes = Crashes(tmp_path, sealing, seed=50)
    crashes.run(50)
    assert crashes.replay() > 50
