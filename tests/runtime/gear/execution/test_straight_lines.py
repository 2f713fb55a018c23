"""System calls in straight lines do what they do by the rules, step by step, to the unit of gas."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.client.executor.wasmtime_sandbox import WasmtimeSandbox
from parachain.runtime.gear.code.syscalls import SYSCALLS
from parachain.runtime.gear.dispatch import DispatchKind, IncomingDispatch
from parachain.runtime.gear.messages import ReplyDetails
from parachain.runtime.gear.reply_code import AUTO_REPLY
from parachain.runtime.gear.sandbox import HostFunctions, Instance, ProgramCode, Sandbox
from parachain.runtime.gear.syscalls.table import HOST_FUNCTIONS, HOST_FUNCTIONS_BY_THE_RULES
from parachain.runtime.gear.wasm.opcodes import I32, I64
from tests.runtime.gear.core.hashing import some_id
from tests.runtime.gear.core.scene import incoming
from tests.runtime.gear.execution.stage import Call, module, run

#: Of the memory: a stack of one page of 64 KiB, then one that is charged for.
END = 131_072
PAGE = 16_384
MIB = 1024 * 1024


class ByTheRules:
    """A sandbox with the other table of functions."""

    def __init__(self) -> None:
        self._sandbox = WasmtimeSandbox()

    def instantiate(
        self, code: ProgramCode, functions: HostFunctions, context: Any, memory_pages: int
    ) -> Instance:
        assert functions is HOST_FUNCTIONS
        return self._sandbox.instantiate(code, HOST_FUNCTIONS_BY_THE_RULES, context, memory_pages)


_STRAIGHT: Sandbox = WasmtimeSandbox()
_BY_THE_RULES: Sandbox = ByTheRules()

#: Small numbers are handles, delays, durations, versions and pages; places are in the stack, across
#: its pages, behind it, across the end of the memory and of all memory.
_SMALL = st.integers(0, 5)
_PLACES = st.sampled_from(
    (0, 512, 1024, PAGE - 2, 65_536 - 20, 65_536, 65_536 + PAGE - 9, END - 20, END, 2**32 - 1)
)
_SIZES = st.one_of(
    st.sampled_from((0, 1, 7, 40, PAGE)),
    st.sampled_from((0, 6, 70_000, 8 * MIB, 8 * MIB + 1, 16 * MIB + 1, 2**32 - 1)),
)
_GAS = st.sampled_from((0, 1, 2_999, 3_000, 500_000, 10**9, 2**63))
_NUMBERS = st.one_of(_SMALL, _PLACES, _SIZES)

#: Those that end an execution are rare among so many calls, or there would be no others.
_ENDING = {"gr_exit", "gr_leave", "gr_wait", "gr_wait_for", "gr_wait_up_to", "gr_oom_panic"}
_NAMES = sorted(SYSCALLS.keys() - _ENDING - {"gr_panic"})


@st.composite
def _calls(draw: st.DrawFn) -> Call:
    name = draw(st.sampled_from(_NAMES if draw(st.integers(0, 9)) else sorted(SYSCALLS)))
    params = SYSCALLS[name].params
    args = [draw(_GAS if kind == I64 else _NUMBERS) for kind in params]
    is_place = params[-1:] == bytes((I32,)) and not SYSCALLS[name].results
    if is_place and draw(st.integers(0, 9)):
        # the place of an answer is usually a good one, or nothing goes on
        args[-1] = draw(st.sampled_from((1024, 2048, 65_536 + PAGE)))
    return Call(name, tuple(args))


def _often(gas: int) -> st.SearchStrategy[int]:
    """More than enough gas; sometimes not."""
    enough = st.just(gas)
    return st.one_of(enough, enough, enough, st.integers(0, 3 * 10**9))


_DISPATCHES = st.sampled_from(
    (
        incoming(),
        incoming(value=10**12),
        incoming(details=ReplyDetails(some_id(9), AUTO_REPLY)),
        incoming(DispatchKind.SIGNAL),
    )
)


@settings(max_examples=150)
@given(
    st.lists(_calls(), min_size=1, max_size=12),
    _DISPATCHES,
    _often(10**12),
    _often(10**13),
)
def test_both_ways_are_the_same(
    calls: list[Call], dispatch: IncomingDispatch, gas: int, allowance: int
) -> None:
    text = module(" ".join(call.text() for call in calls))
    straight, by_the_rules = (
        run(
            text,
            dispatch,
            gas=gas,
            allowance=allowance,
            balance=3 * 10**12,
            sandbox=sandbox,
            entry="handle",
        )
        for sandbox in (_STRAIGHT, _BY_THE_RULES)
    )
    assert straight.execution == by_the_rules.execution
    assert straight.gas.amount() == by_the_rules.gas.amount()
    assert straight.allowance.left == by_the_rules.allowance.left
    assert straight.memory == by_the_rules.memory
    assert straight.debug == by_the_rules.debug


def test_every_call_has_both_ways() -> None:
    same = {name for name in SYSCALLS if HOST_FUNCTIONS[name] is HOST_FUNCTIONS_BY_THE_RULES[name]}
    assert same == {"gr_panic", "gr_oom_panic"}
