"""A block of signed transfers: validating them for the pool, authoring the block, importing it.

Everything runs as in the node, between LevelDB and LevelDB: authoring ends when the sealed block
is on disk, importing checks every signature and both roots. One core: the process is bound to it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Final

from tests.bench.ledger import ledger_of
from tests.bench.row import Row, at_most
from tests.bench.wide_blocks import wide_blocks

TRANSFERS: Final = 1000
ACCOUNTS: Final = 100_000
ROUNDS: Final = 7


@contextmanager
def one_core() -> Iterator[None]:
    """Bind this process to one of its cores, where the system can."""
    if not hasattr(os, "sched_setaffinity"):  # only Linux has it
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def rows(
    transfers: int = TRANSFERS, accounts: int = ACCOUNTS, rounds: int = ROUNDS
) -> Iterator[Row]:
    """Medians over blocks in which nobody sends or receives twice, after one not counted."""
    with one_core(), wide_blocks(), ledger_of(accounts, active=5 * transfers) as ledger:
        ledger.block(transfers, transfers)
        times = [ledger.block(transfers, transfers) for _ in range(rounds)]
    what = f"a block of {transfers} signed transfers"
    yield Row(
        f"author {what}, pool validated", median(t.authoring for t in times), "s", at_most(0.6)
    )
    yield Row(f"import {what}", median(t.importing for t in times), "s", at_most(0.7))
    validating = median(t.validating for t in times) / transfers
    yield Row("validate a transfer for the pool", validating * 1e6, "us")
