"""Where a pallet that talks to the relay chain joins in the validation of a block.

The pallet offers two functions, `validate_block` is given them as a RelayLink. A chain without
such a pallet is UNCONNECTED: nothing is checked and nothing sent, and since no message can have
come, all up to the relay parent count as processed.
"""

from typing import Callable, NamedTuple

from parachain.primitives.parachain import CandidateBlock, CollationInfo
from parachain.runtime.frame.ext import Ext


class RelayParent(NamedTuple):
    """What the validator itself knows: it did not come from the collator.

    `parent_head` is the encoded header of the parent of the candidate's first block.
    """

    parent_head: bytes
    number: int
    storage_root: bytes


#: Compare a block with what the validator knows, before it is executed. The state is that of the
#: block's parent; what is written is thrown away. Raises InvalidBlock.
CheckBlock = Callable[[Ext, CandidateBlock, RelayParent], None]

#: Tell what a block that was executed has done beyond the chain, from the state that it leaves.
CollectInfo = Callable[[Ext, CandidateBlock, RelayParent], CollationInfo]


class RelayLink(NamedTuple):
    """What a runtime has to do with the relay chain."""

    check_block: CheckBlock
    collect_info: CollectInfo


def _accept(ext: Ext, block: CandidateBlock, relay_parent: RelayParent) -> None:
    """Accept any block: it has no data of the relay chain in it."""


def _nothing(ext: Ext, block: CandidateBlock, relay_parent: RelayParent) -> CollationInfo:  # noqa: ARG001  see CollectInfo
    return CollationInfo((), (), None, 0, relay_parent.number, block.encoded_header)


UNCONNECTED = RelayLink(_accept, _nothing)
