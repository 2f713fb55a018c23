"""One line of the table of figures, and what is demanded of it."""

from typing import NamedTuple


class Target(NamedTuple):
    """A limit that the figure must keep: the least or the most that is good."""

    limit: float
    is_least: bool

    def is_met(self, value: float) -> bool:
        """Whether a figure keeps the limit."""
        return value >= self.limit if self.is_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.is_least else '<='} {number(self.limit)}"


class Row(NamedTuple):
    """A figure with its unit; `target` is None where nothing is demanded."""

    what: str
    value: float
    unit: str
    target: Target | None = None

    @property
    def is_ok(self) -> bool:
        """Whether nothing is demanded, or the demand is met."""
        return self.target is None or self.target.is_met(self.value)


def at_most(limit: float) -> Target:
    """Return the target of a figure that should be small."""
    return Target(limit, is_least=False)


def at_least(limit: float) -> Target:
    """Return the target of a figure that should be large."""
    return Target(limit, is_least=True)


def number(value: float) -> str:
    """Write a figure with three significant digits, or in whole if it is large."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
