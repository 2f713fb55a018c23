"""Submitting a transaction for a client, and following it to its end.

Statuses come from the middle of the pool's work and wait here until the client has read those
before. Source: polkadot-sdk stable2409, substrate/client/rpc/src/author/mod.rs and
rpc-api/src/author/error.rs. Out of scope: the pool itself.
"""

from typing import Final

import trio

from parachain.client.pool.errors import OTHER_ERROR, PoolError
from parachain.client.pool.pool import Imported
from parachain.client.pool.watchers import FINAL_STATUSES, Callback, Status
from parachain.primitives.extrinsic import unframe
from parachain.primitives.scale import DecodeError
from parachain.rpc.backend import Transactions, UnvalidatableError
from parachain.rpc.client_errors import panic_text
from parachain.rpc.jsonrpc import CALL_EXECUTION_FAILED, RpcError
from parachain.rpc.render import render_bytes, render_status
from parachain.rpc.subscriptions import TOO_SLOW, Sink

BAD_FORMAT: Final = 1001
VERIFICATION_ERROR: Final = 1002

MAX_WAITING_STATUSES: Final = 64
"""Statuses a client may leave unread; each reorganisation brings two or so."""


async def submit(transactions: Transactions, extrinsic: bytes) -> object:
    """Submit an extrinsic and return its hash. Raises RpcError."""
    try:
        unframe(extrinsic)
    except DecodeError as error:
        raise RpcError(OTHER_ERROR, f"Client error: {error}") from None
    return render_bytes((await _submitted(transactions, extrinsic, None)).hash)


async def submit_and_watch(sink: Sink, transactions: Transactions, extrinsic: bytes) -> None:
    """Submit an extrinsic and notify of each status until a final one. Raises RpcError."""
    try:
        unframe(extrinsic)
    except DecodeError as error:
        raise RpcError(BAD_FORMAT, f"Extrinsic has invalid format: {error}") from None
    sender, statuses = trio.open_memory_channel[Status](MAX_WAITING_STATUSES)

    def keep(status: Status) -> None:
        try:
            sender.send_nowait(status)
        except trio.WouldBlock:
            sender.close()  # what is kept will still be read
        except (trio.ClosedResourceError, trio.BrokenResourceError):
            return  # too slow already, or leaving

    with sender, statuses:
        watch_id = (await _submitted(transactions, extrinsic, keep)).watch_id
        try:
            await sink.accept()
            async for status in statuses:
                await sink.send(render_status(status))
                if isinstance(status, FINAL_STATUSES):
                    return
        finally:
            if watch_id is not None:
                transactions.unwatch(watch_id)
    raise RpcError(CALL_EXECUTION_FAILED, TOO_SLOW)


async def _submitted(
    transactions: Transactions, extrinsic: bytes, callback: Callback | None
) -> Imported:
    try:
        return await transactions.submit(extrinsic, callback)
    except PoolError as error:
        raise RpcError(error.code, error.message, error.data) from None
    except UnvalidatableError as error:
        text = panic_text(error)
        message = f"Verification Error: Runtime error: {text}"
        raise RpcError(VERIFICATION_ERROR, message, f'RuntimeApi("{text}")') from None
