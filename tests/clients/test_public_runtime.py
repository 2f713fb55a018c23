"""A runtime that others wrote, run by our executor on the first state of its chain.

Rococo Asset Hub of June 2022: statemine 900, whose state is in trie layout V0. Its specification
comes with the npm package that polkadot.js brings along.
"""

import json
import re
from typing import Final

import pytest

from parachain.client.chain.genesis import GenesisState, genesis_block
from parachain.client.crypto.hashing import blake2_256
from parachain.client.database import MemoryStore
from parachain.client.executor.executor import RuntimePanic
from parachain.client.executor.wasm.version import embedded_version, read_version
from parachain.client.executor.wasm_executor import WasmExecutor
from parachain.client.state import NativeExt, Pruning, StateAt, StateDb
from parachain.primitives.digest import PreRuntime
from parachain.primitives.header import HEADER, Header
from parachain.primitives.runtime_version import RuntimeVersion
from parachain.primitives.scale import BYTES, H256, U64, vec
from parachain.primitives.trie import EMPTY_ROOT, ProofNodes
from tests.clients.client_node import HERE

SPEC: Final = HERE / (
    "node_modules/@substrate/connect-known-chains/dist/esm/specs/rococo_v2_2_asset_hub.js"
)
#: As every explorer of the chain shows it.
GENESIS_HASH: Final = "7c34d42fc815d392057c78b49f2755c753440ccd38bcb0405b3bcfb601d08734"
SLOT: Final = 133_333_333


class PublicChain:
    """The first block and state of the chain, and what runs its runtime."""

    def __init__(self) -> None:
        text = re.search(r"`(.*)`", SPEC.read_text(encoding="utf-8"), re.DOTALL)
        assert text is not None
        raw = json.loads(text.group(1))["genesis"]["raw"]["top"]
        top = {bytes.fromhex(key[2:]): bytes.fromhex(value[2:]) for key, value in raw.items()}
        version = embedded_version(top[b":code"])
        assert version is not None
        self.version: RuntimeVersion = version
        states = StateDb(MemoryStore(), Pruning())
        self.block, change = genesis_block(states, GenesisState(top, {}, version.state_version))
        items = [node.encoded for node in change.nodes] + [value for _, value in change.values]
        self._state = StateAt(ProofNodes(items, blake2_256), change.root)
        self._wasm = WasmExecutor(lambda: NativeExt(states.at(EMPTY_ROOT)))

    def ext(self) -> NativeExt:
        return NativeExt(self._state)

    def call(self, method: str, args: bytes = b"", ext: NativeExt | None = None) -> bytes:
        return self._wasm.call(self.ext() if ext is None else ext, method, args)


@pytest.fixture(scope="module")
def chain() -> PublicChain:
    return PublicChain()


def test_the_version_is_the_same_whether_read_or_asked_for(chain: PublicChain) -> None:
    assert chain.version[:4] == ("statemine", "statemine", 1, 900)
    assert chain.version.state_version == 0
    assert read_version(chain.call("Core_version")) == chain.version


def test_the_first_state_is_that_of_the_chain(chain: PublicChain) -> None:
    assert chain.block.hash.hex() == GENESIS_HASH


def test_what_clients_ask_for(chain: PublicChain) -> None:
    metadata = BYTES.decode(chain.call("Metadata_metadata"))
    assert metadata[:5] == b"meta\x0e"
    assert len(metadata) > 100_000
    assert U64.decode(chain.call("AuraApi_slot_duration")) == 12_000
    assert len(vec(H256).decode(chain.call("AuraApi_authorities"))) == 4
    assert chain.call("AccountNonceApi_account_nonce", bytes(32)) == bytes(4)
    with pytest.raises(RuntimePanic, match="Bad input data provided to query_info: Codec error"):
        chain.call("TransactionPaymentApi_query_info", b"no extrinsic")


def test_a_block_begins_and_ends_as_its_runtime_says(chain: PublicChain) -> None:
    ext = chain.ext()
    digest = (PreRuntime(b"aura", U64.encode(SLOT)),)
    header = Header(chain.block.hash, 1, bytes(32), bytes(32), digest)
    assert chain.call("Core_initialize_block", HEADER.encode(header), ext) == b""
    assert ext.changes()
    with pytest.raises(RuntimePanic, match="set_validation_data inherent needs to be present"):
        chain.call("BlockBuilder_finalize_block", b"", ext)
