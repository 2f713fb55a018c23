"""Why there is no answer, in the words that clients are shown and match."""

from typing import Final

#: The calculation has burned all the gas it may, which is more than a block has.
ALLOWANCE_LIMIT: Final = (
    "Calculation gas limit exceeded. Use your own RPC node with `--rpc-calculations-multiplier` "
    "parameter raised"
)


class CalculationFailed(Exception):  # noqa: N818  # the field's word, and an answer of the chain
    """There is no answer; the message says why."""


def internal(what: str) -> CalculationFailed:
    """What the reference believes cannot happen."""
    return CalculationFailed("Internal error: entered unreachable code '%s'" % what)
