"""`NativeExt`: the runtime's host interface over a state of the database and C libraries.

Implements `parachain.runtime.frame.ext.Ext`. One instance serves one block or one runtime call,
in one thread. Methods that a dispatchable calls often are bound once per instance, without a
layer of calls between. Out of scope: metering; the engine that runs programs is given.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Final

from parachain.client.crypto import hashing, signatures
from parachain.client.state.overlay import Overlay
from parachain.client.state.view import StateAt
from parachain.primitives.trie import Recorder, StateChange, ordered_root
from parachain.runtime.frame.ext import HostRefused
from parachain.runtime.gear.sandbox import Sandbox

STATE_VERSION: Final = 1

#: Keys that hold roots of child tries: the host alone writes them.
_CHILD_KEYS: Final = b":child_storage:"

#: Levels of the host interface, 0 error to 4 trace.
_LOG_LEVELS: Final = (logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG, 5)

_log = logging.getLogger("gear.runtime")


#: Gives the engine that runs programs, which is not made before one has to run.
SandboxSource = Callable[[], Sandbox]


class NativeExt:
    """Storage of one block or call above `state`, hashing, signatures and the log.

    With `record`, every trie node that is read is kept for `proof`. `sandbox` gives the engine in
    which programs run.
    """

    blake2_128 = staticmethod(hashing.blake2_128)
    blake2_256 = staticmethod(hashing.blake2_256)
    twox_64 = staticmethod(hashing.twox_64)
    twox_128 = staticmethod(hashing.twox_128)
    twox_256 = staticmethod(hashing.twox_256)
    keccak_256 = staticmethod(hashing.keccak_256)
    sha2_256 = staticmethod(hashing.sha2_256)
    sr25519_verify = staticmethod(signatures.sr25519_verify)
    ed25519_verify = staticmethod(signatures.ed25519_verify)
    ecdsa_verify = staticmethod(signatures.ecdsa_verify)
    secp256k1_recover = staticmethod(signatures.secp256k1_recover)
    secp256k1_recover_compressed = staticmethod(signatures.secp256k1_recover_compressed)

    def __init__(
        self,
        state: StateAt,
        *,
        record: bool = False,
        state_version: int = STATE_VERSION,
        sandbox: SandboxSource | None = None,
    ) -> None:
        self._sandbox = sandbox
        self._recorder: Recorder | None = None
        if record:
            state, self._recorder = state.recording()
        self._state = state
        self._state_version = state_version
        self._overlay = Overlay(state)
        self._main = self._overlay.main
        self._change: StateChange | None = None
        self.get = self._main.get
        self.next_key = self._main.next_key
        self.begin = self._overlay.begin
        self.commit = self._overlay.commit

    def put(self, key: bytes, value: bytes) -> None:
        """Set the value at `key`."""
        if key.startswith(_CHILD_KEYS):
            _log.warning("refused to write the child trie key %r directly", key)
            return
        self._change = None
        self._main.put(key, value)

    def delete(self, key: bytes) -> None:
        """Remove `key`."""
        if key.startswith(_CHILD_KEYS):
            _log.warning("refused to remove the child trie key %r directly", key)
            return
        self._change = None
        self._main.put(key, None)

    def exists(self, key: bytes) -> bool:
        """Whether `key` has a value."""
        return self.get(key) is not None

    def append(self, key: bytes, item: bytes) -> None:
        """Append an encoded item to the SCALE vector at `key`."""
        if key.startswith(_CHILD_KEYS):
            _log.warning("refused to append to the child trie key %r directly", key)
            return
        self._change = None
        self._main.append(key, item)

    def clear_prefix(self, prefix: bytes, limit: int | None) -> tuple[int, bool]:
        """Remove keys under `prefix`; nothing if that would reach roots of child tries."""
        if prefix.startswith(_CHILD_KEYS) or _CHILD_KEYS.startswith(prefix):
            _log.warning("refused to clear the prefix %r of child trie keys", prefix)
            return 0, True
        self._change = None
        return self._main.clear_prefix(prefix, limit)

    def rollback(self) -> None:
        """Undo what the innermost transaction did."""
        self._change = None
        self._overlay.rollback()

    def storage_root(self) -> bytes:
        """Root of the state as it is now, child tries included."""
        return self.state_change().root

    def child_get(self, child: bytes, key: bytes) -> bytes | None:
        """Value at `key` of the child trie."""
        return self._overlay.child(child).get(key)

    def child_put(self, child: bytes, key: bytes, value: bytes) -> None:
        """Set the value at `key` of the child trie."""
        self._change = None
        self._overlay.child(child).put(key, value)

    def child_delete(self, child: bytes, key: bytes) -> None:
        """Remove `key` of the child trie."""
        self._change = None
        self._overlay.child(child).put(key, None)

    def child_next_key(self, child: bytes, key: bytes) -> bytes | None:
        """Return the first key after `key` in the child trie."""
        return self._overlay.child(child).next_key(key)

    def child_clear_prefix(
        self, child: bytes, prefix: bytes, limit: int | None
    ) -> tuple[int, bool]:
        """Remove keys of the child trie under `prefix`."""
        self._change = None
        return self._overlay.child(child).clear_prefix(prefix, limit)

    def child_kill(self, child: bytes, limit: int | None) -> tuple[int, bool]:
        """Remove the child trie."""
        return self.child_clear_prefix(child, b"", limit)

    def child_root(self, child: bytes) -> bytes:
        """Root of the child trie as it is now."""
        changes = self._overlay.child(child).changes()
        return self._state.child(child).root_after(changes, self._state_version)

    def ordered_root(self, values: Sequence[bytes]) -> bytes:
        """Trie root (layout V0) of values keyed by their compact position."""
        return ordered_root(values, 0, hashing.blake2_256)

    def log(self, level: int, target: str, message: str) -> None:
        """Pass a message on to the log."""
        _log.log(_LOG_LEVELS[level], "%s: %s", target, message)

    def sr25519_generate(self, key_type: bytes, seed: bytes | None) -> bytes:  # noqa: ARG002
        """Not here: keys are generated through `author_rotateKeys`, never while executing."""
        raise HostRefused("keys are generated by author_rotateKeys, not by a runtime call")

    def sandbox(self) -> Sandbox:
        """Return the engine that runs programs."""
        if self._sandbox is None:
            raise HostRefused("this host runs no programs")
        return self._sandbox()

    # What the host does with the result, not part of the runtime's interface.

    def changes(self) -> dict[bytes, bytes | None]:
        """Return the final values of the main trie by key, None for removed keys."""
        return self._overlay.changes()

    def child_changes(self) -> dict[bytes, dict[bytes, bytes | None]]:
        """Return the final values of each child trie with changes."""
        return self._overlay.child_changes()

    @property
    def depth(self) -> int:
        """How many storage transactions are open: a call that panicked leaves its own behind."""
        return self._overlay.depth

    def state_change(self) -> StateChange:
        """Return the new root and its nodes; computed once as long as nothing is written."""
        if self._change is None:
            self._change = self._state.change(
                self._overlay.changes(), self._overlay.child_changes(), self._state_version
            )
        return self._change

    def proof(self) -> list[bytes]:
        """Return the nodes and values read so far, in order of reading; needs `record`.

        Computing the root reads nodes too: call `storage_root` first if the proof is to allow it.
        """
        if self._recorder is None:
            raise RuntimeError("this NativeExt does not record what it reads")
        return self._recorder.proof()
