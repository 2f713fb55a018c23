"""Programs that are measured, as text: what they do is plain, and no compiler is needed."""

from typing import Final

from wasmtime import wat2wasm

#: Answers PING with PONG, as the example of that name; reads its payload and looks at it.
PING: Final = r"""(module
    (import "env" "memory" (memory 1))
    (import "env" "gr_size" (func $gr_size (param i32)))
    (import "env" "gr_read" (func $gr_read (param i32 i32 i32 i32)))
    (import "env" "gr_reply" (func $gr_reply (param i32 i32 i32 i32)))
    (data (i32.const 0) "PONGPING")
    (func (export "init"))
    (func (export "handle")
        (call $gr_size (i32.const 16))
        (if (i32.ne (i32.load (i32.const 16)) (i32.const 4)) (then unreachable))
        (call $gr_read (i32.const 0) (i32.const 4) (i32.const 32) (i32.const 40))
        (if (i32.ne (i32.load (i32.const 32)) (i32.load (i32.const 4))) (then unreachable))
        (call $gr_reply (i32.const 0) (i32.const 4) (i32.const -1) (i32.const 64))))"""

#: Sends PING to the address of its data, so often; drops the replies.
SENDER: Final = r"""(module
    (import "env" "memory" (memory 1))
    (import "env" "gr_send" (func $gr_send (param i32 i32 i32 i32 i32)))
    (data (i32.const 0) "PING")
    (data (i32.const 64) "{target}")
    (func (export "init"))
    (func (export "handle_reply"))
    (func (export "handle") (local $sent i32)
        (loop $next
            (call $gr_send
                (i32.const 64) (i32.const 0) (i32.const 4) (i32.const 0) (i32.const 128))
            (local.set $sent (i32.add (local.get $sent) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $sent) (i32.const {count}))))))"""

#: Fills an array with numbers that look random, sorts it and hashes it, byte by byte.
COMPUTER: Final = r"""(module
    (import "env" "memory" (memory 1))
    (import "env" "gr_reply" (func $gr_reply (param i32 i32 i32 i32)))
    (func (export "init"))
    (func $fill (param $count i32) (local $at i32) (local $number i32)
        (local.set $number (i32.const 12345))
        (loop $next
            (local.set $number (i32.add
                (i32.mul (local.get $number) (i32.const 1103515245)) (i32.const 12345)))
            (i32.store offset=1024
                (i32.shl (local.get $at) (i32.const 2))
                (i32.xor (local.get $number) (i32.shr_u (local.get $number) (i32.const 16))))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $at) (local.get $count)))))
    (func $sort (param $count i32) (local $gap i32) (local $at i32) (local $to i32)
        (local $number i32)
        (local.set $gap (i32.shr_u (local.get $count) (i32.const 1)))
        (loop $gaps
            (local.set $at (local.get $gap))
            (loop $next
                (local.set $number
                    (i32.load offset=1024 (i32.shl (local.get $at) (i32.const 2))))
                (local.set $to (local.get $at))
                (block $placed (loop $move
                    (br_if $placed (i32.lt_u (local.get $to) (local.get $gap)))
                    (br_if $placed (i32.le_u
                        (i32.load offset=1024 (i32.shl
                            (i32.sub (local.get $to) (local.get $gap)) (i32.const 2)))
                        (local.get $number)))
                    (i32.store offset=1024
                        (i32.shl (local.get $to) (i32.const 2))
                        (i32.load offset=1024 (i32.shl
                            (i32.sub (local.get $to) (local.get $gap)) (i32.const 2))))
                    (local.set $to (i32.sub (local.get $to) (local.get $gap)))
                    (br $move)))
                (i32.store offset=1024
                    (i32.shl (local.get $to) (i32.const 2)) (local.get $number))
                (local.set $at (i32.add (local.get $at) (i32.const 1)))
                (br_if $next (i32.lt_u (local.get $at) (local.get $count))))
            (local.set $gap (i32.shr_u (local.get $gap) (i32.const 1)))
            (br_if $gaps (local.get $gap))))
    (func $hash (param $size i32) (result i64) (local $at i32) (local $state i64)
        (local.set $state (i64.const -3750763034362895579))
        (loop $next
            (local.set $state (i64.mul
                (i64.xor (local.get $state) (i64.load8_u offset=1024 (local.get $at)))
                (i64.const 1099511628211)))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $at) (local.get $size))))
        (local.get $state))
    (func (export "handle") (local $round i32)
        (loop $rounds
            (call $fill (i32.const 4096))
            (call $sort (i32.const 4096))
            (i64.store (i32.const 0) (i64.xor
                (i64.load (i32.const 0)) (call $hash (i32.const 16384))))
            (local.set $round (i32.add (local.get $round) (i32.const 1)))
            (br_if $rounds (i32.lt_u (local.get $round) (i32.const {rounds}))))
        (call $gr_reply (i32.const 0) (i32.const 8) (i32.const -1) (i32.const 64))))"""

#: Waits for ever, as far as its gas goes.
WAITER: Final = r"""(module
    (import "env" "memory" (memory 1))
    (import "env" "gr_wait" (func $gr_wait))
    (func (export "init"))
    (func (export "handle") (call $gr_wait)))"""

#: Creates programs of the code of its data, and sends each of them a message with gas.
FACTORY: Final = r"""(module
    (import "env" "memory" (memory 1))
    (import "env" "gr_create_program" (func $gr_create_program
        (param i32 i32 i32 i32 i32 i32 i32)))
    (import "env" "gr_send_wgas" (func $gr_send_wgas (param i32 i32 i32 i64 i32 i32)))
    (data (i32.const 0) "{code}")
    (func (export "init"))
    (func (export "handle_reply"))
    (func (export "handle") (local $made i32)
        (loop $next
            (i32.store (i32.const 64) (local.get $made))
            (call $gr_create_program (i32.const 0) (i32.const 64) (i32.const 4)
                (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 128))
            (if (i32.load (i32.const 128)) (then unreachable))
            (call $gr_send_wgas (i32.const 164) (i32.const 0) (i32.const 0)
                (i64.const {gas}) (i32.const 0) (i32.const 320))
            (if (i32.load (i32.const 320)) (then unreachable))
            (local.set $made (i32.add (local.get $made) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $made) (i32.const {count}))))))"""


def program(text: str, **values: bytes | int) -> bytes:
    """The code of a text, with values in the places that have their names."""
    for name, value in values.items():
        written = value if isinstance(value, int) else "".join(f"\\{byte:02x}" for byte in value)
        text = text.replace("{" + name + "}", str(written))
    return bytes(wat2wasm(text))
