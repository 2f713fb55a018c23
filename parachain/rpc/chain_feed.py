"""`ChainFeed`: what happens to the chain, carried to the subscriptions on the event loop.

The chain calls its listeners on the thread that changes it; here each notification is handed to
the event loop, in order and without waiting. Every subscription reads from a queue of its own; one
that falls `MAX_BEHIND` notifications behind is cut off, so a client that does not read costs
bounded memory.

Not here: rendering, and the state of chainHead_v1 (which begins with a snapshot).
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import trio

from parachain.client.chain.chain import Chain, Snapshot
from parachain.client.chain.notifications import Notification

_logger = logging.getLogger("gear.rpc")

#: Notifications that may wait for one subscription: some minutes of blocks and finality.
MAX_BEHIND: Final = 256


class ChainFeed:
    """One for a chain and event loop. `attach` it before anything is subscribed."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self._token: trio.lowlevel.TrioToken | None = None
        #: Where each subscription is sent to, and how many notifications preceded it.
        self._senders: dict[trio.MemorySendChannel[Notification], int] = {}
        self._callbacks: dict[Callable[[Notification], None], None] = {}
        #: Notifications the chain has given, which is more than were published yet.
        self._noted = 0

    def attach(self) -> None:
        """Follow the chain from the event loop that calls this."""
        self._token = trio.lowlevel.current_trio_token()
        self.chain.subscribe(self._on_change)

    def detach(self) -> None:
        """Follow it no more."""
        self.chain.unsubscribe(self._on_change)

    def _on_change(self, news: Notification) -> None:
        """Take a notification on the chain's thread."""
        assert self._token is not None, "the feed was not attached"
        self._noted += 1
        try:
            self._token.run_sync_soon(self._publish, self._noted, news)
        except trio.RunFinishedError:
            return  # the process is ending, and nobody listens any more

    def _publish(self, number: int, news: Notification) -> None:
        for callback in tuple(self._callbacks):
            try:
                callback(news)
            except Exception:  # a bug of one listener must not keep the news from the others
                _logger.exception("a listener of the chain failed")
        for sender, preceding in tuple(self._senders.items()):
            if number <= preceding:
                continue
            try:
                sender.send_nowait(news)
            except trio.WouldBlock:
                sender.close()
                del self._senders[sender]
            except trio.BrokenResourceError:
                self._senders.pop(sender, None)

    @contextmanager
    def listen(self) -> Iterator[trio.MemoryReceiveChannel[Notification]]:
        """Receive notifications from now on; the channel ends if its reader is too slow.

        Notifications of changes that readers of the chain can already see may still follow.
        """
        with self._receiving(0) as receiver:
            yield receiver

    @contextmanager
    def follow(self) -> Iterator[tuple[Snapshot, trio.MemoryReceiveChannel[Notification]]]:
        """Return where the chain stands, and receive every change after that, each once.

        The channel ends as that of `listen`.
        """
        while True:  # both are one moment if nothing was noted in between; the chain has a lock
            preceding = self._noted
            snapshot = self.chain.snapshot()
            if preceding == self._noted:
                break
        with self._receiving(preceding) as receiver:
            yield snapshot, receiver

    @contextmanager
    def _receiving(self, preceding: int) -> Iterator[trio.MemoryReceiveChannel[Notification]]:
        sender, receiver = trio.open_memory_channel[Notification](MAX_BEHIND)
        self._senders[sender] = preceding
        try:
            with sender, receiver:
                yield receiver
        finally:
            self._senders.pop(sender, None)

    def call(self, callback: Callable[[Notification], None]) -> None:
        """Call `callback` with each notification, on the event loop; it must not wait."""
        self._callbacks[callback] = None
