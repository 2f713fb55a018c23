"""`GearCalls`: the runtime API of Gear, called on the state of a block in worker threads.

A question may keep a thread busy for many seconds: programs run, with the gas of many blocks as
the limit. So these calls have threads of their own, few of them, and who waits for one can be
cancelled between two calls. What a call writes is thrown away.

Source: gear, vara/pallets/gear/rpc/src/lib.rs and its runtime-api crate. Not here: JSON.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar, TypeVarTuple

import trio

from parachain.client.authoring.closing import GEAR_API
from parachain.client.chain.chain import Chain
from parachain.client.executor.executor import RuntimePanic
from parachain.primitives.scale import (
    BOOL,
    BYTES,
    H256,
    U64,
    U128,
    Codec,
    DecodeError,
    Err,
    Ok,
    option,
    result,
)
from parachain.rpc.client_errors import (
    CLIENT_ERRORS,
    api_error_text,
    call_error_text,
    client_error_text,
)
from parachain.rpc.gear_json import quoted
from parachain.rpc.jsonrpc import RpcError
from parachain.runtime.gear.answers import (
    CALCULATE_REPLY_FOR_HANDLE_RESULT,
    GAS_INFO,
    REPLY_INFO,
    CalculateReplyForHandleResult,
    GasInfo,
    ReplyInfo,
)
from parachain.runtime.gear.ids import ActorId
from parachain.runtime.pallets.gear.calculation.handle_kind import HANDLE_KIND, HandleKind

#: Code of every error of gear_*.
GEAR_ERROR: Final = 8000

MAX_CALCULATIONS: Final = 2
"""Threads that may run programs for strangers at a time: blocks are made in the same process."""

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_TEXT: Final = BYTES
_GAS_INFO: Final = result(GAS_INFO, _TEXT)
_REPLY: Final = result(REPLY_INFO, _TEXT)
_REPLY_AND_MESSAGES: Final = result(CALCULATE_REPLY_FOR_HANDLE_RESULT, _TEXT)
_STATE: Final = result(BYTES, _TEXT)
_HASH: Final = result(H256, _TEXT)
_OPTIONAL_GAS: Final = option(U64)
_OPTIONAL_BYTES: Final = option(BYTES)


class Sending(NamedTuple):
    """A message that is tried out."""

    source: ActorId
    payload: bytes
    value: int


class ReadWithWasm(NamedTuple):
    """Code that reads a program's state: its function, and an argument for that."""

    function: bytes
    wasm: bytes
    argument: bytes | None


class GearCalls:
    """`multiplier`: how many times the gas of a block one call may burn."""

    def __init__(self, chain: Chain, multiplier: int) -> None:
        self._chain = chain
        self._multiplier = U64.encode(multiplier)
        self._optional_multiplier = _OPTIONAL_GAS.encode(multiplier)
        self._threads = trio.CapacityLimiter(MAX_CALCULATIONS)

    def block(self, at: bytes | None) -> bytes:
        """Hash of the block that is meant; it need not exist."""
        return self._chain.best.hash if at is None else at

    async def gas_info(
        self,
        block_hash: bytes,
        kind: HandleKind,
        sending: Sending,
        initial_gas: int | None,
        *,
        allow_other_panics: bool,
    ) -> GasInfo:
        """Ask what gas a message needs. Raises RpcError."""
        args = (
            sending.source
            + HANDLE_KIND.encode(kind)
            + BYTES.encode(sending.payload)
            + U128.encode(sending.value)
            + BOOL.encode(allow_other_panics)
            + _OPTIONAL_GAS.encode(initial_gas)
            + self._optional_multiplier
        )
        return await self._ask(block_hash, "calculate_gas_info", args, _GAS_INFO)

    async def reply_for_handle(
        self, block_hash: bytes, destination: ActorId, sending: Sending, gas_limit: int
    ) -> ReplyInfo:
        """Ask what a program would reply. Raises RpcError."""
        args = self._handle_args(destination, sending, gas_limit)
        name = "calculate_reply_for_handle"
        return await self._in_thread(self._call, block_hash, name, args, _REPLY)

    async def reply_for_handle_result(
        self, block_hash: bytes, destination: ActorId, sending: Sending, gas_limit: int
    ) -> CalculateReplyForHandleResult:
        """Ask what a program would reply and send. Raises RpcError."""
        args = self._handle_args(destination, sending, gas_limit)
        name = "calculate_reply_for_handle_result"
        return await self._in_thread(self._call, block_hash, name, args, _REPLY_AND_MESSAGES)

    async def state(self, block_hash: bytes, program: ActorId, payload: bytes) -> bytes:
        """Ask a program for its state. Raises RpcError."""
        args = program + BYTES.encode(payload) + self._optional_multiplier
        return await self._ask(block_hash, "read_state", args, _STATE)

    async def state_using_wasm(
        self, block_hash: bytes, program: ActorId, payload: bytes, reader: ReadWithWasm
    ) -> bytes:
        """Ask a program for its state and hand that to other code. Raises RpcError."""
        args = (
            program
            + BYTES.encode(payload)
            + BYTES.encode(reader.function)
            + BYTES.encode(reader.wasm)
            + _OPTIONAL_BYTES.encode(reader.argument)
            + self._optional_multiplier
        )
        return await self._ask(block_hash, "read_state_using_wasm", args, _STATE)

    async def metahash(self, block_hash: bytes, program: ActorId) -> bytes:
        """Ask a program for the hash of its metadata. Raises RpcError."""
        args = program + self._optional_multiplier
        return await self._ask(block_hash, "read_metahash", args, _HASH)

    def _handle_args(self, destination: ActorId, sending: Sending, gas_limit: int) -> bytes:
        return (
            sending.source
            + destination
            + BYTES.encode(sending.payload)
            + U64.encode(gas_limit)
            + U128.encode(sending.value)
            + self._multiplier
        )

    async def _ask(
        self, block_hash: bytes, name: str, args: bytes, answer: Codec[Ok[T] | Err[bytes]]
    ) -> T:
        """Call the API, if the runtime at the block has it."""
        return await self._in_thread(self._check_and_call, block_hash, name, args, answer)

    async def _in_thread(self, function: Callable[[*Ts], T], *arguments: *Ts) -> T:
        return await trio.to_thread.run_sync(
            function, *arguments, abandon_on_cancel=True, limiter=self._threads
        )

    def _check_and_call(
        self, block_hash: bytes, name: str, args: bytes, answer: Codec[Ok[T] | Err[bytes]]
    ) -> T:
        try:
            apis = self._chain.runtime_version(block_hash).apis
        except CLIENT_ERRORS as error:
            text = api_error_text(client_error_text(error, block_hash))
            raise RpcError(GEAR_ERROR, text) from None
        if all(identifier != GEAR_API for identifier, _ in apis):
            raise RpcError(GEAR_ERROR, "Gear runtime api wasn't found in the runtime")
        return self._call(block_hash, name, args, answer)

    def _call(
        self, block_hash: bytes, name: str, args: bytes, answer: Codec[Ok[T] | Err[bytes]]
    ) -> T:
        """Call the API. The error of its Result, a text, becomes an RpcError."""
        name = f"GearApi_{name}"
        try:
            value = answer.decode(self._chain.runtime_call(block_hash, name, args))
        except CLIENT_ERRORS as error:
            raise runtime_error(_debugged(error, block_hash)) from None
        except DecodeError as error:
            function = f"FailedToDecodeReturnValue {{ function: {quoted(name)}"
            raise runtime_error(f"{function}, error: {quoted(str(error))} }}") from None
        if isinstance(value, Err):
            raise runtime_error(quoted(value.error.decode(errors="replace")))
        return value.value


def runtime_error(data: str) -> RpcError:
    """Return the error of gear_* for what the runtime, or a limit of this node, refuses."""
    return RpcError(GEAR_ERROR, "Runtime error", data)


def _debugged(error: Exception, block_hash: bytes) -> str:
    """Describe one of CLIENT_ERRORS as Rust's `{:?}` shows an ApiError."""
    if isinstance(error, RuntimePanic):
        message = f"MessageWithBacktrace {{ message: {quoted(str(error))}, backtrace: None }}"
        return f"Application(Execution(AbortedDueToPanic({message})))"
    _, _, text = call_error_text(error, block_hash).partition(": ")
    return f"UnknownBlock({quoted(text)})"
