"""What must hold for a block before it is executed: number, slot, seal, inherents.

The rules are those of sc-consensus-aura's import queue. Execution itself, which checks the roots,
is the business of `importing`.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from parachain.client.chain import aura
from parachain.client.chain.block import Block
from parachain.client.chain.inherents import inherent_data
from parachain.client.chain.invalid_block import Fault, InvalidBlock
from parachain.client.crypto.hashing import blake2_256
from parachain.client.crypto.signatures import sr25519_verify
from parachain.client.executor.executor import RuntimePanic, decode_answer
from parachain.primitives.body import encode_body
from parachain.primitives.header import HEADER, Header
from parachain.primitives.inherent import CHECK_INHERENTS_RESULT, CheckInherentsResult
from parachain.primitives.scale import H256, U64, vec

SLOT_TOLERANCE: Final = 1
"""A block may be so many slots ahead of our clock: clocks differ a little."""

_AUTHORITIES: Final = vec(H256)

RuntimeCall = Callable[[str, bytes], bytes]
"""Call an entry point on the state of the parent; nothing it writes is kept."""


class TooEarlyError(Exception):
    """The block's slot lies in the future; it may be offered again at `ready_at_ms`."""

    def __init__(self, slot: int, ready_at_ms: int) -> None:
        super().__init__(f"slot {slot} has not come yet")
        self.slot = slot
        self.ready_at_ms = ready_at_ms


class VerifiedBlock(NamedTuple):
    """A block whose header and inherents are in order.

    `unsealed` is the header that is executed; `encoded_unsealed` the encoding of it and the
    extrinsics, the argument of `Core_execute_block`.
    """

    block: Block
    unsealed: Header
    encoded_unsealed: bytes
    author: bytes


def verify(
    block: Block, parent: Header, call: RuntimeCall, now_ms: int, *, check_inherents: bool = True
) -> VerifiedBlock:
    """Check a block against its parent and our clock.

    Raises InvalidBlock, or TooEarlyError if the clock alone is against it.
    """
    header = block.header
    if header.number != parent.number + 1:
        raise InvalidBlock(Fault.NUMBER, f"{header.number} above {parent.number}")
    slot = aura.slot_of(header)
    if parent.number and slot <= (parent_slot := aura.slot_of(parent)):
        raise InvalidBlock(Fault.SLOT, f"slot {slot} is not after the parent's, {parent_slot}")
    _check_clock(slot, slot_duration_ms(call), now_ms)
    unsealed, seal = aura.split_seal(header)
    encoded_unsealed = HEADER.encode(unsealed)
    author = aura.expected_author(slot, authorities(call))
    if author is None:
        raise InvalidBlock(Fault.SEAL, "there are no authorities")
    if not sr25519_verify(seal, blake2_256(encoded_unsealed), author):
        raise InvalidBlock(Fault.SEAL, f"not by 0x{author.hex()}, whose slot {slot} is")
    encoded = encoded_unsealed + encode_body(block.extrinsics)
    if check_inherents:
        _check_inherents(encoded, call, inherent_data(now_ms, slot))
    return VerifiedBlock(block, unsealed, encoded, author)


def authorities(call: RuntimeCall) -> tuple[bytes, ...]:
    """Public keys (sr25519) of the authorities at the block `call` is bound to."""
    method = "AuraApi_authorities"
    return decode_answer(_AUTHORITIES, method, call(method, b""))


def slot_duration_ms(call: RuntimeCall) -> int:
    """Length of a slot at the block `call` is bound to."""
    method = "AuraApi_slot_duration"
    return decode_answer(U64, method, call(method, b""))


def _check_clock(slot: int, duration_ms: int, now_ms: int) -> None:
    if slot > now_ms // duration_ms + SLOT_TOLERANCE:
        raise TooEarlyError(slot, (slot - SLOT_TOLERANCE) * duration_ms)


def _check_inherents(encoded_block: bytes, call: RuntimeCall, data: bytes) -> None:
    method = "BlockBuilder_check_inherents"
    try:
        answer = call(method, encoded_block + data)
        result: CheckInherentsResult = decode_answer(CHECK_INHERENTS_RESULT, method, answer)
    except RuntimePanic as panic:
        raise InvalidBlock(Fault.INHERENTS, str(panic)) from None
    if not result.okay:
        found = ", ".join(
            f"{name.decode('ascii', 'backslashreplace')}: 0x{error.hex()}"
            for name, error in result.errors.items()
        )
        raise InvalidBlock(Fault.INHERENTS, found or "the runtime does not say why")
