"""Gas of each system call, charged before it does anything.

Source: gear, vara/pallets/gear/src/schedule.rs and weights.rs at spec version 20000.
"""

from typing import Final, NamedTuple

from parachain.primitives.scale import fields, struct
from parachain.primitives.weight import WEIGHT, Weight


class SyscallWeights(NamedTuple):
    """Weight of one call, and of each byte or page it is given."""

    alloc: Weight
    free: Weight
    free_range: Weight
    free_range_per_page: Weight
    gr_reserve_gas: Weight
    gr_unreserve_gas: Weight
    gr_system_reserve_gas: Weight
    gr_gas_available: Weight
    gr_message_id: Weight
    gr_program_id: Weight
    gr_source: Weight
    gr_value: Weight
    gr_value_available: Weight
    gr_size: Weight
    gr_read: Weight
    gr_read_per_byte: Weight
    gr_env_vars: Weight
    gr_block_height: Weight
    gr_block_timestamp: Weight
    gr_random: Weight
    gr_reply_deposit: Weight
    gr_send: Weight
    gr_send_per_byte: Weight
    gr_send_wgas: Weight
    gr_send_wgas_per_byte: Weight
    gr_send_init: Weight
    gr_send_push: Weight
    gr_send_push_per_byte: Weight
    gr_send_commit: Weight
    gr_send_commit_wgas: Weight
    gr_reservation_send: Weight
    gr_reservation_send_per_byte: Weight
    gr_reservation_send_commit: Weight
    gr_reply_commit: Weight
    gr_reply_commit_wgas: Weight
    gr_reservation_reply: Weight
    gr_reservation_reply_per_byte: Weight
    gr_reservation_reply_commit: Weight
    gr_reply_push: Weight
    gr_reply: Weight
    gr_reply_per_byte: Weight
    gr_reply_wgas: Weight
    gr_reply_wgas_per_byte: Weight
    gr_reply_push_per_byte: Weight
    gr_reply_to: Weight
    gr_signal_code: Weight
    gr_signal_from: Weight
    gr_reply_input: Weight
    gr_reply_input_wgas: Weight
    gr_reply_push_input: Weight
    gr_reply_push_input_per_byte: Weight
    gr_send_input: Weight
    gr_send_input_wgas: Weight
    gr_send_push_input: Weight
    gr_send_push_input_per_byte: Weight
    gr_debug: Weight
    gr_debug_per_byte: Weight
    gr_reply_code: Weight
    gr_exit: Weight
    gr_leave: Weight
    gr_wait: Weight
    gr_wait_for: Weight
    gr_wait_up_to: Weight
    gr_wake: Weight
    gr_create_program: Weight
    gr_create_program_payload_per_byte: Weight
    gr_create_program_salt_per_byte: Weight
    gr_create_program_wgas: Weight
    gr_create_program_wgas_payload_per_byte: Weight
    gr_create_program_wgas_salt_per_byte: Weight


#: Of Vara.
SYSCALL_WEIGHTS: Final = SyscallWeights(
    alloc=Weight(1_368_698, 0),
    free=Weight(846_782, 0),
    free_range=Weight(873_826, 0),
    free_range_per_page=Weight(35_668, 0),
    gr_reserve_gas=Weight(1_918_172, 0),
    gr_unreserve_gas=Weight(1_873_602, 0),
    gr_system_reserve_gas=Weight(974_566, 0),
    gr_gas_available=Weight(959_492, 0),
    gr_message_id=Weight(970_380, 0),
    gr_program_id=Weight(951_514, 0),
    gr_source=Weight(959_814, 0),
    gr_value=Weight(936_151, 0),
    gr_value_available=Weight(984_048, 0),
    gr_size=Weight(962_155, 0),
    gr_read=Weight(1_406_423, 0),
    gr_read_per_byte=Weight(162, 0),
    gr_env_vars=Weight(992_225, 0),
    gr_block_height=Weight(1_001_754, 0),
    gr_block_timestamp=Weight(960_966, 0),
    gr_random=Weight(1_668_151, 0),
    gr_reply_deposit=Weight(4_133_750, 0),
    gr_send=Weight(2_467_510, 0),
    gr_send_per_byte=Weight(302, 0),
    gr_send_wgas=Weight(2_504_950, 0),
    gr_send_wgas_per_byte=Weight(300, 0),
    gr_send_init=Weight(1_078_023, 0),
    gr_send_push=Weight(1_755_035, 0),
    gr_send_push_per_byte=Weight(302, 0),
    gr_send_commit=Weight(1_938_302, 0),
    gr_send_commit_wgas=Weight(2_033_886, 0),
    gr_reservation_send=Weight(2_917_265, 0),
    gr_reservation_send_per_byte=Weight(304, 0),
    gr_reservation_send_commit=Weight(2_398_214, 0),
    gr_reply_commit=Weight(24_565_346, 0),
    gr_reply_commit_wgas=Weight(26_699_262, 0),
    gr_reservation_reply=Weight(15_622_176, 0),
    gr_reservation_reply_per_byte=Weight(511, 0),
    gr_reservation_reply_commit=Weight(9_866_788, 0),
    gr_reply_push=Weight(1_530_857, 0),
    gr_reply=Weight(26_327_624, 0),
    gr_reply_per_byte=Weight(503, 0),
    gr_reply_wgas=Weight(24_633_378, 0),
    gr_reply_wgas_per_byte=Weight(513, 0),
    gr_reply_push_per_byte=Weight(504, 0),
    gr_reply_to=Weight(1_046_085, 0),
    gr_signal_code=Weight(1_038_509, 0),
    gr_signal_from=Weight(1_017_360, 0),
    gr_reply_input=Weight(33_962_090, 0),
    gr_reply_input_wgas=Weight(41_166_482, 0),
    gr_reply_push_input=Weight(1_118_619, 0),
    gr_reply_push_input_per_byte=Weight(105, 0),
    gr_send_input=Weight(2_369_529, 0),
    gr_send_input_wgas=Weight(2_455_528, 0),
    gr_send_push_input=Weight(1_270_244, 0),
    gr_send_push_input_per_byte=Weight(93, 0),
    gr_debug=Weight(1_056_804, 0),
    gr_debug_per_byte=Weight(280, 0),
    gr_reply_code=Weight(1_002_478, 0),
    gr_exit=Weight(17_513_156, 0),
    gr_leave=Weight(7_935_870, 0),
    gr_wait=Weight(9_248_904, 0),
    gr_wait_for=Weight(9_231_352, 0),
    gr_wait_up_to=Weight(7_345_560, 0),
    gr_wake=Weight(2_359_007, 0),
    gr_create_program=Weight(3_057_045, 0),
    gr_create_program_payload_per_byte=Weight(226, 0),
    gr_create_program_salt_per_byte=Weight(1_227, 0),
    gr_create_program_wgas=Weight(3_158_869, 0),
    gr_create_program_wgas_payload_per_byte=Weight(239, 0),
    gr_create_program_wgas_salt_per_byte=Weight(1_238, 0),
)

SYSCALL_WEIGHTS_CODEC: Final = struct(
    "pallet_gear::schedule::SyscallWeights",
    SyscallWeights,
    fields(("alloc", WEIGHT), *((name, WEIGHT) for name in SyscallWeights._fields[1:])),
    (("T", None),),
)
