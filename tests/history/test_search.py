"""Searching past meetings: numbers, days, reasons, kinds and hosts; nothing typed can break it."""

import time
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.history.database import HistoryFile
from rtms_tray.history.model import HostSide
from rtms_tray.history.reader import HistoryReader
from rtms_tray.history.search import Search, search_for
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import use_language
from rtms_tray.support.translation import Translation
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from tests.helpers.histories import ENDED
from tests.helpers.manual_clock import NOON

CATALOGUE = """
msgctxt "units.dates.day"
msgid "{year}-{month}-{day}"
msgstr "{day}.{month}.{year}"

msgctxt "spans.lost"
msgid "lost"
msgstr "verloren"

msgctxt "history.search.yesterday"
msgid "yesterday"
msgstr "Gestern"
"""
DAY = 24 * HOUR
LOSING = replace(
    ENDED,
    key="lost",
    meeting_number="81122223333",
    host=HostSide.EXTERNAL,
    began_at=NOON - DAY,
    end_reason="given_up",
    spans=(Span(NOON - DAY, NOON - DAY + MINUTE, SpanKind.LOST, "rtms_disabled"),),
)
OLD = replace(
    ENDED,
    key="old",
    meeting_number=None,
    host=HostSide.UNKNOWN,
    began_at=round(datetime(2024, 12, 31, 12).astimezone().timestamp()) * SECOND,
    end_reason="stop_host",
    spans=(),
)


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[HistoryReader]:
    path = tmp_path / "history.sqlite3"
    file = HistoryFile.open(path)
    file.save([ENDED, LOSING, OLD])
    file.close()
    reader = HistoryReader(path)
    yield reader
    reader.close()


def local(moment: int, form: str) -> str:
    return time.strftime(form, time.localtime(moment / SECOND))


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("", ["a", "lost", "old"]),
        ("   ", ["a", "lost", "old"]),
        ("987", ["a"]),
        ("987 1234 5670", ["a"]),
        ("811-2222-3333", ["lost"]),
        (local(NOON, "%Y-%m-%d"), ["a"]),
        (local(NOON, "%Y-%m"), ["a", "lost"]),
        ("today", ["a"]),
        ("Yesterday", ["lost"]),
        ("2024", ["old"]),
        ("2024-12", ["old"]),
        ("2024-12-31", ["old"]),
        ("2024-12-32", []),
        ("2024-13", []),
        ("9999-12", []),
        ("0000", []),
        ("0001-1", []),
        ("internal", ["a"]),
        ("external", ["lost"]),
        ("lost", ["a", "lost"]),
        ("paused", ["a"]),
        ("turned off", ["lost"]),
        ("TURNED 8112", ["lost"]),
        ("turned 987", []),
        ("nobodysaysthis", []),
        ("-", []),
        ("%", []),
    ],
)
async def test_what_is_found(reader: HistoryReader, typed: str, keys: list[str]) -> None:
    page = await reader.page(search_for(typed, NOON))
    assert [line.key for line in page.lines] == keys
    assert page.total == len(keys)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(typed=st.text(max_size=60) | st.from_regex(r"\d{1,5}(-\d{0,3}){0,3}", fullmatch=True))
def test_whatever_is_typed_is_a_search(empty: HistoryFile, typed: str) -> None:
    found = search_for(typed, NOON)
    assert found.where.count("?") == len(found.values)
    where = f"SELECT count(*) FROM meetings WHERE {found.where}"  # noqa: S608 - what is tried
    assert empty._connection.execute(where, found.values).fetchone() == (0,)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HistoryFile]:
    file = HistoryFile.open(tmp_path_factory.mktemp("empty") / "history.sqlite3")
    yield file
    file.close()


def test_a_search_for_nothing_finds_all() -> None:
    assert search_for("", NOON) == Search()


async def test_days_and_kinds_are_found_as_the_language_writes_them(reader: HistoryReader) -> None:
    use_language(Translation("xx", CATALOGUE))
    for typed, found in (
        ("31.12.2024", ["old"]),
        ("verloren", ["a", "lost"]),
        ("gestern", ["lost"]),
        ("yesterday", ["lost"]),
        ("31.13.2024", []),
    ):
        page = await reader.page(search_for(typed, NOON))
        assert [line.key for line in page.lines] == found, typed
