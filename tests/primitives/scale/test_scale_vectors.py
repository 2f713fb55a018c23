"""Known encodings; see tests/vectors/scale/SOURCE.md."""

import json
from pathlib import Path
from typing import Any

import pytest

from parachain.primitives.scale import (
    BOOL,
    COMPACT_U32,
    COMPACT_U64,
    COMPACT_U128,
    I8,
    I16,
    STR,
    U16,
    U32,
    Codec,
    Err,
    Ok,
    option,
    result,
    tuple_of,
    vec,
)
from tests.primitives.scale.three_way import three_way

VECTORS = Path(__file__).parents[2] / "vectors" / "scale" / "vectors.json"

CODECS: dict[str, Codec[Any]] = {
    codec.rust_name: codec
    for codec in (
        I8,
        U16,
        U32,
        BOOL,
        COMPACT_U64,
        COMPACT_U128,
        vec(U16),
        vec(I16),
        vec(option(I8)),
        vec(STR),
        tuple_of(COMPACT_U32, BOOL),
    )
}


def cases() -> list[Any]:
    found = []
    for source, entries in json.loads(VECTORS.read_text()).items():
        for name, value, encoded in entries:
            shown = tuple(value) if isinstance(value, list) else value
            found.append(pytest.param(name, shown, encoded, id=f"{source}: {name} {shown}"))
    return found


@pytest.mark.parametrize(("name", "value", "encoded"), cases())
def test_known_encodings(name: str, value: Any, encoded: str) -> None:
    assert three_way(CODECS[name], value).hex() == encoded


def test_results() -> None:
    """The same page: Result<u8, bool>."""
    codec = result(U16, BOOL)
    assert three_way(codec, Ok(42)).hex() == "002a00"
    assert three_way(codec, Err(False)).hex() == "0100"
    good: object = Ok(0)
    assert good != Err(0)
