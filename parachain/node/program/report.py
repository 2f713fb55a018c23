"""What program commands print: labelled lines for people, or JSON lines for programs."""

import json
from typing import Any, Final

from parachain.node.output import output

_LABEL_WIDTH: Final = 9


class Report:
    """Prints facts as they become known."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def line(self, label: str, text: str, **facts: Any) -> None:
        """Print a fact: `label` and `text` for people, `facts` with the label as `kind` in JSON."""
        shown = json.dumps({"kind": label, **facts}) if self._as_json else _two_columns(label, text)
        with output(None) as out:
            out.write(shown.encode(errors="backslashreplace") + b"\n")


def _two_columns(label: str, text: str) -> str:
    return f"{label:<{_LABEL_WIDTH}} {text}"
