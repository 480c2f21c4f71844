"""Past meetings for other programs: as JSON and as CSV, by the names of the interface."""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Final

from rtms_tray.capture.timeline import Span
from rtms_tray.capture.units import SECOND
from rtms_tray.span_words import KINDS
from rtms_tray.status import Json, rfc3339
from rtms_tray.store.history_records import MeetingRecord

_CSV: Final = (
    "meeting_id", "meeting_uuid", "host", "started", "ended",
    "captured_s", "paused_s", "lost_s", "unknown_s", "end_reason",
)  # fmt: skip
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
"""What a spreadsheet may take for the beginning of a formula."""
_UNSEEN: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Characters that steer a terminal or the direction of text, and no file can need."""


def as_json(meeting: MeetingRecord) -> Json:
    """Write a meeting down by the names of the interface; moments are UTC, lengths seconds."""
    return {
        "meeting_id": meeting.meeting_number,
        "meeting_uuid": meeting.meeting_uuid,
        "host": str(meeting.host),
        "started": rfc3339(meeting.began_at),
        "ended": rfc3339(meeting.ended_at),
        **{f"{kind}_s": meeting.total(kind) / SECOND for kind in KINDS},
        "spans": [_span(span) for span in meeting.counted],
        "end_reason": meeting.end_reason or None,
    }


def json_file(meetings: Iterable[MeetingRecord]) -> str:
    """Write a file of meetings: one JSON list, a meeting a line."""
    lines = ",\n".join(json.dumps(as_json(meeting)) for meeting in meetings)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def _span(span: Span) -> Json:
    return {
        "start": rfc3339(span.start),
        "end": rfc3339(span.end),
        "kind": str(span.kind),
        "reason": span.why or None,
    }


def as_csv(meetings: Sequence[MeetingRecord]) -> str:
    """Write one row for each meeting, after a row of names; no cell is taken for a formula."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(_CSV)
    for meeting in meetings:
        facts = as_json(meeting)
        writer.writerow([_cell(facts[name]) for name in _CSV])
    return table.getvalue().rstrip("\n")


def _cell(value: object) -> str:
    text = "" if value is None else " ".join(_UNSEEN.sub("", str(value)).split())
    return f"'{text}" if _FORMULA.match(text) else text
