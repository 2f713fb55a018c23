"""archive_v1_*: blocks, states and runtime calls of any block that the node still has.

These cost disk reads, so they have threads of their own, few of them: the rest of the RPC server
does not wait for them. Source: json-rpc-interface-spec, archive_v1_*.md. The two subscriptions are
in `archive_storage`.
"""

from collections.abc import Callable
from typing import Final, TypeVar

import trio

from parachain.client.chain.chain import Chain
from parachain.client.executor.executor import RuntimePanic
from parachain.primitives.trie import TrieError
from parachain.rpc.archive_storage import ArchiveStorage, archive_storage_methods
from parachain.rpc.methods import Namespace, awaited, method
from parachain.rpc.params import param, params
from parachain.rpc.parsers import HASH, STRING, U64
from parachain.rpc.render import render_bytes
from parachain.rpc.spec_values import SPEC_HEX

T = TypeVar("T")

ARCHIVE_THREADS: Final = 2

_MAX_BLOCK_NUMBER: Final = (1 << 32) - 1

_HASH = param("hash", HASH)


class Archive:
    """The archive of one chain."""

    def __init__(self, chain: Chain, threads: trio.CapacityLimiter) -> None:
        self._chain = chain
        self._threads = threads

    def finalized_height(self) -> int:
        """Return the number of the last final block."""
        return self._chain.finalised.number

    def genesis_hash(self) -> str:
        """Return the hash of the first block."""
        return render_bytes(self._chain.genesis_hash)

    def hash_by_height(self, height: int) -> list[str]:
        """Return the final block with this number, or all blocks that have it as yet."""
        if height > _MAX_BLOCK_NUMBER:
            return []
        final = height <= self._chain.finalised.number
        hashes = self._chain.blocks.hashes_at(height)  # the canonical one first
        return [render_bytes(each) for each in (hashes[:1] if final else hashes)]

    def header(self, block_hash: bytes) -> str | None:
        """Return the encoded header, None for an unknown block."""
        encoded = self._chain.blocks.encoded_header(block_hash)
        return None if encoded is None else render_bytes(encoded)

    async def body(self, block_hash: bytes) -> list[str] | None:
        """Return the extrinsics, None if the block is unknown or its body pruned."""
        return await self._in_thread(lambda: self._read_body(block_hash))

    async def call(self, block_hash: bytes, function: str, args: bytes) -> dict[str, object] | None:
        """Call the runtime on the state after a block, None for an unknown block."""
        return await self._in_thread(lambda: self._call(block_hash, function, args))

    def _read_body(self, block_hash: bytes) -> list[str] | None:
        body = self._chain.body(block_hash)
        return None if body is None else [render_bytes(each) for each in body]

    def _call(self, block_hash: bytes, function: str, args: bytes) -> dict[str, object] | None:
        if self._chain.header(block_hash) is None:
            return None
        try:
            output = self._chain.runtime_call(block_hash, function, args)
        except (RuntimePanic, TrieError) as error:
            return {"success": False, "error": str(error)}
        return {"success": True, "value": render_bytes(output)}

    async def _in_thread(self, function: Callable[[], T]) -> T:
        return await trio.to_thread.run_sync(
            function, abandon_on_cancel=True, limiter=self._threads
        )


def archive_methods(chain: Chain) -> Namespace:
    """Return the methods of archive_v1_*."""
    threads = trio.CapacityLimiter(ARCHIVE_THREADS)
    archive = Archive(chain, threads)
    function, args = param("function", STRING), param("callParameters", SPEC_HEX)
    return [
        method("archive_v1_finalizedHeight", archive.finalized_height, params()),
        method("archive_v1_genesisHash", archive.genesis_hash, params()),
        method("archive_v1_hashByHeight", archive.hash_by_height, params(param("height", U64))),
        method("archive_v1_header", archive.header, params(_HASH)),
        awaited("archive_v1_body", archive.body, params(_HASH)),
        awaited("archive_v1_call", archive.call, params(_HASH, function, args)),
        *archive_storage_methods(ArchiveStorage(chain, threads)),
    ]
