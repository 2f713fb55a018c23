"""`ext_default_child_storage_*`: child tries, named without their well-known prefix."""

# ruff: noqa: D103  # sp-io documents its functions; the decorator names each

from typing import Final

from parachain.client.executor.wasm.host_call import HostCall
from parachain.client.executor.wasm.host_function import (
    BOOL,
    BYTES,
    FAT,
    OPTION,
    SPAN,
    U32,
    HostInterface,
    Span,
)
from parachain.client.executor.wasm.host_storage import (
    LIMIT,
    REMAINING,
    V0,
    killed,
    read_into,
    state_version,
)

child_storage: Final = HostInterface("default_child_storage")


@child_storage.function("get", 1, (BYTES, BYTES), OPTION)
def get(call: HostCall, child: bytes, key: bytes) -> bytes | None:
    return call.ext.child_get(child, key)


@child_storage.function("read", 1, (BYTES, BYTES, SPAN, U32), REMAINING)
def read(call: HostCall, child: bytes, key: bytes, out: Span, offset: int) -> int | None:
    return read_into(call, call.ext.child_get(child, key), out, offset)


@child_storage.function("set", 1, (BYTES, BYTES, BYTES))
def put(call: HostCall, child: bytes, key: bytes, value: bytes) -> None:
    call.ext.child_put(child, key, value)


@child_storage.function("clear", 1, (BYTES, BYTES))
def clear(call: HostCall, child: bytes, key: bytes) -> None:
    call.ext.child_delete(child, key)


@child_storage.function("storage_kill", 1, (BYTES,))
def kill(call: HostCall, child: bytes) -> None:
    call.ext.child_kill(child, None)


@child_storage.function("storage_kill", 2, (BYTES, LIMIT), BOOL)
def kill_limited(call: HostCall, child: bytes, limit: int | None) -> bool:
    return call.ext.child_kill(child, limit)[1]


@child_storage.function("storage_kill", 3, (BYTES, LIMIT), FAT)
def kill_counted(call: HostCall, child: bytes, limit: int | None) -> bytes:
    return killed(call.ext.child_kill(child, limit))


@child_storage.function("exists", 1, (BYTES, BYTES), BOOL)
def exists(call: HostCall, child: bytes, key: bytes) -> bool:
    return call.ext.child_get(child, key) is not None


@child_storage.function("clear_prefix", 1, (BYTES, BYTES))
def clear_prefix(call: HostCall, child: bytes, prefix: bytes) -> None:
    call.ext.child_clear_prefix(child, prefix, None)


@child_storage.function("clear_prefix", 2, (BYTES, BYTES, LIMIT), FAT)
def clear_prefix_limited(call: HostCall, child: bytes, prefix: bytes, limit: int | None) -> bytes:
    return killed(call.ext.child_clear_prefix(child, prefix, limit))


@child_storage.function("root", 1, (BYTES,), FAT)
def root(call: HostCall, child: bytes) -> bytes:
    return call.ext.child_root_in(child, V0)


@child_storage.function("root", 2, (BYTES, U32), FAT)
def root_in(call: HostCall, child: bytes, version: int) -> bytes:
    return call.ext.child_root_in(child, state_version(version))


@child_storage.function("next_key", 1, (BYTES, BYTES), OPTION)
def next_key(call: HostCall, child: bytes, key: bytes) -> bytes | None:
    return call.ext.child_next_key(child, key)
