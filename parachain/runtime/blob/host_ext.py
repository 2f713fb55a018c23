"""`HostExt`: the runtime's `Ext` over the functions of a Substrate host.

Most of them are the host's as they are. Arguments and results of the others are SCALE encoded here.
"""

from typing import Any, Optional, Sequence

import _host

from parachain.primitives.scale import BYTES, option, vec
from parachain.runtime.blob.host_sandbox import HostSandbox

_VALUES = vec(BYTES)
_SEED = option(BYTES)


class HostExt:
    """The host of the instance; see `Ext` for what each function does.

    The state it shows is the host's overlay of the block or call that is being executed. A
    validator of a parachain has none: see `validate_block`.
    """

    __slots__ = ("_sandbox",)

    def __init__(self) -> None:
        self._sandbox: Optional[HostSandbox] = None

    get = staticmethod(_host.get)
    put = staticmethod(_host.put)
    delete = staticmethod(_host.delete)
    exists = staticmethod(_host.exists)
    append = staticmethod(_host.append)
    next_key = staticmethod(_host.next_key)
    clear_prefix = staticmethod(_host.clear_prefix)
    storage_root = staticmethod(_host.storage_root)
    begin = staticmethod(_host.begin)
    commit = staticmethod(_host.commit)
    rollback = staticmethod(_host.rollback)

    child_get = staticmethod(_host.child_get)
    child_put = staticmethod(_host.child_put)
    child_delete = staticmethod(_host.child_delete)
    child_next_key = staticmethod(_host.child_next_key)
    child_clear_prefix = staticmethod(_host.child_clear_prefix)
    child_kill = staticmethod(_host.child_kill)
    child_root = staticmethod(_host.child_root)

    blake2_128 = staticmethod(_host.blake2_128)
    blake2_256 = staticmethod(_host.blake2_256)
    twox_64 = staticmethod(_host.twox_64)
    twox_128 = staticmethod(_host.twox_128)
    twox_256 = staticmethod(_host.twox_256)
    keccak_256 = staticmethod(_host.keccak_256)
    sha2_256 = staticmethod(_host.sha2_256)

    sr25519_verify = staticmethod(_host.sr25519_verify)
    ed25519_verify = staticmethod(_host.ed25519_verify)
    ecdsa_verify = staticmethod(_host.ecdsa_verify)
    secp256k1_recover = staticmethod(_host.secp256k1_recover)
    secp256k1_recover_compressed = staticmethod(_host.secp256k1_recover_compressed)

    bls12_381 = staticmethod(_host.bls12_381)

    runtime_version = staticmethod(_host.runtime_version)
    log = staticmethod(_host.log)

    def ordered_root(self, values: Sequence[bytes], /) -> bytes:
        """Trie root of values keyed by their compact position, in layout V0."""
        return _host.ordered_root(_VALUES.encode(tuple(values)))

    def sr25519_generate(self, key_type: bytes, seed: Optional[bytes], /) -> bytes:
        """Make a key pair in the host's keystore and return the public key."""
        return _host.sr25519_generate(key_type, _SEED.encode(seed))

    def sandbox(self) -> Any:
        """Return the engine for programs; it is the same for as long as this object lives."""
        if self._sandbox is None:
            self._sandbox = HostSandbox()
        return self._sandbox
