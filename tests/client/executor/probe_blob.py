"""Blobs written by hand: one that forwards to every host function, and the frame of others.

An argument of the forwarding blob is 16 bytes: a number, and what the address of the input is
multiplied by before it is added, so that pointers lead to data behind the arguments.
"""

import struct

from wasmtime import wat2wasm

from parachain.client.crypto.hashing import blake2_256
from parachain.client.database import MemoryStore
from parachain.client.executor.executor import HostState
from parachain.client.executor.wasm.host_function import ADDRESS, LONG_NUMBER, HostFunction
from parachain.client.executor.wasm.imports import HOST_FUNCTIONS
from parachain.client.executor.wasm.runtime import WasmRuntime
from parachain.client.executor.wasm_executor import WasmExecutor
from parachain.client.state import NativeExt, Pruning, StateDb
from parachain.primitives.trie import EMPTY_ROOT

_ARGUMENT = 16
_HEAP_BASE = 1 << 16


def state(**values: bytes) -> NativeExt:
    """Return an empty state, with some changes."""
    ext = NativeExt(StateDb(MemoryStore(), Pruning()).at(EMPTY_ROOT))
    for key, value in values.items():
        ext.put(key.encode(), value)
    return ext


#: One engine for all tests.
EXECUTOR = WasmExecutor(state)


def assembled(text: str) -> bytes:
    return bytes(wat2wasm(text))


def runtime(code: bytes) -> WasmRuntime:
    return EXECUTOR.runtime(blake2_256(code), lambda: code)


def blob(functions: str, imports: str = "", pages: int = 2, heap_base: int = _HEAP_BASE) -> bytes:
    """Return a module as compilers make it: memory imported, the heap's begin exported."""
    return assembled(f"""(module
        {imports}
        (import "env" "memory" (memory {pages}))
        (global (export "__heap_base") i32 (i32.const {heap_base}))
        {functions})""")


def _forwarder(function: HostFunction) -> str:
    loads = []
    for index, param in enumerate(function.params):
        number, factor = (
            f"(i64.load offset={index * _ARGUMENT + at} (local.get $p))" for at in (0, 8)
        )
        moved = f"(i64.mul {factor} (i64.extend_i32_u (local.get $p)))"
        value = f"(i64.add {number} {moved})"
        loads.append(value if param.is_long else f"(i32.wrap_i64 {value})")
    call = f"(call ${function.name} {' '.join(loads)})"
    result = function.result
    if result is None:
        body = f"{call} (i64.const 0)"
    elif result is ADDRESS:
        size = f"(i64.load offset={len(function.params) * _ARGUMENT} (local.get $p))"
        body = f"(i64.or (i64.extend_i32_u {call}) (i64.shl {size} (i64.const 32)))"
    elif result.is_long and result is not LONG_NUMBER:
        body = call
    else:
        value = call if result.is_long else f"(i64.extend_i32_u {call})"
        body = f"(i64.store (local.get $p) {value}) {_INPUT}"
    return f'(func (export "{function.name}") (param $p i32) (param i32) (result i64) {body})'


#: The first eight bytes of the input.
_INPUT = "(i64.or (i64.extend_i32_u (local.get $p)) (i64.const 0x800000000))"


def _import(function: HostFunction) -> str:
    params = " ".join("i64" if param.is_long else "i32" for param in function.params)
    result = function.result
    returns = "" if result is None else f"(result {'i64' if result.is_long else 'i32'})"
    return f'(import "env" "{function.name}" (func ${function.name} (param {params}) {returns}))'


PROBE = blob(
    "\n".join(map(_forwarder, HOST_FUNCTIONS.values())),
    "\n".join(map(_import, HOST_FUNCTIONS.values())),
)


def host(ext: HostState, name: str, *args: bytes | int, size: int = 0) -> bytes:
    """Call a host function by way of the blob, and return what it returns.

    Bytes arrive at a fat pointer or an address, as the function takes them. A number comes back as
    eight bytes. `size` is how many bytes are at an address that is returned.
    """
    function = HOST_FUNCTIONS[name]
    assert len(args) == len(function.params), name
    head, data = b"", b""
    at = _ARGUMENT * len(args) + 8
    for arg, param in zip(args, function.params, strict=True):
        if isinstance(arg, int):
            head += struct.pack("<QQ", arg, 0)
            continue
        start = at + len(data)
        head += struct.pack("<QQ", start | len(arg) << 32 if param.is_long else start, 1)
        data += arg
    encoded = head + struct.pack("<Q", size) + data
    return runtime(PROBE).call(ext, name, encoded, read_version=EXECUTOR.runtime_version)


def number(answer: bytes) -> int:
    return int.from_bytes(answer, "little")
