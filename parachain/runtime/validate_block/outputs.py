"""What several blocks come to together, as one ValidationResult.

Upward messages may end with an empty one and signals after it. The blocks of a candidate are one
to the relay chain, so their signals move to the end, and may not contradict each other.
Source: polkadot-sdk, cumulus validate_block/implementation.rs; UMP signals are RFC 103.
"""

from typing import Dict, Final, List, Optional, Sequence

from parachain.primitives.parachain import (
    MAX_HORIZONTAL_MESSAGES,
    MAX_UPWARD_MESSAGES,
    CollationInfo,
    OutboundHrmpMessage,
    ValidationResult,
)
from parachain.runtime.validate_block.invalid_candidate import Flaw, InvalidCandidate

#: The upward message after which signals follow.
_SEPARATOR: Final = b""

_U32_MAX: Final = (1 << 32) - 1


def combine(blocks: Sequence[CollationInfo]) -> ValidationResult:
    """Combine what the blocks of a candidate do, in their order; there is at least one.

    Raises InvalidCandidate.
    """
    upward: List[bytes] = []
    signals: Dict[int, bytes] = {}
    horizontal: List[OutboundHrmpMessage] = []
    code: Optional[bytes] = None
    downward = 0
    for info in blocks:
        messages = info.upward_messages
        if _SEPARATOR in messages:
            at = messages.index(_SEPARATOR)
            for signal in messages[at + 1 :]:
                _note_signal(signals, signal)
            messages = messages[:at]
        upward += messages
        horizontal += info.horizontal_messages
        downward += info.processed_downward_messages
        if code is None:
            code = info.new_validation_code
    if signals:
        upward += [_SEPARATOR, *signals.values()]
    _check_limit("upward messages", len(upward), MAX_UPWARD_MESSAGES)
    _check_limit("horizontal messages", len(horizontal), MAX_HORIZONTAL_MESSAGES)
    _check_limit("processed downward messages", downward, _U32_MAX)
    last = blocks[-1]
    return ValidationResult(
        last.head_data,
        code,
        tuple(upward),
        tuple(sorted(horizontal, key=lambda message: message.recipient)),
        downward,
        last.hrmp_watermark,
    )


def _note_signal(signals: Dict[int, bytes], signal: bytes) -> None:
    """Keep one signal of each kind, told by its first byte."""
    if not signal:
        raise InvalidCandidate(Flaw.OUTPUTS, "an empty signal among the upward messages")
    earlier = signals.setdefault(signal[0], signal)
    if earlier != signal:
        raise InvalidCandidate(
            Flaw.OUTPUTS, f"signals 0x{earlier.hex()} and 0x{signal.hex()} contradict each other"
        )


def _check_limit(what: str, count: int, limit: int) -> None:
    if count > limit:
        raise InvalidCandidate(Flaw.OUTPUTS, f"{count} {what}, at most {limit} are possible")
