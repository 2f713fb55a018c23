"""What System declares, compared with the metadata of Vara's development runtime.

Source of the constants' bytes: gear, vara/sdk/gsdk/vara_runtime.scale (metadata V15,
polkadot-sdk stable2409), read at commit 5aac3098.
"""

import hashlib
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives.scale import DecodeError
from parachain.primitives.weight import Weight
from parachain.runtime.pallets import system
from parachain.runtime.pallets.system import storage
from parachain.runtime.pallets.system.limits import BLOCK_LENGTH_CODEC, BLOCK_WEIGHTS_CODEC
from parachain.runtime.pallets.system.version import RUNTIME_APIS

BLOCK_WEIGHTS = (
    "624d186c00070010a5d4e813ffffffffffffffff4247871900010730c6a3323313ec51b81e85eb51380107004429"
    "353a1300000000000000400100004247871900010730921fd2e113eb51b81e85eb51f801070010a5d4e813ffffff"
    "ffffffffff010700cc7b9fae13ffffffffffffffbf4247871900000000"
)
CONSTANTS = {
    "BlockWeights": BLOCK_WEIGHTS,
    "BlockLength": "000028000000500000005000",
    "BlockHashCount": "60090000",
    "DbWeight": "40787d010000000000e1f50500000000",
    "SS58Prefix": "8900",
}


def test_constants_are_those_of_vara() -> None:
    declared = {
        constant.name: constant.codec.encode(constant.value).hex()
        for constant in storage.pallet.constants
    }
    assert {name: declared[name] for name in CONSTANTS} == CONSTANTS


def test_an_empty_account_reads_with_the_flag_of_new_logic() -> None:
    item = system.account
    assert item.default == bytes(16 + 3 * 16) + bytes(15) + b"\x80"


def test_names_and_indices_follow_frame_system() -> None:
    calls = {index: call.name for index, call in storage.pallet.calls.items()}
    assert calls == {
        0: "remark",
        1: "set_heap_pages",
        2: "set_code",
        3: "set_code_without_checks",
        4: "set_storage",
        5: "kill_storage",
        6: "kill_prefix",
        7: "remark_with_event",
        9: "authorize_upgrade",
        10: "authorize_upgrade_without_checks",
        11: "apply_authorized_upgrade",
    }
    assert [error.name for error in storage.pallet.errors] == [
        "InvalidSpecName",
        "SpecVersionNeedsToIncrease",
        "FailedToExtractRuntimeVersion",
        "NonDefaultComposite",
        "NonZeroRefCount",
        "CallFiltered",
        "MultiBlockMigrationsOngoing",
        "NothingAuthorized",
        "Unauthorized",
    ]
    assert [event.name for event in storage.pallet.events] == [
        "ExtrinsicSuccess",
        "ExtrinsicFailed",
        "CodeUpdated",
        "NewAccount",
        "KilledAccount",
        "Remarked",
        "UpgradeAuthorized",
    ]
    assert [item.name for item in storage.pallet.storage] == [
        "Account",
        "ExtrinsicCount",
        "InherentsApplied",
        "BlockWeight",
        "AllExtrinsicsLen",
        "BlockHash",
        "ExtrinsicData",
        "Number",
        "ParentHash",
        "Digest",
        "Events",
        "EventCount",
        "EventTopics",
        "LastRuntimeUpgrade",
        "UpgradedToU32RefCount",
        "UpgradedToTripleRefCount",
        "ExecutionPhase",
        "AuthorizedUpgrade",
    ]


def test_the_account_key_is_the_one_every_client_computes() -> None:
    # System.Account prefix: twox128("System") ++ twox128("Account").
    prefix = "26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9"
    assert system.account.prefix.hex() == prefix


def test_api_identifiers_are_hashes_of_the_names() -> None:
    for name, identifier, _ in RUNTIME_APIS:
        assert identifier == hashlib.blake2b(name.encode(), digest_size=8).digest(), name


def test_limits_round_trip() -> None:
    raw = bytes.fromhex(BLOCK_WEIGHTS)
    assert BLOCK_WEIGHTS_CODEC.decode(raw) == system.BLOCK_WEIGHTS
    normal = system.BLOCK_WEIGHTS.per_class.normal
    assert normal.max_extrinsic == Weight(219_892_926_000, 4_058_283_696_216_101_356)
    raw = bytes.fromhex(CONSTANTS["BlockLength"])
    assert BLOCK_LENGTH_CODEC.decode(raw) == system.BLOCK_LENGTH


@given(st.binary(max_size=200))
def test_reading_limits_raises_nothing_but_decode_errors(raw: bytes) -> None:
    with suppress(DecodeError):
        BLOCK_WEIGHTS_CODEC.decode(raw)
