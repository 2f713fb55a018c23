"""Executive: how a block is executed, from its header to its state root.

The order of steps is that of frame_executive (polkadot-sdk stable2409). The runtime is an
argument. A block that a Rust runtime would panic on raises `InvalidBlock`; an extrinsic that
merely may not be included raises `InvalidTransactionFailed`. Neither undoes anything: the host
discards what a failed entry point has written.
"""

from typing import List, NamedTuple, Optional, Tuple

from parachain.primitives.digest import PreRuntime
from parachain.primitives.dispatch_error import DispatchError
from parachain.primitives.dispatch_info import DispatchClass
from parachain.primitives.header import Header
from parachain.primitives.inherent import CheckInherentsResult
from parachain.primitives.scale import DecodeError
from parachain.primitives.transaction_validity import (
    InvalidTransaction,
    TransactionSource,
    ValidTransaction,
)
from parachain.primitives.weight import Weight
from parachain.runtime.frame.call import RuntimeCall, dispatch_info
from parachain.runtime.frame.error import InvalidBlock, InvalidTransactionFailed, invalid
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.extension import Dispatched
from parachain.runtime.frame.extrinsic import (
    UncheckedExtrinsic,
    apply_checked,
    check_extrinsic,
    decode_extrinsic,
    encode_bare,
    validate_checked,
)
from parachain.runtime.frame.inherent import Data
from parachain.runtime.frame.runtime import Runtime
from parachain.runtime.pallets import system


class Block(NamedTuple):
    """A header and its extrinsics, each with its length prefix."""

    header: Header
    extrinsics: Tuple[bytes, ...]


def initialize_block(ext: Ext, runtime: Runtime, header: Header) -> None:
    """Begin a block: run a due upgrade, reset per-block storage, run `on_initialize` hooks."""
    if header.number == 0:
        raise InvalidBlock("the genesis block cannot be executed")
    digest = tuple(item for item in header.digest if isinstance(item, PreRuntime))
    system.reset_events(ext)
    weight = Weight(0, 0)
    if system.runtime_upgraded(ext, runtime.version):
        for pallet in runtime.hook_order:
            for upgrade in pallet.upgraders:
                weight = weight.saturating_add(upgrade(ext))
    system.initialize(ext, header.number, header.parent_hash, digest)
    for pallet in runtime.hook_order:
        for hook in pallet.initializers:
            weight = weight.saturating_add(hook(ext, header.number))
    weight = weight.saturating_add(system.BLOCK_WEIGHTS.base_block)
    system.register_extra_weight_unchecked(ext, weight, DispatchClass.MANDATORY)
    system.note_finished_initialize(ext)


def apply_extrinsic(ext: Ext, runtime: Runtime, encoded: bytes) -> Optional[DispatchError]:
    """Execute one extrinsic, given with its length prefix, as the next of the open block.

    Returns None if its call succeeded, or the error it failed with; it is part of the block
    either way. Raises InvalidTransactionFailed if it may not be included.
    """
    return _apply(ext, runtime, _decode(runtime, encoded), encoded)


def _apply(
    ext: Ext, runtime: Runtime, unchecked: UncheckedExtrinsic, encoded: bytes
) -> Optional[DispatchError]:
    is_inherent = _is_inherent(runtime, unchecked)
    if not is_inherent and not system.inherents_applied(ext):
        system.note_inherents_applied(ext)
    checked = check_extrinsic(ext, runtime, unchecked)
    system.note_extrinsic(ext, encoded)
    info = dispatch_info(checked.call)
    mandatory = info.dispatch_class is DispatchClass.MANDATORY
    if mandatory and not is_inherent and not _is_closing(runtime, unchecked):
        invalid(InvalidTransaction.MANDATORY_VALIDATION)
    tx = Dispatched(checked.call, info, len(encoded))
    post, error = apply_checked(ext, runtime, checked, tx)
    if error is not None and mandatory:
        invalid(InvalidTransaction.BAD_MANDATORY)
    system.note_applied_extrinsic(ext, error, info, post)
    return error


def _is_inherent(runtime: Runtime, extrinsic: UncheckedExtrinsic) -> bool:
    return extrinsic.signed is None and runtime.is_inherent(extrinsic.call)


def _is_closing(runtime: Runtime, extrinsic: UncheckedExtrinsic) -> bool:
    return extrinsic.signed is None and runtime.is_closing(extrinsic.call)


def _decode(runtime: Runtime, encoded: bytes) -> UncheckedExtrinsic:
    try:
        return decode_extrinsic(runtime, encoded)
    except DecodeError as error:
        raise InvalidBlock(f"the extrinsic does not decode: {error}") from None


def finalize_block(ext: Ext, runtime: Runtime) -> Header:
    """End the block and return its header, the state root included."""
    if not system.inherents_applied(ext):
        system.note_inherents_applied(ext)
    system.note_finished_extrinsics(ext)
    number = system.block_number(ext)
    _run_idle_hooks(ext, runtime, number)
    for pallet in runtime.hook_order:
        for hook in pallet.finalizers:
            hook(ext, number)
    return system.finalize(ext)


def _run_idle_hooks(ext: Ext, runtime: Runtime, number: int) -> None:
    """Offer the weight that is left to the pallets, another one first in each block."""
    limit = system.BLOCK_WEIGHTS.max_block
    remaining = limit.saturating_sub(system.total_block_weight(ext))
    if remaining.ref_time == 0:
        return
    order = runtime.hook_order
    start = number % len(order)
    used = Weight(0, 0)
    for pallet in order[start:] + order[:start]:
        for hook in pallet.idlers:
            used = used.saturating_add(hook(ext, number, remaining.saturating_sub(used)))
    if used.ref_time or used.proof_size:
        system.register_extra_weight_unchecked(ext, used, DispatchClass.MANDATORY)


def execute_block(ext: Ext, runtime: Runtime, block: Block) -> None:
    """Execute a block made by someone and compare the outcome with its header.

    Raises InvalidBlock naming the first difference. The header must come without its seal.
    """
    header = block.header
    initialize_block(ext, runtime, header)
    decoded = [_decode(runtime, encoded) for encoded in block.extrinsics]
    _check_order(runtime, decoded)
    for position, (unchecked, encoded) in enumerate(zip(decoded, block.extrinsics)):
        try:
            _apply(ext, runtime, unchecked, encoded)
        except InvalidTransactionFailed as refused:
            raise InvalidBlock(f"extrinsic {position} may not be included: {refused}") from None
    _final_checks(finalize_block(ext, runtime), header)


def _check_order(runtime: Runtime, extrinsics: List[UncheckedExtrinsic]) -> None:
    """Refuse inherents after other extrinsics. Number and parent, the host has checked."""
    seen_other = False
    for position, extrinsic in enumerate(extrinsics):
        if _is_inherent(runtime, extrinsic):
            if seen_other:
                raise InvalidBlock(f"inherent {position} comes after other extrinsics")
        else:
            seen_other = True


def _final_checks(computed: Header, header: Header) -> None:
    if len(computed.digest) != len(header.digest):
        raise InvalidBlock(
            f"{len(header.digest)} digest items in the header, {len(computed.digest)} computed"
        )
    for position, (ours, theirs) in enumerate(zip(computed.digest, header.digest)):
        if ours != theirs:
            raise InvalidBlock(f"digest item {position} is {theirs}, computed {ours}")
    if computed.extrinsics_root != header.extrinsics_root:
        raise InvalidBlock(
            f"extrinsics root {header.extrinsics_root.hex()}, "
            f"computed {computed.extrinsics_root.hex()}"
        )
    if computed.state_root != header.state_root:
        raise InvalidBlock(
            f"state root {header.state_root.hex()}, computed {computed.state_root.hex()}"
        )


def inherent_extrinsics(ext: Ext, runtime: Runtime, data: Data) -> Tuple[bytes, ...]:
    """Make the inherents of the open block, in the order of the pallets."""
    calls = [provider.create(ext, data) for provider in runtime.inherents]
    return tuple(encode_bare(call) for call in calls if call is not None)


def check_inherents(ext: Ext, runtime: Runtime, block: Block, data: Data) -> CheckInherentsResult:
    """Compare the inherents of `block` with what our own `data` say."""
    errors: List[Tuple[bytes, bytes]] = []
    fatal = False
    present: List[RuntimeCall] = []
    for encoded in block.extrinsics:
        extrinsic = _decode(runtime, encoded)
        if extrinsic.signed is not None:
            break
        present.append(extrinsic.call)
    for provider in runtime.inherents:
        mine = [call for call in present if provider.is_inherent(call)]
        verdicts = [provider.check(ext, call, data) for call in mine]
        if not mine:
            verdicts = [provider.is_required(ext, data)]
        for error in verdicts:
            if error is not None:
                errors.append((provider.identifier, error.encoded))
                fatal = fatal or error.fatal
    unique = dict(reversed(errors))
    return CheckInherentsResult(not errors, fatal, {key: unique[key] for key in sorted(unique)})


def validate_transaction(
    ext: Ext, runtime: Runtime, source: TransactionSource, encoded: bytes, at: bytes
) -> ValidTransaction:
    """Tell the pool under which conditions a transaction could be included after block `at`.

    Raises InvalidTransactionFailed with the reason if it never could, or not yet.
    """
    system.initialize(ext, system.block_number(ext) + 1, at, ())
    unchecked = _decode(runtime, encoded)
    checked = check_extrinsic(ext, runtime, unchecked)
    info = dispatch_info(checked.call)
    if info.dispatch_class is DispatchClass.MANDATORY:
        invalid(InvalidTransaction.MANDATORY_VALIDATION)
    tx = Dispatched(checked.call, info, len(encoded))
    return validate_checked(ext, runtime, source, checked, tx)


def run_offchain_workers(ext: Ext, runtime: Runtime, header: Header) -> None:
    """Run what pallets do off chain after `header` was imported."""
    system.initialize(ext, header.number, header.parent_hash, header.digest)
    for pallet in runtime.hook_order:
        for worker in pallet.offchain_workers:
            worker(ext, header.number)
