"""Each host function through a blob, the way runtimes call it, compared with what it stands for."""

import hashlib
from typing import Any

import pytest
from Crypto.Hash import keccak

from parachain.client.crypto import hashing
from parachain.client.crypto.keys import KeyPair, Scheme, pair_from_uri
from parachain.client.executor.executor import HostState, RuntimePanic
from parachain.client.executor.wasm.host_crypto import _ORDER
from parachain.client.executor.wasm.imports import HOST_FUNCTIONS
from parachain.client.state import NativeExt
from parachain.primitives.scale import BYTES, U32, fixed_bytes, option, tuple_of, vec
from parachain.primitives.trie import EMPTY_ROOT, ordered_root, trie_root
from tests.client.executor.probe_blob import host, number, state

SOME, OTHER = bytes(range(70)), b"\xff" * 40
ENTRIES = {b"a": b"1", b"ab": b"2" * 40, b"b": b""}
V0, V1 = 0, 1


def test_names_and_types_are_those_of_sp_io() -> None:
    """Signatures that runtimes import, out of the import sections of public runtimes."""
    signatures = {
        "ext_allocator_malloc_version_1": "i32 -> i32",
        "ext_crypto_ecdsa_verify_version_2": "i32 i64 i32 -> i32",
        "ext_crypto_secp256k1_ecdsa_recover_compressed_version_2": "i32 i32 -> i64",
        "ext_crypto_sr25519_generate_version_1": "i32 i64 -> i32",
        "ext_crypto_sr25519_sign_version_1": "i32 i32 i64 -> i64",
        "ext_default_child_storage_read_version_1": "i64 i64 i64 i32 -> i64",
        "ext_default_child_storage_storage_kill_version_2": "i64 i64 -> i32",
        "ext_default_child_storage_storage_kill_version_3": "i64 i64 -> i64",
        "ext_hashing_twox_128_version_1": "i64 -> i32",
        "ext_logging_log_version_1": "i32 i64 i64 -> ",
        "ext_misc_runtime_version_version_1": "i64 -> i64",
        "ext_storage_clear_prefix_version_2": "i64 i64 -> i64",
        "ext_storage_proof_size_storage_proof_size_version_1": " -> i64",
        "ext_storage_read_version_1": "i64 i64 i32 -> i64",
        "ext_storage_root_version_2": "i32 -> i64",
        "ext_transaction_index_index_version_1": "i32 i32 i32 -> ",
        "ext_trie_blake2_256_ordered_root_version_2": "i64 i32 -> i32",
    }
    for name, signature in signatures.items():
        kind = HOST_FUNCTIONS[name].func_type()
        found = f"{' '.join(map(str, kind.params))} -> {' '.join(map(str, kind.results))}"
        assert found == signature, name


def test_storage() -> None:
    ext = state()
    assert host(ext, "ext_storage_set_version_1", b"key", SOME) == b""
    assert ext.get(b"key") == SOME
    assert host(ext, "ext_storage_get_version_1", b"key") == b"\1" + BYTES.encode(SOME)
    assert host(ext, "ext_storage_get_version_1", b"none") == b"\0"
    assert number(host(ext, "ext_storage_exists_version_1", b"key")) == 1
    assert number(host(ext, "ext_storage_exists_version_1", b"none")) == 0
    host(ext, "ext_storage_append_version_1", b"list", b"\7")
    host(ext, "ext_storage_append_version_1", b"list", b"\x08")
    assert ext.get(b"list") == b"\x08\7\x08"
    assert host(ext, "ext_storage_next_key_version_1", b"key") == b"\1" + BYTES.encode(b"list")
    assert host(ext, "ext_storage_next_key_version_1", b"list") == b"\0"
    host(ext, "ext_storage_clear_version_1", b"key")
    assert ext.get(b"key") is None
    assert host(ext, "ext_storage_changes_root_version_1", bytes(32)) == b"\0"


@pytest.mark.parametrize("offset", [0, 1, 69, 70, 1000])
def test_reading_writes_as_much_as_there_is_room_for(offset: int) -> None:
    ext = state(key=SOME)
    answer = host(ext, "ext_storage_read_version_1", b"key", bytes(10), offset)
    assert answer == b"\1" + U32.encode(max(70 - offset, 0))
    assert host(ext, "ext_storage_read_version_1", b"none", bytes(10), offset) == b"\0"


def test_prefixes() -> None:
    ext = state(aa=b"1", ab=b"2", b=b"3")
    limit = option(U32).encode(1)
    # what the block itself wrote does not count against the limit
    assert host(ext, "ext_storage_clear_prefix_version_2", b"a", limit) == b"\0" + U32.encode(0)
    assert ext.get(b"ab") is None
    host(ext, "ext_storage_clear_prefix_version_1", b"b")
    assert ext.next_key(b"") is None


@pytest.mark.parametrize("version", [V0, V1])
def test_roots_are_of_the_layout_that_the_runtime_asks_for(version: int) -> None:
    values = {b"a": bytes(50), b"b": b"1"}
    ext = state()
    for key, value in values.items():
        ext.put(key, value)
    root = trie_root(values, version, hashing.blake2_256)
    assert host(ext, "ext_storage_root_version_2", version) == root
    assert ext.state_change().root == root
    if version == V0:
        assert host(ext, "ext_storage_root_version_1") == root


def test_transactions_in_one_call_only() -> None:
    with pytest.raises(RuntimePanic, match="no storage transaction is open"):
        host(state(), "ext_storage_rollback_transaction_version_1")
    ext = state()
    ext.begin()
    with pytest.raises(RuntimePanic, match="no storage transaction is open"):
        host(ext, "ext_storage_commit_transaction_version_1")
    assert ext.depth == 1
    host(ext, "ext_storage_start_transaction_version_1")
    assert ext.depth == 1, "what the call did not end is undone"


def test_child_storage() -> None:
    ext = state()
    prefix = "ext_default_child_storage_"
    host(ext, prefix + "set_version_1", b"kid", b"ka", SOME)
    host(ext, prefix + "set_version_1", b"kid", b"kb", OTHER)
    assert ext.child_get(b"kid", b"ka") == SOME
    assert host(ext, prefix + "get_version_1", b"kid", b"ka") == b"\1" + BYTES.encode(SOME)
    assert host(ext, prefix + "get_version_1", b"other", b"ka") == b"\0"
    read = host(ext, prefix + "read_version_1", b"kid", b"ka", bytes(4), 60)
    assert read == b"\1" + U32.encode(10)
    assert number(host(ext, prefix + "exists_version_1", b"kid", b"kb")) == 1
    next_key = host(ext, prefix + "next_key_version_1", b"kid", b"ka")
    assert next_key == b"\1" + BYTES.encode(b"kb")
    values = {b"ka": SOME, b"kb": OTHER}
    for version in (V0, V1):
        root = trie_root(values, version, hashing.blake2_256)
        assert host(ext, prefix + "root_version_2", b"kid", version) == root
    assert host(ext, prefix + "root_version_1", b"kid") == trie_root(values, V0, hashing.blake2_256)
    host(ext, prefix + "clear_version_1", b"kid", b"ka")
    assert ext.child_get(b"kid", b"ka") is None
    host(ext, prefix + "clear_prefix_version_1", b"kid", b"k")
    assert ext.child_root(b"kid") == EMPTY_ROOT


@pytest.mark.parametrize("version", [1, 2, 3])
def test_killing_a_child_trie(version: int) -> None:
    ext = state()
    ext.child_put(b"kid", b"a", b"1")
    name = f"ext_default_child_storage_storage_kill_version_{version}"
    args = [b"kid"] if version == 1 else [b"kid", option(U32).encode(None)]
    answer = host(ext, name, *args)
    assert answer == {1: b"", 2: (1).to_bytes(8, "little"), 3: b"\0" + U32.encode(0)}[version]
    assert ext.child_get(b"kid", b"a") is None
    cleared = "ext_default_child_storage_clear_prefix_version_2"
    assert host(ext, cleared, b"kid", b"", option(U32).encode(3)) == b"\0" + U32.encode(0)


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("keccak_256", lambda data: keccak.new(digest_bits=256, data=data).digest()),
        ("keccak_512", lambda data: keccak.new(digest_bits=512, data=data).digest()),
        ("sha2_256", lambda data: hashlib.sha256(data).digest()),
        ("blake2_128", hashing.blake2_128),
        ("blake2_256", hashing.blake2_256),
        ("twox_64", hashing.twox_64),
        ("twox_128", hashing.twox_128),
        ("twox_256", hashing.twox_256),
    ],
)
def test_hashing(name: str, reference: Any) -> None:
    for data in (b"", SOME):
        digest = reference(data)
        found = host(state(), f"ext_hashing_{name}_version_1", data, size=len(digest))
        assert found == digest


def verified(name: str, signature: bytes, message: bytes, public: bytes) -> list[bool]:
    """Return what all versions of a verifying function say."""
    names = [known for known in HOST_FUNCTIONS if known.startswith(f"ext_crypto_{name}_version_")]
    assert names
    return [bool(number(host(state(), known, signature, message, public))) for known in names]


@pytest.mark.parametrize("scheme", list(Scheme))
def test_signatures(scheme: Scheme) -> None:
    pair = pair_from_uri("//Alice", scheme)
    signature = pair.sign(SOME)
    for name in (f"{scheme}_verify", f"{scheme}_batch_verify"):
        assert all(verified(name, signature, SOME, pair.public))
        assert not any(verified(name, signature, OTHER, pair.public))


def ecdsa() -> tuple[KeyPair, bytes, bytes]:
    pair = pair_from_uri("//Alice", Scheme.ECDSA)
    return pair, pair.sign(SOME), hashing.blake2_256(SOME)


def test_recovery() -> None:
    pair, signature, digest = ecdsa()
    ethereum = signature[:64] + bytes((signature[64] + 27,))
    for name in ("secp256k1_ecdsa_recover", "secp256k1_ecdsa_recover_compressed"):
        for version in (1, 2):
            function = f"ext_crypto_{name}_version_{version}"
            compressed = name.endswith("compressed")
            expected = b"\0" + (pair.public if compressed else recovered_key(signature, digest))
            assert host(state(), function, signature, digest) == expected
            assert host(state(), function, ethereum, digest) == expected
            assert host(state(), function, signature[:64] + b"\4", digest) == b"\1\1"
            assert host(state(), function, bytes(65), digest) == b"\1\2"
    assert verified("ecdsa_verify_prehashed", signature, digest, pair.public) == [True]
    assert verified("ecdsa_verify_prehashed", ethereum, digest, pair.public) == [False]


def recovered_key(signature: bytes, digest: bytes) -> bytes:
    found = state().secp256k1_recover(signature, digest)
    assert found is not None
    return found


def test_only_the_first_versions_of_ecdsa_reduce_numbers_beyond_the_order() -> None:
    _, signature, digest = ecdsa()
    # any s recovers some key; one this small leaves room for the order on top
    small, beyond = (
        signature[:32] + s.to_bytes(32, "big") + signature[64:] for s in (5, 5 + _ORDER)
    )
    public = state().secp256k1_recover_compressed(small, digest)
    assert public is not None
    assert verified("ecdsa_verify", small, SOME, public) == [True, True]
    assert verified("ecdsa_verify", beyond, SOME, public) == [True, False]
    name = "ext_crypto_secp256k1_ecdsa_recover_compressed_version_"
    assert host(state(), name + "1", beyond, digest) == b"\0" + public
    assert host(state(), name + "2", beyond, digest) == b"\1\0"


class Keys:
    """A RuntimeKeystore with one key of each scheme."""

    def __init__(self) -> None:
        self.made: list[tuple[str, bytes, bytes | None]] = []

    def public_keys(self, scheme: str, key_type: bytes) -> tuple[bytes, ...]:
        assert key_type == b"test"
        return (pair_from_uri("//Alice", Scheme(scheme)).public,)

    def generate(self, scheme: str, key_type: bytes, seed: bytes | None) -> bytes:
        self.made.append((scheme, key_type, seed))
        return pair_from_uri("//Bob", Scheme(scheme)).public

    def sign(self, scheme: str, key_type: bytes, public: bytes, message: bytes) -> bytes | None:
        pair = pair_from_uri("//Alice", Scheme(scheme))
        return pair.sign(message) if (key_type, public) == (b"test", pair.public) else None


@pytest.mark.parametrize("scheme", list(Scheme))
def test_keys_of_off_chain_calls(scheme: Scheme) -> None:
    keys = Keys()
    ext = NativeExt(state()._committed, keystore=keys)
    alice, bob = (pair_from_uri(uri, scheme).public for uri in ("//Alice", "//Bob"))
    size = len(alice)
    name = f"ext_crypto_{scheme}_"
    listed = host(ext, name + "public_keys_version_1", b"test")
    assert listed == vec(fixed_bytes(size)).encode((alice,))
    seed = option(BYTES).encode(b"//Bob")
    assert host(ext, name + "generate_version_1", b"test", seed, size=size) == bob
    assert keys.made == [(scheme, b"test", b"//Bob")]
    signed = host(ext, name + "sign_version_1", b"test", alice, SOME)
    assert signed[:1] == b"\1"
    assert all(verified(f"{scheme}_verify", signed[1:], SOME, alice))
    assert host(ext, name + "sign_version_1", b"test", bob, SOME) == b"\0"
    with pytest.raises(RuntimePanic, match="this kind of call has no keys"):
        host(state(), name + "public_keys_version_1", b"test")


def test_batches() -> None:
    with pytest.raises(RuntimePanic, match="no batch of signatures is open"):
        host(state(), "ext_crypto_finish_batch_verify_version_1")
    host(state(), "ext_crypto_start_batch_verify_version_1")


@pytest.mark.parametrize("hasher", ["blake2_256", "keccak_256"])
def test_roots_of_given_entries(hasher: str) -> None:
    function = getattr(hashing, hasher)
    entries = vec(tuple_of(BYTES, BYTES)).encode(tuple(ENTRIES.items()))
    values = tuple(ENTRIES.values())
    for version in (V0, V1):
        name = f"ext_trie_{hasher}_root_version_2"
        root = trie_root(ENTRIES, version, function)
        assert host(state(), name, entries, version, size=32) == root
        name = f"ext_trie_{hasher}_ordered_root_version_2"
        root = ordered_root(values, version, function)
        assert host(state(), name, vec(BYTES).encode(values), version, size=32) == root
    first = f"ext_trie_{hasher}_root_version_1"
    assert host(state(), first, entries, size=32) == trie_root(ENTRIES, V0, function)
    first = f"ext_trie_{hasher}_ordered_root_version_1"
    encoded = vec(BYTES).encode(values)
    assert host(state(), first, encoded, size=32) == ordered_root(values, V0, function)
    with pytest.raises(RuntimePanic, match="there is no state version 2"):
        host(state(), f"ext_trie_{hasher}_root_version_2", entries, 2, size=32)


def test_what_is_indexed_and_printed_leads_nowhere() -> None:
    ext: HostState = state()
    host(ext, "ext_offchain_index_set_version_1", b"k", b"v")
    host(ext, "ext_offchain_index_clear_version_1", b"k")
    host(ext, "ext_transaction_index_index_version_1", 1, 2, bytes(32))
    host(ext, "ext_transaction_index_renew_version_1", 1, bytes(32))
    host(ext, "ext_misc_print_num_version_1", 2**64 - 1)
    host(ext, "ext_misc_print_hex_version_1", b"\1")
    host(ext, "ext_misc_print_utf8_version_1", b"\xff")


def test_the_size_of_the_proof() -> None:
    name = "ext_storage_proof_size_storage_proof_size_version_1"
    assert number(host(state(), name)) == 2**64 - 1
    recording = NativeExt(state()._committed, record=True)
    assert number(host(recording, name)) == 0
