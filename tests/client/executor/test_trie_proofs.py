"""Proofs of one value, made here as `trie_db::proof` makes them, and checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.client.crypto.hashing import blake2_256
from parachain.client.executor.wasm.trie_proof import verify_proof
from parachain.primitives.scale import BYTES, vec
from parachain.primitives.trie import Node, ProofNodes, build_trie, encode_node
from tests.client.executor.probe_blob import host, number, state

ENTRIES = {
    b"alfa": b"val0",
    b"bravo": b"val1",
    b"do": b"verb" * 20,
    b"dog": b"puppy" * 9,
    b"doge": b"",
    b"horse": b"stallion" * 10,
    b"house": b"building",
}

Trie = tuple[bytes, ProofNodes]


def trie(entries: dict[bytes, bytes], version: int) -> Trie:
    commit = build_trie(entries, version, blake2_256)
    items = [node.encoded for node in commit.nodes] + [value for _, value in commit.values]
    return commit.root, ProofNodes(items, blake2_256)


def omitted(node: Node, path: str) -> tuple[bytes, bytes | None]:
    """Encode a node without what leads on, which is also returned: a hash, or None."""
    if not path:
        value = None if node.bitmap else b""
        return encode_node(Node(node.partial, value, False, node.bitmap, node.references)), None
    references = b""
    following: bytes | None = None
    for place in range(16):
        child = node.child(place)
        if child is None:
            continue
        assert isinstance(child, bytes), "this trie came from bytes"
        if place == int(path[0], 16):
            content = child[1:]
            if len(content) == 32:
                child, following = b"\0", content
            else:
                inner = ProofNodes([content], blake2_256).node(blake2_256(content))
                rest = path[1:].removeprefix(inner.partial)
                stripped, _ = omitted(inner, rest)
                child = bytes((len(stripped) << 2,)) + stripped
        references += child
    return encode_node(
        Node(node.partial, node.value, node.hashed, node.bitmap, references)
    ), following


def proof_of(made: Trie, key: bytes) -> list[bytes]:
    root, nodes = made
    proof: list[bytes] = []
    digest: bytes | None = root
    path = key.hex()
    while digest is not None:
        node = nodes.node(digest)
        path = path.removeprefix(node.partial)
        item, digest = omitted(node, path)
        proof.append(item)
        path = path[1:]
    return proof


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("key", sorted(ENTRIES))
def test_every_value_can_be_proven(version: int, key: bytes) -> None:
    made = trie(ENTRIES, version)
    proof = proof_of(made, key)
    assert verify_proof(made[0], proof, key, ENTRIES[key], version, blake2_256)
    name = "ext_trie_blake2_256_verify_proof_version_"
    encoded = vec(BYTES).encode(tuple(proof))
    args = (made[0], encoded, key, ENTRIES[key])
    assert number(host(state(), name + "2", *args, version)) == 1
    assert number(host(state(), name + "1", *args)) == (version == 0 or len(ENTRIES[key]) <= 32)
    assert number(host(state(), name.replace("blake2", "keccak") + "2", *args, version)) == 0


@pytest.mark.parametrize("version", [0, 1])
def test_nothing_else_can_be_proven(version: int) -> None:
    made = trie(ENTRIES, version)
    root, nodes = made
    proof = proof_of(made, b"house")

    def holds(*items: bytes, key: bytes = b"house", value: bytes = b"building") -> bool:
        return verify_proof(root, items, key, value, version, blake2_256)

    assert holds(*proof)
    assert not holds(*proof, value=b"buildinG")
    assert not holds(*proof, value=b"")
    assert not holds(*proof, key=b"housf")
    assert not holds(*proof, key=b"hous")
    assert not holds(*proof, key=b"houses")
    assert not holds(*proof, proof[-1])
    assert not holds(*proof[:-1])
    assert not holds()
    assert not holds(b"\0")
    assert not holds(*proof[::-1])
    plain = [data for digest in [root] if (data := nodes.raw(digest)) is not None]
    assert not holds(*plain, *proof[1:]), "hashes are left out of a proof"
    assert not verify_proof(bytes(32), proof, b"house", b"building", version, blake2_256)


@given(
    st.dictionaries(st.binary(max_size=4), st.binary(max_size=40), min_size=1, max_size=20),
    st.sampled_from([0, 1]),
    st.data(),
)
def test_any_trie(entries: dict[bytes, bytes], version: int, data: st.DataObject) -> None:
    made = trie(entries, version)
    key = data.draw(st.sampled_from(sorted(entries)))
    proof = proof_of(made, key)
    assert verify_proof(made[0], proof, key, entries[key], version, blake2_256)
    at = data.draw(st.integers(0, len(proof) - 1))
    noise = data.draw(st.binary(max_size=40).filter(lambda other: other != proof[at]))
    changed = [*proof[:at], noise, *proof[at + 1 :]]
    assert not verify_proof(made[0], changed, key, entries[key], version, blake2_256)
