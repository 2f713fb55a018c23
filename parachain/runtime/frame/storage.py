"""Storage items of a pallet: one value, or a map of any number of keys.

The key of an item is twox128(pallet) ++ twox128(item) ++ the hashed keys; layouts follow
frame_support::storage. An item with a default answers it where storage is empty
(`ValueQuery`); an optional item answers None (`OptionQuery`). Bytes in storage that do not
decode are a broken chain, hence `DecodeError` passes through and fails the block.
"""

from typing import Any, Callable, Generic, Iterator, Optional, Tuple, TypeVar

from parachain.primitives.scale import Codec
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.hashers import HASH_FUNCTIONS, KEY_OFFSETS, Hasher

T = TypeVar("T")
K = TypeVar("K")

#: One key of a map: how it is hashed, and its codec.
KeyPart = Tuple[Hasher, Codec[Any]]


class StorageItem(Generic[T]):
    """What every item has. `default` is the encoded default, or None for an optional item."""

    __slots__ = ("codec", "default", "doc", "keys", "name", "prefix")

    def __init__(
        self,
        prefix: bytes,
        name: str,
        keys: Tuple[KeyPart, ...],
        codec: Codec[T],
        default: Optional[bytes],
        doc: str,
    ) -> None:
        self.prefix = prefix
        self.name = name
        self.keys = keys
        self.codec = codec
        self.default = default
        self.doc = doc


class SingleValue(StorageItem[T]):
    """What single values share, with and without a default."""

    __slots__ = ()

    def put(self, ext: Ext, value: T) -> None:
        """Set the value."""
        ext.put(self.prefix, self.codec.encode(value))

    def exists(self, ext: Ext) -> bool:
        """Whether a value is stored."""
        return ext.exists(self.prefix)

    def kill(self, ext: Ext) -> None:
        """Remove the value; a default holds again."""
        ext.delete(self.prefix)


class OptionalValue(SingleValue[T]):
    """A single value that may be absent."""

    __slots__ = ()

    def get(self, ext: Ext) -> Optional[T]:
        """Return the value, or None."""
        raw = ext.get(self.prefix)
        return None if raw is None else self.codec.decode(raw)

    def take(self, ext: Ext) -> Optional[T]:
        """Return the value and remove it."""
        value = self.get(ext)
        ext.delete(self.prefix)
        return value


class StorageValue(SingleValue[T]):
    """A single value with a default."""

    __slots__ = ("initial",)

    def __init__(self, prefix: bytes, name: str, codec: Codec[T], initial: T, doc: str) -> None:
        super().__init__(prefix, name, (), codec, codec.encode(initial), doc)
        self.initial = initial

    def get(self, ext: Ext) -> T:
        """Return the value, or the default."""
        raw = ext.get(self.prefix)
        return self.initial if raw is None else self.codec.decode(raw)

    def take(self, ext: Ext) -> T:
        """Return the value and remove it."""
        value = self.get(ext)
        ext.delete(self.prefix)
        return value


def _key_function(prefix: bytes, keys: Tuple[KeyPart, ...]) -> Callable[[Ext, Any], bytes]:
    """Build the function from a key (a tuple where there are several) to its storage key."""
    if len(keys) == 1:
        ((hasher, codec),) = keys
        hash_one, encode_one = HASH_FUNCTIONS[hasher], codec.encode
        if hasher is Hasher.BLAKE2_128_CONCAT:  # nearly every lookup: one call less

            def key_blake2(ext: Ext, key: Any) -> bytes:
                raw = encode_one(key)
                return prefix + ext.blake2_128(raw) + raw

            return key_blake2

        if hasher is Hasher.IDENTITY:

            def key_itself(ext: Ext, key: Any) -> bytes:  # noqa: ARG001  keys share one signature
                return prefix + encode_one(key)

            return key_itself

        def key_of(ext: Ext, key: Any) -> bytes:
            return prefix + hash_one(ext, encode_one(key))

        return key_of

    def keys_of(ext: Ext, key: Any) -> bytes:
        parts = [prefix]
        for (hasher, codec), part in zip(keys, key):
            parts.append(HASH_FUNCTIONS[hasher](ext, codec.encode(part)))
        return b"".join(parts)

    return keys_of


class MapKeys(StorageItem[T], Generic[K, T]):
    """What maps share: keys, removal, iteration. K is a tuple where there are several keys."""

    __slots__ = ("key",)

    def __init__(
        self,
        prefix: bytes,
        name: str,
        keys: Tuple[KeyPart, ...],
        codec: Codec[T],
        default: Optional[bytes],
        doc: str,
    ) -> None:
        super().__init__(prefix, name, keys, codec, default, doc)
        self.key: Callable[[Ext, K], bytes] = _key_function(prefix, keys)

    def put(self, ext: Ext, key: K, value: T) -> None:
        """Set the value of `key`."""
        ext.put(self.key(ext, key), self.codec.encode(value))

    def remove(self, ext: Ext, key: K) -> None:
        """Remove `key`."""
        ext.delete(self.key(ext, key))

    def contains(self, ext: Ext, key: K) -> bool:
        """Whether `key` has a value."""
        return ext.exists(self.key(ext, key))

    def prefix_of(self, ext: Ext, *first: Any) -> bytes:
        """Storage prefix of all entries whose first keys are `first`."""
        parts = [self.prefix]
        for (hasher, codec), part in zip(self.keys, first):
            parts.append(HASH_FUNCTIONS[hasher](ext, codec.encode(part)))
        return b"".join(parts)

    def read_key(self, raw: bytes) -> K:
        """Return the key inside a storage key. Raises ValueError if a hasher hides its key."""
        pos, out = len(self.prefix), []
        for hasher, codec in self.keys:
            offset = KEY_OFFSETS[hasher]
            if offset is None:
                raise ValueError(f"{self.name}: {hasher.name} keys cannot be read back")
            part, pos = codec.read(raw, pos + offset)
            out.append(part)
        key: Any = out[0] if len(out) == 1 else tuple(out)
        return key  # type: ignore[no-any-return]  # K is what the key codecs read

    def iterate(self, ext: Ext, *first: Any) -> Iterator[Tuple[K, T]]:
        """Entries in storage order, all or those whose first keys are `first`.

        The map may be changed between steps; each step asks for the key after the last.
        """
        prefix = self.prefix_of(ext, *first)
        raw = ext.next_key(prefix)
        while raw is not None and raw.startswith(prefix):
            value = ext.get(raw)
            if value is not None:
                yield self.read_key(raw), self.codec.decode(value)
            raw = ext.next_key(raw)

    def clear(self, ext: Ext, limit: Optional[int], *first: Any) -> Tuple[int, bool]:
        """Remove entries, at most `limit` of the parent state: (removed, none is left)."""
        return ext.clear_prefix(self.prefix_of(ext, *first), limit)


class OptionalMap(MapKeys[K, T]):
    """A map whose missing entries read as None."""

    __slots__ = ()

    def get(self, ext: Ext, key: K) -> Optional[T]:
        """Return the value of `key`, or None."""
        raw = ext.get(self.key(ext, key))
        return None if raw is None else self.codec.decode(raw)

    def take(self, ext: Ext, key: K) -> Optional[T]:
        """Return the value of `key` and remove it."""
        raw_key = self.key(ext, key)
        raw = ext.get(raw_key)
        if raw is None:
            return None
        ext.delete(raw_key)
        return self.codec.decode(raw)


class StorageMap(MapKeys[K, T]):
    """A map whose missing entries read as the default."""

    __slots__ = ("initial",)

    def __init__(
        self,
        prefix: bytes,
        name: str,
        keys: Tuple[KeyPart, ...],
        codec: Codec[T],
        initial: T,
        doc: str,
    ) -> None:
        super().__init__(prefix, name, keys, codec, codec.encode(initial), doc)
        self.initial = initial

    def get(self, ext: Ext, key: K) -> T:
        """Return the value of `key`, or the default."""
        raw = ext.get(self.key(ext, key))
        return self.initial if raw is None else self.codec.decode(raw)

    def take(self, ext: Ext, key: K) -> T:
        """Return the value of `key` and remove it."""
        raw_key = self.key(ext, key)
        raw = ext.get(raw_key)
        if raw is None:
            return self.initial
        ext.delete(raw_key)
        return self.codec.decode(raw)
