"""The sub-commands of the command line, one module for each group.

Each module has `add`, which adds its parsers, and functions that carry a command out: data goes to
standard output or a file (`node.output`), everything else to the log. Failures an operator can
cause are exceptions listed in `node.failures`.
"""

from parachain.node.commands import (
    build_spec,
    check_block,
    export_blocks,
    export_genesis,
    export_state,
    import_blocks,
    key,
    program,
    purge_chain,
    revert,
)

#: Each adds its parsers to the sub-parsers of the command line.
COMMANDS = (
    build_spec.add,
    export_genesis.add,
    export_state.add,
    export_blocks.add,
    import_blocks.add,
    check_block.add,
    revert.add,
    purge_chain.add,
    key.add,
    program.add,
)
