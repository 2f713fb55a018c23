"""The runtime's entry points: every function a host or client may call by name.

`call(ext, "Core_version", b"")` is what `state_call` is to clients and what an exported
function is to a WebAssembly host. Names, versions and layouts are those of polkadot-sdk
stable2409.
"""

from enum import IntEnum
from functools import cache
from typing import Any, Dict, Optional, Tuple

from parachain.primitives.account import ACCOUNT_ID
from parachain.primitives.dispatch_error import DISPATCH_ERROR
from parachain.primitives.header import HEADER, Header
from parachain.primitives.inherent import (
    CHECK_INHERENTS_RESULT,
    INHERENT_DATA,
    CheckInherentsResult,
)
from parachain.primitives.runtime_version import RUNTIME_VERSION, RuntimeVersion
from parachain.primitives.scale import (
    BYTES,
    H256,
    STR,
    U32,
    U64,
    U128,
    UNIT,
    Err,
    Ok,
    c_enum,
    fields,
    fixed_bytes,
    newtype,
    option,
    result,
    struct,
    tuple_of,
    vec,
)
from parachain.primitives.transaction_validity import (
    TRANSACTION_SOURCE,
    TRANSACTION_VALIDITY_ERROR,
    VALID_TRANSACTION,
    TransactionSource,
)
from parachain.primitives.weight import WEIGHT, Weight
from parachain.runtime import executive, genesis
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.executive import Block
from parachain.runtime.frame.call import RUNTIME_CALL, RuntimeCall
from parachain.runtime.frame.error import InvalidTransactionFailed
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.extrinsic import UNCHECKED_EXTRINSIC
from parachain.runtime.frame.metadata import metadata_v14, metadata_v15, metadata_v16
from parachain.runtime.frame.runtime_api import ApiMethod, RuntimeApi, entry_points
from parachain.runtime.pallets import aura, system
from parachain.runtime.pallets import transaction_payment as fees
from parachain.runtime.pallets.gear.runtime_api import gear_api
from parachain.runtime.pallets.gear_builtin.runtime_api import gear_builtin_api
from parachain.runtime.pallets.transaction_payment import (
    FEE_DETAILS,
    RUNTIME_DISPATCH_INFO,
    FeeDetails,
    RuntimeDispatchInfo,
)

BLOCK = struct(
    "sp_runtime::generic::block::Block",
    Block,
    fields(("header", HEADER), ("extrinsics", vec(UNCHECKED_EXTRINSIC).named("Vec<Extrinsic>"))),
    params=(("Header", HEADER), ("Extrinsic", UNCHECKED_EXTRINSIC)),
)
OPAQUE_METADATA = newtype("sp_core::OpaqueMetadata", BYTES)
KEY_TYPE_ID = newtype("sp_core::crypto::KeyTypeId", fixed_bytes(4))
SLOT_DURATION = newtype("sp_consensus_slots::SlotDuration", U64)


class ExtrinsicInclusionMode(IntEnum):
    """Which extrinsics the block being initialised may hold."""

    AllExtrinsics = 0
    OnlyInherents = 1


EXTRINSIC_INCLUSION_MODE = c_enum("sp_runtime::ExtrinsicInclusionMode", ExtrinsicInclusionMode)


class UnknownEntryPoint(LookupError):  # noqa: N818  not an error of the runtime
    """The runtime has no function of that name."""


core = RuntimeApi("Core", 5, bytes.fromhex("df6acb689907609b"), "The functions every runtime has.")


@core.method(fields(), RUNTIME_VERSION)
def version(ext: Ext) -> RuntimeVersion:  # noqa: ARG001  entry points share one signature
    """Return the version of the runtime."""
    return RUNTIME.version


@core.method(fields(("block", BLOCK)), UNIT)
def execute_block(ext: Ext, block: Block) -> Tuple[()]:
    """Execute a block whose header comes without its seal."""
    executive.execute_block(ext, RUNTIME, block)
    return ()


@core.method(fields(("header", HEADER)), EXTRINSIC_INCLUSION_MODE)
def initialize_block(ext: Ext, header: Header) -> ExtrinsicInclusionMode:
    """Begin a block with the given header and tell which extrinsics it may hold."""
    executive.initialize_block(ext, RUNTIME, header)
    return ExtrinsicInclusionMode.AllExtrinsics


metadata_api = RuntimeApi(
    "Metadata", 2, bytes.fromhex("37e397fc7c91f5e4"), "What clients need to talk to the runtime."
)


@cache
def _metadata(number: int) -> Optional[bytes]:
    """Metadata depend on nothing but the code, so they are made once."""
    if number == 14:
        return metadata_v14(RUNTIME)
    if number == 15:
        return metadata_v15(RUNTIME, APIS)
    if number == 16:
        return metadata_v16(RUNTIME, APIS)
    return None


@metadata_api.method(fields(), OPAQUE_METADATA)
def metadata(ext: Ext) -> bytes:  # noqa: ARG001
    """Return the metadata of the runtime, version 14."""
    found = _metadata(14)
    assert found is not None
    return found


@metadata_api.method(fields(("version", U32)), option(OPAQUE_METADATA))
def metadata_at_version(ext: Ext, number: int) -> Optional[bytes]:  # noqa: ARG001
    """Return the metadata at a given version, or None if it is not supported."""
    return _metadata(number)


@metadata_api.method(fields(), vec(U32))
def metadata_versions(ext: Ext) -> Tuple[int, ...]:  # noqa: ARG001
    """Return the supported metadata versions."""
    return (14, 15, 16)


block_builder = RuntimeApi(
    "BlockBuilder", 6, bytes.fromhex("40fe3ad401f8959a"), "What an author of blocks needs."
)

APPLY_RESULT = result(result(UNIT, DISPATCH_ERROR), TRANSACTION_VALIDITY_ERROR)


@block_builder.method(fields(("extrinsic", UNCHECKED_EXTRINSIC)), APPLY_RESULT)
def apply_extrinsic(ext: Ext, extrinsic: bytes) -> Any:
    """Apply an extrinsic to the open block; an error outside means it may not be included."""
    try:
        error = executive.apply_extrinsic(ext, RUNTIME, extrinsic)
    except InvalidTransactionFailed as refused:
        return Err(refused.error)
    return Ok(Ok(()) if error is None else Err(error))


@block_builder.method(fields(), HEADER)
def finalize_block(ext: Ext) -> Header:
    """End the open block and return its header."""
    return executive.finalize_block(ext, RUNTIME)


@block_builder.method(fields(("inherent", INHERENT_DATA)), vec(UNCHECKED_EXTRINSIC))
def inherent_extrinsics(ext: Ext, inherent: Dict[bytes, bytes]) -> Tuple[bytes, ...]:
    """Make the inherent extrinsics of the open block."""
    return executive.inherent_extrinsics(ext, RUNTIME, inherent)


@block_builder.method(fields(("block", BLOCK), ("data", INHERENT_DATA)), CHECK_INHERENTS_RESULT)
def check_inherents(ext: Ext, block: Block, data: Dict[bytes, bytes]) -> CheckInherentsResult:
    """Compare the inherents of a block with the host's own data."""
    return executive.check_inherents(ext, RUNTIME, block, data)


transaction_queue = RuntimeApi(
    "TaggedTransactionQueue",
    3,
    bytes.fromhex("d2bc9897eed08f15"),
    "What the transaction pool needs.",
)


@transaction_queue.method(
    fields(("source", TRANSACTION_SOURCE), ("tx", UNCHECKED_EXTRINSIC), ("block_hash", H256)),
    result(VALID_TRANSACTION, TRANSACTION_VALIDITY_ERROR),
)
def validate_transaction(ext: Ext, source: TransactionSource, tx: bytes, block_hash: bytes) -> Any:
    """Tell when and under which conditions a transaction may be included."""
    try:
        return Ok(executive.validate_transaction(ext, RUNTIME, source, tx, block_hash))
    except InvalidTransactionFailed as refused:
        return Err(refused.error)


offchain = RuntimeApi(
    "OffchainWorkerApi", 2, bytes.fromhex("f78b278be53f454c"), "Work off chain, after import."
)


@offchain.method(fields(("header", HEADER)), UNIT)
def offchain_worker(ext: Ext, header: Header) -> Tuple[()]:
    """Run the off-chain workers of all pallets."""
    executive.run_offchain_workers(ext, RUNTIME, header)
    return ()


session_keys = RuntimeApi(
    "SessionKeys", 1, bytes.fromhex("ab3c0572291feb8b"), "The keys a collator authors with."
)


@session_keys.method(fields(("seed", option(BYTES))), BYTES)
def generate_session_keys(ext: Ext, seed: Optional[bytes]) -> bytes:
    """Generate session keys in the host's keystore and return their public parts."""
    return ext.sr25519_generate(aura.KEY_TYPE, seed)


@session_keys.method(fields(("encoded", BYTES)), option(vec(tuple_of(BYTES, KEY_TYPE_ID))))
def decode_session_keys(
    ext: Ext,  # noqa: ARG001
    encoded: bytes,
) -> Optional[Tuple[Tuple[bytes, bytes], ...]]:
    """Split public session keys into (key, key type), or None if they are malformed."""
    return ((encoded, aura.KEY_TYPE),) if len(encoded) == 32 else None


account_nonce_api = RuntimeApi(
    "AccountNonceApi", 1, bytes.fromhex("bc9d89904f5b923f"), "The nonce of an account."
)


@account_nonce_api.method(fields(("account", ACCOUNT_ID)), U32)
def account_nonce(ext: Ext, account: bytes) -> int:
    """Return the current nonce of an account."""
    return system.account_nonce(ext, account)


payment = RuntimeApi(
    "TransactionPaymentApi",
    4,
    bytes.fromhex("37c8bb1350a9a2a8"),
    "What a transaction would cost.",
)
payment_of_call = RuntimeApi(
    "TransactionPaymentCallApi",
    3,
    bytes.fromhex("f3ff14d5ab527059"),
    "What a call would cost.",
)


@payment.method(fields(("uxt", UNCHECKED_EXTRINSIC), ("len", U32)), RUNTIME_DISPATCH_INFO)
def query_info(ext: Ext, uxt: bytes, length: int) -> RuntimeDispatchInfo:
    """Return weight, class and fee of an extrinsic."""
    return fees.query_info(ext, RUNTIME, uxt, length)


@payment.method(fields(("uxt", UNCHECKED_EXTRINSIC), ("len", U32)), FEE_DETAILS)
def query_fee_details(ext: Ext, uxt: bytes, length: int) -> FeeDetails:
    """Return the parts of the fee of an extrinsic."""
    return fees.query_fee_details(ext, RUNTIME, uxt, length)


@payment_of_call.method(fields(("call", RUNTIME_CALL), ("len", U32)), RUNTIME_DISPATCH_INFO)
def query_call_info(ext: Ext, call: RuntimeCall, length: int) -> RuntimeDispatchInfo:
    """Return weight, class and fee of a call."""
    return fees.query_call_info(ext, call, length)


@payment_of_call.method(fields(("call", RUNTIME_CALL), ("len", U32)), FEE_DETAILS)
def query_call_fee_details(ext: Ext, call: RuntimeCall, length: int) -> FeeDetails:
    """Return the parts of the fee of a call."""
    return fees.query_call_fee_details(ext, call, length)


@payment.method(fields(("weight", WEIGHT)), U128)
def query_weight_to_fee(ext: Ext, weight: Weight) -> int:  # noqa: ARG001
    """Return the fee for a weight."""
    return fees.weight_to_fee(weight)


@payment.method(fields(("length", U32)), U128)
def query_length_to_fee(ext: Ext, length: int) -> int:  # noqa: ARG001
    """Return the fee for a length in bytes."""
    return fees.length_to_fee(length)


#: A call costs what an extrinsic with it costs, so these two are the same in both APIs.
payment_of_call.methods += payment.methods[-2:]

aura_api = RuntimeApi("AuraApi", 1, bytes.fromhex("dd718d5cc53262d4"), "Who may author, and when.")


@aura_api.method(fields(), SLOT_DURATION)
def slot_duration(ext: Ext) -> int:
    """Return the length of a slot in milliseconds."""
    return aura.slot_duration_ms(ext)


@aura_api.method(fields(), vec(aura.AUTHORITY_ID))
def authorities(ext: Ext) -> Tuple[bytes, ...]:
    """Return the current set of authorities."""
    return aura.authorities.get(ext)


genesis_builder = RuntimeApi(
    "GenesisBuilder", 1, bytes.fromhex("fbc577b9d747efd6"), "The first state, from JSON."
)


@genesis_builder.method(fields(("json", BYTES)), result(UNIT, STR))
def build_state(ext: Ext, json: bytes) -> Any:
    """Build the first state from a JSON configuration."""
    try:
        text = json.decode()
    except UnicodeDecodeError:
        return Err("the genesis configuration is not UTF-8")
    try:
        genesis.build_state(ext, RUNTIME, text)
    except genesis.GenesisError as error:
        return Err(str(error))
    return Ok(())


@genesis_builder.method(fields(("id", option(STR))), option(BYTES))
def get_preset(ext: Ext, name: Optional[str]) -> Optional[bytes]:  # noqa: ARG001
    """Return a preset as JSON; without a name, the empty configuration."""
    text = genesis.EMPTY if name is None else genesis.preset(name)
    return None if text is None else text.encode()


@genesis_builder.method(fields(), vec(STR))
def preset_names(ext: Ext) -> Tuple[str, ...]:  # noqa: ARG001
    """Return the names of the presets."""
    return genesis.PRESETS


APIS: Tuple[RuntimeApi, ...] = (
    core,
    metadata_api,
    block_builder,
    transaction_queue,
    offchain,
    session_keys,
    account_nonce_api,
    payment,
    payment_of_call,
    aura_api,
    genesis_builder,
    gear_builtin_api,
    gear_api,
)

ENTRY_POINTS: Dict[str, ApiMethod] = entry_points(APIS)


def call(ext: Ext, name: str, args: bytes) -> bytes:
    """Run an entry point on encoded arguments and return its encoded result.

    Raises UnknownEntryPoint, DecodeError for malformed arguments, or InvalidBlock where a
    compiled runtime would panic.
    """
    method = ENTRY_POINTS.get(name)
    if method is None:
        raise UnknownEntryPoint(f"the runtime has no function {name}")
    return method.call(ext, args)
