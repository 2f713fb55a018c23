"""Roots, node bytes and proofs of real chains; sources in tests/vectors/trie/SOURCE.md."""

import json
from pathlib import Path

import pytest
import substrateinterface

from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.scale import DecodeError
from parachain.primitives.trie import (
    EMPTY_NODE,
    EMPTY_ROOT,
    MissingTrieNode,
    ProofNodes,
    build_trie,
    closest_descendant_merkle_value,
    decode_compact_proof,
    encode_compact_proof,
    next_key,
    ordered_root,
    read_proof,
    trie_root,
)

VECTORS = Path(__file__).parents[2] / "vectors" / "trie"
KUSAMA = Path(substrateinterface.__file__).parent / "data" / "chainspecs" / "kusama.json"
KUSAMA_GENESIS_HASH = "b0a8d493285c2df73290dfb7e61f870f17b41801197a149ca93654499ea3dafe"


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def genesis_hash(state_root: bytes) -> str:
    header = bytes(32) + b"\x00" + state_root + EMPTY_ROOT + b"\x00"
    return blake2_256(header).hex()


def test_empty_root() -> None:
    assert blake2_256(EMPTY_NODE) == EMPTY_ROOT
    assert trie_root({}, 0, blake2_256) == trie_root({}, 1, blake2_256) == EMPTY_ROOT
    assert build_trie({}, 1, blake2_256).root == EMPTY_ROOT
    assert ordered_root([], 1, blake2_256) == EMPTY_ROOT


@pytest.mark.parametrize(
    ("pairs", "root"),
    [
        (
            {b"foo": b"bar"},
            "cc561cd59bcef7911ca9d492b69fe05274a28f9c132bb70829b2cc452925e05b",
        ),
        (
            {b"abcd": b"hello world"},
            "7ab18659d3b2789ef2400d107104c7d4fb93d06d9ab6a8b641a5de7c3fecc851",
        ),
        (
            {unhex("11d2df4e979aa105cf552e9544ebd2b500000000"): b"\x38First contract"},
            "edafed99882fa0a681b7d285180098a9fa0b757bcc2ff51a249c88a80f698079",
        ),
    ],
)
@pytest.mark.parametrize("version", [0, 1])
def test_known_roots(pairs: dict[bytes, bytes], root: str, version: int) -> None:
    assert trie_root(pairs, version, blake2_256).hex() == root
    assert build_trie(pairs, version, blake2_256).root.hex() == root


@pytest.mark.parametrize(
    ("pairs", "node"),
    [
        ({b"\xaa": b"\xbb"}, "42aa04bb"),
        ({b"\x48\x19": b"\xfe", b"\x13\x14": b"\xff"}, "8012001443031404ff1443081904fe"),
    ],
)
def test_known_node_bytes(pairs: dict[bytes, bytes], node: str) -> None:
    commit = build_trie(pairs, 1, blake2_256)
    assert [n.encoded.hex() for n in commit.nodes] == [node]
    assert trie_root(pairs, 1, blake2_256) == blake2_256(unhex(node))


def test_known_ordered_root() -> None:
    values = [b"static", b"even-keeled", b"Future-proofed"]
    root = ordered_root(values, 0, blake2_256)
    assert root.hex() == "d847b86d0219a384d11458e829e9f4f4cce7e3cc2e6dcd0e8a6ad6f12c64a737"
    assert ordered_root(values, 1, blake2_256) == root


def test_kusama_genesis_in_layout_v0() -> None:
    top = json.loads(KUSAMA.read_text())["genesis"]["raw"]["top"]
    pairs = {unhex(key): unhex(value) for key, value in top.items()}
    root = trie_root(pairs, 0, blake2_256)
    assert genesis_hash(root) == KUSAMA_GENESIS_HASH
    assert build_trie(pairs, 0, blake2_256).root == root


def test_vara_genesis_in_layout_v1() -> None:
    vector = json.loads((VECTORS / "vara_genesis.json").read_text())
    pairs: dict[bytes, bytes] = {}
    known_hashes: dict[bytes, bytes] = {}
    for key, value in vector["top"].items():
        if isinstance(value, dict):  # a long value of which only the hash is kept here
            pairs[unhex(key)] = b"stands for a value known by its hash: " + unhex(key)
            known_hashes[pairs[unhex(key)]] = unhex(value["blake2_256"])
        else:
            pairs[unhex(key)] = unhex(value)

    def hash_function(data: bytes) -> bytes:
        return known_hashes.get(data) or blake2_256(data)

    root = trie_root(pairs, 1, hash_function)
    assert "0x" + genesis_hash(root) == vector["genesis_hash"]
    assert build_trie(pairs, 1, hash_function).root == root


def test_polkadot_genesis_proof() -> None:
    vector = json.loads((VECTORS / "polkadot_genesis_proof.json").read_text())
    proof = [unhex(item) for item in vector["proof"]]
    root = unhex(vector["state_root"])
    present = {unhex(key): unhex(value) for key, value in vector["present"].items()}
    absent = [unhex(key) for key in vector["absent"]]
    values = read_proof(root, [*present, *absent], proof, blake2_256)
    assert values == present | dict.fromkeys(absent)
    for key in vector["unknown"]:
        with pytest.raises(MissingTrieNode):
            read_proof(root, [unhex(key)], proof, blake2_256)
    with pytest.raises(MissingTrieNode):
        read_proof(bytes(32), [b""], proof, blake2_256)

    nodes = ProofNodes(proof, blake2_256)
    assert closest_descendant_merkle_value(nodes, root, b"") == root
    (key,) = present
    assert next_key(nodes, root, key[:-1]) == key

    compact = encode_compact_proof(root, nodes.items)
    assert sum(map(len, compact)) == sum(map(len, proof)) - 32 * (len(proof) - 1)
    decoded_root, held = decode_compact_proof(compact, blake2_256, root)
    assert (decoded_root, held.encoded()) == (root, nodes.items)


def test_malformed_compact_proof_is_refused() -> None:
    with pytest.raises(DecodeError):
        decode_compact_proof([bytes([135])], blake2_256)
