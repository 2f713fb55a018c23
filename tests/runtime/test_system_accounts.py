from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives.address import Address20, Address32, Id, Index, MultiAddress, Raw
from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.pallets import system
from parachain.runtime.pallets.system import AccountData
from tests.runtime.blocks import ALICE, BOB, names, open_block, reason, recorded
from tests.runtime.memory_ext import MemoryExt

DATA = AccountData(5, 1, 0, system.NEW_LOGIC)


def references(ext: MemoryExt, who: bytes = ALICE) -> tuple[int, int, int]:
    info = system.account.get(ext, who)
    return info.consumers, info.providers, info.sufficients


def test_a_provider_creates_an_account_and_its_removal_kills_it() -> None:
    ext = open_block()
    assert system.inc_providers(ext, ALICE)
    assert not system.inc_providers(ext, ALICE)
    assert references(ext) == (0, 2, 0)
    assert not system.dec_providers(ext, ALICE)
    assert system.dec_providers(ext, ALICE)
    assert not system.account_exists(ext, ALICE)
    assert names(ext) == ["System.NewAccount", "System.KilledAccount"]
    assert recorded(ext)[0].values == (ALICE,)


def test_the_last_provider_stays_while_there_are_consumers() -> None:
    ext = open_block()
    system.inc_providers(ext, ALICE)
    system.inc_consumers(ext, ALICE)
    assert not system.can_dec_provider(ext, ALICE)
    with pytest.raises(DispatchFailed) as failed:
        system.dec_providers(ext, ALICE)
    assert reason(failed.value) == "ConsumerRemaining"
    system.inc_providers(ext, ALICE)
    assert system.can_dec_provider(ext, ALICE)
    assert not system.dec_providers(ext, ALICE)
    system.dec_consumers(ext, ALICE)
    assert system.dec_providers(ext, ALICE)


def test_a_sufficient_account_outlives_its_providers() -> None:
    ext = open_block()
    assert system.inc_sufficients(ext, ALICE)
    assert not system.inc_providers(ext, ALICE)
    assert not system.dec_providers(ext, ALICE)
    assert system.reference_count(ext, ALICE) == 1
    assert system.dec_sufficients(ext, ALICE)
    assert names(ext) == ["System.NewAccount", "System.KilledAccount"]


def test_consumers_need_a_provider_and_are_limited() -> None:
    ext = open_block()
    with pytest.raises(DispatchFailed) as failed:
        system.inc_consumers(ext, ALICE)
    assert reason(failed.value) == "NoProviders"
    assert not system.can_inc_consumer(ext, ALICE)
    system.inc_providers(ext, ALICE)
    for _ in range(system.MAX_CONSUMERS):
        assert system.can_inc_consumer(ext, ALICE)
        system.inc_consumers(ext, ALICE)
    assert not system.can_inc_consumer(ext, ALICE)
    assert system.can_accrue_consumers(ext, ALICE, 0)
    with pytest.raises(DispatchFailed) as failed:
        system.inc_consumers(ext, ALICE)
    assert reason(failed.value) == "TooManyConsumers"
    system.inc_consumers_without_limit(ext, ALICE)
    assert references(ext) == (system.MAX_CONSUMERS + 1, 1, 0)
    assert system.is_provider_required(ext, ALICE)


def test_consumers_without_limit_need_a_provider_too() -> None:
    with pytest.raises(DispatchFailed) as failed:
        system.inc_consumers_without_limit(open_block(), ALICE)
    assert reason(failed.value) == "NoProviders"


def test_what_was_never_added_is_removed_with_a_line_in_the_log() -> None:
    ext = open_block()
    assert system.dec_providers(ext, ALICE)
    assert system.dec_sufficients(ext, ALICE)
    system.inc_providers(ext, ALICE)
    system.dec_consumers(ext, ALICE)
    assert references(ext) == (0, 1, 0)
    assert [line.level for line in ext.logs] == [0, 0, 0]


def test_balances_are_kept_only_while_something_keeps_the_account() -> None:
    ext = open_block()
    system.account_store_set(ext, ALICE, DATA)
    assert not system.account_exists(ext, ALICE)
    system.inc_providers(ext, ALICE)
    system.account_store_set(ext, ALICE, DATA)
    assert system.get_account_data(ext, ALICE) == DATA
    assert system.get_account_data(ext, BOB) == system.EMPTY_ACCOUNT_DATA


def test_nonces() -> None:
    ext = open_block()
    assert system.account_nonce(ext, ALICE) == 0
    system.inc_account_nonce(ext, ALICE)
    system.inc_account_nonce(ext, ALICE)
    assert system.account_nonce(ext, ALICE) == 2


@pytest.mark.parametrize(
    "address", [Index(()), Raw(ALICE), Address32(ALICE), Address20(ALICE[:20])]
)
def test_only_ids_are_looked_up(address: MultiAddress) -> None:
    assert system.lookup(Id(ALICE)) == ALICE
    with pytest.raises(DispatchFailed) as failed:
        system.lookup(address)
    assert reason(failed.value) == "CannotLookup"


REFERENCES: tuple[Callable[[MemoryExt, bytes], object], ...] = (
    system.inc_providers,
    system.dec_providers,
    system.inc_consumers,
    system.dec_consumers,
    system.inc_sufficients,
    system.dec_sufficients,
)


@given(st.lists(st.integers(0, len(REFERENCES) - 1), max_size=40))
def test_references_keep_an_account_consistent(steps: list[int]) -> None:
    """Consumers imply a provider; an entry without references can only hold a nonce."""
    ext = open_block()
    for step in steps:
        before = ext.state.get(system.account.key(ext, ALICE))
        try:
            REFERENCES[step](ext, ALICE)
        except DispatchFailed:
            assert ext.state.get(system.account.key(ext, ALICE)) == before
        consumers, providers, _ = references(ext)
        assert providers or not consumers
