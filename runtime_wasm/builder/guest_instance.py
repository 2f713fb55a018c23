"""The interpreter, started in wasmtime for the builder's programs.

Of all host functions only those exist that tell of failures: what the runtime does while it is
imported must not depend on any host.
"""

import marshal
from typing import Any, Final

from wasmtime import (
    Engine,
    Func,
    FuncType,
    Global,
    Instance,
    Linker,
    Memory,
    Module,
    Store,
    Trap,
    ValType,
    WasmtimeError,
)

#: Marshal format without references: any Python 3 writes the same.
_MARSHAL_VERSION: Final = 2

_U32: Final = 2**32 - 1


class GuestError(Exception):
    """A program has failed in the interpreter; the message is the interpreter's."""


class Guest:
    """One instance."""

    def __init__(self, engine: Engine, module: Module) -> None:
        self.store = Store(engine)
        self._reason = ""
        i32, i64 = ValType.i32(), ValType.i64()
        linker = Linker(engine)
        linker.define_func(
            "env", "ext_logging_log_version_1", FuncType([i32, i64, i64], []), self._log
        )
        linker.define_unknown_imports_as_traps(module)
        self._instance: Instance = linker.instantiate(self.store, module)

    def start(self) -> None:
        """Start Python."""
        self._call("start")

    def run(self, program: str, argument: tuple[Any, ...]) -> bytes:
        """Run a program's source on an argument of plain values and return what it leaves."""
        return self.run_marshalled(marshal.dumps((program, argument), _MARSHAL_VERSION))

    def run_marshalled(self, pair: bytes) -> bytes:
        """Run what an earlier program has compiled, with its argument."""
        address = self._call("allocate", len(pair))
        self.memory.write(self.store, pair, address)
        return self._read(self._call("run", address, len(pair)))

    def freeze(self, reserve: int) -> int:
        """Prepare to be copied, with `reserve` bytes to spare; where the memory ends."""
        return self._call("freeze", reserve)

    @property
    def memory(self) -> Memory:
        """The linear memory."""
        memory = self._instance.exports(self.store)["memory"]
        assert isinstance(memory, Memory)
        return memory

    def global_value(self, name: str) -> int:
        """Value of an exported global."""
        exported = self._instance.exports(self.store)[name]
        assert isinstance(exported, Global)
        return int(exported.value(self.store))

    def _call(self, name: str, *arguments: int) -> int:
        function = self._instance.exports(self.store)[name]
        assert isinstance(function, Func)
        try:
            result = function(self.store, *arguments)
        except (Trap, WasmtimeError) as error:
            raise GuestError(self._reason or str(error)) from error
        return 0 if result is None else int(result)

    def _read(self, span: int) -> bytes:
        begin, size = span & _U32, span >> 32 & _U32
        return bytes(self.memory.read(self.store, begin, begin + size))

    def _log(self, _level: int, _target: int, message: int) -> None:
        self._reason += self._read(message).decode(errors="replace")
