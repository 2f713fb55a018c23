;; Replies PONG to every message.
(module
  (import "env" "memory" (memory 1))
  (import "env" "gr_reply" (func $reply (param i32 i32 i32 i32)))
  (data (i32.const 0) "PONG")
  ;; payload at 0, 4 bytes, no value, result at 16
  (func $pong (call $reply (i32.const 0) (i32.const 4) (i32.const -1) (i32.const 16)))
  (export "init" (func $pong))
  (export "handle" (func $pong)))
