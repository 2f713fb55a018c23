"""What pallet_gear_program declares: codes, programs, their allocations and pages of memory."""

from typing import Any, Tuple

from parachain.primitives.scale import BYTES
from parachain.runtime.frame.hashers import Hasher
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.frame.storage import OptionalMap
from parachain.runtime.gear.code.stored import CODE_METADATA, INSTRUMENTED_CODE
from parachain.runtime.gear.ids import ACTOR_ID, CODE_ID
from parachain.runtime.gear.intervals import INTERVALS_TREE
from parachain.runtime.gear.pages import GEAR_PAGE, PAGE_BUF
from parachain.runtime.gear.program import MEMORY_INFIX, PROGRAM

pallet = Pallet("GearProgram", "pallet_gear_program", storage_version=13)

instrumented_codes = pallet.optional_map(
    "InstrumentedCodeStorage", Hasher.IDENTITY, CODE_ID, INSTRUMENTED_CODE, "The code that is run."
)
original_codes = pallet.optional_map(
    "OriginalCodeStorage", Hasher.IDENTITY, CODE_ID, BYTES, "The code as it was uploaded."
)
code_metadata = pallet.optional_map(
    "CodeMetadataStorage", Hasher.IDENTITY, CODE_ID, CODE_METADATA, "What is known of a code."
)
allocated_pages = pallet.optional_map(
    "AllocationsStorage",
    Hasher.IDENTITY,
    ACTOR_ID,
    INTERVALS_TREE,
    "Wasm pages that a program has allocated besides its static ones.",
)
programs = pallet.optional_map(
    "ProgramStorage", Hasher.IDENTITY, ACTOR_ID, PROGRAM, "Programs, also those that have ended."
)
memory_pages: OptionalMap[Tuple[Any, ...], bytes] = pallet.optional_n_map(
    "MemoryPages",
    (
        (Hasher.IDENTITY, ACTOR_ID),
        (Hasher.IDENTITY, MEMORY_INFIX),
        (Hasher.IDENTITY, GEAR_PAGE),
    ),
    PAGE_BUF,
    "Memory of programs, as far as it was ever written, by program, infix and Gear page.",
)

DUPLICATE_ITEM = pallet.error(0, "DuplicateItem", "There is such a program, or code, already.")
PROGRAM_NOT_FOUND = pallet.error(1, "ProgramNotFound", "There is no such program.")
NOT_ACTIVE_PROGRAM = pallet.error(2, "NotActiveProgram", "The program has ended.")
CANNOT_FIND_DATA_FOR_PAGE = pallet.error(
    3, "CannotFindDataForPage", "The page of memory has never been written."
)
PROGRAM_CODE_NOT_FOUND = pallet.error(4, "ProgramCodeNotFound", "The program's code is missing.")
