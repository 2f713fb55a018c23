"""The heap of a runtime as WebAssembly code beside it: asking for memory does not leave the engine.

Compiled runtimes ask for memory more often than for anything else. The functions they import lead
through a table to a small module that works on their memory; the host allocates by calling it too.
It does what `allocator` does, which is its readable twin: a test compares the two.

    gate   what the runtime imports; made before it, with a table that is still empty
    heap   the functions behind; made after it, as it imports the runtime's memory
"""

from collections.abc import Callable
from typing import Final

from wasmtime import (
    Engine,
    Global,
    Instance,
    InstancePre,
    Linker,
    Memory,
    Module,
    Store,
    Trap,
    WasmtimeError,
    wat2wasm,
)

from parachain.client.executor.wasm.allocator import (
    ALIGNMENT,
    HEADER_SIZE,
    MAX_ALLOCATION,
    AllocationError,
)
from parachain.client.executor.wasm.blob import HOST_MODULE
from parachain.client.executor.wasm.callbacks import (
    exported_function,
    exported_global,
    exported_table,
    prepared,
)

_ORDERS: Final = 23
_OCCUPIED: Final = "(i64.const 0x100000000)"

#: Why the code has trapped, by the number it leaves behind.
_REASONS: Final = {
    1: f"more than {MAX_ALLOCATION} bytes at once",
    2: "out of memory: the heap has reached the end",
    3: "the list of free blocks leads beyond the memory",
    4: "the list of free blocks leads to one that is in use",
    5: "a pointer that is none of this heap",
    6: "the block is not in use",
    7: "the header of a block is overwritten",
    8: "more is given back than was given out",
}

_GATE: Final = """(module
  (table (export "table") 2 funcref)
  (type $malloc (func (param i32) (result i32)))
  (type $free (func (param i32)))
  (func (export "ext_allocator_malloc_version_1") (param i32) (result i32)
    (call_indirect (type $malloc) (local.get 0) (i32.const 0)))
  (func (export "ext_allocator_free_version_1") (param i32)
    (call_indirect (type $free) (local.get 0) (i32.const 1))))"""


def _switch(arm: Callable[[int], str], result: str) -> str:
    """Choose by $order, which is below the number of size classes."""
    labels = " ".join(f"$l{order}" for order in range(_ORDERS))
    text = f"(br_table {labels} (local.get $order))"
    for order in range(_ORDERS):
        text = f"(block $l{order} {text}) {arm(order)}"
    return f"{text} {result}"


def _heap() -> str:
    heads = "\n".join(f"(global $h{order} (mut i32) (i32.const -1))" for order in range(_ORDERS))
    fail = "(if {1} (then (global.set $error (i32.const {0})) (unreachable)))".format
    size = "(i64.mul (i64.extend_i32_u (memory.size)) (i64.const 65536))"
    end = (
        "(i64.add (i64.extend_i32_u (local.get $header))"
        f" (i64.extend_i32_u (i32.add (local.get $block) (i32.const {HEADER_SIZE}))))"
    )
    get_head = _switch(lambda order: f"(return (global.get $h{order}))", "(unreachable)")
    set_head = _switch(lambda order: f"(global.set $h{order} (local.get $header)) (return)", "")
    return f"""(module
  (import "" "table" (table 2 funcref))
  (import "" "memory" (memory 0))
  (global $error (export "error") (mut i32) (i32.const 0))
  (global $bumper (export "bumper") (mut i32) (i32.const 0))
  (global $allocated (export "allocated") (mut i32) (i32.const 0))
  {heads}
  (elem (i32.const 0) $malloc $free)
  (func $head (param $order i32) (result i32) {get_head})
  (func $set_head (param $order i32) (param $header i32) {set_head})
  (func $malloc (export "malloc") (param $size i32) (result i32)
    (local $order i32) (local $block i32) (local $header i32) (local $found i64)
    {fail(1, f"(i32.gt_u (local.get $size) (i32.const {MAX_ALLOCATION}))")}
    (if (i32.gt_u (local.get $size) (i32.const 8)) (then
      (local.set $order (i32.sub
        (i32.const 29) (i32.clz (i32.sub (local.get $size) (i32.const 1)))))))
    (local.set $block (i32.shl (i32.const 8) (local.get $order)))
    (local.set $header (call $head (local.get $order)))
    (if (i32.eq (local.get $header) (i32.const -1))
      (then
        (local.set $header (global.get $bumper))
        {fail(2, f"(i64.gt_u {end} {size})")}
        (global.set $bumper (i32.wrap_i64 {end})))
      (else
        {fail(3, f"(i64.gt_u {end} {size})")}
        (local.set $found (i64.load align=1 (local.get $header)))
        {fail(4, f"(i64.ne (i64.and (local.get $found) {_OCCUPIED}) (i64.const 0))")}
        (call $set_head (local.get $order) (i32.wrap_i64 (local.get $found)))))
    (i64.store align=1 (local.get $header)
      (i64.or (i64.extend_i32_u (local.get $order)) {_OCCUPIED}))
    (global.set $allocated (i32.add (global.get $allocated)
      (i32.add (local.get $block) (i32.const {HEADER_SIZE}))))
    (i32.add (local.get $header) (i32.const {HEADER_SIZE})))
  (func $free (export "free") (param $pointer i32)
    (local $order i32) (local $block i32) (local $header i32) (local $found i64)
    {fail(5, f"(i32.lt_u (local.get $pointer) (i32.const {HEADER_SIZE}))")}
    {fail(5, f"(i64.gt_u (i64.extend_i32_u (local.get $pointer)) {size})")}
    (local.set $header (i32.sub (local.get $pointer) (i32.const {HEADER_SIZE})))
    (local.set $found (i64.load align=1 (local.get $header)))
    {fail(6, f"(i64.eqz (i64.and (local.get $found) {_OCCUPIED}))")}
    (local.set $order (i32.wrap_i64 (local.get $found)))
    {fail(7, f"(i32.ge_u (local.get $order) (i32.const {_ORDERS}))")}
    (i64.store align=1 (local.get $header) (i64.extend_i32_u (call $head (local.get $order))))
    (call $set_head (local.get $order) (local.get $header))
    (local.set $block (i32.add (i32.shl (i32.const 8) (local.get $order))
      (i32.const {HEADER_SIZE})))
    {fail(8, "(i32.gt_u (local.get $block) (global.get $allocated))")}
    (global.set $allocated (i32.sub (global.get $allocated) (local.get $block)))))"""


class HeapModules:
    """The two modules, compiled for one engine."""

    def __init__(self, engine: Engine) -> None:
        self._gate: InstancePre = Linker(engine).instantiate_pre(
            Module(engine, bytes(wat2wasm(_GATE)))
        )
        self._heap = Module(engine, bytes(wat2wasm(_heap())))

    def open_gate(self, store: Store, linker: Linker) -> Instance:
        """Define in `linker` what a runtime of this store imports, over what was there."""
        gate = self._gate.instantiate(store)
        linker.define_instance(store, HOST_MODULE, gate)
        return gate

    def place(self, store: Store, gate: Instance, memory: Memory, heap_base: int) -> "WasmHeap":
        """Make the heap of the memory from `heap_base` on, behind its gate."""
        table = exported_table(store, gate, "table")
        return WasmHeap(store, Instance(store, self._heap, [table, memory]), heap_base)


class WasmHeap:
    """A heap as `allocator.FreeingBumpAllocator`, but an error ends the call anyway."""

    __slots__ = ("_error", "_free", "_malloc", "_store")

    def __init__(self, store: Store, instance: Instance, heap_base: int) -> None:
        self._store = store
        self._error: Global = exported_global(store, instance, "error")
        self._malloc = prepared(store, exported_function(store, instance, "malloc"))
        self._free = prepared(store, exported_function(store, instance, "free"))
        aligned = (heap_base + ALIGNMENT - 1) & -ALIGNMENT
        exported_global(store, instance, "bumper").set_value(store, aligned)

    def allocate(self, size: int) -> int:
        """Address of a new block of at least `size` bytes. Raises AllocationError."""
        if size > MAX_ALLOCATION:
            raise AllocationError(_REASONS[1])
        try:
            return self._malloc(size)
        except (Trap, WasmtimeError) as trap:
            raise self.failure() or AllocationError(str(trap)) from trap

    def free(self, pointer: int) -> None:
        """Give a block back. Raises AllocationError."""
        try:
            self._free(pointer)
        except (Trap, WasmtimeError) as trap:
            raise self.failure() or AllocationError(str(trap)) from trap

    def failure(self) -> AllocationError | None:
        """Return why the heap has trapped, None if it has not."""
        number = self._error.value(self._store)
        assert isinstance(number, int), "it is an i32"
        return AllocationError(_REASONS[number]) if number else None
