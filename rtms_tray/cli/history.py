"""`history`: past meetings, in words, as JSON or CSV; read from the disk, with or without a running instance."""

import csv
import io
import re
from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from rtms_tray.capture.reason_texts import REASONS
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.capture.units import SECOND, Millis
from rtms_tray.cli.output import complain, one_line, say, say_json
from rtms_tray.commands import Exit
from rtms_tray.history import MEETING_ENDED
from rtms_tray.status import Json, length, rfc3339
from rtms_tray.store.history_file import read_meetings
from rtms_tray.store.history_records import HostSide, MeetingRecord
from rtms_tray.store.history_trouble import HistoryError, Trouble
from rtms_tray.store.paths import Profile

_KINDS: Final = (SpanKind.CAPTURED, SpanKind.PAUSED, SpanKind.LOST, SpanKind.UNKNOWN)
_HEAD: Final = ("Began", "Meeting", "Host", "Captured", "Paused", "Lost", "Unknown", "End")
_CSV: Final = (
    "meeting_id", "meeting_uuid", "host", "started", "ended",
    "captured_s", "paused_s", "lost_s", "unknown_s", "end_reason",
)  # fmt: skip
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
"""What a spreadsheet may take for the beginning of a formula."""
_UNSEEN: Final = "unverified"
_GOES_ON: Final = "goes on, as last written down"
_DAMAGED: Final = "It is set aside at the next start of rtms-tray, and a new one begins."


def perform(profile: Profile, arguments: Namespace) -> int:
    """Print past meetings, and tell the exit code."""
    try:
        meetings = read_meetings(profile.history_file, arguments.since)
    except HistoryError as error:
        remedy = _DAMAGED if error.trouble is Trouble.DAMAGED else error.remedy
        complain(f"{error.text} {remedy}")
        return Exit.REFUSED
    if arguments.json:
        say_json([as_json(meeting) for meeting in meetings])
    elif arguments.csv:
        say(as_csv(meetings))
    else:
        say("\n".join(in_words(meetings)))
    return Exit.DONE


def as_json(meeting: MeetingRecord) -> Json:
    """Write a meeting down by the names of the interface; moments are UTC, lengths seconds."""
    return {
        "meeting_id": meeting.meeting_number,
        "meeting_uuid": meeting.meeting_uuid,
        "host": str(meeting.host),
        "started": rfc3339(meeting.began_at),
        "ended": rfc3339(meeting.ended_at),
        **{f"{kind}_s": meeting.total(kind) / SECOND for kind in _KINDS},
        "spans": [_span(span) for span in meeting.counted],
        "end_reason": meeting.end_reason or None,
    }


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
    text = "" if value is None else one_line(str(value))
    return f"'{text}" if _FORMULA.match(text) else text


# --- in words -----------------------------------------------------------------------------------


def in_words(meetings: Sequence[MeetingRecord]) -> Iterator[str]:
    """Say it in a table, each meeting followed by its stretches of time and why; times are local."""
    if not meetings:
        yield "No meetings are written down."
        return
    rows = [_HEAD, *map(_row, meetings)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for place, row in enumerate(rows):
        cells = zip(row, widths, strict=True)
        yield "  ".join(cell.ljust(width) for cell, width in cells).rstrip()
        if place:
            yield from _stretches(meetings[place - 1])


def _row(meeting: MeetingRecord) -> tuple[str, ...]:
    return (
        _local(meeting.began_at).strftime("%Y-%m-%d %H:%M"),
        one_line(meeting.meeting_number or meeting.meeting_uuid or "?"),
        "?" if meeting.host is HostSide.UNKNOWN else str(meeting.host),
        *(length(meeting.total(kind)) if meeting.total(kind) else "–" for kind in _KINDS),
        _GOES_ON if meeting.ended_at is None else _why(meeting.end_reason),
    )


def _stretches(meeting: MeetingRecord) -> Iterator[str]:
    for span in meeting.counted:
        hours = f"{_local(span.start):%H:%M:%S}–{_local(span.end):%H:%M:%S}"
        yield f"    {hours}  {span.kind:<8}  {_why(span.why)}".rstrip()


def _local(at: Millis) -> datetime:
    return datetime.fromtimestamp(at / SECOND).astimezone()


def _why(code: str) -> str:
    """Say a reason's code in words; one of another version stays as it is."""
    words = {"": "", _UNSEEN: "Not seen", MEETING_ENDED: "The meeting ended"}
    if code in words:
        return words[code]
    return REASONS[Code(code)].title if code in set(Code) else one_line(code)
