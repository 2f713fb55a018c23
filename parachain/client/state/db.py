"""`StateDb`: all states the node has, by state root."""

from parachain.client.database import KeyValueStore
from parachain.client.state.commit import StateTransaction
from parachain.client.state.nodes import DEFAULT_CACHE_BYTES, NodeStore
from parachain.client.state.pruning import Pruning
from parachain.client.state.view import StateAt
from parachain.primitives.trie import EMPTY_ROOT, TrieError


class UnknownState(TrieError):  # noqa: N818  # the name says what is wrong without a suffix
    """No state with this root is stored: never imported, or pruned."""

    def __init__(self, root: bytes) -> None:
        super().__init__(root)
        self.root = root

    def __str__(self) -> str:
        return f"state 0x{self.root.hex()} is not available: it was pruned, or never known"


class StateDb:
    """States over a key-value store. One thread writes, any may read."""

    def __init__(
        self, store: KeyValueStore, pruning: Pruning, cache_bytes: int = DEFAULT_CACHE_BYTES
    ) -> None:
        self._store = store
        self.pruning = pruning
        self._nodes = NodeStore(store, cache_bytes)

    def contains(self, root: bytes) -> bool:
        """Whether the state with this root is stored."""
        return root == EMPTY_ROOT or self._nodes.raw(root) is not None

    def at(self, root: bytes) -> StateAt:
        """Return a view of the state with this root. Raises UnknownState."""
        if not self.contains(root):
            raise UnknownState(root)
        return StateAt(self._nodes, root)

    def transaction(self) -> StateTransaction:
        """Begin changes that will be written with one batch."""
        return StateTransaction(self._store, self._nodes, self.pruning)
