"""CheckMetadataHash: a signer may commit to the metadata with which the call was shown.

An offline wallet signs the hash of the metadata (RFC-78) that it decoded the transaction with;
with other metadata in the runtime the signature fails. The mode is one byte in the extrinsic.
The hash itself is worked out from the assembled runtime, elsewhere, and bound here once.
Source: frame_metadata_hash_extension, polkadot-sdk stable2409.
"""

from enum import IntEnum
from typing import Callable, NamedTuple, Optional

from parachain.primitives.scale import c_enum, fields, fixed_bytes, option, struct
from parachain.primitives.transaction_validity import UnknownTransaction
from parachain.runtime.frame.error import unknown
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.extension import TransactionExtension


class Mode(IntEnum):
    """Whether the hash of the metadata is signed."""

    DISABLED = 0
    ENABLED = 1


class CheckMetadataHash(NamedTuple):
    """The part in the extrinsic."""

    mode: Mode


class MetadataHash:
    """The hash of this runtime's metadata, 32 bytes. `bind` it once, while modules are imported."""

    __slots__ = ("_compute",)

    def __init__(self) -> None:
        self._compute: Optional[Callable[[Ext], bytes]] = None

    def bind(self, compute: Callable[[Ext], bytes]) -> None:
        """Say how the hash is had. Raises ValueError when bound already."""
        if self._compute is not None:
            raise ValueError("the metadata hash is bound already")
        self._compute = compute

    def get(self, ext: Ext) -> Optional[bytes]:
        """Return the hash, None in a runtime that has none."""
        return None if self._compute is None else self._compute(ext)


METADATA_HASH = MetadataHash()


def _implicit(ext: Ext, value: CheckMetadataHash) -> Optional[bytes]:
    """What is signed. Refuses with CannotLookup if there is no hash to compare with."""
    if value.mode is Mode.DISABLED:
        return None
    found = METADATA_HASH.get(ext)
    if found is None:
        unknown(UnknownTransaction.CANNOT_LOOKUP)
    return found


CHECK_METADATA_HASH = TransactionExtension(
    "CheckMetadataHash",
    struct(
        "frame_metadata_hash_extension::CheckMetadataHash",
        CheckMetadataHash,
        fields(("mode", c_enum("frame_metadata_hash_extension::Mode", Mode))),
        (("T", None),),
    ),
    option(fixed_bytes(32)),
    implicit=_implicit,
)
