"""How the pool follows the chain: each change of the best block, and finality.

Three steps, so that the runtime calls can be made elsewhere: `prepare_enactment` says which
extrinsics of the new blocks must be validated to learn their tags; `enact` takes the blocks in
and says what must be validated on the new best block (transactions of retracted blocks, and a
batch of those in the pool); `apply_answers` acts on that. The pool stays usable in between.
`maintain` does it all with a callback. Every transaction of the pool is in one place at any
time; only those of retracted blocks are nowhere until their answer arrives.

Shaped after `single_state_txpool` of sc-transaction-pool, with one difference: ancestors of
included transactions are not removed on suspicion, they are validated first in the next batch.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import NamedTuple

from parachain.client.chain.tree_route import BlockId, TreeRoute
from parachain.client.pool.entry import Entry
from parachain.client.pool.errors import (
    AlreadyImportedError,
    InvalidTransactionError,
    PoolError,
    TooLowPriorityError,
    refusal,
)
from parachain.client.pool.pool import TransactionPool, Validate
from parachain.client.pool.transaction import (
    Purpose,
    ValidationRequest,
    Validity,
    is_bare,
    transaction_hash,
    validated,
)
from parachain.client.pool.watchers import Invalid, Usurped
from parachain.primitives.transaction_validity import TransactionSource, ValidTransaction

Bodies = Mapping[bytes, Sequence[bytes]]
"""Encoded extrinsics by block hash; a block that is missing counts as empty."""


class Answer(NamedTuple):
    """A validation request with what the runtime said."""

    request: ValidationRequest
    validity: Validity


def maintain(
    pool: TransactionPool, route: TreeRoute, bodies: Bodies, validate: Validate, now_ms: int
) -> None:
    """Follow the chain along `route` in one go, validating with the callback."""
    requests = prepare_enactment(pool, route, bodies)
    known = [Answer(request, validate(request)) for request in requests]
    requests = enact(pool, route, bodies, known, now_ms)
    apply_answers(pool, [Answer(request, validate(request)) for request in requests], now_ms)


def prepare_enactment(
    pool: TransactionPool, route: TreeRoute, bodies: Bodies
) -> list[ValidationRequest]:
    """List the enacted extrinsics whose tags the pool does not know, to validate at the parent.

    Nothing if the pool is empty: then no tag can matter.
    """
    if not len(pool.graph):
        return []
    requests = []
    parent = route.common
    for block in route.enacted:
        for tx_hash, data in _extrinsics(bodies, block):
            if tx_hash not in pool.graph and not is_bare(data):
                requests.append(_request(Purpose.ENACTED, tx_hash, data, parent))
        parent = block
    return requests


def enact(
    pool: TransactionPool,
    route: TreeRoute,
    bodies: Bodies,
    answers: Iterable[Answer],
    now_ms: int,
) -> list[ValidationRequest]:
    """Move the pool along `route`; `answers` are those to `prepare_enactment`.

    Retracts first, then takes transactions of enacted blocks out, and what they make outdated.
    Returns what to validate on the new best block.
    """
    tags = {
        request.hash: validity.provides
        for request, validity in answers
        if isinstance(validity, ValidTransaction)
    }
    retracted = _retract(pool, route, bodies)
    for block in route.enacted:
        extrinsics = list(_extrinsics(bodies, block))
        pool.bans.ban(
            [each for each, data in extrinsics if each in pool.graph or not is_bare(data)], now_ms
        )
        hashes = [tx_hash for tx_hash, _ in extrinsics]
        pool.counters.included += sum(tx_hash in pool.graph for tx_hash in hashes)
        changes = pool.graph.prune(
            block.number,
            hashes,
            {tag: tx_hash for tx_hash in hashes for tag in tags.get(tx_hash, ())},
        )
        pool.watchers.included(block, hashes)
        pool.publish(changes)
        for tx_hash in hashes:
            retracted.pop(tx_hash, None)
    best = route.enacted[-1] if route.enacted else route.common
    pool.best = best
    pool.watchers.time_out(best.number)
    pool.bans.forget_expired(now_ms)
    pool.remove_invalid(
        [
            entry.transaction.hash
            for entry in pool.graph.entries()
            if entry.transaction.valid_till <= best.number
        ],
        now_ms,
    )
    pool.enforce_limits(now_ms)
    return [
        _request(Purpose.RETRACTED, tx_hash, data, best) for tx_hash, data in retracted.items()
    ] + _revalidation_batch(pool)


def apply_answers(pool: TransactionPool, answers: Iterable[Answer], now_ms: int) -> None:
    """Act on the answers to what `enact` returned.

    Invalid transactions go, changed tags and priorities count from now on, transactions of
    retracted blocks come back. Unknown validity leaves a transaction of the pool where it is.
    """
    for request, validity in answers:
        if request.purpose is Purpose.RETRACTED:
            _take_back(pool, request, validity, now_ms)
        elif request.hash in pool.graph:
            if isinstance(validity, ValidTransaction):
                pool.publish(pool.graph.update(validated(request, validity)))
            elif isinstance(refusal(validity), InvalidTransactionError):
                pool.remove_invalid((request.hash,), now_ms)
    pool.enforce_limits(now_ms)


def finalize(pool: TransactionPool, block_hashes: Iterable[bytes]) -> None:
    """Tell watchers that blocks became final, oldest first."""
    for block_hash in block_hashes:
        pool.watchers.finalized(block_hash)


def _extrinsics(bodies: Bodies, block: BlockId) -> Iterator[tuple[bytes, bytes]]:
    for data in bodies.get(block.hash, ()):
        yield transaction_hash(data), data


def _request(purpose: Purpose, tx_hash: bytes, data: bytes, at: BlockId) -> ValidationRequest:
    source = (
        TransactionSource.IN_BLOCK if purpose is Purpose.ENACTED else TransactionSource.EXTERNAL
    )
    return ValidationRequest(purpose, data, tx_hash, source, at)


def _retract(pool: TransactionPool, route: TreeRoute, bodies: Bodies) -> dict[bytes, bytes]:
    """Give retracted blocks up; return their transactions, in the order of the chain."""
    transactions: dict[bytes, bytes] = {}
    for block in route.retracted:
        pool.watchers.retracted(block.hash)
    for block in reversed(route.retracted):
        transactions |= {
            tx_hash: data
            for tx_hash, data in _extrinsics(bodies, block)
            if not is_bare(data) or pool.watchers.is_watched(tx_hash)
        }
    if route.retracted:
        pool.graph.forget_recent()
        pool.bans.lift(transactions)
        for entry in pool.graph.entries():
            entry.suspect |= entry.transaction.validated_at > route.common.number
    return transactions


def _revalidation_batch(pool: TransactionPool) -> list[ValidationRequest]:
    def urgency(entry: Entry) -> tuple[bool, int, int]:
        return not entry.suspect, entry.transaction.validated_at, entry.position

    due = (
        entry
        for entry in pool.graph.entries()
        if entry.suspect or entry.transaction.validated_at < pool.best.number
    )
    return [
        ValidationRequest(
            Purpose.REVALIDATION,
            entry.transaction.data,
            entry.transaction.hash,
            entry.transaction.source,
            pool.best,
        )
        for entry in nsmallest(pool.config.revalidation_batch, due, key=urgency)
    ]


def _take_back(
    pool: TransactionPool, request: ValidationRequest, validity: Validity, now_ms: int
) -> None:
    """Insert a transaction of a retracted block again, or end its watches."""
    if pool.bans.is_banned(request.hash, now_ms):
        return  # in a block again since the request was made
    try:
        if not isinstance(validity, ValidTransaction):
            raise refusal(validity)
        changes = pool.admit(validated(request, validity))
    except AlreadyImportedError:
        return
    except TooLowPriorityError as error:
        pool.watchers.notify(request.hash, Usurped(error.holder))
    except PoolError:
        pool.watchers.notify(request.hash, Invalid())
    else:
        pool.counters.resubmitted += 1
        pool.publish(changes)
