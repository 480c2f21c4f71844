"""Other people's meetings come from a calendar: listed with whose they are, and switched on by mouse."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tests.helpers.by_mouse import OpenMenu
from tests.helpers.desktop import Desktop, wait_for
from tests.helpers.desktop_app import (
    IDLE,
    MY_MEETINGS,
    OnDesktop,
    at_noon,
    on_desktop,
    ready,
)
from tests.helpers.popups import popups

MakeDesktop = Callable[..., Desktop]
CALL: Final = "98712345679"
LISTED: Final = ("Weekly review", "Customer call", "Budget", "Planning")
SWITCH: Final = ("From example.org", "Start automatically when it begins", "Start now")


def calendar(begins: datetime) -> str:
    """Write a calendar with one meeting of somebody else's."""
    stamp = "%Y%m%dT%H%M%SZ"
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//tests//EN",
        "BEGIN:VEVENT",
        "UID:1",
        f"DTSTAMP:{begins:{stamp}}",
        f"DTSTART:{begins:{stamp}}",
        "DURATION:PT30M",
        "SUMMARY:Budget",
        "ORGANIZER:mailto:ana@example.org",
        f"LOCATION:https://example.zoom.us/j/{CALL}?pwd=secret",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    return "\r\n".join(lines)


def listed(here: OnDesktop) -> OpenMenu:
    """Open the list; the first time it may say for a while that it is loading, so it is opened again."""

    def look() -> OpenMenu | None:
        menu = here.mouse.open_menu("menu")
        meetings = here.mouse.opened(lambda: menu.choose(MY_MEETINGS, IDLE), "meetings")
        if len(meetings.rows) == len(LISTED):
            return meetings
        here.desktop.key("Escape")
        here.desktop.key("Escape")
        return None

    return wait_for(look, 60, "the list of meetings")


def test_a_meeting_in_the_calendar_is_planned_by_mouse(
    make_desktop: MakeDesktop, artefacts: Path
) -> None:
    with on_desktop(make_desktop(tray="lxqt", notify="xfce"), artefacts) as here:
        at_noon(here)
        ready(here)
        file = here.desktop.folder / "mine.ics"
        begins = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=20)
        file.write_text(calendar(begins), encoding="utf-8", newline="")
        here.app.done("settings", "set", "calendar.source", str(file))
        here.app.done("settings", "set", "appearance.topics", "true")
        meetings = listed(here)
        inner = here.mouse.opened(lambda: meetings.choose("Budget", LISTED), "budget")
        inner.choose(SWITCH[1], SWITCH)
        status = here.app.wait_for_status(lambda status: status["armed"] != [])
        assert [one["meeting_id"] for one in status["armed"]] == [CALL]
        wait_for(lambda: popups(here.desktop), 10, "the confirmation")
        here.mouse.keep("confirmed")
        here.app.done("run")
        here.desktop.find_window("rtms-tray")
        here.mouse.keep("window")
        file.unlink()
        here.app.done("settings", "set", "calendar.source", str(file.with_name("other.ics")))
        here.mouse.opened(
            lambda: here.mouse.open_menu("menu-again").choose(MY_MEETINGS, IDLE), "meetings-again"
        )
        found = here.app.wait_for_status(lambda status: status["notices"] != [])
        assert [one["code"] for one in found["notices"]] == ["calendar_unreadable"]
        here.mouse.keep("unreadable")
