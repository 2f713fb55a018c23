"""Filters and forms of the log."""

import io
import json
import logging

import pytest

from parachain.node import log


def _logged(log_format: str, *filters: str) -> tuple[io.StringIO, logging.Logger]:
    stream = io.StringIO()
    log.set_up(filters, log_format, stream)
    return stream, log.logger("sync")


def test_info_is_a_bare_line() -> None:
    stream, logger = _logged("text")
    logger.info("🏆 Imported #%d", 5)
    logger.debug("not shown")
    line = stream.getvalue()
    assert line[19:] == " 🏆 Imported #5\n"
    assert line[4] == line[7] == "-"


def test_a_target_gets_its_own_level() -> None:
    stream, logger = _logged("text", "warn,sync=debug")
    logger.debug("shown")
    log.logger("rpc").info("not shown")
    assert "DEBUG sync: shown" in stream.getvalue()
    assert "not shown" not in stream.getvalue()


def test_tracebacks_are_for_developers() -> None:
    for filters, shown in (((), False), (("debug",), True)):
        stream, logger = _logged("text", *filters)
        try:
            raise ValueError("boom")
        except ValueError:
            logger.exception("it failed")
        assert ("Traceback" in stream.getvalue()) is shown
        assert "it failed" in stream.getvalue()


def test_json_lines() -> None:
    stream, logger = _logged("json")
    logger.warning("disk is %d %% full", 99)
    value = json.loads(stream.getvalue())
    assert (value["level"], value["target"]) == ("WARN", "sync")
    assert value["message"] == "disk is 99 % full"


@pytest.mark.parametrize("text", ["sync=loud", "info,a=b"])
def test_bad_filters_are_named(text: str) -> None:
    with pytest.raises(log.LogFilterError, match="log filter"):
        log.parse_filter(text)


def test_reset_forgets_what_was_added() -> None:
    stream, logger = _logged("text")
    log.apply_filter(log.parse_filter("sync=trace"))
    log.reset_filter({})
    logger.debug("not shown")
    assert stream.getvalue() == ""
