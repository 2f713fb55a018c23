"""Aura's seal, as a validator checks it: with the authorities that the proof shows.

Source: polkadot-sdk, cumulus/pallets/aura-ext/src/lib.rs (BlockExecutor). Stricter in one point:
the seal must be the last item of the digest, as a node that imports the block demands.
"""

from typing import Final

from parachain.primitives.digest import Seal
from parachain.primitives.header import HEADER, Header
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets import aura
from parachain.runtime.validate_block.invalid_candidate import Flaw, InvalidCandidate

_SEAL_SIZE: Final = 64


def remove_seal(ext: Ext, header: Header) -> Header:
    """Check the seal of a header and return the header without it.

    `ext` has the state of the parent, whose authorities count. Raises InvalidCandidate, and what
    reading the state raises.
    """
    seal = header.digest[-1] if header.digest else None
    if not isinstance(seal, Seal) or seal.engine != aura.ENGINE_ID:
        raise InvalidCandidate(Flaw.SEAL, "the header does not end with a seal of Aura")
    if len(seal.data) != _SEAL_SIZE:
        raise InvalidCandidate(Flaw.SEAL, f"a seal has {_SEAL_SIZE} bytes, not {len(seal.data)}")
    unsealed = header._replace(digest=header.digest[:-1])
    author = aura.find_author(ext, unsealed.digest)
    if author is None:
        raise InvalidCandidate(Flaw.SEAL, "the header names no slot, or nobody has slots")
    if not ext.sr25519_verify(seal.data, ext.blake2_256(HEADER.encode(unsealed)), author):
        raise InvalidCandidate(Flaw.SEAL, f"not by 0x{author.hex()}, whose slot it is")
    return unsealed
