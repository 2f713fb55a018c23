"""The declared pallets show clients what Vara's metadata shows them.

Names, indices, types down to their paths, hashers, defaults and constants; see
tests/vectors/pallets/SOURCE.md.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from parachain.primitives.scale import (
    Array,
    Codec,
    CompactOf,
    Composite,
    Deferred,
    Primitive,
    Sequence,
    TupleOf,
    Variants,
)
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.frame.storage import OptionalMap, OptionalValue

VECTORS = Path(__file__).parents[2] / "vectors" / "pallets" / "vara_pallets.json"
VARA = json.loads(VECTORS.read_text())


def type_name(codec: Codec[Any] | None) -> str:
    """Write a type as the vectors do."""
    info = None if codec is None else codec.info
    match info:
        case None:
            return "_"
        case Deferred(inner):
            return type_name(inner)
        case Composite(path, _, params) | Variants(path, _, params):
            listed = ",".join(type_name(parameter) for _, parameter in params)
            outer = path.startswith("vara_runtime::Runtime")
            return f"{path}<{listed}>" if listed and not outer else path
        case Primitive(name):
            return name
        case CompactOf(inner):
            return f"Compact<{type_name(inner)}>"
        case Sequence(inner):
            return f"Vec<{type_name(inner)}>"
        case Array(length, inner):
            return f"[{type_name(inner)};{length}]"
        case TupleOf(codecs):
            return f"({','.join(type_name(inner) for inner in codecs)})"
        case _:
            raise AssertionError(f"no name for {info!r}")


def fields_of(body: Any) -> list[list[str]]:
    return [
        [name, type_name(c), c.rust_name] for name, c in zip(body.names, body.codecs, strict=True)
    ]


def declared(pallet: Pallet) -> dict[str, Any]:
    storage = []
    for item in pallet.storage:
        keys = [type_name(codec) for _, codec in item.keys]
        together = f"({','.join(keys)})" if len(keys) > 1 else "".join(keys)
        storage.append(
            {
                "name": item.name,
                "optional": isinstance(item, OptionalMap | OptionalValue),
                "default": "00" if item.default is None else item.default.hex(),
                "value": type_name(item.codec),
                "keys": together or None,
                "hashers": [hasher.name.lower() for hasher, _ in item.keys],
            }
        )
    return {
        "name": pallet.name,
        "index": pallet.index,
        "storage": storage,
        "calls": [
            {"index": index, "name": call.name, "fields": fields_of(call.fields)}
            for index, call in sorted(pallet.calls.items())
        ],
        "events": [
            {"index": event.index, "name": event.name, "fields": fields_of(event.fields)}
            for event in pallet.events
        ],
        "errors": [[error.index, error.name] for error in pallet.errors],
        "constants": [
            {"name": c.name, "type": type_name(c.codec), "value": c.codec.encode(c.value).hex()}
            for c in pallet.constants
        ],
    }


@pytest.mark.parametrize("vara", VARA, ids=lambda vara: vara["name"])
@pytest.mark.parametrize("part", ["index", "storage", "calls", "events", "errors", "constants"])
def test_as_in_vara(vara: dict[str, Any], part: str) -> None:
    ours = declared(RUNTIME.pallet(vara["name"]))[part]
    if isinstance(ours, list):
        for item, expected in zip(ours, vara[part], strict=True):
            assert item == expected
    assert ours == vara[part]
