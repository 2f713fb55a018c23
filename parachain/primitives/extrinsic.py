"""The frame of extrinsics, formats 4 and 5; nothing of a particular runtime.

    length    Compact<u32> of all that follows, so that any extrinsic reads as Vec<u8>
    version   one byte: the format in the low six bits, the kind in the upper two
    preamble  signed:  address, signature, extensions
              general: version of the extensions (one byte), extensions
              bare:    nothing
    call      the rest

Kinds: 00 bare (formats 4 and 5), 10 signed (format 4), 01 general (format 5). What address,
signature, extensions and call look like is given by codecs. Source: polkadot-sdk,
primitives/runtime/src/generic/unchecked_extrinsic.rs.
"""

from typing import Generic, NamedTuple, TypeVar, Union

from parachain.primitives.scale import (
    BYTES,
    COMPACT_U32,
    U8,
    Codec,
    Composite,
    DecodeError,
    Field,
    enum,
    fields,
    newtype,
    opaque,
    variant,
)

BARE_V4 = 0x04
SIGNED_V4 = 0x84
BARE_V5 = 0x05
GENERAL_V5 = 0x45

A = TypeVar("A")
S = TypeVar("S")
X = TypeVar("X")
C = TypeVar("C")


class Bare(NamedTuple, Generic[C]):
    """Format 4: an inherent, or a transaction that the runtime admits without a signature."""

    call: C


class Signed(NamedTuple, Generic[A, S, X, C]):
    """Format 4: a transaction with a signature over call, extensions and implicit data."""

    address: A
    signature: S
    extensions: X
    call: C


class BareV5(NamedTuple, Generic[C]):
    """Format 5: an inherent."""

    call: C


class General(NamedTuple, Generic[X, C]):
    """Format 5: a transaction that only its extensions authorise."""

    extension_version: int
    extensions: X
    call: C


#: Vec<u8> that is an extrinsic; its value is what follows the length.
OPAQUE_EXTRINSIC = newtype("sp_runtime::OpaqueExtrinsic", BYTES)


def frame(body: bytes) -> bytes:
    """The extrinsic with its length in front."""
    return BYTES.encode(body)


def unframe(encoded: bytes) -> bytes:
    """What follows the length. Raises DecodeError unless it is exactly as long as it says."""
    length, pos = COMPACT_U32.read(encoded, 0)
    if length != len(encoded) - pos:
        raise DecodeError("length %d, but %d bytes follow it" % (length, len(encoded) - pos))
    return encoded[pos:]


def unchecked_extrinsic(
    address: Codec[A], signature: Codec[S], extensions: Codec[X], call: Codec[C]
) -> Codec[Union[Bare[C], Signed[A, S, X, C], BareV5[C], General[X, C]]]:
    """UncheckedExtrinsic<Address, Call, Signature, Extensions>, length included.

    Version byte, preamble and call have the form of an enum; its errors name Signed, Bare, ...
    """
    body: Codec[Union[Bare[C], Signed[A, S, X, C], BareV5[C], General[X, C]]] = enum(
        "an extrinsic of format 4 or 5",
        variant(
            SIGNED_V4,
            "Signed",
            Signed,
            fields(
                ("address", address),
                ("signature", signature),
                ("extensions", extensions),
                ("call", call),
            ),
        ),
        variant(BARE_V4, "Bare", Bare, fields(("call", call))),
        variant(
            GENERAL_V5,
            "General",
            General,
            fields(("extension_version", U8), ("extensions", extensions), ("call", call)),
        ),
        variant(BARE_V5, "BareV5", BareV5, fields(("call", call))),
    )
    info = Composite(
        "sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic",
        (Field("", BYTES, ""),),
        (("Address", address), ("Call", call), ("Signature", signature), ("Extra", extensions)),
        ("UncheckedExtrinsic raw bytes, requires custom decoding routine",),
    )
    return opaque(body).described(info, "UncheckedExtrinsic")
