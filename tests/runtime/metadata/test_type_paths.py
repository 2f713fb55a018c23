"""What clients look up by name: type paths, generics, the outer enums, extensions, docs.

Expected names are those of the Vara runtime's metadata, whose clients this chain serves.
"""

from typing import Any

import pytest

from parachain.runtime.apis import APIS
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.metadata import metadata_v14, metadata_v15
from parachain.runtime.frame.metadata.portable import CompositeDef, Type, VariantDef
from parachain.runtime.frame.metadata.v14 import METADATA_V14
from parachain.runtime.frame.metadata.v15 import METADATA_V15

V14 = METADATA_V14.decode(metadata_v14(RUNTIME)[5:])
V15 = METADATA_V15.decode(metadata_v15(RUNTIME, APIS)[5:])
TYPES: dict[int, Type] = dict(V15.types)
BY_PATH: dict[str, list[Type]] = {}
for described in TYPES.values():
    BY_PATH.setdefault("::".join(described.path), []).append(described)


def only(path: str) -> Type:
    """The one type of that path."""
    (found,) = BY_PATH[path]
    return found


def variants(described: Type) -> dict[str, int]:
    assert isinstance(described.definition, VariantDef)
    return {v.name: v.discriminant for v in described.definition.variants}


@pytest.mark.parametrize(
    "path",
    [
        "sp_core::crypto::AccountId32",
        "primitive_types::H256",
        "sp_runtime::multiaddress::MultiAddress",
        "sp_runtime::MultiSignature",
        "sp_runtime::generic::era::Era",
        "sp_runtime::generic::digest::Digest",
        "sp_runtime::DispatchError",
        "sp_runtime::ModuleError",
        "sp_weights::weight_v2::Weight",
        "frame_system::AccountInfo",
        "frame_system::EventRecord",
        "frame_system::Phase",
        "frame_support::dispatch::RawOrigin",
        "pallet_balances::types::AccountData",
        "vara_runtime::RuntimeCall",
        "vara_runtime::RuntimeEvent",
        "vara_runtime::RuntimeError",
        "vara_runtime::OriginCaller",
        "vara_runtime::Runtime",
    ],
)
def test_types_that_clients_look_up(path: str) -> None:
    only(path)


PALLET_ENUMS = [
    ("frame_system", "Call", ["T"]),
    ("frame_system", "Event", ["T"]),
    ("frame_system", "Error", ["T"]),
    ("pallet_timestamp", "Call", ["T"]),
    ("pallet_balances", "Call", ["T", "I"]),
    ("pallet_balances", "Event", ["T", "I"]),
    ("pallet_balances", "Error", ["T", "I"]),
    ("pallet_transaction_payment", "Event", ["T"]),
    ("pallet_utility", "Call", ["T"]),
    ("pallet_utility", "Event", []),
    ("pallet_utility", "Error", ["T"]),
    ("pallet_proxy", "Call", ["T"]),
    ("pallet_multisig", "Event", ["T"]),
    ("pallet_sudo", "Call", ["T"]),
]


@pytest.mark.parametrize(("pallet", "name", "generics"), PALLET_ENUMS)
def test_enums_of_pallets(pallet: str, name: str, generics: list[str]) -> None:
    described = only(f"{pallet}::pallet::{name}")
    assert [(p.name, p.type_id) for p in described.params] == [(g, None) for g in generics]


@pytest.mark.parametrize(
    ("enum", "absent"),
    [
        ("RuntimeCall", [p.name for p in RUNTIME.pallets if not p.calls]),
        ("RuntimeEvent", [p.name for p in RUNTIME.pallets if not p.events]),
        ("RuntimeError", [p.name for p in RUNTIME.pallets if not p.errors]),
    ],
)
def test_outer_enums_hold_the_pallets_that_have_the_item(enum: str, absent: list[str]) -> None:
    expected = {p.name: p.index for p in RUNTIME.pallets if p.name not in absent}
    assert variants(only(f"vara_runtime::{enum}")) == expected


def test_outer_enums_are_referred_to() -> None:
    paths = [TYPES[number].path[-1] for number in V15.outer_enums]
    assert paths == ["RuntimeCall", "RuntimeEvent", "RuntimeError"]
    assert V15.outer_enums.call == V15.extrinsic.call
    record = only("frame_system::EventRecord")
    assert [p.name for p in record.params] == ["E", "T"]
    assert record.params[0].type_id == V15.outer_enums.event
    assert isinstance(record.definition, CompositeDef)
    assert record.definition.fields[1].type_id == V15.outer_enums.event


def test_calls_nested_in_calls_are_the_outer_call() -> None:
    sudo = only("pallet_sudo::pallet::Call").definition
    assert isinstance(sudo, VariantDef)
    assert sudo.variants[0].fields[0].type_id == V15.extrinsic.call
    assert sudo.variants[0].fields[0].type_name == "Box<<T as Config>::RuntimeCall>"


def test_v14_extrinsic_carries_its_parts_as_generics() -> None:
    types: dict[int, Type] = dict(V14.types)
    extrinsic = types[V14.extrinsic.type_id]
    assert "::".join(extrinsic.path).endswith("generic::unchecked_extrinsic::UncheckedExtrinsic")
    assert [p.name for p in extrinsic.params] == ["Address", "Call", "Signature", "Extra"]
    address, call, signature, extra = [types[p.type_id or 0] for p in extrinsic.params]
    assert address.path[-1] == "MultiAddress"
    assert call.path == ("vara_runtime", "RuntimeCall")
    assert signature.path[-1] == "MultiSignature"
    assert extra.definition[0] == tuple(e.type_id for e in V14.extrinsic.signed_extensions)
    assert V14.extrinsic.version == 4
    assert types[V14.runtime].path == ("vara_runtime", "Runtime")


def test_the_extrinsic_of_runtime_apis_is_the_same_type() -> None:
    extrinsic = only("sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic")
    assert [p.type_id for p in extrinsic.params] == [
        V15.extrinsic.address,
        V15.extrinsic.call,
        V15.extrinsic.signature,
        V15.extrinsic.extra,
    ]


EXTENSIONS: list[tuple[str, str, str]] = [
    ("StakingBlackList", "pallet_gear_staking_rewards::extension::StakingBlackList", "()"),
    (
        "CheckNonZeroSender",
        "frame_system::extensions::check_non_zero_sender::CheckNonZeroSender",
        "()",
    ),
    ("CheckSpecVersion", "frame_system::extensions::check_spec_version::CheckSpecVersion", "u32"),
    ("CheckTxVersion", "frame_system::extensions::check_tx_version::CheckTxVersion", "u32"),
    ("CheckGenesis", "frame_system::extensions::check_genesis::CheckGenesis", "H256"),
    ("CheckMortality", "frame_system::extensions::check_mortality::CheckMortality", "H256"),
    ("CheckNonce", "vara_runtime::CustomCheckNonce", "()"),
    ("CheckWeight", "frame_system::extensions::check_weight::CheckWeight", "()"),
    (
        "ChargeTransactionPayment",
        "pallet_gear_payment::CustomChargeTransactionPayment",
        "()",
    ),
    ("CheckMetadataHash", "frame_metadata_hash_extension::CheckMetadataHash", "Option<[u8; 32]>"),
]


def test_extensions_in_varas_order() -> None:
    implicit = [extension.implicit_codec.rust_name for extension in RUNTIME.extensions]
    found = [
        (e.identifier, "::".join(TYPES[e.type_id].path), name)
        for e, name in zip(V15.extrinsic.signed_extensions, implicit, strict=True)
    ]
    assert found == EXTENSIONS


def test_documentation() -> None:
    calls: Any = only("pallet_balances::pallet::Call")
    assert calls.docs == ("Contains a variant per dispatchable extrinsic that this pallet has.",)
    for pallet in RUNTIME.pallets:
        for error in pallet.errors:
            assert error.doc, f"{pallet.name}.{error.name} says nothing of itself"
        for call in pallet.calls.values():
            assert call.doc, f"{pallet.name}.{call.name} says nothing of itself"
    lines = [
        line
        for entry in V15.types
        for line in entry.type.docs
        if line != line.rstrip() or line.startswith(" ")
    ]
    assert lines == []


def test_runtime_apis() -> None:
    apis = {api.name: [method.name for method in api.methods] for api in V15.apis}
    assert apis["Core"] == ["version", "execute_block", "initialize_block"]
    assert apis["Metadata"] == ["metadata", "metadata_at_version", "metadata_versions"]
    (nonce,) = [api for api in V15.apis if api.name == "AccountNonceApi"]
    (method,) = nonce.methods
    assert [i.name for i in method.inputs] == ["account"]
    assert TYPES[method.inputs[0].type_id].path[-1] == "AccountId32"
    assert method.docs
