"""Reading one state: `StateAt` for a state root, `TrieView` for one of its tries.

A view reads from the trie nodes and holds nothing: two views of different blocks do not disturb
each other. All methods may raise MissingTrieNode if the state is pruned meanwhile.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from parachain.client.crypto.hashing import blake2_256
from parachain.client.state.nodes import RawReader
from parachain.primitives.trie import (
    CHILD_STORAGE_PREFIX,
    Changes,
    Difference,
    Recorder,
    StateChange,
    change_state,
    change_trie,
    child_root,
    closest_descendant_merkle_value,
    differences,
    find_node,
    get_value,
    iterate,
    next_key,
    value_of,
)


class TrieView:
    """The keys and values of one trie. `root` is its hash, EMPTY_ROOT if it has none."""

    def __init__(self, nodes: RawReader, root: bytes) -> None:
        self._nodes = nodes
        self.root = root

    def get(self, key: bytes) -> bytes | None:
        """Value at `key`, or None."""
        return get_value(self._nodes, self.root, key)

    def exists(self, key: bytes) -> bool:
        """Whether `key` has a value; does not load the value."""
        return find_node(self._nodes, self.root, key) is not None

    def value_hash(self, key: bytes) -> bytes | None:
        """Hash (32 bytes) of the value, or None; does not load a detached value."""
        node = find_node(self._nodes, self.root, key)
        if node is None or node.value is None:
            return None
        return node.value if node.hashed else blake2_256(node.value)

    def value_size(self, key: bytes) -> int | None:
        """Length of the value in bytes, or None."""
        value = self.get(key)
        return None if value is None else len(value)

    def next_key(self, key: bytes) -> bytes | None:
        """Return the first key after `key`, which need not exist itself."""
        return next_key(self._nodes, self.root, key)

    def keys(self, prefix: bytes = b"", after: bytes | None = None) -> Iterator[bytes]:
        """Keys under `prefix`, greater than `after`, in order."""
        return (key for key, _ in iterate(self._nodes, self.root, prefix, after))

    def keys_paged(self, prefix: bytes, count: int, after: bytes | None = None) -> list[bytes]:
        """At most `count` keys under `prefix`, those after `after`: `state_getKeysPaged`."""
        return list(islice(self.keys(prefix, after), count))

    def pairs(
        self, prefix: bytes = b"", after: bytes | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """Keys under `prefix`, greater than `after`, with their values, in order."""
        nodes = self._nodes
        for key, node in iterate(nodes, self.root, prefix, after):
            yield key, value_of(nodes, node)

    def value_hashes(
        self, prefix: bytes = b"", after: bytes | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """Keys under `prefix`, greater than `after`, with hashes of their values, in order."""
        for key, node in iterate(self._nodes, self.root, prefix, after):
            assert node.value is not None
            yield key, node.value if node.hashed else blake2_256(node.value)

    def closest_descendant_merkle_value(self, key: bytes) -> bytes | None:
        """Merkle value of the topmost node at or below `key`: `chainHead_v1_storage`."""
        return closest_descendant_merkle_value(self._nodes, self.root, key)

    def differences(self, older: "TrieView", prefix: bytes = b"") -> Iterator[Difference]:
        """Keys under `prefix` that `older` has with another value or not at all, or only it."""
        return differences(self._nodes, older.root, self.root, prefix)

    def root_after(self, changes: Changes, version: int) -> bytes:
        """Return the root that this trie would have after changes; nothing is stored."""
        return change_trie(self._nodes, self.root, changes, version, blake2_256).root


class StateAt(TrieView):
    """The state with a given root: the main trie, and access to its child tries."""

    def child(self, child: bytes) -> TrieView:
        """Return the child trie with this id (without the well-known prefix); empty if none."""
        return TrieView(self._nodes, child_root(self._nodes, self.root, child))

    def children(self) -> Iterator[bytes]:
        """Ids of the child tries in order."""
        for key in self.keys(CHILD_STORAGE_PREFIX):
            yield key[len(CHILD_STORAGE_PREFIX) :]

    def read_proof(self, keys: Iterable[bytes], child: bytes | None = None) -> list[bytes]:
        """Return the nodes and values that prove `keys`, sorted: `state_getReadProof`.

        With `child`, the keys are of that child trie, and the proof leads there from the main one.
        """
        state, recorder = self.recording()
        view = state if child is None else state.child(child)
        for key in keys:
            view.get(key)
        return sorted(recorder.proof())

    def recording(self) -> tuple["StateAt", Recorder]:
        """Return a view of the same state that records what is read, and the record."""
        recorder = _RawRecorder(self._nodes)
        return StateAt(recorder, self.root), recorder

    def change(self, main: Changes, children: Mapping[bytes, Changes], version: int) -> StateChange:
        """Compute the state that follows from changes; nothing is stored."""
        return change_state(self._nodes, self.root, main, children, version, blake2_256)


class _RawRecorder(Recorder):
    """A Recorder that a StateAt can read from."""

    def __init__(self, nodes: RawReader) -> None:
        super().__init__(nodes, nodes.raw)
        self.raw = nodes.raw
