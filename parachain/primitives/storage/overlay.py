"""What one block changes, above the state it started from: nested transactions over two dicts.

Reading is one dictionary look-up. A transaction is a mark in a journal of what was overwritten:
to begin or commit one costs nothing, to roll it back costs as much as it wrote. `append` keeps
the items of a SCALE vector apart, so that depositing an event does not copy all earlier ones.

Follows polkadot-sdk `substrate/primitives/state-machine` (`overlayed_changes`, `ext.rs`).
"""

from bisect import bisect_left, bisect_right, insort
from typing import Final, Iterator, Protocol

from parachain.primitives.scale import COMPACT_U32, DecodeError, encode_compact

#: Values read from the parent state that are kept for the rest of the block.
_MAX_KEPT_READS: Final = 1 << 16

#: So many new keys enter the sorted index one by one; more are sorted in at once.
_FEW_KEYS: Final = 8


class ParentTrie(Protocol):
    """What an overlay needs of the trie below it."""

    def get(self, key: bytes, /) -> bytes | None:
        """Value at `key`, or None."""

    def next_key(self, key: bytes, /) -> bytes | None:
        """Return the first key after `key`."""

    def keys(self, prefix: bytes, /) -> Iterator[bytes]:
        """Keys under `prefix` in order."""


class ParentState(ParentTrie, Protocol):
    """The main trie below an overlay, and how to find child tries."""

    def child(self, child: bytes, /) -> ParentTrie:
        """Return the child trie with this id, empty if there is none."""


class AppendedVec:
    """A SCALE vector that is being appended to: its items stay apart until it is read."""

    __slots__ = ("_encoded", "count", "parts")

    def __init__(self, encoded: bytes) -> None:
        """Start from a stored vector; a value that does not start with a count is dropped."""
        try:
            self.count, start = COMPACT_U32.readable.read(encoded, 0)
            self.parts = [encoded[start:]]
        except DecodeError:
            self.count = 0
            self.parts = []
        self._encoded: bytes | None = None

    def push(self, item: bytes) -> None:
        """Append an encoded item."""
        self.parts.append(item)
        self.count += 1
        self._encoded = None

    def truncate(self, parts: int, count: int) -> None:
        """Undo appends: back to so many parts and items."""
        del self.parts[parts:]
        self.count = count
        self._encoded = None

    def encoded(self) -> bytes:
        """Return the vector as bytes."""
        if self._encoded is None:
            self._encoded = encode_compact(self.count) + b"".join(self.parts)
        return self._encoded


class _Absent:
    """The type of ABSENT: the overlay says nothing about a key."""


_ABSENT: Final = _Absent()

Held = bytes | AppendedVec | None
_Values = dict[bytes, Held]


class Layer:
    """Changes of one trie: values by key, None for a removed key, and the keys in order."""

    def __init__(self, parent: ParentTrie, journal: "list[_Undo]", marks: list[int]) -> None:
        self.parent = parent
        self.values: _Values = {}
        self._journal = journal
        self._marks = marks
        self._sorted: list[bytes] = []
        self._unsorted: list[bytes] = []
        self._reads: dict[bytes, bytes | None] = {}

    def get(self, key: bytes) -> bytes | None:
        """Value at `key`, or None."""
        held = self.values.get(key, _ABSENT)
        if held.__class__ is bytes or held is None:
            return held
        if isinstance(held, AppendedVec):
            return held.encoded()
        read = self._reads.get(key, _ABSENT)
        if read is _ABSENT:
            if len(self._reads) >= _MAX_KEPT_READS:
                self._reads.clear()
            read = self._reads[key] = self.parent.get(key)
        return read  # type: ignore[return-value]  # not ABSENT any more

    def put(self, key: bytes, value: bytes | None) -> None:
        """Set the value at `key`, or remove it."""
        values = self.values
        old = values.get(key, _ABSENT)
        if old is _ABSENT:
            self._unsorted.append(key)
        if self._marks:
            self._journal.append((values, key, old))
        values[key] = value

    def append(self, key: bytes, item: bytes) -> None:
        """Append an encoded item to the SCALE vector at `key`."""
        held = self.values.get(key)
        if not isinstance(held, AppendedVec):
            held = AppendedVec(self.get(key) or b"")
            self.put(key, None)
            self.values[key] = held
        elif self._marks:
            self._journal.append((held, len(held.parts), held.count))
        held.push(item)

    def next_key(self, key: bytes) -> bytes | None:
        """Return the first key after `key`."""
        values = self.values
        own: bytes | None = None
        index = self._index()
        for at in range(bisect_right(index, key), len(index)):
            if values.get(index[at]) is not None:
                own = index[at]
                break
        below = self.parent.next_key(key)
        while below is not None and values.get(below, b"") is None:
            if own is not None and own < below:
                return own
            below = self.parent.next_key(below)
        if below is None or (own is not None and own < below):
            return own
        return below

    def clear_prefix(self, prefix: bytes, limit: int | None) -> tuple[int, bool]:
        """Remove keys under `prefix`: how many of the parent's were visited, and if it was all.

        As `ext_storage_clear_prefix_version_2`: what the overlay holds is removed in any case,
        `limit` bounds the keys of the parent state that are visited, removed before or not.
        """
        index = self._index()
        for at in range(bisect_left(index, prefix), len(index)):
            if not index[at].startswith(prefix):
                break
            if self.values.get(index[at]) is not None:
                self.put(index[at], None)
        visited = 0
        for key in self.parent.keys(prefix):
            if visited == limit:
                return visited, False
            if self.values.get(key, b"") is not None:
                self.put(key, None)
            visited += 1
        return visited, True

    def changes(self) -> dict[bytes, bytes | None]:
        """Return final values by key, None for removed keys."""
        return {
            key: held.encoded() if isinstance(held, AppendedVec) else held
            for key, held in self.values.items()
        }

    def _index(self) -> list[bytes]:
        """Keys in order; some may not be held any more, after a rollback, or be there twice."""
        if self._unsorted:
            if len(self._unsorted) <= _FEW_KEYS:
                for key in self._unsorted:
                    insort(self._sorted, key)
            else:
                self._sorted = sorted(dict.fromkeys(self._sorted + self._unsorted))
            self._unsorted = []
        return self._sorted


_Undo = tuple[_Values, bytes, Held | _Absent] | tuple[AppendedVec, int, int]


class Overlay:
    """Changes of the main trie and of child tries, with nested transactions."""

    def __init__(self, parent: ParentState) -> None:
        self._parent = parent
        self._journal: list[_Undo] = []
        self._marks: list[int] = []
        self.main = Layer(parent, self._journal, self._marks)
        self._children: dict[bytes, Layer] = {}

    def child(self, child: bytes) -> Layer:
        """Return the changes of the child trie with this id."""
        layer = self._children.get(child)
        if layer is None:
            layer = Layer(self._parent.child(child), self._journal, self._marks)
            self._children[child] = layer
        return layer

    def begin(self) -> None:
        """Open a nested transaction."""
        self._marks.append(len(self._journal))

    def commit(self) -> None:
        """Keep what the innermost transaction did. Raises RuntimeError if none is open."""
        if not self._marks:
            raise RuntimeError("no storage transaction is open")
        self._marks.pop()
        if not self._marks:
            self._journal.clear()

    def rollback(self) -> None:
        """Undo what the innermost transaction did. Raises RuntimeError if none is open."""
        if not self._marks:
            raise RuntimeError("no storage transaction is open")
        mark = self._marks.pop()
        journal = self._journal
        for entry in reversed(journal[mark:]):
            _undo(entry)
        del journal[mark:]

    @property
    def depth(self) -> int:
        """How many transactions are open."""
        return len(self._marks)

    def changes(self) -> dict[bytes, bytes | None]:
        """Return the final values of the main trie, None for removed keys."""
        return self.main.changes()

    def child_changes(self) -> dict[bytes, dict[bytes, bytes | None]]:
        """Return the final values of each child trie with changes."""
        return {child: layer.changes() for child, layer in self._children.items() if layer.values}


def _undo(entry: _Undo) -> None:
    target, place, before = entry
    if isinstance(target, AppendedVec):
        target.truncate(place, before)  # type: ignore[arg-type]  # of the second kind
    elif isinstance(before, _Absent):
        del target[place]  # type: ignore[arg-type]  # of the first kind, as all below
    else:
        target[place] = before  # type: ignore[assignment, index]  # same
