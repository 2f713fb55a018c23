"""The runtime APIs of Gear are Vara's; see tests/vectors/pallets/SOURCE.md."""

import json
from pathlib import Path
from typing import Any

import pytest

from parachain.primitives.blake2b import blake2b
from parachain.primitives.scale import Codec, Variants
from parachain.runtime.apis import APIS
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.metadata import metadata_v15
from parachain.runtime.frame.metadata.v15 import METADATA_V15
from parachain.runtime.frame.runtime_api import RuntimeApi
from parachain.runtime.pallets import gear_builtin
from parachain.runtime.pallets.gear.calculation import HANDLE_KIND
from tests.runtime.pallets.gear_api.asking import ask
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.test_declarations_as_in_vara import type_name

VECTORS = Path(__file__).parents[3] / "vectors" / "pallets" / "vara_gear_apis.json"
VARA = {vara["name"]: vara for vara in json.loads(VECTORS.read_text())}
OURS = {api.name: api for api in APIS}
NAMES = ("GearApi", "GearBuiltinApi")

#: The extrinsics of two runtimes differ in their calls and extensions.
EXTRINSIC = "sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic"


def shown(codec: Codec[Any]) -> str:
    info = codec.info
    if isinstance(info, Variants) and info.path == "Result":
        return (
            f"Result<{','.join(shown(field.codec) for v in info.variants for field in v.fields)}>"
        )
    if isinstance(info, Variants) and info.path == "Option":
        return f"Option<{shown(info.variants[1].fields[0].codec)}>"
    return type_name(codec)


def declared(api: RuntimeApi) -> list[dict[str, Any]]:
    return [
        {
            "name": method.name,
            "inputs": [
                [name, shown(codec)]
                for name, codec in zip(method.fields.names, method.fields.codecs, strict=True)
            ],
            "output": shown(method.output).split("<")[0]
            if shown(method.output).startswith(EXTRINSIC)
            else shown(method.output),
        }
        for method in api.methods
    ]


@pytest.mark.parametrize("name", NAMES)
def test_methods(name: str) -> None:
    wanted = VARA[name]["methods"]
    for method in wanted:
        if method["output"].startswith(EXTRINSIC):
            method["output"] = EXTRINSIC
    assert declared(OURS[name]) == wanted


@pytest.mark.parametrize("name", NAMES)
def test_version(name: str) -> None:
    api, vara = OURS[name], VARA[name]
    assert (api.identifier.hex(), api.version) == (vara["id"], vara["version"])
    assert blake2b(name.encode(), 8) == api.identifier
    assert (api.identifier, api.version) in RUNTIME.version.apis


def test_handle_kind() -> None:
    info = HANDLE_KIND.info
    assert isinstance(info, Variants)
    assert info.path == "pallet_gear::manager::HandleKind"
    assert VARA["HandleKind"]["variants"] == [
        [v.name, v.index, [[type_name(f.codec), f.rust_name] for f in v.fields]]
        for v in info.variants
    ]
    assert not any(field.name for v in info.variants for field in v.fields)


def test_metadata_describes_them() -> None:
    metadata = METADATA_V15.read(metadata_v15(RUNTIME, APIS), 5)[0]
    described = {
        api.name: [[method.name, [i.name for i in method.inputs]] for method in api.methods]
        for api in metadata.apis
    }
    for name in NAMES:
        assert described[name] == [
            [method["name"], [argument for argument, _ in method["inputs"]]]
            for method in VARA[name]["methods"]
        ]


def test_query_actor_id(blocks: Blocks) -> None:
    """Builtin or not, the id follows from the number."""
    for actor, builtin in gear_builtin.ACTORS.items():
        assert ask(blocks, "GearBuiltinApi_query_actor_id", builtin.number) == actor
    unknown = blocks.ext.blake2_256(b"built/in" + bytes([7]) + bytes(7))
    assert ask(blocks, "GearBuiltinApi_query_actor_id", 7) == unknown
