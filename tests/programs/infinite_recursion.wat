;; Calls itself without end.
(module
  (import "env" "memory" (memory 1))
  (func (export "init"))
  (func $deeper (param i64) (result i64)
    (i64.add (i64.const 1) (call $deeper (local.get 0))))
  (func (export "handle") (drop (call $deeper (i64.const 0)))))
