"""The BLS12-381 actor: its requests, what they cost to the unit, and how it refuses.

Points come from the vectors of `tests/client/crypto/test_bls12_381.py`, where results are compared
with another library's; costs are those of the weights of Vara's pallet_gear_builtin.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from parachain.primitives.scale import BYTES, COMPACT_U32
from parachain.runtime.gear.reply_code import MANUAL_REPLY, Error
from parachain.runtime.pallets import gear
from parachain.runtime.pallets.gear_builtin import actor_id
from parachain.runtime.pallets.gear_builtin.curve import DECODING_ERROR
from tests.runtime.pallets.gear_pallet.blocks import PRICE, Blocks
from tests.runtime.pallets.gear_pallet.traffic import everything_is_over
from tests.runtime.pallets.scene import ALICE, UNIT

VECTORS: Any = json.loads((Path(__file__).parents[3] / "vectors" / "bls12_381.json").read_text())
G1 = [bytes.fromhex(point) for point in VECTORS["g1"]]
G2 = [bytes.fromhex(point) for point in VECTORS["g2"]]
SUM = bytes.fromhex(VECTORS["aggregate_g1"])
GAS = 50_000_000_000


def sequence(*items: bytes) -> bytes:
    return len(items).to_bytes(8, "little") + b"".join(items)


def request(number: int, *arguments: bytes) -> bytes:
    return bytes((number,)) + b"".join(map(BYTES.encode, arguments))


def ask(blocks: Blocks, payload: bytes, gas: int = GAS) -> tuple[Any, int]:
    """Ask the actor; return its reply and the gas that was burned."""
    before = blocks.free(ALICE)
    blocks.call(gear.send_message(actor_id(1), payload, gas, UNIT, True))
    blocks.run()
    reply = next(event[1] for event in blocks.events() if event[0] == "UserMessageSent")
    blocks.next()
    everything_is_over(blocks)
    burned, rest = divmod(before - blocks.free(ALICE), PRICE)
    assert (rest, reply.value) == (0, UNIT)
    return reply, burned


def read(length: int) -> int:
    return 260_000 + 170 * length


def test_the_sum_of_points(blocks: Blocks) -> None:
    points = sequence(*G1)
    reply, burned = ask(blocks, request(6, points))
    assert reply.details.code == MANUAL_REPLY
    assert reply.payload == request(6, SUM)
    assert burned == read(len(points)) + 21_926_923 + 823_645 * len(G1)


def test_a_pairing(blocks: Blocks) -> None:
    a, b = sequence(*G1), sequence(*G2)
    looped, burned = ask(blocks, request(0, a, b))
    assert burned == read(len(a)) + read(len(b)) + 718_724_360 + 186_286_179 * len(G1)
    (product, end) = BYTES.read(looped.payload, 1)
    assert (len(product), end) == (576, len(looped.payload))
    paired, burned = ask(blocks, request(1, product))
    assert paired.payload[0] == 1
    assert burned == read(576) + 632_624_000


@pytest.mark.parametrize(
    ("number", "points", "base", "item"),
    [(2, G1, 507_746_409, 6_150_713), (3, G2, 1_726_420_814, 16_003_288)],
)
def test_sums_of_products(
    blocks: Blocks, number: int, points: list[bytes], base: int, item: int
) -> None:
    bases = sequence(*points)
    scalars = sequence(*(bytes([at]) + bytes(31) for at in range(len(points))))
    reply, burned = ask(blocks, request(number, bases, scalars))
    assert reply.payload[0] == number
    assert burned == read(len(bases)) + read(len(scalars)) + base + item * len(points)


@pytest.mark.parametrize(
    ("number", "size", "base", "item"),
    [(4, 144, 41_994_000, 45_822_591), (5, 288, 125_816_000, 139_208_889)],
)
def test_products(blocks: Blocks, number: int, size: int, base: int, item: int) -> None:
    point, scalar = bytes(size), sequence(*[bytes(8)] * 4)
    reply, burned = ask(blocks, request(number, point, scalar))
    assert reply.payload[0] == number
    assert burned == read(size) + read(len(scalar)) + base + item * 4


def test_mapping_a_message(blocks: Blocks) -> None:
    message, point = VECTORS["map_to_g2"][-1]
    data = bytes.fromhex(message)
    reply, burned = ask(blocks, request(7, data))
    assert reply.payload == request(7, bytes.fromhex(point))
    assert burned == 480_170_089 + 681 * len(data)


ONE, TWO = sequence(G1[0]), sequence(*G1[:2])
UNEVEN = "uneven item count"


@pytest.mark.parametrize(
    ("payload", "says", "burned"),
    [
        (b"", DECODING_ERROR, 0),
        (b"\x08", DECODING_ERROR, 0),
        (b"\x06", DECODING_ERROR, 0),
        (b"\x06" + COMPACT_U32.encode(100) + bytes(99), DECODING_ERROR, read(100)),
        (request(6, bytes(7)), DECODING_ERROR, read(7)),
        (request(6, sequence()), "Empty G1 points list", read(8) + 21_926_923),
        (request(6, ONE[:-1]), DECODING_ERROR, read(103) + 21_926_923 + 823_645),
        (request(0, ONE), DECODING_ERROR, read(104)),
        (request(0, TWO, ONE), "Multi Miller loop: " + UNEVEN, read(200) + read(104)),
        (request(2, TWO, ONE), "Multi scalar multiplication: " + UNEVEN, read(200) + read(104)),
        (request(1, bytes(5)), "Final exponentiation host-call failed", read(5) + 632_624_000),
        (
            request(2, sequence(b""), sequence(b"")),
            "MSM G1 computation failed",
            2 * read(8) + 507_746_409 + 6_150_713,
        ),
        (b"\x07" + COMPACT_U32.encode(2) + b"a", DECODING_ERROR, 0),
        (b"\x07" + COMPACT_U32.encode(1) + b"ab", DECODING_ERROR, 0),
    ],
)
def test_refusals(blocks: Blocks, payload: bytes, says: str, burned: int) -> None:
    reply, found = ask(blocks, payload)
    assert isinstance(reply.details.code, Error)
    assert (reply.payload.decode(), found) == (says, burned)


def test_what_a_program_cannot_pay_is_not_computed(blocks: Blocks) -> None:
    many = (2**32 - 1).to_bytes(8, "little")
    reply, burned = ask(blocks, request(6, many), 1_000_000_000)
    assert isinstance(reply.details.code, Error)
    assert burned == read(8)


def test_bytes_behind_a_request_are_not_looked_at(blocks: Blocks) -> None:
    reply, _ = ask(blocks, request(6, sequence(*G1)) + b"more")
    assert reply.payload == request(6, SUM)
