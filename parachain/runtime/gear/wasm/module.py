"""A module as plain values, one field for each section; None where the section is absent."""

from typing import Final, List, NamedTuple, Optional, Tuple, Union

#: Kinds of imports and exports.
FUNCTION: Final = 0
TABLE: Final = 1
MEMORY: Final = 2
GLOBAL: Final = 3


class FunctionType(NamedTuple):
    """Value types, a byte each."""

    params: bytes
    results: bytes


class Limits(NamedTuple):
    """Size of a table in entries, or of a memory in pages of 64 KiB."""

    minimum: int
    maximum: Optional[int]


class GlobalType(NamedTuple):
    """Type of a global's value, and whether code may set it."""

    value_type: int
    mutable: bool


class Import(NamedTuple):
    """What is imported: `type` is a type index, limits or a global's type, by `kind`."""

    module: str
    name: str
    kind: int
    type: Union[int, Limits, GlobalType]


class Initializer(NamedTuple):
    """A constant expression: i32.const, i64.const or global.get, with its operand."""

    opcode: int
    operand: int


class Global(NamedTuple):
    """A global of the module."""

    type: GlobalType
    value: Initializer


class Export(NamedTuple):
    """An item of an index space under a name."""

    name: str
    kind: int
    item: int


class Element(NamedTuple):
    """Functions put into the table when the module is instantiated."""

    offset: Initializer
    functions: Tuple[int, ...]


class Data(NamedTuple):
    """Bytes put into memory when the module is instantiated."""

    offset: Initializer
    content: bytes


#: An index, a block type, or the labels of br_table with the default one last.
Operand = Union[int, Tuple[int, ...]]


class Control(NamedTuple):
    """An instruction that moves control: structure, branches, calls, return, unreachable.

    `ordinal` counts the instructions of its body, `start` and `end` are byte positions in it.
    """

    ordinal: int
    opcode: int
    operand: Operand
    start: int
    end: int


class Body(NamedTuple):
    """Code of a function: groups of (count, type) of locals, and instructions in canonical form.

    `opcodes` has a byte for each instruction, `immediates` its operand if that is an index, a block
    type or labels, and `control` those that move control, in order.
    """

    locals: Tuple[Tuple[int, int], ...]
    code: bytes
    opcodes: bytes
    immediates: List[Operand]
    control: List[Control]


class Names(NamedTuple):
    """A subsection of the name section, `content` without its id and length."""

    id: int
    content: bytes


class Module(NamedTuple):
    """All sections but the custom ones; of these only `name`."""

    types: Optional[Tuple[FunctionType, ...]] = None
    imports: Optional[Tuple[Import, ...]] = None
    functions: Optional[Tuple[int, ...]] = None
    table: Optional[Limits] = None
    memory: Optional[Limits] = None
    globals: Optional[Tuple[Global, ...]] = None
    exports: Optional[Tuple[Export, ...]] = None
    start: Optional[int] = None
    elements: Optional[Tuple[Element, ...]] = None
    bodies: Optional[Tuple[Body, ...]] = None
    data: Optional[Tuple[Data, ...]] = None
    names: Optional[Tuple[Names, ...]] = None


def imported(module: Module, kind: int) -> List[Import]:
    """Imports of one kind, in order."""
    return [entry for entry in module.imports or () if entry.kind == kind]


def function_type_indices(module: Module) -> List[int]:
    """Type index of each function, the imported ones first."""
    indices = [entry.type for entry in imported(module, FUNCTION) if isinstance(entry.type, int)]
    return indices + list(module.functions or ())
