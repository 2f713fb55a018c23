"""A runtime of a few functions, built by the real builder on the real interpreter.

Its entry points run Python that a real runtime does not, to see what the interpreter and its
memory do with it.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from parachain.client.crypto.hashing import blake2_256
from parachain.client.executor.wasm.runtime import WasmRuntime
from parachain.primitives.runtime_version import RUNTIME_VERSION, RuntimeVersion
from parachain.primitives.scale import BYTES, STR, fields, vec
from runtime_wasm.builder import Blob, build
from tests.client.executor.probe_blob import EXECUTOR, state

VERSION = RuntimeVersion("probe", "probe", 1, 10_203, 1, (), 1, 1)

FUNCTIONS = '''
def echo(args):
    return args


def run(args):
    """Call a function of this module, by name, with an integer."""
    name, number = args.split()
    return str(globals()[name.decode()](int(number))).encode()


def block(size):
    taken = bytearray(size)
    taken += b"!"
    return taken.count(0)


def blocks(size):
    """Sixty in all, two at a time, which overlap: what is given back must be used again."""
    before = b""
    for number in range(60):
        now = bytes((number,)) * size
        assert not before or before[0] == number - 1
        before = now
    return len(before)


def many(count):
    """Small objects of many sizes at once, twice over."""
    for _ in range(2):
        held = [bytes((n % 251,)) * (n % 700) for n in range(count)]
        assert all(block == bytes((n % 251,)) * (n % 700) for n, block in enumerate(held))
        del held[::3]
        held = [b + b"!" for b in held]
    return len(held)


def growing(size):
    grown = bytearray()
    while len(grown) < size:
        grown += b"0123456789abcdef" * 64
    return len(grown)


def cycles(count):
    """Garbage that refers to itself, a kilobyte each."""
    for _ in range(count):
        cycle = [bytes(1000)]
        cycle.append(cycle)
    return count


def descend(depth):
    """Call, by way of C, as deep as asked."""
    if depth:
        return 1 + next(map(descend, (depth - 1,)))
    return 0


def plain(depth):
    return 1 + plain(depth - 1) if depth else 0


def fail(number):
    raise ValueError("no %d, as \\u00fc says" % number)


def fail_deeply(number):
    return fail(number) if number > 90 else fail_deeply(number + 1)


def silent(number):
    raise KeyError


def names(_):
    """What the builder leaves to a runtime."""
    import builtins, sys
    names = [name for name in ("compile", "eval", "exec", "open") if hasattr(builtins, name)]
    return names, len(sys.meta_path)


def absent(_):
    import json


def order(_):
    return "".join({"alpha", "beta", "gamma", "delta", "epsilon"})


def stopped_by_hand(_):
    raise SystemExit(3)


_FUNCTIONS = (echo, run)


def call(index, args):
    return _FUNCTIONS[index](args)


def description():
    return DESCRIPTION
'''


def write_runtime(root: Path, source: str) -> None:
    """Write a package `parachain` that consists of the blob's entry alone."""
    described = fields(("names", vec(STR)), ("version", BYTES), ("apis", BYTES)).encode(
        (("echo", "run"), RUNTIME_VERSION.encode(VERSION), b"")
    )
    folder = root / "parachain" / "runtime" / "blob"
    folder.mkdir(parents=True)
    (root / "parachain" / "primitives").mkdir()
    for package in (folder, folder.parent, root / "parachain" / "primitives"):
        (package / "__init__.py").write_text("", encoding="utf-8")
    text = f"DESCRIPTION = {described!r}\n{source}"
    (folder / "entry.py").write_text(text, encoding="utf-8")


@cache
def probe() -> Blob:
    """The probe, built once."""
    with TemporaryDirectory(prefix="probe-runtime-") as folder:
        write_runtime(Path(folder), FUNCTIONS)
        return build(Path(folder))


@cache
def runtime() -> WasmRuntime:
    """The probe, compiled once."""
    module = probe().module
    return EXECUTOR.runtime(blake2_256(module), lambda: module)


def run(function: str, number: int = 0) -> str:
    """Call a function of the probe in an instance of its own. Raises RuntimePanic."""
    return runtime().call(state(), "run", f"{function} {number}".encode()).decode()
