"""A chain in memory at block 1, with funded accounts, for tests of pallets.

Calls are dispatched as the executive does, through their encoding, so that every test also shows
that its arguments survive the wire.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from parachain.primitives.address import Id
from parachain.primitives.dispatch_error import DispatchError, Token, TokenError
from parachain.primitives.dispatch_info import PostDispatchInfo
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.call import RUNTIME_CALL, RuntimeCall, dispatch
from parachain.runtime.frame.error import DispatchFailed, PalletError
from parachain.runtime.frame.event import EVENT_RECORDS, EVENTS_KEY
from parachain.runtime.frame.origin import Origin, signed
from parachain.runtime.pallets import balances, system
from tests.runtime.memory_ext import MemoryExt

UNIT = 10**12
ED = balances.EXISTENTIAL_DEPOSIT

ALICE, BOB, CHARLIE, DAVE = (bytes([byte]) * 32 for byte in (1, 2, 3, 4))
#: Accounts without funds.
EVE, FERDIE = bytes([5]) * 32, bytes([6]) * 32

FUNDED = (ALICE, BOB, CHARLIE, DAVE)
FUNDS = 10_000 * UNIT

#: What a call can be expected to fail with.
Failure = PalletError | DispatchError | TokenError

assert RUNTIME.pallet("Balances") is balances.pallet


def chain(*funds: tuple[bytes, int]) -> MemoryExt:
    """Return a chain whose accounts have these funds; FUNDED with FUNDS by default."""
    ext = MemoryExt()
    balances.genesis(ext, funds or tuple((who, FUNDS) for who in FUNDED))
    begin_block(ext, 1)
    return ext


def begin_block(ext: MemoryExt, number: int) -> None:
    """Enter block `number`, without events."""
    system.initialize(ext, number, bytes(32), ())
    system.reset_events(ext)


def run(ext: MemoryExt, call: RuntimeCall, origin: bytes | Origin = ALICE) -> PostDispatchInfo:
    """Dispatch a call, signed by an account or from an origin."""
    decoded = RUNTIME_CALL.decode(call.encode())
    assert decoded == call
    return dispatch(ext, decoded, origin if isinstance(origin, Origin) else signed(origin))


@contextmanager
def fails(ext: MemoryExt, error: Failure) -> Iterator[None]:
    """Expect the block to fail with this error, in a storage transaction of its own.

    What a failing function has changed is undone by the transaction, as in a dispatch.
    """
    if isinstance(error, PalletError):
        expected: Any = error.value()
    else:
        expected = Token(error) if isinstance(error, TokenError) else error
    before = dict(ext.state)
    ext.begin()
    with pytest.raises(DispatchFailed) as failure:
        yield
    ext.rollback()
    assert type(failure.value.error) is type(expected)
    assert failure.value.error == expected
    assert ext.state == before


def events(ext: MemoryExt) -> list[tuple[Any, ...]]:
    """Return the events since the last time, as ("Pallet.Name", value, ...), and clear them."""
    raw = ext.get(EVENTS_KEY)
    records = () if raw is None else EVENT_RECORDS.decode(raw)
    system.reset_events(ext)
    return [
        (f"{event.declaration.pallet.name}.{event.declaration.name}", *event.values)
        for _, event, _ in records
    ]


def names(ext: MemoryExt) -> list[str]:
    """Return the names of the events since the last time, and clear them."""
    return [event[0] for event in events(ext)]


def balance(ext: MemoryExt, who: bytes) -> tuple[int, int, int]:
    """Return (free, reserved, frozen)."""
    data = system.account.get(ext, who).data
    return data.free, data.reserved, data.frozen


def references(ext: MemoryExt, who: bytes) -> tuple[int, int]:
    """Return (consumers, providers)."""
    info = system.account.get(ext, who)
    return info.consumers, info.providers


def to(who: bytes) -> Id:
    """Return the address of an account."""
    return Id(who)


def check_issuance(ext: MemoryExt) -> None:
    """The total issuance is the sum of all balances."""
    accounts = [info.data for _, info in system.account.iterate(ext)]
    assert balances.total_issuance.get(ext) == sum(data.free + data.reserved for data in accounts)
