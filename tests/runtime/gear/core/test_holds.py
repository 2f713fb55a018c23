"""Rent: bounds of holds, what is locked, what is charged. Figures of Vara: 100 gas a block."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.runtime.gear import holds
from parachain.runtime.gear.gas_tree import LockId
from parachain.runtime.gear.holds import RentCosts
from parachain.runtime.gear.intervals import Interval
from parachain.runtime.gear.messages import ReplyDetails
from parachain.runtime.gear.reply_code import AUTO_REPLY
from parachain.runtime.gear.tasks import RemoveFromWaitlist, WakeMessage
from parachain.runtime.gear.termination import MessageWaitedType
from tests.runtime.gear.core.hashing import some_id

VARA = RentCosts(100, 100, 100, 100, 1)
NOW = 1000


def test_costs_by_place() -> None:
    costs = RentCosts(mailbox=1, waitlist=2, reservation=3, dispatch_stash=4, reserve_for=5)
    assert [costs.per_block(each) for each in LockId] == [1, 2, 3, 4]


def test_hold_for_a_duration() -> None:
    hold = holds.hold_for(VARA, LockId.DISPATCH_STASH, NOW, 7)
    assert (hold.expected, hold.deadline) == (1007, 1008)
    assert (hold.expected_duration, hold.deadline_duration) == (7, 8)
    assert hold.lock_amount == 800 == holds.prepaid_rent(VARA, LockId.DISPATCH_STASH, 7)


def test_mailbox_of_the_threshold() -> None:
    hold = holds.longest_hold(VARA, LockId.MAILBOX, NOW, 3000)
    assert (hold.expected, hold.deadline, hold.lock_amount) == (1029, 1030, 3000)
    assert holds.longest_hold(VARA, LockId.MAILBOX, NOW, 3099).lock_amount == 3000


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1))
def test_longest_hold_is_paid_for(gas: int, now: int) -> None:
    hold = holds.longest_hold(VARA, LockId.WAITLIST, now, gas)
    assert hold.expected < 2**32
    if gas >= 100:
        assert hold.lock_amount <= gas


def test_wait_asks_for_less_or_more_than_can_be_paid() -> None:
    assert holds.wait_hold(VARA, NOW, 5000, None).expected == 1049
    assert holds.wait_hold(VARA, NOW, 5000, 10).lock_amount == 1100
    assert holds.wait_hold(VARA, NOW, 5000, 49).lock_amount == 5000
    assert holds.wait_hold(VARA, NOW, 5000, 50).lock_amount == 5000


@pytest.mark.parametrize(("gas", "duration"), [(199, None), (5000, 0), (0, 3)])
def test_no_block_to_wait_is_a_bug(gas: int, duration: int | None) -> None:
    with pytest.raises(ValueError, match="no block to wait"):
        holds.wait_hold(VARA, NOW, gas, duration)


def test_end_of_a_wait() -> None:
    program, message = some_id(1), some_id(2)
    wake, remove = WakeMessage(program, message), RemoveFromWaitlist(program, message)
    assert [holds.wait_task(each, program, message) for each in MessageWaitedType] == [
        remove,
        wake,
        remove,
        wake,
    ]


@pytest.mark.parametrize(
    ("now", "prepaid", "due"),
    [
        (1000, 800, 0),
        (1003, 800, 300),
        (1007, 800, 700),
        (1008, 800, 800),
        (2000, 800, 800),  # the scheduler was late, nobody pays for that
        (1003, 200, 200),  # never more than was locked
    ],
)
def test_rent_due(now: int, prepaid: int, due: int) -> None:
    interval = Interval(1000, 1007)
    assert holds.rent_due(VARA, LockId.WAITLIST, interval, now, prepaid) == due


def test_price_of_a_reservation() -> None:
    assert holds.reservation_price(VARA, 10_000, 80) == 10_000 + 81 * 100
    assert holds.reservation_price(VARA, 2**64 - 1, 2**32 - 1) == 2**64 - 1


@pytest.mark.parametrize(
    ("asked", "available", "gas"),
    [(None, 3000, 3000), (None, 9000, 3000), (None, 2999, 0), (0, 9000, 0), (5000, 0, 5000)],
)
def test_gas_of_a_message_to_a_user(asked: int | None, available: int, gas: int) -> None:
    assert holds.user_message_gas(asked, available, 3000) == gas


def test_what_goes_to_the_mailbox() -> None:
    assert holds.goes_to_mailbox(None, 3000, 3000)
    assert not holds.goes_to_mailbox(None, 2999, 3000)
    assert not holds.goes_to_mailbox(ReplyDetails(some_id(1), AUTO_REPLY), 3000, 3000)
