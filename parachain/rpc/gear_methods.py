"""gear_*: what messages cost and would be replied, and the state of programs.

Source: gear, vara/pallets/gear/rpc/src/lib.rs. Subscriptions are in `gear_subscriptions`.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from parachain.client.chain.chain import Chain
from parachain.client.crypto.hashing import twox_128
from parachain.client.executor.wasm_sections import find_section
from parachain.primitives.scale import BYTES, DecodeError
from parachain.rpc.client_errors import CLIENT_ERRORS, client_error_text
from parachain.rpc.config import RpcConfig
from parachain.rpc.gear_calls import (
    GEAR_ERROR,
    GearCalls,
    ReadWithWasm,
    Sending,
    runtime_error,
)
from parachain.rpc.gear_json import (
    VALUE,
    render_gas_info,
    render_reply,
    render_reply_and_messages,
)
from parachain.rpc.jsonrpc import RpcError, response_too_big
from parachain.rpc.methods import Namespace, awaited, blocking
from parachain.rpc.params import Param, Params, param, params
from parachain.rpc.parsers import BOOL, HASH, HEX, STRING, U64, Parser, list_of, optional, wrong
from parachain.rpc.render import render_bytes, render_optional
from parachain.runtime.gear.reply_code import MANUAL_REPLY
from parachain.runtime.pallets.gear.calculation.handle_kind import (
    Handle,
    HandleKind,
    Init,
    InitByHash,
    Reply,
)

#: GearProgram.OriginalCodeStorage: an Identity map from code ids to codes.
ORIGINAL_CODES: Final = twox_128(b"GearProgram") + twox_128(b"OriginalCodeStorage")

Pair = tuple[bytes, bytes]


def _parse_pair(value: object) -> Pair:
    match value:
        case [program, payload]:
            return HASH.parse(program), HEX.parse(payload)
        case _:
            raise wrong("[program id, payload]", value)


_AT: Final = param("at", optional(HASH))
_PAYLOAD: Final = param("payload", HEX)
_VALUE: Final = param("value", VALUE)
_PANICS: Final = param("allowOtherPanics", BOOL)
_PROGRAM: Final = param("programId", HASH)
_BATCH: Final = param("batchIdPayload", list_of(Parser(_parse_pair)))
_FUNCTION: Final = param("fnName", HEX)
_WASM: Final = param("wasm", HEX)
_ARGUMENT: Final = param("argument", optional(HEX))
_HANDLE: Final = params(
    param("origin", HASH),
    param("destination", HASH),
    _PAYLOAD,
    param("gasLimit", U64),
    _VALUE,
    _AT,
)


def _gas_params(
    target: Param[bytes],
) -> Params[bytes, bytes, bytes, int, bool, bytes | None]:
    return params(param("source", HASH), target, _PAYLOAD, _VALUE, _PANICS, _AT)


class _GearHandlers:
    """What the methods do. `at` of None is the best block."""

    def __init__(self, chain: Chain, config: RpcConfig) -> None:
        self._chain = chain
        self._calls = GearCalls(chain, config.gear_allowance_multiplier)
        self._max_batch_items = config.gear_max_batch_items
        self._max_bytes = config.max_response_bytes

    def gas(
        self, kind_of: Callable[[bytes], HandleKind]
    ) -> Callable[[bytes, bytes, bytes, int, bool, bytes | None], Awaitable[object]]:
        """Make a method that answers what gas a message needs, given what it is sent to.

        Asks twice: with the limit that the first answer names, less may be burned.
        """

        async def calculate(
            source: bytes,
            target: bytes,
            payload: bytes,
            value: int,
            allow_other_panics: bool,
            at: bytes | None,
        ) -> object:
            block_hash, kind = self._calls.block(at), kind_of(target)
            ask = partial(
                self._calls.gas_info,
                block_hash,
                kind,
                Sending(source, payload, value),
                allow_other_panics=allow_other_panics,
            )
            least = (await ask(None)).min_limit
            return render_gas_info(await ask(least))

        return calculate

    async def reply_for_handle(
        self,
        origin: bytes,
        destination: bytes,
        payload: bytes,
        gas_limit: int,
        value: int,
        at: bytes | None,
    ) -> object:
        block_hash, sending = self._calls.block(at), Sending(origin, payload, value)
        return render_reply(
            await self._calls.reply_for_handle(block_hash, destination, sending, gas_limit)
        )

    async def reply_for_handle_result(
        self,
        origin: bytes,
        destination: bytes,
        payload: bytes,
        gas_limit: int,
        value: int,
        at: bytes | None,
    ) -> object:
        block_hash, sending = self._calls.block(at), Sending(origin, payload, value)
        return render_reply_and_messages(
            await self._calls.reply_for_handle_result(block_hash, destination, sending, gas_limit)
        )

    async def state(self, program: bytes, payload: bytes, at: bytes | None) -> object:
        return render_bytes(await self._calls.state(self._calls.block(at), program, payload))

    async def state_batch(self, batch: list[Pair], at: bytes | None) -> object:
        block_hash = self._calls.block(at)
        return await self._each(
            batch, lambda program, payload: self._calls.state(block_hash, program, payload)
        )

    async def state_using_wasm(
        self,
        program: bytes,
        payload: bytes,
        function: bytes,
        wasm: bytes,
        argument: bytes | None,
        at: bytes | None,
    ) -> object:
        reader = ReadWithWasm(function, wasm, argument)
        block_hash = self._calls.block(at)
        return render_bytes(
            await self._calls.state_using_wasm(block_hash, program, payload, reader)
        )

    async def state_using_wasm_batch(
        self,
        batch: list[Pair],
        function: bytes,
        wasm: bytes,
        argument: bytes | None,
        at: bytes | None,
    ) -> object:
        block_hash, reader = self._calls.block(at), ReadWithWasm(function, wasm, argument)
        return await self._each(
            batch,
            lambda program, payload: self._calls.state_using_wasm(
                block_hash, program, payload, reader
            ),
        )

    async def _each(
        self, batch: list[Pair], read: Callable[[bytes, bytes], Awaitable[bytes]]
    ) -> list[str]:
        """Read one state after the other, while they fit an answer together."""
        if len(batch) > self._max_batch_items:
            raise runtime_error(f"Batch size must be lower than {self._max_batch_items}")
        states: list[str] = []
        size = 0
        for program, payload in batch:
            states.append(render_bytes(await read(program, payload)))
            size += len(states[-1])
            if size > self._max_bytes:
                raise response_too_big(self._max_bytes)
        return states

    async def metahash(self, program: bytes, at: bytes | None) -> object:
        return render_bytes(await self._calls.metahash(self._calls.block(at), program))

    def custom_section(self, code_id: bytes, name: str, at: bytes | None) -> object:
        block_hash = self._calls.block(at)
        try:
            stored = self._chain.state_at(block_hash).get(ORIGINAL_CODES + code_id)
        except CLIENT_ERRORS as error:
            text = client_error_text(error, block_hash)
            raise RpcError(GEAR_ERROR, "WASM custom section storage read error", text) from None
        if stored is None:
            return None
        try:
            return render_optional(find_section(BYTES.decode(stored), name.encode()))
        except DecodeError as error:
            raise RpcError(GEAR_ERROR, "WASM custom section read error", str(error)) from None


def gear_methods(chain: Chain, config: RpcConfig) -> Namespace:
    """Return the methods of gear_* that answer once. Make it where trio runs."""
    gear = _GearHandlers(chain, config)
    return [
        awaited(
            "gear_calculateInitCreateGas",
            gear.gas(InitByHash),
            _gas_params(param("codeId", HASH)),
            aliases=("gear_calculateGasForCreate",),
        ),
        awaited(
            "gear_calculateInitUploadGas",
            gear.gas(Init),
            _gas_params(param("code", HEX)),
            aliases=("gear_calculateGasForUpload",),
        ),
        awaited(
            "gear_calculateHandleGas",
            gear.gas(Handle),
            _gas_params(param("dest", HASH)),
            aliases=("gear_calculateGasForHandle",),
        ),
        awaited(
            "gear_calculateReplyGas",
            gear.gas(lambda message: Reply(message, MANUAL_REPLY)),
            _gas_params(param("messageId", HASH)),
            aliases=("gear_calculateGasForReply",),
        ),
        awaited("gear_calculateReplyForHandle", gear.reply_for_handle, _HANDLE),
        awaited("gear_calculateReplyForHandleResult", gear.reply_for_handle_result, _HANDLE),
        awaited("gear_readState", gear.state, params(_PROGRAM, _PAYLOAD, _AT)),
        awaited("gear_readStateBatch", gear.state_batch, params(_BATCH, _AT)),
        awaited(
            "gear_readStateUsingWasm",
            gear.state_using_wasm,
            params(_PROGRAM, _PAYLOAD, _FUNCTION, _WASM, _ARGUMENT, _AT),
        ),
        awaited(
            "gear_readStateUsingWasmBatch",
            gear.state_using_wasm_batch,
            params(_BATCH, _FUNCTION, _WASM, _ARGUMENT, _AT),
        ),
        awaited("gear_readMetahash", gear.metahash, params(_PROGRAM, _AT)),
        blocking(
            "gear_readWasmCustomSection",
            gear.custom_section,
            params(param("codeId", HASH), param("sectionName", STRING), _AT),
        ),
    ]
