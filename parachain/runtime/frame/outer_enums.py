"""The outer enums of a runtime, as types: RuntimeCall, RuntimeEvent, RuntimeError, OriginCaller.

Descriptions only, for the metadata; values are read and written by the tables in `call.py`,
`event.py` and `origin.py`. Paths, generics and type names are those of FRAME's macros
(frame-support-procedural, polkadot-sdk stable2409), because clients find types by them.
"""

from typing import Any, Callable, List, NoReturn, Optional, Tuple

from parachain.primitives.scale import (
    Codec,
    DecodeError,
    EncodeError,
    Field,
    Params,
    Readable,
    TypeInfo,
    Variant,
    Variants,
)
from parachain.runtime.frame.docs import doc_lines
from parachain.runtime.frame.origin import RAW_ORIGIN
from parachain.runtime.frame.pallet import Pallet

_CALL_DOCS = ("Contains a variant per dispatchable extrinsic that this pallet has.",)
_EVENT_DOCS = ("The `Event` enum of this pallet",)
_ERROR_DOCS = ("The `Error` enum of this pallet.",)


def _no_encode(value: Any) -> NoReturn:
    raise EncodeError(f"{value!r}: the type is only described here, encode the outer enum")


def _no_read(data: bytes, pos: int) -> NoReturn:  # noqa: ARG001  the signature of every reader
    raise DecodeError("the type is only described here, read the outer enum")


def _described(info: TypeInfo, rust_name: str) -> Codec[Any]:
    return Codec(Readable(_no_encode, _no_read), info, rust_name, 1)


def _generics(pallet: Pallet) -> Params:
    """Config and instance, which are parameters without a type on the wire."""
    return (("T", None), ("I", None)) if pallet.instantiable else (("T", None),)


def pallet_call(pallet: Pallet) -> Optional[Variants]:
    """Describe the pallet's Call enum; None if it has no calls."""
    variants = [
        Variant(call.name, index, call.fields.described(), doc_lines(call.doc))
        for index, call in sorted(pallet.calls.items())
    ]
    return _pallet_enum(pallet, "Call", variants, _CALL_DOCS)


def pallet_event(pallet: Pallet) -> Optional[Variants]:
    """Describe the pallet's Event enum; None if it has no events."""
    variants = [
        Variant(event.name, event.index, event.fields.described(), doc_lines(event.doc))
        for event in pallet.events
    ]
    info = _pallet_enum(pallet, "Event", variants, _EVENT_DOCS)
    return info if info is None or _is_generic(info) else info._replace(params=())


def pallet_error(pallet: Pallet) -> Optional[Variants]:
    """Describe the pallet's Error enum; None if it has no errors."""
    variants = [
        Variant(error.name, error.index, (), doc_lines(error.doc)) for error in pallet.errors
    ]
    return _pallet_enum(pallet, "Error", variants, _ERROR_DOCS)


def _pallet_enum(
    pallet: Pallet, name: str, variants: List[Variant], docs: Tuple[str, ...]
) -> Optional[Variants]:
    if not variants:
        return None
    ordered = tuple(sorted(variants, key=lambda variant: variant.index))
    return Variants(f"{pallet.path}::pallet::{name}", ordered, _generics(pallet), docs)


def _is_generic(info: Variants) -> bool:
    """Whether a field's type mentions the configuration; only then is an Event generic over it."""
    names = [field.rust_name for variant in info.variants for field in variant.fields]
    return any("T::" in name or "<T>" in name or "<T, I>" in name for name in names)


def _event_name(pallet: Pallet) -> str:
    info = pallet_event(pallet)
    generic = "<Runtime>" if info is not None and info.params else ""
    return f"{pallet.path}::Event{generic}"


def _outer(
    path: str,
    pallets: Tuple[Pallet, ...],
    inner: Callable[[Pallet], Optional[TypeInfo]],
    type_name: Callable[[Pallet], str],
) -> Variants:
    variants: List[Variant] = []
    for pallet in pallets:
        info = inner(pallet)
        if info is not None:
            rust_name = type_name(pallet)
            field = Field("", _described(info, rust_name), rust_name)
            variants.append(Variant(pallet.name, pallet.index, (field,)))
    return Variants(path, tuple(variants))


def outer_call(crate: str, pallets: Tuple[Pallet, ...]) -> Variants:
    """Describe the outer call enum of `pallets`, which are sorted by index."""
    return _outer(
        f"{crate}::RuntimeCall",
        pallets,
        pallet_call,
        lambda pallet: f"CallableCallFor<{pallet.name}, Runtime>",
    )


def outer_event(crate: str, pallets: Tuple[Pallet, ...]) -> Variants:
    """Describe the outer event enum."""
    return _outer(f"{crate}::RuntimeEvent", pallets, pallet_event, _event_name)


def outer_error(crate: str, pallets: Tuple[Pallet, ...]) -> Variants:
    """Describe the outer error enum, which reads the five bytes of DispatchError::Module."""
    return _outer(
        f"{crate}::RuntimeError",
        pallets,
        pallet_error,
        lambda pallet: f"{pallet.path}::Error<Runtime>",
    )


def outer_origin(crate: str, pallets: Tuple[Pallet, ...]) -> Variants:
    """Describe the outer origin enum: raw origins under `system`, and those of pallets."""
    raw = Field("", RAW_ORIGIN, "frame_system::Origin<Runtime>")
    variants = [Variant("system", 0, (raw,))]
    for pallet in pallets:
        if pallet.origin is not None:
            field = Field("", pallet.origin.codec, f"{pallet.path}::Origin")
            variants.append(Variant(pallet.name, pallet.index, (field,)))
    return Variants(f"{crate}::OriginCaller", tuple(variants))
