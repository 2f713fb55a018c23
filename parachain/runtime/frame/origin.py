"""Who calls: the origin of a dispatch, and what it may call.

An origin is a caller (a value of the outer `OriginCaller` enum: root, a signed account, none, or
what a pallet declares) together with filters that narrow the calls it may make; a proxy adds
a filter, and the calls nested in a batch keep it.
"""

from typing import Any, Callable, Dict, NamedTuple, Tuple

from parachain.primitives.account import ACCOUNT_ID
from parachain.primitives.dispatch_error import BadOrigin
from parachain.primitives.scale import (
    Codec,
    DecodeError,
    EncodeError,
    enum,
    fields,
    forward,
    variant,
)
from parachain.runtime.frame.error import DispatchFailed


class Root(NamedTuple):
    """The system itself: sudo, or governance."""


class Signed(NamedTuple):
    """An account that signed the extrinsic, or in whose name a pallet acts."""

    who: bytes


class NoOrigin(NamedTuple):
    """Nobody: inherents and unsigned extrinsics."""


RAW_ORIGIN = enum(
    "frame_support::dispatch::RawOrigin",
    variant(0, "Root", Root, fields()),
    variant(1, "Signed", Signed, fields(("", ACCOUNT_ID))),
    variant(2, "None", NoOrigin, fields()),
)

#: Codec of the outer origin enum, whose values are callers: those of RAW_ORIGIN under index 0 and
#: those that pallets declare. `construct_runtime` binds it, once, while it is imported.
ORIGIN_CALLER = forward("OriginCaller")


class OriginTable(NamedTuple):
    """The kinds of callers of a runtime: their codecs by pallet index, their indices by class."""

    codecs: Dict[int, Codec[Any]]
    indices: Dict[type, int]

    def read(self, data: bytes, pos: int) -> Tuple[Any, int]:
        """Read a caller at `pos`. Raises DecodeError for an index that declares no origin."""
        codec = self.codecs.get(data[pos]) if pos < len(data) else None
        if codec is None:
            raise DecodeError(f"no origin {data[pos : pos + 1].hex() or 'byte'}")
        return codec.read(data, pos + 1)

    def encode(self, caller: Any) -> bytes:
        """Encode a caller. Raises EncodeError if it is of a class that no pallet declares."""
        index = self.indices.get(caller.__class__)
        if index is None:
            raise EncodeError(f"{caller!r} is no caller of this runtime")
        return bytes((index,)) + self.codecs[index].encode(caller)


#: Says of a RuntimeCall whether it may be made. (Calls are declared above origins.)
CallFilter = Callable[[Any], bool]


class Origin(NamedTuple):
    """A caller and the filters that calls in its name must pass."""

    caller: Any
    filters: Tuple[CallFilter, ...] = ()

    def allows(self, call: Any) -> bool:
        """Whether the filters let `call` through; root passes them all."""
        return self.caller.__class__ is Root or all(passes(call) for passes in self.filters)


ROOT = Origin(Root())
NONE = Origin(NoOrigin())


def signed(who: bytes) -> Origin:
    """Return the origin of an account that signed."""
    return Origin(Signed(who))


def ensure_signed(origin: Origin) -> bytes:
    """Return the account that signed. Fails with BadOrigin for any other origin."""
    caller = origin.caller
    if caller.__class__ is not Signed:
        raise DispatchFailed(BadOrigin())
    who: bytes = caller.who
    return who


def ensure_root(origin: Origin) -> None:
    """Fail with BadOrigin unless the origin is root."""
    if origin.caller.__class__ is not Root:
        raise DispatchFailed(BadOrigin())


def ensure_none(origin: Origin) -> None:
    """Fail with BadOrigin unless the origin is none."""
    if origin.caller.__class__ is not NoOrigin:
        raise DispatchFailed(BadOrigin())


def is_root(origin: Origin) -> bool:
    """Whether the origin is root."""
    return origin.caller.__class__ is Root
