"""The steps of validating a candidate, for any runtime on this frame.

read the parameters, the parent's head and the blocks
check that each block follows the one before
decode the proof, which must arrive at the parent's state root
for each block: check its seal and what it says of the relay chain, execute it,
collect what it sends
combine that into the result
"""

from typing import Any, Callable, List, TypeVar

from parachain.primitives.header import HEADER, Header
from parachain.primitives.parachain import (
    VALIDATION_RESULT,
    CandidateBlock,
    CollationInfo,
    ValidationParams,
    read_block_data,
    read_params,
)
from parachain.primitives.scale import DecodeError
from parachain.primitives.trie import (
    HeldNodes,
    MissingTrieNode,
    TrieError,
    decode_compact_proof,
)
from parachain.runtime import executive
from parachain.runtime.executive import Block
from parachain.runtime.frame.error import DispatchFailed, InvalidBlock, InvalidTransactionFailed
from parachain.runtime.frame.ext import Ext, HostRefused
from parachain.runtime.frame.runtime import Runtime
from parachain.runtime.pallets import system
from parachain.runtime.validate_block.invalid_candidate import Flaw, InvalidCandidate
from parachain.runtime.validate_block.outputs import combine
from parachain.runtime.validate_block.proof_ext import ProofExt, ProofState
from parachain.runtime.validate_block.relay_link import RelayLink, RelayParent
from parachain.runtime.validate_block.seal import remove_seal

T = TypeVar("T")

#: What executing a block raises for reasons that lie in the block or its proof. Anything else is
#: a mistake of this program.
_FAILURES = (
    DecodeError,
    DispatchFailed,
    HostRefused,
    InvalidBlock,
    InvalidTransactionFailed,
    TrieError,
)


def validate(host: Ext, runtime: Runtime, link: RelayLink, params: bytes) -> bytes:
    """Encoded ValidationParams to encoded ValidationResult. Raises InvalidCandidate.

    The storage of `host` is not used.
    """
    parameters = _read(Flaw.PARAMETERS, read_params, params)
    parent = _read(Flaw.PARENT_HEAD, HEADER.decode, parameters.parent_head)
    data = _read(
        Flaw.BLOCK_DATA, read_block_data, parameters.data, parameters.begin, parameters.end
    )
    _check_ancestry(host, parameters.parent_head, parent, data.blocks)
    try:
        _, nodes = decode_compact_proof(data.proof, host.blake2_256, parent.state_root)
    except (DecodeError, TrieError) as error:
        raise InvalidCandidate(Flaw.PROOF, str(error)) from None
    return VALIDATION_RESULT.encode(
        combine(_Chain(host, runtime, link, parameters, nodes).execute(parent, data.blocks))
    )


def _read(flaw: Flaw, read: Callable[..., T], *arguments: Any) -> T:
    try:
        return read(*arguments)
    except DecodeError as error:
        raise InvalidCandidate(flaw, str(error)) from None


def _check_ancestry(
    host: Ext, encoded_parent: bytes, parent: Header, blocks: "tuple[CandidateBlock, ...]"
) -> None:
    """Refuse blocks of which one is not the child of that before, the first of the parent."""
    if not blocks:
        raise InvalidCandidate(Flaw.BLOCK_DATA, "there are no blocks")
    for index, block in enumerate(blocks):
        header = block.header
        expected = host.blake2_256(encoded_parent)
        if header.parent_hash != expected:
            raise InvalidCandidate(
                Flaw.PARENT,
                f"block {index} is above 0x{header.parent_hash.hex()}, not 0x{expected.hex()}",
            )
        if header.number != parent.number + 1:
            raise InvalidCandidate(
                Flaw.PARENT, f"block {index} has number {header.number}, above {parent.number}"
            )
        encoded_parent, parent = block.encoded_header, header


class _Chain:
    """Executes the blocks of a candidate one after the other.

    Each block has an overlay of its own, as in the node: what some storage functions do depends on
    what the parent's state has. Nodes that a block makes join those of the proof.
    """

    def __init__(
        self,
        host: Ext,
        runtime: Runtime,
        link: RelayLink,
        parameters: ValidationParams,
        nodes: HeldNodes,
    ) -> None:
        self._host = host
        self._runtime = runtime
        self._link = link
        self._nodes = nodes
        self._relay_parent = RelayParent(
            parameters.parent_head,
            parameters.relay_parent_number,
            parameters.relay_parent_storage_root,
        )

    def execute(self, parent: Header, blocks: "tuple[CandidateBlock, ...]") -> List[CollationInfo]:
        """What each block does beyond the chain. Raises InvalidCandidate."""
        found: List[CollationInfo] = []
        for block in blocks:
            state_root = parent.state_root
            try:
                unsealed = self._check(block, state_root)
                ext = self._storage(state_root)
                executive.execute_block(ext, self._runtime, Block(unsealed, block.extrinsics))
                if len(blocks) > 1:
                    self._continue_from(ext)
                found.append(self._link.collect_info(ext, block, self._relay_parent))
            except _FAILURES as failure:
                raise self._explain(block, failure) from None
            parent = block.header
        return found

    def _storage(self, state_root: bytes) -> ProofExt:
        host = self._host
        state = ProofState(self._nodes, state_root, host.blake2_256)
        return ProofExt(host, state, self._runtime.version.state_version)

    def _check(self, block: CandidateBlock, state_root: bytes) -> Header:
        """Check what comes before execution; return the header without its seal."""
        ext = self._storage(state_root)
        unsealed = remove_seal(ext, block.header)
        try:
            self._link.check_block(ext, block, self._relay_parent)
        except InvalidBlock as invalid:
            raise InvalidCandidate(Flaw.RELAY_PARENT, str(invalid)) from None
        return unsealed

    def _continue_from(self, ext: ProofExt) -> None:
        """Let the next block read what this one wrote.

        Refuses new code: the next block would have to be executed by it.
        """
        if system.CODE in ext.changes():
            raise InvalidCandidate(
                Flaw.UPGRADE, "a candidate with a block that changes the code has no other block"
            )
        change = ext.state_change()
        self._nodes.nodes.update((digest, node) for digest, _, node in change.nodes)
        self._nodes.values.update(change.values)

    def _explain(self, block: CandidateBlock, failure: Exception) -> InvalidCandidate:
        """Tell a bad block from a good header that came with other extrinsics."""
        header = block.header
        root = self._host.ordered_root(block.extrinsics)
        if root != header.extrinsics_root:
            return InvalidCandidate(
                Flaw.EXTRINSICS_ROOT,
                f"root 0x{header.extrinsics_root.hex()} in the header, 0x{root.hex()} computed",
            )
        where = f"block {header.number}: {failure}"
        if isinstance(failure, MissingTrieNode):
            return InvalidCandidate(Flaw.MISSING_NODE, where)
        if isinstance(failure, TrieError):
            return InvalidCandidate(Flaw.PROOF, where)
        return InvalidCandidate(Flaw.EXECUTION, where)
