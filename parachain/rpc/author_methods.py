"""author_*: submitting transactions, what is pending, and the keys of this node.

Sources: polkadot-sdk stable2409, substrate/client/rpc-api/src/author, client/rpc/src/author.
"""

from typing import Final

import trio

from parachain.client.chain.chain import Chain
from parachain.client.pool.errors import OTHER_ERROR
from parachain.client.pool.ready import ReadyTransactions
from parachain.client.pool.transaction import transaction_hash
from parachain.primitives.extrinsic import unframe
from parachain.primitives.scale import BYTES, DecodeError, fixed_bytes, option, tuple_of, vec
from parachain.rpc.backend import KeyRefusedError, Keys, Transactions
from parachain.rpc.client_errors import CLIENT_ERRORS, api_error_text, call_error_text
from parachain.rpc.jsonrpc import RpcError
from parachain.rpc.methods import Namespace, awaited, blocking, method, subscription
from parachain.rpc.params import object_of, param, params
from parachain.rpc.parsers import HASH, HEX, STRING, ParamError, Parser, list_of, optional
from parachain.rpc.render import render_bytes
from parachain.rpc.submission import BAD_FORMAT, submit, submit_and_watch
from parachain.rpc.subscriptions import Sink

KEY_TYPE_SIZE: Final = 4

_SESSION_KEYS: Final = option(vec(tuple_of(BYTES, fixed_bytes(KEY_TYPE_SIZE))))


def author_methods(chain: Chain, transactions: Transactions, keys: Keys) -> Namespace:
    """Return the methods of author_*."""
    return [*_transaction_methods(transactions), *_key_methods(chain, keys)]


def _transaction_methods(transactions: Transactions) -> Namespace:
    async def submit_extrinsic(extrinsic: bytes) -> object:
        return await submit(transactions, extrinsic)

    async def watch_extrinsic(sink: Sink, extrinsic: bytes) -> None:
        await submit_and_watch(sink, transactions, extrinsic)

    async def pending_extrinsics() -> object:
        ready = transactions.pool.ready()  # a copy, which may leave the event loop
        return await trio.to_thread.run_sync(_rendered, ready)

    def remove_extrinsic(hashes: list[bytes]) -> object:
        return [render_bytes(removed) for removed in transactions.remove(hashes)]

    return [
        awaited("author_submitExtrinsic", submit_extrinsic, params(param("extrinsic", HEX))),
        subscription(
            "author_submitAndWatchExtrinsic",
            "author_extrinsicUpdate",
            "author_unwatchExtrinsic",
            watch_extrinsic,
            params(param("bytes", HEX)),
        ),
        awaited("author_pendingExtrinsics", pending_extrinsics, params()),
        method(
            "author_removeExtrinsic",
            remove_extrinsic,
            params(param("bytesOrHash", list_of(EXTRINSIC_OR_HASH))),
            unsafe=True,
        ),
    ]


def _rendered(ready: ReadyTransactions) -> list[str]:
    return [render_bytes(transaction.data) for transaction in ready]


def _named_hash(members: tuple[bytes | None, bytes | None]) -> bytes:
    """Return the hash of what {"hash": ...} or {"extrinsic": ...} names."""
    match members:
        case (bytes(named), None):
            return named
        case (None, bytes(extrinsic)):
            try:
                unframe(extrinsic)
            except DecodeError as error:
                text = f"Extrinsic has invalid format: {error}"
                raise RpcError(BAD_FORMAT, text) from None
            return transaction_hash(extrinsic)
        case _:
            raise ParamError('expected either "hash" or "extrinsic"')


EXTRINSIC_OR_HASH: Final[Parser[bytes]] = object_of(
    params(param("hash", optional(HASH)), param("extrinsic", optional(HEX)))
).map(_named_hash)


def _key_methods(chain: Chain, keys: Keys) -> Namespace:
    def insert_key(key_type: str, uri: str, public: bytes) -> object:
        try:
            keys.insert(_key_type(key_type), uri, public)
        except KeyRefusedError as error:
            raise RpcError(OTHER_ERROR, "The key store is unavailable", str(error)) from None
        return None

    def rotate_keys() -> object:
        try:
            return render_bytes(keys.rotate())
        except KeyRefusedError as error:
            raise RpcError(OTHER_ERROR, f"Client error: {error}") from None

    def rotate_keys_with_owner(owner: bytes) -> object:
        del owner
        raise RpcError(
            OTHER_ERROR,
            "Runtime does not support generating ownership proofs (requires SessionKeys API >= v3)",
        )

    def has_session_keys(session_keys: bytes) -> object:
        best = chain.best.hash
        args = BYTES.encode(session_keys)
        try:
            answer = chain.runtime_call(best, "SessionKeys_decode_session_keys", args)
        except CLIENT_ERRORS as error:
            text = api_error_text(call_error_text(error, best))
            raise RpcError(OTHER_ERROR, f"Client error: {text}") from None
        decoded = _SESSION_KEYS.decode(answer)
        if decoded is None:
            raise RpcError(OTHER_ERROR, "Session keys are not encoded correctly")
        return all(keys.has(key_type, public) for public, key_type in decoded)

    def has_key(public: bytes, key_type: str) -> object:
        return keys.has(_key_type(key_type), public)

    return [
        blocking(
            "author_insertKey",
            insert_key,
            params(param("keyType", STRING), param("suri", STRING), param("public", HEX)),
            unsafe=True,
        ),
        blocking("author_rotateKeys", rotate_keys, params(), unsafe=True),
        method(
            "author_rotateKeysWithOwner",
            rotate_keys_with_owner,
            params(param("owner", HEX)),
            unsafe=True,
        ),
        blocking(
            "author_hasSessionKeys",
            has_session_keys,
            params(param("sessionKeys", HEX)),
            unsafe=True,
        ),
        blocking(
            "author_hasKey",
            has_key,
            params(param("publicKey", HEX), param("keyType", STRING)),
            unsafe=True,
        ),
    ]


def _key_type(text: str) -> bytes:
    encoded = text.encode()
    if len(encoded) != KEY_TYPE_SIZE:
        raise RpcError(OTHER_ERROR, "Invalid key type ID format (should be of length four)")
    return encoded
