"""The chain behind a connection: its runtime, submitting signed calls, blocks and their events.

Out of scope: what calls and events mean (`journey`).
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from parachain.client.crypto.hashing import blake2_256
from parachain.client.crypto.keys import KeyPair
from parachain.node.program.connection import Connection
from parachain.primitives.address import MULTI_ADDRESS, Id
from parachain.primitives.dispatch_error import DispatchError, Module
from parachain.primitives.era import mortal
from parachain.primitives.extrinsic import SIGNED_V4, frame
from parachain.primitives.scale import DecodeError
from parachain.primitives.signature import MULTI_SIGNATURE, Sr25519
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.event import EVENT_RECORDS, EVENTS_KEY, ApplyExtrinsic, RuntimeEvent
from parachain.runtime.frame.extrinsic import MAX_PLAIN_PAYLOAD
from parachain.runtime.pallets.system.storage import EXTRINSIC_FAILED

ERA_BLOCKS: Final = 64
"""A submitted transaction is forgotten if it is in no block after so many."""

_ABANDONED: Final = frozenset({"invalid", "dropped", "usurped", "finalityTimeout"})


class OtherRuntimeError(Exception):
    """The chain has another runtime than this program; the message says which."""


class CallFailedError(Exception):
    """The call was included and has failed, or could not be included; the message says why."""


class UnreadableAnswerError(Exception):
    """The node has answered with something that is not of the type it should be."""


class BlockRef(NamedTuple):
    """A block of the best chain."""

    number: int
    hash: bytes


class Included(NamedTuple):
    """A call that has succeeded in a block; `events` are those of its extrinsic."""

    block: BlockRef
    events: tuple[RuntimeEvent, ...]


class RemoteChain:
    """The best chain of a node."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def check_runtime(self) -> None:
        """Raise OtherRuntimeError unless calls and events are what this program knows."""
        theirs, ours = self._connection.call("state_getRuntimeVersion"), RUNTIME.version
        name, version = str(theirs["specName"]), theirs["specVersion"]
        if (name, version) != (ours.spec_name, ours.spec_version):
            raise OtherRuntimeError(
                f"the chain runs {name} {version}, this program knows "
                f"{ours.spec_name} {ours.spec_version}"
            )

    def call(self, method: str, *params: Any) -> Any:
        """Call a JSON-RPC method. Raises NodeRefusalError, NodeConnectionError."""
        return self._connection.call(method, *params)

    def submit(self, signer: KeyPair, call: RuntimeCall) -> Included:
        """Sign a call and wait until it is in a block of the best chain.

        Raises CallFailedError, NodeRefusalError if the pool refuses it, NodeConnectionError.
        """
        extrinsic = self._signed(signer, call)
        encoded = "0x" + extrinsic.hex()
        for status in self._connection.subscribe("author_submitAndWatchExtrinsic", encoded):
            name, detail = next(iter(status.items())) if isinstance(status, dict) else (status, "")
            if name == "inBlock":
                return self._included(_bytes(detail), encoded)
            if name in _ABANDONED:
                raise CallFailedError(f"the transaction was abandoned: {name} {detail}".rstrip())
        raise AssertionError("a subscription has no end")

    def _signed(self, signer: KeyPair, call: RuntimeCall) -> bytes:
        head = self.best()
        genesis = _bytes(self.call("chain_getBlockHash", 0))
        era = mortal(ERA_BLOCKS, head.number)
        birth = _bytes(self.call("chain_getBlockHash", era.birth(head.number)))
        address = "0x" + signer.account_id.hex()
        nonce = self.call("system_accountNextIndex", address)
        version = RUNTIME.version
        explicit = {"CheckMortality": era, "CheckNonce": nonce, "ChargeTransactionPayment": 0}
        implicit = {
            "CheckSpecVersion": version.spec_version,
            "CheckTxVersion": version.transaction_version,
            "CheckGenesis": genesis,
            "CheckMortality": birth,
            "CheckMetadataHash": None,
        }
        sent = call.encode() + b"".join(
            each.codec.encode(explicit.get(each.identifier, _nothing(each.codec)))
            for each in RUNTIME.extensions
        )
        payload = sent + b"".join(
            each.implicit_codec.encode(implicit.get(each.identifier, ()))
            for each in RUNTIME.extensions
        )
        if len(payload) > MAX_PLAIN_PAYLOAD:
            payload = blake2_256(payload)
        signature = MULTI_SIGNATURE.encode(Sr25519(signer.sign(payload)))
        who = MULTI_ADDRESS.encode(Id(signer.account_id))
        encoded_call = call.encode()
        return frame(
            bytes((SIGNED_V4,)) + who + signature + sent[len(encoded_call) :] + encoded_call
        )

    def _included(self, block_hash: bytes, encoded: str) -> Included:
        found = self.call("chain_getBlock", _hex(block_hash))["block"]
        index = found["extrinsics"].index(encoded)
        block = BlockRef(int(found["header"]["number"], 16), block_hash)
        events = tuple(
            event for phase, event in self.events(block) if phase == ApplyExtrinsic(index)
        )
        for event in events:
            if event.declaration is EXTRINSIC_FAILED:
                raise CallFailedError(_failure(event.values[0]))
        return Included(block, events)

    def best(self) -> BlockRef:
        """Return the best block."""
        header = self.call("chain_getHeader")
        number = int(header["number"], 16)
        return BlockRef(number, _bytes(self.call("chain_getBlockHash", number)))

    def blocks_after(self, number: int) -> Iterator[BlockRef]:
        """Blocks of the best chain above block `number`, as they come, without a gap."""
        number += 1
        for header in self._connection.subscribe("chain_subscribeNewHeads"):
            newest = int(header["number"], 16)
            while number <= newest:
                yield BlockRef(number, _bytes(self.call("chain_getBlockHash", number)))
                number += 1

    def events(self, block: BlockRef) -> tuple[tuple[Any, RuntimeEvent], ...]:
        """Events of a block with the phases in which they happened.

        Raises UnreadableAnswerError.
        """
        raw = self.call("state_getStorage", _hex(EVENTS_KEY), _hex(block.hash))
        try:
            records = EVENT_RECORDS.decode(_bytes(raw)) if raw else ()
        except DecodeError as error:
            raise UnreadableAnswerError(f"events of block {block.number}: {error}") from error
        return tuple((record.phase, record.event) for record in records)


def _nothing(codec: Any) -> Any:
    """The value of an extension that has nothing to say: no field, or a mode that is off."""
    return codec.decode(bytes(codec.min_size))


def _failure(error: DispatchError) -> str:
    """Say why a call has failed, in the words of the pallet that refused."""
    if isinstance(error, Module):
        for pallet in RUNTIME.pallets:
            for declared in pallet.errors:
                if (pallet.index, declared.index) == (error.error.index, error.error.error[0]):
                    return f"{pallet.name}.{declared.name}: {declared.doc}"
    return f"the call has failed: {error}"


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _bytes(text: Any) -> bytes:
    if not isinstance(text, str) or not text.startswith("0x"):
        raise UnreadableAnswerError(f"the node sent {text!r} where hex digits should be")
    return bytes.fromhex(text[2:])
