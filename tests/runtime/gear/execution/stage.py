"""Programs under execution, for tests: written as text, instrumented and run as on the chain.

Gas figures are derived by hand. A program of `calls` has one metered block in its function and one
in the thunk that the stack limiter puts around it; besides them only system calls burn gas, as
long as all memory they use is the program's stack, the first 64 KiB.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from wasmtime import wat2wasm

from parachain.client.executor.wasmtime_sandbox import WasmtimeSandbox
from parachain.runtime.gear.code.code import new_code
from parachain.runtime.gear.code.syscalls import SYSCALLS
from parachain.runtime.gear.dispatch import IncomingDispatch
from parachain.runtime.gear.execution import (
    Completed,
    ExecutableProgram,
    Execution,
    Failed,
    Host,
    execute,
)
from parachain.runtime.gear.externalities import ExecutionSettings, Randomness, execution_costs
from parachain.runtime.gear.gas_counter import GasAllowanceCounter, GasCounter
from parachain.runtime.gear.intervals import EMPTY, Intervals
from parachain.runtime.gear.message_context import ContextSettings
from parachain.runtime.gear.reservation import GasReservationMap, gas_reserver
from parachain.runtime.gear.sandbox import HostFunctions, Instance, ProgramCode, Sandbox
from parachain.runtime.gear.schedule import SCHEDULE
from parachain.runtime.gear.termination import Trap
from parachain.runtime.gear.wasm.opcodes import I64
from tests.runtime.gear.core.hashing import blake2_256
from tests.runtime.gear.core.scene import PROGRAM, incoming

GAS = 100_000_000_000
ALLOWANCE = 750_000_000_000
BALANCE = 5 * 10**12

#: Every metered block costs this on top, for the function that charges for it.
BLOCK = 18_822
CONST, CALL = 539, 3_113
_GLOBAL_GET, _GLOBAL_SET, _ADD, _SUB, _GT_U, _IF = 647, 982, 460, 439, 1_052, 4_660
#: The stack limiter around a call: add to the height, compare it, call, subtract.
LIMITED_CALL = (
    (_GLOBAL_GET + CONST + _ADD + _GLOBAL_SET)
    + (_GLOBAL_GET + CONST + _GT_U + _IF)
    + CALL
    + (_GLOBAL_GET + CONST + _SUB + _GLOBAL_SET)
)
#: What an entry point burns before its first instruction.
ENTRY = LIMITED_CALL + BLOCK + BLOCK

SETTINGS = ExecutionSettings(
    block_height=7,
    block_timestamp_ms=1_700_000_000_123,
    performance_multiplier_percent=100,
    existential_deposit=10**12,
    mailbox_threshold=3_000,
    gas_per_value=0,
    value_per_gas=100,
    max_pages=32_768,
    reserve_for=1,
    forbidden=(),
    context=ContextSettings(
        200_000_000, 400_000_000, 300_000_000, 200_000_000, 200_000_000, 1024, 64 << 20
    ),
    costs=execution_costs(SCHEDULE),
)
RANDOMNESS = Randomness(b"\x05" * 32, 3)

_SANDBOX = WasmtimeSandbox()


class Call(NamedTuple):
    """A system call with constant arguments; what it returns is dropped."""

    name: str
    args: tuple[int, ...]

    def text(self) -> str:
        params = SYSCALLS[self.name].params
        consts = [
            f"(i{64 if kind == I64 else 32}.const {arg})"
            for kind, arg in zip(params, self.args, strict=True)
        ]
        text = f"(call ${self.name} {' '.join(consts)})"
        return f"(drop {text})" if SYSCALLS[self.name].results else text

    @property
    def gas(self) -> int:
        """Of the instructions."""
        return CALL + CONST * len(self.args)


def call(name: str, *args: int) -> Call:
    return Call(name, args)


def gas_of(*calls: Call) -> int:
    """What the instructions of a program of these calls burn, if it comes to its end."""
    return ENTRY + sum(each.gas for each in calls)


def module(body: str, *, more: str = "", pages: int = 2, stack: bool = True) -> str:
    """Text of a program whose `handle` is `body`; imports are found in it."""
    text = body + more
    imports = [
        f'(import "env" "{name}" (func ${name} (param {_kinds(kind.params)})'
        f"{' (result i32)' if kind.results else ''}))"
        for name, kind in SYSCALLS.items()
        if f"${name} " in text or f"${name})" in text
    ]
    end = '(global (export "__gear_stack_end") i32 (i32.const 65536))' if stack else ""
    return f"""(module (import "env" "memory" (memory {pages})) {" ".join(imports)} {end} {more}
        (func (export "handle") {body}))"""


def _kinds(params: bytes) -> str:
    return " ".join("i64" if kind == I64 else "i32" for kind in params)


class Watched:
    """A sandbox that keeps the beginning of the memory of what has run last."""

    def __init__(self, sandbox: Sandbox | None = None) -> None:
        self._sandbox: Sandbox = _SANDBOX if sandbox is None else sandbox
        self.memory = b""

    def instantiate(
        self, code: ProgramCode, functions: HostFunctions, context: Any, memory_pages: int
    ) -> Instance:
        instance = self._sandbox.instantiate(code, functions, context, memory_pages)
        watched: Any = _WatchedInstance(self, instance)
        found: Instance = watched
        return found


class _WatchedInstance:
    def __init__(self, watched: Watched, instance: Instance) -> None:
        self._watched = watched
        self._instance = instance

    def close(self) -> None:
        if self._instance.memory_pages():
            self._watched.memory = self._instance.read(0, 65536)
        self._instance.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._instance, name)


class Run(NamedTuple):
    """An execution and what can be seen of it."""

    execution: Execution
    memory: bytes
    debug: list[str]
    gas: GasCounter
    allowance: GasAllowanceCounter

    @property
    def burned(self) -> int:
        return self.gas.burned

    @property
    def completed(self) -> Completed:
        assert isinstance(self.execution, Completed), self.execution
        return self.execution

    @property
    def failed(self) -> Failed:
        assert isinstance(self.execution, Failed), self.execution
        return self.execution

    @property
    def trap(self) -> Trap:
        failure: Any = self.failed.failure
        return failure  # type: ignore[no-any-return]  # of the kinds a running program ends with

    def at(self, offset: int, size: int) -> bytes:
        return self.memory[offset : offset + size]

    def error_at(self, offset: int) -> int:
        return int.from_bytes(self.at(offset, 4), "little")


def run(
    text: str | bytes,
    dispatch: IncomingDispatch | None = None,
    *,
    gas: int = GAS,
    allowance: int = ALLOWANCE,
    balance: int = BALANCE,
    stored: dict[int, bytes] | None = None,
    allocations: Intervals = EMPTY,
    reservations: GasReservationMap | None = None,
    settings: ExecutionSettings = SETTINGS,
    sandbox: Sandbox | None = None,
    entry: str | None = None,
    prepare: Callable[[bytes], bytes] = lambda code: code,
) -> Run:
    code = new_code(bytes(wat2wasm(text)) if isinstance(text, str) else text, SCHEDULE)
    instrumented = prepare(code.instrumented.bytes)
    dispatch = dispatch or incoming()
    program = ExecutableProgram(
        PROGRAM,
        ProgramCode(blake2_256(instrumented), lambda: instrumented),
        code.metadata.static_pages,
        code.metadata.stack_end,
        allocations,
        (stored or {}).get,
    )
    watched = Watched(sandbox)
    debug: list[str] = []
    gas_counter, allowance_counter = GasCounter(gas), GasAllowanceCounter(allowance)
    execution = execute(
        Host(watched, blake2_256, debug.append),
        program,
        dispatch,
        balance,
        gas_counter,
        allowance_counter,
        gas_reserver(blake2_256, dispatch, reservations or {}, 256),
        settings,
        RANDOMNESS,
        entry,
    )
    return Run(execution, watched.memory, debug, gas_counter, allowance_counter)


def run_calls(*calls: Call, **options: Any) -> Run:
    return run(module(" ".join(each.text() for each in calls)), **options)
