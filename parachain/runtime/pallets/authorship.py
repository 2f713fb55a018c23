"""Authorship: which account authored the block that is being executed.

Without sessions an authority's key is its account: both are the same 32 bytes. Fees' tips go
there. Source: pallet_authorship, polkadot-sdk stable2409.
"""

from typing import Optional

from parachain.primitives.account import ACCOUNT_ID
from parachain.primitives.weight import ZERO, Weight
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.pallets import aura, system

pallet = Pallet("Authorship", "pallet_authorship", "Who authored the block.")

block_author = pallet.optional("Author", ACCOUNT_ID, "Author of this block, once asked for.")


def author(ext: Ext) -> Optional[bytes]:
    """Return the account of the block's author, None if its digest names none."""
    known = block_author.get(ext)
    if known is not None:
        return known
    found = aura.find_author(ext, system.digest(ext))
    if found is not None:
        block_author.put(ext, found)
    return found


@pallet.on_initialize
def note_author(ext: Ext, number: int) -> Weight:  # noqa: ARG001  hooks share one signature
    """Look the author up while the digest is at hand."""
    author(ext)
    return ZERO


@pallet.on_finalize
def forget_author(ext: Ext, number: int) -> None:  # noqa: ARG001
    """Keep the author out of the state between blocks."""
    block_author.kill(ext)
