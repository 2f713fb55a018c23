"""The dispatchables of pallet_gear.

Nothing is executed by the calls of users: they queue messages, and `run`, the last extrinsic of
the block, processes the queue. Source: gear, vara/pallets/gear/src/lib.rs.
"""

from parachain.primitives.dispatch_info import DispatchClass, Pays, PostDispatchInfo
from parachain.primitives.per_things import PERCENT, Percent
from parachain.primitives.scale import (
    BOOL,
    BYTES,
    U32,
    U64,
    U128,
    Codec,
    Composite,
    DecodeError,
    Field,
    fields,
)
from parachain.primitives.scale.codec import Readable
from parachain.primitives.weight import ZERO, Weight
from parachain.runtime.frame.error import ensure, fail
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import Origin, ensure_root, ensure_signed
from parachain.runtime.gear.ids import ACTOR_ID, CODE_ID, MESSAGE_ID, ActorId, CodeId, MessageId
from parachain.runtime.pallets import gear_program, system
from parachain.runtime.pallets.gear import inheritance, uploads, user_messages, weights
from parachain.runtime.pallets.gear.declarations import (
    ACTIVE_PROGRAM,
    CODE_DOESNT_EXIST,
    execute_inherent,
    pallet,
)

_VALUE = U128.named("BalanceOf<T>")
_BYTES = BYTES.named("Vec<u8>")


def _read_non_zero(data: bytes, pos: int) -> "tuple[int, int]":
    value, end = U32.read(data, pos)
    if value == 0:
        raise DecodeError("0 where a number above is needed")
    return value, end


#: core::num::NonZeroU32.
_NON_ZERO_U32: Codec[int] = Codec(
    Readable(U32.encode, _read_non_zero),
    Composite("NonZeroU32", (Field("", U32, "u32"),)),
    "NonZero<u32>",
    4,
)


def _upload_code_weight(code: bytes) -> Weight:
    return weights.upload_code(len(code))


@pallet.call(0, fields(("code", _BYTES)), weight=_upload_code_weight)
def upload_code(ext: Ext, origin: Origin, code: bytes) -> None:
    """Upload code that programs can be created of.

    Signed. Fails with CodeTooLarge, ProgramConstructionFailed or CodeAlreadyExists.
    """
    ensure_signed(origin)
    uploads.upload_code(ext, code)


def _upload_program_weight(
    code: bytes,
    salt: bytes,
    init_payload: bytes,
    _gas_limit: int,
    _value: int,
    _keep_alive: bool,
) -> Weight:
    return weights.upload_program(len(code), len(salt), len(init_payload))


@pallet.call(
    1,
    fields(
        ("code", _BYTES),
        ("salt", _BYTES),
        ("init_payload", _BYTES),
        ("gas_limit", U64),
        ("value", _VALUE),
        ("keep_alive", BOOL),
    ),
    weight=_upload_program_weight,
)
def upload_program(
    ext: Ext,
    origin: Origin,
    code: bytes,
    salt: bytes,
    init_payload: bytes,
    gas_limit: int,
    value: int,
    keep_alive: bool,
) -> None:
    """Upload code, unless it is known, and create a program of it.

    Signed; the sender also pays the program's existential deposit. Fails with GasLimitTooHigh,
    CodeTooLarge, ProgramConstructionFailed, ProgramAlreadyExists, and as deposits of the bank.
    """
    who = ensure_signed(origin)
    user_messages.check_gas_limit(ext, gas_limit)
    checked = uploads.check_code(ext, code)
    code_id = ext.blake2_256(code)
    packet = uploads.init_packet(
        ext, who, code_id, salt, init_payload, gas_limit, value, keep_alive
    )
    if not gear_program.codes.exists(ext, code_id):
        uploads.store_code(ext, checked)
    uploads.create_program(ext, who, packet, keep_alive)


def _create_program_weight(
    _code_id: CodeId,
    salt: bytes,
    init_payload: bytes,
    _gas_limit: int,
    _value: int,
    _keep_alive: bool,
) -> Weight:
    return weights.create_program(len(salt), len(init_payload))


@pallet.call(
    2,
    fields(
        ("code_id", CODE_ID),
        ("salt", _BYTES),
        ("init_payload", _BYTES),
        ("gas_limit", U64),
        ("value", _VALUE),
        ("keep_alive", BOOL),
    ),
    weight=_create_program_weight,
)
def create_program(
    ext: Ext,
    origin: Origin,
    code_id: CodeId,
    salt: bytes,
    init_payload: bytes,
    gas_limit: int,
    value: int,
    keep_alive: bool,
) -> None:
    """Create a program of code that was uploaded before.

    Signed. Fails with CodeDoesntExist, GasLimitTooHigh, ProgramAlreadyExists, and as deposits of
    the bank.
    """
    who = ensure_signed(origin)
    ensure(gear_program.codes.exists(ext, code_id), CODE_DOESNT_EXIST)
    user_messages.check_gas_limit(ext, gas_limit)
    packet = uploads.init_packet(
        ext, who, code_id, salt, init_payload, gas_limit, value, keep_alive
    )
    uploads.create_program(ext, who, packet, keep_alive)


def _send_weight(
    _to: bytes, payload: bytes, _gas_limit: int, _value: int, _keep_alive: bool
) -> Weight:
    return weights.send_message(len(payload))


@pallet.call(
    3,
    fields(
        ("destination", ACTOR_ID),
        ("payload", _BYTES),
        ("gas_limit", U64),
        ("value", _VALUE),
        ("keep_alive", BOOL),
    ),
    weight=_send_weight,
)
def send_message(
    ext: Ext,
    origin: Origin,
    destination: ActorId,
    payload: bytes,
    gas_limit: int,
    value: int,
    keep_alive: bool,
) -> None:
    """Send a message to a program, or value with a message to a user.

    Signed. Fails with InactiveProgram, GasLimitTooHigh, and as deposits of the bank or transfers.
    """
    who = ensure_signed(origin)
    user_messages.send_message(ext, who, destination, payload, gas_limit, value, keep_alive)


def _reply_weight(
    _to: bytes, payload: bytes, _gas_limit: int, _value: int, _keep_alive: bool
) -> Weight:
    return weights.send_reply(len(payload))


@pallet.call(
    4,
    fields(
        ("reply_to_id", MESSAGE_ID),
        ("payload", _BYTES),
        ("gas_limit", U64),
        ("value", _VALUE),
        ("keep_alive", BOOL),
    ),
    weight=_reply_weight,
)
def send_reply(
    ext: Ext,
    origin: Origin,
    reply_to_id: MessageId,
    payload: bytes,
    gas_limit: int,
    value: int,
    keep_alive: bool,
) -> None:
    """Reply to a message of the sender's mailbox, and get its value.

    Signed. Fails with MessageNotFound, GasLimitTooHigh, InactiveProgram, and as deposits of the
    bank.
    """
    who = ensure_signed(origin)
    user_messages.send_reply(ext, who, reply_to_id, payload, gas_limit, value, keep_alive)


@pallet.call(5, fields(("message_id", MESSAGE_ID)), weight=weights.CLAIM_VALUE)
def claim_value(ext: Ext, origin: Origin, message_id: MessageId) -> None:
    """Get the value of a message of the sender's mailbox without an answer.

    Signed. Fails with MessageNotFound.
    """
    user_messages.claim_value(ext, ensure_signed(origin), message_id)


@pallet.call(7, fields(("value", BOOL)), weight=weights.SET_EXECUTE_INHERENT)
def set_execute_inherent(ext: Ext, origin: Origin, value: bool) -> None:
    """Say whether messages are processed at the end of blocks. Root."""
    ensure_root(origin)
    execute_inherent.put(ext, value)


def _claim_value_to_inheritor_weight(_program_id: ActorId, depth: int) -> Weight:
    return weights.claim_value_to_inheritor(depth)


@pallet.call(
    8,
    fields(("program_id", ACTOR_ID), ("depth", _NON_ZERO_U32)),
    weight=_claim_value_to_inheritor_weight,
)
def claim_value_to_inheritor(
    ext: Ext, origin: Origin, program_id: ActorId, depth: int
) -> PostDispatchInfo:
    """Transfer what a program that has ended still got to whom it named, or those named.

    Signed by anybody. Programs whose heirs go round in a circle keep it. Fails with
    ActiveProgram.
    """
    ensure_signed(origin)
    found = inheritance.find(ext, program_id, depth)
    if found is None:
        fail(ACTIVE_PROGRAM)
    inheritance.collect(ext, found)
    return PostDispatchInfo(weights.claim_value_to_inheritor(len(found.holders)), Pays.YES)


def _fraction_weight(fraction: int) -> Weight:
    most = system.BLOCK_WEIGHTS.per_class[DispatchClass.NORMAL].max_extrinsic
    if most is None:
        return ZERO
    return Weight(Percent.mul(fraction, most.ref_time), Percent.mul(fraction, most.proof_size))


@pallet.call(
    255, fields(("fraction", PERCENT.named("sp_runtime::Percent"))), weight=_fraction_weight
)
def exhaust_block_resources(ext: Ext, origin: Origin, fraction: int) -> PostDispatchInfo:  # noqa: ARG001  only the weight counts
    """Take a part of what a block has for normal extrinsics. Root, in development. Free."""
    ensure_root(origin)
    return PostDispatchInfo(None, Pays.NO)
