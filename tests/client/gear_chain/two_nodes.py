"""A chain of Gear that one node makes and another imports, with accounts that must add up.

After every block: gas in the tree is what was issued, and what the bank holds for it; the bank has
what its records say; nothing was created or lost; no block burned more than it may; the other node
has come to the same state, or it would have refused the block.
"""

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

from wasmtime import wat2wasm

from parachain.client.authoring.author import Authored
from parachain.client.authoring.slots import SlotMachine
from parachain.client.chain.block import Block
from parachain.client.chain.genesis import GenesisState
from parachain.client.chain.importing import Imported
from parachain.client.chain.notifications import BlockOrigin
from parachain.client.crypto.keys import KeyPair
from parachain.client.database import KeyValueStore, MemoryStore
from parachain.client.state import NativeExt
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.event import EVENT_RECORDS, EVENTS_KEY
from parachain.runtime.gear.gas_tree import total_gas
from parachain.runtime.gear.ids import program_id_from_user
from parachain.runtime.gear.messages import ReplyDetails
from parachain.runtime.gear.reply_code import ReplyCode
from parachain.runtime.pallets import balances, gear, gear_bank, system
from parachain.runtime.pallets.gear_bank.declarations import (
    accounts,
    on_finalize_value,
    unused_value,
)
from parachain.runtime.pallets.gear_gas.declarations import gas_nodes, total_issuance
from parachain.runtime.pallets.gear_messenger import queue
from parachain.runtime.pallets.gear_scheduler.declarations import task_pool
from tests.client.chain.real_node import NOW_MS, RealNode
from tests.client.chain.small_node import ALICE, given
from tests.runtime.gear.core.hashing import blake2_256
from tests.runtime.gear.programs.actor import code_of

#: Plancks for a unit of gas.
PRICE = 100
BLOCK_GAS = 10**12
GAS = 50 * 10**9
FAR_FUTURE_MS = NOW_MS + 10**9

Call = tuple[KeyPair, RuntimeCall]


class Reply(NamedTuple):
    code: ReplyCode
    payload: bytes


class Seen(NamedTuple):
    """What a block has done: its events as (name, values), and the gas of its messages."""

    block: Block
    events: list[tuple[str, tuple[Any, ...]]]
    gas: int

    def queued(self) -> list[bytes]:
        """The messages that extrinsics have sent."""
        return [values[0] for name, values in self.events if name == "MessageQueued"]

    def replies(self) -> dict[bytes, Reply]:
        """Replies to users, by the message that they reply to."""
        sent = [values[0] for name, values in self.events if name == "UserMessageSent"]
        return {
            message.details.to: Reply(message.details.code, message.payload)
            for message in sent
            if isinstance(message.details, ReplyDetails)
        }


class TwoNodes:
    """The nodes and the nonces of who signs."""

    def __init__(
        self, genesis: GenesisState, first: RealNode, second: RealNode, nonces: dict[bytes, int]
    ) -> None:
        self._genesis = genesis
        self.first = first
        self.second = second
        self._nonces = nonces
        ext = first.chain.overlay(first.chain.genesis_hash)
        self._deposit = balances.free_balance(ext, gear_bank.BANK)

    @classmethod
    def begin(cls, genesis: GenesisState) -> "TwoNodes":
        return cls(genesis, RealNode(genesis), RealNode(genesis), {})

    def copy(self) -> "TwoNodes":
        """The same chain once more, to be continued otherwise."""
        nodes = (self.first, self.second)
        first, second = (RealNode(self._genesis, _copied(node.store)) for node in nodes)
        return TwoNodes(self._genesis, first, second, dict(self._nonces))

    # -- making blocks -------------------------------------------------------------------------

    def block(self, *calls: Call) -> Seen:
        """Make a block at leisure."""
        return self._seen(self.first.make(*self._signed(calls)))

    def block_in_slot(self, clock: Callable[[], int], *calls: Call) -> Seen:
        """Make a block in the slot of the clock, which must be later than the last block's."""
        node = self.first
        claimed = node.author.claim(SlotMachine(node.author.slot_duration_ms()), clock())
        assert claimed is not None
        parent, claim = claimed
        ready = given(*self._signed(calls))
        return self._seen(node.author.author(parent.hash, claim, clock(), ready, clock))

    def until_quiet(self, limit: int) -> int:
        """Make blocks until no gas is held for anything; return how many it took."""
        for number in range(limit):
            ext = self.ext()
            if next(iter(gas_nodes.iterate(ext)), None) is None:
                assert queue.length(ext) == 0
                assert next(iter(task_pool.iterate(ext)), None) is None
                return number
            self.block()
        raise AssertionError(f"still not quiet after {limit} blocks")

    def deploy(
        self,
        name: str,
        payload: bytes = b"",
        *,
        value: int = 0,
        salt: bytes = b"",
        gas: int = GAS,
    ) -> bytes:
        """Upload a program of Alice's and let it initialize; return its id."""
        return self._deploy(code_of(name), payload, value, salt, gas)

    def deploy_text(self, text: str, salt: bytes) -> bytes:
        """Upload a program that is given as text."""
        return self._deploy(bytes(wat2wasm(text)), b"", 0, salt, GAS)

    def _deploy(self, code: bytes, payload: bytes, value: int, salt: bytes, gas: int) -> bytes:
        self.block((ALICE, gear.upload_program(code, salt, payload, gas, value, True)))
        return program_id_from_user(blake2_256, blake2_256(code), salt)

    def ext(self) -> NativeExt:
        """The state of the best block."""
        return self.first.chain.overlay(self.first.chain.best.hash)

    # -- what must hold ------------------------------------------------------------------------

    def _signed(self, calls: tuple[Call, ...]) -> list[bytes]:
        signed = []
        for who, call in calls:
            nonce = self._nonces.get(who.public, 0)
            signed.append(self.first.signed(who, nonce, call.encode()))
            self._nonces[who.public] = nonce + 1
        return signed

    def _seen(self, made: Authored) -> Seen:
        assert not made.proposal.refused
        result = self.second.chain.import_block(made.block, BlockOrigin.BROADCAST, FAR_FUTURE_MS)
        assert isinstance(result, Imported), result
        ext = self.ext()
        self._check(ext)
        records = [each.event for each in EVENT_RECORDS.decode(ext.get(EVENTS_KEY) or b"\0")]
        events = [(event.declaration.name, event.values) for event in records]
        (*_, info) = [values[0] for name, values in events if name == "ExtrinsicSuccess"]
        assert info.weight.ref_time <= BLOCK_GAS + system.DB_WEIGHT.write
        return Seen(made.block, events, info.weight.ref_time)

    def _check(self, ext: NativeExt) -> None:
        gas = sum(total_gas(node) for _, node in gas_nodes.iterate(ext))
        assert gas == (total_issuance.get(ext) or 0)
        records = [record for _, record in accounts.iterate(ext)]
        assert sum(record.gas for record in records) == gas * PRICE
        promised = on_finalize_value.get(ext) + unused_value.get(ext)
        held = sum(record.value for record in records) + promised
        in_bank = balances.free_balance(ext, gear_bank.BANK)
        assert in_bank == self._deposit + gas * PRICE + held
        infos = [info.data for _, info in system.account.iterate(ext)]
        owned = sum(data.free + data.reserved for data in infos)
        assert owned == balances.total_issuance.get(ext)


def _copied(store: KeyValueStore) -> MemoryStore:
    assert isinstance(store, MemoryStore)
    return copy.deepcopy(store)
