"""Proxy: accounts without a key, which live by their proxies alone."""

from typing import Any

import pytest

from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.scale import Ok
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.origin import ROOT
from parachain.runtime.pallets import balances, proxy
from parachain.runtime.pallets.balances.declarations import INSUFFICIENT_BALANCE
from parachain.runtime.pallets.proxy import ProxyType, declarations
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.scene import (
    ALICE,
    BOB,
    DAVE,
    ED,
    EVE,
    UNIT,
    balance,
    begin_block,
    chain,
    events,
    fails,
    run,
    to,
)

ANY, CANCEL = ProxyType.ANY, ProxyType.CANCEL_PROXY
PAY = balances.transfer_keep_alive(to(DAVE), UNIT)
ONE_PROXY = 94_500_000_000_000 + 297_000_000_000_000


@pytest.fixture
def ext() -> MemoryExt:
    return chain()


def proxied(ext: MemoryExt, call: RuntimeCall, pure: bytes) -> object:
    """Make a call through Alice, a proxy; return its result."""
    run(ext, proxy.proxy(to(pure), None, call))
    name, result = events(ext)[-1]
    assert name == "Proxy.ProxyExecuted"
    return result


def test_pure_account_id(ext: MemoryExt) -> None:
    entropy = b"modlpy/proxy____" + ALICE + b"\x01\0\0\0" + b"\0\0\0\0" + b"\x05" + b"\x02\x01"
    assert proxy.pure_account(ext, ALICE, CANCEL, 0x102) == blake2_256(entropy)


def test_pure(ext: MemoryExt) -> None:
    pure = proxy.pure_account(ext, ALICE, ANY, 7)
    run(ext, proxy.create_pure(ANY, 0, 7))
    assert events(ext) == [
        ("Balances.Reserved", ALICE, ONE_PROXY),
        ("Proxy.PureCreated", pure, ALICE, ANY, 7),
    ]
    with fails(ext, declarations.DUPLICATE):
        run(ext, proxy.create_pure(ANY, 0, 7))
    run(ext, proxy.create_pure(ANY, 0, 8))
    run(ext, balances.transfer_keep_alive(to(pure), 10 * UNIT))
    assert proxied(ext, PAY, pure) == Ok(())
    assert balance(ext, pure) == (9 * UNIT, 0, 0)

    begin_block(ext, 5)
    assert proxied(ext, proxy.kill_pure(to(ALICE), ANY, 7, 1, 0), pure) == Ok(())
    assert not proxy.proxies.contains(ext, pure)
    assert balance(ext, ALICE)[1] == ONE_PROXY  # of the other one
    with fails(ext, declarations.NOT_PROXY):
        run(ext, proxy.proxy(to(pure), None, PAY))


@pytest.mark.parametrize(
    "parameters", [(BOB, ANY, 7, 1, 0), (ALICE, CANCEL, 7, 1, 0), (ALICE, ANY, 7, 2, 0)]
)
def test_kill_pure_needs_the_parameters_of_creation(
    ext: MemoryExt, parameters: tuple[Any, ...]
) -> None:
    spawner, *rest = parameters
    pure = proxy.pure_account(ext, ALICE, ANY, 7)
    run(ext, proxy.create_pure(ANY, 0, 7))
    with fails(ext, declarations.NO_PERMISSION):
        run(ext, proxy.kill_pure(to(spawner), *rest), pure)
    with fails(ext, declarations.NO_PERMISSION):
        run(ext, proxy.kill_pure(to(ALICE), ANY, 7, 1, 0), ALICE)


def test_pure_needs_a_deposit(ext: MemoryExt) -> None:
    run(ext, balances.force_set_balance(to(EVE), ED), ROOT)
    with fails(ext, INSUFFICIENT_BALANCE):
        run(ext, proxy.create_pure(ANY, 0, 0), EVE)
