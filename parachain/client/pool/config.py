"""Settings of the transaction pool: one frozen record, every field with its unit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PoolConfig:
    """Limits and periods; the defaults are those of a Substrate node.

    `max_ready`, `max_future`: transactions in each queue. `max_ready_bytes`, `max_future_bytes`:
    their encodings together. `ban_time_ms`: how long a removed transaction may not come back.
    `max_banned`: the oldest bans are forgotten beyond this many; twice what the queues hold.
    `finality_timeout_blocks`: watching ends when the including block is this far behind the best
    one and not final. `revalidation_batch`: transactions checked again after each best block.
    `max_watchers`: subscriptions over all transactions. `accept_future`: whether transactions
    with missing tags may wait. `authors_blocks`: otherwise a transaction that may not be
    propagated is of no use here.
    """

    max_ready: int = 8192
    max_ready_bytes: int = 20 << 20
    max_future: int = 512
    max_future_bytes: int = 2 << 20
    ban_time_ms: int = 30 * 60 * 1000
    max_banned: int = 17408
    finality_timeout_blocks: int = 512
    revalidation_batch: int = 64
    max_watchers: int = 16384
    accept_future: bool = True
    authors_blocks: bool = True
