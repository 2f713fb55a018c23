"""A transaction in the dependency graph, with what the graph knows of it."""

from parachain.client.pool.transaction import Transaction


class Entry:
    """A transaction in the graph.

    `position`: when it came, for a stable order. `from_state`: those tags it requires that the
    state provides since it was validated. `suspect`: what it depended on is in a block, so it
    may be outdated.
    """

    __slots__ = ("from_state", "position", "suspect", "transaction")

    def __init__(
        self, transaction: Transaction, position: int, from_state: dict[bytes, None]
    ) -> None:
        self.transaction = transaction
        self.position = position
        self.from_state = from_state
        self.suspect = False
