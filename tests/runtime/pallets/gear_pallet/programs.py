"""Programs for tests of pallet Gear, as text. Their memory begins with constants and results."""

from wasmtime import wat2wasm

from parachain.runtime.gear.code.syscalls import SYSCALLS
from parachain.runtime.gear.wasm.opcodes import I64

#: Where there are 16 bytes of zeros: a value of nothing.
NO_VALUE = 0
#: Where results go, out of the way.
RESULT = 1024
#: Where `data` of a program begins.
DATA = 64


def program(
    *,
    init: str = "",
    handle: str | None = "",
    handle_reply: str | None = None,
    handle_signal: str | None = None,
    state: str | None = None,
    metahash: str | None = None,
    data: bytes = b"",
    more: str = "",
) -> bytes:
    """Code with these bodies of its entry points, and more functions."""
    bodies = {
        "init": init,
        "handle": handle,
        "handle_reply": handle_reply,
        "handle_signal": handle_signal,
        "state": state,
        "metahash": metahash,
    }
    functions = (
        " ".join(
            f'(func (export "{name}") {body})' for name, body in bodies.items() if body is not None
        )
        + more
    )
    imports = " ".join(
        f'(import "env" "{name}" (func ${name} (param {_kinds(kind.params)})'
        f"{' (result i32)' if kind.results else ''}))"
        for name, kind in SYSCALLS.items()
        if f"(call ${name} " in functions or f"(call ${name})" in functions
    )
    text = "".join(f"\\{byte:02x}" for byte in data)
    return bytes(
        wat2wasm(
            f'(module (import "env" "memory" (memory 2)) {imports}'
            f'(data (i32.const {DATA}) "{text}") {functions})'
        )
    )


def _kinds(params: bytes) -> str:
    return " ".join("i64" if kind == I64 else "i32" for kind in params)


def syscall(name: str, *args: int) -> str:
    """Call a system function with constants."""
    params = SYSCALLS[name].params
    consts = [
        f"(i{64 if kind == I64 else 32}.const {arg})"
        for kind, arg in zip(params, args, strict=True)
    ]
    return f"(call ${name} {' '.join(consts)})"


def must(name: str, *args: int) -> str:
    """Call a system function whose last argument is where it says its error; trap if it does."""
    return syscall(name, *args) + f"(if (i32.load (i32.const {args[-1]})) (then (unreachable)))"


def reply(size: int = 0) -> str:
    """Reply with the first bytes of `data`."""
    return syscall("gr_reply", DATA, size, NO_VALUE, RESULT)


def store(address: int, value: int) -> str:
    """Write to the memory."""
    return f"(i32.store (i32.const {address}) (i32.const {value}))"


def send(to: int, size: int = 0, delay: int = 0) -> str:
    """Send a message to the address and value at `to` in memory, on the gas that there is."""
    return syscall("gr_send", to, DATA, size, delay, RESULT)


def send_with_gas(to: int, gas: int, size: int = 0, delay: int = 0) -> str:
    return syscall("gr_send_wgas", to, DATA, size, gas, delay, RESULT)
