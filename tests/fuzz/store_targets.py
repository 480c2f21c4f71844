"""Targets that read files: damaged ones, edited ones, and ones by other programs."""

import asyncio
import contextlib
import json
import sqlite3
import tempfile
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from rtms_tray.agenda.entries import MOST, Question, read_entries, write_entries
from rtms_tray.agenda.reading import entries_of
from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board
from rtms_tray.capture.context import Context
from rtms_tray.capture.plans import MOST_PLANS, planned, swept
from rtms_tray.control.address import TcpAddress
from rtms_tray.control.client import call
from rtms_tray.history.database import HistoryFile, read_meetings
from rtms_tray.history.model import HistoryError, MeetingRecord
from rtms_tray.history.reader import HistoryReader
from rtms_tray.history.report import as_csv, json_file, report
from rtms_tray.history.restore import record_of, restore_board
from rtms_tray.history.search import search_for
from rtms_tray.simulator.engine import Engine
from rtms_tray.simulator.event_socket import Feed
from rtms_tray.simulator.recordings import Recording
from rtms_tray.simulator.recordings import read as read_recording
from rtms_tray.simulator.replay import Replayed, begin
from rtms_tray.simulator.settings import Settings as SimulatorSettings
from rtms_tray.simulator.world import new_world
from rtms_tray.store import settings_file
from rtms_tray.store.profile import Profile, find_profile
from rtms_tray.store.secret_names import load_client_secret, save_client_secret
from rtms_tray.store.secrets import MemoryStore
from rtms_tray.store.settings import RULES, Settings, flatten
from rtms_tray.store.settings_file import SettingRefusedError
from rtms_tray.store.setup_link import SetupLinkError, read_setup_file
from rtms_tray.store.state import (
    Account,
    WindowGeometry,
    WindowGeometryFile,
    load_account,
    load_plans,
    save_account,
    save_plans,
)
from rtms_tray.support.command_types import Command, Exit
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE
from rtms_tray.zoom.client_meeting import tasks_in
from rtms_tray.zoom.client_version import client_of
from tests.fuzz.text_targets import NUMBER, text_of
from tests.helpers.histories import ENDED
from tests.helpers.manual_clock import NOON, ManualClock

_LAST_PORT: Final = 65535
COLUMNS: Final = (
    "meetings.meeting_number", "meetings.meeting_uuid", "meetings.host", "meetings.began_at",
    "meetings.seen_at", "meetings.ended_at", "meetings.end_reason", "meetings.captured_ms",
    "meetings.pick_up", "meetings.key", "spans.start_at", "spans.end_at", "spans.kind",
    "spans.reason", "spans.place", "story.at", "story.state", "story.reason", "story.number",
)  # fmt: skip


@contextlib.contextmanager
def _file(name: str, content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


def settings(data: bytes) -> None:
    """The settings file: whatever is in it, only allowed values take effect."""
    with _file("settings.toml", data) as path:
        read, problems = settings_file.load(path)
        for key, value in flatten(read).items():
            assert RULES[key].convert(value) == value
        assert all(problem.text for problem in problems)
        assert path.read_bytes() == data


def setting(data: bytes) -> None:
    """Setting one value changes that value alone, or nothing."""
    key, _, rest = data.partition(b"\0")
    value, _, content = rest.partition(b"\0")
    with _file("settings.toml", content) as path:
        try:
            settings_file.set_value(path, text_of(key), text_of(value))
        except SettingRefusedError as refused:
            assert str(refused)
            assert path.read_bytes() == content
            return
        after = tomllib.loads(path.read_text(encoding="utf-8"))
        section, _, name = text_of(key).partition(".")
        after[section].pop(name)
        before = tomllib.loads(content.decode("utf-8-sig"))
        if not isinstance(before.get(section), dict):
            before[section] = {}  # a value in a section's place is replaced
        before[section].pop(name, None)
        assert before == after


def calendar(data: bytes) -> None:
    """A calendar: strangers' words become a few plain entries; its libraries may refuse the rest as they like."""
    try:
        entries = entries_of(data, Question(NOON - 12 * HOUR, NOON + 36 * HOUR, "me@example.com"))
    except Exception:  # noqa: BLE001 - as the process of its own ends by any of them
        return
    assert len(entries) <= MOST
    for entry in entries:
        assert NUMBER.fullmatch(entry.number)
        assert entry.title.isprintable()
        assert entry.organizer.isprintable()
    assert read_entries(write_entries(entries)) == entries


def setup_file(data: bytes) -> None:
    """A set-up file: what it sets is allowed, and its icon small."""
    with _file("notes.rtms-tray", data) as path, contextlib.suppress(SetupLinkError):
        setup = read_setup_file(path)
        assert len(setup.icon) <= 64 * 1024
        for key, value in setup.settings().items():
            RULES[key].read(value)


def account(data: bytes) -> None:
    """The account file: a whole account, or none."""
    with _file("account.json", data) as path:
        read = load_account(path)
        if read is not None:
            save_account(path, read)
            assert load_account(path) == read
            assert isinstance(read, Account)


def plans(data: bytes) -> None:
    """Meetings planned ahead."""
    with _file("armed.json", data) as path:
        read = load_plans(path)
        assert len(read) <= MOST_PLANS
        for plan in swept(read, NOON):
            planned(read, plan)
        save_plans(path, read)
        assert load_plans(path) == read


def places(data: bytes) -> None:
    """Window positions."""
    with _file("windows.json", data) as path:
        kept = WindowGeometryFile(path)
        assert kept.get("window") is None or isinstance(kept.get("window"), WindowGeometry)
        kept.put("window", WindowGeometry(300, 200))
        assert kept.get("window") == WindowGeometry(300, 200)


def waiting_secret(data: bytes) -> None:
    """A client secret in the keyring that waits for its settings: a secret, or none."""
    profile = find_profile("default", {"RTMS_TRAY_HOME": "/nowhere"})
    asyncio.run(_given(profile, text_of(data)))


async def _given(profile: Profile, kept: str) -> None:
    store = MemoryStore()
    await save_client_secret(store, profile, Settings(), "x")
    (name,) = store._kept
    await store.save(name, kept)
    found = await load_client_secret(store, profile, Settings())
    assert found is None or isinstance(found, str)


def key_file(data: bytes) -> None:
    """The file that tells clients the server's port, on systems without Unix sockets."""
    with contextlib.suppress(ValueError, LookupError, TypeError, OverflowError, RecursionError):
        if 0 < int(json.loads(data)["port"]) <= _LAST_PORT:
            return  # somebody may listen there
    with _file("control.json", data) as path:
        answer = call(TcpAddress(path), Command("status"), limit_s=1)
        assert answer.exit in (Exit.NOT_RUNNING, Exit.STILL_TRYING)


def client_files(data: bytes) -> None:
    """Files and process lists that tell a Zoom client's version and programs."""
    for platform in ("linux", "darwin", "win32"):
        version = client_of(platform, lambda _: data).version
        assert version is None or len(version) > 1
    assert all(tasks_in(data.decode(errors="replace")))


def recording(data: bytes) -> None:
    """A recording: it is refused, or played to its end, whatever its lines say."""
    with _file("meeting.jsonl", data) as path:
        try:
            recorded = read_recording(path)
        except ValueError as refused:
            assert str(path) in str(refused)
            return
    asyncio.run(_played(recorded))


async def _played(recorded: Recording) -> None:
    told: list[object] = []
    world = new_world(1, SimulatorSettings(progression="manual"))
    engine, feed = Engine(world, ManualClock()), Feed()
    engine.deliver = feed.deliver
    replay = begin(engine, feed, Replayed(recorded, told.append))
    feed.on_accept()
    for line in recorded.lines:
        engine.step(None)
        if line.is_action:
            asking = asyncio.create_task(replay.action(line.content))
            await asyncio.sleep(0)
            engine.step(None)
            asking.cancel()
        elif line.kind == "request":
            assert replay.look(line.method, line.path)[0]
    assert json.dumps([told, world.events])


def pick_up(data: bytes) -> None:
    """The saved state of a meeting in progress: it is resumed, or over."""
    record = replace(_unfinished(), saved_session=data.decode(errors="surrogateescape"))
    _resume([record])


def history_row(data: bytes) -> None:
    """A history with arbitrary values in its columns: they are read, or count as damage."""
    with _file("history.sqlite3", _history()) as path:
        with contextlib.closing(sqlite3.connect(path)) as base, base:
            base.execute("PRAGMA ignore_check_constraints = ON")
            for line in data.split(b"\n")[:4]:
                _put(base, line)
        _read_all(path)


def _put(base: sqlite3.Connection, line: bytes) -> None:
    if len(line) < len(b"ck"):
        return
    table, _, column = COLUMNS[line[0] % len(COLUMNS)].partition(".")
    raw = line[2:]
    kinds: tuple[object, ...] = (
        raw.decode(errors="replace"), raw, None, int.from_bytes(raw[:8], "big", signed=True),
        NOON + len(raw), float(len(raw)) * 1e300,
    )  # fmt: skip
    with contextlib.suppress(sqlite3.IntegrityError):  # keys that are there already, or none
        base.execute(f"UPDATE {table} SET {column} = ?", (kinds[line[1] % len(kinds)],))  # noqa: S608 - our words


def history_file(data: bytes) -> None:
    """A history file with changed bytes: it is read, or counts as damaged."""
    content = bytearray(_history())
    for place in range(0, len(data) - 3, 4):
        at = int.from_bytes(data[place : place + 3], "big") % len(content)
        content[at] = data[place + 3]
    with _file("history.sqlite3", bytes(content)) as path:
        _read_all(path)


def _read_all(path: Path) -> None:
    with contextlib.suppress(HistoryError):
        found = read_meetings(path)
        assert json_file(found)
        assert as_csv(found)
        assert all(report(meeting, NOON) for meeting in found)
    asyncio.run(_browsed(path))
    with contextlib.suppress(HistoryError):
        history = HistoryFile.open(path)
        try:
            _resume(history.unfinished())
        finally:
            history.close()


async def _browsed(path: Path) -> None:
    """Read what the history window reads."""
    reader = HistoryReader(path)
    try:
        with contextlib.suppress(HistoryError):
            for line in (await reader.page(search_for("lost", NOON))).lines:
                await reader.meeting(line.key)
        with contextlib.suppress(HistoryError):
            assert all(spent.length >= 0 for spent in await reader.totals([NOON - 1, NOON]))
    finally:
        reader.close()


def _resume(records: list[MeetingRecord]) -> None:
    back = restore_board(Board(context=Context(me="me")), records, NOON + MINUTE)
    assert len(back.ended) + len(back.board.sessions) == len(records)
    board = boards.turn(back.board, e.FeedUp(NOON + MINUTE), NOON + MINUTE).board
    board = boards.turn(board, e.Tick(), NOON + 2 * MINUTE).board
    for session in board.sessions:
        assert record_of(session, "key", board.context.at(NOON + 3 * MINUTE)).spans


@cache
def _unfinished() -> MeetingRecord:
    """A meeting that is being captured, as the program saves it."""
    board = boards.turn(Board(context=Context(me="me")), e.FeedUp(NOON), NOON).board
    board = boards.turn(board, e.StartRequested("98712345670"), NOON).board
    began = e.StreamStarted(e.Meeting("uuid-1==", "98712345670"), "one", "me", NOON)
    board = boards.turn(board, began, NOON).board
    return record_of(board.sessions[0], "b", board.context.at(NOON + 1000))


@cache
def _history() -> bytes:
    """A valid history with a meeting that is over and one that is not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.sqlite3"
        history = HistoryFile.open(path)
        history.save([ENDED, _unfinished()])
        history.close()
        return path.read_bytes()
