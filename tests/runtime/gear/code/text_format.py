"""Modules from the text format, for tests."""

import wasmtime

from parachain.runtime.gear.instrumentation.costs import Costs
from parachain.runtime.gear.instrumentation.instrument import instrument
from parachain.runtime.gear.wasm.module import Module
from parachain.runtime.gear.wasm.parser import parse
from parachain.runtime.gear.wasm.validator import validate
from parachain.runtime.gear.wasm.writer import write, write_sections


def wasm(text: str) -> bytes:
    return bytes(wasmtime.wat2wasm(text))


def module(text: str) -> Module:
    """A validated module."""
    parsed = parse(wasm(text))
    validate(parsed)
    return parsed


def binary(value: Module) -> bytes:
    return write(write_sections(value))


def instrumented(text: str, costs: Costs, stack_limit: int | None) -> bytes:
    """Instrumented code without names, to be compared with `plain` of the expected text."""
    return binary(instrument(module(text), costs, stack_limit)._replace(names=None))


def plain(text: str) -> bytes:
    """Code of a text without names."""
    return binary(parse(wasm(text))._replace(names=None))
