"""Submitting a transaction that may be in the pool already, for methods that watch it."""

from parachain.client.pool.errors import AlreadyImportedError
from parachain.client.pool.transaction import transaction_hash
from parachain.client.pool.watchers import Callback, WatchId
from parachain.rpc.backend import Transactions


async def submit_or_join(
    transactions: Transactions, data: bytes, callback: Callback
) -> WatchId | None:
    """Submit an extrinsic, or watch it if the pool has it.

    Raises PoolError, UnvalidatableError; `callback` is not called then.
    """
    try:
        imported = await transactions.submit(data, callback)
    except AlreadyImportedError:
        return transactions.pool.watch(transaction_hash(data), callback)
    return imported.watch_id
