"""The dispatchables of frame_system.

Indices follow polkadot-sdk stable2409, where 8 (tasks) is experimental and absent. All but the
remarks and `apply_authorized_upgrade` are for root.
"""

from typing import Tuple

from parachain.primitives.digest import RuntimeEnvironmentUpdated
from parachain.primitives.dispatch_info import DispatchClass, Pays, PostDispatchInfo
from parachain.primitives.scale import BYTES, H256, U32, U64, fields, tuple_of, vec
from parachain.primitives.transaction_validity import (
    U64_MAX,
    InvalidTransaction,
    TransactionSource,
    ValidTransaction,
)
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.error import invalid
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import Origin, ensure_root, ensure_signed
from parachain.runtime.pallets.system import weights
from parachain.runtime.pallets.system.block import HEAP_PAGES, deposit_log
from parachain.runtime.pallets.system.limits import BLOCK_WEIGHTS
from parachain.runtime.pallets.system.storage import REMARKED, authorized_upgrade, pallet
from parachain.runtime.pallets.system.upgrade import (
    authorize,
    can_set_code,
    is_authorized,
    update_code_in_storage,
    validate_authorized_upgrade,
)

_HASH = H256.named("T::Hash")
_KEY = BYTES.named("Key")
_KEY_VALUE = tuple_of(BYTES, BYTES).named("KeyValue")

#: An upgrade takes what is left of the block, so that no transaction follows it.
_WHOLE_BLOCK = BLOCK_WEIGHTS.max_block

#: Ahead of transactions without a tip.
_UPGRADE_PRIORITY = 100


@pallet.call(0, fields(("remark", BYTES)), weight=weights.remark_weight)
def remark(ext: Ext, origin: Origin, remark: bytes) -> None:
    """Put some bytes into a block. Any origin may."""


@pallet.call(
    1, fields(("pages", U64)), weights.SET_HEAP_PAGES, dispatch_class=DispatchClass.OPERATIONAL
)
def set_heap_pages(ext: Ext, origin: Origin, pages: int) -> None:
    """Set how many pages of heap the runtime gets."""
    ensure_root(origin)
    ext.put(HEAP_PAGES, pages.to_bytes(8, "little"))
    deposit_log(ext, RuntimeEnvironmentUpdated())


@pallet.call(2, fields(("code", BYTES)), weights.SET_CODE, dispatch_class=DispatchClass.OPERATIONAL)
def set_code(ext: Ext, origin: Origin, code: bytes) -> PostDispatchInfo:
    """Replace the runtime code by a later version of it."""
    ensure_root(origin)
    can_set_code(ext, code)
    update_code_in_storage(ext, code)
    return PostDispatchInfo(_WHOLE_BLOCK, Pays.YES)


@pallet.call(3, fields(("code", BYTES)), weights.SET_CODE, dispatch_class=DispatchClass.OPERATIONAL)
def set_code_without_checks(ext: Ext, origin: Origin, code: bytes) -> PostDispatchInfo:
    """Replace the runtime code, whatever it is.

    Hooks of an upgrade only run if the version has increased.
    """
    ensure_root(origin)
    update_code_in_storage(ext, code)
    return PostDispatchInfo(_WHOLE_BLOCK, Pays.YES)


@pallet.call(
    4,
    fields(("items", vec(_KEY_VALUE))),
    weights.set_storage_weight,
    dispatch_class=DispatchClass.OPERATIONAL,
)
def set_storage(ext: Ext, origin: Origin, items: Tuple[Tuple[bytes, bytes], ...]) -> None:
    """Write items of storage by their raw keys."""
    ensure_root(origin)
    for key, value in items:
        ext.put(key, value)


@pallet.call(
    5,
    fields(("keys", vec(_KEY))),
    weights.kill_storage_weight,
    dispatch_class=DispatchClass.OPERATIONAL,
)
def kill_storage(ext: Ext, origin: Origin, keys: Tuple[bytes, ...]) -> None:
    """Remove items of storage by their raw keys."""
    ensure_root(origin)
    for key in keys:
        ext.delete(key)


@pallet.call(
    6,
    fields(("prefix", _KEY), ("subkeys", U32)),
    weights.kill_prefix_weight,
    dispatch_class=DispatchClass.OPERATIONAL,
)
def kill_prefix(ext: Ext, origin: Origin, prefix: bytes, subkeys: int) -> None:
    """Remove storage under a prefix, at most `subkeys` items of the state before this block."""
    ensure_root(origin)
    ext.clear_prefix(prefix, subkeys)


@pallet.call(7, fields(("remark", BYTES)), weight=weights.remark_with_event_weight)
def remark_with_event(ext: Ext, origin: Origin, remark: bytes) -> None:
    """Put some bytes into a block and their hash into an event."""
    who = ensure_signed(origin)
    REMARKED.deposit(ext, who, ext.blake2_256(remark))


@pallet.call(
    9,
    fields(("code_hash", _HASH)),
    weights.AUTHORIZE_UPGRADE,
    dispatch_class=DispatchClass.OPERATIONAL,
)
def authorize_upgrade(ext: Ext, origin: Origin, code_hash: bytes) -> None:
    """Let anyone install the code with this hash, if it is a later version."""
    ensure_root(origin)
    authorize(ext, code_hash, True)


@pallet.call(
    10,
    fields(("code_hash", _HASH)),
    weights.AUTHORIZE_UPGRADE,
    dispatch_class=DispatchClass.OPERATIONAL,
)
def authorize_upgrade_without_checks(ext: Ext, origin: Origin, code_hash: bytes) -> None:
    """Let anyone install the code with this hash, whatever it is."""
    ensure_root(origin)
    authorize(ext, code_hash, False)


@pallet.call(
    11,
    fields(("code", BYTES)),
    weights.APPLY_AUTHORIZED_UPGRADE,
    dispatch_class=DispatchClass.OPERATIONAL,
)
def apply_authorized_upgrade(
    ext: Ext,
    origin: Origin,  # noqa: ARG001  the authorization is what counts
    code: bytes,
) -> PostDispatchInfo:
    """Install code that was authorized. Any origin may, and pays nothing if it succeeds."""
    validate_authorized_upgrade(ext, code)
    update_code_in_storage(ext, code)
    authorized_upgrade.kill(ext)
    return PostDispatchInfo(_WHOLE_BLOCK, Pays.NO)


def validate_unsigned(
    ext: Ext,
    source: TransactionSource,  # noqa: ARG001  from anywhere
    call: RuntimeCall,
) -> ValidTransaction:
    """Admit authorized code without a signature. Refuses everything else with Call."""
    if call.declaration is not apply_authorized_upgrade or not is_authorized(ext, call.args[0]):
        invalid(InvalidTransaction.CALL)
    code_hash = ext.blake2_256(call.args[0])
    return ValidTransaction(_UPGRADE_PRIORITY, (), (code_hash,), U64_MAX, True)


pallet.validate_unsigned = validate_unsigned
