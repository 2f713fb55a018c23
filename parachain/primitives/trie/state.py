"""The state of a chain: a main trie, and child tries whose roots are values of the main trie.

A child trie with id `x` has its root at CHILD_STORAGE_PREFIX + x; an empty one has no entry.
Source: Polkadot specification "Child Storage", polkadot-sdk
`substrate/primitives/state-machine/src/backend.rs` (`full_storage_root`).
"""

from typing import Dict, List, Mapping, NamedTuple, Optional, Tuple

from parachain.primitives.trie.compact_proof import CHILD_STORAGE_PREFIX
from parachain.primitives.trie.errors import TrieError
from parachain.primitives.trie.mutable import InsertedNode, MutableTrie, TrieCommit
from parachain.primitives.trie.node import EMPTY_ROOT, HASH_SIZE, HashFunction
from parachain.primitives.trie.reader import NodeReader, get_value

#: Values by key; None removes the key.
Changes = Mapping[bytes, Optional[bytes]]


class StateChange(NamedTuple):
    """A new state root, and what has to be stored and can be released for it.

    As TrieCommit, for all tries together: entries occur as often as they are referred to.
    """

    root: bytes
    nodes: List[InsertedNode]
    values: List[Tuple[bytes, bytes]]
    removed: List[bytes]


def child_root(nodes: NodeReader, root: bytes, child: bytes) -> bytes:
    """Root of a child trie in the state with root `root`; EMPTY_ROOT if there is none."""
    found = get_value(nodes, root, CHILD_STORAGE_PREFIX + child)
    if found is None:
        return EMPTY_ROOT
    if len(found) != HASH_SIZE:
        raise TrieError("child trie 0x%s has a root of %d bytes" % (child.hex(), len(found)))
    return found


def change_trie(
    nodes: NodeReader, root: bytes, changes: Changes, version: int, hash_function: HashFunction
) -> TrieCommit:
    """Apply changes to one trie, in key order, so that what is read does not depend on theirs."""
    trie = MutableTrie(nodes, root, version, hash_function)
    for key in sorted(changes):
        value = changes[key]
        if value is None:
            trie.delete(key)
        else:
            trie.insert(key, value)
    return trie.commit()


def change_state(
    nodes: NodeReader,
    root: bytes,
    main: Changes,
    children: Mapping[bytes, Changes],
    version: int,
    hash_function: HashFunction,
) -> StateChange:
    """Apply changes to the main trie and to child tries, whose new roots enter the main trie.

    Raises TrieError or DecodeError if nodes are missing or malformed.
    """
    inserted: List[InsertedNode] = []
    values: List[Tuple[bytes, bytes]] = []
    removed: List[bytes] = []
    if children:
        main_and_roots: Dict[bytes, Optional[bytes]] = dict(main)
        for child in sorted(children):
            before = child_root(nodes, root, child)
            done = change_trie(nodes, before, children[child], version, hash_function)
            inserted += done.nodes
            values += done.values
            removed += done.removed
            entry = None if done.root == EMPTY_ROOT else done.root
            main_and_roots[CHILD_STORAGE_PREFIX + child] = entry
        main = main_and_roots
    done = change_trie(nodes, root, main, version, hash_function)
    return StateChange(
        done.root, inserted + done.nodes, values + done.values, removed + done.removed
    )
