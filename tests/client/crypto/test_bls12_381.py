"""The builtin actor's operations against py_ecc and signatures of Ethereum."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.client.crypto.bls12_381 import bls12_381
from parachain.primitives.scale import BYTES

MILLER_LOOP, FINAL_EXPONENTIATION, MSM_G1, MSM_G2, MUL_G1, MUL_G2, AGGREGATE_G1, MAP_TO_G2 = range(
    8
)

VECTORS: Any = json.loads((Path(__file__).parents[2] / "vectors" / "bls12_381.json").read_text())
G1 = [bytes.fromhex(point) for point in VECTORS["g1"]]
G2 = [bytes.fromhex(point) for point in VECTORS["g2"]]
SCALARS = [int(scalar, 16) for scalar in VECTORS["scalars"]]

#: The moduli of coordinates and of scalars: polynomials of the curve's parameter.
X = -0xD201000000010000
R = X**4 - X**2 + 1
P = (X - 1) ** 2 * R // 3 + X
INFINITY_G1 = b"\x40" + bytes(95)
INFINITY_G2 = b"\x40" + bytes(191)
#: 1 in the field that pairings lead to.
ONE = b"\1" + bytes(575)
GENERATOR_G1 = bytes.fromhex(
    "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
    "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1"
)


def run(operation: int, *fields: bytes) -> bytes | None:
    return bls12_381(operation, b"".join(map(BYTES.encode, fields)))


def sequence(*items: bytes) -> bytes:
    return len(items).to_bytes(8, "little") + b"".join(items)


def pairing(g1: list[bytes], g2: list[bytes]) -> bytes:
    product = run(MILLER_LOOP, sequence(*g1), sequence(*g2))
    assert product is not None
    paired = run(FINAL_EXPONENTIATION, product)
    assert paired is not None
    return paired


def numbers(data: bytes, order: Any = "big") -> list[int]:
    return [int.from_bytes(data[at : at + 48], order) for at in range(0, len(data), 48)]


def big_endian(*coordinates: int) -> bytes:
    return b"".join(number.to_bytes(48, "big") for number in coordinates)


def little_endian(*coordinates: int) -> bytes:
    return b"".join(number.to_bytes(48, "little") for number in coordinates)


def negative(g1: bytes) -> bytes:
    x, y = numbers(g1)
    return big_endian(x, P - y)


def affine_g1(projective: bytes | None) -> bytes:
    """From Jacobian coordinates."""
    assert projective is not None
    x, y, z = numbers(projective, "little")
    inverse = pow(z, -1, P)
    return big_endian(x * inverse**2 % P, y * inverse**3 % P)


complex2 = tuple[int, int]


def affine_g2(projective: bytes | None) -> bytes:
    def multiply(a: complex2, b: complex2) -> complex2:
        return (a[0] * b[0] - a[1] * b[1]) % P, (a[0] * b[1] + a[1] * b[0]) % P

    assert projective is not None
    x0, x1, y0, y1, z0, z1 = numbers(projective, "little")
    norm = pow(z0 * z0 + z1 * z1, -1, P)
    inverse = (z0 * norm % P, -z1 * norm % P)
    square = multiply(inverse, inverse)
    x, y = multiply((x0, x1), square), multiply((y0, y1), multiply(square, inverse))
    return big_endian(x[1], x[0], y[1], y[0])


def scalars(*values: int) -> bytes:
    return sequence(*(value.to_bytes(32, "little") for value in values))


def limbs(value: int) -> bytes:
    data = value.to_bytes(32, "little")
    return (4).to_bytes(8, "little") + data


def projective_g1(point: bytes) -> bytes:
    return little_endian(*numbers(point), 1)


def projective_g2(point: bytes) -> bytes:
    x1, x0, y1, y0 = numbers(point)
    return little_endian(x0, x1, y0, y1, 1, 0)


@pytest.mark.parametrize(("message", "point"), VECTORS["map_to_g2"])
def test_messages_are_mapped_as_by_py_ecc(message: str, point: str) -> None:
    mapped = run(MAP_TO_G2, bytes.fromhex(message))
    assert mapped is not None
    assert mapped.hex() == point


def test_points_are_added_up() -> None:
    assert run(AGGREGATE_G1, sequence(*G1)) == bytes.fromhex(VECTORS["aggregate_g1"])
    assert run(AGGREGATE_G1, sequence(G1[0])) == G1[0]
    assert run(AGGREGATE_G1, sequence(G1[0], negative(G1[0]))) == INFINITY_G1
    assert run(AGGREGATE_G1, sequence(INFINITY_G1, G1[1])) == G1[1]
    assert run(AGGREGATE_G1, sequence()) is None


def test_sums_of_products() -> None:
    g1 = affine_g1(run(MSM_G1, sequence(*G1), scalars(*SCALARS)))
    g2 = affine_g2(run(MSM_G2, sequence(*G2), scalars(*SCALARS)))
    assert (g1.hex(), g2.hex()) == (VECTORS["msm_g1"], VECTORS["msm_g2"])
    assert run(MSM_G1, sequence(), sequence()) == little_endian(1, 1, 0)


def test_forty_products_are_the_sum_of_their_halves() -> None:
    many, factors = G1 * 8, [scalar * (at + 1) % R for at, scalar in enumerate(SCALARS * 8)]
    whole = affine_g1(run(MSM_G1, sequence(*many), scalars(*factors)))
    halves = [
        affine_g1(run(MSM_G1, sequence(*many[part]), scalars(*factors[part])))
        for part in (slice(20), slice(20, None))
    ]
    assert run(AGGREGATE_G1, sequence(*halves)) == whole


def test_products_of_projective_points() -> None:
    g1 = affine_g1(run(MUL_G1, projective_g1(G1[0]), limbs(SCALARS[0])))
    g2 = affine_g2(run(MUL_G2, projective_g2(G2[0]), limbs(SCALARS[0])))
    assert (g1.hex(), g2.hex()) == (VECTORS["mul_g1"], VECTORS["mul_g2"])
    # a number may be longer than the group's order
    assert affine_g1(run(MUL_G1, projective_g1(G1[0]), limbs(SCALARS[0] + R))) == g1
    assert run(MUL_G1, projective_g1(G1[0]), sequence()) == little_endian(1, 1, 0)


def test_pairings_are_bilinear() -> None:
    product_g1 = bytes.fromhex(VECTORS["mul_g1"])
    product_g2 = bytes.fromhex(VECTORS["mul_g2"])
    paired = pairing([product_g1], [G2[0]])
    assert paired == pairing([G1[0]], [product_g2])
    assert paired != pairing([G1[0]], [G2[0]])
    assert pairing([product_g1, negative(G1[0])], [G2[0], product_g2]) == ONE
    assert pairing([INFINITY_G1, G1[0]], [G2[0], INFINITY_G2]) == ONE
    assert pairing([], []) == ONE


def test_more_pairs_than_one_miller_loop_takes() -> None:
    g1, g2 = G1 * 26, G2 * 26
    minus = [negative(point) for point in g1]
    assert pairing(g1 + minus, g2 + g2) == ONE
    assert pairing(g1 + minus[1:], g2 + g2[1:]) == pairing(g1[:1], g2[:1])


def test_an_aggregate_signature_of_ethereum() -> None:
    signed = VECTORS["signature"]
    keys = [bytes.fromhex(key) for key in signed["public_keys"]]
    key = run(AGGREGATE_G1, sequence(*keys))
    message = run(MAP_TO_G2, bytes.fromhex(signed["message"]))
    other = run(MAP_TO_G2, bytes(32))
    assert key is not None
    assert message is not None
    assert other is not None
    signature = bytes.fromhex(signed["aggregate"])
    # compressed it is the published one: x with three flags
    assert signature[1:96] == bytes.fromhex(signed["compressed"])[1:]
    minus = negative(GENERATOR_G1)
    assert pairing([key, minus], [message, signature]) == ONE
    assert pairing([key, minus], [other, signature]) != ONE
    assert pairing([keys[0], minus], [message, signature]) != ONE


def test_points_off_the_curve_are_computed_with_as_the_reference_does() -> None:
    strange_g1, strange_g2 = big_endian(1, 1), big_endian(1, 2, 3, 4)
    assert len(pairing([strange_g1], [strange_g2])) == len(ONE)
    origin = run(MILLER_LOOP, sequence(bytes(96)), sequence(bytes(192)))
    assert origin == bytes(576)
    assert run(FINAL_EXPONENTIATION, origin) is None
    assert len(run(MSM_G2, sequence(strange_g2), scalars(5)) or b"") == 6 * 48
    assert len(run(MUL_G1, bytes(3 * 48), limbs(5)) or b"") == 3 * 48


def test_arguments_that_are_refused() -> None:
    one = sequence(G1[0])
    for operation, fields in [
        (MILLER_LOOP, (one,)),
        (MILLER_LOOP, (one, sequence())),
        (MILLER_LOOP, (one, sequence(G2[0], G2[1]))),
        (MILLER_LOOP, (one[:-1], sequence(G2[0]))),
        (MILLER_LOOP, (sequence(big_endian(P, 1)), sequence(G2[0]))),
        (MILLER_LOOP, (sequence(b"\x80" + bytes(95)), sequence(G2[0]))),  # said to be compressed
        (MSM_G1, (one, sequence())),
        (MSM_G1, (one, sequence(R.to_bytes(32, "little")))),
        (MSM_G1, (b"\xff" * 8 + G1[0], b"\xff" * 8 + bytes(32))),
        (MSM_G2, (one, scalars(1))),
        (MUL_G1, (projective_g1(G1[0])[1:], limbs(1))),
        (MUL_G1, (little_endian(P, 1, 1), limbs(1))),
        (MUL_G1, (projective_g1(G1[0]), limbs(1)[:-1])),
        (AGGREGATE_G1, (b"\1",)),
        (AGGREGATE_G1, ()),
        (FINAL_EXPONENTIATION, (bytes(576),)),
        (FINAL_EXPONENTIATION, (ONE[:-1],)),
        (FINAL_EXPONENTIATION, (P.to_bytes(48, "little") + ONE[48:],)),
        (8, (b"",)),
        (-1, (b"",)),
        (2**32, (b"",)),
    ]:
        assert run(operation, *fields) is None, (operation, fields)
    assert bls12_381(MAP_TO_G2, b"\x0cab") is None
    assert bls12_381(MAP_TO_G2, b"\xfd\0") is None


@settings(max_examples=60)
@given(st.integers(0, 7), st.lists(st.binary(max_size=600), max_size=3), st.integers(0, 3))
def test_any_bytes_are_answered(operation: int, fields: list[bytes], count: int) -> None:
    counted = [count.to_bytes(8, "little") + field for field in fields]
    run(operation, *fields)
    run(operation, *counted)
    bls12_381(operation, b"".join(fields))
