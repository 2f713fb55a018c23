"""Metadata V16: V15 with deprecations, versions of runtime APIs and of the extrinsic.

Nothing is marked as deprecated here, and pallets have neither associated types nor view
functions to show. The number of the runtime's own type is gone. Source: frame-metadata 23,
`src/v16.rs`.
"""

from typing import Dict, NamedTuple, Optional, Tuple, Union

from parachain.primitives.scale import (
    COMPACT_U32,
    STR,
    U8,
    Codec,
    btree_map,
    enum,
    fields,
    fixed_bytes,
    option,
    struct,
    tuple_of,
    variant,
    vec,
)
from parachain.runtime.frame.docs import doc_lines
from parachain.runtime.frame.metadata.extrinsic import (
    FORMAT,
    SIGNED_EXTENSION,
    SignedExtension,
    extrinsic_types,
    new_registry,
)
from parachain.runtime.frame.metadata.portable import (
    DOCS,
    PORTABLE_REGISTRY,
    TYPE_ID,
    PortableType,
)
from parachain.runtime.frame.metadata.registry import Registry
from parachain.runtime.frame.metadata.v14 import (
    CONSTANT,
    MAGIC,
    STORAGE_ENTRY,
    ConstantValue,
    StorageEntry,
    pallet_v14,
)
from parachain.runtime.frame.metadata.v15 import (
    API_METHOD,
    CUSTOM,
    OUTER_ENUMS,
    ApiInput,
    ApiMethodV15,
    CustomValue,
    OuterEnums,
    api_method,
    outer_enums,
)
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.frame.runtime import Runtime
from parachain.runtime.frame.runtime_api import RuntimeApi

#: Version of the set of transaction extensions; runtimes whose extrinsics have none use 0.
EXTENSIONS_VERSION = 0


class NotDeprecated(NamedTuple):
    """The item may be used."""


class DeprecatedWithoutNote(NamedTuple):
    """The item will go."""


class Deprecated(NamedTuple):
    """The item will go; the note says what to use, `since` from which version on."""

    note: str
    since: Optional[str]


Deprecation = Union[NotDeprecated, DeprecatedWithoutNote, Deprecated]
#: Deprecations of an enum's variants by their byte.
VariantDeprecations = Dict[int, Union[DeprecatedWithoutNote, Deprecated]]

_WITHOUT_NOTE = variant(1, "DeprecatedWithoutNote", DeprecatedWithoutNote)
_WITH_NOTE = variant(2, "Deprecated", Deprecated, fields(("note", STR), ("since", option(STR))))
_DEPRECATION: Codec[Deprecation] = enum(
    "frame_metadata::v16::ItemDeprecationInfo",
    variant(0, "NotDeprecated", NotDeprecated),
    _WITHOUT_NOTE,
    _WITH_NOTE,
)
_VARIANT_DEPRECATION: Codec[Union[DeprecatedWithoutNote, Deprecated]] = enum(
    "frame_metadata::v16::VariantDeprecationInfo", _WITHOUT_NOTE, _WITH_NOTE
)


class PalletEnum(NamedTuple):
    """The type of a pallet's calls, events or errors, and which of them are deprecated."""

    type_id: int
    deprecations: VariantDeprecations


class StorageV16(NamedTuple):
    """The storage of a pallet; V14's entries, each with its deprecation."""

    prefix: str
    entries: Tuple[Tuple[StorageEntry, Deprecation], ...]


class AssociatedType(NamedTuple):
    """A type of the pallet's configuration."""

    name: str
    type_id: int
    docs: Tuple[str, ...]


class ViewFunction(NamedTuple):
    """A function of a pallet that clients call by its 32-byte id."""

    function_id: bytes
    name: str
    inputs: Tuple[ApiInput, ...]
    output: int
    docs: Tuple[str, ...]
    deprecation: Deprecation


class PalletV16(NamedTuple):
    """A pallet."""

    name: str
    storage: Optional[StorageV16]
    calls: Optional[PalletEnum]
    event: Optional[PalletEnum]
    constants: Tuple[Tuple[ConstantValue, Deprecation], ...]
    error: Optional[PalletEnum]
    associated_types: Tuple[AssociatedType, ...]
    view_functions: Tuple[ViewFunction, ...]
    pallet_index: int
    docs: Tuple[str, ...]
    deprecation: Deprecation


class ExtrinsicV16(NamedTuple):
    """The types of the parts of an extrinsic, and which extensions each version of it has."""

    versions: Tuple[int, ...]
    address: int
    call: int
    signature: int
    extensions_by_version: Dict[int, Tuple[int, ...]]
    extensions: Tuple[SignedExtension, ...]


class ApiV16(NamedTuple):
    """A runtime API; V15's methods, each with its deprecation."""

    name: str
    methods: Tuple[Tuple[ApiMethodV15, Deprecation], ...]
    docs: Tuple[str, ...]
    version: int
    deprecation: Deprecation


class MetadataV16(NamedTuple):
    """All of it."""

    types: Tuple[PortableType, ...]
    pallets: Tuple[PalletV16, ...]
    extrinsic: ExtrinsicV16
    apis: Tuple[ApiV16, ...]
    outer_enums: OuterEnums
    custom: Dict[str, CustomValue]


_PALLET_ENUM = option(
    struct(
        "frame_metadata::v16::PalletCallMetadata",
        PalletEnum,
        fields(("ty", TYPE_ID), ("deprecation_info", btree_map(U8, _VARIANT_DEPRECATION))),
    )
)
_STORAGE = struct(
    "frame_metadata::v16::PalletStorageMetadata",
    StorageV16,
    fields(("prefix", STR), ("entries", vec(tuple_of(STORAGE_ENTRY, _DEPRECATION)))),
)
_ASSOCIATED_TYPE = struct(
    "frame_metadata::v16::PalletAssociatedTypeMetadata",
    AssociatedType,
    fields(("name", STR), ("ty", TYPE_ID), ("docs", DOCS)),
)
_INPUT = struct(
    "frame_metadata::v16::FunctionParamMetadata", ApiInput, fields(("name", STR), ("ty", TYPE_ID))
)
_VIEW_FUNCTION = struct(
    "frame_metadata::v16::PalletViewFunctionMetadata",
    ViewFunction,
    fields(
        ("id", fixed_bytes(32)),
        ("name", STR),
        ("inputs", vec(_INPUT)),
        ("output", TYPE_ID),
        ("docs", DOCS),
        ("deprecation_info", _DEPRECATION),
    ),
)
_PALLET = struct(
    "frame_metadata::v16::PalletMetadata",
    PalletV16,
    fields(
        ("name", STR),
        ("storage", option(_STORAGE)),
        ("calls", _PALLET_ENUM),
        ("event", _PALLET_ENUM),
        ("constants", vec(tuple_of(CONSTANT, _DEPRECATION))),
        ("error", _PALLET_ENUM),
        ("associated_types", vec(_ASSOCIATED_TYPE)),
        ("view_functions", vec(_VIEW_FUNCTION)),
        ("index", U8),
        ("docs", DOCS),
        ("deprecation_info", _DEPRECATION),
    ),
)
_EXTRINSIC = struct(
    "frame_metadata::v16::ExtrinsicMetadata",
    ExtrinsicV16,
    fields(
        ("versions", vec(U8)),
        ("address_ty", TYPE_ID),
        ("call_ty", TYPE_ID),
        ("signature_ty", TYPE_ID),
        ("transaction_extensions_by_version", btree_map(U8, vec(COMPACT_U32))),
        ("transaction_extensions", vec(SIGNED_EXTENSION)),
    ),
)
_API = struct(
    "frame_metadata::v16::RuntimeApiMetadata",
    ApiV16,
    fields(
        ("name", STR),
        ("methods", vec(tuple_of(API_METHOD, _DEPRECATION))),
        ("docs", DOCS),
        ("version", COMPACT_U32),
        ("deprecation_info", _DEPRECATION),
    ),
)
METADATA_V16 = struct(
    "frame_metadata::v16::RuntimeMetadataV16",
    MetadataV16,
    fields(
        ("types", PORTABLE_REGISTRY),
        ("pallets", vec(_PALLET)),
        ("extrinsic", _EXTRINSIC),
        ("apis", vec(_API)),
        ("outer_enums", OUTER_ENUMS),
        ("custom", CUSTOM),
    ),
)


def metadata_v16(runtime: Runtime, apis: Tuple[RuntimeApi, ...]) -> bytes:
    """Metadata of `runtime` in version 16, with magic and version byte."""
    registry = new_registry(runtime)
    parts = extrinsic_types(registry, runtime)
    pallets = tuple([_pallet(registry, pallet) for pallet in runtime.pallets])
    described_apis = tuple([_api(registry, api) for api in apis])
    enums = outer_enums(registry, runtime)
    extrinsic = ExtrinsicV16(
        (FORMAT,),
        parts.address,
        parts.call,
        parts.signature,
        {EXTENSIONS_VERSION: tuple(range(len(parts.extensions)))},
        parts.extensions,
    )
    metadata = MetadataV16(registry.types(), pallets, extrinsic, described_apis, enums, {})
    return MAGIC + bytes((16,)) + METADATA_V16.encode(metadata)


def _pallet(registry: Registry, pallet: Pallet) -> PalletV16:
    old = pallet_v14(registry, pallet)
    storage: Optional[StorageV16] = None
    if old.storage is not None:
        entries = tuple([(entry, NotDeprecated()) for entry in old.storage.entries])
        storage = StorageV16(old.storage.prefix, entries)
    return PalletV16(
        old.name,
        storage,
        _pallet_enum(old.calls),
        _pallet_enum(old.event),
        tuple([(constant, NotDeprecated()) for constant in old.constants]),
        _pallet_enum(old.error),
        (),
        (),
        old.pallet_index,
        doc_lines(pallet.doc),
        NotDeprecated(),
    )


def _pallet_enum(type_id: Optional[int]) -> Optional[PalletEnum]:
    return None if type_id is None else PalletEnum(type_id, {})


def _api(registry: Registry, api: RuntimeApi) -> ApiV16:
    methods = tuple([(api_method(registry, method), NotDeprecated()) for method in api.methods])
    return ApiV16(api.name, methods, doc_lines(api.doc), api.version, NotDeprecated())
