"""How fast values are encoded and decoded, against py-scale-codec in the same process.

The extrinsic is a signed transfer with the extensions of this chain. For py-scale-codec it is a
plain struct of a static type registry, without the metadata look-ups of its own extrinsic class,
which favours it.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from scalecodec.base import RuntimeConfigurationObject, ScaleBytes
from scalecodec.type_registry import load_type_registry_preset

from parachain.primitives.address import MULTI_ADDRESS, Id, MultiAddress
from parachain.primitives.era import ERA, mortal
from parachain.primitives.extrinsic import Signed, unchecked_extrinsic
from parachain.primitives.scale import (
    COMPACT_U32,
    COMPACT_U128,
    U8,
    U32,
    U128,
    Codec,
    fields,
    struct,
    tuple_of,
)
from parachain.primitives.signature import MULTI_SIGNATURE, Sr25519
from tests.bench.row import Row, at_least

#: Time spent on each of the eight measurements.
SECONDS: Final = 0.4
ROUNDS: Final = 20

MUCH_FASTER: Final = at_least(40)


class AccountData(NamedTuple):
    """Balances of an account."""

    free: int
    reserved: int
    frozen: int
    flags: int


class AccountInfo(NamedTuple):
    """System.Account."""

    nonce: int
    consumers: int
    providers: int
    sufficients: int
    data: AccountData


class Transfer(NamedTuple):
    """Balances.transfer_keep_alive with its two indices."""

    pallet: int
    call: int
    dest: MultiAddress
    value: int


ACCOUNT_INFO = struct(
    "frame_system::AccountInfo",
    AccountInfo,
    fields(
        ("nonce", U32),
        ("consumers", U32),
        ("providers", U32),
        ("sufficients", U32),
        (
            "data",
            struct(
                "pallet_balances::types::AccountData",
                AccountData,
                fields(("free", U128), ("reserved", U128), ("frozen", U128), ("flags", U128)),
            ),
        ),
    ),
)

EXTRINSIC = unchecked_extrinsic(
    MULTI_ADDRESS,
    MULTI_SIGNATURE,
    tuple_of(ERA, COMPACT_U32, COMPACT_U128, U8),
    struct(
        "Transfer",
        Transfer,
        fields(("pallet", U8), ("call", U8), ("dest", MULTI_ADDRESS), ("value", COMPACT_U128)),
    ),
)

ACCOUNT: Final = AccountInfo(7, 0, 1, 0, AccountData(10**18, 10**12, 0, 1 << 127))
TRANSFER: Final = Signed(
    Id(bytes(range(32))),
    Sr25519(bytes(range(64))),
    (mortal(64, 1000), ACCOUNT.nonce, 0, 0),
    Transfer(5, 3, Id(bytes(range(32, 64))), 10**12),
)

#: The same types in the notation of py-scale-codec.
REGISTRY: Final = {
    "types": {
        "BenchAccountData": {
            "type": "struct",
            "type_mapping": [[name, "u128"] for name in AccountData._fields],
        },
        "BenchAccountInfo": {
            "type": "struct",
            "type_mapping": [
                *[[name, "u32"] for name in AccountInfo._fields[:4]],
                ["data", "BenchAccountData"],
            ],
        },
        "BenchAddress": {
            "type": "enum",
            "type_mapping": [["Id", "[u8; 32]"], ["Index", "Null"], ["Raw", "Bytes"]],
        },
        "BenchSignature": {
            "type": "enum",
            "type_mapping": [["Ed25519", "[u8; 64]"], ["Sr25519", "[u8; 64]"]],
        },
        "BenchExtrinsic": {
            "type": "struct",
            "type_mapping": [
                ["length", "Compact<u32>"],
                ["version", "u8"],
                ["address", "BenchAddress"],
                ["signature", "BenchSignature"],
                ["era", "[u8; 2]"],
                ["nonce", "Compact<u32>"],
                ["tip", "Compact<u128>"],
                ["mode", "u8"],
                ["pallet", "u8"],
                ["call", "u8"],
                ["dest", "BenchAddress"],
                ["value", "Compact<u128>"],
            ],
        },
    }
}


def per_second(functions: Sequence[Callable[[], object]], seconds: float) -> list[float]:
    """Calls a second of each: the best of some rounds, which take turns.

    Taking turns, so that a slow moment of the machine does not fall on one of them alone; in
    processor time. Each takes about `seconds`.
    """
    rounds = [max(1, round(seconds / ROUNDS / _time(function, 1))) for function in functions]
    best = [float("inf")] * len(functions)
    for _ in range(ROUNDS):
        for index, function in enumerate(functions):
            calls = rounds[index]
            best[index] = min(best[index], _time(function, calls) / calls)
    return [1 / each for each in best]


def _time(function: Callable[[], object], calls: int) -> float:
    begun = time.thread_time()
    for _ in range(calls):
        function()
    return time.thread_time() - begun


def reference(name: str) -> Any:
    """A py-scale-codec object of a type in REGISTRY, with a configuration of its own."""
    configuration = RuntimeConfigurationObject()
    configuration.update_type_registry(load_type_registry_preset("legacy"))
    configuration.update_type_registry(REGISTRY)
    return configuration.create_scale_object(name)


def _rows(
    name: str, codec: Codec[Any], value: Any, reference_name: str, seconds: float
) -> Iterator[Row]:
    data = codec.encode(value)
    theirs = reference(reference_name)
    plain = theirs.decode(ScaleBytes(data))
    encoded = bytes(theirs.encode(plain).data)
    if encoded != data or codec.decode(data) != value:
        raise ValueError(f"the codecs disagree on {name}: {encoded.hex()} {data.hex()}")
    for what, ours, reference_function in (
        ("encode", lambda: codec.encode(value), lambda: theirs.encode(plain)),
        ("decode", lambda: codec.decode(data), lambda: theirs.decode(ScaleBytes(data))),
    ):
        fast, slow = per_second((ours, reference_function), seconds)
        yield Row(f"{what} {name}, times py-scale-codec", fast / slow, "x", MUCH_FASTER)
        yield Row(f"{what} {name}", fast, "/s")


def rows(seconds: float = SECONDS) -> Iterator[Row]:
    """Measure everything; takes some three seconds."""
    yield from _rows("AccountInfo", ACCOUNT_INFO, ACCOUNT, "BenchAccountInfo", seconds)
    yield from _rows("signed transfer", EXTRINSIC, TRANSFER, "BenchExtrinsic", seconds)
