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

HOST_FUNCTIONS: Final[HostFunctions] = dict(
    (
        *sending.SYSCALLS,
        *replying.SYSCALLS,
        *creating.SYSCALLS,
        *reserving.SYSCALLS,
        *waiting.SYSCALLS,
        *allocating.SYSCALLS,
        *reading.SYSCALLS,
        *ending.SYSCALLS,
    )
)
