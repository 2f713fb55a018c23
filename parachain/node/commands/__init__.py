"""The sub-commands of the command line, one module for each group."""

from parachain.node.commands import key

#: Each adds its parsers to the sub-parsers of the command line.
COMMANDS = (key.add,)
