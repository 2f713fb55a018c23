"""From what an operator asks for to an open chain: specification, folders, database.

<base path>/chains/<chain id>/db         blocks and states
<base path>/chains/<chain id>/keystore   keys
<base path>/chains/<chain id>/programs   compiled programs, which may be deleted at any time
<base path>/chains/<chain id>/runtimes   compiled runtimes, likewise
<base path>/chains/<chain id>/network    network identity
"""

import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from parachain.client.chain.chain import Chain
from parachain.client.chain.genesis import GenesisState
from parachain.client.chain.opening import ChainConfig, open_chain
from parachain.client.chain.pruning import BlocksPruning
from parachain.client.database import KeyValueStore
from parachain.client.database.leveldb import open_leveldb
from parachain.client.executor.executor import Executor, RuntimePanic
from parachain.client.executor.module_cache import open_folder
from parachain.client.executor.native import NATIVE_SPEC_NAME, NativeExecutor
from parachain.client.executor.native_code import native_code
from parachain.client.executor.runtime_executor import Execution
from parachain.client.executor.shared_sandbox import SharedSandbox
from parachain.client.executor.wasm.blob import BlobError
from parachain.client.executor.wasm.version import embedded_version
from parachain.client.state import Pruning
from parachain.node.chain_spec import BUILT_IN, ChainSpec, ChainSpecError, built_in, load
from parachain.node.runtimes import (
    CODE_KEY,
    empty_state,
    open_runtimes,
    state_of,
)
from parachain.primitives.runtime_version import RuntimeVersion
from parachain.primitives.scale import BYTES, STR, UNIT, Err, option, result

_log = logging.getLogger("gear.substrate")

_BUILT = result(UNIT, STR)
_PRESET = option(BYTES)
_NAME = option(STR)


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


def genesis_state(spec: ChainSpec, executor: Executor | None = None) -> GenesisState:
    """Return the first state of a chain, built by its own runtime. Raises ChainSpecError."""
    if spec.raw_state is not None:
        if CODE_KEY not in spec.raw_state:
            raise ChainSpecError("genesis.raw.top has no runtime code (:code)")
        where = f"genesis.raw.top.0x{CODE_KEY.hex()}"
        version = _code_version(spec.raw_state[CODE_KEY], where)
        return GenesisState(spec.raw_state, spec.raw_children, version.state_version)
    code = native_code() if spec.code is None else spec.code
    version = _code_version(code, "genesis.runtimeGenesis.code")
    ext = state_of(code)
    text = json.dumps(spec.config).encode()
    if executor is None:
        executor = open_runtimes().executor
    try:
        answer = executor.call(ext, "GenesisBuilder_build_state", BYTES.encode(text))
    except RuntimePanic as panic:
        raise ChainSpecError(f"the runtime cannot build the genesis state: {panic}") from panic
    built = _BUILT.decode(answer)
    if isinstance(built, Err):
        raise ChainSpecError(f"the runtime refuses the genesis configuration: {built.error}")
    state = {key: value for key, value in ext.changes().items() if value is not None}
    return GenesisState({**state, CODE_KEY: code}, {}, version.state_version)


def _code_version(code: bytes, where: str) -> RuntimeVersion:
    """Return the version of a code; refuse all that is not for chains of this node."""
    try:
        version = embedded_version(code)
    except BlobError:
        version = None
    name = "no runtime by name" if version is None else f"`{version.spec_name}`"
    if version is None or version.spec_name != NATIVE_SPEC_NAME:
        raise ChainSpecError(
            f"{where} is the code of {name}; this node runs chains of `{NATIVE_SPEC_NAME}`"
        )
    return version


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

    @property
    def runtimes(self) -> Path:
        """What runtimes were compiled to."""
        return self.root / "runtimes"


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
    execution: Execution = Execution.AUTO,
) -> Iterator[tuple[Chain, KeyValueStore]]:
    """Open the chain of a specification in its folder and close the database in the end.

    Raises ChainSpecError, DatabaseError, OtherChainError, CorruptDatabaseError, and OSError if
    there can be no folder for compiled programs and runtimes.
    """
    runtimes = open_runtimes(folders.runtimes, execution)
    genesis = genesis_state(spec, runtimes.executor)
    store = open_leveldb(folders.database)
    try:
        config = ChainConfig(state_pruning=state_pruning, blocks_pruning=blocks_pruning)
        sandbox = SharedSandbox(open_folder(folders.programs))
        open_folder(folders.runtimes)  # an upgrade, at some time, will need it
        executor, read_version = runtimes
        chain = open_chain(store, genesis, executor, config, sandbox, read_version)
        _check_runtime(chain)
        yield chain, store
    finally:
        store.close()


def _check_runtime(chain: Chain) -> None:
    """See that there is a runtime to go on with, which compiles it if need be.

    Raises ChainSpecError if a chain cannot even begin. A chain that has come to a runtime which
    cannot be run may be looked at, and reverted.
    """
    try:
        chain.runtime_version(chain.best.hash)
    except RuntimePanic as panic:
        if not chain.best.number:
            raise ChainSpecError(f"the first state's runtime cannot be run: {panic}") from panic
        _log.error("the runtime of block %d cannot be run: %s", chain.best.number, panic)
