"""Weights of memory, rent, storage, tasks, instantiation and instrumentation.

Source: gear, vara/pallets/gear/src/schedule.rs and weights.rs at spec version 20000.
"""

from typing import Final, NamedTuple

from parachain.primitives.scale import fields, struct
from parachain.primitives.weight import WEIGHT, Weight


class MemoryWeights(NamedTuple):
    """Weight of the first access to a page of memory, and of growing it."""

    lazy_pages_signal_read: Weight
    lazy_pages_signal_write: Weight
    lazy_pages_signal_write_after_read: Weight
    lazy_pages_host_func_read: Weight
    lazy_pages_host_func_write: Weight
    lazy_pages_host_func_write_after_read: Weight
    load_page_data: Weight
    upload_page_data: Weight
    mem_grow: Weight
    mem_grow_per_page: Weight
    parachain_read_heuristic: Weight


#: Of Vara; the effective costs of pages also count the upload of what is written.
MEMORY_WEIGHTS: Final = MemoryWeights(
    lazy_pages_signal_read=Weight(28_491_385, 0),
    lazy_pages_signal_write=Weight(34_056_454, 0),
    lazy_pages_signal_write_after_read=Weight(9_410_406, 0),
    lazy_pages_host_func_read=Weight(29_807_270, 0),
    lazy_pages_host_func_write=Weight(35_496_571, 0),
    lazy_pages_host_func_write_after_read=Weight(10_638_755, 0),
    load_page_data=Weight(10_014_933, 0),
    upload_page_data=Weight(102_822_864, 0),
    mem_grow=Weight(611_771, 0),
    mem_grow_per_page=Weight(23, 0),
    parachain_read_heuristic=Weight(0, 0),
)

MEMORY_WEIGHTS_CODEC: Final = struct(
    "pallet_gear::schedule::MemoryWeights",
    MemoryWeights,
    fields(
        ("lazy_pages_signal_read", WEIGHT),
        ("lazy_pages_signal_write", WEIGHT),
        ("lazy_pages_signal_write_after_read", WEIGHT),
        ("lazy_pages_host_func_read", WEIGHT),
        ("lazy_pages_host_func_write", WEIGHT),
        ("lazy_pages_host_func_write_after_read", WEIGHT),
        ("load_page_data", WEIGHT),
        ("upload_page_data", WEIGHT),
        ("mem_grow", WEIGHT),
        ("mem_grow_per_page", WEIGHT),
        ("parachain_read_heuristic", WEIGHT),
    ),
    (("T", None),),
)


class RentWeights(NamedTuple):
    """Gas for keeping something for one block; `mailbox_threshold` is the least to be mailed."""

    waitlist: Weight
    dispatch_stash: Weight
    reservation: Weight
    mailbox: Weight
    mailbox_threshold: Weight


#: Of Vara.
RENT_WEIGHTS: Final = RentWeights(
    waitlist=Weight(100, 0),
    dispatch_stash=Weight(100, 0),
    reservation=Weight(100, 0),
    mailbox=Weight(100, 0),
    mailbox_threshold=Weight(3_000, 0),
)

RENT_WEIGHTS_CODEC: Final = struct(
    "pallet_gear::schedule::RentWeights",
    RentWeights,
    fields(
        ("waitlist", WEIGHT),
        ("dispatch_stash", WEIGHT),
        ("reservation", WEIGHT),
        ("mailbox", WEIGHT),
        ("mailbox_threshold", WEIGHT),
    ),
    (("T", None),),
)


class DbWeights(NamedTuple):
    """Weight of storage access."""

    read: Weight
    read_per_byte: Weight
    write: Weight
    write_per_byte: Weight


#: Of Vara.
DB_WEIGHTS: Final = DbWeights(
    read=Weight(25_000_000, 0),
    read_per_byte=Weight(501, 0),
    write=Weight(100_000_000, 0),
    write_per_byte=Weight(172, 0),
)

DB_WEIGHTS_CODEC: Final = struct(
    "pallet_gear::schedule::DbWeights",
    DbWeights,
    fields(
        ("read", WEIGHT), ("read_per_byte", WEIGHT), ("write", WEIGHT), ("write_per_byte", WEIGHT)
    ),
    (("T", None),),
)


class TaskWeights(NamedTuple):
    """Weight of a task of the scheduler."""

    remove_gas_reservation: Weight
    send_user_message_to_mailbox: Weight
    send_user_message: Weight
    send_dispatch: Weight
    wake_message: Weight
    wake_message_no_wake: Weight
    remove_from_waitlist: Weight
    remove_from_mailbox: Weight


#: Of Vara.
TASK_WEIGHTS: Final = TaskWeights(
    remove_gas_reservation=Weight(941_085_000, 6_196),
    send_user_message_to_mailbox=Weight(699_873_000, 4_290),
    send_user_message=Weight(1_457_731_000, 6_196),
    send_dispatch=Weight(809_788_000, 4_126),
    wake_message=Weight(850_858_000, 4_371),
    wake_message_no_wake=Weight(30_460_000, 3_545),
    remove_from_waitlist=Weight(1_884_961_000, 7_561),
    remove_from_mailbox=Weight(1_841_478_000, 7_321),
)

TASK_WEIGHTS_CODEC: Final = struct(
    "pallet_gear::schedule::TaskWeights",
    TaskWeights,
    fields(
        ("remove_gas_reservation", WEIGHT),
        ("send_user_message_to_mailbox", WEIGHT),
        ("send_user_message", WEIGHT),
        ("send_dispatch", WEIGHT),
        ("wake_message", WEIGHT),
        ("wake_message_no_wake", WEIGHT),
        ("remove_from_waitlist", WEIGHT),
        ("remove_from_mailbox", WEIGHT),
    ),
    (("T", None),),
)


class InstantiationWeights(NamedTuple):
    """Weight of instantiating a byte of each section."""

    code_section_per_byte: Weight
    data_section_per_byte: Weight
    global_section_per_byte: Weight
    table_section_per_byte: Weight
    element_section_per_byte: Weight
    type_section_per_byte: Weight


#: Of Vara.
INSTANTIATION_WEIGHTS: Final = InstantiationWeights(
    code_section_per_byte=Weight(368, 0),
    data_section_per_byte=Weight(616, 0),
    global_section_per_byte=Weight(1_361, 0),
    table_section_per_byte=Weight(574, 0),
    element_section_per_byte=Weight(222, 0),
    type_section_per_byte=Weight(1_056, 0),
)

INSTANTIATION_WEIGHTS_CODEC: Final = struct(
    "pallet_gear::schedule::InstantiationWeights",
    InstantiationWeights,
    fields(
        ("code_section_per_byte", WEIGHT),
        ("data_section_per_byte", WEIGHT),
        ("global_section_per_byte", WEIGHT),
        ("table_section_per_byte", WEIGHT),
        ("element_section_per_byte", WEIGHT),
        ("type_section_per_byte", WEIGHT),
    ),
    (("T", None),),
)


class InstrumentationWeights(NamedTuple):
    """Weight of instrumenting code: once, and for each byte."""

    base: Weight
    per_byte: Weight


#: Of Vara.
INSTRUMENTATION_WEIGHTS: Final = InstrumentationWeights(
    base=Weight(282_459_000, 3_760),
    per_byte=Weight(508_124, 0),
)

INSTRUMENTATION_WEIGHTS_CODEC: Final = struct(
    "pallet_gear::schedule::InstrumentationWeights",
    InstrumentationWeights,
    fields(("base", WEIGHT), ("per_byte", WEIGHT)),
    (("T", None),),
)
