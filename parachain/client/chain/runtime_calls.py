"""Calling the runtime on the state of a block: API calls of clients, versions, metadata.

What a call writes is thrown away. May be used by several threads at once.
"""

from typing import Final, TypeVar

from parachain.client.chain.blocks import BlockStore
from parachain.client.executor.executor import (
    Executor,
    NoSuchEntryPoint,
    RuntimePanic,
    decode_answer,
)
from parachain.client.executor.wasm.version import read_version, version_of
from parachain.client.state import NativeExt, SandboxSource, StateAt, StateDb, VersionReader
from parachain.primitives.runtime_version import RuntimeVersion
from parachain.primitives.scale import BYTES, U32, DecodeError, option

CODE: Final = b":code"

MAX_CACHED_RUNTIMES: Final = 4
"""Versions and metadata of so many runtimes are kept; metadata take about 0.3 MB a version."""

OLDEST_METADATA: Final = 14
"""Version of metadata that clients get unless they ask for another one."""

_METADATA: Final = option(BYTES)

Key = TypeVar("Key")
Value = TypeVar("Value")


class UnknownBlock(Exception):  # noqa: N818  the name says what is wrong without a suffix
    """The chain has no block with this hash."""

    def __init__(self, block_hash: bytes) -> None:
        super().__init__(f"unknown block 0x{block_hash.hex()}")
        self.block_hash = block_hash


class RuntimeCalls:
    """The runtime as it is at each block."""

    __slots__ = (
        "_blocks",
        "_executor",
        "_metadata",
        "_read_version",
        "_sandbox",
        "_states",
        "_versions",
    )

    def __init__(
        self,
        blocks: BlockStore,
        states: StateDb,
        executor: Executor,
        sandbox: SandboxSource | None = None,
        read_version: VersionReader = version_of,
    ) -> None:
        self._blocks = blocks
        self._states = states
        self._executor = executor
        self._sandbox = sandbox
        self._read_version = read_version
        #: By hash of the code.
        self._versions: dict[bytes | None, RuntimeVersion] = {}
        self._metadata: dict[tuple[bytes | None, int], bytes] = {}

    def state_at(self, block_hash: bytes) -> StateAt:
        """Return the state after a block. Raises UnknownBlock, or UnknownState if pruned."""
        header = self._blocks.header(block_hash)
        if header is None:
            raise UnknownBlock(block_hash)
        return self._states.at(header.state_root)

    def overlay(self, block_hash: bytes, *, record: bool = False) -> NativeExt:
        """Return the state after a block with room for changes, as `state_at`.

        With `record`, it knows the proof of what was read.
        """
        return NativeExt(
            self.state_at(block_hash),
            record=record,
            sandbox=self._sandbox,
            read_version=self._read_version,
        )

    def call(self, block_hash: bytes, method: str, args: bytes) -> bytes:
        """Call an entry point on the state after a block.

        Raises UnknownBlock, UnknownState, RuntimePanic.
        """
        return self._executor.call(self.overlay(block_hash), method, args)

    def version(self, block_hash: bytes) -> RuntimeVersion:
        """Version of the runtime that executes what comes after a block. Raises as `call`."""
        state = self.state_at(block_hash)
        code = state.value_hash(CODE)
        version = self._versions.get(code)
        if version is None:
            answer = self._executor.call(NativeExt(state), "Core_version", b"")
            try:
                version = read_version(answer)
            except DecodeError as error:
                raise RuntimePanic(f"Core_version answers no version: {error}") from error
            self._versions = _newest(self._versions, MAX_CACHED_RUNTIMES - 1)
            self._versions[code] = version
        return version

    def metadata(self, block_hash: bytes, version: int) -> bytes | None:
        """Metadata of one version at a block, None if the runtime does not have that version.

        Raises as `call`.
        """
        state = self.state_at(block_hash)
        key = state.value_hash(CODE), version
        found = self._metadata.get(key)
        if found is None:
            found = self._make_metadata(state, version)
            if found is not None:
                self._metadata = _newest(self._metadata, 3 * MAX_CACHED_RUNTIMES - 1)
                self._metadata[key] = found
        return found

    def _make_metadata(self, state: StateAt, version: int) -> bytes | None:
        method = "Metadata_metadata_at_version"
        try:
            answer = self._executor.call(NativeExt(state), method, U32.encode(version))
        except NoSuchEntryPoint:
            # a runtime of before stable versions of metadata has one version, whichever it is
            if version != OLDEST_METADATA:
                return None
            method = "Metadata_metadata"
            return decode_answer(BYTES, method, self._executor.call(NativeExt(state), method, b""))
        return decode_answer(_METADATA, method, answer)


def _newest(entries: dict[Key, Value], count: int) -> dict[Key, Value]:
    """Return a copy with the last `count` entries: other threads may be reading the original."""
    return dict(list(entries.items())[-count:])
