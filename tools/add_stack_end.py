"""Export where the stack of a program in Rust ends, as Gear's own tools for Rust do.

The chain charges nothing for memory below `__gear_stack_end`, and does not keep it. Linkers put the
stack first in memory and let it grow down from the initial value of their global number 0. What is
exported besides entry points is of use to nobody and left out.
"""

import argparse
from pathlib import Path

from parachain.runtime.gear.wasm.module import FUNCTION, GLOBAL, Export, Global, GlobalType, Module
from parachain.runtime.gear.wasm.opcodes import I32
from parachain.runtime.gear.wasm.parser import parse
from parachain.runtime.gear.wasm.writer import write, write_sections

STACK_END = "__gear_stack_end"


def with_stack_end(code: bytes) -> bytes:
    """Return the program with the export. Raises ValueError if it has no stack pointer."""
    module: Module = parse(code)
    if not module.globals or not module.globals[0].type.mutable:
        raise ValueError("no stack pointer: global 0 must be mutable")
    last = len(module.globals)
    entries = [each for each in module.exports or () if each.kind == FUNCTION]
    stack_pointer = module.globals[0].value
    return write(
        write_sections(
            module._replace(
                globals=(*module.globals, Global(GlobalType(I32, mutable=False), stack_pointer)),
                exports=(*entries, Export(STACK_END, GLOBAL, last)),
                names=None,
            )
        )
    )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Export __gear_stack_end from a program.")
    parser.add_argument("program", type=Path)
    parser.add_argument("target", type=Path)
    given = parser.parse_args()
    given.target.write_bytes(with_stack_end(given.program.read_bytes()))


if __name__ == "__main__":
    main()
