"""What meetings are called: learnt while the user wants it, in memory only, and told to nobody else."""

import asyncio
import json

import pytest

from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.status_json import status_json
from rtms_tray.runtime.event_log import Kind
from rtms_tray.runtime.topics import MeetingTopics
from rtms_tray.simulator.faults import Fault
from rtms_tray.store.settings_file import set_value
from rtms_tray.zoom.replies import MeetingListed
from tests.helpers.program_harness import MEETING, OTHER, ProgramHarness
from tests.helpers.sessions import in_state

TOPIC = "Weekly review"


async def configure(harness: ProgramHarness, **settings: str) -> None:
    for key, value in settings.items():
        set_value(harness.profile.settings_file, key.replace("__", "."), value)
    await harness.do("reload")


def reads(harness: ProgramHarness) -> int:
    """How often Zoom was asked for the first meeting."""
    requests = [entry.name for entry in harness.program.event_log.newest(kinds=[Kind.REQUEST])]
    return len([name for name in requests if name.endswith(f"/v2/meetings/{MEETING}")])


async def test_a_request_fetches_the_meeting_anyway(harness: ProgramHarness) -> None:
    await configure(harness, appearance__topics="true")
    await harness.do("start", meeting=MEETING)
    await harness.wait_until(lambda: harness.program.topics.of(MEETING) == TOPIC)
    harness.act("approve")
    await harness.wait_for_state("sharing")
    assert reads(harness) == 1


async def test_a_capture_that_nobody_asked_for_here_is_asked_about_once(
    harness: ProgramHarness,
) -> None:
    await configure(harness, appearance__topics="false")
    await harness.share()
    assert harness.program.topics.of(MEETING) == ""
    before = reads(harness)
    await configure(harness, appearance__topics="true")
    await harness.wait_until(lambda: harness.program.topics.of(MEETING) == TOPIC)
    harness.program.changed()
    await asyncio.sleep(0)
    assert reads(harness) == before + 1


async def test_where_it_may_not_be_read_there_is_none(harness: ProgramHarness) -> None:
    await configure(harness, appearance__topics="false")
    await harness.share()
    before = reads(harness)
    scope = {
        "code": 4711,
        "message": "Invalid access token, does not contain scopes:[meeting:read].",
    }
    harness.zoom.faults.add(Fault(path=r"/v2/meetings/", status=400, body=scope, times=-1))
    await configure(harness, appearance__topics="true")
    await harness.wait_until(lambda: reads(harness) == before + 1)
    harness.program.changed()
    await asyncio.sleep(0)
    assert (harness.program.topics.of(MEETING), reads(harness)) == ("", before + 1)
    assert harness.notice_codes() == set()


@pytest.mark.promise("topics and names of strangers are neither shown nor kept")
async def test_topics_are_kept_nowhere_and_told_to_nobody(harness: ProgramHarness) -> None:
    await configure(harness, appearance__topics="true")
    await harness.share()
    await harness.wait_until(lambda: harness.program.topics.of(MEETING) == TOPIC)
    await harness.program.recorder.save_now()
    shown = harness.program.overview()
    assert TOPIC not in repr(shown)
    assert TOPIC not in json.dumps(status_json(shown, 0))
    assert TOPIC not in repr(harness.alerts)
    files = [path for path in harness.profile.settings_folder.rglob("*") if path.is_file()]
    assert any(path.stat().st_size for path in files)
    assert [path for path in files if TOPIC.encode() in path.read_bytes()] == []


def test_only_so_many_are_kept() -> None:
    topics = MeetingTopics(lambda: True, lambda: None, lambda work, _name: work.close())
    topics.learn(*(MeetingListed(str(n), None, f"Topic {n}", None, None, None) for n in range(700)))
    assert (topics.of("0"), topics.of("699")) == ("", "Topic 699")
    topics.look([in_state(CaptureState.SHARING)])  # nobody is signed in: nothing is asked


async def test_events_and_lists_tell_topics_too(harness: ProgramHarness) -> None:
    await configure(harness, appearance__topics="true")
    harness.act("host_joins", int(OTHER))
    await harness.wait_until(lambda: harness.program.topics.of(OTHER) != "")
    uuid = harness.zoom.world.meetings[int(OTHER)].uuid
    assert harness.program.topics.of(uuid) == harness.program.topics.of(OTHER)


async def test_nothing_is_known_while_nobody_wants_it(harness: ProgramHarness) -> None:
    await configure(harness, appearance__topics="false")
    harness.act("host_joins", int(OTHER))
    await harness.wait_until(lambda: harness.program.watcher.feed.last_event_at is not None)
    await configure(harness, appearance__topics="true")
    assert harness.program.topics.of(OTHER) == ""
    await harness.share()
    await harness.wait_until(lambda: harness.program.topics.of(MEETING) == TOPIC)
    await configure(harness, appearance__topics="false")
    assert harness.program.topics.of(MEETING) == ""
    await configure(harness, appearance__topics="true")
    await harness.wait_until(lambda: harness.program.topics.of(MEETING) == TOPIC)  # asked anew


async def test_where_details_are_hidden_topics_are_too(harness: ProgramHarness) -> None:
    await configure(harness, appearance__topics="true", notifications__discreet="always")
    await harness.share()
    assert harness.program.topics.of(MEETING) == ""
    await configure(harness, notifications__discreet="auto")
    await harness.wait_until(lambda: harness.program.topics.of(MEETING) == TOPIC)
