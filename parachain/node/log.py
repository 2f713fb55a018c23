"""Logs as a Substrate operator expects them.

One line each: time, then the message, coloured on a terminal; or a JSON object with
`--log-format json`. `-l` takes what Substrate's does: `debug`, `txpool=trace`, several by comma.
Loggers are named by target (`substrate`, `txpool`, `rpc`, `aura`, `runtime`, `sandbox`).
Tracebacks are shown for targets at level debug only: an operator gets one clear line.
"""

import json
import logging
import sys
import time
from typing import Final, TextIO

TRACE: Final = 5

LEVELS: Final = {
    "off": logging.CRITICAL + 10,
    "error": logging.ERROR,
    "warn": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
    "trace": TRACE,
}

#: Everything this node logs lies under this logger, so libraries keep their own levels.
ROOT: Final = "gear"

_COLOURS: Final = {
    logging.ERROR: "\x1b[31m",
    logging.WARNING: "\x1b[33m",
    logging.DEBUG: "\x1b[34m",
    TRACE: "\x1b[35m",
}
_DIM, _RESET = "\x1b[2m", "\x1b[0m"


class LogFilterError(ValueError):
    """The text is not a log filter; the message says which part."""


def logger(target: str) -> logging.Logger:
    """Return the logger of a target."""
    return logging.getLogger(f"{ROOT}.{target}")


def parse_filter(text: str) -> dict[str, int]:
    """Read a filter such as `info,txpool=debug`: level by target, "" for all.

    Raises LogFilterError.
    """
    out: dict[str, int] = {}
    for part in text.split(","):
        target, equals, level = part.strip().rpartition("=")
        if not equals and level.lower() not in LEVELS and level:
            target, level = level, "trace"  # a bare target asks for everything of it
        if not level and not target:
            continue
        number = LEVELS.get(level.lower())
        if number is None:
            known = ", ".join(LEVELS)
            raise LogFilterError(f"{level!r} in the log filter {text!r} is none of {known}")
        out[target.replace("::", ".")] = number
    return out


def parse_filters(texts: tuple[str, ...]) -> dict[str, int]:
    """Read several filters, later ones over earlier ones. Raises LogFilterError."""
    levels: dict[str, int] = {}
    for text in texts:
        levels.update(parse_filter(text))
    return levels


def apply_filter(levels: dict[str, int]) -> None:
    """Set the levels of a filter on top of those that hold."""
    for target, level in levels.items():
        logging.getLogger(f"{ROOT}.{target}" if target else ROOT).setLevel(level)


def reset_filter(levels: dict[str, int]) -> None:
    """Forget all levels but info and those of `levels` (`system_resetLogFilter`)."""
    for name in list(logging.Logger.manager.loggerDict):
        if name.startswith(f"{ROOT}."):
            logging.getLogger(name).setLevel(logging.NOTSET)
    logging.getLogger(ROOT).setLevel(logging.INFO)
    apply_filter(levels)


def _target(record: logging.LogRecord) -> str:
    return record.name.removeprefix(f"{ROOT}.")


def _shows_traceback(record: logging.LogRecord) -> bool:
    return logging.getLogger(record.name).isEnabledFor(logging.DEBUG)


class LineFormatter(logging.Formatter):
    """Time and message; level and target where they tell more than info does."""

    def __init__(self, *, colour: bool) -> None:
        super().__init__()
        self._colour = colour

    def format(self, record: logging.LogRecord) -> str:
        """Render one record."""
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.created))
        message = record.getMessage()
        if record.levelno != logging.INFO:
            level = logging.getLevelName(record.levelno)
            paint = _COLOURS.get(record.levelno, "") if self._colour else ""
            reset = _RESET if paint else ""
            message = f"{paint}{level:>5}{reset} {_target(record)}: {message}"
        if record.exc_info and _shows_traceback(record):
            message += "\n" + self.formatException(record.exc_info)
        if self._colour:
            return f"{_DIM}{stamp}{_RESET} {message}"
        return f"{stamp} {message}"


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for log collectors."""

    def format(self, record: logging.LogRecord) -> str:
        """Render one record."""
        value = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "level": logging.getLevelName(record.levelno),
            "target": _target(record),
            "message": record.getMessage(),
        }
        if record.exc_info and _shows_traceback(record):
            value["traceback"] = self.formatException(record.exc_info)
        return json.dumps(value, ensure_ascii=False)


def set_up(filters: tuple[str, ...], log_format: str, stream: TextIO | None = None) -> None:
    """Send the node's logs to `stream` (standard error) in the given format.

    Raises LogFilterError. Called once, by the process.
    """
    stream = sys.stderr if stream is None else stream
    logging.addLevelName(TRACE, "TRACE")
    logging.addLevelName(logging.WARNING, "WARN")
    handler = logging.StreamHandler(stream)
    if log_format == "json":
        handler.setFormatter(JsonFormatter())
    else:
        handler.setFormatter(LineFormatter(colour=stream.isatty()))
    root = logging.getLogger(ROOT)
    root.handlers[:] = [handler]
    root.propagate = False
    reset_filter(parse_filters(filters))
