"""What Aura puts into a header: the slot, before execution, and the author's seal, at the end.

A header ends with the seal, a signature (sr25519, context "substrate") of the hash of the header
without it. Sources: sp-consensus-aura, sc-consensus-aura (standalone.rs).
"""

from collections.abc import Sequence
from typing import Final

from parachain.client.chain.invalid_block import Fault, InvalidBlock
from parachain.primitives.digest import PreRuntime, Seal
from parachain.primitives.header import Header

ENGINE_ID: Final = b"aura"
SEAL_SIZE: Final = 64
_SLOT_SIZE: Final = 8


def slot_digest(slot: int) -> PreRuntime:
    """Return the digest item that claims a slot."""
    return PreRuntime(ENGINE_ID, slot.to_bytes(_SLOT_SIZE, "little"))


def slot_of(header: Header) -> int:
    """Return the slot a header claims. Raises InvalidBlock if it claims none, or several."""
    found = [
        item.data
        for item in header.digest
        if isinstance(item, PreRuntime) and item.engine == ENGINE_ID
    ]
    if len(found) != 1:
        raise InvalidBlock(Fault.SLOT, f"the header names {len(found)} slots")
    if len(found[0]) != _SLOT_SIZE:
        raise InvalidBlock(Fault.SLOT, f"a slot has {_SLOT_SIZE} bytes, not {len(found[0])}")
    return int.from_bytes(found[0], "little")


def split_seal(header: Header) -> tuple[Header, bytes]:
    """Return the header as it was signed, and the signature. Raises InvalidBlock."""
    seal = header.digest[-1] if header.digest else None
    if not isinstance(seal, Seal) or seal.engine != ENGINE_ID:
        raise InvalidBlock(Fault.SEAL, "the header does not end with a seal of Aura")
    if len(seal.data) != SEAL_SIZE:
        raise InvalidBlock(Fault.SEAL, f"a seal has {SEAL_SIZE} bytes, not {len(seal.data)}")
    return header._replace(digest=header.digest[:-1]), seal.data


def expected_author(slot: int, authorities: Sequence[bytes]) -> bytes | None:
    """Public key of the authority whose slot it is; None if there are no authorities."""
    return authorities[slot % len(authorities)] if authorities else None
