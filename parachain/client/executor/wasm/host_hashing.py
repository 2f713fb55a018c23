"""`ext_hashing_*`."""

# ruff: noqa: D103  # sp-io documents its functions; the decorator names each

from typing import Final

from Crypto.Hash import keccak

from parachain.client.executor.wasm.host_call import HostCall
from parachain.client.executor.wasm.host_function import ADDRESS, BYTES, HostInterface

hashing: Final = HostInterface("hashing")


@hashing.function("keccak_256", 1, (BYTES,), ADDRESS)
def keccak_256(call: HostCall, data: bytes) -> bytes:
    return call.ext.keccak_256(data)


@hashing.function("keccak_512", 1, (BYTES,), ADDRESS)
def keccak_512(_call: HostCall, data: bytes) -> bytes:
    digest: bytes = keccak.new(digest_bits=512, data=data).digest()
    return digest


@hashing.function("sha2_256", 1, (BYTES,), ADDRESS)
def sha2_256(call: HostCall, data: bytes) -> bytes:
    return call.ext.sha2_256(data)


@hashing.function("blake2_128", 1, (BYTES,), ADDRESS)
def blake2_128(call: HostCall, data: bytes) -> bytes:
    return call.ext.blake2_128(data)


@hashing.function("blake2_256", 1, (BYTES,), ADDRESS)
def blake2_256(call: HostCall, data: bytes) -> bytes:
    return call.ext.blake2_256(data)


@hashing.function("twox_64", 1, (BYTES,), ADDRESS)
def twox_64(call: HostCall, data: bytes) -> bytes:
    return call.ext.twox_64(data)


@hashing.function("twox_128", 1, (BYTES,), ADDRESS)
def twox_128(call: HostCall, data: bytes) -> bytes:
    return call.ext.twox_128(data)


@hashing.function("twox_256", 1, (BYTES,), ADDRESS)
def twox_256(call: HostCall, data: bytes) -> bytes:
    return call.ext.twox_256(data)
