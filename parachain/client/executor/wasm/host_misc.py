"""`ext_misc_*`, `ext_logging_*`, `ext_allocator_*` and the small interfaces around them.

Of the off-chain functions only the index is here, as blocks may call it: this node keeps none, so
nothing happens. All others belong to off-chain workers, which this node does not run; calling them
ends the call, as in a node of Substrate outside a worker.
"""

# ruff: noqa: D103  # sp-io documents its functions; the decorator names each

import logging
from typing import Final

from parachain.client.executor.wasm.host_call import HostCall, HostTrap
from parachain.client.executor.wasm.host_function import (
    BYTES,
    LONG_NUMBER,
    NUMBER,
    OPTION,
    U32,
    U64,
    HostInterface,
    fixed,
)

misc: Final = HostInterface("misc")
logs: Final = HostInterface("logging")
allocator: Final = HostInterface("allocator")
panic_handler: Final = HostInterface("panic_handler")
offchain_index: Final = HostInterface("offchain_index")
transaction_index: Final = HostInterface("transaction_index")
proof_size: Final = HostInterface("storage_proof_size")

_log = logging.getLogger("gear.runtime")

#: Levels of the host interface.
_ERROR, _DEBUG, _TRACE = 0, 3, 4
#: The target under which panic handlers log.
_PANIC_TARGET: Final = "runtime"
_PRINT_TARGET: Final = "runtime"

#: sp_core::LogLevelFilter by the lowest level that Python's log lets through.
_MAX_LEVELS: Final = (
    (logging.DEBUG - 1, 5),
    (logging.DEBUG, 4),
    (logging.INFO, 3),
    (logging.WARNING, 2),
    (logging.ERROR, 1),
)

#: Answer where no proof is recorded.
_NO_PROOF: Final = 2**64 - 1


@misc.function("print_num", 1, (U64,))
def print_num(call: HostCall, number: int) -> None:
    call.ext.log(_DEBUG, _PRINT_TARGET, str(number))


@misc.function("print_utf8", 1, (BYTES,))
def print_utf8(call: HostCall, text: bytes) -> None:
    call.ext.log(_DEBUG, _PRINT_TARGET, text.decode(errors="replace"))


@misc.function("print_hex", 1, (BYTES,))
def print_hex(call: HostCall, data: bytes) -> None:
    call.ext.log(_DEBUG, _PRINT_TARGET, data.hex())


@misc.function("runtime_version", 1, (BYTES,), OPTION)
def runtime_version(call: HostCall, code: bytes) -> bytes | None:
    if call.read_version is None:
        raise HostTrap("a runtime that is asked for its version may not ask others for theirs")
    return call.read_version(code)


@logs.function("log", 1, (U32, BYTES, BYTES))
def log(call: HostCall, level: int, target: bytes, message: bytes) -> None:
    where, text = target.decode(errors="replace"), message.decode(errors="replace")
    if level == _ERROR and where == _PANIC_TARGET:
        call.last_error = text
    call.ext.log(min(level, _TRACE), where, text)


@logs.function("max_level", 1, (), NUMBER)
def max_level(_call: HostCall) -> int:
    lowest = _log.getEffectiveLevel()
    return next((level for python, level in _MAX_LEVELS if lowest <= python), 0)


@allocator.function("malloc", 1, (U32,), NUMBER)
def malloc(call: HostCall, size: int) -> int:
    return call.heap.allocate(size)


@allocator.function("free", 1, (U32,))
def free(call: HostCall, pointer: int) -> None:
    call.heap.free(pointer)


@panic_handler.function("abort_on_panic", 1, (BYTES,))
def abort_on_panic(call: HostCall, message: bytes) -> None:
    call.panic = message.decode(errors="replace")
    raise HostTrap(call.panic)


@offchain_index.function("set", 1, (BYTES, BYTES))
def index_set(_call: HostCall, _key: bytes, _value: bytes) -> None:
    """Nothing: there is no off-chain index."""


@offchain_index.function("clear", 1, (BYTES,))
def index_clear(_call: HostCall, _key: bytes) -> None:
    """As `index_set`."""


@transaction_index.function("index", 1, (U32, U32, fixed(32)))
def index_transaction(_call: HostCall, _extrinsic: int, _size: int, _content: bytes) -> None:
    """Nothing: transactions are not stored by their content."""


@transaction_index.function("renew", 1, (U32, fixed(32)))
def renew_transaction(_call: HostCall, _extrinsic: int, _content: bytes) -> None:
    """As `index_transaction`."""


@proof_size.function("storage_proof_size", 1, (), LONG_NUMBER)
def storage_proof_size(call: HostCall) -> int:
    size = call.ext.proof_size()
    return _NO_PROOF if size is None else size
