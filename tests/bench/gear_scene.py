"""Two nodes of a development chain on which programs run: one authors, the other imports.

Each has a LevelDB of its own; the engine with what it has compiled is one for both. Python's
collector of garbage is set as in the node.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final, NamedTuple

from parachain.client.chain.importing import Imported
from parachain.client.chain.notifications import BlockOrigin
from parachain.client.crypto.hashing import blake2_256
from parachain.client.database import open_leveldb
from parachain.node.collector import calm_collector
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.event import EVENT_RECORDS, EVENTS_KEY
from parachain.runtime.gear.changes import DispatchStatus
from parachain.runtime.gear.ids import program_id_from_user
from parachain.runtime.pallets import gear
from parachain.runtime.pallets.gear.events import MESSAGES_DISPATCHED
from parachain.runtime.pallets.system.storage import EXTRINSIC_SUCCESS
from tests.bench.ledger import IMPORT_MS
from tests.client.chain.real_node import RealNode, development
from tests.client.chain.small_node import ALICE

#: The most that a user can give a message.
MOST_GAS: Final = 750_000_000_000


class Made(NamedTuple):
    """A block, in seconds and in units of gas.

    burned     by tasks and messages, as the weight of `Gear.run` says.
    messages   that were processed.
    """

    authoring: float
    importing: float
    burned: int
    messages: int

    def per_nominal_second(self, seconds: float) -> float:
        """Seconds for each 10^12 units of gas."""
        return seconds / self.burned * 10**12


@dataclass
class GearScene:
    """Both nodes, and the transactions that Alice has sent."""

    author: RealNode
    importer: RealNode
    clock: Callable[[], float]
    nonce: int = 0

    def signed(self, call: RuntimeCall) -> bytes:
        """Sign a call as Alice's next transaction."""
        self.nonce += 1
        return self.author.signed(ALICE, self.nonce - 1, call.encode())

    def block(self, *calls: RuntimeCall) -> Made:
        """Author a block of these calls and of what it processes, import it; time both."""
        signed = [self.signed(call) for call in calls]
        begun = self.clock()
        made = self.author.make(*signed)
        authored = self.clock()
        outcome = self.importer.chain.import_block(made.block, BlockOrigin.BROADCAST, IMPORT_MS)
        imported = self.clock()
        assert isinstance(outcome, Imported), outcome
        assert len(made.proposal.included) == len(calls), made.proposal.end
        for node in (self.author, self.importer):
            node.chain.finalize(made.block.header.parent_hash)
        burned, messages = self._processed()
        return Made(authored - begun, imported - authored, burned, messages)

    def _processed(self) -> tuple[int, int]:
        """Gas and messages of the best block; no message of a user may have failed."""
        best = self.author.chain.best.hash
        events = [r.event for r in EVENT_RECORDS.decode(self._stored(best, EVENTS_KEY))]
        infos = [e.values[0] for e in events if e.declaration is EXTRINSIC_SUCCESS]
        messages = 0
        for event in events:
            if event.declaration is MESSAGES_DISPATCHED:
                messages, statuses, _ = event.values
                assert all(status is DispatchStatus.SUCCESS for status in statuses.values())
        return infos[-1].weight.ref_time, messages

    def _stored(self, block: bytes, key: bytes) -> bytes:
        value = self.author.chain.state_at(block).get(key)
        assert value is not None
        return value

    def upload(self, code: bytes) -> bytes:
        """Upload a program and let it initialize; return its id."""
        self.block(gear.upload_program(code, b"", b"", 10**10, 0, False))
        return program_id_from_user(blake2_256, blake2_256(code), b"")

    def upload_code(self, code: bytes) -> bytes:
        """Upload code without a program; return its id."""
        self.block(gear.upload_code(code))
        return blake2_256(code)


def message(to: bytes, payload: bytes = b"", gas: int = MOST_GAS, value: int = 0) -> RuntimeCall:
    """A message from Alice."""
    return gear.send_message(to, payload, gas, value, False)


@contextmanager
def gear_scene(clock: Callable[[], float] = perf_counter) -> Iterator[GearScene]:
    """Two nodes at their genesis, whose databases go with the context."""
    genesis = development()
    with TemporaryDirectory(prefix="gear-bench-") as folder:
        stores = [open_leveldb(Path(folder) / name) for name in ("author", "importer")]
        thresholds = gc.get_threshold()
        calm_collector()
        try:
            author, importer = [RealNode(genesis, store) for store in stores]
            yield GearScene(author, importer, clock)
        finally:
            gc.set_threshold(*thresholds)
            gc.unfreeze()
            for store in stores:
                store.close()
