"""The author's seal: the last item of a header's digest. Checked by `chain.verification`."""

from collections.abc import Callable, Sequence

from parachain.client.chain.aura import ENGINE_ID
from parachain.client.chain.block import Block, make_block
from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.digest import Seal
from parachain.primitives.header import HEADER, Header


def seal_block(
    header: Header, extrinsics: Sequence[bytes], sign: Callable[[bytes], bytes]
) -> Block:
    """Sign the hash of a header and return the block with the signature in it."""
    signature = sign(blake2_256(HEADER.encode(header)))
    sealed = header._replace(digest=(*header.digest, Seal(ENGINE_ID, signature)))
    return make_block(sealed, extrinsics)
