"""Build the programs of tests/programs, or any program in C for Gear.

Without arguments: all of tests/programs/c, and the manifest that tells which source each kept
WebAssembly file was made of. With arguments: these C files; each result goes beside its source.
The compiler is clang of the package `ziglang` (`pip install -e '.[programs]'`): the same version
makes the same bytes everywhere. Programs in Rust are built by tests/programs/rust/build.sh; the
manifest has them too.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

PROGRAMS = Path(__file__).resolve().parent.parent / "tests" / "programs"
HEADER = PROGRAMS / "c" / "gear.h"
MANIFEST = PROGRAMS / "manifest.json"

#: Bytes of the stack; whole pages of 64 KiB, as the data above it has to begin with a page.
STACK_SIZE = 1 << 16

FLAGS = (
    "--target=wasm32-freestanding",
    "-mcpu=mvp+sign_ext",  # what the chain admits
    "-std=c11",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Os",
    "-nostdlib",
    "-s",  # no names, no debug information
    "-Wl,--no-entry",
    "-Wl,--import-memory",
    "-Wl,--export=__gear_stack_end",
    f"-Wl,-z,stack-size={STACK_SIZE}",
)


def command(source: Path, target: Path) -> list[str]:
    """Return the command that builds one C file, to be run by the Python that has `ziglang`."""
    return ["-m", "ziglang", "cc", *FLAGS, f"-I{HEADER.parent}", str(source), "-o", str(target)]


def build(source: Path, target: Path) -> None:
    """Build one C file. Raises subprocess.CalledProcessError; the compiler says why."""
    arguments = command(source, target)
    subprocess.run([sys.executable, *arguments], check=True)  # noqa: S603  our own list
    target.chmod(0o644)


def sources_of(program: Path) -> list[Path]:
    """Return the files of which a kept program (a .wasm) is built; none if it is not known."""
    if program.parent.name == "c":
        return [program.with_suffix(".c"), HEADER]
    crate = program.with_suffix("")
    shared = [program.parent / name for name in ("build.sh", "Cargo.toml", "Cargo.lock")]
    return [*shared, crate / "Cargo.toml", *sorted(crate.glob("src/**/*.rs"))]


def kept() -> list[Path]:
    """Return the kept programs that have a compiler; those in the text format have a test."""
    return sorted([*PROGRAMS.glob("c/*.wasm"), *PROGRAMS.glob("rust/*.wasm")])


def digest(*paths: Path) -> str:
    """Return the SHA-256 of files, one after the other."""
    found = hashlib.sha256()
    for path in paths:
        found.update(path.read_bytes())
    return found.hexdigest()


def record(program: Path) -> dict[str, Any]:
    """Return what the manifest says about a kept program."""
    return {
        "source_sha256": digest(*sources_of(program)),
        "wasm_sha256": digest(program),
        "wasm_size": program.stat().st_size,
    }


def write_manifest(compiler: str) -> None:
    """Record all kept programs, those in C as made by this compiler."""
    manifest = {
        "c": {"compiler": compiler, "flags": FLAGS},
        "programs": {
            program.relative_to(PROGRAMS).as_posix(): record(program) for program in kept()
        },
    }
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Build programs for Gear.")
    parser.add_argument("sources", nargs="*", type=Path, help="C files; all of tests/programs/c")
    parser.add_argument("--record", action="store_true", help="build nothing, write the manifest")
    arguments = parser.parse_args()
    if arguments.record:
        write_manifest(json.loads(MANIFEST.read_text())["c"]["compiler"])
        return
    given = arguments.sources
    for source in given or sorted(PROGRAMS.glob("c/*.c")):
        target = source.with_suffix(".wasm")
        try:
            build(source, target)
        except subprocess.CalledProcessError:
            sys.exit(f"{source}: not built")
        print(f"{target}: {target.stat().st_size} bytes")
    if not given:
        write_manifest(f"ziglang=={version('ziglang')}")


if __name__ == "__main__":
    main()
