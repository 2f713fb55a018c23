"""A chain with Gear's pallets in memory, whose blocks are made by hand.

Calls are dispatched as extrinsics are, then `run` processes the queue; programs run natively. At
the end of each block gas and value must add up.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from parachain.client.executor.wasmtime_sandbox import WasmtimeSandbox
from parachain.primitives.digest import PreRuntime
from parachain.primitives.dispatch_info import PostDispatchInfo
from parachain.primitives.scale import COMPACT_U32
from parachain.runtime.frame.call import RuntimeCall, dispatch
from parachain.runtime.frame.event import EVENTS_KEY, Event
from parachain.runtime.frame.origin import NONE, Origin, signed
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.gear.gas_tree import GasNode, GasNodeId, total_gas
from parachain.runtime.gear.sandbox import Sandbox
from parachain.runtime.pallets import (
    aura,
    balances,
    gear,
    gear_bank,
    gear_builtin,
    gear_gas,
    gear_messenger,
    gear_payment,
    gear_program,
    gear_scheduler,
    gear_voucher,
    proxy,
    system,
)
from parachain.runtime.pallets.gear.declarations import gear_run_in_block
from parachain.runtime.pallets.gear_bank.declarations import (
    accounts,
    on_finalize_value,
    unused_value,
)
from parachain.runtime.pallets.gear_gas.declarations import gas_nodes, total_issuance
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.scene import ALICE, FUNDED, FUNDS

PALLETS: dict[int, Pallet] = {
    100: gear_program.pallet,
    101: gear_messenger.pallet,
    102: gear_scheduler.pallet,
    103: gear_gas.pallet,
    104: gear.pallet,
    105: gear_payment.pallet,
    107: gear_voucher.pallet,
    108: gear_bank.pallet,
    109: gear_builtin.pallet,
}
AUTHOR = bytes([0xA0]) * 32

#: Plancks for a unit of gas.
PRICE = 100


@cache
def _native_sandbox() -> WasmtimeSandbox:
    """One for all tests, made after pytest has installed its handlers of signals, not before."""
    return WasmtimeSandbox()


class Blocks:
    """The chain, in an open block."""

    def __init__(self, sandbox: Sandbox | None = None) -> None:
        self.ext = MemoryExt(sandbox=sandbox or _native_sandbox())
        owners = (*FUNDED, gear_bank.BANK, gear_bank.TREASURY, AUTHOR)
        funds = [(who, FUNDS) for who in owners]
        # As in Vara's genesis: an actor must be able to receive any value.
        funds += [(actor, balances.EXISTENTIAL_DEPOSIT) for actor in gear_builtin.ACTORS]
        balances.genesis(self.ext, tuple(funds))
        gear_bank.genesis(self.ext)
        aura.genesis(self.ext, (AUTHOR,))
        self.number = 0
        self.begin()

    def begin(self) -> None:
        """Open the next block, without events."""
        self.number += 1
        slot = PreRuntime(aura.ENGINE_ID, self.number.to_bytes(8, "little"))
        system.initialize(self.ext, self.number, self.ext.blake2_256(bytes([1])), (slot,))
        system.reset_events(self.ext)
        for pallet in PALLETS.values():
            for hook in pallet.initializers:
                hook(self.ext, self.number)

    def call(self, call: RuntimeCall, who: bytes | Origin = ALICE) -> PostDispatchInfo:
        """Dispatch a call, whose arguments survive the wire."""
        declaration = call.declaration
        encoded = call.encode()
        args, end = declaration.fields.read(encoded, 2)
        assert (args, end) == (call.args, len(encoded))
        origin = who if isinstance(who, Origin) else signed(who)
        return dispatch(self.ext, RuntimeCall(declaration, args), origin)

    def run(self, max_gas: int | None = None) -> int:
        """Process the queue; return the gas that the block has burned."""
        post = self.call(gear.run(max_gas), NONE)
        assert post.actual_weight is not None
        return post.actual_weight.ref_time - system.DB_WEIGHT.write

    def end(self) -> None:
        """Close the block and check that everything adds up."""
        self.check()
        for pallet in PALLETS.values():
            for hook in pallet.finalizers:
                hook(self.ext, self.number)
        self.check()

    def next(self, count: int = 1, *, process: bool = True) -> None:
        """Go on to a later block, processing the queue of all in between."""
        for _ in range(count):
            if process and gear_run_in_block.get(self.ext) is None:
                self.run()
            self.end()
            self.begin()

    # -- what must hold ------------------------------------------------------------------------

    def check(self) -> None:
        """Gas in the tree is what was issued and paid for; the bank has what its records say."""
        nodes: Iterator[tuple[GasNodeId, GasNode]] = gas_nodes.iterate(self.ext)
        gas = sum(total_gas(node) for _, node in nodes)
        assert gas == (total_issuance.get(self.ext) or 0)
        records = [record for _, record in accounts.iterate(self.ext)]
        assert sum(record.gas for record in records) == gas * PRICE
        promised = on_finalize_value.get(self.ext) + unused_value.get(self.ext)
        value = sum(record.value for record in records)
        in_bank = balances.free_balance(self.ext, gear_bank.BANK)
        assert in_bank == FUNDS + gas * PRICE + value + promised
        all_accounts = [info.data for _, info in system.account.iterate(self.ext)]
        owned = sum(data.free + data.reserved for data in all_accounts)
        assert owned == balances.total_issuance.get(self.ext)

    def free(self, who: bytes) -> int:
        return balances.free_balance(self.ext, who)

    # -- events --------------------------------------------------------------------------------

    def events(self) -> list[tuple[Any, ...]]:
        """The events of pallet Gear since the last time, as (name, values, ...); clears all."""
        found = list(_decoded(self.ext.get(EVENTS_KEY) or b"\x00"))
        system.reset_events(self.ext)
        return [event for event in found if event[0] is not None]

    def names(self) -> list[str]:
        return [event[0] for event in self.events()]

    @contextmanager
    def nothing_changes(self) -> Iterator[None]:
        before = dict(self.ext.state)
        yield
        assert self.ext.state == before


def _decoded(raw: bytes) -> Iterator[tuple[Any, ...]]:
    every: dict[tuple[int, int], Event[Any]] = {
        (pallet.index, event.index): event
        for pallet in (*PALLETS.values(), balances.pallet, system.pallet, proxy.pallet)
        for event in pallet.events
    }
    count, pos = COMPACT_U32.read(raw, 0)
    for _ in range(count):
        pos += 5 if raw[pos] == 0 else 1
        event = every[raw[pos], raw[pos + 1]]
        values, pos = event.fields.read(raw, pos + 2)
        assert raw[pos] == 0
        pos += 1
        yield (event.name if event.pallet is gear.pallet else None, *values)
