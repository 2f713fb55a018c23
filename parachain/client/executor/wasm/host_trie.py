"""`ext_trie_*`: roots of given entries, and proofs of one value."""

# ruff: noqa: D103  # sp-io documents its functions; the decorator names each

from typing import Final

from parachain.client.executor.wasm.host_call import HostCall
from parachain.client.executor.wasm.host_function import (
    ADDRESS,
    BOOL,
    BYTES,
    U32,
    HostInterface,
    fixed,
    scale,
)
from parachain.client.executor.wasm.host_storage import V0, state_version
from parachain.client.executor.wasm.trie_proof import verify_proof
from parachain.primitives.scale import BYTES as SCALE_BYTES
from parachain.primitives.scale import tuple_of, vec
from parachain.primitives.trie import ordered_root, trie_root

trie: Final = HostInterface("trie")

ENTRIES: Final = scale(vec(tuple_of(SCALE_BYTES, SCALE_BYTES)))
VALUES: Final = scale(vec(SCALE_BYTES))
ROOT: Final = fixed(32)

_Entries = tuple[tuple[bytes, bytes], ...]
_Values = tuple[bytes, ...]


@trie.function("blake2_256_root", 1, (ENTRIES,), ADDRESS)
def blake2_256_root(call: HostCall, entries: _Entries) -> bytes:
    return trie_root(dict(entries), V0, call.ext.blake2_256)


@trie.function("blake2_256_root", 2, (ENTRIES, U32), ADDRESS)
def blake2_256_root_in(call: HostCall, entries: _Entries, version: int) -> bytes:
    return trie_root(dict(entries), state_version(version), call.ext.blake2_256)


@trie.function("blake2_256_ordered_root", 1, (VALUES,), ADDRESS)
def blake2_256_ordered_root(call: HostCall, values: _Values) -> bytes:
    return ordered_root(values, V0, call.ext.blake2_256)


@trie.function("blake2_256_ordered_root", 2, (VALUES, U32), ADDRESS)
def blake2_256_ordered_root_in(call: HostCall, values: _Values, version: int) -> bytes:
    return ordered_root(values, state_version(version), call.ext.blake2_256)


@trie.function("keccak_256_root", 1, (ENTRIES,), ADDRESS)
def keccak_256_root(call: HostCall, entries: _Entries) -> bytes:
    return trie_root(dict(entries), V0, call.ext.keccak_256)


@trie.function("keccak_256_root", 2, (ENTRIES, U32), ADDRESS)
def keccak_256_root_in(call: HostCall, entries: _Entries, version: int) -> bytes:
    return trie_root(dict(entries), state_version(version), call.ext.keccak_256)


@trie.function("keccak_256_ordered_root", 1, (VALUES,), ADDRESS)
def keccak_256_ordered_root(call: HostCall, values: _Values) -> bytes:
    return ordered_root(values, V0, call.ext.keccak_256)


@trie.function("keccak_256_ordered_root", 2, (VALUES, U32), ADDRESS)
def keccak_256_ordered_root_in(call: HostCall, values: _Values, version: int) -> bytes:
    return ordered_root(values, state_version(version), call.ext.keccak_256)


@trie.function("blake2_256_verify_proof", 1, (ROOT, VALUES, BYTES, BYTES), BOOL)
def blake2_256_verify_proof(
    call: HostCall, root: bytes, proof: _Values, key: bytes, value: bytes
) -> bool:
    return verify_proof(root, proof, key, value, V0, call.ext.blake2_256)


@trie.function("blake2_256_verify_proof", 2, (ROOT, VALUES, BYTES, BYTES, U32), BOOL)
def blake2_256_verify_proof_in(
    call: HostCall, root: bytes, proof: _Values, key: bytes, value: bytes, version: int
) -> bool:
    return verify_proof(root, proof, key, value, state_version(version), call.ext.blake2_256)


@trie.function("keccak_256_verify_proof", 1, (ROOT, VALUES, BYTES, BYTES), BOOL)
def keccak_256_verify_proof(
    call: HostCall, root: bytes, proof: _Values, key: bytes, value: bytes
) -> bool:
    return verify_proof(root, proof, key, value, V0, call.ext.keccak_256)


@trie.function("keccak_256_verify_proof", 2, (ROOT, VALUES, BYTES, BYTES, U32), BOOL)
def keccak_256_verify_proof_in(
    call: HostCall, root: bytes, proof: _Values, key: bytes, value: bytes, version: int
) -> bool:
    return verify_proof(root, proof, key, value, state_version(version), call.ext.keccak_256)
