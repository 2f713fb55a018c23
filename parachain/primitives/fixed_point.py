"""FixedU128: numbers from 0 to about 3.4 * 10**20 with 18 decimals, as integers.

A value is its inner u128, ONE of them to the unit. Results are exact, rounded down, and saturate
at the ends of u128. Source: polkadot-sdk, primitives/arithmetic/src/fixed_point.rs.
"""

from parachain.primitives.scale import U128, newtype

FIXED_U128 = newtype("sp_arithmetic::fixed_point::FixedU128", U128)

#: The inner value of 1.
ONE = 10**18

#: The largest inner value.
MAX = (1 << 128) - 1


def saturating_from_integer(number: int) -> int:
    """A whole number that is not negative."""
    return min(number * ONE, MAX)


def saturating_from_rational(numerator: int, denominator: int) -> int:
    """A quotient of numbers that are not negative. Raises ZeroDivisionError, as Rust panics."""
    return min(numerator * ONE // denominator, MAX)


def saturating_add(a: int, b: int) -> int:
    """Sum."""
    return min(a + b, MAX)


def saturating_sub(a: int, b: int) -> int:
    """Difference, at least 0."""
    return max(a - b, 0)


def saturating_mul(a: int, b: int) -> int:
    """Product."""
    return min(a * b // ONE, MAX)


def saturating_mul_int(fixed: int, number: int, number_max: int = MAX) -> int:
    """Product of a fixed-point and a whole number as a whole number of at most `number_max`."""
    return min(fixed * number // ONE, number_max)
