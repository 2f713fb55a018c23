"""What an uploaded code must keep, each rule by a code that breaks only that one.

The topics are those of the reference's tests (protocol/core, code).
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.runtime.gear.code import errors
from parachain.runtime.gear.code.code import Code, new_code
from parachain.runtime.gear.code.syscalls import SYSCALLS
from parachain.runtime.gear.dispatch import DispatchKind
from parachain.runtime.gear.schedule import SCHEDULE
from parachain.runtime.gear.wasm.leb128 import unsigned
from tests.runtime.gear.code.text_format import wasm

MEMORY = '(import "env" "memory" (memory 1))'
INIT = '(func (export "init"))'
VALID = f"(module {MEMORY} {INIT})"


def upload(text: str) -> Code:
    return new_code(wasm(text), SCHEDULE)


def stack_end(value: str, pages: int = 2) -> str:
    return f"""(module (import "env" "memory" (memory {pages})) {INIT}
        (global (export "__gear_stack_end") i32 {value}))"""


REFUSED = {
    "no_memory_import": (
        f'(module (type (func)) (import "env" "gr_leave" (func)) {INIT})',
        errors.StaticMemoryError,
        "EntryNotFound",
    ),
    "own_memory_is_no_import": (
        f"""(module (type (func)) (import "env" "gr_leave" (func))
        (memory 1) {INIT})""",
        errors.StaticMemoryError,
        "EntryNotFound",
    ),
    "no_import_section": (f"(module (memory 1) {INIT})", errors.SectionError, "NotFound"),
    "too_many_static_pages": (
        f'(module (import "env" "memory" (memory 32769)) {INIT})',
        errors.StaticMemoryError,
        "InvalidStaticPageCount",
    ),
    "stack_end_initialization": (
        f"""(module (import "env" "g" (global i32)) {MEMORY} {INIT}
        (global (export "__gear_stack_end") i32 (global.get 0)))""",
        errors.StackEndError,
        "Initialization",
    ),
    "stack_end_not_aligned": (stack_end("(i32.const 65537)"), errors.StackEndError, "NotAligned"),
    "stack_end_out_of_static_memory": (
        stack_end("(i32.const 196608)"),
        errors.StackEndError,
        "OutOfStatic",
    ),
    "stack_end_is_imported": (
        f"""(module (import "env" "g" (global i32)) {MEMORY} {INIT}
        (export "__gear_stack_end" (global 0)))""",
        errors.ExportError,
        "ExportReferencesToImportGlobal",
    ),
    "data_segment_initialization": (
        f"""(module (import "env" "g" (global i32)) {MEMORY} {INIT}
        (data (global.get 0) "x"))""",
        errors.DataSectionError,
        "Initialization",
    ),
    "data_segment_stack_overlaps": (
        stack_end('(i32.const 65536)) (data (i32.const 65535) "x"'),
        errors.DataSectionError,
        "GearStackOverlaps",
    ),
    "empty_data_segment_stack_overlaps": (
        stack_end('(i32.const 65536)) (data (i32.const 0) ""'),
        errors.DataSectionError,
        "GearStackOverlaps",
    ),
    "data_segment_end_address_overflow": (
        f'(module {MEMORY} {INIT} (data (i32.const 0xffffffff) "gear"))',
        errors.DataSectionError,
        "EndAddressOverflow",
    ),
    "data_segment_out_of_static": (
        f'(module {MEMORY} {INIT} (data (i32.const 65535) "ge"))',
        errors.DataSectionError,
        "EndAddressOutOfStaticMemory",
    ),
    "too_many_data_segments": (
        f"(module {MEMORY} {INIT} {'(data (i32.const 0))' * 1025})",
        errors.DataSectionError,
        "DataSegmentsAmountLimit",
    ),
    "mutable_global_export": (
        f'(module {MEMORY} {INIT} (global (export "g") (mut i32) (i32.const 0)))',
        errors.ExportError,
        "MutableGlobalExport",
    ),
    "imported_global_export": (
        f"""(module (import "env" "g" (global i32)) {MEMORY} {INIT}
        (export "g" (global 0)))""",
        errors.ExportError,
        "ExportReferencesToImportGlobal",
    ),
    "start_section": (
        f"(module {MEMORY} {INIT} (func $s) (start $s))",
        errors.SectionError,
        "NotSupported",
    ),
    "no_type_section": (f"(module {MEMORY})", errors.SectionError, "NotFound: type"),
    "no_function_section": (
        f"(module (type (func)) {MEMORY})",
        errors.SectionError,
        "NotFound: function",
    ),
    "no_export_section": (f"(module {MEMORY} (func))", errors.SectionError, "NotFound: export"),
    "reject_incorrect_export": (
        f'(module {MEMORY} {INIT} (func (export "this_is_no_entry")))',
        errors.ExportError,
        "ExcessExport",
    ),
    "required_fn_not_found": (
        f'(module {MEMORY} (func (export "handle_signal")))',
        errors.ExportError,
        "RequiredExportNotFound",
    ),
    "stack_end_as_function": (
        f'(module {MEMORY} {INIT} (func (export "__gear_stack_end")))',
        errors.ExportError,
        "ExcessExport",
    ),
    "export_with_parameters": (
        f'(module {MEMORY} (func (export "init") (param i32)))',
        errors.ExportError,
        "InvalidExportFnSignature",
    ),
    "export_with_result": (
        f'(module {MEMORY} (func (export "init") (result i32) i32.const 0))',
        errors.ExportError,
        "InvalidExportFnSignature",
    ),
    "export_to_imported_function": (
        f"""(module {MEMORY} (import "env" "gr_leave" (func)) (func)
        (export "init" (func 0)))""",
        errors.ExportError,
        "ExportReferencesToImportFunction",
    ),
    "unknown_import": (
        f'(module {MEMORY} (import "env" "unknown" (func)) {INIT})',
        errors.ImportedItemError,
        "UnknownImport",
    ),
    "system_break_is_not_for_programs": (
        f'(module {MEMORY} (import "env" "gr_system_break" (func (param i32))) {INIT})',
        errors.ImportedItemError,
        "UnknownImport",
    ),
    "duplicate_import": (
        f"""(module {MEMORY} (import "env" "gr_leave" (func))
        (import "other" "gr_leave" (func)) {INIT})""",
        errors.ImportedItemError,
        "DuplicateImport",
    ),
    "invalid_import_fn_signature": (
        f'(module {MEMORY} (import "env" "alloc" (func (param i32))) {INIT})',
        errors.ImportedItemError,
        "InvalidImportFnSignature",
    ),
    "unexpected_import_kind_global": (
        f'(module (import "env" "g" (global i32)) {MEMORY} {INIT})',
        errors.ImportedItemError,
        "UnexpectedImportKind",
    ),
    "unexpected_import_kind_table": (
        f'(module (import "env" "t" (table 1 funcref)) {MEMORY} {INIT})',
        errors.ImportedItemError,
        "UnexpectedImportKind",
    ),
    "too_many_parameters": (
        f"(module {MEMORY} {INIT} (type (func (param {'i32 ' * 128}) (result i32))))",
        errors.TypeSectionError,
        "ParametersPerTypeLimitExceeded",
    ),
    "type_section_too_long": (
        f"(module {MEMORY} {INIT} {('(type (func (param ' + 'i64 ' * 128 + ')))') * 157})",
        errors.TypeSectionError,
        "LengthLimitExceeded",
    ),
    "memory_grow": (
        f'(module {MEMORY} (func (export "init") i32.const 1 memory.grow drop))',
        errors.InstrumentationError,
        "GasInjection",
    ),
    "export_named_as_the_gas": (
        f'(module {MEMORY} {INIT} (global (export "gear_gas") i32 (i32.const 0)))',
        errors.InstrumentationError,
        "GasGlobalAlreadyExists",
    ),
    "floats": (f"(module {MEMORY} {INIT} (func (param f32)))", errors.ValidationError, "0x7d"),
    "float_instructions": (
        f"(module {MEMORY} {INIT} (func f64.const 0 drop))",
        errors.ValidationError,
        "0x44",
    ),
    "bulk_memory": (
        f"(module {MEMORY} {INIT} (func i32.const 0 i32.const 0 i32.const 0 memory.fill))",
        errors.ValidationError,
        "0xfc",
    ),
    "multi_value": (
        f"(module {MEMORY} {INIT} (func (result i32 i32) unreachable))",
        errors.ValidationError,
        "2 entries",
    ),
    "two_memories": (
        f"(module {MEMORY} (memory 1) {INIT})",
        errors.ValidationError,
        "more than one",
    ),
    "two_tables": (
        f"(module {MEMORY} (table 1 funcref) (table 1 funcref) {INIT})",
        errors.ValidationError,
        "2 entries",
    ),
    "passive_data": (f'(module {MEMORY} {INIT} (data "x"))', errors.ModuleError, "PassiveDataKind"),
    "passive_element": (
        f"(module {MEMORY} {INIT} (elem func 0))",
        errors.ModuleError,
        "NonActiveElementKind",
    ),
    "declared_element": (
        f"(module {MEMORY} {INIT} (elem declare func 0))",
        errors.ModuleError,
        "NonActiveElementKind",
    ),
    "element_expressions": (
        f"""(module {MEMORY} {INIT} (table 1 funcref)
        (elem (i32.const 0) funcref (ref.null func)))""",
        errors.ModuleError,
        "ElementExpressions",
    ),
    "type_mismatch": (
        f'(module {MEMORY} (func (export "init") i32.const 1))',
        errors.ValidationError,
        "values remaining",
    ),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused(name: str) -> None:
    text, kind, reason = REFUSED[name]
    with pytest.raises(errors.CodeError, match=reason) as refused:
        upload(text)
    assert type(refused.value) is kind


@pytest.mark.parametrize(
    "text",
    [
        VALID,
        f'(module {MEMORY} (func (export "handle")))',
        f"""(module {MEMORY} (func (export "init")) (func (export "handle"))
        (func (export "handle_reply")) (func (export "handle_signal")) (func (export "state"))
        (func (export "metahash")))""",
        f'(module {MEMORY} {INIT} (export "whatever" (memory 0)) (table (export "t") 1 funcref))',
        f'(module {MEMORY} {INIT} (global (export "g") i32 (i32.const 0)))',
        f'(module {MEMORY} (import "other" "gr_leave" (func)) {INIT})',
        f'(module {MEMORY} {INIT} (data (i32.const 65535) "x"))',
        f'(module {MEMORY} {INIT} (data (i32.const 0xffffffff) ""))',
        f"(module {MEMORY} {INIT} {'(data (i32.const 0))' * 1024})",
        f"(module {MEMORY} {INIT} (type (func (param {'i32 ' * 127}) (result i32))))",
        f'(module (import "env" "memory" (memory 32768 65536)) {INIT})',
        stack_end('(i32.const 131072)) (data (i32.const 0x20000) ""'),
    ],
)
def test_accepted(text: str) -> None:
    upload(text)


@pytest.mark.parametrize("name", sorted(SYSCALLS))
def test_every_syscall_can_be_imported_by_its_signature_alone(name: str) -> None:
    params, results = (
        [{0x7F: "i32", 0x7E: "i64"}[kind] for kind in part] for part in SYSCALLS[name]
    )
    types = f"(param {' '.join(params)}) (result {' '.join(results)})"
    upload(f'(module {MEMORY} (import "env" "{name}" (func {types})) {INIT})')
    with pytest.raises(errors.ImportedItemError, match="InvalidImportFnSignature"):
        upload(f'(module {MEMORY} (import "env" "{name}" (func (param i64) {types})) {INIT})')


def test_there_are_55_syscalls() -> None:
    assert len(SYSCALLS) == 55


def test_metadata() -> None:
    code = upload(f"""(module (import "env" "memory" (memory 17)) {INIT}
        (func (export "handle_reply")) (func (export "state"))
        (global (export "__gear_stack_end") i32 (i32.const 1048576)))""")
    assert code.metadata.exports == (DispatchKind.INIT, DispatchKind.REPLY)
    assert (code.metadata.static_pages, code.metadata.stack_end) == (17, 16)
    assert code.metadata.original_code_len == len(code.original)
    assert code.metadata.weights_version == 2000
    assert code.metadata.instrumented_code_len == len(code.instrumented.bytes)
    assert b"__gear_stack_end" not in code.instrumented.bytes


def test_stack_end_of_another_kind_stays() -> None:
    code = upload(f'(module {MEMORY} {INIT} (export "__gear_stack_end" (memory 0)))')
    assert code.metadata.stack_end is None
    assert b"__gear_stack_end" in code.instrumented.bytes


def test_custom_sections_are_dropped_and_names_are_kept() -> None:
    custom = b"\0" + unsigned(5) + b"\x04sail"
    code = new_code(wasm(f'(module $m {MEMORY} (func $f (export "init")))') + custom, SCHEDULE)
    assert b"sail" not in code.instrumented.bytes
    # $f was function 0 and is 1; the module's name is as it was
    names = b"\x00\x02\x01m" + b"\x01\x04\x01\x01\x01f"
    assert code.instrumented.bytes.endswith(b"\x00\x0f\x04name" + names)


def test_code_too_large() -> None:
    filled = wasm(VALID) + b"\0" + unsigned(524_288 - len(wasm(VALID)) - 4)
    exact = filled + b"\x01x" + bytes(524_288 - len(filled) - 2)
    assert len(exact) == 524_288
    new_code(exact, SCHEDULE)
    with pytest.raises(errors.CodeTooLarge):
        new_code(exact + b"\0", SCHEDULE)


def test_instrumented_code_too_large() -> None:
    calls = "call 0 " * 17_000
    with pytest.raises(errors.CodeTooLarge, match="limit is 524288"):
        upload(f'(module {MEMORY} (func (export "init") {calls}))')


def test_name_section_in_disorder_is_refused() -> None:
    broken = wasm(VALID) + b"\0\x07\x04name\x01\x05"
    with pytest.raises(errors.ModuleError, match="name section"):
        new_code(broken, SCHEDULE)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_code_error(data: bytes) -> None:
    with pytest.raises(errors.CodeError):
        new_code(b"\0asm\x01\0\0\0" + data, SCHEDULE)
