;; Its stack is the first page, which is neither stored nor charged; the data lies above it.
(module
  (import "env" "memory" (memory 2))
  (import "env" "gr_reply" (func $reply (param i32 i32 i32 i32)))
  (global (export "__gear_stack_end") i32 (i32.const 65536))
  (data (i32.const 65536) "data")
  (func (export "init")
    (i32.store (i32.const 1024) (i32.const 7)))
  (func (export "handle")
    (i32.store (i32.const 65540) (i32.add (i32.load (i32.const 65540)) (i32.const 1)))
    (call $reply (i32.const 65536) (i32.const 8) (i32.const -1) (i32.const 0))))
