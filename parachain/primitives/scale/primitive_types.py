"""The hashes and the big integer of Parity's `primitive_types` crate."""

from parachain.primitives.scale.bytestrings import fixed_bytes
from parachain.primitives.scale.codec import Composite, Field
from parachain.primitives.scale.integers import U64, integer
from parachain.primitives.scale.sequences import array

H160 = fixed_bytes(20, "primitive_types::H160")
H256 = fixed_bytes(32, "primitive_types::H256")
H512 = fixed_bytes(64, "primitive_types::H512")

#: Described as four u64 limbs, the least significant first, which is one little-endian integer.
U256 = integer("U256", 32).described(
    Composite("primitive_types::U256", (Field("", array(U64, 4), "[u64; 4]"),)), "U256"
)
