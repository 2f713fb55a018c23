"""Instrumentation: a program's code rewritten so that it counts its gas and its stack.

Three steps, in the reference's order: the import of `gr_system_break`, the stack limiter, the gas
metering. The result is the reference's byte for byte, since its length is charged and stored.
Source: gear, protocol/wasm-instrument, whose quirks are rules here.
"""
