"""Programs that try to break out of the rules: each ends as the rules say, within its gas."""

import threading

import pytest

from parachain.runtime.gear.code.compile_limits import (
    MAX_FUNCTION_LOCALS,
    MAX_UNCOUNTED_OPERANDS,
)
from parachain.runtime.gear.code.errors import CompileLimitError
from parachain.runtime.gear.dispatch import ContextStore, DispatchKind
from parachain.runtime.gear.execution import Failed, OutOfAllowance
from parachain.runtime.gear.instrumentation.stack_height import ACTIVATION_COST
from parachain.runtime.gear.reservation import SystemReservation
from parachain.runtime.gear.termination import (
    EnvironmentFailure,
    GasLimitExceeded,
    Left,
    StackLimitExceeded,
    Succeeded,
    UnknownTrap,
)
from tests.runtime.gear.core.scene import incoming
from tests.runtime.gear.execution.stage import (
    BLOCK,
    CONST,
    ENTRY,
    GAS,
    LIMITED_CALL,
    Run,
    call,
    gas_of,
    module,
    run,
    run_calls,
)

BR = 75
LOOP = "(loop $again (br $again))"


def test_an_infinite_loop_ends_with_its_gas() -> None:
    done = run(module(LOOP))
    assert done.trap == GasLimitExceeded()
    # the turn that cannot be paid for is not burned
    turn = BR + BLOCK
    assert done.gas.left < turn
    assert (done.burned - LIMITED_CALL - BLOCK) % turn == 0
    assert done.burned + done.gas.left == GAS


def test_gas_is_counted_to_the_unit() -> None:
    enough = gas_of(call("gr_leave")) + 7_935_870
    assert run_calls(call("gr_leave"), gas=enough).completed.completion == Left()
    # the call cannot be paid for: all is burned
    done = run_calls(call("gr_leave"), gas=enough - 1)
    assert done.trap == GasLimitExceeded()
    assert (done.burned, done.gas.left) == (enough - 1, 0)
    # the block cannot be paid for: it is not
    block = enough - 7_935_870
    done = run_calls(call("gr_leave"), gas=block - 1)
    assert done.trap == GasLimitExceeded()
    assert (done.burned, done.gas.left) == (LIMITED_CALL + BLOCK, block - 1 - LIMITED_CALL - BLOCK)


def test_the_allowance_of_the_block_ends_first() -> None:
    done = run(module(LOOP), allowance=1_000_000)
    assert isinstance(done.execution, OutOfAllowance)
    assert done.allowance.left == 0
    assert done.burned == 1_000_000
    paid = gas_of(call("gr_leave"))
    for allowance in (paid - 1, paid, paid + 7_935_869):
        done = run_calls(call("gr_leave"), allowance=allowance)
        assert isinstance(done.execution, OutOfAllowance)
        assert done.allowance.left == 0
    done = run_calls(call("gr_leave"), allowance=paid + 7_935_870)
    assert done.completed.completion == Left()
    assert done.allowance.left == 0


def test_if_gas_and_allowance_are_the_same_it_is_the_message_that_fails() -> None:
    done = run(module(LOOP), gas=1_000_000, allowance=1_000_000)
    assert done.trap == GasLimitExceeded()


def test_the_allowance_may_become_the_lesser_one_and_end_first_in_a_page() -> None:
    done = run(module("(i32.store (i32.const 0) (i32.const 1))", stack=False), allowance=10**8)
    assert isinstance(done.execution, OutOfAllowance)
    assert done.allowance.left == 0


RECURSION = "(func $deeper (call $deeper))"
#: 128 parameters of 8 bytes, which the stack limiter does not count where they arrive.
WIDE = f"""(func $wide (param {"i64 " * 100})
    (call $wide {" ".join(f"(local.get {99 - index})" for index in range(100))}))"""


@pytest.mark.parametrize("more", [RECURSION, WIDE], ids=["narrow", "wide"])
def test_recursion_is_stopped_by_the_limiter_not_by_the_engine(more: str) -> None:
    body = "(call $deeper)" if more is RECURSION else f"(call $wide {'(i64.const 3) ' * 100})"
    assert run(module(body, more=more)).trap == StackLimitExceeded()


def test_recursion_that_a_compiler_might_keep_values_for() -> None:
    """What is computed before the call and again behind it is neither a local nor an operand."""
    computed = "".join(
        f"(i64.store offset={8 * each} (i32.const 0) (i64.mul (local.get 0) (i64.const {each})))"
        for each in range(3, 400)
    )
    inner = "(call $deeper (i64.add (local.get 0) (i64.const 1)))"
    more = f"(func $deeper (param i64) {computed} {inner} {computed})"
    assert run(module("(call $deeper (i64.const 1))", more=more)).trap == StackLimitExceeded()


def test_recursion_on_another_thread() -> None:
    ended: list[Run] = []
    thread = threading.Thread(
        target=lambda: ended.append(run(module("(call $deeper)", more=RECURSION)))
    )
    thread.start()
    thread.join()
    assert ended[0].trap == StackLimitExceeded()


def test_recursion_that_keeps_many_values() -> None:
    locals_ = "".join(
        f"(local.set {each} (i64.load offset={8 * each} (i32.const 0)))" for each in range(60)
    )
    used = "".join(
        f"(i64.store offset={8 * each} (i32.const 0) (local.get {each}))" for each in range(60)
    )
    more = f"(func $deeper (local {'i64 ' * 60}) {locals_} (call $deeper) {used})"
    assert run(module("(call $deeper)", more=more)).trap == StackLimitExceeded()


def test_a_function_with_as_many_locals_as_it_may_have() -> None:
    huge = f"(func $huge (local {'i64 ' * MAX_FUNCTION_LOCALS}) (drop (i32.load (i32.const 0)))"
    assert run(module("(call $huge)", more=huge + ")")).completed
    assert run(module("(call $huge)", more=huge + "(call $huge))")).trap == StackLimitExceeded()


@pytest.mark.parametrize("excess", [MAX_UNCOUNTED_OPERANDS, MAX_UNCOUNTED_OPERANDS + 1])
def test_recursion_with_operands_that_the_limiter_does_not_count(excess: int) -> None:
    """In an `else` behind a `then` that returns; the limiter counts what else is in a function."""
    count = excess + ACTIVATION_COST + 1
    more = f"""(table 1 funcref) (elem (i32.const 0) $deeper) (type $kind (func))
        (global $sum (mut i64) (i64.const 0))
        (func $deeper (if (i32.load8_u (i32.const 9)) (then (return)) (else
            {"(i64.load (i32.const 0)) " * (count - 1)}
            (call_indirect (type $kind) (i32.const 0)) {"global.set $sum " * (count - 1)})))"""
    if excess > MAX_UNCOUNTED_OPERANDS:
        with pytest.raises(CompileLimitError, match="UncountedOperands"):
            run(module("(call $deeper)", more=more))
    else:
        assert run(module("(call $deeper)", more=more)).trap == StackLimitExceeded()


@pytest.mark.parametrize(
    "body",
    [
        "unreachable",
        "(drop (i32.div_u (i32.const 1) (i32.const 0)))",
        "(drop (i32.div_s (i32.const -2147483648) (i32.const -1)))",
        "(call_indirect (type $none) (i32.const 0))",
        "(call_indirect (type $none) (i32.const 9))",
        "(i64.store (i32.const -4) (i64.const 0))",
    ],
)
def test_traps_of_webassembly(body: str) -> None:
    more = "(type $none (func)) (table 2 funcref)"
    done = run(module(body, more=more))
    assert done.trap == UnknownTrap()
    assert done.burned + done.gas.left == GAS
    assert done.burned >= LIMITED_CALL + BLOCK


def test_all_the_memory_there_is() -> None:
    body = """(drop (call $alloc (i32.const 32766)))
        (drop (i32.load (i32.const 0x7ffffffc)))
        (i32.store (i32.const 0x3ffffffc) (i32.const 1))"""
    done = run(module(body))
    grown = 1_368_698 + 611_771 + 23 * 32_766
    assert (
        done.burned
        == ENTRY
        + (CONST + 3_113)
        + grown
        + (CONST + 6_194)
        + 28_491_385
        + (2 * CONST + 9_571)
        + 136_879_318
    )
    assert list(done.completed.result.page_updates) == [0x3FFFFFFC // 16384]
    assert done.completed.result.allocations == ((2, 32_767),)


def test_memory_for_which_there_is_no_gas_is_not_allocated() -> None:
    enough = gas_of(call("alloc", 3)) + 1_368_698 + 611_771 + 69
    body = "(i32.store (i32.const 8) (call $alloc (i32.const 3)))"
    store = CONST + 9_571
    done = run(module(body), gas=enough + store)
    assert (done.at(8, 4), done.burned) == (b"\2\0\0\0", enough + store)
    done = run(module(body), gas=enough + store - 1)
    assert done.at(8, 4) == b"\xff\xff\xff\xff"
    assert done.burned == enough + store - 611_771 - 69
    assert done.completed.result.allocations is None


def test_a_loop_that_touches_all_pages_runs_out_of_gas_soon() -> None:
    body = """(local i32) (drop (call $alloc (i32.const 32766)))
        (loop $again (i32.store (local.get 0) (i32.const 1))
            (local.set 0 (i32.add (local.get 0) (i32.const 16384))) (br $again))"""
    done = run(module(body))
    assert done.trap == GasLimitExceeded()
    assert (done.burned, done.gas.left) == (GAS, 0)


@pytest.mark.parametrize(
    "rest",
    [
        '(import "env" "memory" (memory 1 2))',
        '(import "elsewhere" "memory" (memory 1))',
        '(import "env" "storage" (memory 1))',
        '(import "env" "memory" (memory 1)) (import "gear" "gr_leave" (func))',
        # a table that is too small for what is put into it
        '(import "env" "memory" (memory 1)) (table 1 funcref) (elem (i32.const 1) 0)',
    ],
)
def test_what_cannot_be_linked_burns_nothing(rest: str) -> None:
    text = f'(module {rest} (func (export "handle")))'
    dispatch = incoming(context=ContextStore(system_reservation=5))
    done = run(text, dispatch)
    assert done.failed.failure == EnvironmentFailure()
    assert done.burned == 0
    assert done.failed.system_reservation == SystemReservation(None, 5)


def test_what_was_put_aside_survives_a_trap() -> None:
    done = run(module(call("gr_system_reserve_gas", 700, 0).text() + "unreachable"))
    assert isinstance(done.execution, Failed)
    assert done.execution.system_reservation == SystemReservation(700, None)
    assert done.gas.left == GAS - done.burned - 700


def test_imports_in_a_table_are_called_like_others() -> None:
    more = "(type $one (func (param i32))) (table 1 funcref) (elem (i32.const 0) $gr_size)"
    body = "(call_indirect (type $one) (i32.const 256) (i32.const 0))"
    text = module(body, more=more)
    done = run(text.replace("$gr_size))", "$gr_size)"))
    assert done.at(256, 4) == b"\7\0\0\0"
    assert done.burned == ENTRY + 2 * CONST + 31_333 + 715 + 962_155


def test_exports_do_not_get_in_the_way() -> None:
    more = """(global (export "pages") i32 (i32.const 5)) (export "memory" (memory 0))
        (func (export "state"))"""
    assert run(module("", more=more)).completed.completion == Succeeded()
    assert run(module("unreachable", more=more), entry="state").completed


def test_a_wide_memory_access_is_no_way_around_the_charges() -> None:
    # the address wraps around if it is added to the offset in 32 bits; the byte for reading at
    # 2 GiB is that for writing at 0
    for far in ("offset=8 (i32.const -8)", "(i32.const 0x80000000)", "align=1 (i32.const -4)"):
        for access in (f"(drop (i64.load {far}))", f"(loop (drop (i64.load {far})))"):
            done = run(module(f"(i32.store (i32.const 0) (i32.const 1)) {access}", stack=False))
            assert done.trap == UnknownTrap()


def test_kinds_have_their_own_entry_points() -> None:
    more = """(func (export "init") (call $gr_leave)) (func (export "handle_reply") unreachable)"""
    text = module("unreachable", more=more)
    assert run(text, incoming(DispatchKind.INIT)).completed.completion == Left()
    assert run(text, incoming(DispatchKind.REPLY)).trap == UnknownTrap()
