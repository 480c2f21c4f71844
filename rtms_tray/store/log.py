"""The log: JSON lines in a rotating file of the profile, without anything secret."""

import json
import logging
import logging.handlers
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rtms_tray.store.profile import Profile
from rtms_tray.support.files import check_regular, private_folder

LOG_FILE: Final = "rtms-tray.log"
"""The newest file of the log folder; one JSON object a line."""
_MAX_BYTES: Final = 1_000_000
_MAX_FILES: Final = 3
_MAX_CHARACTERS: Final = 20_000
_SECRETS: Final = (
    # hint, pattern, replacement: most texts hold no hint, and need not be searched
    ("", re.compile(r"(?i)\b(Bearer|Basic)\s+[\w.~+/=-]+"), r"\1 …"),
    (
        "",
        re.compile(
            r"(?i)\b(access_token|refresh_token|client_secret|code|code_verifier|state|pwd|passcode|zak|tk)"
            r"([\"']?\s*[=:]\s*[\"']?)(?!\d{1,6}\b(?![\w.-]))[^\s&\"',}]+"
        ),
        r"\1\2…",
    ),
    ("eyJ", re.compile(r"\beyJ[\w-]{8,}(\.[\w-]+)*"), "…"),
    # Tried only where a word begins, so that a long word does not take long.
    ("@", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+"), "…@…"),
    ("==", re.compile(r"[\w+/-]{22}=="), "…=="),
    # The same in a URL, where Zoom wants it encoded twice.
    ("%", re.compile(r"(?:[\w-]|%(?:25)?2[BbFf]){22}(?:%(?:25)?3[Dd]){2}"), "…=="),
)
"""Tokens, codes, passcodes, email addresses, meeting UUIDs."""


def redacted(text: str) -> str:
    """Remove what must not be in a log, and shorten what is too long for one."""
    if len(text) > _MAX_CHARACTERS:
        text = f"{text[:_MAX_CHARACTERS]}… ({len(text)} characters)"
    for hint, pattern, replacement in _SECRETS:
        if hint in text:
            text = pattern.sub(replacement, text)
    return text


class JsonLines(logging.Formatter):
    """Formats each record as a line of JSON, redacted as a whole."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record; of a broken one, whatever can be written."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = {
            "at": at,
            "level": record.levelname,
            "from": record.name,
            "text": redacted(_message(record)),
        }
        if record.exc_info:
            fields["traceback"] = redacted(self.formatException(record.exc_info))
        return json.dumps(fields, ensure_ascii=True)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - a border: any argument may fail to be written as text
        return f"{record.msg} (its arguments cannot be written)"


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotating file that only this user can read, whatever the umask; its errors stay here."""

    def _open(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - logging's own signature
        file = Path(self.baseFilename)
        if file.exists():
            check_regular(file)
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        if hasattr(os, "fchmod"):
            os.fchmod(handle, 0o600)  # it may be older, or the umask stricter
        return os.fdopen(handle, "a", encoding="utf-8")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Ignore a full disk: nothing depends on the log."""


def log_to_file(profile: Profile, *, verbose: bool) -> None:
    """Log this run to the profile's log folder; where that fails, run without a log."""
    try:
        folder = private_folder(profile.log_folder)
        handler = _PrivateFile(folder / LOG_FILE, maxBytes=_MAX_BYTES, backupCount=_MAX_FILES)
    except OSError:
        return
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("rtms_tray").setLevel(logging.DEBUG if verbose else logging.INFO)
    # These log URLs with tokens in them, or too much.
    for name in ("httpx2", "httpcore2", "websockets", "qasync"):
        logging.getLogger(name).setLevel(logging.WARNING)
