"""A plugin of pytest: what tests do on a chain is done by the blob as well, with the same effect.

    python -m pytest -p tests.runtime_wasm.shadow tests/runtime/pallets

A call that is dispatched on a state in memory is applied, as the extrinsic it would be, to copies
of that state: natively and by the blob. A block that is authored is executed by the blob. A test
fails where anything differs. In the end a line says how much was compared.
"""

import sys
from collections import Counter
from typing import Any

import pytest

from parachain.client.authoring.author import Author, Authored
from parachain.primitives.dispatch_info import PostDispatchInfo
from parachain.primitives.scale import BYTES, COMPACT_U32
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame import call as frame_call
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import NONE, ROOT, Origin, Signed
from parachain.runtime.pallets import sudo, system
from tests.runtime.memory_ext import MemoryExt
from tests.runtime_wasm import twins

APPLY = "BlockBuilder_apply_extrinsic"

#: Signs what Root does, as the sudo key.
SUDO = bytes([0x5D]) * 32

assert RUNTIME.pallet("Sudo") is sudo.pallet, "the pallets have their indices"

#: Arguments of `Author.author` up to its last one, by which developers write to the state.
_FINAL = 6

_dispatch = frame_call.dispatch
_author = Author.author
_compared: Counter[str] = Counter()


class Trusting(MemoryExt):
    """A host to which every signature is good."""

    @staticmethod
    def sr25519_verify(_signature: bytes, _message: bytes, _public: bytes, /) -> bool:
        return True


def _copy(ext: MemoryExt, origin: Origin) -> Trusting:
    copy = Trusting(sandbox=ext._sandbox)
    copy.tries = {name: dict(trie) for name, trie in ext.tries.items()}
    copy.parent = {name: dict(trie) for name, trie in ext.parent.items()}
    if origin == ROOT:
        sudo.key.put(copy, SUDO)
    return copy


def _extrinsic(ext: Ext, call: RuntimeCall, origin: Origin) -> bytes | None:
    """The extrinsic with this origin and call; None if extrinsics have no such origin."""
    if origin == NONE:
        return BYTES.encode(b"\x04" + call.encode())
    if origin == ROOT:
        who, call = SUDO, sudo.sudo(call)
    elif isinstance(origin.caller, Signed):
        who = origin.caller.who
    else:
        return None
    nonce = COMPACT_U32.encode(system.account_nonce(ext, who))
    signed = b"\x84\x00" + who + b"\x01" + bytes(64) + b"\x00" + nonce + b"\x00\x00"
    return BYTES.encode(signed + call.encode())


def _shadowed_dispatch(ext: Ext, call: RuntimeCall, origin: Origin) -> PostDispatchInfo:
    if isinstance(ext, MemoryExt):
        extrinsic = _extrinsic(ext, call, origin)
        if extrinsic is not None:
            twins.same(lambda: _copy(ext, origin), APPLY, extrinsic)
            _compared["calls"] += 1
    return _dispatch(ext, call, origin)


def _shadowed_author(self: Author, *args: Any) -> Authored:
    made = _author(self, *args)
    # blocks with changes of the developer's own can be executed by nobody
    if len(args) < _FINAL and twins.execute(self._chain, made.block):
        _compared["blocks"] += 1
    return made


def pytest_collection_modifyitems() -> None:
    """Take the place of what the collected tests use."""
    Author.author = _shadowed_author  # type: ignore[assignment, method-assign]  # in its place
    for name, module in list(sys.modules.items()):
        if name.startswith("tests.") and vars(module).get("dispatch") is _dispatch:
            vars(module)["dispatch"] = _shadowed_dispatch


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was compared."""
    calls, blocks = _compared["calls"], _compared["blocks"]
    terminalreporter.write_line(f"the blob agrees on {calls} calls and {blocks} blocks")
