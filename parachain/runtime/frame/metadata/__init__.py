"""Metadata: what a runtime tells clients of its types, pallets, extrinsics and APIs.

Everything is derived from the declarations that also run the chain, in versions 14, 15 and 16 of
frame-metadata. Making one takes tens of milliseconds, so callers keep what they got.

`merkleized` has the metadata hash (RFC-78).
"""

from parachain.runtime.frame.metadata.v14 import metadata_v14
from parachain.runtime.frame.metadata.v15 import metadata_v15
from parachain.runtime.frame.metadata.v16 import metadata_v16

__all__ = ["metadata_v14", "metadata_v15", "metadata_v16"]
