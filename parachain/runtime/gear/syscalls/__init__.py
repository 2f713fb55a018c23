"""The system calls that programs import: their arguments, prices, errors and effects.

`table` has them all by name. Source: gear, protocol/backend/src/funcs.rs.
"""
