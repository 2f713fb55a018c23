"""The metadata hash: a commitment to everything needed to read an extrinsic (RFC-78).

A wallet that signs with CheckMetadataHash enabled signs this hash too, so an offline device can
trust what a computer shows it of the call. Only types reachable from the extrinsic take part;
each becomes a leaf of a Merkle tree, each variant of an enum a leaf of its own. Hashes are
BLAKE3, computed in Python: tens of milliseconds, so callers keep the result.

Proofs for single extrinsics are made by wallets and not here. Source: polkadot-fellows RFC 78.
"""

from collections import deque
from typing import Deque, Dict, List, NamedTuple, Tuple

from parachain.primitives.blake3 import blake3
from parachain.primitives.scale import COMPACT_U32, STR, U8, U16, U32, option, vec
from parachain.runtime.frame.metadata.extrinsic import (
    FORMAT,
    ExtrinsicTypes,
    extrinsic_types,
    new_registry,
)
from parachain.runtime.frame.metadata.portable import (
    ArrayDef,
    BitSequenceDef,
    CompactDef,
    CompositeDef,
    PortableField,
    PortableType,
    PrimitiveDef,
    PrimitiveKind,
    SequenceDef,
    TupleDef,
    Type,
    VariantDef,
    renumbered,
)
from parachain.runtime.frame.runtime import Runtime

#: Version of the digest, the index of its variant.
_DIGEST_V1 = b"\x01"

#: References to types that have no leaf; those to primitives are their numbers (0 to 14).
_COMPACT_REF: Dict[PrimitiveKind, int] = {
    PrimitiveKind.U8: 15,
    PrimitiveKind.U16: 16,
    PrimitiveKind.U32: 17,
    PrimitiveKind.U64: 18,
    PrimitiveKind.U128: 19,
    PrimitiveKind.U256: 20,
}
_VOID_REF = b"\x15"
_BY_ID = b"\x16"

#: Bytes of the integers that a bit sequence may be stored in.
_STORE_SIZES: Dict[PrimitiveKind, int] = {
    PrimitiveKind.U8: 1,
    PrimitiveKind.U16: 2,
    PrimitiveKind.U32: 4,
    PrimitiveKind.U64: 8,
}

_PATH = vec(STR)
_NAME = option(STR)


class ChainInfo(NamedTuple):
    """What the hash covers beside the types. `base58_prefix` is the SS58 one."""

    spec_version: int
    spec_name: str
    base58_prefix: int
    decimals: int
    token_symbol: str


def metadata_hash(runtime: Runtime, base58_prefix: int, decimals: int, token_symbol: str) -> bytes:
    """Return the metadata hash of `runtime`, which V15 and V16 of its metadata also give."""
    registry = new_registry(runtime)
    parts = extrinsic_types(registry, runtime)
    version = runtime.version
    info = ChainInfo(version.spec_version, version.spec_name, base58_prefix, decimals, token_symbol)
    return blake3(metadata_digest(registry.types(), parts, info))


def metadata_digest(
    types: Tuple[PortableType, ...], extrinsic: ExtrinsicTypes, info: ChainInfo
) -> bytes:
    """Return the encoded MetadataDigest, the metadata hash being its BLAKE3 hash.

    Raises ValueError for types that RFC-78 cannot express, such as Compact<bool>.
    """
    leaves = _Leaves(types, extrinsic)
    return b"".join(
        (
            _DIGEST_V1,
            merkle_root(leaves.hashes()),
            blake3(leaves.extrinsic(extrinsic)),
            U32.encode(info.spec_version),
            STR.encode(info.spec_name),
            U16.encode(info.base58_prefix),
            U8.encode(info.decimals),
            STR.encode(info.token_symbol),
        )
    )


def merkle_root(leaves: List[bytes]) -> bytes:
    """Root of the complete binary tree over `leaves`; zeros if there are none."""
    nodes: Deque[bytes] = deque(leaves)
    while len(nodes) > 1:
        right = nodes.pop()
        nodes.appendleft(blake3(nodes.pop() + right))
    return nodes.pop() if nodes else bytes(32)


class _Leaves:
    """The types reachable from an extrinsic, renumbered, as leaves."""

    __slots__ = ("_numbers", "_types")

    def __init__(self, types: Tuple[PortableType, ...], extrinsic: ExtrinsicTypes) -> None:
        self._types: Dict[int, Type] = dict(types)
        reached = self._reachable(extrinsic)
        with_leaf = [i for i in sorted(reached) if _has_leaf(self._types[i])]
        self._numbers: Dict[int, int] = {type_id: n for n, type_id in enumerate(with_leaf)}

    def _reachable(self, extrinsic: ExtrinsicTypes) -> Dict[int, None]:
        reached: Dict[int, None] = {}
        pending = [extrinsic.address, extrinsic.call, extrinsic.signature]
        for extension in extrinsic.extensions:
            pending += (extension.type_id, extension.implicit)
        while pending:
            type_id = pending.pop()
            if type_id not in reached:
                reached[type_id] = None
                pending += _parts(self._types[type_id])
        return reached

    def hashes(self) -> List[bytes]:
        """Hashes of all leaves, by number of the type and then by variant."""
        return [
            blake3(_PATH.encode(described.path) + body + COMPACT_U32.encode(number))
            for described, number in (
                (self._types[type_id], number) for type_id, number in self._numbers.items()
            )
            for body in self._bodies(described)
        ]

    def extrinsic(self, parts: ExtrinsicTypes) -> bytes:
        """Encode the extrinsic metadata of RFC-78."""
        out = [
            U8.encode(FORMAT),
            self._reference(parts.address),
            self._reference(parts.call),
            self._reference(parts.signature),
            COMPACT_U32.encode(len(parts.extensions)),
        ]
        for extension in parts.extensions:
            out += (
                STR.encode(extension.identifier),
                self._reference(extension.type_id),
                self._reference(extension.implicit),
            )
        return b"".join(out)

    def _bodies(self, described: Type) -> List[bytes]:
        """The definitions of a type with a leaf: one, or one for each variant."""
        match described.definition:
            case CompositeDef(members):
                return [b"\x00" + self._fields(members)]
            case VariantDef(variants):
                ordered = sorted(variants, key=lambda variant: variant.discriminant)
                return [
                    b"\x01"
                    + STR.encode(v.name)
                    + self._fields(v.fields)
                    + COMPACT_U32.encode(v.discriminant)
                    for v in ordered
                ]
            case SequenceDef(type_id):
                return [b"\x02" + self._reference(type_id)]
            case ArrayDef(length, type_id):
                return [b"\x03" + U32.encode(length) + self._reference(type_id)]
            case TupleDef(type_ids):
                items = b"".join([self._reference(type_id) for type_id in type_ids])
                return [b"\x04" + COMPACT_U32.encode(len(type_ids)) + items]
            case BitSequenceDef(store, order):
                return [b"\x05" + self._bit_sequence(store, order)]
            case PrimitiveDef() | CompactDef():
                raise AssertionError("a type without a leaf")

    def _fields(self, members: Tuple[PortableField, ...]) -> bytes:
        encoded = [
            _NAME.encode(member.name)
            + self._reference(member.type_id)
            + _NAME.encode(member.type_name)
            for member in members
        ]
        return COMPACT_U32.encode(len(members)) + b"".join(encoded)

    def _reference(self, type_id: int) -> bytes:
        """How a leaf names another type: primitives and empty types by what they are."""
        number = self._numbers.get(type_id)
        if number is not None:
            return _BY_ID + COMPACT_U32.encode(number)
        definition = self._types[type_id].definition
        if isinstance(definition, PrimitiveDef):
            return bytes((definition.kind,))
        if not isinstance(definition, CompactDef):
            return _VOID_REF
        inside = self._primitives(type_id)
        if not inside:
            return _VOID_REF
        reference = _COMPACT_REF.get(inside[0])
        if reference is None or len(inside) > 1:
            raise ValueError(f"Compact of {inside} is none that RFC-78 knows")
        return bytes((reference,))

    def _primitives(self, type_id: int) -> List[PrimitiveKind]:
        """Primitives inside a type, each type entered once."""
        found: List[PrimitiveKind] = []
        entered: Dict[int, None] = {}
        pending = [type_id]
        while pending:
            type_id = pending.pop()
            if type_id in entered:
                continue
            entered[type_id] = None
            described = self._types[type_id]
            if isinstance(described.definition, PrimitiveDef):
                found.append(described.definition.kind)
            pending += _mentioned(described)
        return found

    def _bit_sequence(self, store: int, order: int) -> bytes:
        inside = self._primitives(store)
        size = _STORE_SIZES.get(inside[0]) if len(inside) == 1 else None
        name = self._types[order].path[-1:]
        if size is None or name not in (("Lsb0",), ("Msb0",)):
            raise ValueError(f"a bit sequence of {inside} in the order {name}")
        return bytes((size, name == ("Lsb0",)))


def _has_leaf(described: Type) -> bool:
    match described.definition:
        case PrimitiveDef() | CompactDef():
            return False
        case CompositeDef(parts) | VariantDef(parts) | TupleDef(parts):
            return bool(parts)
        case SequenceDef() | ArrayDef() | BitSequenceDef():
            return True


def _parts(described: Type) -> List[int]:
    """Types whose leaves a reader of the type needs; a compact or bit sequence says it all."""
    if isinstance(described.definition, (CompactDef, BitSequenceDef)):
        return []
    return _mentioned(described)


def _mentioned(described: Type) -> List[int]:
    """Types that the definition mentions, in order; parameters do not count."""
    out: List[int] = []

    def note(type_id: int) -> int:
        out.append(type_id)
        return type_id

    renumbered(described._replace(params=()), note)
    return out
