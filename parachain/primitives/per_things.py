"""Parts per billion and the like: fractions of one as integers.

A value is its number of parts, an int; what makes one is the accuracy of its type. Results are
exact integers, rounded as the function's name says. Source: polkadot-sdk,
primitives/arithmetic/src/per_things.rs.
"""

from typing import NamedTuple

from parachain.primitives.scale import U8, U16, U32, U64, Codec, newtype

PERCENT = newtype("sp_arithmetic::per_things::Percent", U8)
PER_U16 = newtype("sp_arithmetic::per_things::PerU16", U16)
PERMILL = newtype("sp_arithmetic::per_things::Permill", U32)
PERBILL = newtype("sp_arithmetic::per_things::Perbill", U32)
PERQUINTILL = newtype("sp_arithmetic::per_things::Perquintill", U64)


class PerThing(NamedTuple):
    """One type of fraction. `parts` never exceeds `accuracy` in what these functions return."""

    codec: Codec[int]
    accuracy: int

    def from_percent(self, percent: int) -> int:
        """Parts of a percentage, at most one whole, rounded down."""
        return min(percent, 100) * self.accuracy // 100

    def from_rational(self, numerator: int, denominator: int) -> int:
        """Parts of a quotient rounded down; one whole if it is larger or divides by zero."""
        if denominator == 0 or numerator >= denominator:
            return self.accuracy
        return numerator * self.accuracy // denominator

    def mul_floor(self, parts: int, value: int) -> int:
        """The fraction of a value that is not negative, rounded down."""
        return value * parts // self.accuracy

    def mul_ceil(self, parts: int, value: int) -> int:
        """The fraction of a value that is not negative, rounded up."""
        return -(-value * parts // self.accuracy)

    def mul(self, parts: int, value: int) -> int:
        """The fraction of a value, rounded to the nearest, halves down: Rust's `*`."""
        whole, rest = divmod(value * parts, self.accuracy)
        return whole + 1 if 2 * rest > self.accuracy else whole

    def times(self, parts: int, others: int) -> int:
        """Product of two fractions of this type, rounded down."""
        return parts * others // self.accuracy

    def left_from_one(self, parts: int) -> int:
        """What is missing to one."""
        return max(self.accuracy - parts, 0)

    def saturating_add(self, parts: int, others: int) -> int:
        """Sum, at most one."""
        return min(parts + others, self.accuracy)

    def saturating_sub(self, parts: int, others: int) -> int:
        """Difference, at least zero."""
        return max(parts - others, 0)


Percent = PerThing(PERCENT, 100)
PerU16 = PerThing(PER_U16, (1 << 16) - 1)
Permill = PerThing(PERMILL, 10**6)
Perbill = PerThing(PERBILL, 10**9)
Perquintill = PerThing(PERQUINTILL, 10**18)
