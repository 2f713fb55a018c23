"""All functions that code may import, by name."""

from typing import Final

from parachain.runtime.gear.sandbox import HostFunctions
from parachain.runtime.gear.syscalls import (
    allocating,
    creating,
    ending,
    reading,
    replying,
    reserving,
    sending,
    waiting,
)

_SYSCALLS: Final = (
    *sending.SYSCALLS,
    *replying.SYSCALLS,
    *creating.SYSCALLS,
    *reserving.SYSCALLS,
    *waiting.SYSCALLS,
    *allocating.SYSCALLS,
    *reading.SYSCALLS,
    *ending.SYSCALLS,
)

HOST_FUNCTIONS: Final[HostFunctions] = {call.name: call.function for call in _SYSCALLS}

#: The same, done step by step: for tests, which compare them.
HOST_FUNCTIONS_BY_THE_RULES: Final[HostFunctions] = {
    call.name: call.by_the_rules for call in _SYSCALLS
}
