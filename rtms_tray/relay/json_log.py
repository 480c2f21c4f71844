"""The relay's log: a line of JSON for each record, on standard error. Its own texts name no person."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final, TextIO

_NOISY: Final = ("httpx2", "httpcore2", "websockets", "nats", "uvicorn", "uvicorn.error")
"""Their own lines could hold addresses and tokens."""


class JsonLines(logging.Formatter):
    """Writes a record as a line of JSON; of an error, the kind and where it happened, not its words."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = {"at": at, "level": record.levelname, "from": record.name}
        fields["text"] = record.getMessage()
        if record.exc_info and (error := record.exc_info[1]) is not None:
            fields["error"] = _place(error)
        return json.dumps(fields)


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{where}"


def log_to(stream: TextIO, level: str) -> None:
    """Log this process to a stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.getLogger("uvicorn.error").addFilter(_is_founded)


def _is_founded(record: logging.LogRecord) -> bool:
    """Drop what uvicorn says of every WebSocket that was refused with a reply (`websocket.http.response`)."""
    return "without completing handshake" not in record.msg


def log_to_stderr(level: str) -> None:
    """Log this process to standard error."""
    log_to(sys.stderr, level)
