"""A candidate of signed transfers: making its block data, validating it as a validator does.

By the same Python that the blob runs, on CPython: what the blob adds is measured with the blob.
"""

from collections.abc import Iterator
from statistics import median
from time import perf_counter
from typing import Final

from parachain.client.chain.collation import make_block_data, record_execution
from parachain.primitives.header import HEADER
from parachain.primitives.parachain import VALIDATION_RESULT, encode_params
from parachain.runtime.validate_block import validate_block
from tests.bench.block import one_core
from tests.bench.ledger import ledger_of
from tests.bench.row import Row, at_most
from tests.runtime.memory_ext import MemoryExt

TRANSFERS: Final = 200
ACCOUNTS: Final = 100_000
ROUNDS: Final = 7


def rows(
    transfers: int = TRANSFERS, accounts: int = ACCOUNTS, rounds: int = ROUNDS
) -> Iterator[Row]:
    """Medians over the validations of one candidate, whose receivers are anywhere in the state."""
    with one_core(), ledger_of(accounts, active=transfers) as ledger:
        node = ledger.author
        block = node.make(*ledger.transfers(transfers, transfers, strangers=True)).block
        parent = node.chain.header(block.header.parent_hash)
        assert parent is not None
        begun = perf_counter()
        ext = node.chain.overlay(block.header.parent_hash, record=True)
        proof = record_execution(node.chain.executor, ext, block)
        data = make_block_data(parent, [block], proof)
        collecting = perf_counter() - begun
        params = encode_params(HEADER.encode(parent), data, 1, bytes(32))
        times = []
        for _ in range(rounds + 1):
            begun = perf_counter()
            result = validate_block(MemoryExt(), params)
            times.append(perf_counter() - begun)
            assert VALIDATION_RESULT.decode(result).head_data == block.encoded_header
    what = f"a candidate of {transfers} transfers"
    yield Row(f"validate {what}", median(times[1:]), "s", at_most(0.7))
    yield Row(f"make the block data of {what}", collecting, "s")
    yield Row(f"size of {what}", len(data) / 1000, "kB")
