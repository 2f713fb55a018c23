"""`ext_storage_*`: the main state, with nested transactions."""

# ruff: noqa: D103  # sp-io documents its functions; the decorator names each

from typing import Final

from parachain.client.executor.wasm.host_call import HostCall, HostTrap
from parachain.client.executor.wasm.host_function import (
    BOOL,
    BYTES,
    FAT,
    OPTION,
    SPAN,
    U32,
    HostInterface,
    Span,
    encoded,
    scale,
)
from parachain.primitives.scale import U32 as SCALE_U32
from parachain.primitives.scale import option

storage: Final = HostInterface("storage")

#: Layouts of the trie: values in the nodes, or hashed from 33 bytes on.
V0: Final = 0
V1: Final = 1

LIMIT: Final = scale(option(SCALE_U32))
REMAINING: Final = encoded(option(SCALE_U32))


def state_version(number: int) -> int:
    """Check the number of a layout. Raises HostTrap."""
    if number not in (V0, V1):
        raise HostTrap(f"there is no state version {number}")
    return number


def killed(removed: tuple[int, bool]) -> bytes:
    """Encode a KillStorageResult: AllRemoved or SomeRemaining, with a count."""
    count, all_removed = removed
    return (b"\0" if all_removed else b"\1") + SCALE_U32.encode(count)


def read_into(call: HostCall, value: bytes | None, out: Span, offset: int) -> int | None:
    """Write a value from `offset` on as far as it goes; return its length from there on."""
    call.memory.check(out.start + out.size)
    if value is None:
        return None
    part = value[offset:]
    call.memory.write(out.start, part[: out.size])
    return len(part)


@storage.function("set", 1, (BYTES, BYTES))
def put(call: HostCall, key: bytes, value: bytes) -> None:
    call.ext.put(key, value)


@storage.function("get", 1, (BYTES,), OPTION)
def get(call: HostCall, key: bytes) -> bytes | None:
    return call.ext.get(key)


@storage.function("read", 1, (BYTES, SPAN, U32), REMAINING)
def read(call: HostCall, key: bytes, out: Span, offset: int) -> int | None:
    return read_into(call, call.ext.get(key), out, offset)


@storage.function("clear", 1, (BYTES,))
def clear(call: HostCall, key: bytes) -> None:
    call.ext.delete(key)


@storage.function("exists", 1, (BYTES,), BOOL)
def exists(call: HostCall, key: bytes) -> bool:
    return call.ext.exists(key)


@storage.function("clear_prefix", 1, (BYTES,))
def clear_prefix(call: HostCall, prefix: bytes) -> None:
    call.ext.clear_prefix(prefix, None)


@storage.function("clear_prefix", 2, (BYTES, LIMIT), FAT)
def clear_prefix_limited(call: HostCall, prefix: bytes, limit: int | None) -> bytes:
    return killed(call.ext.clear_prefix(prefix, limit))


@storage.function("append", 1, (BYTES, BYTES))
def append(call: HostCall, key: bytes, item: bytes) -> None:
    call.ext.append(key, item)


@storage.function("root", 1, (), FAT)
def root(call: HostCall) -> bytes:
    return call.ext.storage_root_in(V0)


@storage.function("root", 2, (U32,), FAT)
def root_in(call: HostCall, version: int) -> bytes:
    return call.ext.storage_root_in(state_version(version))


@storage.function("changes_root", 1, (BYTES,), OPTION)
def changes_root(_call: HostCall, _parent: bytes) -> bytes | None:
    """Tries of changes were never switched on and are gone."""
    return None


@storage.function("next_key", 1, (BYTES,), OPTION)
def next_key(call: HostCall, key: bytes) -> bytes | None:
    return call.ext.next_key(key)


@storage.function("start_transaction", 1, ())
def start_transaction(call: HostCall) -> None:
    call.ext.begin()
    call.open_transactions += 1


def _end_transaction(call: HostCall) -> None:
    if not call.open_transactions:
        raise HostTrap("no storage transaction is open")
    call.open_transactions -= 1


@storage.function("rollback_transaction", 1, ())
def rollback_transaction(call: HostCall) -> None:
    _end_transaction(call)
    call.ext.rollback()


@storage.function("commit_transaction", 1, ())
def commit_transaction(call: HostCall) -> None:
    _end_transaction(call)
    call.ext.commit()
