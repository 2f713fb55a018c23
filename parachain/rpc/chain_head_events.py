"""What a `chainHead_v1_follow` subscription tells about the chain, and how it looks in JSON.

Source: json-rpc-interface-spec, chainHead_v1_follow.md. Events of operations are made where the
operations are (`chain_head_jobs`).
"""

from typing import NamedTuple

from parachain.client.chain.chain import Chain
from parachain.client.chain.runtime_calls import UnknownBlock
from parachain.client.executor.executor import RuntimePanic
from parachain.primitives.runtime_version import RuntimeVersion
from parachain.primitives.trie import TrieError
from parachain.rpc.render import render_bytes


class Initialized(NamedTuple):
    """The last finalised blocks, oldest first; the last one is where the tree begins."""

    finalised: tuple[bytes, ...]


class NewBlock(NamedTuple):
    """A block above one reported before. `sets_code` is None if nobody noted what it wrote."""

    block_hash: bytes
    parent_hash: bytes
    sets_code: bool | None


class BestBlockChanged(NamedTuple):
    """Another block is best."""

    block_hash: bytes


class Finalised(NamedTuple):
    """Blocks became final, oldest first; `pruned` ones never will."""

    finalised: tuple[bytes, ...]
    pruned: tuple[bytes, ...]


class Stop(NamedTuple):
    """The subscription is dead."""


FollowEvent = Initialized | NewBlock | BestBlockChanged | Finalised | Stop


class EventRenderer:
    """Makes JSON values of events, with the runtimes if the client wants them."""

    def __init__(self, chain: Chain, *, with_runtime: bool) -> None:
        self._chain = chain
        self._with_runtime = with_runtime

    def calls_runtime(self, event: FollowEvent) -> bool:
        """Whether `render` reads states or calls a runtime, which may take long."""
        if not self._with_runtime:
            return False
        return isinstance(event, Initialized) or (
            isinstance(event, NewBlock) and event.sets_code is not False
        )

    def render(self, event: FollowEvent) -> dict[str, object]:
        """Return the `result` of the notification."""
        match event:
            case Initialized(finalised):
                rendered: dict[str, object] = {
                    "event": "initialized",
                    "finalizedBlockHashes": [render_bytes(each) for each in finalised],
                }
                if self._with_runtime:
                    rendered["finalizedBlockRuntime"] = self._runtime(finalised[-1])
                return rendered
            case NewBlock(block_hash, parent_hash):
                rendered = {
                    "event": "newBlock",
                    "blockHash": render_bytes(block_hash),
                    "parentBlockHash": render_bytes(parent_hash),
                }
                if self._with_runtime:
                    rendered["newRuntime"] = self._new_runtime(event)
                return rendered
            case BestBlockChanged(block_hash):
                return {"event": "bestBlockChanged", "bestBlockHash": render_bytes(block_hash)}
            case Finalised(finalised, pruned):
                return {
                    "event": "finalized",
                    "finalizedBlockHashes": [render_bytes(each) for each in finalised],
                    "prunedBlockHashes": [render_bytes(each) for each in pruned],
                }
            case Stop():
                return {"event": "stop"}

    def _new_runtime(self, block: NewBlock) -> dict[str, object] | None:
        if block.sets_code is False:
            return None
        runtime = self._runtime(block.block_hash)
        return None if runtime == self._runtime(block.parent_hash) else runtime

    def _runtime(self, block_hash: bytes) -> dict[str, object]:
        try:
            version = self._chain.runtime_version(block_hash)
        except (UnknownBlock, TrieError, RuntimePanic) as error:
            return {"type": "invalid", "error": str(error)}
        return {"type": "valid", "spec": render_spec(version)}


def render_spec(version: RuntimeVersion) -> dict[str, object]:
    """Return a runtime's specification; unlike in legacy methods `apis` is an object."""
    return {
        "specName": version.spec_name,
        "implName": version.impl_name,
        "specVersion": version.spec_version,
        "implVersion": version.impl_version,
        "transactionVersion": version.transaction_version,
        "apis": {render_bytes(api): number for api, number in version.apis},
    }
