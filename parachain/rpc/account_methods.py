"""system_accountNextIndex and system_dryRun: what a sender of transactions asks beforehand.

Source: polkadot-sdk stable2409, substrate/utils/frame/rpc/system (substrate-frame-rpc-system).
"""

from typing import Final

from parachain.client.chain.chain import Chain
from parachain.client.pool.pool import TransactionPool
from parachain.primitives.extrinsic import unframe
from parachain.primitives.scale import U32, DecodeError
from parachain.primitives.ss58 import Ss58Error, decode_address
from parachain.rpc.client_errors import (
    CLIENT_ERRORS,
    api_error_text,
    call_error_text,
)
from parachain.rpc.jsonrpc import RpcError
from parachain.rpc.methods import Namespace, blocking, method
from parachain.rpc.params import param, params
from parachain.rpc.parsers import HASH, HEX, STRING, ParamError, Parser, optional
from parachain.rpc.render import render_bytes

RUNTIME_ERROR: Final = 1
DECODE_ERROR: Final = 2

_DRY_RUN: Final = params(param("extrinsic", HEX), param("at", optional(HASH)))


def _account(text: str) -> bytes:
    """Read an account as an address of any network, or as `0x` and its 32 bytes."""
    if text.startswith("0x"):
        return HASH.parse(text)
    try:
        return decode_address(text).account
    except Ss58Error as error:
        raise ParamError(str(error)) from None


ACCOUNT: Final[Parser[bytes]] = STRING.map(_account)


def account_methods(chain: Chain, pool: TransactionPool) -> Namespace:
    """Return the methods of system_* that concern accounts."""

    def next_index(account: bytes) -> object:
        best = chain.best.hash
        try:
            answer = chain.runtime_call(best, "AccountNonceApi_account_nonce", account)
        except CLIENT_ERRORS as error:
            text = api_error_text(call_error_text(error, best))
            raise RpcError(RUNTIME_ERROR, "Unable to query nonce.", text) from None
        nonce = U32.decode(answer)
        # CheckNonce tags a transaction with the encoded pair of sender and nonce.
        while pool.is_provided(account + U32.encode(nonce)):
            nonce += 1
        return nonce

    def dry_run(extrinsic: bytes, at: bytes | None) -> object:
        block_hash = chain.best.hash if at is None else at
        try:
            unframe(extrinsic)
        except DecodeError as error:
            raise RpcError(DECODE_ERROR, "Unable to dry run extrinsic", str(error)) from None
        try:
            result = chain.runtime_call(block_hash, "BlockBuilder_apply_extrinsic", extrinsic)
        except CLIENT_ERRORS as error:
            text = api_error_text(call_error_text(error, block_hash))
            raise RpcError(RUNTIME_ERROR, "Unable to dry run extrinsic.", text) from None
        return render_bytes(result)

    return [
        # Nonce and pool are read in one turn of the event loop: taken apart, a block in between
        # would take its transactions out of the one and not yet be counted in the other.
        method(
            "system_accountNextIndex",
            next_index,
            params(param("account", ACCOUNT)),
            aliases=("account_nextIndex",),
        ),
        blocking("system_dryRun", dry_run, _DRY_RUN, aliases=("system_dryRunAt",), unsafe=True),
    ]
