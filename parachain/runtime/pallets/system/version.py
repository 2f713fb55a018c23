"""The version of this runtime: what it is called, what it offers, when transactions must change.

An upgrade is a blob with the same `spec_name` and a higher `spec_version`. The transaction
version changes when an encoded call would come to mean something else. Not here: the functions
behind the APIs (`parachain.runtime.apis`).
"""

from typing import Tuple

from parachain.primitives.runtime_version import RuntimeVersion

#: Runtime APIs with their versions. The identifier is blake2b-64 of the trait's name.
RUNTIME_APIS: Tuple[Tuple[str, bytes, int], ...] = (
    ("Core", bytes.fromhex("df6acb689907609b"), 5),
    ("Metadata", bytes.fromhex("37e397fc7c91f5e4"), 2),
    ("BlockBuilder", bytes.fromhex("40fe3ad401f8959a"), 6),
    ("TaggedTransactionQueue", bytes.fromhex("d2bc9897eed08f15"), 3),
    ("OffchainWorkerApi", bytes.fromhex("f78b278be53f454c"), 2),
    ("AuraApi", bytes.fromhex("dd718d5cc53262d4"), 1),
    ("SessionKeys", bytes.fromhex("ab3c0572291feb8b"), 1),
    ("AccountNonceApi", bytes.fromhex("bc9d89904f5b923f"), 1),
    ("TransactionPaymentApi", bytes.fromhex("37c8bb1350a9a2a8"), 4),
    ("TransactionPaymentCallApi", bytes.fromhex("f3ff14d5ab527059"), 3),
    ("GenesisBuilder", bytes.fromhex("fbc577b9d747efd6"), 1),
    ("GearBuiltinApi", bytes.fromhex("f757f704c8ea14fe"), 1),
    ("GearApi", bytes.fromhex("ff8dc88037f26223"), 2),
)

RUNTIME_VERSION = RuntimeVersion(
    spec_name="gear-parachain",
    impl_name="gear-parachain-python",
    authoring_version=1,
    # Clients of Gear take older names and calls for granted below 1900.
    spec_version=20_000,
    impl_version=1,
    apis=tuple([(identifier, version) for _, identifier, version in RUNTIME_APIS]),
    transaction_version=1,
    # State in trie layout V1, extrinsics rooted in layout V0.
    state_version=1,
)
