"""What a recording host reads for an engine that has compiled the program already."""

from typing import Any

from parachain.client.database import MemoryStore
from parachain.client.state import ARCHIVE, NativeExt, StateDb
from parachain.primitives.trie import EMPTY_ROOT
from parachain.runtime.gear.sandbox import HostFunctions, Instance, ProgramCode


class NothingToCompile:
    """An engine that never asks for code."""

    def instantiate(
        self, code: ProgramCode, functions: HostFunctions, context: Any, memory_pages: int
    ) -> Instance:
        assert (code.key, functions, context, memory_pages) == (b"key", {}, "context", 2)
        return None  # type: ignore[return-value]  # nobody runs it


def loads(*, record: bool) -> int:
    read: list[bytes] = []

    def load() -> bytes:
        read.append(b"code")
        return b"code"

    state = StateDb(MemoryStore(), ARCHIVE).at(EMPTY_ROOT)
    ext = NativeExt(state, record=record, sandbox=NothingToCompile)
    ext.sandbox().instantiate(ProgramCode(b"key", load), {}, "context", 2)
    return len(read)


def test_code_is_read_when_what_is_read_is_recorded() -> None:
    assert loads(record=True) == 1
    assert loads(record=False) == 0
