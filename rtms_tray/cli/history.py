"""`history`: past meetings, as a table, JSON or CSV; read from the disk, with or without a running instance."""

from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from rtms_tray.cli.output import complain, one_line, say, say_json
from rtms_tray.history.database import each_meeting
from rtms_tray.history.model import HistoryError, HostSide, MeetingRecord, Trouble
from rtms_tray.history.report import as_csv, as_json, meeting_times
from rtms_tray.presentation.wording import KINDS, lengths, reason_words
from rtms_tray.store.profile import Profile
from rtms_tray.support.command_types import Exit
from rtms_tray.support.texts import text

_MEASURED: Final = 50  # meetings
_LINES_AT_ONCE: Final = 200
_EXACT: Final = "%H:%M:%S"
_COLUMNS: Final = ("began", "meeting", "host", "captured", "paused", "lost", "unknown", "end")


def perform(profile: Profile, arguments: Namespace) -> int:
    """Print past meetings; returns the exit code."""
    try:
        _print(profile, arguments)
    except HistoryError as error:
        damaged = error.trouble is Trouble.DAMAGED
        remedy = text("cli.history.damaged_remedy") if damaged else error.remedy
        complain(f"{error.text} {remedy}")
        return Exit.REFUSED
    return Exit.DONE


def _print(profile: Profile, arguments: Namespace) -> None:
    meetings = each_meeting(profile.history_file, arguments.since)
    if arguments.json:
        say_json([as_json(meeting) for meeting in meetings])
    elif arguments.csv:
        say(as_csv(list(meetings)))
    else:
        lines = as_table(meetings)
        while page := list(islice(lines, _LINES_AT_ONCE)):
            say("\n".join(page))


def as_table(meetings: Iterable[MeetingRecord]) -> Iterator[str]:
    """Write a table in which each meeting is followed by its spans of time and why; times are local.

    Columns are as wide as the first meetings need, so that nobody waits for the last.
    """
    others = iter(meetings)
    first = list(islice(others, _MEASURED))
    if not first:
        yield text("cli.history.empty")
        return
    rows = [_heading(), *map(_row, first)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    yield _line(_heading(), widths)
    for meeting in chain(first, others):
        yield _line(_row(meeting), widths)
        yield from _spans(meeting)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = zip(row, widths, strict=True)
    return "  ".join(cell.ljust(width) for cell, width in cells).rstrip()


def _heading() -> tuple[str, ...]:
    return tuple(text(f"cli.history.columns.{column}") for column in _COLUMNS)


def _row(meeting: MeetingRecord) -> tuple[str, ...]:
    spent = lengths({kind: meeting.total(kind) for kind in KINDS})
    return (
        meeting_times(meeting).moment(meeting.began_at),
        one_line(meeting.meeting_number or meeting.meeting_uuid or "?"),
        "?" if meeting.host is HostSide.UNKNOWN else str(meeting.host),
        *(spent.get(kind, "–") for kind in KINDS),
        text("cli.history.in_progress")
        if meeting.ended_at is None
        else one_line(reason_words(meeting.end_reason)),
    )


def _spans(meeting: MeetingRecord) -> Iterator[str]:
    times = meeting_times(meeting)
    for span in meeting.counted:
        hours = f"{times.clock(span.start, _EXACT)}–{times.clock(span.end, _EXACT)}"
        yield f"    {hours}  {span.kind:<8}  {one_line(reason_words(span.why))}".rstrip()
