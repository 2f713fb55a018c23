"""BTreeMap and BTreeSet: sorted on the wire by Rust's `Ord` of the key, without duplicates.

parity-scale-codec sorts what it reads; here anything but the canonical form is refused, so that
what decodes encodes to the same bytes again.
"""

from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple, TypeVar

from parachain.primitives.scale.codec import (
    Array,
    Codec,
    Composite,
    Field,
    Readable,
    Sequence,
    TupleOf,
    TypeInfo,
    Variants,
)
from parachain.primitives.scale.errors import DecodeError, EncodeError
from parachain.primitives.scale.sequences import bounded_vec, vec
from parachain.primitives.scale.tuples import tuple_of

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


def _check_key(codec: Codec[Any]) -> None:
    """A dict has neither order nor hash, so that maps cannot be keys. Raises ValueError."""
    info = codec.info
    inner: List[Codec[Any]] = []
    match info:
        case Composite(path, described):
            if path.endswith("BTreeMap"):
                raise ValueError("a map is part of a key: %s" % codec.rust_name)
            inner = [field.codec for field in described]
        case Variants(_, variants):
            inner = [field.codec for variant in variants for field in variant.fields]
        case Sequence(item) | Array(_, item):
            inner = [item]
        case TupleOf(codecs):
            inner = list(codecs)
        case _:
            return
    for part in inner:
        _check_key(part)


def _elements(codec: Codec[T], limit: Optional[int]) -> Codec[Tuple[T, ...]]:
    return vec(codec) if limit is None else bounded_vec(codec, limit)


def _as_is(key: Any) -> Any:
    return key


def _sorted(values: Iterable[T], sort_key: Callable[[T], Any]) -> List[T]:
    try:
        return sorted(values, key=sort_key)
    except (TypeError, ValueError, LookupError) as error:
        raise EncodeError("keys that do not compare: %s" % error) from None


def _first_unsorted(keys: List[Any]) -> Optional[int]:
    for index in range(1, len(keys)):
        if not keys[index - 1] < keys[index]:
            return index
    return None


def _check_sorted(keys: List[Any]) -> None:
    wrong = _first_unsorted(keys)
    if wrong is not None:
        raise DecodeError("not above the key before it", ("[%d]" % wrong,))


def _map(
    key: Codec[K], value: Codec[V], limit: Optional[int], info: TypeInfo, rust_name: str
) -> Codec[Dict[K, V]]:
    _check_key(key)
    entries = _elements(tuple_of(key, value), limit)
    sort_key: Callable[[K], Any] = key.order or _as_is

    def over(plain: Readable[Tuple[Tuple[K, V], ...]]) -> Readable[Dict[K, V]]:
        def encode(mapping: Dict[K, V]) -> bytes:
            if not isinstance(mapping, dict):
                raise EncodeError("%r is not a dict" % (mapping,))
            return plain.encode(tuple([(k, mapping[k]) for k in _sorted(mapping, sort_key)]))

        def read(data: bytes, pos: int) -> Tuple[Dict[K, V], int]:
            items, pos = plain.read(data, pos)
            _check_sorted([sort_key(k) for k, _ in items])
            return dict(items), pos

        return Readable(encode, read)

    return Codec(
        over(entries.readable),
        info,
        rust_name,
        1,
        recursive=entries.recursive,
        fast=over(entries.fast),
    )


def btree_map(key: Codec[K], value: Codec[V]) -> Codec[Dict[K, V]]:
    """BTreeMap<K, V>; a dict, in key order when decoded, in any order when encoded."""
    info = Composite(
        "BTreeMap", (Field("", vec(tuple_of(key, value)), ""),), (("K", key), ("V", value))
    )
    return _map(key, value, None, info, "BTreeMap<%s, %s>" % (key.rust_name, value.rust_name))


def bounded_btree_map(key: Codec[K], value: Codec[V], limit: int) -> Codec[Dict[K, V]]:
    """BoundedBTreeMap<K, V, ConstU32<limit>>."""
    info = Composite(
        "bounded_collections::bounded_btree_map::BoundedBTreeMap",
        (Field("", btree_map(key, value), "BTreeMap<K, V>"),),
        (("K", key), ("V", value), ("S", None)),
    )
    rust_name = "BoundedBTreeMap<%s, %s, ConstU32<%d>>" % (key.rust_name, value.rust_name, limit)
    return _map(key, value, limit, info, rust_name)


def _set(
    codec: Codec[T], limit: Optional[int], info: TypeInfo, rust_name: str
) -> Codec[Tuple[T, ...]]:
    _check_key(codec)
    elements = _elements(codec, limit)
    sort_key: Callable[[T], Any] = codec.order or _as_is

    def over(plain: Readable[Tuple[T, ...]]) -> Readable[Tuple[T, ...]]:
        def encode(value: Tuple[T, ...]) -> bytes:
            if not isinstance(value, (tuple, list)):
                raise EncodeError("%r is not a tuple" % (value,))
            items = _sorted(value, sort_key)
            if _first_unsorted([sort_key(item) for item in items]) is not None:
                raise EncodeError("an element occurs twice")
            return plain.encode(tuple(items))

        def read(data: bytes, pos: int) -> Tuple[Tuple[T, ...], int]:
            items, pos = plain.read(data, pos)
            _check_sorted([sort_key(item) for item in items])
            return items, pos

        return Readable(encode, read)

    return Codec(
        over(elements.readable),
        info,
        rust_name,
        1,
        order=elements.order,
        recursive=elements.recursive,
        fast=over(elements.fast),
    )


def btree_set(codec: Codec[T]) -> Codec[Tuple[T, ...]]:
    """BTreeSet<T>; a tuple, sorted when decoded, in any order when encoded."""
    info = Composite("BTreeSet", (Field("", vec(codec), ""),), (("T", codec),))
    return _set(codec, None, info, "BTreeSet<%s>" % codec.rust_name)


def bounded_btree_set(codec: Codec[T], limit: int) -> Codec[Tuple[T, ...]]:
    """BoundedBTreeSet<T, ConstU32<limit>>."""
    info = Composite(
        "bounded_collections::bounded_btree_set::BoundedBTreeSet",
        (Field("", btree_set(codec), "BTreeSet<T>"),),
        (("T", codec), ("S", None)),
    )
    return _set(codec, limit, info, "BoundedBTreeSet<%s, ConstU32<%d>>" % (codec.rust_name, limit))
