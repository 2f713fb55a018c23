"""What a pallet that talks to the relay chain adds: its checks, and what it sends."""

import pytest

from parachain.primitives.parachain import (
    VALIDATION_RESULT,
    CandidateBlock,
    CollationInfo,
    OutboundHrmpMessage,
)
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.error import InvalidBlock
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets import system
from parachain.runtime.validate_block import (
    Flaw,
    InvalidCandidate,
    RelayLink,
    RelayParent,
    validate,
)
from parachain.runtime.validate_block.outputs import combine
from parachain.runtime.validate_block.relay_link import UNCONNECTED
from tests.runtime.validate_block.candidates import (
    RELAY_NUMBER,
    RELAY_ROOT,
    Collator,
    ValidatorHost,
)

EMPTY = CollationInfo((), (), None, 0, 0, b"head")


def test_a_pallet_sees_the_state_before_and_after_each_block() -> None:
    collator = Collator()
    blocks = collator.block(), collator.block()
    candidate = collator.candidate(*blocks)
    seen: list[tuple[str, int, int]] = []

    def check(ext: Ext, block: CandidateBlock, relay_parent: RelayParent) -> None:
        assert (relay_parent.number, relay_parent.storage_root) == (RELAY_NUMBER, RELAY_ROOT)
        seen.append(("check", system.block_number(ext), block.header.number))
        ext.put(b"forgotten", b"by the block")

    def collect(ext: Ext, block: CandidateBlock, relay_parent: RelayParent) -> CollationInfo:
        assert relay_parent.number == RELAY_NUMBER
        number = system.block_number(ext)
        seen.append(("collect", number, block.header.number))
        message = OutboundHrmpMessage(2000 - number, b"hello")
        return CollationInfo((b"up",), (message,), None, number, number, b"own head")

    link = RelayLink(check, collect)
    answer = validate(ValidatorHost(), RUNTIME, link, candidate.params())
    assert seen == [("check", 0, 1), ("collect", 1, 1), ("check", 1, 2), ("collect", 2, 2)]
    result = VALIDATION_RESULT.decode(answer)
    assert result.head_data == b"own head"
    assert result.upward_messages == (b"up", b"up")
    assert [message.recipient for message in result.horizontal_messages] == [1998, 1999]
    assert (result.processed_downward_messages, result.hrmp_watermark) == (3, 2)


def test_a_block_that_disagrees_with_the_relay_chain() -> None:
    def check(_ext: Ext, _block: CandidateBlock, _relay_parent: RelayParent) -> None:
        raise InvalidBlock("another relay parent")

    collator = Collator()
    link = RelayLink(check, UNCONNECTED.collect_info)
    with pytest.raises(InvalidCandidate, match="another relay parent") as refused:
        validate(ValidatorHost(), RUNTIME, link, collator.candidate(collator.block()).params())
    assert refused.value.flaw is Flaw.RELAY_PARENT


def test_signals_move_behind_the_messages_of_all_blocks() -> None:
    first = EMPTY._replace(upward_messages=(b"a", b"", b"\x00\x01\x02"))
    second = EMPTY._replace(upward_messages=(b"b", b"", b"\x01peer", b"\x00\x01\x02"))
    combined = combine([first, EMPTY._replace(upward_messages=(b"c",)), second])
    assert combined.upward_messages == (b"a", b"c", b"b", b"", b"\x00\x01\x02", b"\x01peer")


@pytest.mark.parametrize(
    ("upward", "detail"),
    [
        ((b"", b"\x00\x01\x02", b"\x00\x02\x02"), "0x000102 and 0x000202 contradict"),
        ((b"a", b"", b""), "empty signal"),
        ((b"a",) * 16385, "16385 upward messages, at most 16384"),
    ],
)
def test_impossible_upward_messages(upward: tuple[bytes, ...], detail: str) -> None:
    with pytest.raises(InvalidCandidate, match=detail) as refused:
        combine([EMPTY._replace(upward_messages=upward)])
    assert refused.value.flaw is Flaw.OUTPUTS


def test_limits_hold_for_all_blocks_together() -> None:
    horizontal = (OutboundHrmpMessage(1, b""),) * 8193
    with pytest.raises(InvalidCandidate, match="horizontal"):
        combine([EMPTY._replace(horizontal_messages=horizontal)] * 2)
    with pytest.raises(InvalidCandidate, match="downward"):
        combine([EMPTY._replace(processed_downward_messages=1 << 31)] * 2)


def test_the_first_new_code_and_the_last_head_and_watermark_count() -> None:
    first = CollationInfo((), (), b"code", 1, 5, b"first")
    second = CollationInfo((), (), b"other", 2, 6, b"second")
    combined = combine([first, second])
    assert combined.new_validation_code == b"code"
    assert combined.head_data == b"second"
    assert (combined.processed_downward_messages, combined.hrmp_watermark) == (3, 6)
