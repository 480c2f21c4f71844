"""The whole program put together, with all its surfaces, beside a simulated Zoom."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtWidgets import QApplication

from rtms_tray.app import Running, _message
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.reasons import Severity
from rtms_tray.commands.dispatcher import CommandDispatcher
from rtms_tray.control.address import control_address
from rtms_tray.control.client import call
from rtms_tray.demo import demo_environment
from rtms_tray.runtime.notification_policy import Notification
from rtms_tray.simulator import Simulator
from rtms_tray.simulator.faults import Fault
from rtms_tray.simulator.scenarios import put_meeting
from rtms_tray.store.secrets import MemoryStore
from rtms_tray.store.settings import NotificationSettings, Settings
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Command, Exit
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from rtms_tray.zoom.client_version import InstalledClient
from tests.helpers.windows import until

if TYPE_CHECKING:
    from rtms_tray.runtime.program import Program

pytestmark = pytest.mark.qt_loop

MINE = 98_700_000_001
"""A meeting that the user hosts, and that runs."""


@pytest.fixture
async def zoom() -> AsyncIterator[Simulator]:
    async with Simulator(progression="immediate") as made:
        yield made


def _in(folder: Path, store: MemoryStore) -> Running:
    profile = demo_environment.profile_in(folder)
    return Running(profile, store, asyncio.Event(), InstalledClient)


async def _signed_in(commands: CommandDispatcher, zoom: Simulator) -> None:
    answer = await demo_environment.sign_in(commands, dict(zoom.addresses()))
    assert answer.exit is Exit.DONE, answer.text


async def _meetings(running: Running) -> list[str]:
    """Open the menu of the user's meetings, and read it once it is filled."""
    menu = running.desktop.menu._meetings.menu
    menu.aboutToShow.emit()
    await until(lambda: not running.desktop.menu._meetings._loading)
    return [action.text() for action in menu.actions()]


async def test_the_running_meetings_come_first_and_once(
    qapp: QApplication, zoom: Simulator, tmp_path: Path
) -> None:
    running = _in(tmp_path, await demo_environment.secrets_in_memory(zoom.addresses()))
    demo_environment.write_settings(running.profile, zoom.addresses())
    async with running.started(qapp) as commands:
        await _signed_in(commands, zoom)
        put_meeting(zoom.engine, {"number": MINE, "host": "owner"})
        zoom.act(MINE, "host_joins")
        listed = await _meetings(running)
        live = [text.startswith("Live now: ") for text in listed]
        assert live == sorted(live, reverse=True)
        assert any(live)
        assert len(set(listed)) == len(listed)


async def test_where_details_are_hidden_the_menu_says_no_topics(
    qapp: QApplication, zoom: Simulator, tmp_path: Path
) -> None:
    running = _in(tmp_path, await demo_environment.secrets_in_memory(zoom.addresses()))
    demo_environment.write_settings(running.profile, zoom.addresses())
    async with running.started(qapp) as commands:
        await _signed_in(commands, zoom)
        assert "Weekly review" in "".join(await _meetings(running))
        set_value(running.profile.settings_file, "notifications.discreet", "always")
        await running.program.reload()
        listed = await _meetings(running)
        assert "Weekly review" not in "".join(listed)
        assert any("Meeting 987 1234 5670" in line for line in listed)


async def test_at_rest_this_computers_client_is_looked_at_where_zoom_tells_of_no_meeting(
    qapp: QApplication, zoom: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rtms_tray.app.client_in_meeting", lambda: Value.YES)
    running = _in(tmp_path, await demo_environment.secrets_in_memory(zoom.addresses()))
    demo_environment.write_settings(running.profile, zoom.addresses())
    async with running.started(qapp) as commands:
        await _signed_in(commands, zoom)
        running.desktop.open_window()
        card = running.desktop.window.card
        await until(lambda: card.idle.text() == text("status.idle.in_one_of_these"))
        assert card.title.text() == "Not capturing"


async def test_meetings_that_cannot_be_listed_say_why(
    qapp: QApplication, zoom: Simulator, tmp_path: Path
) -> None:
    running = _in(tmp_path, await demo_environment.secrets_in_memory(zoom.addresses()))
    demo_environment.write_settings(running.profile, zoom.addresses())
    async with running.started(qapp) as commands:
        await _signed_in(commands, zoom)
        zoom.faults.add(Fault(path="/v2/users", status=500, times=9))
        (said,) = await _meetings(running)
        assert "Zoom" in said
        assert "Loading" not in said


async def test_without_a_set_up_there_are_no_meetings_to_list(
    qapp: QApplication, tmp_path: Path
) -> None:
    running = _in(tmp_path, MemoryStore())
    async with running.started(qapp):
        assert await _meetings(running) == [text("menu.meetings.not_set_up")]


async def test_a_client_secret_saved_in_the_settings_is_used_at_once(
    qapp: QApplication, zoom: Simulator, tmp_path: Path
) -> None:
    store = MemoryStore()
    running = _in(tmp_path, store)
    demo_environment.write_settings(running.profile, zoom.addresses())
    async with running.started(qapp):
        assert running.desktop.windows is not None
        row = running.desktop.windows.settings.secret
        row.entry.setText("two words")
        assert not await row.store()
        row.entry.setText(zoom.addresses()["client_secret"])
        assert await row.store()
        assert row.state.text() == text("settings.secret.kept")
        assert running.program.overview().feed.error is None


async def test_quitting_is_answered_and_ends_the_program(
    qapp: QApplication, tmp_path: Path
) -> None:
    running = _in(tmp_path, MemoryStore())
    program = asyncio.ensure_future(running.main(qapp))
    address = control_address(running.profile)
    answer = await asyncio.to_thread(call, address, Command("quit", {}))
    while answer.exit is Exit.NOT_RUNNING:  # it does not listen yet
        answer = await asyncio.to_thread(call, address, Command("quit", {}))
    assert answer.exit is Exit.DONE
    assert await asyncio.wait_for(program, 10) == Exit.DONE


@pytest.mark.parametrize("wanted", [True, False])
def test_only_what_is_critical_has_a_sound(*, wanted: bool) -> None:
    wishes = Settings(notifications=NotificationSettings(sound=wanted))
    program = cast("Program", SimpleNamespace(settings=wishes))
    told = Notification("s1", "capture", Severity.CRITICAL, "Stopped", "", (), Command("show"))
    assert _message(told, program).sound is wanted
    assert not _message(replace(told, severity=Severity.ATTENTION), program).sound


async def test_the_calendar_is_listed_where_zoom_lists_nothing(
    qapp: QApplication, zoom: Simulator, tmp_path: Path
) -> None:
    running = _in(tmp_path, await demo_environment.secrets_in_memory(zoom.addresses()))
    demo_environment.write_settings(running.profile, zoom.addresses())
    file = tmp_path / "mine.ics"
    soon = datetime.now(UTC) + timedelta(minutes=10)
    file.write_text(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//tests//EN\nBEGIN:VEVENT\nUID:1\n"
        f"DTSTART:{soon:%Y%m%dT%H%M%SZ}\nDURATION:PT30M\nSUMMARY:Budget\n"
        "LOCATION:https://zoom.us/j/98712345679\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    async with running.started(qapp) as commands:
        await _signed_in(commands, zoom)
        zoom.faults.add(Fault(path=r"meetings$", status=500, times=99))
        (refusal,) = await _meetings(running)
        assert "Budget" not in refusal
        set_value(running.profile.settings_file, "calendar.source", str(file))
        await running.program.reload()
        (only,) = await _meetings(running)
        assert only.endswith("Budget")
        assert running.program.topics.of("98712345679") == "Budget"
