"""Headers and digests: genesis blocks of live chains, and round trips."""

from hashlib import blake2b

from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives.digest import (
    DIGEST,
    DIGEST_ITEM,
    Consensus,
    Other,
    PreRuntime,
    RuntimeEnvironmentUpdated,
    Seal,
)
from parachain.primitives.header import HEADER, Header, header_hash
from tests.primitives.scale.three_way import three_way

#: Root of the empty trie, which is the extrinsics root of every genesis block.
EMPTY_ROOT = bytes.fromhex("03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314")

ENGINE = st.binary(min_size=4, max_size=4)
ITEMS = st.one_of(
    st.builds(PreRuntime, ENGINE, st.binary(max_size=70)),
    st.builds(Consensus, ENGINE, st.binary(max_size=9)),
    st.builds(Seal, ENGINE, st.binary(max_size=64)),
    st.builds(Other, st.binary(max_size=9)),
    st.builds(RuntimeEnvironmentUpdated),
)
HASH = st.binary(min_size=32, max_size=32)
HEADERS = st.builds(
    Header, HASH, st.integers(0, (1 << 32) - 1), HASH, HASH, st.lists(ITEMS, max_size=3).map(tuple)
)


def blake2_256(data: bytes) -> bytes:
    return blake2b(data, digest_size=32).digest()


def test_hash_of_polkadots_genesis_block() -> None:
    """Roots and hash are those Polkadot's RPC nodes give for block 0."""
    state_root = "29d0d972cd27cbc511e9589fcb7a4506d5eb6a9e8df205f00472e5ab354a4e17"
    genesis = Header(bytes(32), 0, bytes.fromhex(state_root), EMPTY_ROOT, ())
    expected = "91b171bb158e2d3848fa23a9f1c25182fb8e20313b2c1eb49219da7a70ce90c3"
    assert header_hash(genesis, blake2_256).hex() == expected


@given(HEADERS)
def test_headers_round_trip(header: Header) -> None:
    three_way(HEADER, header)


def test_digest_items_on_the_wire() -> None:
    assert DIGEST_ITEM.encode(PreRuntime(b"aura", b"\x01")).hex() == "06617572610401"
    assert DIGEST_ITEM.encode(Consensus(b"aura", b"")).hex() == "046175726100"
    assert DIGEST_ITEM.encode(Seal(b"aura", b"")).hex() == "056175726100"
    assert DIGEST_ITEM.encode(Other(b"\x07")).hex() == "000407"
    assert DIGEST.encode((RuntimeEnvironmentUpdated(),)).hex() == "0408"


def test_items_with_the_same_fields_are_not_the_same() -> None:
    seal: object = Seal(b"aura", b"")
    assert seal != PreRuntime(b"aura", b"")
    assert (seal,) != (PreRuntime(b"aura", b""),)
    assert seal == Seal(b"aura", b"")
    assert seal != (b"aura", b"")
    assert bool(RuntimeEnvironmentUpdated())
