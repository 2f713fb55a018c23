"""Limits on programs.

Source: gear, vara/pallets/gear/src/schedule.rs and weights.rs at spec version 20000.
"""

from typing import Final, NamedTuple, Optional

from parachain.primitives.scale import U16, U32, fields, option, struct


class Limits(NamedTuple):
    """Most that a program may have.

    Not enforced, as in the reference: globals, locals, table_size, br_table_size, subject_len,
    call_depth.
    """

    stack_height: Optional[int]
    globals: int
    locals: int
    parameters: int
    memory_pages: int
    table_size: int
    br_table_size: int
    subject_len: int
    call_depth: int
    payload_len: int
    code_len: int
    data_segments_amount: int
    type_section_len: int


#: Of Vara.
LIMITS: Final = Limits(
    stack_height=36_743,
    globals=256,
    locals=1_024,
    parameters=128,
    memory_pages=32_768,
    table_size=4_096,
    br_table_size=256,
    subject_len=32,
    call_depth=32,
    payload_len=8_388_608,
    code_len=524_288,
    data_segments_amount=1_024,
    type_section_len=20_480,
)

LIMITS_CODEC: Final = struct(
    "pallet_gear::schedule::Limits",
    Limits,
    fields(
        ("stack_height", option(U32)),
        ("globals", U32),
        ("locals", U32),
        ("parameters", U32),
        ("memory_pages", U16),
        ("table_size", U32),
        ("br_table_size", U32),
        ("subject_len", U32),
        ("call_depth", U32),
        ("payload_len", U32),
        ("code_len", U32),
        ("data_segments_amount", U32),
        ("type_section_len", U32),
    ),
)
