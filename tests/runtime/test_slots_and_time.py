"""Aura, Timestamp and Authorship: whose turn it is, and when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives.digest import Consensus, Digest, PreRuntime, Seal
from parachain.primitives.dispatch_info import DispatchClass
from parachain.primitives.weight import Weight
from parachain.runtime.frame.call import dispatch, dispatch_info
from parachain.runtime.frame.error import DispatchFailed, InvalidBlock
from parachain.runtime.frame.inherent import Data, InherentProvider
from parachain.runtime.frame.origin import NONE, ROOT, Origin, signed
from parachain.runtime.pallets import aura, authorship, system, timestamp
from tests.runtime.blocks import (
    ALICE,
    BOB,
    CHARLIE,
    PARENT,
    begin,
    open_block,
    slot_item,
    type_path,
)
from tests.runtime.memory_ext import MemoryExt

SLOT_MS = 3000
T0 = 1_700_000_000_000  # divides by 3000 up to 2000
SLOT = T0 // SLOT_MS


def chain(
    slot: int = SLOT,
    slot_duration_ms: int = SLOT_MS,
    authorities: tuple[bytes, ...] = (ALICE, BOB),
) -> MemoryExt:
    ext = open_block(1, slot)
    timestamp.genesis(ext, slot_duration_ms)
    aura.genesis(ext, authorities)
    return ext


def set_time(ext: MemoryExt, now: int) -> None:
    dispatch(ext, timestamp.set(now), NONE)


# -- Aura ------------------------------------------------------------------------------------


def test_a_block_takes_the_slot_of_its_digest() -> None:
    ext = chain(7)
    assert aura.enter_slot(ext, 1) == Weight(2 * 25_000_000 + 100_000_000, 0)
    assert aura.current_slot.get(ext) == 7


@pytest.mark.parametrize("slot", [0, 6, 7])
def test_slots_must_increase(slot: int) -> None:
    ext = chain(7)
    aura.enter_slot(ext, 1)
    begin(ext, 2, slot)
    with pytest.raises(InvalidBlock, match=f"slot {slot} is not after slot 7"):
        aura.enter_slot(ext, 2)


@pytest.mark.parametrize(
    "items",
    [
        (),
        (PreRuntime(b"BABE", bytes(8)),),
        (PreRuntime(b"aura", bytes(7)),),
        (Seal(b"aura", bytes(8)), Consensus(b"aura", bytes(8))),
        (PreRuntime(b"aura", bytes(3)), slot_item(9)),
    ],
)
def test_a_block_without_a_slot_keeps_the_last_one(items: Digest) -> None:
    ext = chain()
    system.initialize(ext, 1, PARENT, items)
    assert aura.enter_slot(ext, 1) == Weight(25_000_000, 0)
    assert aura.current_slot.get(ext) == 0


@given(st.integers(0, 2**64 - 1), st.integers(1, 5))
def test_authorities_take_turns(slot: int, count: int) -> None:
    known = tuple(bytes((number,)) * 32 for number in range(count))
    ext = chain(authorities=known)
    assert aura.find_author(ext, (slot_item(slot),)) == known[slot % count]


def test_nobody_authors_without_authorities() -> None:
    ext = chain(authorities=())
    assert aura.find_author(ext, (slot_item(1),)) is None
    assert aura.find_author(ext, ()) is None


def test_a_change_of_authorities_is_told_in_the_digest() -> None:
    ext = chain()
    aura.change_authorities(ext, ())
    assert aura.authorities.get(ext) == (ALICE, BOB)
    aura.change_authorities(ext, (CHARLIE,))
    assert aura.authorities.get(ext) == (CHARLIE,)
    assert system.digest(ext)[1:] == (Consensus(b"aura", b"\x01\x04" + CHARLIE),)


def test_types_are_named_as_in_the_reference() -> None:
    assert type_path(aura.AUTHORITY_ID) == "sp_consensus_aura::sr25519::app_sr25519::Public"
    assert type_path(aura.SLOT) == "sp_consensus_slots::Slot"


# -- Timestamp -------------------------------------------------------------------------------


def test_the_time_is_set_once_a_block_by_its_author() -> None:
    ext = chain()
    aura.enter_slot(ext, 1)
    set_time(ext, T0)
    assert timestamp.now(ext) == T0
    timestamp.require_timestamp(ext, 1)
    with pytest.raises(InvalidBlock, match="block 1 sets no timestamp"):
        timestamp.require_timestamp(ext, 1)


@pytest.mark.parametrize("origin", [ROOT, signed(ALICE)])
def test_nobody_else_sets_the_time(origin: Origin) -> None:
    with pytest.raises(DispatchFailed):
        dispatch(chain(), timestamp.set(T0), origin)


def test_the_time_is_not_set_twice() -> None:
    ext = chain()
    aura.enter_slot(ext, 1)
    set_time(ext, T0)
    with pytest.raises(InvalidBlock, match="set twice"):
        set_time(ext, T0 + SLOT_MS)


def test_blocks_are_half_a_slot_apart_at_least() -> None:
    ext = chain()
    aura.enter_slot(ext, 1)
    set_time(ext, T0)
    timestamp.did_update.kill(ext)
    with pytest.raises(InvalidBlock, match="less than 1500 ms after"):
        set_time(ext, T0 + 1499)
    aura.current_slot.put(ext, (T0 + 1500) // SLOT_MS)
    set_time(ext, T0 + 1500)


@pytest.mark.parametrize("now", [T0 - SLOT_MS, T0 + SLOT_MS, 0])
def test_the_time_must_lie_in_the_slot(now: int) -> None:
    ext = chain()
    aura.enter_slot(ext, 1)
    with pytest.raises(InvalidBlock, match=f"the block is of slot {SLOT}"):
        set_time(ext, now)


def test_the_slot_duration_is_the_chains_own() -> None:
    ext = chain(T0 // 6000, slot_duration_ms=6000)
    aura.enter_slot(ext, 1)
    set_time(ext, T0)
    assert aura.slot_duration_ms(ext) == 6000
    assert timestamp.minimum_period_ms(ext) == 3000
    ext = chain(slot_duration_ms=0)
    with pytest.raises(InvalidBlock, match="slot duration is zero"):
        aura.on_timestamp_set(ext, T0)


def test_the_call_is_mandatory() -> None:
    info = dispatch_info(timestamp.set(T0))
    assert info.dispatch_class is DispatchClass.MANDATORY
    assert info.weight == Weight(9_027_000 + 50_000_000 + 100_000_000, 1493)
    assert timestamp.announce_finalize_weight(chain(), 1) == Weight(5_151_000, 0)
    assert timestamp.set.name == "set"


def inherent() -> InherentProvider:
    provider = timestamp.pallet.inherent
    assert provider is not None
    return provider


def clock(now: int) -> Data:
    return {b"timstap0": now.to_bytes(8, "little")}


def test_the_author_puts_its_clock_in_but_never_too_early() -> None:
    ext = chain()
    provider = inherent()
    assert provider.create(ext, clock(T0)) == timestamp.set(T0)
    timestamp.current.put(ext, T0)
    assert provider.create(ext, clock(T0)) == timestamp.set(T0 + 1500)
    assert provider.is_inherent(timestamp.set(1))
    assert not provider.is_inherent(system.remark(b""))


@pytest.mark.parametrize("data", [{}, {b"timstap0": b"\0"}])
def test_the_author_needs_a_clock(data: Data) -> None:
    with pytest.raises(InvalidBlock, match="inherent data"):
        inherent().create(chain(), data)


def test_a_block_from_the_future_is_refused() -> None:
    ext = chain()
    timestamp.current.put(ext, T0)
    check = inherent().check
    assert check(ext, timestamp.set(T0 + 30_000), clock(T0)) is None
    assert check(ext, timestamp.set(T0 + 30_001), clock(T0)) == (b"\x01", True)
    assert check(ext, timestamp.set(T0 + 1500), clock(T0)) is None
    assert check(ext, timestamp.set(T0 + 1499), clock(T0)) == (b"\x00", True)
    assert inherent().is_required(ext, clock(T0)) is None


# -- Authorship ------------------------------------------------------------------------------


def test_the_author_is_known_for_the_length_of_the_block() -> None:
    ext = chain(3)
    assert authorship.note_author(ext, 1) == Weight(0, 0)
    assert ext.exists(authorship.block_author.prefix)
    aura.authorities.put(ext, (CHARLIE,))
    assert authorship.author(ext) == BOB, "a change of authorities does not change the author"
    authorship.forget_author(ext, 1)
    assert not ext.exists(authorship.block_author.prefix)


def test_a_block_without_a_slot_has_no_author() -> None:
    assert authorship.author(open_block()) is None
