"""`StorageWatch`: who wants to know of changes under which keys, and what they are told.

Follows the best chain through the feed's callback, so that clients hear of changed storage before
they hear of the block by any other subscription: wallets take the next nonce from here. Values are
compared with the last ones told, also across a reorganisation or a head set by the operator.

A machine on the event loop. Out of scope: JSON, and reading the first values.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from parachain.client.chain.chain import Chain
from parachain.client.chain.notifications import ImportedBlock, Notification
from parachain.client.chain.tree_route import BlockId, TreeRoute
from parachain.rpc.client_errors import CLIENT_ERRORS

_logger = logging.getLogger("gear.rpc")

Change = tuple[bytes, bytes | None]

#: Called with a block hash and what changed there, in the order of keys. Must not raise.
Listener = Callable[[bytes, Sequence[Change]], None]


class _Unread:
    """Stands for the value of a key that nobody has read yet; every value differs from it."""


_UNREAD: Final = _Unread()


class Watched:
    """One listener with its keys, None for all. `keys` are in the order given, without repeats."""

    __slots__ = ("keys", "listener")

    def __init__(self, keys: tuple[bytes, ...] | None, listener: Listener) -> None:
        self.keys = keys
        self.listener = listener


class StorageWatch:
    """The listeners of one chain. `on_change` must be given every notification, in order."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        #: The best block as of the last notification: a little behind that of the chain.
        self.best = chain.best
        #: The value at `best` of each key that somebody watches.
        self._values: dict[bytes, bytes | _Unread | None] = {}
        self._by_key: dict[bytes, dict[Watched, None]] = {}
        self._all: dict[Watched, None] = {}

    def add(self, keys: Iterable[bytes] | None, listener: Listener) -> Watched:
        """Call `listener` with what changes after `best`; keys of None are all keys."""
        if keys is None:
            watched = Watched(None, listener)
            self._all[watched] = None
            return watched
        watched = Watched(tuple(dict.fromkeys(keys)), listener)
        for key in watched.keys or ():
            self._by_key.setdefault(key, {})[watched] = None
            self._values.setdefault(key, _UNREAD)
        return watched

    def remove(self, watched: Watched) -> None:
        """Call a listener no more."""
        if watched.keys is None:
            del self._all[watched]
            return
        for key in watched.keys:
            listeners = self._by_key[key]
            del listeners[watched]
            if not listeners:
                del self._by_key[key], self._values[key]

    def note_values(self, values: Iterable[Change]) -> None:
        """Take note of values at `best`, so that only others count as changes."""
        for key, value in values:
            if self._values.get(key) is _UNREAD:
                self._values[key] = value

    def on_change(self, news: Notification) -> None:
        """Follow the chain, and tell listeners."""
        route = news.route
        if route is None:
            return
        before, self.best = self.best, route.end
        if isinstance(news, ImportedBlock):
            self._tell_all(self.best, news.changes.main.items())
            if _extends(route, before):
                written = news.changes.main
                # Whichever is smaller is walked through.
                keys = written.keys() & self._by_key.keys()
                self._tell((key, written[key]) for key in sorted(keys))
                return
        self._tell(self._read_again())

    def _read_again(self) -> list[Change]:
        """Read every watched key at `best`."""
        try:
            state = self._chain.state_at(self.best.hash)
            return [(key, state.get(key)) for key in sorted(self._by_key)]
        except CLIENT_ERRORS as error:
            # Only if the chain ran far ahead; a later block will be compared with what was told.
            _logger.warning("storage subscriptions skip block %d: %s", self.best.number, error)
            return []

    def _tell(self, values: Iterable[Change]) -> None:
        told: dict[Watched, list[Change]] = {}
        for key, value in values:
            if self._values[key] == value:
                continue
            self._values[key] = value
            for watched in self._by_key[key]:
                told.setdefault(watched, []).append((key, value))
        for watched, changes in told.items():
            watched.listener(self.best.hash, changes)

    def _tell_all(self, block: BlockId, written: Iterable[Change]) -> None:
        if self._all:
            changes = sorted(written)
            for watched in tuple(self._all):
                watched.listener(block.hash, changes)


def _extends(route: TreeRoute, before: BlockId) -> bool:
    """Whether a route is the step from `before` to a child of it."""
    return route.common == before and not route.retracted and len(route.enacted) == 1
