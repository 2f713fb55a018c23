"""The functions that a program may import, with their signatures.

Source: gear, protocol/wasm-instrument/src/syscalls.rs, at version 2.0.0. What they do is not here.
"""

from typing import Dict, Final

from parachain.runtime.gear.wasm.module import FunctionType
from parachain.runtime.gear.wasm.opcodes import I32, I64

#: Parameters by name, 4 for i32 and 8 for i64; the system calls without the prefix "gr_".
_MESSAGING: Final = {
    "send": "44444",
    "send_wgas": "444844",
    "send_commit": "4444",
    "send_commit_wgas": "44844",
    "send_init": "4",
    "send_push": "4444",
    "send_input": "44444",
    "send_input_wgas": "444844",
    "send_push_input": "4444",
    "reservation_send": "44444",
    "reservation_send_commit": "4444",
    "reply": "4444",
    "reply_wgas": "44844",
    "reply_commit": "44",
    "reply_commit_wgas": "844",
    "reply_push": "444",
    "reply_input": "4444",
    "reply_input_wgas": "44844",
    "reply_push_input": "444",
    "reservation_reply": "4444",
    "reservation_reply_commit": "44",
    "create_program": "4444444",
    "create_program_wgas": "44444844",
    "reply_deposit": "484",
}
_CONTEXT: Final = {
    "read": "4444",
    "size": "4",
    "message_id": "4",
    "program_id": "4",
    "source": "4",
    "value": "4",
    "value_available": "4",
    "gas_available": "4",
    "reply_to": "4",
    "reply_code": "4",
    "signal_from": "4",
    "signal_code": "4",
    "env_vars": "44",
    "block_height": "4",
    "block_timestamp": "4",
    "random": "44",
}
_CONTROL: Final = {
    "exit": "4",
    "leave": "",
    "wait": "",
    "wait_for": "4",
    "wait_up_to": "4",
    "wake": "444",
    "panic": "44",
    "oom_panic": "",
    "debug": "44",
    "reserve_gas": "844",
    "unreserve_gas": "44",
    "system_reserve_gas": "84",
}
#: Of the allocator; these return an i32.
_ALLOCATION: Final = {"alloc": "4", "free": "4", "free_range": "44"}


def _params(sizes: str) -> bytes:
    return bytes([I64 if size == "8" else I32 for size in sizes])


def _syscalls() -> Dict[str, FunctionType]:
    listed = {**_MESSAGING, **_CONTEXT, **_CONTROL}
    found = {"gr_" + name: FunctionType(_params(sizes), b"") for name, sizes in listed.items()}
    for name, sizes in _ALLOCATION.items():
        found[name] = FunctionType(_params(sizes), bytes((I32,)))
    return found


#: Signature by name of the import.
SYSCALLS: Final = _syscalls()
