"""WebAssembly binaries: read strictly, validate, write in canonical form.

Accepted is what a Gear program may be: WebAssembly 1.0 with mutable globals and sign extension,
without floats. The judge is wasmparser 0.230 with these features, as the reference configures it.

Not here: what Gear demands of a program beyond that (`gear.code`), and running anything.
"""
