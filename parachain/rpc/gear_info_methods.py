"""gearBuiltin_queryId and runtime_wasmBlobVersion: facts about Gear's runtime.

Sources: gear, vara/pallets/gear-builtin/rpc/src/lib.rs, vara/node/service/src/rpc/runtime_info.rs.
"""

from typing import Final

from parachain.client.chain.chain import Chain
from parachain.client.executor.native_code import blob_version as version_of_blob
from parachain.client.executor.wasm.blob import BlobError
from parachain.primitives.scale import H256, U64
from parachain.rpc.client_errors import (
    CLIENT_ERRORS,
    api_error_text,
    call_error_text,
    client_error_text,
)
from parachain.rpc.jsonrpc import RpcError
from parachain.rpc.methods import Namespace, blocking
from parachain.rpc.params import param, params
from parachain.rpc.parsers import HASH, optional
from parachain.rpc.parsers import U64 as U64_NUMBER
from parachain.rpc.render import render_bytes

BUILTIN_ERROR: Final = 1
RUNTIME_INFO_ERROR: Final = 9000

_CODE: Final = b":code"


def gear_info_methods(chain: Chain) -> Namespace:
    """Return gearBuiltin_queryId and runtime_wasmBlobVersion."""

    def query_id(number: int) -> object:
        best = chain.best.hash
        try:
            answer = chain.runtime_call(best, "GearBuiltinApi_query_actor_id", U64.encode(number))
        except CLIENT_ERRORS as error:
            text = api_error_text(call_error_text(error, best))
            raise RpcError(BUILTIN_ERROR, "Unable to generate actor id", text) from None
        return render_bytes(H256.decode(answer))

    def blob_version(at: bytes | None) -> object:
        block_hash = chain.best.hash if at is None else at
        try:
            code = chain.state_at(block_hash).get(_CODE)
        except CLIENT_ERRORS as error:
            raise _info_error(client_error_text(error, block_hash)) from None
        if code is None:
            raise RpcError(RUNTIME_INFO_ERROR, "Unable to find WASM blob in storage")
        try:
            version = version_of_blob(code)
        except BlobError as error:
            raise _info_error(str(error)) from None
        if version is None:
            text = "Unable to find WASM blob version in WASM blob"
            raise RpcError(RUNTIME_INFO_ERROR, text)
        return version

    return [
        blocking("gearBuiltin_queryId", query_id, params(param("builtinId", U64_NUMBER))),
        blocking("runtime_wasmBlobVersion", blob_version, params(param("at", optional(HASH)))),
    ]


def _info_error(data: str) -> RpcError:
    return RpcError(RUNTIME_INFO_ERROR, "Runtime info error", data)
