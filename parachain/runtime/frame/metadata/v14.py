"""Metadata V14: types, pallets and the extrinsic.

Later versions build on the parts declared here. Source: frame-metadata 23, `src/v14.rs`.
"""

from typing import Any, NamedTuple, Optional, Tuple, Union

from parachain.primitives.scale import (
    BYTES,
    STR,
    U8,
    Codec,
    Composite,
    TupleOf,
    TypeInfo,
    c_enum,
    enum,
    fields,
    option,
    struct,
    variant,
    vec,
)
from parachain.runtime.frame.docs import doc_lines
from parachain.runtime.frame.hashers import Hasher
from parachain.runtime.frame.metadata.extrinsic import (
    FORMAT,
    SIGNED_EXTENSION,
    SignedExtension,
    extrinsic_info,
    new_registry,
    signed_extensions,
)
from parachain.runtime.frame.metadata.portable import (
    DOCS,
    PORTABLE_REGISTRY,
    TYPE_ID,
    PortableType,
)
from parachain.runtime.frame.metadata.registry import Registry
from parachain.runtime.frame.outer_enums import pallet_call, pallet_error, pallet_event
from parachain.runtime.frame.pallet import Constant, Pallet
from parachain.runtime.frame.runtime import Runtime
from parachain.runtime.frame.storage import StorageItem

#: What every metadata begins with, before the version byte.
MAGIC = b"meta"

OPTIONAL_TYPE_ID = option(TYPE_ID)


class Plain(NamedTuple):
    """The type of a single value."""

    value: int


class Map(NamedTuple):
    """The types of a map; the key is a tuple where there is more than one hasher."""

    hashers: Tuple[Hasher, ...]
    key: int
    value: int


class StorageEntry(NamedTuple):
    """One storage item. `has_default` tells what an absent value reads as: default or None."""

    name: str
    has_default: int
    kind: Union[Plain, Map]
    default: bytes
    docs: Tuple[str, ...]


class Storage(NamedTuple):
    """The storage of a pallet, whose keys begin with the hash of `prefix`."""

    prefix: str
    entries: Tuple[StorageEntry, ...]


class ConstantValue(NamedTuple):
    """A constant with its encoded value."""

    name: str
    type_id: int
    value: bytes
    docs: Tuple[str, ...]


class PalletV14(NamedTuple):
    """A pallet: its storage, its enums, its constants and its index in the outer enums."""

    name: str
    storage: Optional[Storage]
    calls: Optional[int]
    event: Optional[int]
    constants: Tuple[ConstantValue, ...]
    error: Optional[int]
    pallet_index: int


class ExtrinsicV14(NamedTuple):
    """The type of extrinsics, their format and their extensions."""

    type_id: int
    version: int
    signed_extensions: Tuple[SignedExtension, ...]


class MetadataV14(NamedTuple):
    """All of it. `runtime` is the type of the runtime itself."""

    types: Tuple[PortableType, ...]
    pallets: Tuple[PalletV14, ...]
    extrinsic: ExtrinsicV14
    runtime: int


_ENTRY_KIND: Codec[Union[Plain, Map]] = enum(
    "frame_metadata::v14::StorageEntryType",
    variant(0, "Plain", Plain, fields(("value", TYPE_ID))),
    variant(
        1,
        "Map",
        Map,
        fields(
            ("hashers", vec(c_enum("frame_metadata::v14::StorageHasher", Hasher))),
            ("key", TYPE_ID),
            ("value", TYPE_ID),
        ),
    ),
)
STORAGE_ENTRY = struct(
    "frame_metadata::v14::StorageEntryMetadata",
    StorageEntry,
    fields(
        ("name", STR),
        ("modifier", U8),
        ("ty", _ENTRY_KIND),
        ("default", BYTES),
        ("docs", DOCS),
    ),
)
_STORAGE = struct(
    "frame_metadata::v14::PalletStorageMetadata",
    Storage,
    fields(("prefix", STR), ("entries", vec(STORAGE_ENTRY))),
)
CONSTANT = struct(
    "frame_metadata::v14::PalletConstantMetadata",
    ConstantValue,
    fields(("name", STR), ("ty", TYPE_ID), ("value", BYTES), ("docs", DOCS)),
)
PALLET_V14 = struct(
    "frame_metadata::v14::PalletMetadata",
    PalletV14,
    fields(
        ("name", STR),
        ("storage", option(_STORAGE)),
        ("calls", OPTIONAL_TYPE_ID),
        ("event", OPTIONAL_TYPE_ID),
        ("constants", vec(CONSTANT)),
        ("error", OPTIONAL_TYPE_ID),
        ("index", U8),
    ),
)
_EXTRINSIC = struct(
    "frame_metadata::v14::ExtrinsicMetadata",
    ExtrinsicV14,
    fields(("ty", TYPE_ID), ("version", U8), ("signed_extensions", vec(SIGNED_EXTENSION))),
)
METADATA_V14 = struct(
    "frame_metadata::v14::RuntimeMetadataV14",
    MetadataV14,
    fields(
        ("types", PORTABLE_REGISTRY),
        ("pallets", vec(PALLET_V14)),
        ("extrinsic", _EXTRINSIC),
        ("ty", TYPE_ID),
    ),
)


def metadata_v14(runtime: Runtime) -> bytes:
    """Metadata of `runtime` in version 14, with magic and version byte."""
    registry = new_registry(runtime)
    pallets = tuple([pallet_v14(registry, pallet) for pallet in runtime.pallets])
    extrinsic = ExtrinsicV14(
        registry.info_id(extrinsic_info(runtime)), FORMAT, signed_extensions(registry, runtime)
    )
    runtime_id = registry.info_id(runtime_info(runtime))
    metadata = MetadataV14(registry.types(), pallets, extrinsic, runtime_id)
    return MAGIC + bytes((14,)) + METADATA_V14.encode(metadata)


def runtime_info(runtime: Runtime) -> Composite:
    """Describe the runtime itself, a struct without fields."""
    return Composite(f"{runtime.crate}::Runtime", ())


def pallet_v14(registry: Registry, pallet: Pallet) -> PalletV14:
    """Describe a pallet, numbering its types."""
    return PalletV14(
        pallet.name,
        _storage(registry, pallet),
        _enum_id(registry, pallet_call(pallet)),
        _enum_id(registry, pallet_event(pallet)),
        tuple([_constant(registry, constant) for constant in pallet.constants]),
        _enum_id(registry, pallet_error(pallet)),
        pallet.index,
    )


def _enum_id(registry: Registry, info: Optional[TypeInfo]) -> Optional[int]:
    return None if info is None else registry.info_id(info)


def _storage(registry: Registry, pallet: Pallet) -> Optional[Storage]:
    if not pallet.storage:
        return None
    return Storage(pallet.name, tuple([_entry(registry, item) for item in pallet.storage]))


def _entry(registry: Registry, item: StorageItem[Any]) -> StorageEntry:
    kind: Union[Plain, Map]
    if item.keys:
        hashers = tuple([hasher for hasher, _ in item.keys])
        codecs = tuple([codec for _, codec in item.keys])
        key = registry.type_id(codecs[0]) if len(codecs) == 1 else registry.info_id(TupleOf(codecs))
        kind = Map(hashers, key, registry.type_id(item.codec))
    else:
        kind = Plain(registry.type_id(item.codec))
    # The default of an optional item is the encoding of None.
    default = b"\x00" if item.default is None else item.default
    return StorageEntry(
        item.name, int(item.default is not None), kind, default, doc_lines(item.doc)
    )


def _constant(registry: Registry, constant: Constant) -> ConstantValue:
    return ConstantValue(
        constant.name,
        registry.type_id(constant.codec),
        constant.codec.encode(constant.value),
        doc_lines(constant.doc),
    )
