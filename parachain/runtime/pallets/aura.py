"""Aura: authorities take turns, one slot each; this pallet checks that the slots are right.

The author names its slot in a pre-runtime digest item; the authority at `slot % authorities`
is the one whose turn it is. Whether the header is really signed by it is checked by the node
(Aura's seal never reaches the runtime). Nobody is disabled: that takes sessions.

The slot duration is set at genesis and kept in an item of its own, `SlotDuration`, which
pallet_aura does not have: one runtime serves chains of different speed. The constants of the
metadata tell that of the development chain; `AuraApi_slot_duration` tells the chain's own.
Sources: pallet_aura and sp_consensus_aura, polkadot-sdk stable2409.
"""

from typing import Optional, Tuple

from parachain.primitives.digest import Consensus, Digest, PreRuntime
from parachain.primitives.scale import U64, bounded_vec, fixed_bytes, newtype, vec
from parachain.primitives.weight import Weight
from parachain.runtime.frame.error import InvalidBlock
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.pallets import system

pallet = Pallet("Aura", "pallet_aura", "Whose turn it is to author a block.", storage_version=0)

#: Names the engine in digests, and the kind of its keys in keystores.
ENGINE_ID = b"aura"
KEY_TYPE = b"aura"

#: sp_consensus_aura::ConsensusLog::AuthoritiesChange.
_AUTHORITIES_CHANGE = b"\x01"

_SLOT_SIZE = 8

#: Bounds the proof of the authorities' storage item.
MAX_AUTHORITIES = 100_000

#: Slots of the development chain, in milliseconds.
DEFAULT_SLOT_DURATION_MS = 3000

AUTHORITY_ID = newtype(
    "sp_consensus_aura::sr25519::app_sr25519::Public", fixed_bytes(32).named("sr25519::Public")
)
SLOT = newtype("sp_consensus_slots::Slot", U64)

authorities = pallet.value(
    "Authorities", bounded_vec(AUTHORITY_ID, MAX_AUTHORITIES), (), "Authorities in their order."
)
current_slot = pallet.value("CurrentSlot", SLOT, 0, "Slot of this block.")
slot_duration = pallet.value(
    "SlotDuration", U64, DEFAULT_SLOT_DURATION_MS, "Length of a slot in milliseconds."
)
pallet.constant(
    "SlotDuration", U64, DEFAULT_SLOT_DURATION_MS, "Milliseconds of a slot, unless set at genesis."
)

_AUTHORITY_LIST = vec(AUTHORITY_ID)


def genesis(ext: Ext, first: Tuple[bytes, ...]) -> None:
    """Set the first authorities, at most MAX_AUTHORITIES of 32 bytes each."""
    authorities.put(ext, first)


def slot_duration_ms(ext: Ext) -> int:
    """Return the length of a slot of this chain in milliseconds."""
    return slot_duration.get(ext)


def slot_of(digest: Digest) -> Optional[int]:
    """Return the slot that the first item of Aura names; None without one, or if it is short."""
    for item in digest:
        if isinstance(item, PreRuntime) and item.engine == ENGINE_ID:
            if len(item.data) < _SLOT_SIZE:
                return None
            return int.from_bytes(item.data[:_SLOT_SIZE], "little")
    return None


def find_author(ext: Ext, digest: Digest) -> Optional[bytes]:
    """Return the authority (32 bytes) whose slot the digest names, None if there is none."""
    slot, known = slot_of(digest), authorities.get(ext)
    return None if slot is None or not known else known[slot % len(known)]


def change_authorities(ext: Ext, following: Tuple[bytes, ...]) -> None:
    """Replace the authorities and tell nodes so in the digest. An empty set changes nothing."""
    if not following:
        ext.log(1, "runtime::aura", "an empty set of authorities is ignored")
        return
    authorities.put(ext, following)
    message = _AUTHORITIES_CHANGE + _AUTHORITY_LIST.encode(following)
    system.deposit_log(ext, Consensus(ENGINE_ID, message))


@pallet.on_initialize
def enter_slot(ext: Ext, number: int) -> Weight:  # noqa: ARG001  the slot counts, not the number
    """Take the slot of this block from its digest. Raises InvalidBlock unless slots increase."""
    slot = slot_of(system.digest(ext))
    if slot is None:
        return system.DB_WEIGHT.reads_writes(1, 0)
    before = current_slot.get(ext)
    if slot <= before:
        raise InvalidBlock(f"slot {slot} is not after slot {before}")
    current_slot.put(ext, slot)
    return system.DB_WEIGHT.reads_writes(2, 1)


def on_timestamp_set(ext: Ext, now_ms: int) -> None:
    """Check that the time lies in this block's slot. Raises InvalidBlock."""
    slot, duration = current_slot.get(ext), slot_duration_ms(ext)
    if duration == 0:
        raise InvalidBlock("the slot duration is zero")
    if now_ms // duration != slot:
        raise InvalidBlock(
            f"timestamp {now_ms} lies in slot {now_ms // duration}, the block is of slot {slot}"
        )
