from hypothesis import given
from hypothesis import strategies as st

from parachain.client.authoring.slots import (
    SlotMachine,
    next_own_slot,
    numbered_slot,
    slot_at,
)

ALICE, BOB = b"A" * 32, b"B" * 32


def anyone(_public: bytes) -> bool:
    return True


def test_limits_of_a_slot_are_milliseconds() -> None:
    slot = slot_at(now_ms=13_000, slot_duration_ms=6_000)
    assert slot == (2, 12_000, 18_000)
    assert numbered_slot(2, 6_000) == slot


def test_proposing_leaves_time_to_finish_and_to_send() -> None:
    slot = slot_at(9_000, 3_000)
    assert slot.proposing_deadline_ms(9_000) == 9_000 + 3_000 * 4 // 9
    assert slot.proposing_deadline_ms(12_500) == 12_500


def test_each_slot_is_claimed_once_and_only_after_the_parents() -> None:
    machine = SlotMachine(3_000)
    assert machine.wakes_at_ms(10_000) == 12_000
    claim = machine.claim(12_000, 3, (ALICE,), anyone)
    assert claim is not None
    assert (claim.slot.number, claim.author) == (4, ALICE)
    assert machine.claim(12_001, 3, (ALICE,), anyone) is None
    assert machine.claim(9_000, 2, (ALICE,), anyone) is None
    assert machine.claim(15_000, 5, (ALICE,), anyone) is None
    assert machine.claim(18_000, 5, (ALICE,), anyone) is not None


def test_slots_of_others_are_left_to_them() -> None:
    machine = SlotMachine(3_000)
    assert machine.claim(12_000, None, (ALICE, BOB), BOB.__eq__) is None
    assert machine.claim(15_000, None, (ALICE, BOB), BOB.__eq__) is not None


def test_a_block_wanted_at_once_takes_the_next_slot_that_is_ours() -> None:
    claim = next_own_slot(10_000, 3_000, 7, (ALICE, BOB), BOB.__eq__)
    assert claim is not None
    assert claim.slot.number == 9
    assert claim.deadline_ms == 13_000
    assert next_own_slot(10_000, 3_000, 7, (ALICE,), BOB.__eq__) is None
    assert next_own_slot(10_000, 3_000, None, (), anyone) is None


@given(st.integers(0, 2**45), st.integers(1, 60_000))
def test_every_moment_lies_in_its_slot(now_ms: int, duration_ms: int) -> None:
    slot = slot_at(now_ms, duration_ms)
    assert slot.starts_ms <= now_ms < slot.ends_ms == slot.starts_ms + duration_ms
    assert now_ms <= slot.proposing_deadline_ms(now_ms) <= slot.ends_ms
    assert slot_at(slot.ends_ms, duration_ms).number == slot.number + 1
