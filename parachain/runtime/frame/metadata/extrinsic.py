"""What metadata say of extrinsics: the types of their parts, and the type of the whole.

The whole is bytes to the type registry; clients of V14 find the parts in its type parameters.
Source: sp_runtime::generic::unchecked_extrinsic, polkadot-sdk stable2409.
"""

from typing import NamedTuple, Tuple

from parachain.primitives.address import MULTI_ADDRESS
from parachain.primitives.scale import BYTES, STR, Composite, Field, TupleOf, fields, struct
from parachain.primitives.signature import MULTI_SIGNATURE
from parachain.runtime.frame.call import RUNTIME_CALL
from parachain.runtime.frame.extrinsic import UNCHECKED_EXTRINSIC
from parachain.runtime.frame.metadata.portable import TYPE_ID
from parachain.runtime.frame.metadata.registry import Registry
from parachain.runtime.frame.runtime import Runtime

#: The format of the extrinsics that this framework reads.
FORMAT = 4


class SignedExtension(NamedTuple):
    """A transaction extension: its part in the extrinsic and the part that is only signed."""

    identifier: str
    type_id: int
    implicit: int


SIGNED_EXTENSION = struct(
    "frame_metadata::v14::SignedExtensionMetadata",
    SignedExtension,
    fields(("identifier", STR), ("ty", TYPE_ID), ("additional_signed", TYPE_ID)),
)


class ExtrinsicTypes(NamedTuple):
    """Numbers of the types an extrinsic is made of."""

    address: int
    call: int
    signature: int
    extensions: Tuple[SignedExtension, ...]


def extra_info(runtime: Runtime) -> TupleOf:
    """Describe the explicit parts of all extensions, which clients call Extra."""
    return TupleOf(tuple([extension.codec for extension in runtime.extensions]))


def extrinsic_info(runtime: Runtime) -> Composite:
    """Describe the extrinsic as a whole."""
    extra = BYTES.described(extra_info(runtime), "Extra")
    return Composite(
        "sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic",
        (Field("", BYTES, ""),),
        (
            ("Address", MULTI_ADDRESS),
            ("Call", RUNTIME_CALL),
            ("Signature", MULTI_SIGNATURE),
            ("Extra", extra),
        ),
    )


def new_registry(runtime: Runtime) -> Registry:
    """Begin a registry in which the opaque extrinsic is that of `runtime`."""
    registry = Registry()
    registry.stand_in(UNCHECKED_EXTRINSIC.info, extrinsic_info(runtime))
    return registry


def extrinsic_types(registry: Registry, runtime: Runtime) -> ExtrinsicTypes:
    """Number the parts of an extrinsic.

    From V15 on they are the first types, in this order, so that the metadata hash, which
    depends on the order of the types it covers, is the same for every version.
    """
    address = registry.type_id(MULTI_ADDRESS)
    call = registry.type_id(RUNTIME_CALL)
    signature = registry.type_id(MULTI_SIGNATURE)
    return ExtrinsicTypes(address, call, signature, signed_extensions(registry, runtime))


def signed_extensions(registry: Registry, runtime: Runtime) -> Tuple[SignedExtension, ...]:
    """Number the types of all extensions, in their order."""
    return tuple(
        [
            SignedExtension(
                extension.identifier,
                registry.type_id(extension.codec),
                registry.type_id(extension.implicit_codec),
            )
            for extension in runtime.extensions
        ]
    )
