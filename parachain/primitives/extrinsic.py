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

from typing import Generic, NamedTuple, Tuple, TypeVar, Union

from parachain.primitives.scale import (
    BYTES,
    COMPACT_U32,
    U8,
    Codec,
    Composite,
    DecodeError,
    EncodeError,
    Field,
    Readable,
    newtype,
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
    """An inherent, or a transaction that the runtime admits without a signature."""

    call: C
    #: Format, 4 or 5.
    version: int = 4


class Signed(NamedTuple, Generic[A, S, X, C]):
    """A transaction of format 4 with a signature over call, extensions and implicit data."""

    address: A
    signature: S
    extensions: X
    call: C


class General(NamedTuple, Generic[X, C]):
    """A transaction of format 5, which only its extensions authorise."""

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
) -> Codec[Union[Bare[C], Signed[A, S, X, C], General[X, C]]]:
    """UncheckedExtrinsic<Address, Call, Signature, Extensions>, length included."""

    def encode(value: Union[Bare[C], Signed[A, S, X, C], General[X, C]]) -> bytes:
        if isinstance(value, Signed):
            body = bytes((SIGNED_V4,))
            body += _encode_as("address", address, value.address)
            body += _encode_as("signature", signature, value.signature)
            body += _encode_as("extensions", extensions, value.extensions)
        elif isinstance(value, General):
            body = bytes((GENERAL_V5,))
            body += _encode_as("extension_version", U8, value.extension_version)
            body += _encode_as("extensions", extensions, value.extensions)
        elif isinstance(value, Bare) and value.version in (BARE_V4, BARE_V5):
            body = bytes((value.version,))
        else:
            raise EncodeError("%r is no extrinsic of format 4 or 5" % (value,))
        return frame(body + _encode_as("call", call, value.call))

    def read_body(body: bytes) -> Tuple[Union[Bare[C], Signed[A, S, X, C], General[X, C]], int]:
        if not body:
            raise DecodeError("an extrinsic needs a version byte")
        version = body[0]
        if version in (BARE_V4, BARE_V5):
            function, pos = _read_as("call", call, body, 1)
            return Bare(function, version), pos
        if version == SIGNED_V4:
            sender, pos = _read_as("address", address, body, 1)
            proof, pos = _read_as("signature", signature, body, pos)
            values, pos = _read_as("extensions", extensions, body, pos)
            function, pos = _read_as("call", call, body, pos)
            return Signed(sender, proof, values, function), pos
        if version == GENERAL_V5:
            extension_version, pos = _read_as("extension_version", U8, body, 1)
            values, pos = _read_as("extensions", extensions, body, pos)
            function, pos = _read_as("call", call, body, pos)
            return General(extension_version, values, function), pos
        raise DecodeError("version byte 0x%02x is not of format 4 or 5" % version)

    def read(
        data: bytes, pos: int
    ) -> Tuple[Union[Bare[C], Signed[A, S, X, C], General[X, C]], int]:
        body, end = BYTES.read(data, pos)
        value, used = read_body(body)
        if used != len(body):
            raise DecodeError("%d trailing bytes after the call" % (len(body) - used))
        return value, end

    info = Composite(
        "sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic",
        (Field("", BYTES, ""),),
        (("Address", address), ("Call", call), ("Signature", signature), ("Extra", extensions)),
        ("UncheckedExtrinsic raw bytes, requires custom decoding routine",),
    )
    return Codec(Readable(encode, read), info, "UncheckedExtrinsic", 2)


T = TypeVar("T")


def _encode_as(name: str, codec: Codec[T], value: T) -> bytes:
    try:
        return codec.encode(value)
    except EncodeError as error:
        raise error.inside(name) from None


def _read_as(name: str, codec: Codec[T], data: bytes, pos: int) -> Tuple[T, int]:
    try:
        return codec.read(data, pos)
    except DecodeError as error:
        raise error.inside(name) from None
