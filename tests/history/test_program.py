"""The history in the whole program: meetings outlive its end, settings decide, trouble is a notice."""

import json

import pytest

from rtms_tray.history.database import read_meetings
from rtms_tray.simulator import Simulator
from rtms_tray.store.profile import Profile
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.frozen import replace
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.program_harness import (
    LATER,
    MEETING,
    run_program,
    run_signed_in,
)
from tests.helpers.stores import LockedStore


async def test_a_meeting_outlives_the_programs_end(
    zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    async with run_signed_in(zoom, profile, store) as harness:
        await harness.share()
        before = harness.session()
    async with run_program(zoom, profile, store) as harness:
        session = harness.session()
        assert before.streams.current is not None
        assert (session.state, session.meeting, session.streams.current) == (
            "sharing", before.meeting, replace(before.streams.current, doubted=True),
        )  # fmt: skip
        assert not session.verified
        kept = before.timeline.marks[
            :-1
        ]  # what came after is as old as the feed's last sign of life
        assert session.timeline.marks[: len(kept)] == kept
        assert not harness.program.overview().verified
        await harness.wait_for_feed()
        assert (await harness.do("pause")).exit == 0
        harness.act("end_meeting")
        ended = await harness.wait_for_state("ended")
    (record,) = read_meetings(profile.history_file)
    assert record.end_reason == "stop_meeting_ended"
    assert record.counted == ended.timeline.spans(record.seen_at)
    assert [entry.state for entry in record.story] == [entry.state for entry in ended.story]
    async with run_program(zoom, profile, store) as harness:
        assert harness.program.watcher.board.sessions == ()


async def test_what_ended_meanwhile_is_noticed_once_the_feed_is_up(
    zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    async with run_signed_in(zoom, profile, store) as harness:
        harness.act("owner_joins", int(LATER))
        await harness.do("start", meeting=LATER)
        harness.run_schedule()
        await harness.wait_for_state("sharing", LATER)
    zoom.act(int(LATER), "end_meeting")
    zoom.engine.step(None)
    async with run_program(zoom, profile, store) as harness:
        assert harness.session(LATER).state == "sharing"
        session = await harness.wait_for_state("ended", LATER)
        assert session.why is not None
        assert session.why.code == "inferred"
    (record,) = read_meetings(profile.history_file)
    assert record.end_reason == "inferred"


async def test_keeping_none_leaves_nothing(
    zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    async with run_signed_in(zoom, profile, store) as harness:
        await harness.share()
        await harness.wait_until(lambda: bool(read_meetings(profile.history_file)))
        set_value(profile.settings_file, "history.keep_days", "0")
        await harness.do("reload")
        assert not profile.history_file.exists()
    async with run_program(zoom, profile, store) as harness:
        assert harness.program.watcher.board.sessions == ()
    assert not profile.history_file.exists()


async def test_a_history_that_cannot_be_used_is_a_notice_and_no_more(
    zoom: Simulator, profile: Profile, store: LockedStore, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("history can't be used")
    profile.history_file.mkdir(parents=True)
    async with run_signed_in(zoom, profile, store) as harness:
        assert "history_unusable" in harness.notice_codes()
        await harness.share()
        view = harness.program.overview()
        assert view.overall == "sharing"
        assert not view.attention


async def test_a_sign_in_without_an_instance_writes_no_history(
    zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    async with run_program(zoom, profile, store, start=False) as harness:
        await harness.sign_in()
    assert not profile.history_file.exists()


@pytest.mark.promise("topics and names of strangers are neither shown nor kept")
async def test_no_name_or_topic_is_on_the_disk(
    zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    async with run_signed_in(zoom, profile, store) as harness:
        await harness.share()
        words = set()
        for meeting in zoom.world.meetings.values():
            words.add(meeting.topic)
        for user in zoom.world.users.values():
            words |= {user.email, user.first_name, user.last_name}
        assert words
    content = profile.history_file.read_bytes().decode("latin-1")
    assert MEETING in content
    assert not [word for word in words if word and word in content]
    assert json.loads(read_meetings(profile.history_file)[0].saved_session)
