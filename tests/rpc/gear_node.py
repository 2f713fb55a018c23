"""The methods of Gear over a chain in memory whose runtime says what a test tells it to."""

import random
from collections.abc import Callable

from parachain.client.authoring.closing import GEAR_API
from parachain.client.chain.chain import Chain
from parachain.primitives.runtime_version import RUNTIME_VERSION
from parachain.primitives.scale import BYTES, COMPACT_U32
from parachain.rpc.config import RpcConfig
from parachain.rpc.gear import gear_namespaces
from parachain.rpc.methods import Registry
from parachain.rpc.service import Service
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.event import EVENTS_KEY
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.messages import UserMessage
from tests.client.chain.small_node import SmallNode
from tests.client.chain.small_runtime import INCLUDED, VERSION, put
from tests.rpc.legacy_node import LegacyNode

Answer = bytes | Exception | Callable[[Ext, bytes], bytes]


class GearChain(SmallNode):
    """A chain whose runtime has the APIs of Gear.

    `asked` has the name and the arguments of each call.
    """

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, bytes]] = []
        version = RUNTIME_VERSION.encode(VERSION._replace(apis=(*VERSION.apis, (GEAR_API, 2))))
        self.install("Core_version", lambda _ext, _args: version)
        self.install("GearApi_gear_run_extrinsic", lambda _ext, _args: put(b"z", b"run"))
        self.install("BlockBuilder_apply_extrinsic", self._apply)
        self._write_as_it_was = type(self.runtime).BlockBuilder_apply_extrinsic

    def install(self, name: str, function: Callable[[Ext, bytes], bytes]) -> None:
        """Make an entry point of the runtime."""
        setattr(self.runtime, name, function)

    def answers(self, name: str, *answers: Answer) -> None:
        """Let an entry point give these answers in turn, the last one ever after."""
        left = list(answers)

        def give(ext: Ext, args: bytes) -> bytes:
            self.asked.append((name, args))
            answer = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(answer, Exception):
                raise answer
            return answer if isinstance(answer, bytes) else answer(ext, args)

        self.install(name, give)

    def _apply(self, ext: Ext, args: bytes) -> bytes:
        call = BYTES.decode(args)
        if call[:1] != b"w":
            return self._write_as_it_was(self.runtime, ext, args)
        key, pos = BYTES.read(call, 1)
        ext.put(key, call[pos:])
        ext.append(b"body", args)
        return INCLUDED


def write(key: bytes, value: bytes) -> bytes:
    """Return an extrinsic that writes to storage."""
    return BYTES.encode(b"w" + BYTES.encode(key) + value)


def tell(*messages: UserMessage | None) -> bytes:
    """Return an extrinsic that makes these the events of its block; None is another event."""
    gear, system = RUNTIME.pallet("Gear"), RUNTIME.pallet("System")
    (sent,) = (event for event in gear.events if event.name == "UserMessageSent")
    (updated,) = (event for event in system.events if event.name == "CodeUpdated")
    events = (
        updated.encode() if message is None else sent.encode(message, None) for message in messages
    )
    records = [b"\x00\x01\x00\x00\x00" + event + b"\x00" for event in events]
    return write(EVENTS_KEY, COMPACT_U32.encode(len(records)) + b"".join(records))


class GearNode(LegacyNode):
    """The node. Make it where trio runs."""

    def __init__(self, chain: Chain, config: RpcConfig | None = None) -> None:
        super().__init__(chain)
        config = config or RpcConfig()
        self.registry = Registry(gear_namespaces(self.feed, config))
        self._service = Service(self.registry.table, config, random.Random(1))
