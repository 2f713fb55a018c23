"""Extrinsics of a runtime: decoding, checking the signature, applying with all extensions.

Shaped after sp_runtime::generic::{UncheckedExtrinsic, CheckedExtrinsic} of polkadot-sdk
stable2409. What is signed is call ++ explicit extension parts ++ implicit parts, hashed with
blake2_256 if longer than 256 bytes; since decoding is strict, the bytes of the extrinsic itself
serve for the first two.
"""

from typing import Any, List, NamedTuple, Optional, Tuple

from parachain.primitives.address import MULTI_ADDRESS, Id, MultiAddress
from parachain.primitives.dispatch_error import DispatchError
from parachain.primitives.dispatch_info import PostDispatchInfo
from parachain.primitives.extrinsic import BARE_V4, SIGNED_V4, frame
from parachain.primitives.scale import (
    BYTES,
    COMPACT_U32,
    Codec,
    Composite,
    DecodeError,
    Field,
    Readable,
)
from parachain.primitives.signature import MULTI_SIGNATURE, Ecdsa, Ed25519, MultiSignature, Sr25519
from parachain.primitives.transaction_validity import (
    InvalidTransaction,
    TransactionSource,
    UnknownTransaction,
    ValidTransaction,
)
from parachain.runtime.frame.call import RUNTIME_CALL, RuntimeCall, dispatch
from parachain.runtime.frame.error import DispatchFailed, invalid, unknown
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.extension import Dispatched, TransactionExtension, no_implicit
from parachain.runtime.frame.origin import NONE, signed
from parachain.runtime.frame.runtime import Runtime

#: Longest payload that is signed as it is; longer ones are hashed first.
MAX_PLAIN_PAYLOAD = 256


def _read_opaque(data: bytes, pos: int) -> Tuple[bytes, int]:
    start = pos
    length, pos = COMPACT_U32.read(data, pos)
    end = pos + length
    if end > len(data):
        raise DecodeError(f"an extrinsic of {length} bytes, but {len(data) - pos} are left")
    return data[start:end], end


#: An extrinsic as it lies in a block and goes over the wire: its bytes with the length prefix.
UNCHECKED_EXTRINSIC: Codec[bytes] = Codec(
    Readable(bytes, _read_opaque),
    Composite(
        "sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic",
        (Field("", BYTES, "Vec<u8>"),),
    ),
    "UncheckedExtrinsic",
    1,
)


class Signature(NamedTuple):
    """The signed part of an extrinsic. `payload` is call ++ explicit extension parts."""

    address: MultiAddress
    signature: MultiSignature
    values: Tuple[Any, ...]
    payload: bytes


class UncheckedExtrinsic(NamedTuple):
    """A decoded extrinsic whose signature nobody has looked at."""

    signed: Optional[Signature]
    call: RuntimeCall


class CheckedExtrinsic(NamedTuple):
    """An extrinsic with a known sender, or without one; `values` go to the extensions."""

    who: Optional[bytes]
    values: Tuple[Any, ...]
    call: RuntimeCall


def decode_extrinsic(runtime: Runtime, encoded: bytes) -> UncheckedExtrinsic:
    """Decode an extrinsic with its length prefix.

    Raises DecodeError for anything but a whole extrinsic of format 4.
    """
    length, pos = COMPACT_U32.read(encoded, 0)
    if len(encoded) - pos != length:
        raise DecodeError(f"length prefix {length}, but {len(encoded) - pos} bytes follow")
    if length == 0:
        raise DecodeError("an extrinsic needs a version byte")
    version = encoded[pos]
    pos += 1
    signature: Optional[Signature] = None
    if version == SIGNED_V4:
        address, pos = MULTI_ADDRESS.read(encoded, pos)
        multi_signature, pos = MULTI_SIGNATURE.read(encoded, pos)
        start = pos
        values, pos = read_extensions(runtime.extensions, encoded, pos)
        payload = encoded[pos:] + encoded[start:pos]
        signature = Signature(address, multi_signature, values, payload)
    elif version != BARE_V4:
        raise DecodeError(f"extrinsic version byte {version:#04x} is not supported")
    call, pos = RUNTIME_CALL.read(encoded, pos)
    if pos != len(encoded):
        raise DecodeError(f"{len(encoded) - pos} trailing bytes after the call")
    return UncheckedExtrinsic(signature, call)


def read_extensions(
    extensions: Tuple[TransactionExtension, ...], data: bytes, pos: int
) -> Tuple[Tuple[Any, ...], int]:
    """Read the explicit part of every extension. Raises DecodeError naming the extension."""
    values: List[Any] = []
    for extension in extensions:
        try:
            value, pos = extension.codec.read(data, pos)
        except DecodeError as error:
            raise error.inside(extension.identifier) from None
        values.append(value)
    return tuple(values), pos


def encode_bare(call: RuntimeCall) -> bytes:
    """Encode an extrinsic without a signature, with its length prefix."""
    return frame(bytes((BARE_V4,)) + call.encode())


def signing_payload(ext: Ext, runtime: Runtime, values: Tuple[Any, ...], explicit: bytes) -> bytes:
    """Return what is signed: `explicit` (call ++ extensions) and the implicit parts.

    Raises InvalidTransactionFailed if an implicit part does not exist, such as the hash of an
    ancestor too far back.
    """
    parts = [explicit]
    for extension, value in zip(runtime.extensions, values):
        if extension.implicit is not no_implicit:
            parts.append(extension.implicit_codec.encode(extension.implicit(ext, value)))
    payload = b"".join(parts)
    return payload if len(payload) <= MAX_PLAIN_PAYLOAD else ext.blake2_256(payload)


def verify_signature(ext: Ext, signature: MultiSignature, message: bytes, who: bytes) -> bool:
    """Whether a MultiSignature over `message` is by account `who`."""
    match signature:
        case Sr25519(raw):
            return ext.sr25519_verify(raw, message, who)
        case Ed25519(raw):
            return ext.ed25519_verify(raw, message, who)
        case Ecdsa(raw):
            public = ext.secp256k1_recover_compressed(raw, ext.blake2_256(message))
            return public is not None and ext.blake2_256(public) == who


def check_extrinsic(ext: Ext, runtime: Runtime, extrinsic: UncheckedExtrinsic) -> CheckedExtrinsic:
    """Find the sender and verify the signature.

    Raises InvalidTransactionFailed: BadProof, or CannotLookup for an address without account.
    """
    if extrinsic.signed is None:
        return CheckedExtrinsic(None, (), extrinsic.call)
    address, signature, values, explicit = extrinsic.signed
    if not isinstance(address, Id):
        unknown(UnknownTransaction.CANNOT_LOOKUP)
    who = address.account
    message = signing_payload(ext, runtime, values, explicit)
    if not verify_signature(ext, signature, message, who):
        invalid(InvalidTransaction.BAD_PROOF)
    return CheckedExtrinsic(who, values, extrinsic.call)


def validate_checked(
    ext: Ext,
    runtime: Runtime,
    source: TransactionSource,
    extrinsic: CheckedExtrinsic,
    tx: Dispatched,
) -> ValidTransaction:
    """Combine what every extension says of the transaction, in their order."""
    if extrinsic.who is None:
        found = _validate_bare(ext, runtime, source, extrinsic.call, tx)
    else:
        found = [
            extension.validate(ext, value, extrinsic.who, tx)
            for extension, value in zip(runtime.extensions, extrinsic.values)
        ]
    valid = ValidTransaction.default()
    for part in found:
        if part is not None:
            valid = valid.combine_with(part)
    return valid


def _validate_bare(
    ext: Ext, runtime: Runtime, source: TransactionSource, call: RuntimeCall, tx: Dispatched
) -> List[Optional[ValidTransaction]]:
    found = [
        extension.bare_validate(ext, tx)
        for extension in runtime.extensions
        if extension.bare_validate is not None
    ]
    check = runtime.unsigned_validators.get(call.declaration.pallet.index)
    if check is None:
        unknown(UnknownTransaction.NO_UNSIGNED_VALIDATOR)
    return [*found, check(ext, source, call)]


def apply_checked(
    ext: Ext, runtime: Runtime, extrinsic: CheckedExtrinsic, tx: Dispatched
) -> Tuple[PostDispatchInfo, Optional[DispatchError]]:
    """Run the extensions and the call between them.

    Returns what the call used and the error it failed with, if any. Raises
    InvalidTransactionFailed if an extension refuses the extrinsic; then nothing was called.
    """
    who = extrinsic.who
    prepared: List[Any] = []
    if who is None:
        check = runtime.unsigned_validators.get(extrinsic.call.declaration.pallet.index)
        if check is not None:
            check(ext, TransactionSource.IN_BLOCK, extrinsic.call)
        for extension in runtime.extensions:
            if extension.bare_prepare is not None:
                extension.bare_prepare(ext, tx)
            prepared.append(None)
    else:
        for extension, value in zip(runtime.extensions, extrinsic.values):
            prepared.append(extension.prepare(ext, value, who, tx))
    error: Optional[DispatchError] = None
    try:
        post = dispatch(ext, extrinsic.call, NONE if who is None else signed(who))
    except DispatchFailed as failed:
        error = failed.error
        post = failed.post_info or PostDispatchInfo(None, tx.info.pays_fee)
    for extension, state in zip(runtime.extensions, prepared):
        if extension.post_dispatch is not None:
            extension.post_dispatch(ext, state, tx, post, error)
    return post, error
