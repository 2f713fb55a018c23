"""chainSpec_v1_*, the runtimes in chainHead_v1 events, and the list of all methods."""

from typing import Any, cast

from parachain.client.chain.chain import Chain
from parachain.client.executor.executor import RuntimePanic
from parachain.primitives.runtime_version import RuntimeVersion
from parachain.rpc.chain_head_events import EventRenderer, Initialized, NewBlock
from tests.client.chain.small_node import SmallNode
from tests.rpc.spec_node import INFO, hexed, real_node, serving

METHODS = {
    "archive_v1_": (
        *("body", "call", "finalizedHeight", "genesisHash", "hashByHeight", "header"),
        *("stopStorage", "stopStorageDiff", "storage", "storageDiff"),
    ),
    "chainHead_v1_": (
        *("body", "call", "continue", "follow", "header", "stopOperation", "storage"),
        *("unfollow", "unpin"),
    ),
    "chainSpec_v1_": ("chainName", "genesisHash", "properties"),
    "rpc_": ("methods",),
    "transactionWatch_v1_": ("submitAndWatch", "unwatch"),
    "transaction_v1_": ("broadcast", "stop"),
}


async def test_chain_specification() -> None:
    node = SmallNode()
    async with serving(node.chain) as peer:
        client = peer.http()
        for method, value in (
            ("chainName", "Development"),
            ("genesisHash", hexed(node.chain.genesis_hash)[0]),
            ("properties", dict(INFO.properties)),
        ):
            assert (await client.call(f"chainSpec_v1_{method}"))["result"] == value


async def test_methods() -> None:
    names = [prefix + name for prefix, names in METHODS.items() for name in names]
    async with serving(SmallNode().chain) as peer:
        assert (await peer.http().call("rpc_methods"))["result"] == {"methods": names}


async def test_runtime_of_the_development_chain() -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        follow = await client.call("chainHead_v1_follow", True)
        initialized = await client.event(follow, "chainHead_v1_followEvent")
    runtime = initialized["finalizedBlockRuntime"]
    assert runtime["type"] == "valid"
    spec = runtime["spec"]
    assert spec["specName"] == "gear-parachain"
    assert spec["apis"]["0x37e397fc7c91f5e4"] == 2  # Metadata
    assert "0xdf6acb689907609b" in spec["apis"]  # Core


A, B = bytes(32), b"\x01" * 32


class Upgraded:
    """A chain whose block B has another runtime than A, or a broken one."""

    def __init__(self, version: RuntimeVersion | None) -> None:
        self.versions = {A: RuntimeVersion("a", "b", 1, 2, 3, (), 4, 1), B: version}
        self.calls = 0

    def runtime_version(self, block_hash: bytes) -> RuntimeVersion:
        self.calls += 1
        version = self.versions[block_hash]
        if version is None:
            raise RuntimePanic("it does not start")
        return version

    def new_runtime(self, *, sets_code: bool | None) -> Any:
        renderer = EventRenderer(cast("Chain", self), with_runtime=True)
        event = NewBlock(B, A, sets_code)
        assert renderer.calls_runtime(event) == (sets_code is not False)
        return renderer.render(event)["newRuntime"]


def test_new_runtimes() -> None:
    new = RuntimeVersion("a", "b", 1, 3, 3, ((b"12345678", 2),), 4, 1)
    chain = Upgraded(new)
    for sets_code in (None, True):
        assert chain.new_runtime(sets_code=sets_code) == {
            "type": "valid",
            "spec": {
                "specName": "a",
                "implName": "b",
                "specVersion": 3,
                "implVersion": 3,
                "transactionVersion": 4,
                "apis": {"0x3132333435363738": 2},
            },
        }
    same = Upgraded(Upgraded(None).versions[A])
    assert same.new_runtime(sets_code=True) is None
    broken = Upgraded(None)
    assert broken.new_runtime(sets_code=True) == {"type": "invalid", "error": "it does not start"}


def test_runtimes_are_not_called_in_vain() -> None:
    chain = Upgraded(None)
    assert chain.new_runtime(sets_code=False) is None
    without = EventRenderer(cast("Chain", chain), with_runtime=False)
    for event in (Initialized((A, B)), NewBlock(B, A, None)):
        assert not without.calls_runtime(event)
        rendered = without.render(event)
        assert "newRuntime" not in rendered
        assert "finalizedBlockRuntime" not in rendered
    assert chain.calls == 0
