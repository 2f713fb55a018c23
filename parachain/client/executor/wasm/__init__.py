"""Running the WebAssembly code of any Substrate runtime with wasmtime.

    blob           what is stored as `:code`: decompressed, checked, made ready for compiling
    version        what a blob says of itself without being run
    engine         the one configuration of wasmtime for runtimes, and its clock
    memory         the linear memory of a running instance, every access checked
    allocator      the heap that the host gives out in that memory
    host_call      what the host functions of one call work on
    host_function  how host functions are declared: names, versions, argument forms
    host_*         the host functions, one interface of sp-io a file
    imports        binding them to what a module imports
    runtime        a compiled runtime: calling its entry points

Out of scope: which code runs for which block (`parachain.client.executor.runtime_executor`), and
programs of Gear, which the runtime brings its own engine for.
"""
