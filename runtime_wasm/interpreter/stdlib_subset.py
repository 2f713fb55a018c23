"""Writes stdlib.zip: the standard modules that the runtime imports, of the interpreter's version.

    python3.11 stdlib_subset.py LIB OUT      LIB is the folder Lib of CPython's source

Three modules are replaced: `typing` imports them for what no runtime uses, and they would bring
regular expressions, files and more than 100 KB along.
"""

import sys
import zipfile
from pathlib import Path

MODULES = (
    "_collections_abc.py",
    "abc.py",
    "bisect.py",
    "collections/__init__.py",
    "collections/abc.py",
    "enum.py",
    "functools.py",
    "keyword.py",
    "operator.py",
    "reprlib.py",
    "struct.py",
    "types.py",
    "typing.py",
)

REPLACED = {
    "contextlib.py": '''"""What `typing` names of contextlib."""

import abc


class AbstractContextManager(abc.ABC):
    """Named in typing.ContextManager."""


class AbstractAsyncContextManager(abc.ABC):
    """Named in typing.AsyncContextManager."""
''',
    "re.py": '''"""What `typing` names of re."""


class Pattern:
    """Named in typing.Pattern."""


class Match:
    """Named in typing.Match."""
''',
    "warnings.py": '''"""Warnings are the interpreter's own; nobody reads them here."""

from _warnings import warn

__all__ = ["warn"]
''',
}

#: Files have no time of their own: the earliest that zip knows.
NO_TIME = (1980, 1, 1, 0, 0, 0)


def main(library: Path, out: Path) -> None:
    """Write the archive, the same bytes each time."""
    texts = {name: (library / name).read_bytes() for name in MODULES}
    texts |= {name: text.encode() for name, text in REPLACED.items()}
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(texts):
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, texts[name])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
