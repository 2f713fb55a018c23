"""How much of each section instantiating has to make, in bytes, of instrumented code.

Source: gear, protocol/core/src/code/utils.rs.
"""

from typing import Dict, Final, List, Tuple

from parachain.runtime.gear.code.stored import InstantiatedSectionSizes
from parachain.runtime.gear.wasm.leb128 import unsigned
from parachain.runtime.gear.wasm.module import Module
from parachain.runtime.gear.wasm.opcodes import I32

#: Data is charged by pages of this size, as the usual operating system has.
OS_PAGE_SIZE: Final = 4096
#: Bytes of a table's entry.
REFERENCE_SIZE: Final = 4
U32_MAX: Final = 2**32 - 1


def section_sizes(module: Module, sections: List[Tuple[int, bytes]]) -> InstantiatedSectionSizes:
    """Sizes of an instrumented module, which has been written as `sections`."""
    contents = dict(sections)
    code = contents.get(10, b"")
    return InstantiatedSectionSizes(
        len(code) - len(unsigned(len(module.bodies or ()))),  # without the number of bodies
        data_size(module),
        global_size(module),
        table_size(module),
        element_size(module),
        len(contents.get(1, b"")),
    )


def data_size(module: Module) -> int:
    """Pages touched by data segments, each counted once."""
    touched: Dict[int, None] = {}
    for segment in module.data or ():
        if segment.content:
            offset = segment.offset.operand & U32_MAX
            last = min(offset + len(segment.content) - 1, U32_MAX)
            pages = range(offset // OS_PAGE_SIZE, last // OS_PAGE_SIZE + 1)
            touched.update(dict.fromkeys(pages))
    return len(touched) * OS_PAGE_SIZE


def global_size(module: Module) -> int:
    """Values of the globals."""
    return sum([4 if entry.type.value_type == I32 else 8 for entry in module.globals or ()])


def table_size(module: Module) -> int:
    """Entries of the table at the start."""
    return 0 if module.table is None else min(module.table.minimum * REFERENCE_SIZE, U32_MAX)


def element_size(module: Module) -> int:
    """Entries of the table that are filled."""
    if module.table is None:
        return 0
    return sum([len(entry.functions) * REFERENCE_SIZE for entry in module.elements or ()])
