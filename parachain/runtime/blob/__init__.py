"""What runs only inside the blob: the runtime compiled to WebAssembly.

The interpreter (runtime_wasm/interpreter) offers the module `_host`: the functions of a Substrate
host as Python functions. Here they become the runtime's `Ext`, and the functions a host calls by
name become calls of `apis`. Nothing else of the runtime knows how it is run.
"""
