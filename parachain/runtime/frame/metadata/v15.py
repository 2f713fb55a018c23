"""Metadata V15: V14 with runtime APIs, outer enums, and the parts of the extrinsic one by one.

Source: frame-metadata 23, `src/v15.rs`.
"""

from typing import Dict, NamedTuple, Tuple

from parachain.primitives.scale import BYTES, STR, U8, btree_map, fields, struct, tuple_of, vec
from parachain.runtime.frame.call import RUNTIME_CALL
from parachain.runtime.frame.docs import doc_lines
from parachain.runtime.frame.event import RUNTIME_EVENT
from parachain.runtime.frame.metadata.extrinsic import (
    FORMAT,
    SIGNED_EXTENSION,
    SignedExtension,
    extra_info,
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
    MAGIC,
    PALLET_V14,
    PalletV14,
    pallet_v14,
    runtime_info,
)
from parachain.runtime.frame.outer_enums import outer_error
from parachain.runtime.frame.runtime import Runtime
from parachain.runtime.frame.runtime_api import ApiMethod, RuntimeApi


class ExtrinsicV15(NamedTuple):
    """The types of the parts of an extrinsic, its format and its extensions."""

    version: int
    address: int
    call: int
    signature: int
    extra: int
    signed_extensions: Tuple[SignedExtension, ...]


class ApiInput(NamedTuple):
    """An argument of a runtime API function."""

    name: str
    type_id: int


class ApiMethodV15(NamedTuple):
    """A function of a runtime API."""

    name: str
    inputs: Tuple[ApiInput, ...]
    output: int
    docs: Tuple[str, ...]


class ApiV15(NamedTuple):
    """A runtime API."""

    name: str
    methods: Tuple[ApiMethodV15, ...]
    docs: Tuple[str, ...]


class OuterEnums(NamedTuple):
    """The enums over all pallets. The error one reads the five bytes of a module error."""

    call: int
    event: int
    error: int


class CustomValue(NamedTuple):
    """A value that a chain publishes beyond what the format foresees."""

    type_id: int
    value: bytes


class MetadataV15(NamedTuple):
    """All of it."""

    types: Tuple[PortableType, ...]
    #: V14's pallets, each with its documentation.
    pallets: Tuple[Tuple[PalletV14, Tuple[str, ...]], ...]
    extrinsic: ExtrinsicV15
    runtime: int
    apis: Tuple[ApiV15, ...]
    outer_enums: OuterEnums
    custom: Dict[str, CustomValue]


API_METHOD = struct(
    "frame_metadata::v15::RuntimeApiMethodMetadata",
    ApiMethodV15,
    fields(
        ("name", STR),
        (
            "inputs",
            vec(
                struct(
                    "frame_metadata::v15::RuntimeApiMethodParamMetadata",
                    ApiInput,
                    fields(("name", STR), ("ty", TYPE_ID)),
                )
            ),
        ),
        ("output", TYPE_ID),
        ("docs", DOCS),
    ),
)
_API = struct(
    "frame_metadata::v15::RuntimeApiMetadata",
    ApiV15,
    fields(("name", STR), ("methods", vec(API_METHOD)), ("docs", DOCS)),
)
_EXTRINSIC = struct(
    "frame_metadata::v15::ExtrinsicMetadata",
    ExtrinsicV15,
    fields(
        ("version", U8),
        ("address_ty", TYPE_ID),
        ("call_ty", TYPE_ID),
        ("signature_ty", TYPE_ID),
        ("extra_ty", TYPE_ID),
        ("signed_extensions", vec(SIGNED_EXTENSION)),
    ),
)
OUTER_ENUMS = struct(
    "frame_metadata::v15::OuterEnums",
    OuterEnums,
    fields(("call_enum_ty", TYPE_ID), ("event_enum_ty", TYPE_ID), ("error_enum_ty", TYPE_ID)),
)
CUSTOM = btree_map(
    STR,
    struct(
        "frame_metadata::v15::CustomValueMetadata",
        CustomValue,
        fields(("ty", TYPE_ID), ("value", BYTES)),
    ),
)
METADATA_V15 = struct(
    "frame_metadata::v15::RuntimeMetadataV15",
    MetadataV15,
    fields(
        ("types", PORTABLE_REGISTRY),
        ("pallets", vec(tuple_of(PALLET_V14, DOCS))),
        ("extrinsic", _EXTRINSIC),
        ("ty", TYPE_ID),
        ("apis", vec(_API)),
        ("outer_enums", OUTER_ENUMS),
        ("custom", CUSTOM),
    ),
)


def metadata_v15(runtime: Runtime, apis: Tuple[RuntimeApi, ...]) -> bytes:
    """Metadata of `runtime` in version 15, with magic and version byte."""
    registry = new_registry(runtime)
    parts = extrinsic_types(registry, runtime)
    extra = registry.info_id(extra_info(runtime))
    pallets = tuple(
        [(pallet_v14(registry, pallet), doc_lines(pallet.doc)) for pallet in runtime.pallets]
    )
    runtime_id = registry.info_id(runtime_info(runtime))
    described_apis = tuple([_api(registry, api) for api in apis])
    enums = outer_enums(registry, runtime)
    metadata = MetadataV15(
        registry.types(),
        pallets,
        ExtrinsicV15(FORMAT, parts.address, parts.call, parts.signature, extra, parts.extensions),
        runtime_id,
        described_apis,
        enums,
        {},
    )
    return MAGIC + bytes((15,)) + METADATA_V15.encode(metadata)


def outer_enums(registry: Registry, runtime: Runtime) -> OuterEnums:
    """Number the enums over all pallets."""
    return OuterEnums(
        registry.type_id(RUNTIME_CALL),
        registry.type_id(RUNTIME_EVENT),
        registry.info_id(outer_error(runtime.crate, runtime.pallets)),
    )


def _api(registry: Registry, api: RuntimeApi) -> ApiV15:
    methods = tuple([api_method(registry, method) for method in api.methods])
    return ApiV15(api.name, methods, doc_lines(api.doc))


def api_method(registry: Registry, method: ApiMethod) -> ApiMethodV15:
    """Describe a function of a runtime API, numbering its types."""
    inputs = tuple(
        [
            ApiInput(name, registry.type_id(codec))
            for name, codec in zip(method.fields.names, method.fields.codecs)
        ]
    )
    return ApiMethodV15(method.name, inputs, registry.type_id(method.output), doc_lines(method.doc))
