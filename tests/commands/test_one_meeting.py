"""A meeting that Zoom names by its UUID, and the user by its number, is one meeting throughout."""

import asyncio

from rtms_tray.history.database import read_meetings
from rtms_tray.support.command_types import Exit
from tests.helpers.program_harness import MEETING, NUMBER, ProgramHarness


def namelessly(harness: ProgramHarness, *, readable: bool = True) -> str:
    """Zoom's events name no number, and those of the meeting itself do not come."""
    harness.zoom.world.settings.rtms_meeting_id = "absent"
    meeting = harness.zoom.world.meetings[NUMBER]
    meeting.host_has_app, meeting.readable = False, readable
    return meeting.uuid


def sessions(harness: ProgramHarness) -> list[tuple[str | None, str]]:
    return [
        (session.meeting.number, session.state)
        for session in harness.program.watcher.board.sessions
    ]


async def test_asked_by_number_and_started_by_uuid(harness: ProgramHarness) -> None:
    uuid = namelessly(harness)
    await harness.share()
    await harness.wait_until(lambda: sessions(harness) == [(MEETING, "sharing")])
    assert harness.session().meeting.uuid == uuid
    assert (await harness.do("pause", meeting=MEETING)).exit is Exit.DONE
    harness.act("sharing_off")
    await harness.wait_for_state("stopped")
    assert sessions(harness) == [(MEETING, "stopped")]
    file = harness.profile.history_file
    async with asyncio.timeout(10):
        while [meeting.meeting_uuid for meeting in read_meetings(file)] != [uuid]:  # noqa: ASYNC110 - a file
            await asyncio.sleep(0.05)


async def test_started_in_zoom_and_then_asked_for(harness: ProgramHarness) -> None:
    namelessly(harness, readable=False)
    harness.act("starts_in_zoom")
    await harness.wait_until(lambda: sessions(harness) == [(None, "sharing")])
    harness.zoom.world.meetings[NUMBER].readable = True
    await harness.do("start", meeting=MEETING)
    await harness.wait_until(lambda: sessions(harness) == [(MEETING, "sharing")])
    assert [view.meeting for view in harness.program.overview().sessions] == [
        "Meeting 987 1234 5670"
    ]


async def test_what_cannot_be_read_is_the_answer_of_the_one_request(
    harness: ProgramHarness,
) -> None:
    namelessly(harness, readable=False)
    await harness.do("start", meeting=MEETING)
    harness.act("approve")
    await harness.wait_until(lambda: sessions(harness) == [(MEETING, "sharing")])


async def test_the_limit_reaches_a_request_by_number(harness: ProgramHarness) -> None:
    namelessly(harness)
    await harness.do("start", meeting=MEETING)
    harness.zoom.act(NUMBER, "concurrency_limited")
    harness.run_schedule()
    await harness.wait_for_state("refused")
    why = harness.session().why
    assert why is not None
    assert why.code == "concurrency_limited"
