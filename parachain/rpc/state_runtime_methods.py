"""state_call, state_getMetadata, state_getRuntimeVersion: the runtime as it is at a block.

Sources: polkadot-sdk stable2409, substrate/client/rpc/src/state/state_full.rs. What a call writes
is thrown away.
"""

from typing import Final

from parachain.client.chain.chain import Chain
from parachain.client.executor.executor import NoSuchEntryPoint
from parachain.rpc.client_errors import (
    CLIENT_ERRORS,
    api_error_text,
    call_error_text,
    client_error_text,
    state_error,
)
from parachain.rpc.methods import Namespace, blocking, method
from parachain.rpc.params import param, params
from parachain.rpc.parsers import HASH, HEX, STRING, optional
from parachain.rpc.render import render_bytes, render_runtime_version

LEGACY_METADATA_VERSION: Final = 14
"""What `state_getMetadata` answers with; clients ask for later versions by `state_call`."""

_AT = param("hash", optional(HASH))


def state_runtime_methods(chain: Chain) -> Namespace:
    """Return the methods of state_* that call the runtime."""

    def call(name: str, args: bytes, at: bytes | None) -> object:
        block_hash = chain.best.hash if at is None else at
        try:
            return render_bytes(chain.runtime_call(block_hash, name, args))
        except NoSuchEntryPoint:
            text = f"Execution failed: Other: Exported method {name} is not found"
            raise state_error(text) from None
        except CLIENT_ERRORS as error:
            raise state_error(call_error_text(error, block_hash)) from None

    def metadata(at: bytes | None) -> object:
        block_hash = chain.best.hash if at is None else at
        try:
            found = chain.metadata(block_hash, LEGACY_METADATA_VERSION)
        except CLIENT_ERRORS as error:
            raise state_error(api_error_text(call_error_text(error, block_hash))) from None
        if found is None:
            raise state_error(f"the runtime has no metadata of version {LEGACY_METADATA_VERSION}")
        return render_bytes(found)

    def runtime_version(at: bytes | None) -> object:
        block_hash = chain.best.hash if at is None else at
        try:
            return render_runtime_version(chain.runtime_version(block_hash))
        except CLIENT_ERRORS as error:
            raise state_error(api_error_text(client_error_text(error, block_hash))) from None

    return [
        blocking(
            "state_call",
            call,
            params(param("name", STRING), param("bytes", HEX), _AT),
            aliases=("state_callAt",),
        ),
        blocking("state_getMetadata", metadata, params(_AT)),
        method(
            "state_getRuntimeVersion",
            runtime_version,
            params(_AT),
            aliases=("chain_getRuntimeVersion",),
        ),
    ]
