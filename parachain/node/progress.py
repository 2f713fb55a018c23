"""How far a long command has come: one line that is rewritten on a terminal, log lines elsewhere.

Goes to standard error, for standard output carries data. Times are in seconds of any clock that
never goes back.
"""

import logging
import sys
from collections.abc import Callable
from typing import Final, TextIO

_log = logging.getLogger("gear.substrate")

#: A terminal is rewritten this often, a log gets a line this often.
_TERMINAL_INTERVAL_S: Final = 0.2
_LOG_INTERVAL_S: Final = 5.0

#: Which part of all the work, from 0 to 1, a number of things is; None if nobody knows.
Share = Callable[[int], float | None]

_CLEAR_LINE: Final = "\r\x1b[K"

#: Below this share, the time that is left cannot be told from the time that has passed.
_LEAST_SHARE: Final = 0.005


class Progress:
    """Tells of one command.

    `verb` says what is done to each of `things`, as in "Imported" "blocks".
    """

    def __init__(
        self,
        verb: str,
        things: str,
        share: Share,
        clock: Callable[[], float],
        stream: TextIO | None = None,
    ) -> None:
        self._verb = verb
        self._things = things
        self._share = share
        self._clock = clock
        self._stream = sys.stderr if stream is None else stream
        self._terminal = self._stream.isatty()
        self._started_s = clock()
        self._told_s = self._started_s
        self._done = 0

    def advance(self, where: str) -> None:
        """Count one thing; `where` names it."""
        self._done += 1
        now = self._clock()
        if now - self._told_s < (_TERMINAL_INTERVAL_S if self._terminal else _LOG_INTERVAL_S):
            return
        self._told_s = now
        line = self._line(where, now - self._started_s)
        if self._terminal:
            self._stream.write(f"{_CLEAR_LINE}{line}")
            self._stream.flush()
        else:
            _log.info("%s", line)

    def finish(self) -> None:
        """Say what was done altogether."""
        if self._terminal:
            self._stream.write(_CLEAR_LINE)
        took_s = self._clock() - self._started_s
        rate = f" ({self._done / took_s:.0f} a second)" if took_s > 0 else ""
        _log.info("%s %d %s in %.1f s%s", self._verb, self._done, self._things, took_s, rate)

    def _line(self, where: str, took_s: float) -> str:
        line = f"{self._verb} {self._done} {self._things}, at {where}"
        line += f", {self._done / took_s:.0f} a second"
        share = self._share(self._done)
        if share is not None and share > _LEAST_SHARE:
            left_s = took_s * max(1 - share, 0) / share
            line += f", {min(share, 1):.0%}, {_duration(left_s)} left"
        return line


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
