"""Getting the calendar: from a file or by https alone, only what has changed, and never too much."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme

from rtms_tray.agenda import source as module
from rtms_tray.agenda.calendar import FAR_ENOUGH, READ_AGAIN, TRY_AGAIN, Calendar
from rtms_tray.agenda.entries import CalendarEntry, Entries, Question, read_entries, write_entries
from rtms_tray.agenda.source import LARGEST, CalendarError, CalendarSource, Trouble
from rtms_tray.zoom.http_client import make_http
from tests.helpers.manual_clock import ManualClock
from tests.helpers.network import server_tls
from tests.helpers.scripted_server import Failure, Reply, ScriptedServer

SECRET = "/private-a1b2c3/basic.ics"
ENTRY = CalendarEntry("98712345670", 5, 6)


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ScriptedServer]:
    """A server whose certificate is trusted."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    async with ScriptedServer(server_tls(authority)) as server:
        yield server


def source_at(server: ScriptedServer) -> CalendarSource:
    return CalendarSource(server.origin + SECRET, make_http)


async def trouble_of(source: CalendarSource) -> Trouble:
    with pytest.raises(CalendarError) as caught:
        await source.read()
    assert caught.value.text
    assert "private-" not in str(caught.value)
    return caught.value.trouble


async def test_only_what_has_changed_is_fetched(server: ScriptedServer) -> None:
    marks = ('ETag: "1"', "Last-Modified: Mon, 30 Nov 2026 12:00:00 GMT")
    server.script(Reply(200, b"first", marks), Reply(304), Reply(200, b"second"), Reply(200, b"x"))
    source = source_at(server)
    assert await source.read() == b"first"
    assert await source.read() is None
    asked = server.requests[-1].headers
    assert asked["if-none-match"] == '"1"'
    assert asked["if-modified-since"] == "Mon, 30 Nov 2026 12:00:00 GMT"
    assert await source.read() == b"second"
    assert await source.read() == b"x"
    assert "if-none-match" not in server.requests[-1].headers
    assert server.requests[0].target == SECRET


async def test_a_version_that_was_of_no_use_is_fetched_again(server: ScriptedServer) -> None:
    server.script(Reply(200, b"first", ('ETag: "1"',)))
    source = source_at(server)
    await source.read()
    source.forget()
    await source.read()
    assert "if-none-match" not in server.requests[-1].headers


async def test_redirects_are_followed_to_https_alone(server: ScriptedServer) -> None:
    server.script(Reply(302, headers=("Location: /elsewhere.ics",)), Reply(200, b"moved"))
    assert await source_at(server).read() == b"moved"
    server.script(Reply(302, headers=("Location: http://127.0.0.1:1/plain.ics",)))
    assert await trouble_of(source_at(server)) is Trouble.NOT_SAFE
    server.script(Reply(302, headers=("Location: /again",)))
    assert await trouble_of(source_at(server)) is Trouble.NOT_REACHED


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        (Reply(404), Trouble.NOT_THERE),
        (Reply(403), Trouble.NOT_THERE),
        (Reply(500), Trouble.NOT_REACHED),
        (Reply(304), Trouble.NOT_REACHED),
        (Reply(200, b"x" * (LARGEST + 1)), Trouble.TOO_LARGE),
        (Failure.ABORT, Trouble.NOT_REACHED),
    ],
)
async def test_what_goes_wrong_is_told(
    server: ScriptedServer, reply: Reply | Failure, trouble: Trouble
) -> None:
    server.script(reply)
    assert await trouble_of(source_at(server)) is trouble


async def test_a_server_that_says_nothing_is_given_up(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LIMIT_S", 0.1)
    server.script(Failure.SILENCE)
    assert await trouble_of(source_at(server)) is Trouble.TOO_SLOW


@pytest.mark.promise("a calendar is fetched by https alone, and its address is in no log")
async def test_never_without_encryption() -> None:
    assert (
        await trouble_of(CalendarSource("http://127.0.0.1:1/a.ics", make_http)) is Trouble.NOT_SAFE
    )


@pytest.mark.promise("a calendar is fetched by https alone, and its address is in no log")
async def test_the_address_is_never_logged(
    server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx2", "httpcore2"):  # as the log has it
        caplog.set_level(logging.WARNING, name)
    server.script(Reply(200, b"first"), Reply(500))
    source = source_at(server)
    await source.read()
    await trouble_of(source)
    assert "private-a1b2c3" not in caplog.text


async def test_a_file_is_read_when_it_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "mine.ics"
    source = CalendarSource(str(file), make_http)
    assert await trouble_of(source) is Trouble.NO_FILE
    file.write_bytes(b"first")
    assert await source.read() == b"first"
    assert await source.read() is None
    file.write_bytes(b"second")
    assert await source.read() == b"second"
    os.truncate(file, LARGEST + 1)
    assert await trouble_of(source) is Trouble.TOO_LARGE


# --- the calendar that is kept ------------------------------------------------------------------


class Readings:
    """Stands in for the process that reads."""

    def __init__(self) -> None:
        self.asked: list[tuple[bytes, Question]] = []
        self.result: Entries | CalendarError = (ENTRY,)

    def __call__(self, content: bytes, question: Question) -> Entries:
        self.asked.append((content, question))
        if isinstance(self.result, CalendarError):
            raise self.result
        return self.result


async def test_a_calendar_is_read_only_when_it_is_old(tmp_path: Path) -> None:
    file, clock, read = tmp_path / "mine.ics", ManualClock(), Readings()
    file.write_bytes(b"first")
    calendar = Calendar(str(file), make_http, clock, read)
    assert await calendar.look("me@example.com") == (ENTRY,)
    file.write_bytes(b"other")
    assert await calendar.look() == (ENTRY,)
    assert [content for content, _ in read.asked] == [b"first"]
    assert read.asked[0][1].me == "me@example.com"
    clock.now += READ_AGAIN
    await asyncio.gather(calendar.look(), calendar.look())
    assert [content for content, _ in read.asked] == [b"first", b"other"]
    clock.now += READ_AGAIN
    await calendar.look()
    assert len(read.asked) == 2  # unchanged
    clock.now += FAR_ENOUGH
    await calendar.look()
    assert len(read.asked) == 3  # unchanged, but it is another day


async def test_what_was_read_stays_while_it_cannot_be_read_again(tmp_path: Path) -> None:
    file, clock, read = tmp_path / "mine.ics", ManualClock(), Readings()
    file.write_bytes(b"first")
    calendar = Calendar(str(file), make_http, clock, read)
    await calendar.look()
    read.result = CalendarError(Trouble.NO_CALENDAR)
    file.write_bytes(b"damaged")
    clock.now += READ_AGAIN
    assert await calendar.look() == (ENTRY,)
    assert calendar.trouble is not None
    assert calendar.trouble.trouble is Trouble.NO_CALENDAR
    read.result = ()
    assert await calendar.look() == (ENTRY,)  # not at once again
    clock.now += TRY_AGAIN
    assert await calendar.look() == ()
    assert calendar.trouble is None


async def test_without_a_calendar_nothing_is_read() -> None:
    read = Readings()
    assert await Calendar("", make_http, ManualClock(), read).look() == ()
    assert read.asked == []


def test_entries_go_between_processes() -> None:
    assert read_entries(write_entries((ENTRY,))) == (ENTRY,)
    with pytest.raises(ValueError, match=r"number"):
        read_entries(b"[{}]")
