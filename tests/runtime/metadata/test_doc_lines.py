"""Docstrings become lines of documentation without the indentation of their source."""

import pytest

from parachain.runtime.frame.docs import doc_lines

CASES = [
    ("", ()),
    ("  \n \n", ()),
    ("One line.", ("One line.",)),
    ("First.\n\n    Second,\n    third.\n    ", ("First.", "", "Second,", "third.")),
    ("First.\n\n    - item\n      more\n", ("First.", "", "- item", "  more")),
    ("\n    Begins on the next line.\n    Goes on.\n", ("Begins on the next line.", "Goes on.")),
    ("Tabs:\n\tone\n\ttwo", ("Tabs:", "one", "two")),
]


@pytest.mark.parametrize(("doc", "lines"), CASES)
def test_lines(doc: str, lines: tuple[str, ...]) -> None:
    assert doc_lines(doc) == lines
