"""Sudo: the one account that may act as root."""

import pytest

from parachain.primitives.address import Raw
from parachain.primitives.dispatch_error import BadOrigin, CannotLookup
from parachain.primitives.dispatch_info import DispatchClass, Pays
from parachain.primitives.scale import Err, Ok
from parachain.primitives.weight import Weight
from parachain.runtime.frame.call import RuntimeCall, call_class, call_weight
from parachain.runtime.frame.origin import NONE, ROOT, Origin, Signed
from parachain.runtime.pallets import balances, sudo, system
from parachain.runtime.pallets.sudo import weights
from parachain.runtime.pallets.sudo.declarations import REQUIRE_SUDO
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.scene import (
    ALICE,
    BOB,
    ED,
    FUNDS,
    UNIT,
    balance,
    chain,
    events,
    fails,
    run,
    to,
)

SET_BALANCE = balances.force_set_balance(to(BOB), ED)
PAY = balances.transfer_keep_alive(to(ALICE), UNIT)
WEIGHT = Weight(5, 6)


@pytest.fixture
def ext() -> MemoryExt:
    ext = chain()
    sudo.genesis(ext, ALICE)
    return ext


@pytest.mark.parametrize("origin", [ALICE, ROOT])
@pytest.mark.parametrize(
    "call", [sudo.sudo(SET_BALANCE), sudo.sudo_unchecked_weight(SET_BALANCE, WEIGHT)]
)
def test_sudo(ext: MemoryExt, origin: bytes | Origin, call: RuntimeCall) -> None:
    post = run(ext, call, origin)
    assert balance(ext, BOB)[0] == ED
    assert events(ext)[-2:] == [("Balances.BalanceSet", BOB, ED), ("Sudo.Sudid", Ok(()))]
    assert post.pays_fee is Pays.NO
    assert post.actual_weight is None


def test_a_failing_call_is_told_and_free(ext: MemoryExt) -> None:
    post = run(ext, sudo.sudo(PAY))
    ((name, result),) = events(ext)
    assert name == "Sudo.Sudid"
    assert isinstance(result, Err)
    assert isinstance(result.error, BadOrigin)
    assert post.pays_fee is Pays.NO


def test_sudo_passes_filters(ext: MemoryExt) -> None:
    origin = Origin(Signed(ALICE), (lambda call: call.declaration is sudo.sudo,))
    run(ext, sudo.sudo(SET_BALANCE), origin)
    assert events(ext)[-1] == ("Sudo.Sudid", Ok(()))


def test_sudo_as(ext: MemoryExt) -> None:
    post = run(ext, sudo.sudo_as(to(BOB), PAY))
    assert events(ext) == [("Balances.Transfer", BOB, ALICE, UNIT), ("Sudo.SudoAsDone", Ok(()))]
    assert post.pays_fee is Pays.NO
    run(ext, sudo.sudo_as(to(BOB), balances.transfer_all(to(BOB), True)))
    run(ext, sudo.sudo_as(to(BOB), balances.transfer_keep_alive(to(ALICE), 2 * FUNDS)))
    assert isinstance(events(ext)[-1][1], Err)


def test_set_key(ext: MemoryExt) -> None:
    assert run(ext, sudo.set_key(to(BOB))).pays_fee is Pays.NO
    assert events(ext) == [("Sudo.KeyChanged", ALICE, BOB)]
    assert sudo.key.get(ext) == BOB
    with fails(ext, REQUIRE_SUDO):
        run(ext, sudo.set_key(to(ALICE)))


def test_remove_key(ext: MemoryExt) -> None:
    assert run(ext, sudo.remove_key()).pays_fee is Pays.NO
    assert events(ext) == [("Sudo.KeyRemoved",)]
    with fails(ext, REQUIRE_SUDO):
        run(ext, sudo.sudo(SET_BALANCE))
    run(ext, sudo.set_key(to(BOB)), ROOT)
    assert events(ext) == [("Sudo.KeyChanged", None, BOB)]


@pytest.mark.parametrize(
    "call",
    [
        sudo.sudo(SET_BALANCE),
        sudo.sudo_unchecked_weight(SET_BALANCE, WEIGHT),
        sudo.set_key(to(BOB)),
        sudo.sudo_as(to(ALICE), PAY),
        sudo.remove_key(),
    ],
)
def test_only_the_key(ext: MemoryExt, call: RuntimeCall) -> None:
    with fails(ext, REQUIRE_SUDO):
        run(ext, call, BOB)
    with fails(ext, BadOrigin()):
        run(ext, call, NONE)


def test_addresses(ext: MemoryExt) -> None:
    for call in (sudo.set_key(Raw(b"")), sudo.sudo_as(Raw(b""), PAY)):
        with fails(ext, CannotLookup()):
            run(ext, call)


def test_weights_and_classes() -> None:
    operational = system.set_storage(())
    for call in (
        sudo.sudo(operational),
        sudo.sudo_as(to(BOB), operational),
        sudo.sudo_unchecked_weight(operational, WEIGHT),
    ):
        assert call_class(call) is DispatchClass.OPERATIONAL
    assert call_weight(sudo.sudo(PAY)) == weights.SUDO.saturating_add(call_weight(PAY))
    assert call_weight(sudo.sudo_as(to(BOB), PAY)) == weights.SUDO_AS.saturating_add(
        call_weight(PAY)
    )
    assert call_weight(sudo.sudo_unchecked_weight(PAY, WEIGHT)) == WEIGHT
