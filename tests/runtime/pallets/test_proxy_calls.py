"""Proxy: delegates, their limits, announcements and accounts without a key."""

from collections.abc import Callable
from typing import Any

import pytest

from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.address import MultiAddress, Raw
from parachain.primitives.dispatch_error import BadOrigin, CannotLookup
from parachain.primitives.dispatch_info import DispatchClass
from parachain.primitives.scale import Err, Ok
from parachain.runtime.frame.call import CALL_FILTERED, RuntimeCall, call_class, call_weight
from parachain.runtime.frame.origin import ROOT
from parachain.runtime.pallets import balances, proxy, sudo, system, utility
from parachain.runtime.pallets.balances.declarations import INSUFFICIENT_BALANCE
from parachain.runtime.pallets.proxy import (
    Announcement,
    ProxyDefinition,
    ProxyType,
    declarations,
    weights,
)
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.scene import (
    ALICE,
    BOB,
    CHARLIE,
    DAVE,
    ED,
    EVE,
    FUNDS,
    UNIT,
    balance,
    begin_block,
    chain,
    events,
    fails,
    run,
    to,
)

ANY, NON_TRANSFER, CANCEL = ProxyType.ANY, ProxyType.NON_TRANSFER, ProxyType.CANCEL_PROXY
PAY = balances.transfer_keep_alive(to(DAVE), UNIT)
PAY_HASH = blake2_256(PAY.encode())
REMARK = system.remark(b"")

ONE_PROXY = 94_500_000_000_000 + 297_000_000_000_000
ONE_ANNOUNCEMENT = 94_500_000_000_000 + 594_000_000_000_000


@pytest.fixture
def ext() -> MemoryExt:
    return chain()


def proxied(
    call: RuntimeCall, proxy_type: ProxyType | None = None, real: bytes = ALICE
) -> RuntimeCall:
    return proxy.proxy(to(real), proxy_type, call)


def result_of(ext: MemoryExt, call: RuntimeCall, sender: bytes = BOB) -> Any:
    """Make a call by proxy; return its result."""
    run(ext, call, sender)
    *_, (name, result) = events(ext)
    assert name == "Proxy.ProxyExecuted"
    return result


def refused(ext: MemoryExt, call: RuntimeCall, sender: bytes = BOB) -> bool:
    result = result_of(ext, call, sender)
    return isinstance(result, Err) and result.error == CALL_FILTERED


# -- adding and removing -------------------------------------------------------------------------


def test_add_and_remove(ext: MemoryExt) -> None:
    run(ext, proxy.add_proxy(to(CHARLIE), ANY, 5))
    run(ext, proxy.add_proxy(to(BOB), ANY, 0))
    listed = (ProxyDefinition(BOB, ANY, 0), ProxyDefinition(CHARLIE, ANY, 5))
    both = ONE_PROXY + 297_000_000_000_000
    assert proxy.proxies.get(ext, ALICE) == (listed, both)
    assert balance(ext, ALICE) == (FUNDS - both, both, 0)
    run(ext, proxy.remove_proxy(to(CHARLIE), ANY, 5))
    run(ext, proxy.remove_proxy(to(BOB), ANY, 0))
    assert not proxy.proxies.contains(ext, ALICE)
    assert balance(ext, ALICE) == (FUNDS, 0, 0)
    assert events(ext) == [
        ("Balances.Reserved", ALICE, ONE_PROXY),
        ("Proxy.ProxyAdded", ALICE, CHARLIE, ANY, 5),
        ("Balances.Reserved", ALICE, 297_000_000_000_000),
        ("Proxy.ProxyAdded", ALICE, BOB, ANY, 0),
        ("Balances.Unreserved", ALICE, 297_000_000_000_000),
        ("Proxy.ProxyRemoved", ALICE, CHARLIE, ANY, 5),
        ("Balances.Unreserved", ALICE, ONE_PROXY),
        ("Proxy.ProxyRemoved", ALICE, BOB, ANY, 0),
    ]


def test_add_fails(ext: MemoryExt) -> None:
    run(ext, proxy.add_proxy(to(BOB), ANY, 0))
    with fails(ext, declarations.DUPLICATE):
        run(ext, proxy.add_proxy(to(BOB), ANY, 0))
    with fails(ext, declarations.NO_SELF_PROXY):
        run(ext, proxy.add_proxy(to(ALICE), ANY, 0))
    for delay in range(1, declarations.MAX_PROXIES):
        run(ext, balances.transfer_keep_alive(to(ALICE), 290 * UNIT), DAVE)
        run(ext, proxy.add_proxy(to(BOB), ANY, delay))
    with fails(ext, declarations.TOO_MANY):
        run(ext, proxy.add_proxy(to(CHARLIE), ANY, 0))
    run(ext, balances.force_set_balance(to(EVE), ED), ROOT)
    with fails(ext, INSUFFICIENT_BALANCE):
        run(ext, proxy.add_proxy(to(ALICE), ANY, 0), EVE)


def test_remove_fails(ext: MemoryExt) -> None:
    with fails(ext, declarations.NOT_FOUND):
        run(ext, proxy.remove_proxy(to(BOB), ANY, 0))
    run(ext, proxy.add_proxy(to(BOB), ANY, 0))
    for delegate, proxy_type, delay in ((CHARLIE, ANY, 0), (BOB, CANCEL, 0), (BOB, ANY, 1)):
        with fails(ext, declarations.NOT_FOUND):
            run(ext, proxy.remove_proxy(to(delegate), proxy_type, delay))


def test_remove_all(ext: MemoryExt) -> None:
    run(ext, proxy.remove_proxies())
    run(ext, proxy.add_proxy(to(BOB), ANY, 0))
    run(ext, proxy.add_proxy(to(BOB), CANCEL, 0))
    run(ext, proxy.remove_proxies())
    assert balance(ext, ALICE) == (FUNDS, 0, 0)
    assert not proxy.proxies.contains(ext, ALICE)


# -- calls ---------------------------------------------------------------------------------------


def test_proxy(ext: MemoryExt) -> None:
    run(ext, proxy.add_proxy(to(BOB), ANY, 0))
    events(ext)
    run(ext, proxied(PAY), BOB)
    assert events(ext) == [
        ("Balances.Transfer", ALICE, DAVE, UNIT),
        ("Proxy.ProxyExecuted", Ok(())),
    ]


def test_proxy_fails(ext: MemoryExt) -> None:
    with fails(ext, declarations.NOT_PROXY):
        run(ext, proxied(PAY), BOB)
    run(ext, proxy.add_proxy(to(BOB), ANY, 1))
    with fails(ext, declarations.UNANNOUNCED):
        run(ext, proxied(PAY), BOB)
    with fails(ext, declarations.NOT_PROXY):
        run(ext, proxied(PAY, CANCEL), BOB)


def test_the_first_fitting_proxy_counts(ext: MemoryExt) -> None:
    run(ext, proxy.add_proxy(to(BOB), NON_TRANSFER, 0))
    run(ext, proxy.add_proxy(to(BOB), ANY, 0))
    assert result_of(ext, proxied(PAY)) == Ok(())
    assert refused(ext, proxied(PAY, NON_TRANSFER))


def test_failing_calls_are_told(ext: MemoryExt) -> None:
    run(ext, proxy.add_proxy(to(BOB), ANY, 0))
    result = result_of(ext, proxied(balances.force_set_balance(to(BOB), 5 * FUNDS)))
    assert isinstance(result, Err)
    assert isinstance(result.error, BadOrigin)


@pytest.mark.parametrize(
    ("proxy_type", "call", "permitted"),
    [
        (ANY, PAY, True),
        (NON_TRANSFER, REMARK, True),
        (NON_TRANSFER, PAY, False),
        (NON_TRANSFER, sudo.sudo(REMARK), False),
        (ProxyType.GOVERNANCE, REMARK, False),
        (ProxyType.STAKING, REMARK, False),
        (ProxyType.STAKING, utility.batch(()), False),
        (ProxyType.IDENTITY_JUDGEMENT, utility.batch(()), True),
        (ProxyType.IDENTITY_JUDGEMENT, REMARK, False),
        (CANCEL, proxy.remove_announcement(to(BOB), PAY_HASH), False),
        (CANCEL, REMARK, False),
    ],
)
def test_types(ext: MemoryExt, proxy_type: ProxyType, call: RuntimeCall, permitted: bool) -> None:
    run(ext, proxy.add_proxy(to(BOB), proxy_type, 0))
    assert refused(ext, proxied(call)) is not permitted
    assert proxy.permits(proxy_type, call) is permitted


def test_filters_reach_into_batches(ext: MemoryExt) -> None:
    run(ext, proxy.add_proxy(to(BOB), NON_TRANSFER, 0))
    run(ext, proxied(utility.batch((REMARK, PAY))), BOB)
    listed = events(ext)
    assert ("Utility.BatchInterrupted", 1, CALL_FILTERED) in listed
    assert balance(ext, DAVE) == (FUNDS, 0, 0)


def test_a_proxy_gets_no_further_rights(ext: MemoryExt) -> None:
    run(ext, proxy.add_proxy(to(BOB), NON_TRANSFER, 0))
    assert refused(ext, proxied(proxy.add_proxy(to(CHARLIE), ANY, 0)))
    assert refused(ext, proxied(proxy.remove_proxy(to(CHARLIE), ANY, 0)))
    assert refused(ext, proxied(proxy.remove_proxies()))
    assert refused(ext, proxied(proxy.kill_pure(to(BOB), ANY, 0, 1, 0)))
    assert result_of(ext, proxied(proxy.add_proxy(to(CHARLIE), CANCEL, 0))) == Ok(())


def test_a_full_proxy_may_do_anything(ext: MemoryExt) -> None:
    run(ext, proxy.add_proxy(to(BOB), ANY, 0))
    assert result_of(ext, proxied(proxy.add_proxy(to(CHARLIE), ANY, 0))) == Ok(())
    assert result_of(ext, proxied(proxy.remove_proxies())) == Ok(())


def test_supersets() -> None:
    every = list(ProxyType)
    assert all(proxy.is_superset(ANY, other) for other in every)
    assert all(proxy.is_superset(own, own) for own in every)
    beneath = [other for other in every if proxy.is_superset(NON_TRANSFER, other)]
    assert beneath == every[1:]
    assert not proxy.is_superset(CANCEL, ProxyType.STAKING)
    assert not proxy.is_superset(CANCEL, ANY)


# -- announcements -------------------------------------------------------------------------------


@pytest.fixture
def announced(ext: MemoryExt) -> MemoryExt:
    """Bob has announced PAY for Alice in block 1, with a delay of 10 blocks."""
    run(ext, proxy.add_proxy(to(BOB), ANY, 10))
    events(ext)
    run(ext, proxy.announce(to(ALICE), PAY_HASH), BOB)
    return ext


def test_announce(announced: MemoryExt) -> None:
    assert events(announced) == [
        ("Balances.Reserved", BOB, ONE_ANNOUNCEMENT),
        ("Proxy.Announced", ALICE, BOB, PAY_HASH),
    ]
    assert proxy.announcements.get(announced, BOB) == (
        (Announcement(ALICE, PAY_HASH, 1),),
        ONE_ANNOUNCEMENT,
    )


def test_announce_fails(ext: MemoryExt) -> None:
    with fails(ext, declarations.NOT_PROXY):
        run(ext, proxy.announce(to(ALICE), PAY_HASH), BOB)
    run(ext, balances.force_set_balance(to(BOB), 20_000 * UNIT), ROOT)
    run(ext, proxy.add_proxy(to(BOB), ANY, 10))
    for _ in range(declarations.MAX_PENDING):
        run(ext, proxy.announce(to(ALICE), PAY_HASH), BOB)
    with fails(ext, declarations.TOO_MANY):
        run(ext, proxy.announce(to(ALICE), PAY_HASH), BOB)
    run(ext, proxy.add_proxy(to(EVE), ANY, 10))
    run(ext, balances.force_set_balance(to(EVE), ED), ROOT)
    with fails(ext, INSUFFICIENT_BALANCE):
        run(ext, proxy.announce(to(ALICE), PAY_HASH), EVE)


def test_an_announced_call_waits_for_its_delay(announced: MemoryExt) -> None:
    call = proxy.proxy_announced(to(BOB), to(ALICE), None, PAY)
    begin_block(announced, 10)
    with fails(announced, declarations.UNANNOUNCED):
        run(announced, call, DAVE)
    begin_block(announced, 11)
    run(announced, call, DAVE)
    assert events(announced) == [
        ("Balances.Unreserved", BOB, ONE_ANNOUNCEMENT),
        ("Balances.Transfer", ALICE, DAVE, UNIT),
        ("Proxy.ProxyExecuted", Ok(())),
    ]
    assert not proxy.announcements.contains(announced, BOB)
    with fails(announced, declarations.UNANNOUNCED):
        run(announced, call, DAVE)


def test_another_call_was_not_announced(announced: MemoryExt) -> None:
    begin_block(announced, 11)
    other = balances.transfer_keep_alive(to(DAVE), 2 * UNIT)
    with fails(announced, declarations.UNANNOUNCED):
        run(announced, proxy.proxy_announced(to(BOB), to(ALICE), None, other), BOB)
    with fails(announced, declarations.NOT_PROXY):
        run(announced, proxy.proxy_announced(to(BOB), to(CHARLIE), None, PAY), BOB)
    with fails(announced, declarations.NOT_PROXY):
        run(announced, proxy.proxy_announced(to(BOB), to(ALICE), CANCEL, PAY), BOB)


def test_remove_announcement(announced: MemoryExt) -> None:
    with fails(announced, declarations.NOT_FOUND):
        run(announced, proxy.remove_announcement(to(ALICE), bytes(32)), BOB)
    with fails(announced, declarations.NOT_FOUND):
        run(announced, proxy.remove_announcement(to(CHARLIE), PAY_HASH), BOB)
    run(announced, proxy.remove_announcement(to(ALICE), PAY_HASH), BOB)
    assert balance(announced, BOB) == (FUNDS, 0, 0)


def test_reject_announcement(announced: MemoryExt) -> None:
    run(announced, proxy.announce(to(ALICE), bytes(32)), BOB)
    with fails(announced, declarations.NOT_FOUND):
        run(announced, proxy.reject_announcement(to(BOB), PAY_HASH), CHARLIE)
    run(announced, proxy.reject_announcement(to(BOB), PAY_HASH), ALICE)
    pending, deposit = proxy.announcements.get(announced, BOB)
    assert pending == (Announcement(ALICE, bytes(32), 1),)
    assert deposit == ONE_ANNOUNCEMENT
    assert balance(announced, BOB) == (FUNDS - ONE_ANNOUNCEMENT, ONE_ANNOUNCEMENT, 0)


def test_a_proxy_may_be_there_to_reject(announced: MemoryExt) -> None:
    run(announced, proxy.add_proxy(to(CHARLIE), CANCEL, 0))
    events(announced)
    reject = proxied(proxy.reject_announcement(to(BOB), PAY_HASH))
    assert result_of(announced, reject, CHARLIE) == Ok(())
    assert not proxy.announcements.contains(announced, BOB)


# -- origins, addresses, weights -----------------------------------------------------------------


NOWHERE = Raw(b"")
BY_ADDRESS = [
    lambda at: proxy.proxy(at, None, REMARK),
    lambda at: proxy.add_proxy(at, ANY, 0),
    lambda at: proxy.remove_proxy(at, ANY, 0),
    lambda at: proxy.kill_pure(at, ANY, 0, 0, 0),
    lambda at: proxy.announce(at, PAY_HASH),
    lambda at: proxy.remove_announcement(at, PAY_HASH),
    lambda at: proxy.reject_announcement(at, PAY_HASH),
    lambda at: proxy.proxy_announced(at, to(ALICE), None, REMARK),
]


@pytest.mark.parametrize("call", BY_ADDRESS)
def test_addresses_and_origins(ext: MemoryExt, call: Callable[[MultiAddress], RuntimeCall]) -> None:
    with fails(ext, CannotLookup()):
        run(ext, call(NOWHERE))
    with fails(ext, BadOrigin()):
        run(ext, call(to(BOB)), ROOT)


def test_origins_of_the_others(ext: MemoryExt) -> None:
    for call in (proxy.remove_proxies(), proxy.create_pure(ANY, 0, 0)):
        with fails(ext, BadOrigin()):
            run(ext, call, ROOT)


def test_weights_and_classes() -> None:
    operational = system.set_storage(())
    for call in (
        proxied(operational),
        proxy.proxy_announced(to(BOB), to(ALICE), None, operational),
    ):
        assert call_class(call) is DispatchClass.OPERATIONAL
    assert call_weight(proxied(PAY)) == weights.PROXY.saturating_add(call_weight(PAY))
    assert weights.PROXY.ref_time == 19_655_145 + 32 * 36_306 + 3 * 25_000_000 + 125_000_000
    announced = call_weight(proxy.proxy_announced(to(BOB), to(ALICE), None, PAY))
    assert announced == weights.PROXY_ANNOUNCED.saturating_add(call_weight(PAY))
