from dataclasses import replace

import pytest

from parachain.client.authoring.seal import seal_block
from parachain.client.chain.aura import slot_digest
from parachain.client.chain.block import Block, make_block
from parachain.client.chain.importing import (
    AlreadyInChain,
    BadBlock,
    Imported,
    ImportResult,
    MissingParent,
    NoRoom,
    TooEarly,
)
from parachain.client.chain.invalid_block import Fault, InvalidBlock
from parachain.client.chain.notifications import BlockOrigin, FinalizedBlocks, ImportedBlock
from parachain.client.chain.opening import ChainConfig
from parachain.client.chain.tree_route import BlockId
from parachain.client.crypto.keys import KeyPair
from parachain.primitives.digest import PreRuntime, Seal
from parachain.primitives.header import Header
from parachain.primitives.scale import BYTES
from tests.client.chain.small_node import ALICE, BOB, LATER_MS, NOW_MS, SmallNode
from tests.client.chain.small_runtime import SLOT_MS, put


def offer(node: SmallNode, block: Block, now_ms: int = LATER_MS) -> ImportResult:
    return node.chain.import_block(block, BlockOrigin.BROADCAST, now_ms)


def fault(node: SmallNode, block: Block, now_ms: int = LATER_MS) -> Fault:
    result = offer(node, block, now_ms)
    assert isinstance(result, BadBlock), result
    return result.reason.fault


def resealed(block: Block, header: Header, pair: KeyPair = ALICE) -> Block:
    unsealed = header._replace(digest=header.digest[:-1])
    return seal_block(unsealed, block.extrinsics, pair.sign)


def test_a_second_node_follows_the_first() -> None:
    first, second = SmallNode(), SmallNode()
    blocks = [first.make(put(b"a", bytes((n,)) * 40)).block for n in range(12)]
    second.take(*blocks)
    assert second.chain.best == first.chain.best == BlockId(blocks[-1].hash, 12)
    assert second.chain.block(blocks[3].hash) == blocks[3]
    assert second.chain.state_at(blocks[3].hash).get(b"valuea") == b"\x03" * 40
    assert [b.hash for b in second.chain.canonical_blocks(1, 99)] == [b.hash for b in blocks]
    assert offer(second, blocks[3]) == AlreadyInChain(BlockId(blocks[3].hash, 4))


def test_own_blocks_are_not_executed_again() -> None:
    node = SmallNode()
    node.make(put(b"a", b"1"))
    assert "Core_execute_block" not in node.runtime.calls
    assert node.runtime.calls.count("BlockBuilder_apply_extrinsic") == 2


def test_listeners_learn_of_blocks_and_of_what_they_wrote() -> None:
    node = SmallNode()
    block = node.make(put(b"a", b"1")).block
    news = node.news[-1]
    assert isinstance(news, ImportedBlock)
    assert news.block == BlockId(block.hash, 1)
    assert news.is_new_best
    assert news.origin is BlockOrigin.OWN
    assert news.changes.main[b"valuea"] == b"1"
    assert news.route is not None
    assert [entry.hash for entry in news.route.enacted] == [block.hash]


def test_the_longest_chain_wins_and_the_route_tells_how() -> None:
    node = SmallNode()
    trunk = node.grow(2)
    ours = node.grow(2)
    theirs = node.grow(3, parent=trunk[-1].hash, skip=7)
    reorganised = node.news[-1]
    assert isinstance(reorganised, ImportedBlock)
    assert reorganised.route is not None
    assert [entry.hash for entry in reorganised.route.retracted] == [b.hash for b in ours[::-1]]
    assert [entry.hash for entry in reorganised.route.enacted] == [b.hash for b in theirs]
    assert reorganised.route.common.hash == trunk[-1].hash
    assert [isinstance(n, ImportedBlock) and n.is_new_best for n in node.news[-3:]] == [
        False,
        False,
        True,
    ]
    assert node.chain.best.hash == theirs[-1].hash
    assert [node.chain.hash_at(n) for n in range(1, 7)] == [
        *(block.hash for block in trunk + theirs),
        None,
    ]
    assert not node.chain.is_canonical(ours[0].hash)
    assert node.chain.blocks.hashes_at(3) == (theirs[0].hash, ours[0].hash)
    assert node.chain.leaves() == (BlockId(theirs[-1].hash, 5), BlockId(ours[-1].hash, 4))
    way = node.chain.route(ours[-1].hash, theirs[0].hash)
    assert [entry.number for entry in way.retracted] == [4, 3]


def test_a_block_without_its_parent_is_asked_for() -> None:
    first, second = SmallNode(), SmallNode()
    blocks = first.grow(2)
    assert offer(second, blocks[1]) == MissingParent(blocks[0].hash)


def test_blocks_below_finality_are_refused_but_not_for_good() -> None:
    first, second = SmallNode(), SmallNode()
    trunk = first.grow(2)
    fork = first.grow(2, parent=first.chain.genesis_hash, skip=5)
    second.take(*trunk, fork[0])
    second.chain.finalize(trunk[0].hash)
    assert fault(second, fork[1]) is Fault.FINALITY
    assert fault(second, fork[1]) is Fault.FINALITY


def test_a_slot_of_the_future_is_offered_again_later() -> None:
    first, second = SmallNode(), SmallNode()
    (block,) = first.grow(1, skip=50)
    early = offer(second, block, NOW_MS)
    assert isinstance(early, TooEarly)
    assert isinstance(offer(second, block, early.ready_at_ms - 1), TooEarly)
    assert isinstance(offer(second, block, early.ready_at_ms), Imported)


def test_time_too_far_ahead_of_our_clock_is_a_bad_inherent() -> None:
    first, second = SmallNode(), SmallNode()
    header = first.make().block.header
    slot = NOW_MS // SLOT_MS
    time = BYTES.encode(b"t" + (LATER_MS).to_bytes(8, "little"))
    block = seal_block(
        header._replace(
            digest=(slot_digest(slot),),
            extrinsics_root=first.chain.overlay(first.chain.genesis_hash).ordered_root((time,)),
        ),
        (time,),
        ALICE.sign,
    )
    assert fault(second, block, NOW_MS) is Fault.INHERENTS
    assert block.hash not in second.chain.bad_blocks


def test_bad_blocks_are_refused_each_with_its_reason() -> None:
    first, second = SmallNode(), SmallNode()
    first.make()
    second.take(first.chain.block(first.chain.best.hash) or pytest.fail("no block"))
    good = first.make(put(b"a", b"1")).block
    header = good.header
    digest = header.digest
    parent_slot = first.chain.header(header.parent_hash)
    assert parent_slot is not None
    two_slots = header._replace(digest=(digest[0], digest[0], digest[1]))
    short_slot = header._replace(digest=(PreRuntime(b"aura", b"1"), digest[1]))
    cases = [
        (resealed(good, header, BOB), Fault.SEAL),
        (make_block(header._replace(digest=digest[:1]), good.extrinsics), Fault.SEAL),
        (make_block(header._replace(digest=(digest[0], Seal(b"aura", b"1"))), ()), Fault.SEAL),
        (make_block(header._replace(digest=(digest[0], Seal(b"none", bytes(64)))), ()), Fault.SEAL),
        (make_block(header._replace(digest=(digest[0], Seal(b"aura", bytes(64)))), ()), Fault.SEAL),
        (resealed(good, header._replace(number=7)), Fault.NUMBER),
        (resealed(good, header._replace(digest=(parent_slot.digest[0], digest[1]))), Fault.SLOT),
        (resealed(good, two_slots), Fault.SLOT),
        (resealed(good, short_slot), Fault.SLOT),
        (resealed(good, header._replace(digest=digest[1:])), Fault.SLOT),
        (resealed(good, header._replace(state_root=bytes(32))), Fault.EXECUTION),
    ]
    for block, expected in cases:
        assert fault(second, block) is expected
        assert fault(second, block) is Fault.KNOWN_BAD
    assert second.chain.best.number == 1
    second.take(good)


def test_a_good_header_with_other_extrinsics_does_not_spoil_the_block() -> None:
    first, second = SmallNode(), SmallNode()
    good = first.make(put(b"a", b"1")).block
    changed = good._replace(extrinsics=(good.extrinsics[0], put(b"a", b"2")))
    assert fault(second, changed) is Fault.EXTRINSICS_ROOT
    second.take(good)


def test_a_runtime_that_lets_a_wrong_root_pass_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = SmallNode(), SmallNode()
    good = first.make(put(b"a", b"1")).block
    bad = resealed(good, good.header._replace(state_root=bytes(32)))
    monkeypatch.setattr(second.runtime, "Core_execute_block", lambda _ext, _args: b"")
    assert fault(second, bad) is Fault.STATE_ROOT


def test_the_chain_specification_names_bad_blocks() -> None:
    first = SmallNode()
    (block,) = first.grow(1)
    second = SmallNode(config=replace(ChainConfig(), bad_blocks=(block.hash,)))
    assert fault(second, block) is Fault.KNOWN_BAD


def test_the_tree_of_waiting_blocks_is_bounded() -> None:
    first = SmallNode()
    blocks = first.grow(3)
    second = SmallNode(config=replace(ChainConfig(), max_unfinalised_blocks=2))
    second.take(*blocks[:2])
    assert isinstance(offer(second, blocks[2]), NoRoom)
    second.chain.finalize(blocks[0].hash)
    second.take(blocks[2])


def test_a_stored_block_can_be_checked_again() -> None:
    node = SmallNode()
    blocks = node.grow(2)
    node.chain.check_block(blocks[1].hash, LATER_MS)
    assert node.chain.best.number == 2
    key = b"\x11" + blocks[1].hash
    body = node.store.get(key)
    assert body is not None
    node.store.put(key, body[:-1] + bytes((body[-1] ^ 1,)))
    with pytest.raises(InvalidBlock):
        node.chain.check_block(blocks[1].hash, LATER_MS)


def test_finalising_prunes_and_tells() -> None:
    node = SmallNode()
    trunk = node.grow(2)
    lost = node.grow(3, parent=node.chain.genesis_hash, skip=3)
    assert node.chain.best.hash == lost[-1].hash
    node.chain.finalize(trunk[1].hash)
    news = node.news[-1]
    assert isinstance(news, FinalizedBlocks)
    assert [block.hash for block in news.blocks] == [block.hash for block in trunk]
    assert [block.hash for block in news.stale] == [block.hash for block in lost]
    assert news.stale_heads == (BlockId(lost[-1].hash, 3),)
    assert news.route is not None
    assert [block.hash for block in news.route.enacted] == [block.hash for block in trunk]
    assert node.chain.best == node.chain.finalised == BlockId(trunk[1].hash, 2)
    assert node.chain.hash_at(1) == trunk[0].hash
    assert node.chain.body(lost[0].hash) is None
    assert node.chain.header(lost[0].hash) is not None
    assert node.chain.finalize(trunk[1].hash) is None
