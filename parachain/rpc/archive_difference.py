"""What `archive_v1_storageDiff` answers: the storage entries that differ between two blocks.

A deleted entry is told with what it was, any other with what it is. Without items, the main trie is
compared and values are told. Source: json-rpc-interface-spec, archive_v1_storageDiff.md;
polkadot-sdk `substrate/client/rpc-spec-v2/src/archive/archive_storage.rs` where that is silent.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from parachain.client.chain.chain import Chain
from parachain.client.chain.runtime_calls import UnknownBlock
from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.trie import Difference
from parachain.rpc.chain_head_storage import Entry, trie_of
from parachain.rpc.params import object_of, param, params
from parachain.rpc.parsers import Parser, choice, list_of, optional
from parachain.rpc.render import render_bytes
from parachain.rpc.spec_values import SPEC_HEX

_VALUE: Final = "value"
_HASH: Final = "hash"


class NoAncestorError(Exception):
    """There is nothing before the block to compare it with; the message says why."""


class DifferenceItem(NamedTuple):
    """Compare what starts with `key`, in the main trie or in the child trie with an id."""

    key: bytes = b""
    answers: str = _VALUE
    child: bytes | None = None


def _item(value: tuple[bytes | None, str, bytes | None]) -> DifferenceItem:
    key, answers, child = value
    return DifferenceItem(key or b"", answers, child)


DIFFERENCE_ITEMS: Final[Parser[list[DifferenceItem]]] = list_of(
    object_of(
        params(
            param("key", optional(SPEC_HEX)),
            param("returnType", choice(_VALUE, _HASH)),
            param("childTrieKey", optional(SPEC_HEX)),
        )
    ).map(_item)
)


def storage_differences(
    chain: Chain, block_hash: bytes, items: Sequence[DifferenceItem], previous: bytes | None
) -> Iterator[Entry]:
    """Entries that differ between an ancestor (`previous`, or the parent) and a block.

    Raises UnknownBlock, NoAncestorError, UnknownState and MissingTrieNode if a state is pruned.
    """
    old_state = chain.state_at(_ancestor(chain, block_hash, previous))
    new_state = chain.state_at(block_hash)
    for item in _without_repetition(items or [DifferenceItem()]):
        old, new = trie_of(old_state, item.child), trie_of(new_state, item.child)
        for difference in new.differences(old, item.key):
            yield _entry(item, difference)


def _entry(item: DifferenceItem, difference: Difference) -> Entry:
    key, old, new = difference
    told = old if new is None else new
    assert told is not None, "a difference has a value on one side at least"
    entry: Entry = {
        "key": render_bytes(key),
        item.answers: render_bytes(told if item.answers == _VALUE else blake2_256(told)),
        "type": "deleted" if new is None else "added" if old is None else "modified",
    }
    if item.child is not None:
        entry["childTrieKey"] = render_bytes(item.child)
    return entry


def _without_repetition(items: Sequence[DifferenceItem]) -> Iterator[DifferenceItem]:
    """Leave out items whose entries another item brings as well."""
    last: DifferenceItem | None = None
    for item in sorted(items, key=lambda item: (item.child or b"", item.answers, item.key)):
        if (
            last is not None
            and (last.answers, last.child) == (item.answers, item.child)
            and item.key.startswith(last.key)
        ):
            continue
        yield item
        last = item


def _ancestor(chain: Chain, block_hash: bytes, previous: bytes | None) -> bytes:
    """Return the block to compare with. Raises UnknownBlock, NoAncestorError.

    Walks down no further than to the best chain, where being an ancestor is a matter of numbers.
    """
    header = chain.header(block_hash)
    if header is None:
        raise UnknownBlock(block_hash)
    if previous is None:
        if not header.number:
            raise NoAncestorError("the genesis block has no parent")
        return header.parent_hash
    wanted = chain.block_id(previous)
    if wanted is None:
        raise UnknownBlock(previous)
    number, at = header.number, block_hash
    while number > wanted.number and not chain.is_canonical(at):
        header = chain.header(at)
        assert header is not None, "headers are kept"
        number, at = number - 1, header.parent_hash
    if at != previous and not (number > wanted.number and chain.is_canonical(previous)):
        raise NoAncestorError(
            f"{render_bytes(previous)} is not an ancestor of {render_bytes(block_hash)}"
        )
    return previous
