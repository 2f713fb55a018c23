"""What goes into the blob: the runtime's sources, and the few standard modules they import.

The standard modules are those of the interpreter's own version, kept beside it in `stdlib.zip`, so
that this machine's Python does not matter.
"""

import zipfile
from pathlib import Path
from typing import Final, NamedTuple

HERE: Final = Path(__file__).parent
INTERPRETER: Final = HERE.parent / "interpreter" / "interpreter.wasm.zst"
STDLIB: Final = HERE.parent / "interpreter" / "stdlib.zip"

#: Packages that are meant to run in the blob. `parachain` itself is left empty.
PURE: Final = ("parachain/primitives", "parachain/runtime")


class Source(NamedTuple):
    """A module to compile. `file_name` is what tracebacks say."""

    name: str
    file_name: str
    is_package: bool
    text: str


def guest_program(name: str) -> str:
    """Source of a program that the builder runs in the interpreter."""
    return (HERE / "guest" / f"{name}.py").read_text(encoding="utf-8")


def sources(root: Path) -> tuple[Source, ...]:
    """All modules; `root` is the folder that holds `parachain`."""
    found = [Source("parachain", "parachain/__init__.py", True, "")]
    for package in PURE:
        for path in sorted((root / package).rglob("*.py")):
            file_name = path.relative_to(root).as_posix()
            found.append(_source(file_name, path.read_text(encoding="utf-8")))
    with zipfile.ZipFile(STDLIB) as archive:
        found += [
            _source(file_name, archive.read(file_name).decode())
            for file_name in sorted(archive.namelist())
        ]
    return tuple(found)


def _source(file_name: str, text: str) -> Source:
    parts = file_name.removesuffix(".py").split("/")
    is_package = parts[-1] == "__init__"
    return Source(".".join(parts[:-1] if is_package else parts), file_name, is_package, text)
