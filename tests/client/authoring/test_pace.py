"""The pace of the queue: what is learned from runs, and when one is given up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.client.authoring.pace import BLOCK_GAS, SLACK, OutOfTime, Pace, Watch

BUDGET_MS = 2_000


def test_nothing_is_limited_at_first() -> None:
    pace = Pace()
    assert pace.limit(BUDGET_MS) is None
    pace.finished(None, 50, BUDGET_MS, is_stuck=False)
    assert pace.limit(BUDGET_MS) is None


def test_a_run_that_was_given_up_tells_the_limit_of_the_next() -> None:
    pace = Pace()
    pace.gave_up(100 * 10**9, 1_000)
    assert pace.limit(BUDGET_MS) == 200 * 10**9
    assert pace.limit(500) == 50 * 10**9
    assert pace.limit(-3) == 0
    assert pace.limit(10_000) is None  # that is a whole block's


def test_limits_grow_when_there_was_time_left_and_shrink_when_there_was_not() -> None:
    pace = Pace()
    pace.gave_up(100 * 10**9, 1_000)
    pace.finished(200 * 10**9, 1_500, BUDGET_MS, is_stuck=False)
    assert pace.limit(BUDGET_MS) == 200 * 10**9
    pace.finished(200 * 10**9, 4_000, BUDGET_MS, is_stuck=False)
    assert pace.limit(BUDGET_MS) == 100 * 10**9
    for _ in range(3):
        pace.finished(pace.limit(BUDGET_MS), 10, BUDGET_MS, is_stuck=False)
    assert pace.limit(BUDGET_MS) == 800 * 10**9
    pace.finished(pace.limit(BUDGET_MS), 10, BUDGET_MS, is_stuck=False)
    assert pace.limit(BUDGET_MS) is None


def test_a_limit_that_is_too_small_for_the_first_message_is_dropped() -> None:
    pace = Pace()
    pace.gave_up(5, 1_000)
    assert pace.limit(BUDGET_MS) == BUDGET_MS  # one unit for each millisecond
    pace.finished(BUDGET_MS, 1, BUDGET_MS, is_stuck=True)
    assert pace.limit(BUDGET_MS) is None


@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(0, 10**5), st.integers(0, 10**12), st.booleans())
    ),
    st.integers(-100, 10**5),
)
def test_a_limit_is_less_than_a_block(
    runs: list[tuple[bool, int, int, bool]], budget_ms: int
) -> None:
    pace = Pace()
    for gives_up, took_ms, burned, is_stuck in runs:
        if gives_up:
            pace.gave_up(burned, took_ms)
        else:
            pace.finished(pace.limit(BUDGET_MS), took_ms, BUDGET_MS, is_stuck=is_stuck)
    limit = pace.limit(budget_ms)
    assert limit is None or 0 <= limit < BLOCK_GAS


class Block:
    """Messages of some gas each, which take some time each."""

    def __init__(self, gas: int, takes_ms: int) -> None:
        self.now_ms, self.allowance = 5_000, 750 * 10**9
        self._gas, self._takes_ms = gas, takes_ms

    def run(self, watch: Watch, messages: int) -> int:
        """How many are executed before the run is given up."""
        for message in range(messages):
            try:
                watch()
            except OutOfTime:
                return message
            self.now_ms += self._takes_ms
            self.allowance -= self._gas
        return messages


def watched(block: Block, latest_ms: int) -> Watch:
    return Watch(lambda: block.now_ms, latest_ms, lambda: block.allowance)


def test_a_run_is_given_up_when_its_time_is_over() -> None:
    block = Block(10**9, 100)
    watch = watched(block, 5_000 + 1_000)
    assert block.run(watch, 200) == 10
    assert (watch.burned, watch.took_ms) == (10 * 10**9, 1_000)
    assert watch.shorter(1_000) == 10 * 10**9 + SLACK
    assert watch.shorter(9_000) == 10 * 10**9 + SLACK
    assert watch.shorter(500) == 5 * 10**9 + SLACK


@pytest.mark.parametrize("latest_ms", [5_000, 0, 5_100])
def test_the_first_message_runs_whatever_the_time(latest_ms: int) -> None:
    block = Block(3 * 10**9, 200)
    watch = watched(block, latest_ms)
    assert block.run(watch, 9) == 1
    assert watch.shorter(-50) == 3 * 10**9 + SLACK


def test_a_run_in_time_is_left_alone() -> None:
    block = Block(10**9, 100)
    watch = watched(block, 5_000 + 1_000)
    assert block.run(watch, 9) == 9
    assert watch.burned == 0
