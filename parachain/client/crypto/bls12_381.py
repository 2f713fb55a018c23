"""The curve BLS12-381 for Gear's builtin actor, where the runtime is run natively.

`bls12_381.wasm` beside this file is made of the same Rust that the runtime's blob links in, by
`runtime_wasm/rust/build.sh`. Each operation has an instance for itself, so nothing of one is left
for the next. Not here: what operations cost, and how the actor words a refusal.
"""

import functools
from pathlib import Path
from typing import Final, NamedTuple

from wasmtime import Config, Engine, Func, Instance, Memory, Module, Store, Trap, WasmtimeError

_MODULE: Final = Path(__file__).with_suffix(".wasm")
#: How many operations there are; numbers are those of the actor's requests.
_OPERATIONS: Final = 8
#: Bytes an instance may grow to. An argument of 8 MiB, the longest message, needs a tenth of it.
_MAX_MEMORY: Final = 1024 * 1024 * 1024
_U32_MASK: Final = 2**32 - 1


class _Compiled(NamedTuple):
    engine: Engine
    module: Module


@functools.cache
def _compiled() -> _Compiled:
    """The module, compiled when it is first needed, which takes a fifth of a second."""
    config = Config()
    config.wasm_wide_arithmetic = True
    engine = Engine(config)
    return _Compiled(engine, Module(engine, _MODULE.read_bytes()))


def bls12_381(operation: int, argument: bytes) -> bytes | None:
    """Run an operation, by the number of the actor's request.

    0 multi_miller_loop, 1 final_exponentiation, 2 msm_g1, 3 msm_g2, 4 mul_projective_g1,
    5 mul_projective_g2, 6 aggregate_g1, 7 map_to_g2affine. `argument` is the request behind its
    number: its fields, each a SCALE encoded Vec<u8>. Returns the content of the response's field,
    or None if the argument is refused: it is no such encoding, numbers are not below the modulus,
    counts differ, there is nothing to add up or to invert. Points are not checked to be on the
    curve. Encodings are those of arkworks, uncompressed. Source: gear, gbuiltin-bls381 and
    builtins-common, bls12_381/low_level.rs; polkadot-sdk, sp-crypto-ec-utils.

    May be used by several threads. Raises RuntimeError if the module fails, which is ours.
    """
    if not 0 <= operation < _OPERATIONS:
        return None
    compiled = _compiled()
    store = Store(compiled.engine)
    store.set_limits(memory_size=_MAX_MEMORY)
    try:
        exports = Instance(store, compiled.module, []).exports(store)
        memory, allocate, run = exports["memory"], exports["allocate"], exports["run"]
        assert isinstance(memory, Memory)
        assert isinstance(allocate, Func)
        assert isinstance(run, Func)
        place = allocate(store, len(argument))
        memory.write(store, argument, place)
        result: int = run(store, operation, place, len(argument))
        if not result:
            return None
        start, size = result & _U32_MASK, result >> 32
        return bytes(memory.read(store, start, start + size))
    except (Trap, WasmtimeError) as error:
        text = f"BLS12-381 operation {operation} failed on {len(argument)} bytes"
        raise RuntimeError(text) from error
    finally:
        store.close()
