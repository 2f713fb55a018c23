"""What a call says it will use, and what it has used.

Source: polkadot-sdk stable2409, frame/support/src/dispatch.rs, and primitives/runtime/src/lib.rs
for DispatchErrorWithPostInfo.
"""

from enum import IntEnum
from typing import NamedTuple, Optional

from parachain.primitives.dispatch_error import DISPATCH_ERROR, DispatchError
from parachain.primitives.scale import c_enum, fields, option, struct
from parachain.primitives.weight import WEIGHT, Weight


class DispatchClass(IntEnum):
    """Which part of the block's weight a call counts against."""

    NORMAL = 0
    OPERATIONAL = 1
    MANDATORY = 2


DISPATCH_CLASS = c_enum("frame_support::dispatch::DispatchClass", DispatchClass)


class Pays(IntEnum):
    """Whether the sender pays a fee."""

    YES = 0
    NO = 1


PAYS = c_enum("frame_support::dispatch::Pays", Pays)


class DispatchInfo(NamedTuple):
    """Declared before dispatch."""

    weight: Weight
    dispatch_class: DispatchClass
    pays_fee: Pays


DISPATCH_INFO = struct(
    "frame_support::dispatch::DispatchInfo",
    DispatchInfo,
    fields(("weight", WEIGHT), ("class", DISPATCH_CLASS), ("pays_fee", PAYS)),
)


class PostDispatchInfo(NamedTuple):
    """Known after dispatch; no weight means all that was declared."""

    actual_weight: Optional[Weight]
    pays_fee: Pays


POST_DISPATCH_INFO = struct(
    "frame_support::dispatch::PostDispatchInfo",
    PostDispatchInfo,
    fields(("actual_weight", option(WEIGHT)), ("pays_fee", PAYS)),
)


class DispatchErrorWithPostInfo(NamedTuple):
    """A failure, with what the call used until then."""

    post_info: PostDispatchInfo
    error: DispatchError


DISPATCH_ERROR_WITH_POST_INFO = struct(
    "sp_runtime::DispatchErrorWithPostInfo",
    DispatchErrorWithPostInfo,
    fields(("post_info", POST_DISPATCH_INFO.named("Info")), ("error", DISPATCH_ERROR)),
    params=(("Info", POST_DISPATCH_INFO),),
)
