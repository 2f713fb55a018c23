"""How much gas the message queue may burn in a block, so that the block is made in time.

Gas is a measure of time, but of another machine's, and some of what programs do is slower here than
its price says. So the author watches the clock between messages, gives up a run that takes too long
for a shorter one, and remembers how fast it was for the next blocks. Both are machines without a
clock of their own. Whoever imports a block executes what is in it, however long that takes.

No message is kept waiting for ever: the first of a block always runs to its end, or if a limit was
too small even for that, the next block has none.
"""

from collections.abc import Callable
from typing import Final

BLOCK_GAS: Final = 10**12
"""No block has more than this; a limit that is not less is none."""

SLACK: Final = 5 * 10**8
"""Gas on top of what messages have burned: during a call they may have to have more than it burns
in the end, and a run burns some before the first of them."""


_SECOND: Final = 2


class Pace:
    """Learns how fast messages have been lately."""

    __slots__ = ("_gas_per_ms",)

    def __init__(self) -> None:
        #: None as long as there is no reason to limit anything.
        self._gas_per_ms: int | None = None

    def limit(self, budget_ms: int) -> int | None:
        """Gas that is expected to burn in that time, None if all of a block's."""
        if self._gas_per_ms is None:
            return None
        gas = self._gas_per_ms * max(budget_ms, 0)
        return gas if gas < BLOCK_GAS else None

    def gave_up(self, burned: int, took_ms: int) -> None:
        """A run took too long: it burned so much in that time."""
        self._gas_per_ms = max(burned // max(took_ms, 1), 1)

    def finished(self, limit: int | None, took_ms: int, budget_ms: int, *, is_stuck: bool) -> None:
        """A run has ended by itself.

        `is_stuck` says that the limit, if there was one, was too small for the first message.
        """
        if limit is None or is_stuck or self._gas_per_ms is None:
            self._gas_per_ms = None
        elif took_ms > budget_ms:
            self._gas_per_ms = max(limit // took_ms, 1)
        elif 2 * took_ms <= budget_ms:
            self._gas_per_ms *= 2


class OutOfTime(Exception):  # noqa: N818  # nobody's mistake
    """The run of the queue is given up."""


class Watch:
    """To be called before each message that a program executes. Ends a run that takes too long.

    `allowance` says how much gas the block has left.
    """

    __slots__ = (
        "_allowance",
        "_at_first",
        "_begun_ms",
        "_clock",
        "_ends_ms",
        "_first",
        "_seen",
        "burned",
        "took_ms",
    )

    def __init__(
        self, clock: Callable[[], int], ends_ms: int, allowance: Callable[[], int]
    ) -> None:
        self._clock = clock
        self._begun_ms = clock()
        self._ends_ms = ends_ms
        self._allowance = allowance
        self._seen = 0
        #: What there was before the first message, and what that burned.
        self._at_first = 0
        self._first = 0
        self.burned = 0
        self.took_ms = 0

    def __call__(self) -> None:
        """Raise OutOfTime if the time is over, but never before the first message."""
        self._seen += 1
        if self._seen == 1:
            self._at_first = self._allowance()
            return
        if self._seen == _SECOND:
            self._first = self._at_first - self._allowance()
        now_ms = self._clock()
        if now_ms >= self._ends_ms:
            self.burned = self._at_first - self._allowance()
            self.took_ms = now_ms - self._begun_ms
            raise OutOfTime

    def shorter(self, left_ms: int) -> int:
        """Gas for a run that takes no longer than that, but for one message at least."""
        share = self.burned * min(max(left_ms, 0), self.took_ms) // max(self.took_ms, 1)
        return max(share, self._first) + SLACK
