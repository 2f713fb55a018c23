"""Option and Result. An absent option is None; results are `Ok(value)` or `Err(error)`."""

from typing import Any, Callable, Generic, NamedTuple, Optional, Tuple, TypeVar, Union

from parachain.primitives.scale.codec import Codec, Field, Readable, Variant, Variants
from parachain.primitives.scale.enums import tell_apart
from parachain.primitives.scale.errors import DecodeError, EncodeError
from parachain.primitives.scale.shape import Cases, Maybe
from parachain.primitives.scale.straight_line import straight_line

T = TypeVar("T")
E = TypeVar("E")


class Ok(NamedTuple, Generic[T]):
    """The value of a Result that succeeded."""

    value: T


class Err(NamedTuple, Generic[E]):
    """The error of a Result that failed."""

    error: E


tell_apart(Ok)
tell_apart(Err)


def _order_option(codec: Codec[T]) -> Callable[[Optional[T]], Any]:
    """None comes before every Some."""

    def order(value: Optional[T]) -> Any:
        if value is None:
            return (0,)
        return (1, value if codec.order is None else codec.order(value))

    return order


def is_option(codec: Codec[Any]) -> bool:
    """Whether None is one of the codec's values."""
    return isinstance(codec.info, Variants) and codec.info.path == "Option"


def option(codec: Codec[T]) -> Codec[Optional[T]]:
    """Option<T>: None or a value of T.

    Option<Option<T>> is refused, because None could not say which of the two is absent.
    """
    if is_option(codec):
        raise ValueError("an option of %s: give the inner one a struct" % codec.rust_name)

    def encode(value: Optional[T]) -> bytes:
        return b"\x00" if value is None else b"\x01" + codec.readable.encode(value)

    def read(data: bytes, pos: int) -> Tuple[Optional[T], int]:
        if pos >= len(data):
            raise DecodeError("an option needs a byte")
        flag = data[pos]
        if flag == 0:
            return None, pos + 1
        if flag == 1:
            return codec.readable.read(data, pos + 1)
        raise DecodeError("an option begins with 0 or 1, not %d" % flag)

    shape = Maybe(codec)
    return Codec(
        Readable(encode, read),
        Variants(
            "Option",
            (Variant("None", 0), Variant("Some", 1, (Field("", codec, ""),))),
            (("T", codec),),
        ),
        "Option<%s>" % codec.rust_name,
        1,
        order=_order_option(codec),
        recursive=codec.recursive,
        fast=straight_line(shape, codec.recursive),
        shape=shape,
    )


def result(ok: Codec[T], err: Codec[E]) -> Codec[Union[Ok[T], Err[E]]]:
    """Result<T, E>: Ok(value) or Err(error)."""

    def encode(value: Union[Ok[T], Err[E]]) -> bytes:
        try:
            if isinstance(value, Ok):
                return b"\x00" + ok.readable.encode(value.value)
            if isinstance(value, Err):
                return b"\x01" + err.readable.encode(value.error)
        except EncodeError as error:
            raise error.inside(type(value).__name__) from None
        raise EncodeError("%r is neither Ok nor Err" % (value,))

    def read(data: bytes, pos: int) -> Tuple[Union[Ok[T], Err[E]], int]:
        if pos >= len(data):
            raise DecodeError("a result needs a byte")
        flag = data[pos]
        if flag > 1:
            raise DecodeError("a result begins with 0 or 1, not %d" % flag)
        try:
            if flag == 0:
                value, pos = ok.readable.read(data, pos + 1)
                return Ok(value), pos
            reason, pos = err.readable.read(data, pos + 1)
            return Err(reason), pos
        except DecodeError as error:
            raise error.inside("Err" if flag else "Ok") from None

    def order(value: Union[Ok[T], Err[E]]) -> Any:
        key: Optional[Callable[[Any], Any]] = ok.order if isinstance(value, Ok) else err.order
        inner: Any = value[0]
        return (isinstance(value, Err), inner if key is None else key(inner))

    recursive = ok.recursive or err.recursive
    shape = Cases(((0, Ok, (ok,)), (1, Err, (err,))))
    return Codec(
        Readable(encode, read),
        Variants(
            "Result",
            (
                Variant("Ok", 0, (Field("", ok, ""),)),
                Variant("Err", 1, (Field("", err, ""),)),
            ),
            (("T", ok), ("E", err)),
        ),
        "Result<%s, %s>" % (ok.rust_name, err.rust_name),
        1 + min(ok.min_size, err.min_size),
        order=order,
        recursive=recursive,
        fast=straight_line(shape, recursive),
        shape=shape,
    )
