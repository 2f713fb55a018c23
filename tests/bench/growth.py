"""What a transfer costs as blocks and states grow: authoring and importing it, per transfer.

    blocks    of 100, 1000 and 5000 transfers in which nobody sends or receives twice
    states    of 10^3 to 10^6 accounts: blocks between the same number of active accounts, which lie
              scattered in the state; a row of its own tells what strangers cost, accounts
              anywhere in the state that the nodes have not met before

The nodes have met active accounts in an earlier block. Times are those of the processor, so that
neither other programs nor the moment at which a disk is busy look like growth.
"""

from collections.abc import Iterator, Sequence
from time import thread_time
from typing import Final, NamedTuple

from tests.bench.block import one_core
from tests.bench.ledger import Ledger, ledger_of
from tests.bench.row import Row, at_most
from tests.bench.wide_blocks import wide_blocks

BLOCKS: Final = (100, 1000, 5000)
STATES: Final = (10**3, 10**5, 10**6)

#: The block that is measured on every state, and the state on which every block is measured.
BLOCK: Final = 1000
STATE: Final = 10**5

#: Senders, and as many receivers: together all accounts of the smallest state.
ACTIVE: Final = 500

ROUNDS: Final = 4
SMALL_BLOCK_ROUNDS: Final = 10
FLAT: Final = at_most(30)


class Cost(NamedTuple):
    """Seconds a transfer."""

    authoring: float
    importing: float

    def row(self, what: str) -> Row:
        """Return the line for both together."""
        parts = f"{self.authoring * 1e6:.0f} + {self.importing * 1e6:.0f}"
        return Row(f"author + import, per transfer: {what} ({parts})", self.total * 1e6, "us")

    @property
    def total(self) -> float:
        """Both together."""
        return self.authoring + self.importing


def cost(
    ledger: Ledger, transfers: int, distinct: int, rounds: int, *, strangers: bool = False
) -> Cost:
    """Measure blocks: the best of some rounds, more of them if small, as disturbance only adds."""
    if transfers < BLOCK:
        rounds *= SMALL_BLOCK_ROUNDS
    times = [ledger.block(transfers, distinct, strangers=strangers) for _ in range(rounds)]
    return Cost(
        min(t.authoring for t in times) / transfers, min(t.importing for t in times) / transfers
    )


def spread(costs: Sequence[Cost]) -> float:
    """By how many percent the dearest is above the cheapest."""
    totals = [each.total for each in costs]
    return (max(totals) / min(totals) - 1) * 100


def over_blocks(accounts: int, sizes: Sequence[int], rounds: int) -> Iterator[Row]:
    """The same state, blocks of several sizes."""
    costs = []
    with ledger_of(accounts, max(sizes), thread_time) as ledger:
        ledger.block(max(sizes), max(sizes))  # everybody is met once
        for size in sizes:
            costs.append(cost(ledger, size, size, rounds))
            yield costs[-1].row(f"blocks of {size}, {accounts:,} accounts")
    yield Row(f"spread over blocks of {', '.join(map(str, sizes))}", spread(costs), "%", FLAT)


def over_states(sizes: Sequence[int], block: int, active: int, rounds: int) -> Iterator[Row]:
    """The same block, states of several sizes."""
    costs = []
    for accounts in sizes:
        with ledger_of(accounts, active, thread_time) as ledger:
            ledger.block(active, active)
            costs.append(cost(ledger, block, active, rounds))
            yield costs[-1].row(f"blocks of {block}, {accounts:,} accounts")
            if accounts == max(sizes):
                met_first = cost(ledger, block, active, rounds, strangers=True)
                yield met_first.row(f"to strangers, {accounts:,} accounts")
    yield Row(
        f"spread over {', '.join(f'{n:,}' for n in sizes)} accounts", spread(costs), "%", FLAT
    )


def rows(
    blocks: Sequence[int] = BLOCKS,
    states: Sequence[int] = STATES,
    state: int = STATE,
    block: int = BLOCK,
    active: int = ACTIVE,
    rounds: int = ROUNDS,
) -> Iterator[Row]:
    """Measure both; the state of 10^6 accounts takes most of a minute to build."""
    with one_core(), wide_blocks():
        yield from over_blocks(state, blocks, rounds)
        yield from over_states(states, block, active, rounds)
