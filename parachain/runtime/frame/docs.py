"""Documentation of declarations, from docstrings to the lines that metadata carry.

Lines have no common indentation and, unlike those of a Rust runtime, no leading space.
"""

from typing import Tuple


def doc_lines(doc: str) -> Tuple[str, ...]:
    """Split a docstring into lines without the indentation of its source.

    Empty lines at both ends go, those between paragraphs stay.
    """
    first, *rest = doc.strip().expandtabs().splitlines() or [""]
    margin = min([len(line) - len(line.lstrip()) for line in rest if line.strip()], default=0)
    lines = [first.strip(), *[line[margin:].rstrip() for line in rest]]
    return tuple(lines) if any(lines) else ()
