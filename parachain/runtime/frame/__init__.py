"""How pallets are declared and executed: what FRAME's support crates are to a Rust runtime.

A pallet is a module whose declarations are typed values (storage, calls, events, errors,
constants, hooks, inherents). From one declaration come the SCALE codec, the storage key, the
dispatch table and the metadata. Nothing here knows a particular pallet.
"""
