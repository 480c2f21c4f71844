"""The word of the app's receiver, as a command on the same computer gives it."""

import pytest

from rtms_tray.support.command_types import Answer, Exit
from rtms_tray.support.texts import text
from tests.helpers.program_harness import MEETING, ProgramHarness


async def test_it_says_how_the_stream_stands(harness: ProgramHarness) -> None:
    await harness.do("start", meeting=MEETING)
    for state, shown in [("live", "sharing"), ("paused", "paused"), ("live", "sharing")]:
        answer = await harness.do("receiver-says", state=state)
        assert answer == Answer(Exit.DONE, text("commands.session.noted"))
        assert harness.session().state == shown


async def test_data_are_dated_to_the_millisecond(harness: ProgramHarness) -> None:
    await harness.do("start", meeting=MEETING)
    await harness.do("receiver-says", **{"state": "live", "media-at": "1793448000123"})
    assert harness.session().streams.received_at == 1793448000123


async def test_what_zoom_has_overtaken_is_refused(harness: ProgramHarness) -> None:
    await harness.do("start", meeting=MEETING)
    harness.act("approve")
    await harness.wait_for_state("sharing")
    answer = await harness.do("receiver-says", **{"state": "live", "media-at": "1793448000123"})
    assert (answer.exit, answer.text) == (Exit.REFUSED, text("commands.receiver.outdated"))
    assert answer.session == harness.session().key


@pytest.mark.parametrize(
    "given", [{}, {"state": "asleep"}, {"state": "live", "media-at": "yesterday"}]
)
async def test_what_makes_no_sense_is_wrong_usage(
    harness: ProgramHarness, given: dict[str, str]
) -> None:
    await harness.do("start", meeting=MEETING)
    assert (await harness.do("receiver-says", **given)).exit is Exit.USAGE


async def test_without_a_meeting_nothing_can_be_meant(harness: ProgramHarness) -> None:
    assert (await harness.do("receiver-says", state="live")).exit is Exit.REFUSED
