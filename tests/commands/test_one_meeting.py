"""A meeting that Zoom names by its UUID, and the user by its number, is one meeting throughout."""

import asyncio

from rtms_tray.history.database import read_meetings
from rtms_tray.support.command_types import Exit
from tests.helpers.zoom_world import MEETING, NUMBER, House


def namelessly(home: House, *, readable: bool = True) -> str:
    """Zoom's events name no number, and those of the meeting itself do not come."""
    home.zoom.world.settings.rtms_meeting_id = "absent"
    meeting = home.zoom.world.meetings[NUMBER]
    meeting.host_has_app, meeting.readable = False, readable
    return meeting.uuid


def sessions(home: House) -> list[tuple[str | None, str]]:
    return [(one.meeting.number, one.state) for one in home.program.watcher.board.sessions]


async def test_asked_by_number_and_started_by_uuid(home: House) -> None:
    uuid = namelessly(home)
    await home.do("start", meeting=MEETING)
    home.act("approve")
    await home.state("sharing")
    await home.until(lambda: sessions(home) == [(MEETING, "sharing")])
    assert home.session().meeting.uuid == uuid
    assert (await home.do("pause", meeting=MEETING)).exit is Exit.DONE
    home.act("sharing_off")
    await home.state("stopped")
    assert sessions(home) == [(MEETING, "stopped")]
    file = home.profile.history_file
    async with asyncio.timeout(10):
        while [one.meeting_uuid for one in read_meetings(file)] != [uuid]:  # noqa: ASYNC110 - a file
            await asyncio.sleep(0.05)


async def test_started_in_zoom_and_then_asked_for(home: House) -> None:
    namelessly(home, readable=False)
    home.act("starts_in_zoom")
    await home.until(lambda: sessions(home) == [(None, "sharing")])
    home.zoom.world.meetings[NUMBER].readable = True
    await home.do("start", meeting=MEETING)
    await home.until(lambda: sessions(home) == [(MEETING, "sharing")])
    assert [view.meeting for view in home.program.overview().sessions] == ["Meeting 987 1234 5670"]


async def test_what_cannot_be_read_is_not_guessed(home: House) -> None:
    namelessly(home, readable=False)
    await home.do("start", meeting=MEETING)
    home.act("approve")
    await home.until(lambda: len(sessions(home)) == 2)
    assert sessions(home) == [(MEETING, "pending_approval"), (None, "sharing")]


async def test_the_limit_reaches_a_request_by_number(home: House) -> None:
    namelessly(home)
    await home.do("start", meeting=MEETING)
    home.zoom.act(NUMBER, "concurrency_limited")
    home.quiet()
    await home.state("refused")
    why = home.session().why
    assert why is not None
    assert why.code == "concurrency_limited"
