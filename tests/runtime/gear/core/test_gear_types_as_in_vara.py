"""The engine's types show clients what Vara's metadata shows: paths, fields, indices, spelling.

See tests/vectors/gear_types/SOURCE.md.
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
    Field,
    Primitive,
    Sequence,
    TupleOf,
    Variants,
)
from parachain.runtime.gear import (
    answers,
    changes,
    dispatch,
    ids,
    intervals,
    messages,
    pages,
    program,
    reply_code,
    reservation,
    tasks,
)
from parachain.runtime.gear.gas_tree import node

VECTORS = Path(__file__).parents[3] / "vectors" / "gear_types" / "vara_gear_types.json"
VARA = {(t["path"], str(t["params"])): t for t in json.loads(VECTORS.read_text())}

#: Declared elsewhere: what an uploaded code becomes, the schedule, and vouchers.
ELSEWHERE = ("gear_core::code::", "gear_core::percent::", "pallet_gear_voucher::internal::")

MODULES = (
    answers,
    changes,
    dispatch,
    ids,
    intervals,
    messages,
    node,
    pages,
    program,
    reply_code,
    reservation,
    tasks,
)


def type_name(codec: Codec[Any] | None) -> str:
    info = None if codec is None else codec.info
    match info:
        case Composite(path, _, params) | Variants(path, _, params):
            listed = ",".join(type_name(parameter) for _, parameter in params)
            return f"{path}<{listed}>" if listed else path
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


def field_of(field: Field) -> list[str | None]:
    return [field.name or None, type_name(field.codec), field.rust_name]


def described(codec: Codec[Any]) -> dict[str, Any]:
    info = codec.info
    assert isinstance(info, Composite | Variants)
    known: dict[str, Any] = {
        "path": info.path,
        "params": [[name, type_name(inner)] for name, inner in info.params],
    }
    if isinstance(info, Composite):
        known["fields"] = [field_of(field) for field in info.fields]
    else:
        known["variants"] = [
            [v.name, v.index, [field_of(field) for field in v.fields]] for v in info.variants
        ]
    return known


def own_codecs() -> dict[tuple[str, str], Codec[Any]]:
    """Every codec of the modules, and the types inside them, by path and parameters."""
    found: dict[tuple[str, str], Codec[Any]] = {}

    def visit(codec: Codec[Any]) -> None:
        info = codec.info
        match info:
            case Composite(path, fields, _):
                parts = [field.codec for field in fields]
            case Variants(path, variants, _):
                parts = [field.codec for variant in variants for field in variant.fields]
            case Sequence(inner) | Array(_, inner) | CompactOf(inner):
                visit(inner)
                return
            case TupleOf(codecs):
                parts, path = list(codecs), ""
            case _:
                return
        if path.startswith(("gear_", "gprimitives", "numerated", "pallet_gear")):
            known = described(codec)
            found[path, str(known["params"])] = codec
        for part in parts:
            visit(part)

    for module in MODULES:
        for name, value in vars(module).items():
            if isinstance(value, Codec) and not name.startswith("_"):
                visit(value)
    return found


OWN = own_codecs()


def test_all_types_are_declared() -> None:
    wanted = {key for key in VARA if not key[0].startswith(ELSEWHERE)}
    assert wanted <= OWN.keys()


@pytest.mark.parametrize("key", sorted(OWN), ids=lambda key: f"{key[0]}{key[1]}")
def test_type_is_as_in_vara(key: tuple[str, str]) -> None:
    assert described(OWN[key]) == VARA[key]
