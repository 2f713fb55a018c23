"""archive_v1_storage and archive_v1_storageDiff: the storage of any block, and what changed in it.

Both are subscriptions that send one entry per notification, as fast as the client reads, and end
with "done" or "error". Source: json-rpc-interface-spec, archive_v1_storage.md and
archive_v1_storageDiff.md.
"""

from collections.abc import Iterator
from typing import Final

import trio

from parachain.client.chain.chain import Chain
from parachain.client.chain.runtime_calls import UnknownBlock
from parachain.primitives.trie import TrieError
from parachain.rpc.archive_difference import (
    DIFFERENCE_ITEMS,
    DifferenceItem,
    NoAncestorError,
    storage_differences,
)
from parachain.rpc.chain_head_storage import (
    PAGINATED_STORAGE_ITEMS,
    Entry,
    PageLimits,
    StorageItem,
    entries,
    pages,
    trie_of,
)
from parachain.rpc.connection import Connection
from parachain.rpc.live_sinks import LiveSinks
from parachain.rpc.methods import Namespace, method, subscription
from parachain.rpc.params import CONNECTION, param, params
from parachain.rpc.parsers import HASH, STRING, optional
from parachain.rpc.render import render_bytes
from parachain.rpc.spec_values import SPEC_HEX
from parachain.rpc.subscriptions import Sink

MAX_STORAGES_PER_CONNECTION: Final = 16
MAX_DIFFERENCES_PER_CONNECTION: Final = 4

PAGE: Final = PageLimits(entries=256, bytes=512 * 1024)
"""Entries read ahead of a slow client; a page takes its thread some milliseconds."""


class ArchiveStorage:
    """The storage subscriptions of all connections, in threads they share."""

    def __init__(self, chain: Chain, threads: trio.CapacityLimiter) -> None:
        self._chain = chain
        self._threads = threads
        self._storages = LiveSinks(MAX_STORAGES_PER_CONNECTION)
        self._differences = LiveSinks(MAX_DIFFERENCES_PER_CONNECTION)

    async def storage(
        self, sink: Sink, block_hash: bytes, items: list[StorageItem], child: bytes | None
    ) -> None:
        """Serve a subscription to the storage of a block."""
        with self._storages.hold(sink):
            await self._send(sink, "storage", self._read(block_hash, items, child))

    async def differences(
        self,
        sink: Sink,
        block_hash: bytes,
        items: list[DifferenceItem] | None,
        previous: bytes | None,
    ) -> None:
        """Serve a subscription to what changed from `previous`, or the parent, to a block."""
        with self._differences.hold(sink):
            found = storage_differences(self._chain, block_hash, items or [], previous)
            await self._send(sink, "storageDiff", found)

    def stop_storage(self, connection: Connection, identifier: str) -> None:
        """End a subscription to storage, if there is one."""
        self._storages.end(connection, identifier)

    def stop_differences(self, connection: Connection, identifier: str) -> None:
        """End a subscription to differences, if there is one."""
        self._differences.end(connection, identifier)

    def _read(
        self, block_hash: bytes, items: list[StorageItem], child: bytes | None
    ) -> Iterator[Entry]:
        trie = trie_of(self._chain.state_at(block_hash), child)
        if child is None:
            yield from entries(trie, items)
        else:
            name = render_bytes(child)
            for entry in entries(trie, items):
                yield {**entry, "childTrieKey": name}

    async def _send(self, sink: Sink, event: str, found: Iterator[Entry]) -> None:
        await sink.accept()
        collected = pages(found, PAGE)
        last: Entry = {"event": event + "Done"}
        try:
            while page := await trio.to_thread.run_sync(
                next, collected, None, abandon_on_cancel=True, limiter=self._threads
            ):
                for entry in page:
                    await sink.send({"event": event, **entry})
        except (UnknownBlock, TrieError, NoAncestorError) as error:
            last = {"event": event + "Error", "error": str(error)}
        await sink.send(last)


def archive_storage_methods(storage: ArchiveStorage) -> Namespace:
    """Return the methods of the two subscriptions."""
    block_hash, identifier = param("hash", HASH), param("subscription", STRING)
    return [
        subscription(
            "archive_v1_storage",
            "archive_v1_storageEvent",
            (),
            storage.storage,
            params(
                block_hash,
                param("items", PAGINATED_STORAGE_ITEMS),
                param("childTrie", optional(SPEC_HEX)),
            ),
        ),
        method("archive_v1_stopStorage", storage.stop_storage, params(CONNECTION, identifier)),
        subscription(
            "archive_v1_storageDiff",
            "archive_v1_storageDiffEvent",
            (),
            storage.differences,
            params(
                block_hash,
                param("items", optional(DIFFERENCE_ITEMS)),
                param("previousHash", optional(HASH)),
            ),
        ),
        method(
            "archive_v1_stopStorageDiff", storage.stop_differences, params(CONNECTION, identifier)
        ),
    ]
