"""Storage queries of the JSON-RPC interface specification: what may be asked, and the answers.

Used by `chainHead_v1_storage` and `archive_v1_storage`, which send the same entries in different
events. Reading is lazy, in pages, so that neither memory nor a worker thread is taken for long.
"""

import enum
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from parachain.client.state import StateAt
from parachain.client.state.view import TrieView
from parachain.rpc.params import object_of, param, params
from parachain.rpc.parsers import ParamError, Parser, choice, list_of, optional
from parachain.rpc.render import render_bytes
from parachain.rpc.spec_values import SPEC_HEX

Entry = dict[str, object]
"""`key` and one of `value`, `hash`, `closestDescendantMerkleValue`, in hex."""

_ENTRY_BYTES: Final = 64
"""What an entry counts for besides its digits: names, quotes, Python objects."""


class QueryType(enum.Enum):
    """What is wanted of a key, or of all keys that start with it."""

    VALUE = "value"
    HASH = "hash"
    CLOSEST_DESCENDANT_MERKLE_VALUE = "closestDescendantMerkleValue"
    DESCENDANTS_VALUES = "descendantsValues"
    DESCENDANTS_HASHES = "descendantsHashes"

    @property
    def of_descendants(self) -> bool:
        """Whether any number of entries may answer."""
        return self in {QueryType.DESCENDANTS_VALUES, QueryType.DESCENDANTS_HASHES}


class StorageItem(NamedTuple):
    """One question. `after`: descendants up to this key were answered before."""

    key: bytes
    type: QueryType
    after: bytes | None = None


class PageLimits(NamedTuple):
    """When a page is full: after so many entries, or once they have so many bytes."""

    entries: int
    bytes: int


def _item(value: tuple[bytes, QueryType]) -> StorageItem:
    return StorageItem(*value)


def _paginated_item(value: tuple[bytes, QueryType, bytes | None]) -> StorageItem:
    item = StorageItem(*value)
    if item.after is not None and not item.type.of_descendants:
        raise ParamError("only queries of descendants can be resumed", ".paginationStartKey")
    return item


_KEY = param("key", SPEC_HEX)
_TYPE = param("type", choice(*(each.value for each in QueryType)).map(QueryType))

STORAGE_ITEMS: Final[Parser[list[StorageItem]]] = list_of(object_of(params(_KEY, _TYPE)).map(_item))
PAGINATED_STORAGE_ITEMS: Final[Parser[list[StorageItem]]] = list_of(
    object_of(params(_KEY, _TYPE, param("paginationStartKey", optional(SPEC_HEX)))).map(
        _paginated_item
    )
)


def trie_of(state: StateAt, child: bytes | None) -> TrieView:
    """Return the main trie, or the child trie with an id (without the well-known prefix)."""
    return state if child is None else state.child(child)


def entries(trie: TrieView, items: Sequence[StorageItem]) -> Iterator[Entry]:
    """Answer questions one after the other. Raises MissingTrieNode if the state is pruned."""
    for item in items:
        match item.type:
            case QueryType.VALUE:
                yield from _entry(item.key, "value", trie.get(item.key))
            case QueryType.HASH:
                yield from _entry(item.key, "hash", trie.value_hash(item.key))
            case QueryType.CLOSEST_DESCENDANT_MERKLE_VALUE:
                found = trie.closest_descendant_merkle_value(item.key)
                yield from _entry(item.key, "closestDescendantMerkleValue", found)
            case QueryType.DESCENDANTS_VALUES:
                for key, value in trie.pairs(item.key, item.after):
                    yield {"key": render_bytes(key), "value": render_bytes(value)}
            case QueryType.DESCENDANTS_HASHES:
                for key, value_hash in trie.value_hashes(item.key, item.after):
                    yield {"key": render_bytes(key), "hash": render_bytes(value_hash)}


def _entry(key: bytes, name: str, found: bytes | None) -> Iterator[Entry]:
    if found is not None:
        yield {"key": render_bytes(key), name: render_bytes(found)}


def pages(found: Iterator[Entry], limits: PageLimits) -> Iterator[list[Entry]]:
    """Collect entries into pages, none of them empty."""
    page: list[Entry] = []
    size = 0
    for entry in found:
        page.append(entry)
        size += _ENTRY_BYTES + sum(len(text) for text in entry.values() if isinstance(text, str))
        if len(page) >= limits.entries or size >= limits.bytes:
            yield page
            page, size = [], 0
    if page:
        yield page
