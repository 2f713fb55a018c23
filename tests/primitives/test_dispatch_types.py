"""Errors, weights, validity and versions: indices on the wire, arithmetic, metadata paths."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives.account import ACCOUNT_ID
from parachain.primitives.address import MULTI_ADDRESS
from parachain.primitives.digest import DIGEST, DIGEST_ITEM
from parachain.primitives.dispatch_error import (
    ARITHMETIC_ERROR,
    DISPATCH_ERROR,
    DISPATCH_RESULT,
    MODULE_ERROR,
    TOKEN_ERROR,
    TRANSACTIONAL_ERROR,
    Arithmetic,
    ArithmeticError,  # noqa: A004  # the chain's name of the type
    BadOrigin,
    CannotLookup,
    Module,
    ModuleError,
    Other,
    RootNotAllowed,
    Token,
    TokenError,
    Transactional,
    TransactionalError,
)
from parachain.primitives.dispatch_info import (
    DISPATCH_CLASS,
    DISPATCH_ERROR_WITH_POST_INFO,
    DISPATCH_INFO,
    PAYS,
    POST_DISPATCH_INFO,
    DispatchClass,
    DispatchErrorWithPostInfo,
    DispatchInfo,
    Pays,
    PostDispatchInfo,
)
from parachain.primitives.header import HEADER
from parachain.primitives.inherent import (
    CHECK_INHERENTS_RESULT,
    INHERENT_DATA,
    CheckInherentsResult,
)
from parachain.primitives.runtime_version import RUNTIME_VERSION, RuntimeVersion
from parachain.primitives.scale import Codec, Composite, Err, Ok, Variants
from parachain.primitives.signature import MULTI_SIGNATURE
from parachain.primitives.transaction_validity import (
    APPLY_EXTRINSIC_RESULT,
    INVALID_TRANSACTION,
    TRANSACTION_SOURCE,
    TRANSACTION_VALIDITY,
    TRANSACTION_VALIDITY_ERROR,
    UNKNOWN_TRANSACTION,
    VALID_TRANSACTION,
    CustomInvalid,
    CustomUnknown,
    InvalidTransaction,
    UnknownTransaction,
    ValidTransaction,
    reason,
)
from parachain.primitives.weight import MAX, WEIGHT, ZERO, Weight
from tests.primitives.scale.three_way import three_way

U64 = st.integers(0, (1 << 64) - 1)
WEIGHTS = st.builds(Weight, U64, U64)


@pytest.mark.parametrize(
    ("error", "encoded"),
    [
        (Other(), "00"),
        (CannotLookup(), "01"),
        (BadOrigin(), "02"),
        (Module(ModuleError(5, b"\x02\x00\x00\x00")), "030502000000"),
        (Token(TokenError.BLOCKED), "0709"),
        (Arithmetic(ArithmeticError.DIVISION_BY_ZERO), "0802"),
        (Transactional(TransactionalError.NO_LAYER), "0901"),
        (RootNotAllowed(), "0d"),
    ],
)
def test_dispatch_errors_on_the_wire(error: Any, encoded: str) -> None:
    assert three_way(DISPATCH_ERROR, error).hex() == encoded
    assert three_way(DISPATCH_RESULT, Err(error)).hex() == "01" + encoded
    assert three_way(APPLY_EXTRINSIC_RESULT, Ok(Err(error))).hex() == "0001" + encoded


def test_unit_errors_are_distinct_and_true() -> None:
    error: object = BadOrigin()
    assert error != CannotLookup()
    assert error == BadOrigin()
    assert bool(BadOrigin())


@pytest.mark.parametrize(
    ("error", "encoded", "text"),
    [
        (InvalidTransaction.STALE, "0003", "Transaction is outdated"),
        (InvalidTransaction.BAD_SIGNER, "000a", "Invalid signing address"),
        (CustomInvalid(9), "000709", "Custom error: 9"),
        (UnknownTransaction.NO_UNSIGNED_VALIDATOR, "0101", None),
        (CustomUnknown(255), "0102ff", "Custom error: 255"),
    ],
)
def test_validity_errors_on_the_wire(error: Any, encoded: str, text: str | None) -> None:
    assert three_way(TRANSACTION_VALIDITY_ERROR, error).hex() == encoded
    assert three_way(TRANSACTION_VALIDITY, Err(error)).hex() == "01" + encoded
    if text is not None:
        assert reason(error) == text


def test_every_reason_has_a_text() -> None:
    for error in [*InvalidTransaction, *UnknownTransaction]:
        assert reason(error)


@given(WEIGHTS, WEIGHTS)
def test_weights(a: Weight, b: Weight) -> None:
    three_way(WEIGHT, a)
    total = a.saturating_add(b)
    assert total.all_lte(MAX)
    assert not a.any_gt(total)
    assert total.saturating_sub(b).all_lte(a)
    summed = a.checked_add(b)
    assert summed is None or (summed == total and summed.checked_sub(b) == a)
    assert (a.checked_sub(b) is None) == b.any_gt(a)
    assert a.lowest(b).all_lte(a.highest(b))
    assert ZERO.saturating_add(a) == a == a.saturating_sub(ZERO)
    assert a.saturating_mul(2) == a.saturating_add(a)


@given(st.none() | WEIGHTS, st.sampled_from(Pays), st.sampled_from(DispatchClass), WEIGHTS)
def test_dispatch_information(
    actual: Weight | None, pays: Pays, kind: DispatchClass, weight: Weight
) -> None:
    three_way(DISPATCH_INFO, DispatchInfo(weight, kind, pays))
    post = PostDispatchInfo(actual, pays)
    three_way(POST_DISPATCH_INFO, post)
    three_way(DISPATCH_ERROR_WITH_POST_INFO, DispatchErrorWithPostInfo(post, BadOrigin()))


TAGS = st.lists(st.binary(max_size=40), max_size=3).map(tuple)
VALID = st.builds(ValidTransaction, U64, TAGS, TAGS, U64, st.booleans())


@given(VALID, VALID)
def test_valid_transactions_combine(a: ValidTransaction, b: ValidTransaction) -> None:
    three_way(VALID_TRANSACTION, a)
    assert a.combine_with(ValidTransaction.default()) == a
    both = a.combine_with(b)
    assert both.provides == a.provides + b.provides
    assert both.longevity == min(a.longevity, b.longevity)
    three_way(TRANSACTION_VALIDITY, Ok(both))


@given(st.dictionaries(st.binary(min_size=8, max_size=8), st.binary(max_size=70), max_size=4))
def test_inherent_data(data: dict[bytes, bytes]) -> None:
    encoded = three_way(INHERENT_DATA, data)
    assert list(INHERENT_DATA.decode(encoded)) == sorted(data)
    three_way(CHECK_INHERENTS_RESULT, CheckInherentsResult(not data, False, data))


def test_runtime_version_on_the_wire() -> None:
    version = RuntimeVersion("a", "bc", 1, 20000, 0, ((b"\xdf" * 8, 5),), 1, 1)
    expected = (
        "0461" + "086263" + "01000000" + "204e0000" + "00000000"
        "04" + "df" * 8 + "05000000" + "01000000" + "01"
    )
    assert three_way(RUNTIME_VERSION, version).hex() == expected


#: Path, names, type names (None: a unit variant) as in the metadata of Vara's runtime, spec 20000.
DESCRIBED: list[tuple[Codec[Any], str, list[tuple[Any, ...]]]] = [
    (ACCOUNT_ID, "sp_core::crypto::AccountId32", [("", "[u8; 32]")]),
    (WEIGHT, "sp_weights::weight_v2::Weight", [("ref_time", "u64"), ("proof_size", "u64")]),
    (DIGEST, "sp_runtime::generic::digest::Digest", [("logs", "Vec<DigestItem>")]),
    (
        HEADER,
        "sp_runtime::generic::header::Header",
        [
            ("parent_hash", "Hash::Output"),
            ("number", "Number"),
            ("state_root", "Hash::Output"),
            ("extrinsics_root", "Hash::Output"),
            ("digest", "Digest"),
        ],
    ),
    (
        DISPATCH_INFO,
        "frame_support::dispatch::DispatchInfo",
        [("weight", "Weight"), ("class", "DispatchClass"), ("pays_fee", "Pays")],
    ),
    (
        POST_DISPATCH_INFO,
        "frame_support::dispatch::PostDispatchInfo",
        [("actual_weight", "Option<Weight>"), ("pays_fee", "Pays")],
    ),
    (
        DISPATCH_ERROR_WITH_POST_INFO,
        "sp_runtime::DispatchErrorWithPostInfo",
        [("post_info", "Info"), ("error", "DispatchError")],
    ),
    (
        MODULE_ERROR,
        "sp_runtime::ModuleError",
        [("index", "u8"), ("error", "[u8; MAX_MODULE_ERROR_ENCODED_SIZE]")],
    ),
    (
        VALID_TRANSACTION,
        "sp_runtime::transaction_validity::ValidTransaction",
        [
            ("priority", "TransactionPriority"),
            ("requires", "Vec<TransactionTag>"),
            ("provides", "Vec<TransactionTag>"),
            ("longevity", "TransactionLongevity"),
            ("propagate", "bool"),
        ],
    ),
    (
        INHERENT_DATA,
        "sp_inherents::InherentData",
        [("data", "BTreeMap<InherentIdentifier, Vec<u8>>")],
    ),
    (
        RUNTIME_VERSION,
        "sp_version::RuntimeVersion",
        [
            ("spec_name", "RuntimeString"),
            ("impl_name", "RuntimeString"),
            ("authoring_version", "u32"),
            ("spec_version", "u32"),
            ("impl_version", "u32"),
            ("apis", "ApisVec"),
            ("transaction_version", "u32"),
            ("state_version", "u8"),
        ],
    ),
    (
        DIGEST_ITEM,
        "sp_runtime::generic::digest::DigestItem",
        [
            (6, "PreRuntime", "ConsensusEngineId", "Vec<u8>"),
            (4, "Consensus", "ConsensusEngineId", "Vec<u8>"),
            (5, "Seal", "ConsensusEngineId", "Vec<u8>"),
            (0, "Other", "Vec<u8>"),
            (8, "RuntimeEnvironmentUpdated"),
        ],
    ),
    (
        MULTI_ADDRESS,
        "sp_runtime::multiaddress::MultiAddress",
        [
            (0, "Id", "AccountId"),
            (1, "Index", "AccountIndex"),
            (2, "Raw", "Vec<u8>"),
            (3, "Address32", "[u8; 32]"),
            (4, "Address20", "[u8; 20]"),
        ],
    ),
    (
        MULTI_SIGNATURE,
        "sp_runtime::MultiSignature",
        [
            (0, "Ed25519", "ed25519::Signature"),
            (1, "Sr25519", "sr25519::Signature"),
            (2, "Ecdsa", "ecdsa::Signature"),
        ],
    ),
    (
        DISPATCH_ERROR,
        "sp_runtime::DispatchError",
        [
            (0, "Other"),
            (1, "CannotLookup"),
            (2, "BadOrigin"),
            (3, "Module", "ModuleError"),
            (4, "ConsumerRemaining"),
            (5, "NoProviders"),
            (6, "TooManyConsumers"),
            (7, "Token", "TokenError"),
            (8, "Arithmetic", "ArithmeticError"),
            (9, "Transactional", "TransactionalError"),
            (10, "Exhausted"),
            (11, "Corruption"),
            (12, "Unavailable"),
            (13, "RootNotAllowed"),
        ],
    ),
    (
        TOKEN_ERROR,
        "sp_runtime::TokenError",
        [
            (0, "FundsUnavailable"),
            (1, "OnlyProvider"),
            (2, "BelowMinimum"),
            (3, "CannotCreate"),
            (4, "UnknownAsset"),
            (5, "Frozen"),
            (6, "Unsupported"),
            (7, "CannotCreateHold"),
            (8, "NotExpendable"),
            (9, "Blocked"),
        ],
    ),
    (
        ARITHMETIC_ERROR,
        "sp_arithmetic::ArithmeticError",
        [(0, "Underflow"), (1, "Overflow"), (2, "DivisionByZero")],
    ),
    (TRANSACTIONAL_ERROR, "sp_runtime::TransactionalError", [(0, "LimitReached"), (1, "NoLayer")]),
    (
        DISPATCH_CLASS,
        "frame_support::dispatch::DispatchClass",
        [(0, "Normal"), (1, "Operational"), (2, "Mandatory")],
    ),
    (PAYS, "frame_support::dispatch::Pays", [(0, "Yes"), (1, "No")]),
    (
        TRANSACTION_SOURCE,
        "sp_runtime::transaction_validity::TransactionSource",
        [(0, "InBlock"), (1, "Local"), (2, "External")],
    ),
    (
        INVALID_TRANSACTION,
        "sp_runtime::transaction_validity::InvalidTransaction",
        [
            (0, "Call"),
            (1, "Payment"),
            (2, "Future"),
            (3, "Stale"),
            (4, "BadProof"),
            (5, "AncientBirthBlock"),
            (6, "ExhaustsResources"),
            (7, "Custom", "u8"),
            (8, "BadMandatory"),
            (9, "MandatoryValidation"),
            (10, "BadSigner"),
        ],
    ),
    (
        UNKNOWN_TRANSACTION,
        "sp_runtime::transaction_validity::UnknownTransaction",
        [(0, "CannotLookup"), (1, "NoUnsignedValidator"), (2, "Custom", "u8")],
    ),
]


@pytest.mark.parametrize(("codec", "path", "parts"), DESCRIBED, ids=[d[1] for d in DESCRIBED])
def test_described_as_on_vara(codec: Codec[Any], path: str, parts: list[tuple[Any, ...]]) -> None:
    info = codec.info
    assert isinstance(info, (Composite, Variants))
    assert info.path == path
    assert codec.rust_name == path.rpartition("::")[2]
    if isinstance(info, Composite):
        assert [(field.name, field.rust_name) for field in info.fields] == parts
    else:
        assert [
            (v.index, v.name, *[field.rust_name for field in v.fields]) for v in info.variants
        ] == parts
