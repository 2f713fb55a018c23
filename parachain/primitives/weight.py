"""Weight: execution time in picoseconds and proof size in bytes.

Source: polkadot-sdk, primitives/weights/src/weight_v2.rs.
"""

from typing import NamedTuple, Optional

from parachain.primitives.scale import COMPACT_U64, fields, struct

U64_MAX = (1 << 64) - 1


class Weight(NamedTuple):
    """Both dimensions are u64. Arithmetic goes by component; `+` joins tuples, so do not use it."""

    ref_time: int
    proof_size: int

    def saturating_add(self, other: "Weight") -> "Weight":
        """Sum, kept at the largest u64."""
        return Weight(
            min(self.ref_time + other.ref_time, U64_MAX),
            min(self.proof_size + other.proof_size, U64_MAX),
        )

    def saturating_sub(self, other: "Weight") -> "Weight":
        """Difference, kept at zero."""
        return Weight(
            max(self.ref_time - other.ref_time, 0), max(self.proof_size - other.proof_size, 0)
        )

    def saturating_mul(self, factor: int) -> "Weight":
        """Product with a number that is not negative, kept at the largest u64."""
        return Weight(min(self.ref_time * factor, U64_MAX), min(self.proof_size * factor, U64_MAX))

    def checked_add(self, other: "Weight") -> Optional["Weight"]:
        """Sum, or None if a component leaves u64."""
        ref_time = self.ref_time + other.ref_time
        proof_size = self.proof_size + other.proof_size
        if ref_time > U64_MAX or proof_size > U64_MAX:
            return None
        return Weight(ref_time, proof_size)

    def checked_sub(self, other: "Weight") -> Optional["Weight"]:
        """Difference, or None if a component would be negative."""
        if self.ref_time < other.ref_time or self.proof_size < other.proof_size:
            return None
        return Weight(self.ref_time - other.ref_time, self.proof_size - other.proof_size)

    def any_gt(self, other: "Weight") -> bool:
        """Whether a component is above that of `other`."""
        return self.ref_time > other.ref_time or self.proof_size > other.proof_size

    def all_lte(self, other: "Weight") -> bool:
        """Whether no component is above that of `other`."""
        return self.ref_time <= other.ref_time and self.proof_size <= other.proof_size

    def lowest(self, other: "Weight") -> "Weight":
        """The smaller of each component."""
        return Weight(min(self.ref_time, other.ref_time), min(self.proof_size, other.proof_size))

    def highest(self, other: "Weight") -> "Weight":
        """The larger of each component."""
        return Weight(max(self.ref_time, other.ref_time), max(self.proof_size, other.proof_size))


ZERO = Weight(0, 0)
MAX = Weight(U64_MAX, U64_MAX)

WEIGHT = struct(
    "sp_weights::weight_v2::Weight",
    Weight,
    fields(("ref_time", COMPACT_U64.named("u64")), ("proof_size", COMPACT_U64.named("u64"))),
)
