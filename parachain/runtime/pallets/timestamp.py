"""Timestamp: the time, in milliseconds since 1970, put into every block by its author.

The inherent `set` comes once per block. A block without it, with it twice, or with a time too
close to the last one cannot be (InvalidBlock); a time too far ahead of the node's own clock is
refused while inherents are checked, and may be right later. Source: pallet_timestamp and
sp_timestamp, polkadot-sdk stable2409.
"""

from typing import Optional

from parachain.primitives.dispatch_info import DispatchClass
from parachain.primitives.scale import BOOL, COMPACT_U64, U64, DecodeError, fields
from parachain.primitives.weight import Weight
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.error import InvalidBlock
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.inherent import Data, InherentError, InherentProvider
from parachain.runtime.frame.origin import Origin, ensure_none
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.pallets import aura, system

pallet = Pallet("Timestamp", "pallet_timestamp", "The time of each block.")

INHERENT_IDENTIFIER = b"timstap0"

#: How far a block may be ahead of the clock of a node that checks it.
MAX_DRIFT_MS = 30_000

DEFAULT_SLOT_DURATION_MS = aura.DEFAULT_SLOT_DURATION_MS

#: sp_timestamp::InherentError; neither goes away while the node looks at the same block.
TOO_EARLY = InherentError(b"\x00", fatal=True)
TOO_FAR_IN_FUTURE = InherentError(b"\x01", fatal=True)

# gear, vara/runtime/vara/src/weights/pallet_timestamp.rs
_SET_WEIGHT = Weight(9_027_000, 1493).saturating_add(system.DB_WEIGHT.reads_writes(2, 1))
_ON_FINALIZE_WEIGHT = Weight(5_151_000, 0)

_MAX_U64 = 2**64 - 1

current = pallet.value("Now", U64, 0, "Time of this block in milliseconds since 1970.")
did_update = pallet.value("DidUpdate", BOOL, False, "Whether the time was set in this block.")

pallet.constant(
    "MinimumPeriod",
    U64,
    DEFAULT_SLOT_DURATION_MS // 2,
    "Least milliseconds between blocks: half a slot, see Aura.SlotDuration.",
)


def genesis(ext: Ext, slot_duration_ms: int) -> None:
    """Set the length of a slot, for Aura and for the least time between blocks."""
    aura.slot_duration.put(ext, slot_duration_ms)


def now(ext: Ext) -> int:
    """Return the time in milliseconds: of this block once it is set, until then of the last."""
    return current.get(ext)


def minimum_period_ms(ext: Ext) -> int:
    """Least time between two blocks of this chain in milliseconds: half a slot."""
    return aura.slot_duration_ms(ext) // 2


@pallet.call(
    0,
    fields(("now", COMPACT_U64.named("T::Moment"))),
    _SET_WEIGHT,
    dispatch_class=DispatchClass.MANDATORY,
)
def set(ext: Ext, origin: Origin, now: int) -> None:  # noqa: A001  the call's name on the wire
    """Set the time of the block. Only its author can, and must."""
    ensure_none(origin)
    if did_update.exists(ext):
        raise InvalidBlock("the timestamp is set twice")
    before = current.get(ext)
    if before and now < before + minimum_period_ms(ext):
        raise InvalidBlock(
            f"timestamp {now} is less than {minimum_period_ms(ext)} ms after {before}"
        )
    current.put(ext, now)
    did_update.put(ext, True)
    aura.on_timestamp_set(ext, now)


#: The call under a name that is no builtin of Python's.
set_time = set


@pallet.on_initialize
def announce_finalize_weight(ext: Ext, number: int) -> Weight:  # noqa: ARG001  hooks share it
    """Count what on_finalize will take."""
    return _ON_FINALIZE_WEIGHT


@pallet.on_finalize
def require_timestamp(ext: Ext, number: int) -> None:
    """Refuse a block that has no time."""
    if not did_update.take(ext):
        raise InvalidBlock(f"block {number} sets no timestamp")


# -- the inherent ------------------------------------------------------------------------------


def _clock(data: Data) -> int:
    """Return the author's or the checking node's own time in milliseconds."""
    raw = data.get(INHERENT_IDENTIFIER)
    if raw is None:
        raise InvalidBlock("the inherent data lack the time (timstap0)")
    try:
        return U64.decode(raw)
    except DecodeError as error:
        raise InvalidBlock(f"the time in the inherent data is malformed: {error}") from None


def _create(ext: Ext, data: Data) -> Optional[RuntimeCall]:
    earliest = min(now(ext) + minimum_period_ms(ext), _MAX_U64)
    return set_time(max(_clock(data), earliest))


def _is_inherent(call: RuntimeCall) -> bool:
    return call.declaration is set_time


def _check(ext: Ext, call: RuntimeCall, data: Data) -> Optional[InherentError]:
    (time,) = call.args
    if time > _clock(data) + MAX_DRIFT_MS:
        return TOO_FAR_IN_FUTURE
    if time < now(ext) + minimum_period_ms(ext):
        return TOO_EARLY
    return None


def _is_required(ext: Ext, data: Data) -> Optional[InherentError]:  # noqa: ARG001
    """Not here: a block without the inherent is refused by on_finalize."""
    return None


pallet.inherent = InherentProvider(INHERENT_IDENTIFIER, _create, _is_inherent, _check, _is_required)
