"""Hashes that may not enter the pool for a while: invalid, dropped or already in a block.

Keeps junk from being validated again and again. As `graph/rotator.rs` of sc-transaction-pool.
"""

from collections.abc import Iterable


class BanList:
    """Bans by transaction hash, each for `ban_time_ms`; the oldest go beyond `max_banned`."""

    def __init__(self, ban_time_ms: int, max_banned: int) -> None:
        self._ban_time_ms = ban_time_ms
        self._max_banned = max_banned
        self._banned_until_ms: dict[bytes, int] = {}  # oldest ban first

    def __len__(self) -> int:
        return len(self._banned_until_ms)

    def ban(self, hashes: Iterable[bytes], now_ms: int) -> None:
        """Ban `hashes` from now on."""
        banned = self._banned_until_ms
        for tx_hash in hashes:
            banned.pop(tx_hash, None)  # a new ban counts from now, also in the order
            banned[tx_hash] = now_ms + self._ban_time_ms
        while len(banned) > self._max_banned:
            del banned[next(iter(banned))]

    def lift(self, hashes: Iterable[bytes]) -> None:
        """End the ban of `hashes`: their block was retracted."""
        for tx_hash in hashes:
            self._banned_until_ms.pop(tx_hash, None)

    def is_banned(self, tx_hash: bytes, now_ms: int) -> bool:
        """Whether a ban of `tx_hash` lasts at `now_ms`."""
        until_ms = self._banned_until_ms.get(tx_hash)
        return until_ms is not None and now_ms < until_ms

    def forget_expired(self, now_ms: int) -> None:
        """Drop the bans that ended. Assumes that `now_ms` did not go back by much."""
        banned = self._banned_until_ms
        while banned:
            oldest = next(iter(banned))
            if now_ms < banned[oldest]:
                return
            del banned[oldest]
