"""Aura slots: which slot a moment belongs to, who may author in it, how long that may take.

Slot n lasts from n * duration to (n + 1) * duration, counted from the Unix epoch; its author is
authority n modulo their number. All times are in milliseconds. Sources: sc-consensus-slots,
sc-consensus-aura.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from parachain.client.chain.aura import expected_author

PROPOSAL_SHARE: Final = (2, 3)
"""Share of what is left of a slot for making the block; the rest is for sending it to others."""

EXTRINSICS_SHARE: Final = (2, 3)
"""Share of that for transactions; the rest is for hooks and the state root."""


class Slot(NamedTuple):
    """A slot with its limits: it covers `starts_ms` but not `ends_ms`."""

    number: int
    starts_ms: int
    ends_ms: int

    def proposing_ends_ms(self, now_ms: int) -> int:
        """Time at which a block begun now should be ready to be sent."""
        return now_ms + _share(PROPOSAL_SHARE, self.ends_ms - now_ms)

    def proposing_deadline_ms(self, now_ms: int) -> int:
        """Time after which a block begun now takes no further transaction."""
        return now_ms + _share(EXTRINSICS_SHARE, self.proposing_ends_ms(now_ms) - now_ms)


def _share(share: tuple[int, int], left_ms: int) -> int:
    part, whole = share
    return max(left_ms, 0) * part // whole


def slot_at(now_ms: int, slot_duration_ms: int) -> Slot:
    """Return the slot that covers `now_ms`."""
    return numbered_slot(now_ms // slot_duration_ms, slot_duration_ms)


def numbered_slot(number: int, slot_duration_ms: int) -> Slot:
    """Return slot `number`."""
    return Slot(number, number * slot_duration_ms, (number + 1) * slot_duration_ms)


class Claim(NamedTuple):
    """A slot that is ours to author in.

    deadline_ms    time after which no further transaction is begun.
    queue_ends_ms  time at which messages should have been processed; None if they all may take
                   their time, as the next slot does not wait for the clock.
    """

    slot: Slot
    author: bytes
    deadline_ms: int
    queue_ends_ms: int | None = None


class SlotMachine:
    """Walks through the slots, each at most once, as the clock passes.

    Loop: `claim(now, ...)`, then sleep until `wakes_at_ms(now)`.
    """

    __slots__ = ("_last", "_slot_duration_ms")

    def __init__(self, slot_duration_ms: int) -> None:
        self._slot_duration_ms = slot_duration_ms
        self._last: int | None = None

    def wakes_at_ms(self, now_ms: int) -> int:
        """Return the start of the next slot, when it is time to claim again."""
        return slot_at(now_ms, self._slot_duration_ms).ends_ms

    def claim(
        self,
        now_ms: int,
        parent_slot: int | None,
        authorities: Sequence[bytes],
        is_ours: Callable[[bytes], bool],
    ) -> Claim | None:
        """Claim the slot of `now_ms` if it is ours, new, and later than the parent's.

        A clock that was set back thus yields nothing until it has caught up.
        """
        slot = slot_at(now_ms, self._slot_duration_ms)
        if self._last is not None and slot.number <= self._last:
            return None
        self._last = slot.number
        if parent_slot is not None and slot.number <= parent_slot:
            return None
        author = expected_author(slot.number, authorities)
        if author is None or not is_ours(author):
            return None
        deadline_ms, ends_ms = slot.proposing_deadline_ms(now_ms), slot.proposing_ends_ms(now_ms)
        return Claim(slot, author, deadline_ms, ends_ms)


def next_own_slot(
    now_ms: int,
    slot_duration_ms: int,
    parent_slot: int | None,
    authorities: Sequence[bytes],
    is_ours: Callable[[bytes], bool],
) -> Claim | None:
    """Return the first slot from now on, and after the parent's, that is ours; None if none is.

    For instant and manual sealing, where a block is wanted at once: its slot, and with it the
    time of the chain, may lie in the future.
    """
    first = slot_at(now_ms, slot_duration_ms).number
    if parent_slot is not None:
        first = max(first, parent_slot + 1)
    for number in range(first, first + len(authorities)):
        author = expected_author(number, authorities)
        if author is not None and is_ours(author):
            slot = numbered_slot(number, slot_duration_ms)
            return Claim(slot, author, now_ms + slot_duration_ms)
    return None
