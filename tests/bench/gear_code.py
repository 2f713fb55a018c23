"""How long an uploaded program of 170 KB takes until it can run, which it does once in a node.

The program is random code of a fixed seed: every instruction that is accepted, a fifth of them
control, some 1500 functions. Processor time of all threads, as the engine compiles with several.
"""

import random
import time
from collections.abc import Callable
from typing import Final

from wasmtime import Module

from parachain.client.executor.wasmtime_engine import new_engine
from parachain.runtime.gear.code.code import new_code
from parachain.runtime.gear.instrumentation.costs import costs
from parachain.runtime.gear.instrumentation.instrument import instrument
from parachain.runtime.gear.page_checks import add_page_checks
from parachain.runtime.gear.schedule import SCHEDULE
from parachain.runtime.gear.wasm.parser import parse
from parachain.runtime.gear.wasm.validator import validate
from tests.bench.row import Row, at_most
from tests.runtime.gear.code.random_modules import random_module

SEED: Final = 1
#: Functions that make 170,000 bytes of that seed.
FUNCTIONS: Final = 1500
ROUNDS: Final = 5


def program(functions: int = FUNCTIONS) -> bytes:
    """A program that can be instrumented."""
    return random_module(random.Random(SEED), functions_besides=functions, dead_code=False)


def milliseconds(function: Callable[[], object]) -> float:
    """Processor time of a call: the best of some rounds."""
    return min(_time(function) for _ in range(ROUNDS)) * 1000


def _time(function: Callable[[], object]) -> float:
    begun = time.process_time()
    function()
    return time.process_time() - begun


def rows(functions: int = FUNCTIONS) -> list[Row]:
    """Each step alone, then all of an upload."""
    code = program(functions)
    module = parse(code)
    table = costs(SCHEDULE.instruction_weights)
    size = f"program of {round(len(code) / 1000)} KB: "
    limit = SCHEDULE.limits.stack_height
    instrumented = new_code(code, SCHEDULE).instrumented.bytes
    checked = add_page_checks(instrumented)
    engine = new_engine()

    def everything() -> None:
        Module(engine, add_page_checks(new_code(code, SCHEDULE).instrumented.bytes)).serialize()

    return [
        Row(size + "read", milliseconds(lambda: parse(code)), "ms"),
        Row(size + "validate", milliseconds(lambda: validate(module)), "ms"),
        Row(size + "instrument", milliseconds(lambda: instrument(module, table, limit)), "ms"),
        Row(
            size + "check and instrument, before compiling",
            milliseconds(lambda: new_code(code, SCHEDULE)),
            "ms",
            at_most(400),
        ),
        Row(size + "add page checks", milliseconds(lambda: add_page_checks(instrumented)), "ms"),
        Row(size + "compile", milliseconds(lambda: Module(engine, checked)), "ms"),
        Row(size + "all of it, the first time", milliseconds(everything), "ms", at_most(600)),
    ]
