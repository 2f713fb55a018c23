"""Sign extension written in shifts: the same results, and nothing else touched."""

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wasmtime import Engine, Func, Instance, Module, Store, wat2wasm

from runtime_wasm.builder.leb128 import HEADER, sections, sized
from runtime_wasm.builder.sign_extension import (
    SHIFTS,
    UnknownInstructionError,
    without_sign_extension,
)
from runtime_wasm.builder.snapshot import CODE

_NARROW = (("i32", 8), ("i32", 16), ("i64", 8), ("i64", 16), ("i64", 32))
_NAMES = [f"{kind}.extend{bits}_s" for kind, bits in _NARROW]

_EVERY_KIND = bytes(
    wat2wasm(
        """(module (memory 1) (table 1 funcref) (global $g (mut i32) (i32.const 0))
      (func $f (param i32 f64) (result i32) (local i64 i64 f32)
        (block (block (br_table 0 1 0 (local.get 0))))
        (loop (br_if 0 (i32.const 0)))
        (drop (f32.const 1e-45)) (drop (f64.const -2.5e300))
        (drop (i64.const -9223372036854775808))
        (i64.store offset=1000000 (memory.size)
          (i64.load8_s offset=129 (memory.grow (i32.const 0))))
        (global.set $g (if (result i32) (local.get 0) (then (i32.const -65)) (else (i32.const 1))))
        (drop (call_indirect (param i32 f64) (result i32)
          (global.get $g) (f64.const 0) (i32.const 0)))
        (drop (i64.trunc_f64_s (local.get 1)))
        (return (call $f (i32.const 0xc0c0) (f64.const 3)))))"""
    )
)


def _rewritten(module: bytes) -> bytes:
    out = HEADER
    for kind, body in sections(module):
        out += bytes((kind,)) + sized(without_sign_extension(body) if kind == CODE else body)
    return out


def _module() -> bytes:
    functions = "".join(
        f'(func (export "{name}") (param {name[:3]}) (result {name[:3]}) ({name} (local.get 0)))'
        for name in _NAMES
    )
    return bytes(wat2wasm(f"(module {functions})"))


Functions = list[tuple[int, int, Callable[[int], int]]]


@pytest.fixture(scope="module")
def functions() -> Functions:
    """Width of the type, bits that are extended, and the function."""
    rewritten = _rewritten(_module())
    assert not SHIFTS.keys() & set(dict(sections(rewritten))[CODE])
    store = Store(Engine())
    exports = Instance(store, Module(store.engine, rewritten), []).exports(store)
    return [
        (int(kind[1:]), bits, partial(_func(exports[name]), store))
        for (kind, bits), name in zip(_NARROW, _NAMES, strict=True)
    ]


def _func(exported: object) -> Func:
    assert isinstance(exported, Func)
    return exported


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_the_shifts_extend_the_sign(functions: Functions, value: int) -> None:
    for width, bits, function in functions:
        assert function(_signed(value, width)) == _signed(value, bits)


def _signed(value: int, bits: int) -> int:
    """The value of the lowest bits."""
    low = value & (1 << bits) - 1
    return low - (1 << bits) if low >> bits - 1 else low


def test_other_code_stays_as_it_is() -> None:
    assert _rewritten(_EVERY_KIND) == _EVERY_KIND


def test_newer_instructions_are_refused() -> None:
    module = bytes(wat2wasm("(module (func (drop (i32.trunc_sat_f32_s (f32.const 1)))))"))
    with pytest.raises(UnknownInstructionError, match="0xfc"):
        _rewritten(module)
