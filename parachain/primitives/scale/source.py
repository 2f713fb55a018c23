"""Source text of a generated function and the objects its names stand for."""

from typing import Any, Dict, List

#: The wire formats of struct.Struct by size in bytes and sign.
FORMATS: Dict[Any, str] = {
    (1, False): "B",
    (2, False): "H",
    (4, False): "I",
    (8, False): "Q",
    (1, True): "b",
    (2, True): "h",
    (4, True): "i",
    (8, True): "q",
}


class Source:
    """Lines of Python being written, and the global names they use."""

    def __init__(self, scope: Dict[str, Any]) -> None:
        self.lines: List[str] = []
        self.scope = scope
        self.indent = 0

    def line(self, text: str) -> None:
        """Append one line at the present indentation."""
        self.lines.append("    " * self.indent + text)

    def fresh(self) -> str:
        """A name that nothing else uses."""
        name = "v%d" % len(self.scope)
        self.scope[name] = None
        return name

    def bind(self, value: Any) -> str:
        """A name for an object the code needs."""
        for name in self.scope:
            if self.scope[name] is value and value is not None:
                return name
        name = self.fresh()
        self.scope[name] = value
        return name
