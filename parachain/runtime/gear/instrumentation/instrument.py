"""The three steps of instrumentation, of a module that has been validated.

Bodies are not rewritten step by step: what each step would insert is known from the original
instructions, and is put together once, in `rewriting`.
"""

from typing import Callable, Dict, Final, List, Optional, Tuple

from parachain.runtime.gear.instrumentation.costs import Costs
from parachain.runtime.gear.instrumentation.errors import InstrumentationError
from parachain.runtime.gear.instrumentation.rewriting import Layout, gas_charge_body, rewrite, thunk
from parachain.runtime.gear.instrumentation.stack_height import max_height, thunk_height
from parachain.runtime.gear.wasm.module import (
    FUNCTION,
    GLOBAL,
    Element,
    Export,
    FunctionType,
    Global,
    GlobalType,
    Import,
    Initializer,
    Module,
    function_type_indices,
    imported,
)
from parachain.runtime.gear.wasm.names import shift_functions
from parachain.runtime.gear.wasm.opcodes import I32, I32_CONST, I64, I64_CONST, MEMORY_GROW

#: Where a program's imports come from.
HOST_MODULE: Final = "env"
#: The host function that ends the execution; only instrumentation may import it.
SYSTEM_BREAK: Final = "gr_system_break"
#: Export of the global that holds the gas left.
GAS_GLOBAL: Final = "gear_gas"

_TAKES_I32: Final = FunctionType(bytes((I32,)), b"")
_HEIGHT: Final = Global(GlobalType(I32, True), Initializer(I32_CONST, 0))
_GAS: Final = Global(GlobalType(I64, True), Initializer(I64_CONST, 0))


def instrument(module: Module, costs: Costs, stack_limit: Optional[int]) -> Module:
    """Put the stack limiter and the gas metering into `module`. Raises InstrumentationError.

    `stack_limit` is the most that the stack costs of all active functions may add up to; None
    leaves the limiter out.
    """
    functions, bodies = module.functions, module.bodies
    if functions is None or bodies is None:
        raise InstrumentationError("StackLimitInjection", "there are no functions")
    module, break_function = _import_system_break(module)
    types = module.types or ()
    function_types = [types[index] for index in function_type_indices(module)]
    heights = [0] * len(function_types)
    if stack_limit is not None:
        heights[break_function + 1 :] = _stack_costs(module, function_types)
    thunks = _thunk_costs(module, function_types, heights)
    for body in bodies:
        if MEMORY_GROW in body.opcodes:
            raise InstrumentationError("GasInjection", "memory.grow has no cost")
    new_globals = (_GAS,) if stack_limit is None else (_HEIGHT, _GAS)
    first_global = len(imported(module, GLOBAL)) + len(module.globals or ())
    layout = Layout(
        costs,
        types,
        system_break=break_function,
        gas_charge=len(function_types) + len(thunks),
        stack_height=first_global,
        gas=first_global + len(new_globals) - 1,
        stack_limit=stack_limit or 0,
        stack_costs=heights,
    )
    thunk_bodies = [
        thunk(layout, function, function_types[function], cost) for function, cost in thunks.items()
    ]
    places = dict(zip(thunks, range(len(function_types), layout.gas_charge)))
    module = _renumber(module, lambda function: places.get(function, function))
    for entry in module.exports or ():
        if entry.name == GAS_GLOBAL:
            raise InstrumentationError("GasGlobalAlreadyExists")
    kinds = [*[function_types[function] for function in thunks], _TAKES_I32]
    indices = _first_indices(types)
    rewritten = [rewrite(layout, body) for body in bodies]
    return module._replace(
        functions=(*functions, *[indices[kind] for kind in kinds]),
        globals=(*(module.globals or ()), *new_globals),
        exports=(*(module.exports or ()), Export(GAS_GLOBAL, GLOBAL, layout.gas)),
        bodies=(*rewritten, *thunk_bodies, gas_charge_body(layout)),
    )


def _first_indices(types: Tuple[FunctionType, ...]) -> Dict[FunctionType, int]:
    indices: Dict[FunctionType, int] = {}
    for index, kind in enumerate(types):
        indices.setdefault(kind, index)
    return indices


def _import_system_break(module: Module) -> Tuple[Module, int]:
    """Module with the import behind the other imports, and the index of the function.

    Functions move up by one: in exports, elements, start and names here, in calls by `rewrite`.
    """
    for entry in module.imports or ():
        if (entry.module, entry.name) == (HOST_MODULE, SYSTEM_BREAK):
            raise InstrumentationError("SystemBreakImportAlreadyExists")
    position = len(imported(module, FUNCTION))
    types = module.types or ()
    type_index = _first_indices(types).get(_TAKES_I32)
    if type_index is None:
        type_index = len(types)
        types += (_TAKES_I32,)
    entry = Import(HOST_MODULE, SYSTEM_BREAK, FUNCTION, type_index)
    module = _renumber(
        module._replace(types=types, imports=(*(module.imports or ()), entry)),
        lambda function: function + (function >= position),
    )
    if module.names is not None:
        module = module._replace(names=shift_functions(module.names, position))
    return module, position


def _renumber(module: Module, new: Callable[[int], int]) -> Module:
    """Exports, elements and start with other function indices."""
    exports, elements, start = module.exports, module.elements, module.start
    if exports is not None:
        exports = tuple(
            [
                entry._replace(item=new(entry.item)) if entry.kind == FUNCTION else entry
                for entry in exports
            ]
        )
    if elements is not None:
        elements = tuple([Element(offset, tuple(map(new, items))) for offset, items in elements])
    if start is not None:
        start = new(start)
    return module._replace(exports=exports, elements=elements, start=start)


def _stack_costs(module: Module, function_types: List[FunctionType]) -> List[int]:
    """Stack cost of each function of the module: its declared locals and its highest stack."""
    bodies, types = module.bodies or (), module.types or ()
    first_new = len(function_types) - len(bodies)
    first_defined = first_new - 1  # bodies call by the old indices
    found = []
    for kind, body in zip(function_types[first_new:], bodies):

        def callee(function: int) -> FunctionType:
            return function_types[function + (function >= first_defined)]

        height = max_height(body, kind, types, callee, first_defined)
        found.append(sum([count for count, _ in body.locals]) + height)
    return found


def _thunk_costs(
    module: Module, function_types: List[FunctionType], heights: List[int]
) -> Dict[int, int]:
    """Functions that are entered from elsewhere than a call, ascending, with cost of the thunk."""
    entered = {entry.item: 0 for entry in module.exports or () if entry.kind == FUNCTION}
    for element in module.elements or ():
        entered.update(dict.fromkeys(element.functions, 0))
    if module.start is not None:
        entered[module.start] = 0
    return {
        function: heights[function] + thunk_height(function_types[function])
        for function in sorted(entered)
        if heights[function]
    }
