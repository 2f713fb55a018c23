"""Values of some keys over a range of blocks: `state_queryStorage` and `state_queryStorageAt`.

Source: polkadot-sdk stable2409, substrate/client/rpc/src/state/state_full.rs, with its way of
quoting block hashes in errors.
"""

from collections.abc import Sequence

from parachain.client.chain.chain import Chain
from parachain.client.chain.tree_route import BlockId
from parachain.rpc.client_errors import STATE_BLOCK_RANGE, unknown_block_text
from parachain.rpc.jsonrpc import RpcError
from parachain.rpc.render import render_bytes, render_change_set
from parachain.rpc.state_reader import StateReader

ChangeSets = list[dict[str, object]]


def query_storage(
    reader: StateReader, keys: Sequence[bytes], first: bytes, last: bytes | None
) -> ChangeSets:
    """Return the values at `first`, then what changed in each block up to `last` (or the best).

    Raises RpcError 4001 if no branch leads from one to the other, 4003 if a state was pruned.
    """
    found: ChangeSets = []
    known: dict[bytes, bytes | None] = {}
    for block_hash in _branch(reader.chain, first, reader.block(last)):
        changes = []
        for key, value in zip(keys, _values(reader, block_hash, keys), strict=True):
            if key not in known or known[key] != value:
                changes.append((key, value))
            known[key] = value
        if changes:
            found.append(render_change_set(block_hash, changes))
    return found


def query_storage_at(reader: StateReader, keys: Sequence[bytes], at: bytes | None) -> ChangeSets:
    """Return the values at one block, as the only change set. Raises as `query_storage`."""
    block_hash = reader.block(at)
    return query_storage(reader, keys, block_hash, block_hash)


def _values(reader: StateReader, block_hash: bytes, keys: Sequence[bytes]) -> list[bytes | None]:
    return reader.read(block_hash, lambda state: [state.get(key) for key in keys])


def _branch(chain: Chain, first: bytes, last: bytes) -> list[bytes]:
    """Hashes from `first` up to `last`."""
    begin, end = (_resolve(chain, each, first, last) for each in (first, last))
    if begin.number > end.number:
        raise _range_error(_numbered(begin), _numbered(end), "from number > to number")
    hashes = [end.hash]
    for _ in range(end.number - begin.number):
        header = chain.header(hashes[-1])
        assert header is not None, "the ancestors of a block are known"
        hashes.append(header.parent_hash)
    if hashes[-1] != begin.hash:
        text = "from and to are on different forks"
        raise _range_error(_numbered(begin), _numbered(end), text)
    return hashes[::-1]


def _resolve(chain: Chain, block_hash: bytes, first: bytes, last: bytes) -> BlockId:
    block = chain.block_id(block_hash)
    if block is None:
        ends = render_bytes(first), f"Some({render_bytes(last)})"
        raise _range_error(*ends, unknown_block_text(block_hash))
    return block


def _numbered(block: BlockId) -> str:
    return f"{block.number} ({render_bytes(block.hash)})"


def _range_error(first: str, last: str, details: str) -> RpcError:
    text = f'Cannot resolve a block range [\'"{first}"\' ... \'"{last}"]. {details}'
    return RpcError(STATE_BLOCK_RANGE, text)
