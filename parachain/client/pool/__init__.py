"""The transaction pool: what waits to be put into a block, and in which order.

Shaped after polkadot-sdk `substrate/client/transaction-pool`. A machine without I/O, clock or
threads: time, block numbers and results of validation are arguments. `pool` takes transactions
in, `maintenance` follows the chain, `graph` holds the dependencies, `ready` the order of
authoring, `watchers` tells subscribers, `errors` is the table of JSON-RPC errors.
"""
