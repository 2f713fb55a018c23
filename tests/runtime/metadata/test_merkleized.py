"""The metadata hash of RFC-78, against another implementation and for types of every kind."""

import json
from pathlib import Path
from typing import Any

import pytest

from parachain.primitives.blake3 import blake3
from parachain.primitives.scale import (
    BOOL,
    U8,
    U32,
    U128,
    UNIT,
    Array,
    BitSequence,
    Codec,
    Composite,
    Readable,
    Variants,
    bit_vec,
    compact,
    newtype,
    option,
    tuple_of,
    vec,
)
from parachain.runtime.assembly import DECIMALS, RUNTIME, SYMBOL
from parachain.runtime.frame.metadata.extrinsic import ExtrinsicTypes, SignedExtension
from parachain.runtime.frame.metadata.merkleized import (
    ChainInfo,
    merkle_root,
    metadata_digest,
    metadata_hash,
)
from parachain.runtime.frame.metadata.registry import Registry
from parachain.runtime.frame.metadata.v15 import METADATA_V15
from parachain.runtime.pallets import system
from parachain.runtime.pallets.system.metadata_hash import Mode
from tests.runtime.memory_ext import MemoryExt

VECTORS = Path(__file__).parents[2] / "vectors" / "metadata"
INFO = ChainInfo(1, "chain", 42, 12, "UNIT")


@pytest.mark.parametrize("vector", json.loads((VECTORS / "merkleized.json").read_text()))
def test_hash_of_a_whole_metadata(vector: dict[str, Any]) -> None:
    metadata = METADATA_V15.decode((VECTORS / "sample_v15.scale").read_bytes()[5:])
    parts = metadata.extrinsic
    info = ChainInfo(
        vector["specVersion"],
        vector["specName"],
        vector["base58Prefix"],
        vector["decimals"],
        vector["tokenSymbol"],
    )
    extrinsic = ExtrinsicTypes(parts.address, parts.call, parts.signature, parts.signed_extensions)
    digest = metadata_digest(metadata.types, extrinsic, info)
    assert digest[0] == 1
    assert blake3(digest).hex() == vector["hash"]


def test_the_runtime_knows_its_own_hash() -> None:
    expected = metadata_hash(RUNTIME, system.SS58_PREFIX, DECIMALS, SYMBOL)
    assert len(expected) == 32
    ext = MemoryExt()
    implicit = system.CHECK_METADATA_HASH.implicit
    enabled = system.CHECK_METADATA_HASH.codec.decode(bytes((Mode.ENABLED,)))
    disabled = system.CHECK_METADATA_HASH.codec.decode(bytes((Mode.DISABLED,)))
    assert implicit(ext, enabled) == expected
    assert implicit(ext, disabled) is None


def test_the_hash_covers_the_chain() -> None:
    hashes = [
        metadata_hash(RUNTIME, 137, 12, "TVARA"),
        metadata_hash(RUNTIME, 42, 12, "TVARA"),
        metadata_hash(RUNTIME, 137, 11, "TVARA"),
        metadata_hash(RUNTIME, 137, 12, "VARA"),
    ]
    assert len(dict.fromkeys(hashes)) == len(hashes)


def pair(left: bytes, right: bytes) -> bytes:
    return blake3(left + right)


def test_merkle_trees_of_the_rfc() -> None:
    a, b, c, d, e, f = leaves = [bytes([n]) * 32 for n in range(6)]
    assert merkle_root([]) == bytes(32)
    assert merkle_root([a]) == a
    assert merkle_root(leaves[:2]) == pair(a, b)
    # The drawings for five and six leaves in the RFC's section on the tree.
    assert merkle_root(leaves[:5]) == pair(pair(pair(d, e), a), pair(b, c))
    assert merkle_root(leaves) == pair(pair(pair(c, d), pair(e, f)), pair(a, b))


def digest_of(call: Codec[Any]) -> bytes:
    """Digest of a chain whose extrinsic is made of one type."""
    registry = Registry()
    number = registry.type_id(call)
    unit = registry.type_id(UNIT)
    extensions = (SignedExtension("Nothing", unit, unit),)
    parts = ExtrinsicTypes(number, number, number, extensions)
    return metadata_digest(registry.types(), parts, INFO)


#: Types of which there is no compact form, or an empty one.
ANY_UNIT: Codec[Any] = UNIT
ANY_BOOL: Codec[Any] = BOOL

TAIL = b"\x01\0\0\0\x14chain\x2a\0\x0c\x10UNIT"
#: One extension, "Nothing", of which nothing is in the extrinsic and nothing is signed.
NOTHING = b"\x04\x1cNothing\x15\x15"

EXPRESSIBLE = [
    # (type, how it is referred to, its leaves)
    (U8, b"\x03", []),
    (UNIT, b"\x15", []),
    (
        newtype("test::W", compact(U32)),
        b"\x16\0",
        [b"\x08\x10test\x04W\0\x04\0\x11\x01\x30Compact<u32>\0"],
    ),
    (compact(newtype("test::W", U128)), b"\x13", []),
    (compact(ANY_UNIT), b"\x15", []),
    (UNIT.described(Composite("test::Empty", ()), "Empty"), b"\x15", []),
    (UNIT.described(Variants("test::Never", ()), "Never"), b"\x15", []),
    (vec(U8), b"\x16\0", [b"\0\x02\x03\0"]),
    (UNIT.described(Array(7, BOOL), "[bool; 7]"), b"\x16\0", [b"\0\x03\x07\0\0\0\0\0"]),
    (tuple_of(U8, BOOL), b"\x16\0", [b"\0\x04\x08\x03\0\0"]),
    (bit_vec(), b"\x16\0", [b"\0\x05\x01\x01\0"]),
    (
        option(U8),
        b"\x16\0",
        [b"\x04\x18Option\x01\x10None\0\0\0", b"\x04\x18Option\x01\x10Some\x04\0\x03\0\x04\0"],
    ),
]


@pytest.mark.parametrize(("codec", "reference", "leaves"), EXPRESSIBLE)
def test_types_as_leaves(codec: Codec[Any], reference: bytes, leaves: list[bytes]) -> None:
    extrinsic = blake3(b"\x04" + 3 * reference + NOTHING)
    root = merkle_root([blake3(leaf) for leaf in leaves])
    assert digest_of(codec) == b"\x01" + root + extrinsic + TAIL


def test_what_the_rfc_cannot_express_is_an_error() -> None:
    with pytest.raises(ValueError, match="Compact of"):
        digest_of(compact(ANY_BOOL))
    msb = UNIT.described(Composite("bitvec::order::Odd0", ()), "Odd0")
    for store, order in ((BOOL, bit_vec().info.order), (U8, msb)):  # type: ignore[union-attr]  # a BitSequence
        odd = Codec(Readable(UNIT.encode, UNIT.read), BitSequence(store, order), "BitVec", 1)
        with pytest.raises(ValueError, match="a bit sequence of"):
            digest_of(odd)
