"""Gas of each WebAssembly instruction.

Source: gear, vara/pallets/gear/src/schedule.rs and weights.rs at spec version 20000.
"""

from typing import Final, NamedTuple

from parachain.primitives.scale import U32, fields, struct


class InstructionWeights(NamedTuple):
    """Gas (picoseconds) of one execution, by instruction; `version` names the set."""

    version: int
    i64const: int
    i64load: int
    i32load: int
    i64store: int
    i32store: int
    select: int
    if_: int
    br: int
    br_if: int
    br_table: int
    br_table_per_entry: int
    call: int
    call_indirect: int
    call_indirect_per_param: int
    call_per_local: int
    local_get: int
    local_set: int
    local_tee: int
    global_get: int
    global_set: int
    memory_current: int
    i64clz: int
    i32clz: int
    i64ctz: int
    i32ctz: int
    i64popcnt: int
    i32popcnt: int
    i64eqz: int
    i32eqz: int
    i32extend8s: int
    i32extend16s: int
    i64extend8s: int
    i64extend16s: int
    i64extend32s: int
    i64extendsi32: int
    i64extendui32: int
    i32wrapi64: int
    i64eq: int
    i32eq: int
    i64ne: int
    i32ne: int
    i64lts: int
    i32lts: int
    i64ltu: int
    i32ltu: int
    i64gts: int
    i32gts: int
    i64gtu: int
    i32gtu: int
    i64les: int
    i32les: int
    i64leu: int
    i32leu: int
    i64ges: int
    i32ges: int
    i64geu: int
    i32geu: int
    i64add: int
    i32add: int
    i64sub: int
    i32sub: int
    i64mul: int
    i32mul: int
    i64divs: int
    i32divs: int
    i64divu: int
    i32divu: int
    i64rems: int
    i32rems: int
    i64remu: int
    i32remu: int
    i64and: int
    i32and: int
    i64or: int
    i32or: int
    i64xor: int
    i32xor: int
    i64shl: int
    i32shl: int
    i64shrs: int
    i32shrs: int
    i64shru: int
    i32shru: int
    i64rotl: int
    i32rotl: int
    i64rotr: int
    i32rotr: int


#: Version 2000.
INSTRUCTION_WEIGHTS: Final = InstructionWeights(
    version=2_000,
    i64const=539,
    i64load=4_950,
    i32load=6_194,
    i64store=8_649,
    i32store=9_571,
    select=2_359,
    if_=4_660,
    br=75,
    br_if=2_817,
    br_table=14_024,
    br_table_per_entry=101,
    call=3_113,
    call_indirect=31_333,
    call_indirect_per_param=715,
    call_per_local=0,
    local_get=766,
    local_set=1_569,
    local_tee=1_917,
    global_get=647,
    global_set=982,
    memory_current=342,
    i64clz=785,
    i32clz=310,
    i64ctz=931,
    i32ctz=375,
    i64popcnt=881,
    i32popcnt=394,
    i64eqz=1_591,
    i32eqz=976,
    i32extend8s=310,
    i32extend16s=321,
    i64extend8s=936,
    i64extend16s=978,
    i64extend32s=680,
    i64extendsi32=277,
    i64extendui32=226,
    i32wrapi64=627,
    i64eq=2_003,
    i32eq=1_199,
    i64ne=1_895,
    i32ne=1_117,
    i64lts=2_232,
    i32lts=1_099,
    i64ltu=1_793,
    i32ltu=1_175,
    i64gts=1_743,
    i32gts=1_320,
    i64gtu=1_714,
    i32gtu=1_052,
    i64les=1_754,
    i32les=1_242,
    i64leu=2_914,
    i32leu=1_298,
    i64ges=2_305,
    i32ges=1_167,
    i64geu=1_722,
    i32geu=1_184,
    i64add=1_062,
    i32add=460,
    i64sub=1_165,
    i32sub=439,
    i64mul=1_240,
    i32mul=506,
    i64divs=2_715,
    i32divs=1_028,
    i64divu=1_949,
    i32divu=716,
    i64rems=8_224,
    i32rems=5_862,
    i64remu=2_082,
    i32remu=898,
    i64and=1_074,
    i32and=422,
    i64or=1_014,
    i32or=540,
    i64xor=1_688,
    i32xor=520,
    i64shl=867,
    i32shl=497,
    i64shrs=939,
    i32shrs=407,
    i64shru=840,
    i32shru=314,
    i64rotl=879,
    i32rotl=310,
    i64rotr=1_083,
    i32rotr=273,
)

INSTRUCTION_WEIGHTS_CODEC: Final = struct(
    "pallet_gear::schedule::InstructionWeights",
    InstructionWeights,
    fields(
        ("version", U32),
        *((name.replace("if_", "r#if"), U32) for name in InstructionWeights._fields[1:]),
    ),
    (("T", None),),
)
