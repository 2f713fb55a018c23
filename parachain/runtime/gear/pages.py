"""Pages of a program's memory: the 64 KiB ones of WebAssembly and the 16 KiB ones of storage.

A page is its number. A program's data is loaded, charged and stored by Gear pages; memory is
allocated by wasm pages. Source: gear, protocol/core/src/pages.rs and memory.rs.
"""

from typing import Iterable, Iterator, Tuple

from parachain.primitives.scale import (
    U32,
    U64,
    Codec,
    Composite,
    Field,
    array,
    fixed_bytes,
    newtype,
)

WASM_PAGE_SIZE = 64 * 1024
GEAR_PAGE_SIZE = 16 * 1024
GEAR_PAGES_IN_WASM_PAGE = WASM_PAGE_SIZE // GEAR_PAGE_SIZE

#: A 32-bit memory has pages 0 to 65,535.
MAX_WASM_PAGE = 2**32 // WASM_PAGE_SIZE - 1
MAX_GEAR_PAGE = 2**32 // GEAR_PAGE_SIZE - 1

PAGE: Codec[int] = newtype("gear_core::pages::Page", U32)
WASM_PAGE: Codec[int] = PAGE.named("WasmPage")
GEAR_PAGE: Codec[int] = PAGE.named("GearPage")
PAGES_AMOUNT: Codec[int] = newtype("gear_core::pages::PagesAmount", U32)
WASM_PAGES_AMOUNT: Codec[int] = PAGES_AMOUNT.named("WasmPagesAmount")

_WORDS = array(U64, GEAR_PAGE_SIZE // 8)

#: The 16,384 bytes of a stored page; Rust describes them as 64-bit words.
PAGE_BUF: Codec[bytes] = fixed_bytes(GEAR_PAGE_SIZE).described(
    Composite("gear_core::memory::PageBuf", (Field("", _WORDS, "PageBufInner"),)), "PageBuf"
)


def wasm_page_of(gear_page: int) -> int:
    """The wasm page that a Gear page is part of."""
    return gear_page // GEAR_PAGES_IN_WASM_PAGE


def gear_pages(wasm_pages: Iterable[int]) -> Iterator[int]:
    """The Gear pages that the given wasm pages consist of, in the same order."""
    for page in wasm_pages:
        first = page * GEAR_PAGES_IN_WASM_PAGE
        yield from range(first, first + GEAR_PAGES_IN_WASM_PAGE)


def gear_pages_touched(offset: int, size: int) -> Tuple[int, ...]:
    """The Gear pages that `size` bytes at `offset` lie in, ascending; none for no bytes."""
    if size == 0:
        return ()
    return tuple(range(offset // GEAR_PAGE_SIZE, (offset + size - 1) // GEAR_PAGE_SIZE + 1))
