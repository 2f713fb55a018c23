"""GearApi: what clients of programs, and authors of blocks, ask the runtime.

Functions answer Ok, or Err with a text in UTF-8; none changes anything. Version 2 lets the node
say how much may be calculated. Source: gear, vara/pallets/gear/rpc/runtime-api/src/lib.rs.
"""

from typing import Callable, Optional, TypeVar, Union

from parachain.primitives.scale import (
    BOOL,
    BYTES,
    H256,
    U64,
    U128,
    Err,
    Ok,
    fields,
    option,
    result,
)
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.extrinsic import UNCHECKED_EXTRINSIC, encode_bare
from parachain.runtime.frame.runtime_api import RuntimeApi
from parachain.runtime.gear.answers import (
    CALCULATE_REPLY_FOR_HANDLE_RESULT,
    GAS_INFO,
    REPLY_INFO,
    CalculateReplyForHandleResult,
    GasInfo,
    ReplyInfo,
)
from parachain.runtime.pallets.gear import calculation
from parachain.runtime.pallets.gear.calculation import HANDLE_KIND, CalculationFailed, HandleKind
from parachain.runtime.pallets.gear.queue import run

T = TypeVar("T")

#: Ok(answer), or Err(text).
Answer = Union[Ok[T], Err[bytes]]

gear_api = RuntimeApi(
    "GearApi", 2, bytes.fromhex("ff8dc88037f26223"), "What messages need and programs know."
)


def _answer(calculate: Callable[[], T]) -> Answer[T]:
    try:
        return Ok(calculate())
    except CalculationFailed as failure:
        return Err(str(failure).encode())


_TEXT = BYTES

_MESSAGE = fields(
    ("origin", H256),
    ("destination", H256),
    ("payload", BYTES),
    ("gas_limit", U64),
    ("value", U128),
    ("allowance_multiplier", U64),
)
_BYTES_ANSWER = result(BYTES, _TEXT)
_MULTIPLIER = option(U64)


@gear_api.method(
    _MESSAGE,
    result(REPLY_INFO, _TEXT),
)
def calculate_reply_for_handle(
    ext: Ext,
    origin: bytes,
    destination: bytes,
    payload: bytes,
    gas_limit: int,
    value: int,
    allowance_multiplier: int,
) -> Answer[ReplyInfo]:
    """Find out the reply to a message."""
    return _answer(
        lambda: (
            calculation.calculate_reply_for_handle(
                ext, origin, destination, payload, gas_limit, value, allowance_multiplier
            ).reply
        )
    )


@gear_api.method(
    _MESSAGE,
    result(CALCULATE_REPLY_FOR_HANDLE_RESULT, _TEXT),
)
def calculate_reply_for_handle_result(
    ext: Ext,
    origin: bytes,
    destination: bytes,
    payload: bytes,
    gas_limit: int,
    value: int,
    allowance_multiplier: int,
) -> Answer[CalculateReplyForHandleResult]:
    """Find out the reply to a message, and what users are sent until then."""
    return _answer(
        lambda: calculation.calculate_reply_for_handle(
            ext, origin, destination, payload, gas_limit, value, allowance_multiplier
        )
    )


@gear_api.method(
    fields(
        ("source", H256),
        ("kind", HANDLE_KIND),
        ("payload", BYTES),
        ("value", U128),
        ("allow_other_panics", BOOL),
        ("initial_gas", option(U64)),
        ("allowance_multiplier", _MULTIPLIER),
    ),
    result(GAS_INFO, _TEXT),
)
def calculate_gas_info(
    ext: Ext,
    source: bytes,
    kind: HandleKind,
    payload: bytes,
    value: int,
    allow_other_panics: bool,
    initial_gas: Optional[int],
    allowance_multiplier: Optional[int],
) -> Answer[GasInfo]:
    """Calculate the gas that a message needs; `initial_gas` is what it is sent with."""
    return _answer(
        lambda: calculation.calculate_gas_info(
            ext,
            source,
            kind,
            payload,
            value,
            allow_other_panics,
            initial_gas,
            allowance_multiplier,
        )
    )


@gear_api.method(fields(("max_gas", option(U64))), UNCHECKED_EXTRINSIC)
def gear_run_extrinsic(ext: Ext, max_gas: Optional[int]) -> bytes:  # noqa: ARG001  # entry points share one signature
    """Make the extrinsic that processes the queue, the last of a block."""
    return encode_bare(run(max_gas))


@gear_api.method(
    fields(("program_id", H256), ("payload", BYTES), ("allowance_multiplier", _MULTIPLIER)),
    _BYTES_ANSWER,
)
def read_state(
    ext: Ext, program_id: bytes, payload: bytes, allowance_multiplier: Optional[int]
) -> Answer[bytes]:
    """Ask a program for its state."""
    return _answer(lambda: calculation.read_state(ext, program_id, payload, allowance_multiplier))


@gear_api.method(
    fields(
        ("program_id", H256),
        ("payload", BYTES),
        ("fn_name", BYTES),
        ("wasm", BYTES),
        ("argument", option(BYTES)),
        ("allowance_multiplier", _MULTIPLIER),
    ),
    _BYTES_ANSWER,
)
def read_state_using_wasm(
    ext: Ext,
    program_id: bytes,
    payload: bytes,
    fn_name: bytes,
    wasm: bytes,
    argument: Optional[bytes],
    allowance_multiplier: Optional[int],
) -> Answer[bytes]:
    """Ask a program for its state, and `wasm` what that means."""
    return _answer(
        lambda: calculation.read_state_using_wasm(
            ext, program_id, payload, fn_name, wasm, argument, allowance_multiplier
        )
    )


@gear_api.method(
    fields(("program_id", H256), ("allowance_multiplier", _MULTIPLIER)), result(H256, _TEXT)
)
def read_metahash(
    ext: Ext, program_id: bytes, allowance_multiplier: Optional[int]
) -> Answer[bytes]:
    """Ask a program for the hash of its description."""
    return _answer(lambda: calculation.read_metahash(ext, program_id, allowance_multiplier))
