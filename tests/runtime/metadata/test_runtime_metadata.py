"""Metadata of the development runtime in all versions: layout, completeness, determinism."""

import os
import subprocess
import sys
from typing import Any

import pytest
from scalecodec.base import RuntimeConfigurationObject, ScaleBytes
from scalecodec.type_registry import load_type_registry_preset

from parachain.primitives.address import MULTI_ADDRESS
from parachain.runtime.apis import APIS
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.metadata import metadata_v14, metadata_v15, metadata_v16
from parachain.runtime.frame.metadata.portable import PortableType, TupleDef, renumbered
from parachain.runtime.frame.metadata.v14 import METADATA_V14, Map, PalletV14, Plain
from parachain.runtime.frame.metadata.v15 import METADATA_V15
from parachain.runtime.frame.metadata.v16 import METADATA_V16

V14 = metadata_v14(RUNTIME)
V15 = metadata_v15(RUNTIME, APIS)
V16 = metadata_v16(RUNTIME, APIS)

VERSIONS: list[tuple[int, bytes, Any]] = [
    (14, V14, METADATA_V14),
    (15, V15, METADATA_V15),
    (16, V16, METADATA_V16),
]


@pytest.mark.parametrize(("version", "encoded", "codec"), VERSIONS)
def test_layout(version: int, encoded: bytes, codec: Any) -> None:
    assert encoded[:5] == b"meta" + bytes((version,))
    metadata = codec.decode(encoded[5:])
    assert codec.encode(metadata) == encoded[5:]
    assert [p.name for p in pallets_of(metadata)] == [p.name for p in RUNTIME.pallets]


def pallets_of(metadata: Any) -> list[Any]:
    """The pallets, those of V15 without the documentation beside them."""
    return [p[0] if isinstance(p[0], PalletV14) else p for p in metadata.pallets]


def numbers_in(value: Any, out: list[int]) -> None:
    """Collect every type number of a part of metadata, which are its fields of type int."""
    skipped = ("has_default", "version", "pallet_index", "versions", "extensions_by_version")
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        for name in value._fields:
            if name not in (*skipped, "hashers"):
                numbers_in(getattr(value, name), out)
    elif isinstance(value, tuple):
        for part in value:
            numbers_in(part, out)
    elif isinstance(value, int):
        out.append(value)


@pytest.mark.parametrize(("version", "encoded", "codec"), VERSIONS)
def test_every_number_has_a_type_and_every_type_a_use(
    version: int, encoded: bytes, codec: Any
) -> None:
    metadata = codec.decode(encoded[5:])
    types: tuple[PortableType, ...] = metadata.types
    assert [entry.type_id for entry in types] == list(range(len(types)))
    used: list[int] = []

    def note(type_id: int) -> int:
        used.append(type_id)
        return type_id

    for entry in types:
        renumbered(entry.type, note)
    numbers_in(metadata._replace(types=()), used)
    assert sorted(dict.fromkeys(used)) == list(range(len(types))), version


@pytest.mark.parametrize(("version", "encoded", "codec"), VERSIONS)
def test_no_type_appears_twice(version: int, encoded: bytes, codec: Any) -> None:
    types = codec.decode(encoded[5:]).types
    shapes = [(entry.type.definition.__class__, entry.type) for entry in types]
    assert len(dict.fromkeys(shapes)) == len(shapes), version
    # Named types that are no generics have one form only.
    plain = ["::".join(e.type.path) for e in types if e.type.path and not e.type.params]
    assert len(dict.fromkeys(plain)) == len(plain), version


PRINT_HASHES = """
import hashlib
from parachain.runtime.apis import APIS
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.metadata import metadata_v14, metadata_v15, metadata_v16
for raw in (metadata_v14(RUNTIME), metadata_v15(RUNTIME, APIS), metadata_v16(RUNTIME, APIS)):
    print(hashlib.sha256(raw).hexdigest())
"""


def test_metadata_do_not_depend_on_the_process() -> None:
    assert metadata_v15(RUNTIME, APIS) == V15
    printed = [
        subprocess.run(
            [sys.executable, "-c", PRINT_HASHES],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "4242")
    ]
    assert printed[0] == printed[1]
    assert len(printed[0].split()) == 3


def test_py_scale_codec_reads_v14() -> None:
    config = RuntimeConfigurationObject()
    config.update_type_registry(load_type_registry_preset("core"))
    decoded = config.create_scale_object("MetadataVersioned", data=ScaleBytes(V14))
    decoded.decode()
    config.add_portable_registry(decoded)
    assert [p.value["name"] for p in decoded.pallets] == [p.name for p in RUNTIME.pallets]
    for theirs, ours in zip(decoded.pallets, RUNTIME.pallets, strict=True):
        assert theirs.value["index"] == ours.index
        assert [c.name for c in theirs.calls or ()] == [
            ours.calls[index].name for index in sorted(ours.calls)
        ]
        assert [e.value["name"] for e in theirs.errors or ()] == [e.name for e in ours.errors]
        # The codec itself puts an item for the storage version in front of those declared.
        items = [s.value["name"] for s in theirs.storage or ()]
        assert items[items[:1] == [":__STORAGE_VERSION__:"] :] == [s.name for s in ours.storage]
    account = config.create_scale_object(
        "sp_runtime::multiaddress::MultiAddress", data=ScaleBytes(b"\0" + bytes(32))
    )
    assert account.decode() == "0x" + 64 * "0"
    assert MULTI_ADDRESS.decode(b"\0" + bytes(32))[0] == bytes(32)


def test_storage_entries() -> None:
    metadata = METADATA_V14.decode(V14[5:])
    types = dict(metadata.types)
    entries = {
        (pallet.name, entry.name): entry
        for pallet in metadata.pallets
        if pallet.storage is not None
        for entry in pallet.storage.entries
    }
    account = entries["System", "Account"]
    assert account.has_default == 1
    assert len(account.default) == 80
    assert isinstance(account.kind, Map)
    assert [hasher.name for hasher in account.kind.hashers] == ["BLAKE2_128_CONCAT"]
    assert types[account.kind.key].path == ("sp_core", "crypto", "AccountId32")
    count = entries["System", "ExtrinsicCount"]
    assert (count.has_default, count.default) == (0, b"\0")
    assert isinstance(count.kind, Plain)
    multisigs = entries["Multisig", "Multisigs"]
    assert isinstance(multisigs.kind, Map)
    assert [hasher.name for hasher in multisigs.kind.hashers] == [
        "TWOX_64_CONCAT",
        "BLAKE2_128_CONCAT",
    ]
    key = types[multisigs.kind.key].definition
    assert isinstance(key, TupleDef)
    assert len(key.type_ids) == 2
    for pallet in metadata.pallets:
        if pallet.storage is not None:
            assert pallet.storage.prefix == pallet.name


def test_defaults_and_constants_decode_as_their_types() -> None:
    for pallet in RUNTIME.pallets:
        for item in pallet.storage:
            if item.default is not None:
                item.codec.decode(item.default)
        for constant in pallet.constants:
            assert constant.codec.decode(constant.codec.encode(constant.value)) == constant.value


def test_v16_extrinsic_and_apis() -> None:
    metadata = METADATA_V16.decode(V16[5:])
    count = len(RUNTIME.extensions)
    assert metadata.extrinsic.versions == (4,)
    assert metadata.extrinsic.extensions_by_version == {0: tuple(range(count))}
    declared = {api.name: api.version for api in APIS}
    assert {api.name: api.version for api in metadata.apis} == declared
    assert metadata.custom == {}


def test_v15_and_v16_number_the_extrinsic_alike() -> None:
    fifteen = METADATA_V15.decode(V15[5:]).extrinsic
    sixteen = METADATA_V16.decode(V16[5:]).extrinsic
    assert (fifteen.address, fifteen.call, fifteen.signature, fifteen.signed_extensions) == (
        sixteen.address,
        sixteen.call,
        sixteen.signature,
        sixteen.extensions,
    )
    assert fifteen.address == 0
