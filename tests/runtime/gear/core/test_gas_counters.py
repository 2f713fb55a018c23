"""Counters: charge, charge_if_enough, reduce, and the two counters of running code."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.runtime.gear.gas_counter import (
    ChargeError,
    ChargeFailure,
    Counters,
    CounterType,
    GasAllowanceCounter,
    GasAmount,
    GasCounter,
    ValueCounter,
)

GAS = st.integers(0, 2**64 - 1)


def counters(gas: int, allowance: int) -> Counters:
    return Counters(GasCounter(gas), GasAllowanceCounter(allowance))


def fails(action: Callable[[], object]) -> ChargeFailure:
    with pytest.raises(ChargeError) as caught:
        action()
    return caught.value.reason


def test_charge_burns_all_that_is_left() -> None:
    counter = GasCounter(200)
    assert counter.charge(100)
    assert counter.amount() == GasAmount(100, 100)
    assert not counter.charge(101)
    assert counter.amount() == GasAmount(0, 200)


def test_charge_if_enough_changes_nothing_if_short() -> None:
    counter = GasCounter(200)
    assert not counter.charge_if_enough(201)
    assert counter.amount() == GasAmount(200, 0)
    assert counter.charge_if_enough(200)
    assert counter.amount() == GasAmount(0, 200)


def test_reduce_does_not_burn() -> None:
    counter = GasCounter(200)
    assert counter.reduce(150)
    assert not counter.reduce(51)
    counter.increase(20)
    assert counter.amount() == GasAmount(70, 0)


def test_increase_beyond_all_gas_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        GasCounter(2**64 - 1).increase(1)


def test_allowance_and_value() -> None:
    allowance = GasAllowanceCounter(10)
    assert not allowance.charge_if_enough(11)
    assert allowance.left == 10
    assert not allowance.charge(11)
    assert allowance.left == 0
    value = ValueCounter(5)
    copy = value.copy()
    assert value.reduce(5)
    assert not value.reduce(1)
    assert copy.left == 5


@pytest.mark.parametrize(
    ("gas", "allowance", "chosen"),
    [
        (5, 6, CounterType.GAS_LIMIT),
        (6, 5, CounterType.GAS_ALLOWANCE),
        (5, 5, CounterType.GAS_LIMIT),
    ],
)
def test_code_counts_down_the_lesser_counter(gas: int, allowance: int, chosen: CounterType) -> None:
    both = counters(gas, allowance)
    assert both.define_current() == 5
    assert both.current is chosen
    assert both.current_left() == 5


def test_what_the_code_burned_leaves_both() -> None:
    both = counters(100, 70)
    both.define_current()
    both.decrease_current_to(60)
    assert (both.gas.amount(), both.allowance.left) == (GasAmount(90, 10), 60)
    both.decrease_current_to(65)  # the code's count stood still while the counter went down
    assert both.allowance.left == 60


def test_code_cannot_burn_more_than_the_lesser_counter() -> None:
    both = counters(100, 70)  # gas is current, though the allowance is less
    with pytest.raises(AssertionError):
        both.decrease_current_to(10)


def test_price_of_a_call_empties_what_is_short() -> None:
    both = counters(100, 200)
    assert fails(lambda: both.charge(150)) is ChargeFailure.GAS_LIMIT_EXCEEDED
    assert (both.gas.amount(), both.allowance.left) == (GasAmount(0, 100), 50)
    both = counters(200, 100)
    assert fails(lambda: both.charge(150)) is ChargeFailure.GAS_ALLOWANCE_EXCEEDED
    assert (both.gas.left, both.allowance.left) == (50, 0)
    both = counters(100, 100)
    assert fails(lambda: both.charge(150)) is ChargeFailure.GAS_LIMIT_EXCEEDED


def test_fee_that_is_short_is_not_taken() -> None:
    both = counters(100, 200)
    assert fails(lambda: both.charge_if_enough(150)) is ChargeFailure.GAS_LIMIT_EXCEEDED
    assert (both.gas.left, both.allowance.left) == (100, 200)
    both = counters(200, 100)
    assert fails(lambda: both.charge_if_enough(150)) is ChargeFailure.GAS_ALLOWANCE_EXCEEDED
    assert (both.gas.left, both.allowance.left) == (50, 100)


def test_copies_are_apart() -> None:
    both = counters(100, 100)
    copy = both.copy()
    copy.charge(30)
    assert (both.gas.left, copy.gas.left, copy.allowance.left) == (100, 70, 70)


@given(GAS, GAS, st.lists(GAS, max_size=8))
def test_gas_is_left_or_burned(gas: int, allowance: int, amounts: list[int]) -> None:
    both = counters(gas, allowance)
    for amount in amounts:
        try:
            both.charge(amount)
        except ChargeError as error:
            empty = both.gas if error.reason is ChargeFailure.GAS_LIMIT_EXCEEDED else both.allowance
            assert empty.left == 0
        assert both.gas.left + both.gas.burned == gas
        assert both.gas.left >= 0
        assert both.allowance.left >= 0
