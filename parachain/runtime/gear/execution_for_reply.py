"""Asking a program a question outside of any block: `state` and `metahash`.

Only instructions cost gas, nothing is kept, and the answer is what the program replies. Source:
gear, protocol/processor/src/executor.rs, `execute_for_reply`.
"""

from typing import Final

from parachain.runtime.gear.dispatch import DispatchKind, IncomingDispatch
from parachain.runtime.gear.execution import Completed, ExecutableProgram, Failed, Host, execute
from parachain.runtime.gear.externalities import ExecutionCosts, ExecutionSettings, Randomness
from parachain.runtime.gear.gas_counter import GasAllowanceCounter, GasCounter
from parachain.runtime.gear.lazy_pages import AccessCosts, LazyPagesCosts
from parachain.runtime.gear.message_context import ContextSettings
from parachain.runtime.gear.messages import MAX_PAYLOAD_SIZE, IncomingMessage
from parachain.runtime.gear.reservation import gas_reserver
from parachain.runtime.gear.schedule.syscall_weights import SyscallWeights
from parachain.runtime.gear.termination import (
    EnvironmentFailure,
    ExecutionFailure,
    Succeeded,
    failure_text,
)

#: Pages of 64 KiB that a program may have when it is asked.
MAX_PAGES: Final = 512

_NOBODY: Final = bytes(32)
_NO_COST: Final = AccessCosts(0, 0, 0)
_NO_COSTS: Final = ExecutionCosts(
    dict.fromkeys(SyscallWeights._fields, 0), LazyPagesCosts(_NO_COST, _NO_COST, 0), 0, 0, 0, 0, 0
)
#: It can begin no message.
_LIMITS: Final = ContextSettings(0, 0, 0, 0, 0, 0, 0)


class QueryFailed(Exception):  # noqa: N818  # the field's word
    """The program gave no answer; the text says why."""


def execute_for_reply(
    host: Host,
    program: ExecutableProgram,
    entry: str,
    payload: bytes,
    gas_limit: int,
    block_height: int,
    block_timestamp_ms: int,
) -> bytes:
    """Payload of the reply that the exported function `entry` gives. Raises QueryFailed.

    The function must return: leaving, exiting and waiting are no answers.
    """
    if len(payload) > MAX_PAYLOAD_SIZE:
        raise QueryFailed("Failed to create payload: LimitedVecError")
    message = IncomingMessage(_NOBODY, _NOBODY, payload, gas_limit, 0, None)
    dispatch = IncomingDispatch(DispatchKind.HANDLE, message, None)
    settings = ExecutionSettings(
        block_height=block_height,
        block_timestamp_ms=block_timestamp_ms,
        performance_multiplier_percent=100,
        existential_deposit=0,
        mailbox_threshold=0,
        gas_per_value=0,
        value_per_gas=100,
        max_pages=MAX_PAGES,
        reserve_for=0,
        forbidden=(),
        context=_LIMITS,
        costs=_NO_COSTS,
    )
    try:
        execution = execute(
            host,
            program,
            dispatch,
            0,
            GasCounter(gas_limit),
            GasAllowanceCounter(gas_limit),
            gas_reserver(host.blake2_256, dispatch, {}, 0),
            settings,
            Randomness(b"", 0),
            entry,
        )
    except ValueError as error:
        raise QueryFailed("Failed to create alloc ctx: %s" % error) from error
    if isinstance(execution, Failed):
        raise QueryFailed(_why(execution.failure))
    # The allowance is as large as the gas limit, which is what runs out first.
    assert isinstance(execution, Completed)
    if execution.completion != Succeeded():
        raise QueryFailed("Execution has incorrect termination reason")
    for sent in execution.result.dispatches:
        if sent.dispatch.kind is DispatchKind.REPLY:
            return sent.dispatch.message.payload
    raise QueryFailed("Reply not found")


def _why(failure: ExecutionFailure) -> str:
    if isinstance(failure, EnvironmentFailure):
        return "Backend error: Actor backend error: Module"
    return "Program execution failed with error: %s" % failure_text(failure)
