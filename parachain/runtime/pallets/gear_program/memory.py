"""Memory of programs in storage, by Gear pages of 16 KiB.

A page that was never written has no entry and reads as zeros. Keys of one program are next to
each other, in no particular order (the page's number is little endian). Source: gear,
vara/common/src/program_storage.rs.
"""

from typing import Iterator, List, Optional, Tuple

from parachain.runtime.frame.error import fail
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear import intervals
from parachain.runtime.gear.ids import ActorId
from parachain.runtime.gear.intervals import Intervals
from parachain.runtime.gear.pages import (
    GEAR_PAGES_IN_WASM_PAGE,
    MAX_WASM_PAGE,
    gear_pages,
    wasm_page_of,
)
from parachain.runtime.pallets.gear_program.declarations import (
    CANNOT_FIND_DATA_FOR_PAGE,
    memory_pages,
)


def key_prefix(program: ActorId, infix: int) -> bytes:
    """Storage key of the program's pages but for the page: its number follows as u32."""
    return memory_pages.prefix + program + infix.to_bytes(4, "little")


def page(ext: Ext, program: ActorId, infix: int, number: int) -> Optional[bytes]:
    """Return the 16,384 bytes of a page, None if it was never written."""
    return memory_pages.get(ext, (program, infix, number))


def written_page(ext: Ext, program: ActorId, infix: int, number: int) -> bytes:
    """Return the bytes of a page. Fails with CannotFindDataForPage if it was never written."""
    found = page(ext, program, infix, number)
    if found is None:
        fail(CANNOT_FIND_DATA_FOR_PAGE)
    return found


def has_page(ext: Ext, program: ActorId, infix: int, number: int) -> bool:
    """Whether the page was written."""
    return memory_pages.contains(ext, (program, infix, number))


def put_page(ext: Ext, program: ActorId, infix: int, number: int, data: bytes) -> None:
    """Store a page, 16,384 bytes."""
    memory_pages.put(ext, (program, infix, number), data)


def remove_pages(ext: Ext, program: ActorId, infix: int, wasm_pages: Intervals) -> None:
    """Forget the data of pages of 64 KiB; they read as zeros again.

    Pages are freed by the thousand for little gas, and most were never written. So those written
    are looked through if they are fewer.
    """
    if not wasm_pages:
        return
    count = sum([last + 1 - first for first, last in wasm_pages])
    written = _written(ext, program, infix, count * GEAR_PAGES_IN_WASM_PAGE)
    if written is None:
        gone = list(gear_pages(intervals.each_page(wasm_pages)))
    else:
        is_gone = bytearray(MAX_WASM_PAGE + 1)
        for first, last in wasm_pages:
            is_gone[first : last + 1] = b"\1" * (last + 1 - first)
        gone = [number for number in written if is_gone[wasm_page_of(number)]]
    for number in gone:
        memory_pages.remove(ext, (program, infix, number))


def _written(ext: Ext, program: ActorId, infix: int, limit: int) -> Optional[List[int]]:
    """Numbers of the written pages, None if there are more than `limit`."""
    prefix = key_prefix(program, infix)
    found: List[int] = []
    key = ext.next_key(prefix)
    while key is not None and key.startswith(prefix):
        if len(found) == limit:
            return None
        found.append(int.from_bytes(key[len(prefix) :], "little"))
        key = ext.next_key(key)
    return found


def pages(ext: Ext, program: ActorId, infix: int) -> Iterator[Tuple[int, bytes]]:
    """All written pages of a program, number and bytes, in the order of storage."""
    for (_, _, number), data in memory_pages.iterate(ext, program, infix):
        yield number, data


def clear(ext: Ext, program: ActorId, infix: int) -> None:
    """Forget all pages of a program."""
    memory_pages.clear(ext, None, program, infix)
