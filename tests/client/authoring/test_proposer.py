from collections.abc import Callable, Iterator

import pytest

from parachain.client.authoring.author import Author
from parachain.client.authoring.proposer import (
    HEADER_BYTES,
    MAX_SKIPPED_TRANSACTIONS,
    EndReason,
    Given,
    OpenBlock,
    Proposal,
    ProposalError,
    ProposerConfig,
    propose,
)
from parachain.client.authoring.slots import SlotMachine
from parachain.client.chain.aura import slot_digest, slot_of
from parachain.client.chain.inherents import inherent_data
from parachain.client.crypto.hashing import blake2_256
from parachain.client.state import NativeExt
from parachain.primitives.scale import BYTES, U64
from parachain.primitives.transaction_validity import InvalidTransaction
from tests.client.chain.small_node import ALICE, BOB, NOW_MS, PairKeys, SmallNode
from tests.client.chain.small_runtime import SLOT_MS, put

TOO_BIG, STALE, PANICS = BYTES.encode(b"x"), BYTES.encode(b"i"), BYTES.encode(b"o")


class Ready:
    """Transactions in order, noting which were reported."""

    def __init__(self, *extrinsics: bytes) -> None:
        self.transactions = [Given(blake2_256(data), data) for data in extrinsics]
        self.reported: list[bytes] = []
        self.tried = 0

    def __iter__(self) -> Iterator[Given]:
        for transaction in self.transactions:
            self.tried += 1
            yield transaction

    def report_invalid(self, transaction: Given) -> None:
        self.reported.append(transaction.data)


def run(
    ready: Ready,
    clock: Callable[[], int] = lambda: NOW_MS,
    deadline_ms: int = NOW_MS,
    max_bytes: int = 1 << 20,
    final: Callable[[NativeExt], tuple[bytes, ...]] | None = None,
    close: Callable[[OpenBlock], None] | None = None,
) -> Proposal:
    node = SmallNode()
    chain = node.chain
    slot = NOW_MS // SLOT_MS
    return propose(
        node.runtime,
        chain.overlay(chain.genesis_hash),
        chain.genesis_hash,
        1,
        (slot_digest(slot),),
        inherent_data(NOW_MS, slot),
        ready,
        clock,
        deadline_ms,
        ProposerConfig(max_bytes),
        close,
        final,
    )


def test_inherents_come_first_then_transactions_in_order() -> None:
    first, second = put(b"a", b"1"), put(b"a", b"2")
    proposal = run(Ready(first, second))
    assert proposal.extrinsics[1:] == (first, second)
    assert proposal.extrinsics[0] == BYTES.encode(b"t" + U64.encode(NOW_MS))
    assert proposal.included == (blake2_256(first), blake2_256(second))
    assert proposal.end is EndReason.NO_MORE_TRANSACTIONS
    assert proposal.executed.storage.main[b"valuea"] == b"2"
    assert proposal.executed.change.root == proposal.header.state_root
    assert proposal.header.number == 1


def test_what_is_invalid_leaves_no_trace_and_is_reported() -> None:
    good = put(b"a", b"1")
    ready = Ready(STALE, PANICS, good)
    proposal = run(ready)
    assert proposal.extrinsics[1:] == (good,)
    assert ready.reported == [STALE, PANICS]
    assert [(each.hash, each.error) for each in proposal.refused] == [
        (blake2_256(STALE), InvalidTransaction.STALE),
        (blake2_256(PANICS), None),
    ]
    assert proposal.refused[1].reason == "out of luck"
    assert b"value?" not in proposal.executed.storage.main


def test_what_closes_a_block_comes_last() -> None:
    first, last = put(b"a", b"1"), put(b"a", b"2")
    closed = run(Ready(first), close=lambda block: assert_applied(block, last))
    assert closed.extrinsics[1:] == (first, last)
    assert closed.included == (blake2_256(first),)


def assert_applied(block: OpenBlock, extrinsic: bytes) -> None:
    assert block.apply(extrinsic) is None


def test_a_full_block_is_searched_for_gaps_before_it_ends() -> None:
    good = put(b"a", b"1")
    ready = Ready(*[TOO_BIG] * MAX_SKIPPED_TRANSACTIONS, good, TOO_BIG, good)
    proposal = run(ready)
    assert proposal.extrinsics[1:] == (good,)
    assert proposal.end is EndReason.WEIGHT
    assert ready.tried == MAX_SKIPPED_TRANSACTIONS + 2
    assert proposal.refused == ()


def test_the_search_goes_on_while_half_of_the_time_is_left() -> None:
    ready = Ready(*[TOO_BIG] * 100)
    proposal = run(ready, clock=lambda: NOW_MS, deadline_ms=NOW_MS + 1_000)
    assert proposal.end is EndReason.NO_MORE_TRANSACTIONS
    assert ready.tried == 100


def test_the_size_of_a_block_is_bounded() -> None:
    each = put(b"a", b"1" * 50)
    time = BYTES.encode(b"t" + bytes(8))
    ready = Ready(*[each] * 30)
    proposal = run(ready, max_bytes=HEADER_BYTES + len(time) + 3 * len(each))
    assert len(proposal.extrinsics) == 1 + 3
    assert proposal.end is EndReason.SIZE


def test_nothing_is_begun_after_the_deadline() -> None:
    times = iter((NOW_MS, NOW_MS, NOW_MS + 500, NOW_MS + 501))
    ready = Ready(*[put(b"a", b"1")] * 9)
    proposal = run(ready, clock=lambda: next(times), deadline_ms=NOW_MS + 500)
    assert len(proposal.included) == 2
    assert proposal.end is EndReason.DEADLINE


def test_final_extrinsics_come_last_and_must_not_fail() -> None:
    last = put(b"z", b"9")
    proposal = run(Ready(put(b"a", b"1")), final=lambda _ext: (last,))
    assert proposal.extrinsics[-1] == last
    with pytest.raises(ProposalError, match="outdated"):
        run(Ready(), final=lambda _ext: (STALE,))
    with pytest.raises(ProposalError, match="out of luck"):
        run(Ready(), final=lambda _ext: (PANICS,))


def test_two_proposals_from_the_same_transactions_are_the_same() -> None:
    transactions = [put(bytes((n % 7,)), bytes((n,)) * n) for n in range(40)]
    first, second = run(Ready(*transactions)), run(Ready(*transactions))
    assert first.header == second.header
    assert first.executed.change.root == second.executed.change.root


def test_the_author_claims_its_slots_only() -> None:
    node = SmallNode(authorities=(ALICE, BOB))
    bob = Author(node.chain, PairKeys(BOB))
    assert bob.slot_duration_ms() == SLOT_MS
    machine = SlotMachine(SLOT_MS)
    start = NOW_MS // SLOT_MS * SLOT_MS
    claims = [bob.claim(machine, start + n * SLOT_MS) for n in range(4)]
    assert [claim is not None for claim in claims].count(True) == 2
    claimed = [claim for claim in claims if claim is not None]
    assert claimed[0][0] == node.chain.best
    assert all(claim.slot.number % 2 == 1 for _, claim in claimed)


def test_time_travel_needs_a_later_slot_of_ours() -> None:
    node = SmallNode()
    block = node.make().block
    later = NOW_MS + 10**9
    claim = node.author.claim_at(block.hash, later, NOW_MS)
    assert claim.slot.number == later // SLOT_MS
    made = node.author.author(block.hash, claim, later, Ready(), lambda: NOW_MS)
    assert made.proposal.extrinsics == (BYTES.encode(b"t" + U64.encode(later)),)
    assert slot_of(made.block.header) == later // SLOT_MS
    with pytest.raises(ProposalError, match="the parent is in slot"):
        node.author.claim_at(made.block.hash, NOW_MS, NOW_MS)


def test_without_a_key_there_is_no_block() -> None:
    node = SmallNode()
    stranger = Author(node.chain, PairKeys(BOB))
    with pytest.raises(ProposalError, match="no key"):
        stranger.claim_next(node.chain.genesis_hash, NOW_MS)
    with pytest.raises(ProposalError, match="not ours"):
        stranger.claim_at(node.chain.genesis_hash, NOW_MS, NOW_MS)


def test_a_key_that_is_removed_meanwhile_makes_no_block() -> None:
    node = SmallNode()
    keys = PairKeys(ALICE)
    author = Author(node.chain, keys)
    claim = author.claim_next(node.chain.genesis_hash, NOW_MS)
    keys.pairs.clear()
    with pytest.raises(ProposalError, match="no longer"):
        author.author(node.chain.genesis_hash, claim, NOW_MS, Ready(), lambda: NOW_MS)
    assert node.chain.best.number == 0


def test_instant_blocks_run_ahead_of_the_clock_by_slots() -> None:
    node = SmallNode()
    slots = [slot_of(node.make().block.header) for _ in range(3)]
    assert slots == [NOW_MS // SLOT_MS + n for n in range(3)]
