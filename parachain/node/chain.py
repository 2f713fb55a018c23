"""From what an operator asks for to an open chain: specification, folders, database.

<base path>/chains/<chain id>/db         blocks and states
<base path>/chains/<chain id>/keystore   keys
<base path>/chains/<chain id>/programs   compiled programs, which may be deleted at any time
<base path>/chains/<chain id>/network    network identity
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from parachain.client.chain.chain import Chain
from parachain.client.chain.genesis import GenesisState
from parachain.client.chain.opening import ChainConfig, open_chain
from parachain.client.chain.pruning import BlocksPruning
from parachain.client.database import KeyValueStore, MemoryStore
from parachain.client.database.leveldb import open_leveldb
from parachain.client.executor.executor import RuntimePanic
from parachain.client.executor.module_cache import open_folder
from parachain.client.executor.native import NATIVE_SPEC_NAME, NativeExecutor
from parachain.client.executor.native_code import embedded_version, native_code
from parachain.client.executor.shared_sandbox import SharedSandbox
from parachain.client.state import NativeExt, Pruning, StateDb
from parachain.node.chain_spec import BUILT_IN, ChainSpec, ChainSpecError, built_in, load
from parachain.primitives.runtime_version import RUNTIME_VERSION
from parachain.primitives.scale import BYTES, STR, UNIT, Err, option, result
from parachain.primitives.trie import EMPTY_ROOT

CODE_KEY: Final = b":code"

_BUILT = result(UNIT, STR)
_PRESET = option(BYTES)
_NAME = option(STR)


def empty_state() -> NativeExt:
    """Return the state before any chain, with room for changes."""
    return NativeExt(StateDb(MemoryStore(), Pruning()).at(EMPTY_ROOT))


def chain_spec(name: str) -> ChainSpec:
    """Return the specification an operator names: `dev`, `local` or a file.

    Raises ChainSpecError.
    """
    if name in BUILT_IN:
        preset = BUILT_IN[name][0]
        answer = NativeExecutor().call(
            empty_state(), "GenesisBuilder_get_preset", _NAME.encode(preset)
        )
        text = _PRESET.decode(answer)
        assert text is not None, "the runtime has the presets of the built-in chains"
        return built_in(name, json.loads(text))
    if not Path(name).exists():
        known = ", ".join(BUILT_IN)
        raise ChainSpecError(f"{name!r} is neither a file nor a built-in chain ({known})")
    return load(Path(name))


def chain_id(name: str) -> str:
    """Return the id of the chain an operator names. Raises ChainSpecError."""
    return BUILT_IN[name][2] if name in BUILT_IN else chain_spec(name).chain_id


def runtime_code() -> bytes:
    """Return the `:code` of a chain that this node's runtime begins."""
    answer = NativeExecutor().call(empty_state(), "Core_version", b"")
    return native_code(RUNTIME_VERSION.decode(answer))


def genesis_state(spec: ChainSpec) -> GenesisState:
    """Return the first state of a chain. Raises ChainSpecError."""
    if spec.raw_state is not None:
        if CODE_KEY not in spec.raw_state:
            raise ChainSpecError("genesis.raw.top has no runtime code (:code)")
        _check_code(spec.raw_state[CODE_KEY], f"genesis.raw.top.0x{CODE_KEY.hex()}")
        return GenesisState(spec.raw_state, spec.raw_children)
    if spec.code is not None:
        _check_code(spec.code, "genesis.runtimeGenesis.code")
    ext = empty_state()
    text = json.dumps(spec.config).encode()
    try:
        answer = NativeExecutor().call(ext, "GenesisBuilder_build_state", BYTES.encode(text))
    except RuntimePanic as panic:
        raise ChainSpecError(f"the runtime cannot build the genesis state: {panic}") from panic
    built = _BUILT.decode(answer)
    if isinstance(built, Err):
        raise ChainSpecError(f"the runtime refuses the genesis configuration: {built.error}")
    ext.put(CODE_KEY, spec.code if spec.code is not None else runtime_code())
    state = {key: value for key, value in ext.changes().items() if value is not None}
    return GenesisState(state, {})


def _check_code(code: bytes, where: str) -> None:
    """Refuse the code of any runtime but the one that this node executes."""
    version = embedded_version(code)
    name = "no runtime by name" if version is None else f"`{version.spec_name}`"
    if version is None or version.spec_name != NATIVE_SPEC_NAME:
        raise ChainSpecError(
            f"{where} is the code of {name}; this node runs chains of `{NATIVE_SPEC_NAME}`"
        )


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a node keeps what belongs to one chain."""

    root: Path

    @property
    def database(self) -> Path:
        """Blocks and states."""
        return self.root / "db"

    @property
    def keystore(self) -> Path:
        """Secret keys."""
        return self.root / "keystore"

    @property
    def programs(self) -> Path:
        """What programs were compiled to."""
        return self.root / "programs"


@contextmanager
def chain_folder(base_path: Path | None, identifier: str) -> Iterator[Folders]:
    """Yield the folders of a chain; without a base path they are removed afterwards."""
    if base_path is not None:
        yield Folders(base_path / "chains" / identifier)
        return
    with tempfile.TemporaryDirectory(prefix="gear-parachain-") as folder:
        yield Folders(Path(folder) / "chains" / identifier)


@contextmanager
def opened_chain(
    spec: ChainSpec,
    folders: Folders,
    state_pruning: Pruning,
    blocks_pruning: BlocksPruning,
) -> Iterator[tuple[Chain, KeyValueStore]]:
    """Open the chain of a specification in its folder and close the database in the end.

    Raises ChainSpecError, DatabaseError, OtherChainError, CorruptDatabaseError, and OSError if
    there can be no folder for compiled programs.
    """
    genesis = genesis_state(spec)
    store = open_leveldb(folders.database)
    try:
        config = ChainConfig(state_pruning=state_pruning, blocks_pruning=blocks_pruning)
        sandbox = SharedSandbox(open_folder(folders.programs))
        yield open_chain(store, genesis, NativeExecutor(), config, sandbox), store
    finally:
        store.close()
