"""The relay's log."""

import io
import ipaddress
import json
import logging

import pytest

from rtms_tray.relay.json_log import JsonLines, log_to


@pytest.fixture
def log() -> logging.Logger:
    """A logger of its own."""
    logger = logging.Logger("relay")  # noqa: LOG001 - outside the tree
    logger.addHandler(handler := logging.StreamHandler(io.StringIO()))
    handler.setFormatter(JsonLines())
    return logger


def lines(log: logging.Logger) -> list[dict[str, str]]:
    handler = log.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    return [json.loads(line) for line in handler.stream.getvalue().splitlines()]


def test_a_record_is_a_line_of_json(log: logging.Logger) -> None:
    log.warning("not stored: %s", "x\ny")
    (line,) = lines(log)
    assert (line["level"], line["from"], line["text"]) == ("WARNING", "relay", "not stored: x\ny")
    assert line["at"].endswith("+00:00")


def test_of_an_error_the_place_is_told_and_not_its_words(log: logging.Logger) -> None:
    try:
        ipaddress.ip_address("ann@example.com")  # which fails somewhere further down
    except ValueError:
        log.exception("failed")
    log.error("failed", exc_info=KeyError("ann@example.com"))
    first, second = lines(log)
    assert "ValueError at " in first["error"]
    assert second["error"] == "KeyError"
    assert "ann" not in json.dumps([first, second])


def test_it_takes_the_place_of_other_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.Logger("root")  # noqa: LOG001 - so that the tests' own stays as it is
    monkeypatch.setattr(logging, "root", root)
    stream = io.StringIO()
    log_to(stream, "INFO")
    root.info("hello")
    root.debug("nothing")
    uvicorn = logging.getLogger("uvicorn.error")
    assert not uvicorn.filter(_says("ASGI callable returned without completing handshake."))
    assert uvicorn.filter(_says("Exception in ASGI application"))
    assert json.loads(stream.getvalue())["text"] == "hello"


def _says(text: str) -> logging.LogRecord:
    return logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, text, None, None)
