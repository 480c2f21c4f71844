"""`rtms-tray history`: what is on the disk, in words, JSON and CSV, with or without a running instance."""

import csv
import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import datetime

import pytest

from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.cli.history import as_table
from rtms_tray.history.database import HistoryFile
from rtms_tray.history.model import MeetingRecord
from rtms_tray.history.report import as_csv
from rtms_tray.store.profile import Profile
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE
from tests.cli.conftest import RunCli
from tests.helpers.histories import ENDED, OPEN
from tests.helpers.manual_clock import NOON

LATER = replace(
    OPEN, seen_at=NOON + 2 * HOUR, meeting_number=None, meeting_uuid="=cmd|' /C calc'!A0"
)


@pytest.fixture
def kept(profile: Profile) -> None:
    file = HistoryFile.open(profile.history_file)
    file.save([ENDED, LATER])
    file.close()


def break_(profile: Profile) -> None:
    profile.history_file.parent.mkdir(parents=True)
    profile.history_file.write_bytes(b"rubbish" * 1000)


async def test_without_a_history_there_are_no_meetings(cli: RunCli, profile: Profile) -> None:
    ended = await cli("history")
    assert (ended.code, ended.out) == (0, "No meetings recorded yet.\n")
    assert (await cli("history", "--json")).out == "[]\n"
    assert len((await cli("history", "--csv")).out.splitlines()) == 1
    assert not profile.data_folder.exists()


@pytest.mark.usefixtures("kept")
async def test_json_has_the_names_of_the_interface(cli: RunCli) -> None:
    ended = await cli("history", "--json")
    assert ended.code == 0
    first, second = json.loads(ended.out)
    assert first == {
        "meeting_id": "98712345670",
        "meeting_uuid": "uuid-1==",
        "host": "internal",
        "started": "2026-10-31T12:00:00Z",
        "ended": "2026-10-31T12:30:00Z",
        "captured_s": 1200.0,
        "paused_s": 120.0,
        "lost_s": 300.0,
        "unknown_s": 180.0,
        "spans": [
            {
                "start": "2026-10-31T12:00:00Z",
                "end": "2026-10-31T12:05:00Z",
                "kind": "lost",
                "reason": "asked",
            },
            {
                "start": "2026-10-31T12:05:00Z",
                "end": "2026-10-31T12:25:00Z",
                "kind": "captured",
                "reason": "began",
            },
            {
                "start": "2026-10-31T12:25:00Z",
                "end": "2026-10-31T12:27:00Z",
                "kind": "paused",
                "reason": "paused_by_you",
            },
            {
                "start": "2026-10-31T12:27:00Z",
                "end": "2026-10-31T12:30:00Z",
                "kind": "unknown",
                "reason": "unverified",
            },
        ],
        "end_reason": "meeting_ended",
    }
    assert (second["ended"], second["end_reason"], second["meeting_id"]) == (None, None, None)


@pytest.mark.usefixtures("kept")
async def test_csv_has_one_row_for_each_meeting_and_no_formulas(cli: RunCli) -> None:
    ended = await cli("history", "--csv")
    first, second = csv.DictReader(ended.out.splitlines())
    assert first["meeting_id"] == "98712345670"
    assert (first["captured_s"], first["end_reason"]) == ("1200.0", "meeting_ended")
    assert second["meeting_uuid"] == "'=cmd|' /C calc'!A0"
    assert second["ended"] == ""


@pytest.mark.promise("words from outside are plain text everywhere")
@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_begins_like_a_formula(start: str) -> None:
    text = as_csv([replace(ENDED, meeting_number=f"{start}1+1", meeting_uuid=f'{start}"x",\n\t')])
    (row,) = csv.DictReader(text.splitlines())
    assert row["meeting_id"] == f"'{start}1+1"
    assert row["meeting_uuid"] == f'\'{start}"x",'


@pytest.mark.usefixtures("kept")
async def test_words_say_when_how_long_and_why(cli: RunCli) -> None:
    ended = await cli("history", TZ="UTC")
    lines = ended.out.splitlines()
    assert re.split(r"  +", lines[0]) == [
        "Started", "Meeting", "Host", "Captured", "Paused", "Lost", "Unknown", "How it ended",
    ]  # fmt: skip
    assert re.split(r"  +", lines[1]) == [
        "2026-10-31 12:00", "98712345670", "internal", "20 min", "2 min", "5 min", "3 min",
        "The meeting ended",
    ]  # fmt: skip
    assert lines[2].startswith("    12:00:00–12:05:00  lost      ")
    assert lines[5] == "    12:27:00–12:30:00  unknown   Not confirmed"
    assert "in progress" in lines[6]


def test_words_know_reasons_of_other_versions_by_their_code() -> None:
    strange = replace(ENDED, spans=(Span(NOON, NOON + MINUTE, SpanKind.LOST, "not_invented_yet"),))
    assert "not_invented_yet" in "\n".join(as_table([strange]))


@pytest.mark.usefixtures("kept")
async def test_since_takes_a_date_or_a_moment(cli: RunCli) -> None:
    async def found(since: str) -> int:
        return len(json.loads((await cli("history", "--json", "--since", since, TZ="UTC")).out))

    assert await found("2026-10-31") == 2
    assert await found("2026-10-31T12:30") == 2
    assert await found("2026-10-31T12:30:01Z") == 1
    assert await found("2026-10-31T13:00:00+01:00") == 2
    assert await found("2026-11-01") == 0


@pytest.mark.parametrize(
    "since",
    ["yesterday", "", "31.10.2026", "2026-13-01", "2026-W01-1", "0001-01-01T00:00", "٢٠٢٦-١٠-٣١"],
)
async def test_a_bad_date_is_wrong_usage(cli: RunCli, since: str) -> None:
    ended = await cli("history", "--since", since, TZ="Asia/Tokyo")
    assert ended.code == 2
    assert "a date such as 2026-11-20" in ended.err


async def test_json_and_csv_exclude_each_other(cli: RunCli) -> None:
    assert (await cli("history", "--json", "--csv")).code == 2


async def test_a_damaged_history_is_a_sentence_and_exit_1(cli: RunCli, profile: Profile) -> None:
    break_(profile)
    ended = await cli("history")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("rtms-tray: The history is damaged.")


@pytest.mark.usefixtures("kept")
async def test_the_history_is_read_while_a_program_writes(cli: RunCli, profile: Profile) -> None:
    writer = sqlite3.connect(profile.history_file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM meetings")
    assert len(json.loads((await cli("history", "--json")).out)) == 2
    writer.execute("ROLLBACK")
    writer.close()


def test_times_in_the_table_are_local() -> None:
    local = datetime.fromtimestamp(NOON / 1000).astimezone()
    assert f"{local:%Y-%m-%d %H:%M}" in list(as_table([ENDED]))[1]


def test_the_first_line_does_not_wait_for_the_last_meeting() -> None:
    read: list[int] = []

    def meetings() -> Iterator[MeetingRecord]:
        for number in range(10_000):
            read.append(number)
            yield replace(ENDED, key=str(number))

    lines = as_table(meetings())
    assert next(lines).split()[0] == "Started"
    assert len(read) < 100
    assert len([line for line in lines if line.startswith("2026")]) == 10_000


async def test_reasons_call_the_app_by_its_name(cli: RunCli, profile: Profile) -> None:
    lost = Span(NOON, NOON + MINUTE, SpanKind.LOST, "receiver_interrupted")
    file = HistoryFile.open(profile.history_file)
    file.save([replace(ENDED, spans=(lost,))])
    file.close()
    assert "Your app lost its connection" in (await cli("history")).out
    await cli("settings", "set", "app.name", "Note Taker")
    assert "Note Taker lost its connection" in (await cli("history")).out
