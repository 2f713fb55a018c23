"""What `chainHead_v1_{body,call,storage}` operations do, step by step.

A job is an iterator over the events of one operation, the last of which is final. Each `step` reads
the database or calls the runtime, so it is taken in a worker thread (`chain_head_operations`).
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Final

from parachain.client.chain.chain import Chain
from parachain.client.chain.runtime_calls import UnknownBlock
from parachain.client.executor.executor import RuntimePanic
from parachain.primitives.trie import TrieError
from parachain.rpc.chain_head_storage import PageLimits, StorageItem, entries, pages, trie_of
from parachain.rpc.render import render_bytes

_logger = logging.getLogger("rpc")

Event = dict[str, object]
"""A notification's `result`, still without `operationId`."""
Job = Iterator[Event]

STORAGE_PAGE: Final = PageLimits(entries=1000, bytes=512 * 1024)
"""A page takes a thread some 20 ms and a connection of 10 Mbit/s half a second."""

MAX_PAGES_AHEAD: Final = 2
"""Read in one step, so that the usual query, of one page, takes a single trip to a thread."""

ITEMS: Final = "operationStorageItems"
WAITING: Final = "operationWaitingForContinue"
FINAL: Final = frozenset(
    {
        "operationBodyDone",
        "operationCallDone",
        "operationStorageDone",
        "operationInaccessible",
        "operationError",
    }
)


def step(job: Job) -> list[Event]:
    """Take the next events: up to a final one, one that waits, or a second page of storage."""
    events: list[Event] = []
    for event in job:
        events.append(event)
        if event["event"] != ITEMS or len(events) == MAX_PAGES_AHEAD:
            break
    return events


def read_body(chain: Chain, block_hash: bytes) -> Job:
    """Read the extrinsics of a block."""
    body = chain.body(block_hash)
    if body is None:
        yield {"event": "operationInaccessible"}
    else:
        yield {"event": "operationBodyDone", "value": [render_bytes(each) for each in body]}


def call_runtime(chain: Chain, block_hash: bytes, function: str, args: bytes) -> Job:
    """Call an entry point of the runtime."""
    output = chain.runtime_call(block_hash, function, args)
    yield {"event": "operationCallDone", "output": render_bytes(output)}


def read_storage(
    chain: Chain, block_hash: bytes, items: Sequence[StorageItem], child: bytes | None
) -> Job:
    """Read storage, and wait between pages if the number of entries is open."""
    trie = trie_of(chain.state_at(block_hash), child)
    waits = any(item.type.of_descendants for item in items)
    for number, page in enumerate(pages(entries(trie, items), STORAGE_PAGE)):
        if waits and number:
            yield {"event": WAITING}
        yield {"event": ITEMS, "items": page}
    yield {"event": "operationStorageDone"}


def guarded(job: Job) -> Job:
    """Turn what a job raises into its final event.

    A pruned body or state is "inaccessible"; an error of ours is logged, the client is told no more
    than that.
    """
    try:
        yield from job
    except (UnknownBlock, TrieError):
        yield {"event": "operationInaccessible"}
    except RuntimePanic as panic:
        yield {"event": "operationError", "error": str(panic)}
    except Exception:
        _logger.exception("an operation of chainHead_v1 failed")
        yield {"event": "operationError", "error": "Internal error"}
