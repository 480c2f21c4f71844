"""`history`: past meetings, as a table, JSON or CSV; read from the disk, with or without a running instance."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from rtms_tray.cli.output import complain, one_line, say, say_json
from rtms_tray.history.database import read_meetings
from rtms_tray.history.model import HistoryError, HostSide, MeetingRecord, Trouble
from rtms_tray.history.report import as_csv, as_json
from rtms_tray.presentation.wording import KINDS, lasting, reason_words, rounded
from rtms_tray.store.profile import Profile
from rtms_tray.support.command_types import Exit
from rtms_tray.support.texts import text
from rtms_tray.support.units import SECOND, Millis

_COLUMNS: Final = ("began", "meeting", "host", "captured", "paused", "lost", "unknown", "end")


def perform(profile: Profile, arguments: Namespace) -> int:
    """Print past meetings; returns the exit code."""
    try:
        meetings = read_meetings(profile.history_file, arguments.since)
    except HistoryError as error:
        damaged = error.trouble is Trouble.DAMAGED
        remedy = text("cli.history.damaged_remedy") if damaged else error.remedy
        complain(f"{error.text} {remedy}")
        return Exit.REFUSED
    if arguments.json:
        say_json([as_json(meeting) for meeting in meetings])
    elif arguments.csv:
        say(as_csv(meetings))
    else:
        say("\n".join(as_table(meetings)))
    return Exit.DONE


def as_table(meetings: Sequence[MeetingRecord]) -> Iterator[str]:
    """Write a table in which each meeting is followed by its spans of time and why; times are local."""
    if not meetings:
        yield text("cli.history.empty")
        return
    rows = [_heading(), *map(_row, meetings)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for meeting, row in zip((None, *meetings), rows, strict=True):
        cells = zip(row, widths, strict=True)
        yield "  ".join(cell.ljust(width) for cell, width in cells).rstrip()
        if meeting is not None:
            yield from _spans(meeting)


def _heading() -> tuple[str, ...]:
    return tuple(text(f"cli.history.columns.{column}") for column in _COLUMNS)


def _row(meeting: MeetingRecord) -> tuple[str, ...]:
    lengths = rounded({kind: meeting.total(kind) for kind in KINDS})
    return (
        _local(meeting.began_at).strftime("%Y-%m-%d %H:%M"),
        one_line(meeting.meeting_number or meeting.meeting_uuid or "?"),
        "?" if meeting.host is HostSide.UNKNOWN else str(meeting.host),
        *(lasting(lengths[kind]) if kind in lengths else "–" for kind in KINDS),
        text("cli.history.in_progress")
        if meeting.ended_at is None
        else one_line(reason_words(meeting.end_reason)),
    )


def _spans(meeting: MeetingRecord) -> Iterator[str]:
    for span in meeting.counted:
        hours = f"{_local(span.start):%H:%M:%S}–{_local(span.end):%H:%M:%S}"
        yield f"    {hours}  {span.kind:<8}  {one_line(reason_words(span.why))}".rstrip()


def _local(at: Millis) -> datetime:
    return datetime.fromtimestamp(at / SECOND).astimezone()
