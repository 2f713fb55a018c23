"""The validation function of the parachain: a relay chain validator's view of a block.

    validation         the steps, from parameters to result
    proof_ext          the host interface over the proof of a candidate
    seal               who must have signed a block, and whether they did
    relay_link         where what the runtime has to do with the relay chain joins in
    outputs            what several blocks come to together
    invalid_candidate  what can be wrong with a candidate

A validator has neither the chain nor its state. It has the head of the parent, and what a collator
sent: blocks, and those nodes of the parent's state that executing them reads.

Follows polkadot-sdk, cumulus/pallets/parachain-system/src/validate_block and
cumulus/pallets/aura-ext (stable2503). Out of scope: the WebAssembly export around it.
"""

from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.ext import Ext
from parachain.runtime.validate_block.invalid_candidate import Flaw, InvalidCandidate
from parachain.runtime.validate_block.relay_link import UNCONNECTED, RelayLink, RelayParent
from parachain.runtime.validate_block.validation import validate

__all__ = ["Flaw", "InvalidCandidate", "RelayLink", "RelayParent", "validate", "validate_block"]


def validate_block(host: Ext, params: bytes) -> bytes:
    """Validate a candidate of this chain: encoded ValidationParams to encoded ValidationResult.

    `host` hashes, checks signatures, runs programs and takes the log; its storage is not used.
    Raises InvalidCandidate with the reason.
    """
    return validate(host, RUNTIME, UNCONNECTED, params)
