"""What closes a block after its transactions: on a chain of Gear, processing the message queue.

The runtime makes the extrinsic, the author puts it in. It is no inherent: nothing of it depends on
the host, and no importer asks for it.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Final

from parachain.client.authoring.pace import OutOfTime, Pace, Watch
from parachain.client.authoring.proposer import OpenBlock
from parachain.client.chain.chain import Chain
from parachain.client.crypto.hashing import twox_128
from parachain.client.executor.executor import RuntimePanic
from parachain.client.state import NativeExt
from parachain.primitives.scale import U64, option
from parachain.primitives.transaction_validity import reason

GEAR_API: Final = bytes.fromhex("ff8dc88037f26223")
"""Identifier of GearApi: blake2b-64 of the name."""

_MAX_GAS: Final = option(U64)
#: Well-known keys: the first message of the queue, and the gas that the block has left, a u64.
_QUEUE_HEAD: Final = twox_128(b"GearMessenger") + twox_128(b"Head")
_GAS_ALLOWANCE: Final = twox_128(b"GearGas") + twox_128(b"Allowance")

_log = logging.getLogger("gear.basic-authorship")

_Make = Callable[[int | None], bytes]


class Closing:
    """Closes the blocks of one author."""

    __slots__ = ("_chain", "_pace")

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._pace = Pace()

    def close(
        self, parent: bytes, clock: Callable[[], int], ends_ms: int | None, block: OpenBlock
    ) -> None:
        """Process the queue in an open block above `parent`, until `ends_ms` if that is a time.

        If it fails the block does without it. Raises UnknownBlock, UnknownState, RuntimePanic.
        """
        apis = self._chain.runtime_version(parent).apis
        if not any(identifier == GEAR_API for identifier, _ in apis):
            return
        make = partial(self._extrinsic, parent)
        if ends_ms is None:
            _apply(block, make(None))
        else:
            self._close_in_time(make, clock, ends_ms, block)

    def _close_in_time(
        self, make: _Make, clock: Callable[[], int], ends_ms: int, block: OpenBlock
    ) -> None:
        ext, pace, begun_ms = block.ext, self._pace, clock()
        budget_ms = ends_ms - begun_ms
        limit = pace.limit(budget_ms)
        head = ext.get(_QUEUE_HEAD)
        # a run that is given up has to be made once more, as far as it came
        latest_ms = begun_ms + (budget_ms if limit is not None else budget_ms // 2)
        watch = Watch(clock, latest_ms, partial(_allowance, ext))
        ext.before_program = watch
        try:
            _apply(block, make(limit))
        except OutOfTime:
            ext.before_program = None
            pace.gave_up(watch.burned, watch.took_ms)
            gas = watch.shorter(ends_ms - clock())
            _log.debug("the queue took %d ms for %d gas", watch.took_ms, watch.burned)
            _apply(block, make(gas))
        else:
            is_stuck = head is not None and ext.get(_QUEUE_HEAD) == head
            pace.finished(limit, clock() - begun_ms, budget_ms, is_stuck=is_stuck)
        finally:
            ext.before_program = None

    def _extrinsic(self, parent: bytes, max_gas: int | None) -> bytes:
        """Let the runtime make the extrinsic, with its length prefix."""
        return self._chain.runtime_call(
            parent, "GearApi_gear_run_extrinsic", _MAX_GAS.encode(max_gas)
        )


def _allowance(ext: NativeExt) -> int:
    return int.from_bytes(ext.get(_GAS_ALLOWANCE) or b"", "little")


def _apply(block: OpenBlock, extrinsic: bytes) -> None:
    """Put it in unless it fails. Raises OutOfTime."""
    try:
        error = block.apply(extrinsic)
    except RuntimePanic as panic:
        _log.error("a block is closed without 0x%s: %s", extrinsic.hex(), panic)
        return
    if error is not None:
        _log.debug("a block is closed without 0x%s: %s", extrinsic.hex(), reason(error))
