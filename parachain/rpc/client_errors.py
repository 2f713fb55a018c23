"""The client's refusals in the words of Substrate's node, which clients match on.

The texts are those of sp_blockchain::Error and sp_api::ApiError; around them each RPC module puts a
code and a phrase of its own. Sources: polkadot-sdk stable2409, primitives/blockchain/src/error.rs,
client/service/src/client/call_executor.rs, client/rpc-api/src/state/error.rs.

Not here: errors of the pool, which carry code and text themselves, and broken databases, which are
no answer but a failure (-32603).
"""

from typing import Final

from parachain.client.chain.runtime_calls import UnknownBlock
from parachain.client.executor.executor import RuntimePanic
from parachain.client.state import UnknownState
from parachain.primitives.trie import MissingTrieNode
from parachain.rpc.jsonrpc import RpcError

STATE_BLOCK_RANGE: Final = 4001
STATE_COUNT: Final = 4002
STATE_CLIENT: Final = 4003

#: What reading the state of a block, or calling the runtime on it, raises as an answer.
CLIENT_ERRORS: Final = (UnknownBlock, UnknownState, MissingTrieNode, RuntimePanic)

_UNKNOWN_BLOCK: Final = "UnknownBlock: "
_API_UNKNOWN_BLOCK: Final = "Api called for an unknown Block: "


def unknown_block_text(block_hash: bytes) -> str:
    """Say that there is no block with this hash."""
    return f"{_UNKNOWN_BLOCK}Header was not found in the database: 0x{block_hash.hex()}"


def panic_text(reason: Exception) -> str:
    """Say that the runtime gave up."""
    return f"Execution failed: Execution aborted due to panic: {reason}"


def client_error_text(error: Exception, block_hash: bytes) -> str:
    """Describe one of CLIENT_ERRORS that came up at a block, while its state was read."""
    if isinstance(error, UnknownBlock):
        return unknown_block_text(error.block_hash)
    if isinstance(error, RuntimePanic):
        return panic_text(error)
    return f"{_UNKNOWN_BLOCK}State already discarded for 0x{block_hash.hex()}"


def call_error_text(error: Exception, block_hash: bytes) -> str:
    """Describe one of CLIENT_ERRORS that came up when the runtime was called at a block."""
    if isinstance(error, UnknownBlock):
        number = f"BlockId::Hash(0x{error.block_hash.hex()})"
        return f"{_UNKNOWN_BLOCK}Expect block number from id: {number}"
    return client_error_text(error, block_hash)


def api_error_text(text: str) -> str:
    """Return the text as it is worded where a runtime API is called by its type."""
    if text.startswith(_UNKNOWN_BLOCK):
        return _API_UNKNOWN_BLOCK + text.removeprefix(_UNKNOWN_BLOCK)
    return text


def state_error(text: str) -> RpcError:
    """Return the error of state_* and childstate_* around the text of a client error."""
    return RpcError(STATE_CLIENT, f"Client error: {text}")
