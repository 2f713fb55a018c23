"""Random traffic between programs and users: it ends, and nothing is lost.

The scene checks after every block that gas and value add up.
"""

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.pallets import gear
from parachain.runtime.pallets.gear_messenger.declarations import mailboxes
from tests.runtime.pallets.gear_pallet.blocks import PALLETS, Blocks
from tests.runtime.pallets.gear_pallet.programs import DATA, RESULT, program, reply, syscall
from tests.runtime.pallets.gear_pallet.traffic import TO, upload
from tests.runtime.pallets.scene import ALICE, BOB, UNIT

#: A program sends a message to its source, or to BOB, in one of these ways, then ends in another.
SENDS = (
    "",
    syscall("gr_source", TO) + syscall("gr_send", TO, DATA, 0, 0, RESULT),
    syscall("gr_source", TO) + syscall("gr_send_wgas", TO, DATA, 0, 900_000_000, 0, RESULT),
    syscall("gr_source", TO) + syscall("gr_send", TO, DATA, 0, 2, RESULT),
    syscall("gr_program_id", TO) + syscall("gr_send_wgas", TO, DATA, 0, 400_000_000, 1, RESULT),
    syscall("gr_send_wgas", TO, DATA, 0, 4_000, 0, RESULT),
    syscall("gr_reserve_gas", 10_000, 2, RESULT),
    syscall("gr_system_reserve_gas", 300_000_000, RESULT),
)
ENDS = (
    "",
    reply(4),
    "unreachable",
    syscall("gr_wait_for", 2),
    syscall("gr_wait_up_to", 3),
    syscall("gr_exit", TO),
    "(loop (br 0))",
)
_PROGRAMS = st.tuples(st.sampled_from(SENDS), st.sampled_from(SENDS), st.sampled_from(ENDS))
_ACTIONS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from((0, 200_000_000, 3_000_000_000)),
        st.sampled_from((0, 1, UNIT)),
        st.integers(0, 2),
    ),
    max_size=6,
)


@settings(max_examples=40)
@given(programs=st.lists(_PROGRAMS, min_size=3, max_size=3), actions=_ACTIONS)
def test_storm(programs: list[tuple[str, str, str]], actions: list[Any]) -> None:
    for index, pallet in PALLETS.items():
        pallet.index = index
    blocks = Blocks()
    data = bytes(32) + BOB + (7).to_bytes(16, "little")
    addresses = [
        upload(
            blocks,
            program(handle=first + second + end, handle_reply="", handle_signal="", data=data),
            bytes([number]),
        )
        for number, (first, second, end) in enumerate(programs)
    ]
    for target, gas, value, rest in actions:
        with suppress(DispatchFailed):  # the program has ended
            blocks.call(gear.send_message(addresses[target], b"", gas, value, True), ALICE)
        blocks.next(rest)
        for (user, message), _ in mailboxes.iterate(blocks.ext):
            if user == BOB and rest:
                blocks.call(gear.claim_value(message), BOB)
    blocks.next(12)
