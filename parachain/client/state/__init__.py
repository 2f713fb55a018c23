"""States of the chain: reading any that is kept, changing one while a block runs, pruning.

    db        `StateDb`: states by root, over the database
    view      `StateAt`: keys, values and proofs of one state
    ext       `NativeExt`: the host interface of the runtime over all of these
    commit    what a block brings to the database, and when it goes
    nodes     decoded trie nodes, cached

Data flow: `StateDb.at(root)` -> `NativeExt(state)` -> runtime -> `NativeExt.state_change()` ->
`StateDb.transaction().insert(...)` -> one batch. Out of scope: headers and forks
(`parachain.client.chain`).
"""

from parachain.client.state.commit import StateTransaction
from parachain.client.state.db import StateDb, UnknownState
from parachain.client.state.ext import NativeExt, SandboxSource, VersionReader
from parachain.client.state.nodes import RawReader
from parachain.client.state.pruning import ARCHIVE, ARCHIVE_CANONICAL, Pruning, parse_pruning
from parachain.client.state.view import StateAt, TrieView

__all__ = [
    "ARCHIVE",
    "ARCHIVE_CANONICAL",
    "NativeExt",
    "Pruning",
    "RawReader",
    "SandboxSource",
    "StateAt",
    "StateDb",
    "StateTransaction",
    "TrieView",
    "UnknownState",
    "VersionReader",
    "parse_pruning",
]
