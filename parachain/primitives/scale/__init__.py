"""SCALE, the encoding of every value on chain, on the wire and in the trie.

Decoding is strict: bytes that are short, over-long or not in canonical form raise `DecodeError`
with the path of the field, and nothing else is ever raised, however hostile the bytes. Encoding
checks widths and raises `EncodeError`. Specification: https://spec.polkadot.network, "SCALE".

Not here: what the types mean (the modules beside this package), and the metadata that describes
them to clients (`parachain.runtime`).
"""

from parachain.primitives.scale.bits import bit_vec
from parachain.primitives.scale.bytestrings import BYTES, STR, fixed_bytes
from parachain.primitives.scale.choices import Err, Ok, option, result
from parachain.primitives.scale.codec import (
    Array,
    BitSequence,
    Codec,
    CompactOf,
    Composite,
    Deferred,
    Field,
    Params,
    Primitive,
    Readable,
    Sequence,
    TupleOf,
    TypeInfo,
    Variant,
    Variants,
)
from parachain.primitives.scale.compact import (
    COMPACT_U8,
    COMPACT_U16,
    COMPACT_U32,
    COMPACT_U64,
    COMPACT_U128,
    COMPACT_UNIT,
    MAX_ZERO_SIZE_ELEMENTS,
    compact,
    encode_compact,
    read_compact,
)
from parachain.primitives.scale.enums import Case, c_enum, enum, variant
from parachain.primitives.scale.errors import DecodeError, EncodeError, ScaleError
from parachain.primitives.scale.fields import Fields, fields
from parachain.primitives.scale.integers import (
    BOOL,
    I8,
    I16,
    I32,
    I64,
    I128,
    U8,
    U16,
    U32,
    U64,
    U128,
    UNIT,
)
from parachain.primitives.scale.nesting import MAX_NESTING
from parachain.primitives.scale.ordered import (
    bounded_btree_map,
    bounded_btree_set,
    btree_map,
    btree_set,
)
from parachain.primitives.scale.primitive_types import H160, H256, H512, U256
from parachain.primitives.scale.records import newtype, struct
from parachain.primitives.scale.recursion import Forward, forward, opaque
from parachain.primitives.scale.sequences import (
    array,
    bounded_bytes,
    bounded_vec,
    vec,
    weak_bounded_vec,
)
from parachain.primitives.scale.tuples import tuple_of

__all__ = [
    "BOOL",
    "BYTES",
    "COMPACT_U8",
    "COMPACT_U16",
    "COMPACT_U32",
    "COMPACT_U64",
    "COMPACT_U128",
    "COMPACT_UNIT",
    "H160",
    "H256",
    "H512",
    "I8",
    "I16",
    "I32",
    "I64",
    "I128",
    "MAX_NESTING",
    "MAX_ZERO_SIZE_ELEMENTS",
    "STR",
    "U8",
    "U16",
    "U32",
    "U64",
    "U128",
    "U256",
    "UNIT",
    "Array",
    "BitSequence",
    "Case",
    "Codec",
    "CompactOf",
    "Composite",
    "DecodeError",
    "Deferred",
    "EncodeError",
    "Err",
    "Field",
    "Fields",
    "Forward",
    "Ok",
    "Params",
    "Primitive",
    "Readable",
    "ScaleError",
    "Sequence",
    "TupleOf",
    "TypeInfo",
    "Variant",
    "Variants",
    "array",
    "bit_vec",
    "bounded_btree_map",
    "bounded_btree_set",
    "bounded_bytes",
    "bounded_vec",
    "btree_map",
    "btree_set",
    "c_enum",
    "compact",
    "encode_compact",
    "enum",
    "fields",
    "fixed_bytes",
    "forward",
    "newtype",
    "opaque",
    "option",
    "read_compact",
    "result",
    "struct",
    "tuple_of",
    "variant",
    "vec",
    "weak_bounded_vec",
]
