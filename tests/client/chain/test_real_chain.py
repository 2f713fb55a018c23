"""The chain, the author and the real runtime together."""

import io

import pytest

from parachain.client.authoring.seal import seal_block
from parachain.client.chain.aura import slot_digest, slot_of
from parachain.client.chain.block import Block, extrinsics_root
from parachain.client.chain.block_file import read_binary, write_binary
from parachain.client.chain.genesis import GenesisState
from parachain.client.chain.importing import BadBlock, Imported, ImportResult, TooEarly
from parachain.client.chain.invalid_block import Fault, InvalidBlock
from parachain.client.chain.notifications import BlockOrigin, ImportedBlock
from parachain.client.chain.opening import ChainConfig
from parachain.client.chain.pruning import BlocksPruning
from parachain.client.crypto.hashing import blake2_256
from parachain.client.crypto.keys import KeyPair
from parachain.client.state import Pruning
from parachain.primitives.digest import PreRuntime
from parachain.primitives.header import Header
from parachain.primitives.scale import BYTES, U64
from tests.client.chain.real_node import NOW_MS, UNIT, RealNode, development
from tests.client.chain.small_node import ALICE, BOB

LATER_MS = NOW_MS + 3_600_000
CHARLIE = bytes.fromhex("90b5ab205c6974c9ea841be688864633dc9ca8a357843eeacf2314649965fe22")


@pytest.fixture(scope="module")
def genesis() -> GenesisState:
    return development()


def offer(node: RealNode, block: Block, now_ms: int = LATER_MS) -> ImportResult:
    return node.chain.import_block(block, BlockOrigin.BROADCAST, now_ms)


def fault(node: RealNode, block: Block, now_ms: int = LATER_MS) -> Fault:
    result = offer(node, block, now_ms)
    assert isinstance(result, BadBlock), result
    return result.reason.fault


def resealed(block: Block, header: Header, *, pair: KeyPair = ALICE) -> Block:
    return seal_block(header._replace(digest=header.digest[:-1]), block.extrinsics, pair.sign)


def nonce(node: RealNode, who: bytes) -> int:
    answer = node.chain.runtime_call(node.chain.best.hash, "AccountNonceApi_account_nonce", who)
    return int.from_bytes(answer, "little")


def test_fifty_blocks_of_transfers_import_to_the_same_states(genesis: GenesisState) -> None:
    config = ChainConfig(state_pruning=Pruning(8), blocks_pruning=BlocksPruning(8))
    first, second = RealNode(genesis), RealNode(genesis, config=config)
    assert first.chain.genesis_hash == second.chain.genesis_hash
    blocks = []
    for number in range(50):
        fresh = blake2_256(bytes((number,)))
        made = first.make(
            first.transfer(ALICE, 2 * number, fresh, UNIT),
            first.transfer(ALICE, 2 * number + 1, CHARLIE, UNIT),
            first.transfer(BOB, number, fresh, number * UNIT + 1),
        )
        assert len(made.proposal.included) == 3
        blocks.append(made.block)
    for block in blocks:
        assert isinstance(offer(second, block), Imported)
        if block.number > 2:
            second.chain.finalize(block.header.parent_hash)
    assert second.chain.best == first.chain.best
    assert nonce(second, ALICE.public) == 100
    ours, theirs = (
        dict(node.chain.state_at(node.chain.best.hash).pairs()) for node in (first, second)
    )
    assert ours == theirs
    assert second.chain.body(blocks[10].hash) is None
    assert first.chain.body(blocks[10].hash) == blocks[10].extrinsics


def test_forks_of_the_real_chain_reorganise(genesis: GenesisState) -> None:
    node = RealNode(genesis)
    trunk = node.make().block
    ours = node.make(node.transfer(ALICE, 0, CHARLIE, UNIT)).block
    fork = node.make(parent=trunk.hash, skip=3).block
    assert node.chain.best.hash == ours.hash
    assert nonce(node, ALICE.public) == 1
    news: list[object] = []
    node.chain.subscribe(news.append)
    top = node.make(parent=fork.hash).block
    assert node.chain.best.hash == top.hash
    assert nonce(node, ALICE.public) == 0
    (told,) = news
    assert isinstance(told, ImportedBlock)
    assert told.route is not None
    assert [entry.hash for entry in told.route.retracted] == [ours.hash]
    assert [entry.hash for entry in told.route.enacted] == [fork.hash, top.hash]


def test_bad_blocks_of_the_real_chain_are_refused(genesis: GenesisState) -> None:
    first, second = RealNode(genesis), RealNode(genesis)
    parent = first.make().block
    assert isinstance(offer(second, parent), Imported)
    good = first.make(first.transfer(ALICE, 0, CHARLIE, UNIT)).block
    header = good.header
    later_slot = (slot_digest(slot_of(header) + 1), *header.digest[1:])
    other_item = (header.digest[0], PreRuntime(b"else", b""), *header.digest[1:])
    cases = [
        (resealed(good, header, pair=BOB), Fault.SEAL),
        (resealed(good, header._replace(number=3)), Fault.NUMBER),
        (
            resealed(good, header._replace(digest=(parent.header.digest[0], header.digest[-1]))),
            Fault.SLOT,
        ),
        (resealed(good, header._replace(state_root=bytes(32))), Fault.EXECUTION),
        (resealed(good, header._replace(digest=later_slot)), Fault.EXECUTION),
        (resealed(good, header._replace(digest=other_item)), Fault.EXECUTION),
        (good._replace(extrinsics=good.extrinsics[:1]), Fault.EXTRINSICS_ROOT),
        (good._replace(extrinsics=(*good.extrinsics, good.extrinsics[1])), Fault.EXTRINSICS_ROOT),
        (good._replace(extrinsics=good.extrinsics[::-1]), Fault.EXTRINSICS_ROOT),
        (good._replace(extrinsics=()), Fault.EXTRINSICS_ROOT),
    ]
    for block, expected in cases:
        assert fault(second, block) is expected, expected
    assert isinstance(offer(second, good), Imported)


@pytest.mark.parametrize(
    "rotten",
    [b"", b"\x00", BYTES.encode(b""), BYTES.encode(b"\x04"), BYTES.encode(b"\x84" * 90)],
)
def test_an_extrinsic_that_does_not_decode_fails_the_block(
    genesis: GenesisState, rotten: bytes
) -> None:
    node = RealNode(genesis)
    made = node.make().block
    second = RealNode(genesis)
    extrinsics = (*made.extrinsics, rotten)
    header = made.header._replace(extrinsics_root=extrinsics_root(extrinsics))
    block = resealed(made._replace(extrinsics=extrinsics), header)
    assert fault(second, block) in (Fault.INHERENTS, Fault.EXECUTION)
    assert isinstance(offer(second, made), Imported)


def test_a_signed_transfer_with_a_bad_signature_fails_the_block(genesis: GenesisState) -> None:
    node, second = RealNode(genesis), RealNode(genesis)
    good = node.make(node.transfer(ALICE, 0, CHARLIE, UNIT)).block
    forged = bytearray(good.extrinsics[1])
    forged[60] ^= 1
    extrinsics = (good.extrinsics[0], bytes(forged))
    header = good.header._replace(extrinsics_root=extrinsics_root(extrinsics))
    assert fault(second, resealed(good._replace(extrinsics=extrinsics), header)) is Fault.EXECUTION


def test_time_that_is_not_in_the_slot_fails_the_block(genesis: GenesisState) -> None:
    node, second = RealNode(genesis), RealNode(genesis)
    good = node.make().block
    wrong = bytearray(good.extrinsics[0])
    assert len(wrong) > 8
    position = good.extrinsics[0].index(U64.encode(NOW_MS)[:5])
    wrong[position : position + 6] = U64.encode(NOW_MS + 7_000)[:6]
    extrinsics = (bytes(wrong),)
    header = good.header._replace(extrinsics_root=extrinsics_root(extrinsics))
    assert fault(second, resealed(good._replace(extrinsics=extrinsics), header)) is Fault.EXECUTION
    without = good.header._replace(extrinsics_root=extrinsics_root(()))
    assert fault(second, resealed(good._replace(extrinsics=()), without)) in (
        Fault.EXECUTION,
        Fault.INHERENTS,
    )


def test_a_block_of_the_future_waits(genesis: GenesisState) -> None:
    node, second = RealNode(genesis), RealNode(genesis)
    ahead = node.make(skip=20).block
    early = offer(second, ahead, NOW_MS)
    assert isinstance(early, TooEarly)
    assert isinstance(offer(second, ahead, early.ready_at_ms), Imported)


def test_blocks_travel_by_file_and_can_be_checked_and_reverted(genesis: GenesisState) -> None:
    node, second = RealNode(genesis), RealNode(genesis)
    for number in range(5):
        node.make(node.transfer(ALICE, number, CHARLIE, UNIT))
    file = io.BytesIO()
    write_binary(file, node.chain.canonical_blocks(1, 5), 5)
    for block in read_binary(io.BytesIO(file.getvalue())):
        result = second.chain.import_block(block, BlockOrigin.FILE, LATER_MS)
        assert isinstance(result, Imported)
    assert second.chain.best == node.chain.best
    third = second.chain.hash_at(3)
    assert third is not None
    second.chain.check_block(third, LATER_MS)
    assert second.chain.revert(2) == 2
    assert second.chain.best.hash == third
    assert nonce(second, ALICE.public) == 3
    second.make(second.transfer(ALICE, 3, CHARLIE, UNIT))
    assert second.chain.best.number == 4


def test_checking_a_block_twice_changes_nothing(genesis: GenesisState) -> None:
    node = RealNode(genesis)
    block = node.make(node.transfer(ALICE, 0, CHARLIE, UNIT)).block
    before = dict(node.store.iterate())
    node.chain.check_block(block.hash, LATER_MS)
    assert dict(node.store.iterate()) == before
    with pytest.raises(InvalidBlock):
        node.chain.check_block(_with_other_body(node, block), LATER_MS)


def _with_other_body(node: RealNode, block: Block) -> bytes:
    key = b"\x11" + block.hash
    body = node.store.get(key)
    assert body is not None
    node.store.put(key, b"\x04" + block.extrinsics[0])
    return block.hash


def test_the_same_transactions_make_the_same_block(genesis: GenesisState) -> None:
    first, second = RealNode(genesis), RealNode(genesis)
    transactions = [first.transfer(ALICE, number, CHARLIE, UNIT) for number in range(9)]
    one, two = first.make(*transactions), second.make(*transactions)
    assert one.proposal.header == two.proposal.header


def test_an_account_that_cannot_pay_is_refused_and_leaves_nothing(genesis: GenesisState) -> None:
    node = RealNode(genesis)
    poor = KeyPair(ALICE.scheme, *_other_pair())
    with pytest.raises(AssertionError, match="PAYMENT"):
        node.make(node.transfer(poor, 0, CHARLIE, 1))
    assert len(node.chain.body(node.chain.best.hash) or ()) == 2  # time and the run of the queue


def _other_pair() -> tuple[bytes, bytes]:
    import sr25519

    public, secret = sr25519.pair_from_seed(bytes(32))
    return public, secret
