"""engine_*: making and finalising blocks on request, as with Substrate's manual seal.

Source: polkadot-sdk stable2409, substrate/client/consensus/manual-seal/src/{rpc,error}.rs. For
development chains.
"""

from typing import Final

from parachain.client.chain.chain import Chain
from parachain.rpc.backend import Authoring, AuthoringError, Transactions
from parachain.rpc.jsonrpc import RpcError
from parachain.rpc.methods import Namespace, awaited
from parachain.rpc.params import param, params
from parachain.rpc.parsers import BOOL, HASH, JSON, optional
from parachain.rpc.render import render_bytes

EMPTY_TRANSACTION_POOL: Final = 12_000
BLOCK_NOT_FOUND: Final = 13_000
CONSENSUS_ERROR: Final = 14_000
BLOCKCHAIN_ERROR: Final = 16_000


def engine_methods(chain: Chain, transactions: Transactions, authoring: Authoring) -> Namespace:
    """Return the methods of engine_*. They change the chain: unsafe."""

    async def create_block(create_empty: bool, finalize: bool, parent: bytes | None) -> object:
        if parent is not None and chain.header(parent) is None:
            text = f"Supplied parent_hash: {render_bytes(parent)} doesn't exist in chain"
            raise RpcError(BLOCK_NOT_FOUND, text)
        if not create_empty and not transactions.pool.status().ready:
            raise RpcError(
                EMPTY_TRANSACTION_POOL,
                "Transaction pool is empty, set create_empty to true, if you want to create empty "
                "blocks",
            )
        try:
            created = await authoring.create_block(
                create_empty=create_empty, finalize=finalize, parent=parent
            )
        except AuthoringError as error:
            raise RpcError(CONSENSUS_ERROR, f"Consensus Error: {error}") from None
        return {
            "hash": render_bytes(created.block_hash),
            "aux": {
                "header_only": False,
                "clear_justification_requests": False,
                "needs_justification": False,
                "bad_justification": False,
                "is_new_best": chain.is_canonical(created.block_hash),
            },
            "proof_size": 0,
        }

    async def finalize_block(block_hash: bytes, justification: object) -> object:
        del justification  # no engine here has proofs of finality
        try:
            await authoring.finalize_block(block_hash)
        except AuthoringError as error:
            raise RpcError(BLOCKCHAIN_ERROR, f"Finalization Error: {error}") from None
        return True

    return [
        awaited(
            "engine_createBlock",
            create_block,
            params(
                param("createEmpty", BOOL),
                param("finalize", BOOL),
                param("parentHash", optional(HASH)),
            ),
            unsafe=True,
        ),
        awaited(
            "engine_finalizeBlock",
            finalize_block,
            params(param("hash", HASH), param("justification", JSON)),
            unsafe=True,
        ),
    ]
