"""The chain of the client: blocks, their import, the fork tree, finality, and who is told.

Synchronous. Times are arguments in milliseconds since the Unix epoch. `chain.Chain` is the
facade that the pool, authoring and RPC use. Out of scope: where blocks come from (authoring,
the network, a file) and transactions that are in no block (`parachain.client.pool`).
"""
