"""The storage functions of the host interface: a state below, an overlay above, and the new root.

Implements the storage part of `parachain.runtime.frame.ext.Ext`; hashing, signatures and the
sandbox are added by whoever serves a runtime. One instance serves one block or one call. What a
dispatchable calls often is bound once per instance, without a layer of calls between.

Source: polkadot-sdk `substrate/primitives/state-machine/src/ext.rs`.
"""

from typing import Callable, Dict, Final, Mapping, Optional, Protocol, Tuple

from parachain.primitives.storage.overlay import Overlay, ParentState, ParentTrie
from parachain.primitives.trie import Changes, StateChange

#: Keys that hold roots of child tries: the host alone writes them.
_CHILD_KEYS: Final = b":child_storage:"

_WARNING: Final = 1
_TARGET: Final = "state"

#: Where messages go: level (0 error to 4 trace), target, message.
Log = Callable[[int, str, str], None]


class ChangeableTrie(ParentTrie, Protocol):
    """A trie that tells its root after changes; it does not change itself."""

    def root_after(self, changes: Changes, version: int, /) -> bytes:
        """Root of the trie with the changes applied, values written in layout `version`."""


class ChangeableState(ParentState, Protocol):
    """A state that tells what follows from changes; it does not change itself."""

    def child(self, child: bytes, /) -> ChangeableTrie:
        """Return the child trie with this id, empty if there is none."""

    def change(
        self, main: Changes, children: Mapping[bytes, Changes], version: int, /
    ) -> StateChange:
        """Compute the state that follows from changes, values written in layout `version`."""


class OverlaidStorage:
    """Storage of one block or call above `state`, whose values are written in `state_version`.

    Every function may raise what reading the state raises.
    """

    def __init__(self, state: ChangeableState, state_version: int, log: Log) -> None:
        self._state = state
        self._state_version = state_version
        self._overlay = Overlay(state)
        self._main = self._overlay.main
        self._change: Optional[StateChange] = None
        self.get = self._main.get
        self.next_key = self._main.next_key
        self.begin = self._overlay.begin
        self.commit = self._overlay.commit
        self.log = log

    def put(self, key: bytes, value: bytes) -> None:
        """Set the value at `key`."""
        if key.startswith(_CHILD_KEYS):
            self._refuse("write", key)
            return
        self._change = None
        self._main.put(key, value)

    def delete(self, key: bytes) -> None:
        """Remove `key`."""
        if key.startswith(_CHILD_KEYS):
            self._refuse("remove", key)
            return
        self._change = None
        self._main.put(key, None)

    def exists(self, key: bytes) -> bool:
        """Whether `key` has a value."""
        return self.get(key) is not None

    def append(self, key: bytes, item: bytes) -> None:
        """Append an encoded item to the SCALE vector at `key`."""
        if key.startswith(_CHILD_KEYS):
            self._refuse("append to", key)
            return
        self._change = None
        self._main.append(key, item)

    def clear_prefix(self, prefix: bytes, limit: Optional[int]) -> Tuple[int, bool]:
        """Remove keys under `prefix`; nothing if that would reach roots of child tries."""
        if prefix.startswith(_CHILD_KEYS) or _CHILD_KEYS.startswith(prefix):
            self._refuse("clear", prefix)
            return 0, True
        self._change = None
        return self._main.clear_prefix(prefix, limit)

    def rollback(self) -> None:
        """Undo what the innermost transaction did."""
        self._change = None
        self._overlay.rollback()

    def storage_root(self) -> bytes:
        """Root of the state as it is now, child tries included."""
        return self.state_change().root

    def child_get(self, child: bytes, key: bytes) -> Optional[bytes]:
        """Value at `key` of the child trie."""
        return self._overlay.child(child).get(key)

    def child_put(self, child: bytes, key: bytes, value: bytes) -> None:
        """Set the value at `key` of the child trie."""
        self._change = None
        self._overlay.child(child).put(key, value)

    def child_delete(self, child: bytes, key: bytes) -> None:
        """Remove `key` of the child trie."""
        self._change = None
        self._overlay.child(child).put(key, None)

    def child_next_key(self, child: bytes, key: bytes) -> Optional[bytes]:
        """Return the first key after `key` in the child trie."""
        return self._overlay.child(child).next_key(key)

    def child_clear_prefix(
        self, child: bytes, prefix: bytes, limit: Optional[int]
    ) -> Tuple[int, bool]:
        """Remove keys of the child trie under `prefix`."""
        self._change = None
        return self._overlay.child(child).clear_prefix(prefix, limit)

    def child_kill(self, child: bytes, limit: Optional[int]) -> Tuple[int, bool]:
        """Remove the child trie."""
        return self.child_clear_prefix(child, b"", limit)

    def child_root(self, child: bytes) -> bytes:
        """Root of the child trie as it is now."""
        changes = self._overlay.child(child).changes()
        return self._state.child(child).root_after(changes, self._state_version)

    # What the host does with the result, not part of the runtime's interface.

    def changes(self) -> Dict[bytes, Optional[bytes]]:
        """Return the final values of the main trie by key, None for removed keys."""
        return self._overlay.changes()

    def child_changes(self) -> Dict[bytes, Dict[bytes, Optional[bytes]]]:
        """Return the final values of each child trie with changes."""
        return self._overlay.child_changes()

    @property
    def depth(self) -> int:
        """How many storage transactions are open: a call that panicked leaves its own behind."""
        return self._overlay.depth

    def state_change(self) -> StateChange:
        """Return the new root and its nodes; computed once as long as nothing is written."""
        if self._change is None:
            self._change = self._state.change(
                self._overlay.changes(), self._overlay.child_changes(), self._state_version
            )
        return self._change

    def _refuse(self, what: str, key: bytes) -> None:
        self.log(_WARNING, _TARGET, f"refused to {what} the child trie keys at {key!r} directly")
