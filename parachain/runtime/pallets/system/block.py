"""The block that is being executed: its environment, its extrinsics, its weight, its header.

`frame` calls pallets, the executive calls this, in the order initialize, note_finished_initialize,
then note_extrinsic and note_applied_extrinsic for each extrinsic, note_finished_extrinsics,
finalize. Events go through `frame.event`. Numbers that every extrinsic reads and writes are
handled as raw little-endian bytes here, which is what their codecs do.
Source: frame_system's Pallet impl, polkadot-sdk stable2409.
"""

from typing import Optional

from parachain.primitives.digest import DIGEST_ITEM, Digest, DigestItem
from parachain.primitives.dispatch_error import DispatchError
from parachain.primitives.dispatch_info import (
    DispatchClass,
    DispatchInfo,
    Pays,
    PostDispatchInfo,
)
from parachain.primitives.header import Header
from parachain.primitives.runtime_version import RuntimeVersion
from parachain.primitives.weight import Weight
from parachain.runtime.frame.call import actual_weight
from parachain.runtime.frame.event import EXECUTION_PHASE_KEY
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets.system import storage
from parachain.runtime.pallets.system.limits import BLOCK_WEIGHTS, ConsumedWeight, accrue, total
from parachain.runtime.pallets.system.storage import (
    EXTRINSIC_FAILED,
    EXTRINSIC_SUCCESS,
    LastRuntimeUpgrade,
)
from parachain.runtime.pallets.system.version import RUNTIME_VERSION

#: Keys that the host knows as well (sp_storage::well_known_keys).
CODE = b":code"
HEAP_PAGES = b":heappages"
EXTRINSIC_INDEX = b":extrinsic_index"
INTRABLOCK_ENTROPY = b":intrablock_entropy"

#: The parent of the genesis block, and what block 0 is called until block 1 knows better.
GENESIS_PARENT_HASH = b"\x45" * 32

_ENTROPY_CONTEXT = b"frame_system::initialize"
_FIRST = bytes(4)
_APPLY_EXTRINSIC = b"\x00"
_FINALIZATION = b"\x01"
_INITIALIZATION = b"\x02"


def genesis(ext: Ext) -> None:
    """Write what the first state needs; `:code` is the host's to set."""
    storage.block_hashes.put(ext, 0, GENESIS_PARENT_HASH)
    storage.parent.put(ext, GENESIS_PARENT_HASH)
    _note_upgrade(ext, RUNTIME_VERSION)
    storage.upgraded_to_u32_references.put(ext, True)
    storage.upgraded_to_triple_references.put(ext, True)
    ext.put(EXTRINSIC_INDEX, _FIRST)


# -- where we are ------------------------------------------------------------------------------


def block_number(ext: Ext) -> int:
    """Return the number of this block."""
    return storage.number.get(ext)


def block_hash(ext: Ext, number: int) -> bytes:
    """Return the hash of an earlier block, zeros if the runtime does not know it any more."""
    return storage.block_hashes.get(ext, number)


def parent_hash(ext: Ext) -> bytes:
    """Return the hash of the block before this one."""
    return storage.parent.get(ext)


def digest(ext: Ext) -> Digest:
    """Return the digest items of this block so far."""
    return storage.block_digest.get(ext)


def deposit_log(ext: Ext, item: DigestItem) -> None:
    """Append an item to the digest of this block."""
    ext.append(storage.block_digest.prefix, DIGEST_ITEM.encode(item))


def extrinsic_index(ext: Ext) -> Optional[int]:
    """Return the position of the extrinsic that is applied now, None outside of extrinsics."""
    raw = ext.get(EXTRINSIC_INDEX)
    return None if raw is None else int.from_bytes(raw, "little")


def all_extrinsics_len(ext: Ext) -> int:
    """Bytes of this block's extrinsics so far."""
    return storage.all_extrinsics_length.get(ext) or 0


def block_weight(ext: Ext) -> ConsumedWeight:
    """Weight that this block has used, by class."""
    return storage.block_weight.get(ext)


def total_block_weight(ext: Ext) -> Weight:
    """Weight that this block has used in all classes."""
    return total(storage.block_weight.get(ext))


def register_extra_weight_unchecked(ext: Ext, weight: Weight, kind: DispatchClass) -> None:
    """Count weight against the block, even beyond its limits."""
    storage.block_weight.put(ext, accrue(storage.block_weight.get(ext), weight, kind))


def inherents_applied(ext: Ext) -> bool:
    """Whether no further inherent may follow in this block."""
    return storage.inherents_done.get(ext)


def note_inherents_applied(ext: Ext) -> None:
    """Say that all inherents of this block were applied."""
    storage.inherents_done.put(ext, True)


# -- the course of a block -----------------------------------------------------------------------


def reset_events(ext: Ext) -> None:
    """Forget the events of the block before. To be called ahead of `initialize`."""
    storage.events.kill(ext)
    storage.event_count.kill(ext)
    storage.event_topics.clear(ext, None)


def initialize(ext: Ext, number: int, parent: bytes, items: Digest) -> None:
    """Begin block `number`, a child of the block with hash `parent`."""
    ext.put(EXECUTION_PHASE_KEY, _INITIALIZATION)
    ext.put(EXTRINSIC_INDEX, _FIRST)
    ext.put(INTRABLOCK_ENTROPY, ext.blake2_256(_ENTROPY_CONTEXT + parent))
    storage.number.put(ext, number)
    storage.block_digest.put(ext, items)
    storage.parent.put(ext, parent)
    storage.block_hashes.put(ext, number - 1, parent)
    storage.inherents_done.kill(ext)
    storage.block_weight.kill(ext)


def note_finished_initialize(ext: Ext) -> None:
    """Say that the extrinsics follow now."""
    ext.put(EXECUTION_PHASE_KEY, _APPLY_EXTRINSIC + _FIRST)


def note_extrinsic(ext: Ext, encoded: bytes) -> None:
    """Keep an extrinsic, with its length prefix, for the extrinsics root."""
    storage.extrinsic_data.put(ext, extrinsic_index(ext) or 0, encoded)


def note_applied_extrinsic(
    ext: Ext, error: Optional[DispatchError], info: DispatchInfo, post: PostDispatchInfo
) -> None:
    """Deposit how the extrinsic went, with the weight it used, and move on to the next."""
    kind, pays = info.dispatch_class, info.pays_fee
    used = actual_weight(info, post).saturating_add(BLOCK_WEIGHTS.per_class[kind].base_extrinsic)
    if post.pays_fee is Pays.NO:
        pays = Pays.NO
    final = DispatchInfo(used, kind, pays)
    if error is None:
        EXTRINSIC_SUCCESS.deposit(ext, final)
    else:
        EXTRINSIC_FAILED.deposit(ext, error, final)
    following = ((extrinsic_index(ext) or 0) + 1).to_bytes(4, "little")
    ext.put(EXTRINSIC_INDEX, following)
    ext.put(EXECUTION_PHASE_KEY, _APPLY_EXTRINSIC + following)


def note_finished_extrinsics(ext: Ext) -> None:
    """Say that no extrinsic follows any more."""
    storage.extrinsic_count.put(ext, extrinsic_index(ext) or 0)
    ext.delete(EXTRINSIC_INDEX)
    ext.put(EXECUTION_PHASE_KEY, _FINALIZATION)


def finalize(ext: Ext) -> Header:
    """Remove what lives for one block only, and return the block's header."""
    storage.execution_phase.kill(ext)
    storage.all_extrinsics_length.kill(ext)
    ext.delete(INTRABLOCK_ENTROPY)
    storage.inherents_done.kill(ext)
    count = storage.extrinsic_count.take(ext) or 0
    extrinsics = [storage.extrinsic_data.take(ext, index) for index in range(count)]
    number = block_number(ext)
    outdated = number - storage.BLOCK_HASH_COUNT - 1
    if outdated > 0:  # the hash of genesis stays for ever
        storage.block_hashes.remove(ext, outdated)
    return Header(
        parent_hash=parent_hash(ext),
        number=number,
        state_root=ext.storage_root(),
        extrinsics_root=ext.ordered_root(extrinsics),
        digest=digest(ext),
    )


# -- upgrades --------------------------------------------------------------------------------------


def runtime_upgraded(ext: Ext, version: RuntimeVersion) -> bool:
    """Whether this is the first block of runtime `version`; that is noted, so only once."""
    last = storage.last_runtime_upgrade.get(ext)
    if (
        last is not None
        and version.spec_version <= last.spec_version
        and version.spec_name == last.spec_name
    ):
        return False
    _note_upgrade(ext, version)
    return True


def _note_upgrade(ext: Ext, version: RuntimeVersion) -> None:
    upgrade = LastRuntimeUpgrade(version.spec_version, version.spec_name)
    storage.last_runtime_upgrade.put(ext, upgrade)
