"""Random blocks and random bytes: the node and a validator agree, and nothing else comes out."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.client.chain.block import Block, extrinsics_root
from parachain.client.chain.importing import Imported
from parachain.client.chain.notifications import BlockOrigin
from parachain.client.crypto.hashing import blake2_256
from parachain.client.crypto.keys import KeyPair, Scheme, pair_from_seed
from parachain.primitives.address import Id
from parachain.primitives.scale import BYTES, read_compact
from parachain.primitives.trie import decode_compact_proof, encode_compact_proof
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.pallets import gear
from parachain.runtime.pallets.balances.calls import burn, transfer_all, transfer_allow_death
from parachain.runtime.pallets.sudo.calls import sudo
from parachain.runtime.pallets.system import calls as system_calls
from parachain.runtime.pallets.utility.calls import batch, batch_all
from parachain.runtime.validate_block import Flaw, InvalidCandidate
from tests.client.chain.real_node import NOW_MS, UNIT, RealNode
from tests.client.chain.small_node import ALICE, BOB
from tests.runtime.gear.programs.actor import code_of
from tests.runtime.validate_block.candidates import Candidate, Collator, genesis, resealed, validate

LATER_MS = NOW_MS + 3_600_000

PEOPLE = (ALICE, BOB, *(pair_from_seed(Scheme.SR25519, bytes((n,)) * 32) for n in range(6)))
#: Few keys, so that blocks meet what others have left.
KEYS = st.lists(st.sampled_from(b"\x00\x01\x10"), max_size=2).map(lambda k: b"key" + bytes(k))
VALUES = st.sampled_from([b"", b"v", b"v" * 32, b"v" * 33, b"w" * 300])
ADDRESSES = st.sampled_from(PEOPLE).map(lambda pair: Id(pair.public))

CALLS = st.one_of(
    st.builds(
        transfer_allow_death, ADDRESSES, st.sampled_from([1, UNIT, 2 * UNIT, 9 * UNIT, 10**20])
    ),
    st.builds(transfer_all, ADDRESSES, st.booleans()),
    st.builds(burn, st.sampled_from([1, UNIT, 10**20]), st.booleans()),
    st.builds(system_calls.remark_with_event, VALUES),
    st.builds(
        gear.upload_program,
        st.sampled_from([code_of("c/ping"), b"no code"]),
        VALUES,
        VALUES,
        st.just(10**10),
        st.sampled_from([0, UNIT]),
        st.booleans(),
    ),
)
AS_ROOT = st.one_of(
    st.builds(system_calls.set_storage, st.lists(st.tuples(KEYS, VALUES), max_size=4).map(tuple)),
    st.builds(system_calls.kill_storage, st.lists(KEYS, max_size=3).map(tuple)),
    st.builds(system_calls.kill_prefix, KEYS, st.integers(0, 4)),
)
NESTED = st.one_of(
    st.builds(batch, st.lists(CALLS, max_size=3).map(tuple)),
    st.builds(batch_all, st.lists(CALLS, max_size=3).map(tuple)),
    st.builds(sudo, AS_ROOT),
)
BLOCKS = st.lists(st.tuples(st.sampled_from(PEOPLE), CALLS | NESTED), max_size=6)


def author(collator: Collator, calls: list[tuple[KeyPair, RuntimeCall]]) -> Block:
    """A block with those of the calls that may be included."""
    chain = collator.chain
    ready = []
    nonces: dict[bytes, int] = {}
    for pair, call in calls:
        if pair.public not in nonces:
            answer = chain.runtime_call(
                chain.best.hash, "AccountNonceApi_account_nonce", pair.public
            )
            nonces[pair.public] = int.from_bytes(answer, "little")
        ready.append(collator.signed(pair, nonces[pair.public], call.encode()))
        nonces[pair.public] += 1
    return collator.make_what_may_be(*ready)


@settings(max_examples=25)
@given(st.lists(BLOCKS, min_size=1, max_size=4))
def test_validators_agree_with_nodes(history: list[list[tuple[KeyPair, RuntimeCall]]]) -> None:
    collator, node = Collator(), RealNode(genesis())
    blocks = []
    for calls in history:
        block = author(collator, calls)
        imported = node.chain.import_block(block, BlockOrigin.BROADCAST, LATER_MS)
        assert isinstance(imported, Imported)
        assert collator.candidate(block).validate().head_data == block.encoded_header
        blocks.append(block)
    assert collator.candidate(*blocks).validate().head_data == blocks[-1].encoded_header


@cache
def honest() -> Candidate:
    """Two blocks with a bit of everything."""
    collator = Collator()
    first = collator.block(
        sudo(system_calls.set_storage(((b"key", b"v" * 40), (b"kez", b"w")))),
        transfer_allow_death(Id(b"\x07" * 32), 5 * UNIT),
    )
    second = collator.block(
        sudo(system_calls.kill_prefix(b"ke", 3)), transfer_all(Id(b"\x08" * 32), True)
    )
    return collator.candidate(first, second)


@settings(max_examples=400)
@given(st.data())
def test_any_change_of_the_parameters_is_refused(choice: st.DataObject) -> None:
    candidate = honest()
    params = candidate.params()
    relay_parent = len(params) - 36
    begin = choice.draw(st.integers(0, relay_parent - 1))
    removed = choice.draw(st.sampled_from([0, 1, 1, 1, 2, 33, len(params)]))
    inserted = choice.draw(st.binary(max_size=3))
    changed = params[:begin] + inserted + params[begin + removed :]
    try:
        result = validate(changed)
    except InvalidCandidate:
        assert changed != params
    else:
        assert changed == params
        assert result.head_data == candidate.blocks[-1].encoded_header


@settings(max_examples=200)
@given(st.data())
def test_sealed_blocks_with_other_extrinsics(choice: st.DataObject) -> None:
    """What an author can do who signs whatever it likes."""
    candidate = honest()
    place = choice.draw(st.integers(0, 1))
    block = candidate.blocks[place]
    extrinsics = list(block.extrinsics)
    index = choice.draw(st.integers(0, len(extrinsics) - 1))
    _, begin = read_compact(extrinsics[index], 0)
    body = extrinsics[index][begin:]
    at = choice.draw(st.integers(0, len(body) - 1))
    removed = choice.draw(st.sampled_from([0, 1, 1, 1, 2]))
    inserted = choice.draw(st.binary(max_size=2))
    extrinsics[index] = BYTES.encode(body[:at] + inserted + body[at + removed :])
    extrinsics = choice.draw(st.permutations(extrinsics)) if at % 3 == 0 else extrinsics
    header = block.header._replace(extrinsics_root=extrinsics_root(extrinsics))
    forged = resealed(block._replace(extrinsics=tuple(extrinsics)), header)
    blocks = (*candidate.blocks[:place], forged)
    try:
        candidate._replace(blocks=blocks).validate()
    except InvalidCandidate:
        assert forged.extrinsics != block.extrinsics
    else:
        assert forged.extrinsics == block.extrinsics


@settings(max_examples=100)
@given(st.data())
def test_proofs_with_nodes_left_out(choice: st.DataObject) -> None:
    candidate = honest()
    root = candidate.parent.state_root
    _, held = decode_compact_proof(candidate.proof, blake2_256)
    nodes = held.encoded()
    others = [digest for digest in nodes if digest != root]
    for digest in choice.draw(st.lists(st.sampled_from(others), min_size=1, max_size=5)):
        nodes.pop(digest, None)
    with pytest.raises(InvalidCandidate) as refused:
        candidate._replace(proof=tuple(encode_compact_proof(root, nodes))).validate()
    assert refused.value.flaw is Flaw.MISSING_NODE


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(params: bytes) -> None:
    try:
        validate(params)
    except InvalidCandidate:
        return
    raise AssertionError("bytes out of nowhere are no candidate")


def test_the_relay_parent_is_the_validators_own() -> None:
    params = honest().params()
    other = params[:-36] + b"\x09\x00\x00\x00" + bytes(32)
    assert validate(other) == validate(params)._replace(hrmp_watermark=9)
