"""Candidates that are not valid: each is refused for its own reason."""

import pytest

from parachain.client.chain.block import Block, extrinsics_root, make_block
from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.address import Id
from parachain.primitives.digest import Seal
from parachain.primitives.header import HEADER
from parachain.primitives.parachain import BlockDataVersion, encode_params, read_params
from parachain.primitives.trie import decode_compact_proof, encode_compact_proof
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.pallets import system
from parachain.runtime.pallets.balances.calls import transfer_allow_death
from parachain.runtime.pallets.sudo.calls import sudo
from parachain.runtime.pallets.system.calls import set_storage
from parachain.runtime.validate_block import Flaw, InvalidCandidate
from tests.client.chain.real_node import UNIT
from tests.client.chain.small_node import BOB
from tests.runtime.validate_block.candidates import Candidate, Collator, resealed, validate

Made = tuple[Collator, Block, Candidate]


def transfer(number: int) -> RuntimeCall:
    return transfer_allow_death(Id(blake2_256(bytes((number,)))), UNIT)


@pytest.fixture(scope="module")
def made() -> Made:
    """A block of transfers to new accounts and to one that is there."""
    collator = Collator()
    collator.block(*[transfer(number) for number in range(40)])
    block = collator.block(*[transfer(number) for number in range(38, 44)])
    return collator, block, collator.candidate(block)


def refusal(candidate: Candidate | bytes) -> InvalidCandidate:
    with pytest.raises(InvalidCandidate) as refused:
        validate(candidate if isinstance(candidate, bytes) else candidate.params())
    assert str(refused.value) == f"{refused.value.flaw.value}: {refused.value.detail}"
    return refused.value


def with_extrinsics(candidate: Candidate, *extrinsics: bytes) -> Candidate:
    (block,) = candidate.blocks
    return candidate._replace(blocks=(block._replace(extrinsics=extrinsics),))


# -- what does not decode -------------------------------------------------------------------------


def test_malformed_parameters(made: Made) -> None:
    params = made[2].params()
    assert refusal(b"").flaw is Flaw.PARAMETERS
    assert refusal(params[:-1]).flaw is Flaw.PARAMETERS
    longer = refusal(params + b"\x00")
    assert (longer.flaw, longer.detail) == (Flaw.PARAMETERS, "1 trailing bytes")


def test_malformed_parent_head(made: Made) -> None:
    _, data, begin, end, number, root = read_params(made[2].params())
    head = HEADER.encode(made[2].parent)
    for wrong in (b"", head[:-1], head + b"\x00"):
        params = encode_params(wrong, data[begin:end], number, root)
        assert refusal(params).flaw is Flaw.PARENT_HEAD


def test_malformed_block_data(made: Made) -> None:
    parent_head, data, begin, end, number, root = read_params(made[2].params())

    def flawed(block_data: bytes) -> InvalidCandidate:
        return refusal(encode_params(parent_head, block_data, number, root))

    good = data[begin:end]
    assert flawed(b"").flaw is Flaw.BLOCK_DATA
    unknown = flawed(good[:12] + b"\x02" + good[13:])
    assert unknown.flaw is Flaw.BLOCK_DATA
    assert unknown.detail == "version: version byte 0x02, version 1 is known"
    assert flawed(good[:12]).flaw is Flaw.BLOCK_DATA
    assert flawed(good[:200]).flaw is Flaw.BLOCK_DATA
    short = flawed(good[:-1])
    assert short.flaw is Flaw.PROOF
    assert "bytes announced" in short.detail
    assert flawed(good + b"\x00").detail == "proof: 1 bytes follow the last item"
    none = refusal(made[2]._replace(blocks=()))
    assert (none.flaw, none.detail) == (Flaw.BLOCK_DATA, "there are no blocks")


# -- blocks that do not follow each other ---------------------------------------------------------


def test_another_parent(made: Made) -> None:
    collator, block, candidate = made
    genesis = collator.chain.header(candidate.parent.parent_hash)
    assert genesis is not None
    refused = refusal(candidate._replace(parent=genesis))
    assert refused.flaw is Flaw.PARENT
    assert block.header.parent_hash.hex() in refused.detail
    other_root = candidate.parent._replace(state_root=bytes(32))
    assert refusal(candidate._replace(parent=other_root)).flaw is Flaw.PARENT


def test_a_number_that_does_not_follow(made: Made) -> None:
    _, block, candidate = made
    skipping = resealed(block, block.header._replace(number=block.number + 1))
    refused = refusal(candidate._replace(blocks=(skipping,)))
    assert (refused.flaw, refused.detail) == (Flaw.PARENT, "block 0 has number 3, above 1")


def test_blocks_in_another_order() -> None:
    collator = Collator()
    first, second = collator.block(transfer(1)), collator.block(transfer(2))
    candidate = collator.candidate(first, second)
    assert refusal(candidate._replace(blocks=(second, first))).flaw is Flaw.PARENT
    repeated = refusal(candidate._replace(blocks=(first, first)))
    assert repeated.detail.startswith("block 1 is above")


# -- the proof ------------------------------------------------------------------------------------


def test_a_changed_proof(made: Made) -> None:
    candidate = made[2]
    for place in range(0, len(candidate.proof), 7):
        item = candidate.proof[place]
        changed = item[:-1] + bytes((item[-1] ^ 1,))
        proof = (*candidate.proof[:place], changed, *candidate.proof[place + 1 :])
        assert refusal(candidate._replace(proof=proof)).flaw is Flaw.PROOF


def test_a_proof_with_another_root(made: Made) -> None:
    collator, _, candidate = made
    other = collator.candidate(collator.block()).proof
    refused = refusal(candidate._replace(proof=other))
    assert refused.flaw is Flaw.PROOF
    assert refused.detail.endswith(f"not 0x{candidate.parent.state_root.hex()}")


def test_surplus_items(made: Made) -> None:
    candidate = made[2]
    for surplus in (b"\x00", candidate.proof[-1], candidate.proof[0]):
        refused = refusal(candidate._replace(proof=(*candidate.proof, surplus)))
        assert refused.flaw is Flaw.PROOF
        assert refused.detail == "items follow the last trie of the compact proof"


def test_items_left_out(made: Made) -> None:
    candidate = made[2]
    for count in (0, 1, len(candidate.proof) - 1):
        assert refusal(candidate._replace(proof=candidate.proof[:count])).flaw is Flaw.PROOF


def test_every_node_of_a_recorded_proof_is_needed(made: Made) -> None:
    candidate = made[2]
    root = candidate.parent.state_root
    _, held = decode_compact_proof(candidate.proof, blake2_256)
    nodes = held.encoded()
    assert len(nodes) > 30
    for digest in nodes:
        if digest != root:
            rest = {key: data for key, data in nodes.items() if key != digest}
            proof = tuple(encode_compact_proof(root, rest))
            refused = refusal(candidate._replace(proof=proof))
            assert refused.flaw is Flaw.MISSING_NODE
            assert "is not available" in refused.detail


# -- the seal -------------------------------------------------------------------------------------


def test_seals(made: Made) -> None:
    _, block, candidate = made
    header = block.header
    seal, short = header.digest[-1], Seal(b"aura", b"short")
    without = header._replace(digest=header.digest[:-1])
    for wrong, detail in (
        (resealed(block, header, BOB), "whose slot it is"),
        (make_block(without, block.extrinsics), "does not end with a seal"),
        (
            make_block(header._replace(digest=(seal, *without.digest)), block.extrinsics),
            "does not end with a seal",
        ),
        (
            make_block(header._replace(digest=(*without.digest, short)), block.extrinsics),
            "64 bytes, not 5",
        ),
        (resealed(block, header._replace(digest=(seal,))), "names no slot"),
    ):
        refused = refusal(candidate._replace(blocks=(wrong,)))
        assert refused.flaw is Flaw.SEAL
        assert detail in refused.detail


# -- execution ------------------------------------------------------------------------------------


def test_changed_extrinsics(made: Made) -> None:
    _, block, candidate = made
    first, second, *rest = block.extrinsics
    changed = second[:20] + bytes((second[20] ^ 1,)) + second[21:]
    for extrinsics in (
        (first, changed, *rest),
        (first, *rest),
        (first, second, second, *rest),
        (second, first, *rest),
        (),
    ):
        refused = refusal(with_extrinsics(candidate, *extrinsics))
        assert refused.flaw is Flaw.EXTRINSICS_ROOT
        assert block.header.extrinsics_root.hex() in refused.detail


def test_an_extrinsic_with_a_wrong_signature(made: Made) -> None:
    """As by an author who changes an extrinsic and makes the header fit."""
    _, block, candidate = made
    first, second, *rest = block.extrinsics
    extrinsics = (first, second[:80] + bytes((second[80] ^ 1,)) + second[81:], *rest)
    header = block.header._replace(extrinsics_root=extrinsics_root(extrinsics))
    forged = resealed(block._replace(extrinsics=extrinsics), header)
    refused = refusal(candidate._replace(blocks=(forged,)))
    assert refused.flaw is Flaw.EXECUTION
    assert "extrinsic 1 may not be included: InvalidTransaction.BAD_PROOF" in refused.detail


def test_a_wrong_state_root(made: Made) -> None:
    _, block, candidate = made
    forged = resealed(block, block.header._replace(state_root=bytes(32)))
    refused = refusal(candidate._replace(blocks=(forged,)))
    assert refused.flaw is Flaw.EXECUTION
    assert f"state root {'00' * 32}, computed {block.header.state_root.hex()}" in refused.detail


def test_new_code_in_one_of_several_blocks() -> None:
    collator = Collator()
    upgrade = sudo(set_storage(((system.CODE, b"new code"),)))
    blocks = collator.block(transfer(1)), collator.block(upgrade)
    assert refusal(collator.candidate(*blocks)).flaw is Flaw.UPGRADE
    alone = collator.candidate(blocks[1])
    assert alone.validate().head_data == blocks[1].encoded_header


def test_version_0_takes_one_block(made: Made) -> None:
    candidate = made[2]._replace(version=BlockDataVersion.V0, blocks=made[2].blocks * 2)
    with pytest.raises(AssertionError):
        candidate.params()
