"""Commands about meetings against the simulated Zoom: what they answer, and their exit codes."""

import asyncio
from pathlib import Path

import pytest

from rtms_tray.capture.board import Turn
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.effects import Rejection
from rtms_tray.capture.reasons import Code
from rtms_tray.commands import session_commands
from rtms_tray.simulator import Simulator
from rtms_tray.store.secrets import MemoryStore, secret_name
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Answer, AnswerCode, Exit
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from tests.helpers.fault_proxy import FaultProxy
from tests.helpers.program_harness import (
    LATER,
    MEETING,
    NUMBER,
    OTHER,
    ProgramHarness,
    make_profile,
    run_signed_in,
)
from tests.helpers.status_schema import check

LINK = f"https://company.zoom.us/j/{MEETING}?pwd=abc"


# --- asking ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [MEETING, "987 1234 5670", "987-1234-5670", LINK])
async def test_start_takes_numbers_and_links(harness: ProgramHarness, given: str) -> None:
    answer = await harness.do("start", meeting=given)
    assert answer.exit is Exit.DONE
    assert answer.text.startswith("Not capturing yet – request sent. Zoom accepted the request.")
    assert harness.session().meeting.number == MEETING


async def test_start_takes_a_uuid(harness: ProgramHarness) -> None:
    uuid = harness.zoom.world.meetings[NUMBER].uuid
    assert (await harness.do("start", meeting=uuid)).exit is Exit.DONE
    (session,) = harness.program.watcher.board.sessions
    assert session.meeting.uuid == uuid


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", text("meeting_reference.nothing.text")),
        ("hello", text("meeting_reference.not_a_reference.text")),
        ("123", "9 to 11 digits"),
        ("https://zoom.us/my/olive", text("meeting_reference.personal_link.text")),
        ("https://evil.example/j/98712345670", text("meeting_reference.not_zoom.text")),
    ],
)
async def test_start_explains_what_names_no_meeting(
    harness: ProgramHarness, given: str, said: str
) -> None:
    answer = await harness.do("start", meeting=given)
    assert answer.exit is Exit.REFUSED
    assert said in answer.text
    assert harness.count_requests() == 0


# --- what Zoom refuses --------------------------------------------------------------------------


async def test_a_meeting_that_has_not_started_is_waited_for(harness: ProgramHarness) -> None:
    answer = await harness.do("start", meeting=LATER)
    assert answer.exit is Exit.DONE
    assert "has not started" in answer.text
    harness.act("owner_joins", int(LATER))
    await harness.wait_until(lambda: harness.count_requests() == 2)
    await harness.wait_for_state("pending_approval", LATER)


async def test_an_unknown_meeting_is_refused(harness: ProgramHarness) -> None:
    answer = await harness.do("start", meeting="91234567890")
    assert answer.exit is Exit.REFUSED
    assert answer.text.startswith("Zoom doesn't know this meeting. ")
    session = harness.session("91234567890")
    assert (answer.code, answer.session) == (AnswerCode.SESSION, session.key)
    await asyncio.sleep(0)
    assert harness.count_requests() == 1


async def test_a_policy_is_refused_and_not_repeated(harness: ProgramHarness) -> None:
    harness.zoom.world.meetings[NUMBER].host_org_rtms_enabled = False
    answer = await harness.do("start", meeting=MEETING)
    assert answer.exit is Exit.REFUSED
    assert "turned off" in answer.text
    assert "Zoom says" in answer.text
    reason = harness.session().why
    assert reason is not None
    assert reason.number == 13267


async def test_each_of_two_refused_alike_is_answered_for_itself(harness: ProgramHarness) -> None:
    for number in (MEETING, OTHER):
        harness.zoom.world.meetings[int(number)].host_org_rtms_enabled = False
        await harness.do("start", meeting=number)
    answers = [await harness.do("resend", meeting=number) for number in (MEETING, OTHER)]
    assert [answer.code for answer in answers] == [AnswerCode.SESSION] * 2
    assert [answer.session for answer in answers] == [
        harness.session(number).key for number in (MEETING, OTHER)
    ]
    assert answers[0].text == answers[1].text


async def test_server_trouble_is_tried_again(harness: ProgramHarness) -> None:
    harness.fail_next_request(status=503, times=2)
    answer = await harness.do("start", meeting=MEETING)
    assert answer.exit is Exit.DONE
    assert harness.count_requests() == 1
    assert harness.session().state == "pending_approval"


async def test_a_lost_reply_is_not_repeated(harness: ProgramHarness) -> None:
    harness.fail_next_request(lose_reply=True)
    answer = await harness.do("start", meeting=MEETING)
    assert answer.exit is Exit.DONE
    assert "never arrived" in answer.text
    assert harness.count_requests() == 1
    harness.act("approve")
    await harness.wait_for_state("sharing")


async def test_a_long_rate_limit_is_refused_at_once_with_the_time(harness: ProgramHarness) -> None:
    harness.fail_next_request(status=429, headers={"Retry-After": "3600"})
    answer = await harness.do("start", meeting=MEETING)
    assert answer.exit is Exit.REFUSED
    assert "Zoom takes requests again at" in answer.text


async def test_a_short_rate_limit_is_waited_for(harness: ProgramHarness) -> None:
    harness.fail_next_request(status=429, headers={"Retry-After": "1"})
    assert (await harness.do("start", meeting=MEETING)).exit is Exit.DONE


async def test_what_takes_long_goes_on_by_itself(harness: ProgramHarness) -> None:
    harness.fail_next_request(delay_s=9, status=503, times=2)
    began = asyncio.get_running_loop().time()
    answer = await harness.do("start", meeting=MEETING)
    assert answer.exit is Exit.STILL_TRYING
    assert asyncio.get_running_loop().time() - began < 15
    assert harness.session().state == "requesting"


@pytest.mark.promise("connection refused")
async def test_no_network_says_not_sent_and_sends_when_it_is_back(
    zoom: Simulator, tmp_path: Path
) -> None:
    async with FaultProxy(zoom.oauth_url) as network:
        profile = make_profile(tmp_path, zoom)
        for key, url in (
            ("zoom.oauth_url", zoom.oauth_url),
            ("zoom.api_url", zoom.api_url),
            ("feed.url", zoom.events_url),
        ):
            set_value(profile.settings_file, key, network.address(url))
        store = MemoryStore()
        name = secret_name(
            "client_secret", "custom", network.address(zoom.oauth_url), zoom.client_id
        )
        await store.save(name, zoom.client_secret)
        async with run_signed_in(zoom, profile, store) as harness:
            await network.go_down()
            answer = await harness.do("start", meeting=MEETING)
            assert answer.exit is Exit.REFUSED
            assert "not sent" in answer.text
            assert harness.session().state == "refused"
            status = await harness.status_json()
            assert (status["signed_in"], harness.count_requests()) == (True, 0)
            await harness.wait_until(lambda: "feed_offline" in harness.notice_codes())
            await network.come_back()
            await harness.wait_for_state("pending_approval")
            assert harness.count_requests() == 1


# --- acting on a stream -------------------------------------------------------------------------


async def test_nothing_can_be_done_to_what_does_not_run(harness: ProgramHarness) -> None:
    await harness.do("start", meeting=MEETING)
    for name in ("pause", "resume", "stop"):
        answer = await harness.do(name)
        assert answer.exit is Exit.REFUSED
        assert f"nothing to {name}" in answer.text
    assert harness.count_requests("pause") + harness.count_requests("stop") == 0


async def test_resume_while_sharing_says_why_not(sharing: ProgramHarness) -> None:
    answer = await sharing.do("resume")
    key = sharing.session().key
    assert answer == Answer(Exit.REFUSED, "Can't resume now: Capturing.", session=key)


async def test_a_refused_pause_is_told_and_the_state_stays(sharing: ProgramHarness) -> None:
    sharing.fail_next_request(status=400, body={"code": 2310, "message": "The operation failed."})
    answer = await sharing.do("pause")
    assert answer.exit is Exit.REFUSED
    assert "The operation failed" in answer.text
    assert (answer.code, answer.session) == (AnswerCode.SESSION, sharing.session().key)
    assert sharing.session().state == "sharing"
    assert sharing.session().verified


async def test_after_a_gap_one_can_make_sure_that_capture_runs(sharing: ProgramHarness) -> None:
    sharing.program.watcher.wake(sharing.program.dependencies.clock())
    await sharing.wait_until(lambda: not sharing.session().verified)
    answer = await sharing.do("resume")
    assert (answer.exit, answer.code) == (Exit.DONE, AnswerCode.SESSION)
    assert answer.text.startswith("Capturing.")
    assert sharing.session().verified


async def test_or_that_nothing_runs_any_more(sharing: ProgramHarness) -> None:
    sharing.program.watcher.wake(sharing.program.dependencies.clock())
    await sharing.wait_until(lambda: not sharing.session().verified)
    body = {"code": 13277, "message": "It has not been started."}
    sharing.fail_next_request(status=400, body=body)
    sharing.fail_next_request(status=400, body=body)
    answer = await sharing.do("resume")
    assert (answer.exit, answer.code) == (Exit.REFUSED, AnswerCode.SESSION)
    assert "nothing is running" in answer.text
    assert (sharing.session().state, sharing.session().code) == ("stopped", Code.NOT_RUNNING)


async def test_the_user_sees_a_pause_in_zoom_and_its_end(sharing: ProgramHarness) -> None:
    await sharing.do("tell", condition="sharing", value="paused")
    assert (sharing.session().state, sharing.session().code) == ("paused", Code.PAUSE_SEEN_BY_USER)
    await sharing.do("tell", condition="sharing", value="yes")
    assert (sharing.session().state, sharing.session().code) == ("sharing", Code.SEEN_BY_USER)


async def test_two_pauses_at_once_are_one(sharing: ProgramHarness) -> None:
    answers = await asyncio.gather(sharing.do("pause"), sharing.do("pause"))
    assert [answer.exit for answer in answers] == [Exit.DONE, Exit.DONE]
    assert sharing.count_requests("pause") == 1


async def test_stop_while_pausing_says_to_wait(sharing: ProgramHarness) -> None:
    sharing.fail_next_request(delay_s=0.3)
    pausing = asyncio.create_task(sharing.do("pause"))
    await sharing.wait_until(lambda: sharing.session().streams.action is not None)
    answer = await sharing.do("stop")
    assert answer.exit is Exit.REFUSED
    assert answer.text == text("commands.session.refused.busy.pause")
    assert (await pausing).exit is Exit.DONE


async def test_a_stream_that_ends_meanwhile_is_not_called_paused(sharing: ProgramHarness) -> None:
    sharing.fail_next_request(delay_s=0.5)
    pausing = asyncio.create_task(sharing.do("pause"))
    await sharing.wait_until(lambda: sharing.session().streams.action is not None)
    sharing.act("host_stops")
    answer = await pausing
    assert answer.exit is Exit.REFUSED
    assert (answer.code, answer.session) == (AnswerCode.PLAIN, sharing.session().key)
    assert "Paused" not in answer.text


async def test_two_resends_at_once_are_one(harness: ProgramHarness) -> None:
    await harness.do("start", meeting=MEETING)
    harness.fail_next_request(delay_s=0.2)
    answers = await asyncio.gather(harness.do("resend"), harness.do("resend"), harness.do("resend"))
    assert [answer.exit for answer in answers] == [Exit.DONE] * 3
    assert harness.count_requests() == 2


async def test_a_resend_right_after_a_denial_has_to_wait(harness: ProgramHarness) -> None:
    await harness.do("start", meeting=MEETING)
    for _ in range(2):
        assert (await harness.do("tell", condition="host_approves", value="no")).exit is Exit.DONE
        assert harness.session().state == "denied"
        answer = await harness.do("resend")
    assert answer.exit is Exit.REFUSED
    assert harness.count_requests() == 2
    assert "Wait a minute" in answer.text


# --- which meeting ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["resend", "pause", "give-up", "remind", "acknowledge"])
async def test_without_a_meeting_nothing_can_be_meant(harness: ProgramHarness, name: str) -> None:
    answer = await harness.do(name)
    assert answer.exit is Exit.REFUSED
    assert answer.text == text("commands.which.none_open")


async def test_of_several_one_has_to_be_named(harness: ProgramHarness) -> None:
    await harness.do("start", meeting=MEETING)
    await harness.do("start", meeting=OTHER)
    answer = await harness.do("give-up")
    assert answer.exit is Exit.REFUSED
    assert MEETING in answer.text
    assert OTHER in answer.text
    uuid = harness.zoom.world.meetings[NUMBER].uuid
    await harness.do("tell", condition="sharing", value="yes", meeting=OTHER)
    assert harness.session(OTHER).state == "sharing"
    harness.act("approve")  # names the UUID
    await harness.wait_for_state("sharing")
    for given in (MEETING, "987 1234 5670", LINK, uuid, harness.session().key):
        assert (await harness.do("acknowledge", meeting=given)).exit is Exit.DONE
    answer = await harness.do("acknowledge", meeting="91234567890")
    assert answer == Answer(Exit.REFUSED, text("commands.which.not_watched", name="91234567890"))
    assert (await harness.do("acknowledge", meeting="what is this")).exit is Exit.REFUSED


async def test_what_is_over_is_over(harness: ProgramHarness) -> None:
    await harness.do("start", meeting=MEETING)
    given_up = await harness.do("give-up")
    assert given_up == Answer(Exit.DONE, "Meeting 987 1234 5670: stopped trying.")
    await harness.wait_until(lambda: harness.count_requests("stop") == 1)
    for name in ("resend", "give-up", "stop", "remind"):
        answer = await harness.do(name, meeting=MEETING)
        assert answer.exit is Exit.REFUSED
        assert "is over" in answer.text
    assert (await harness.do("start", meeting=MEETING)).exit is Exit.DONE


async def test_a_live_meeting_is_not_given_up(sharing: ProgramHarness) -> None:
    answer = await sharing.do("give-up")
    key = sharing.session().key
    assert answer == Answer(
        Exit.REFUSED, text("commands.session.refused.capture_runs"), session=key
    )


# --- telling ------------------------------------------------------------------------------------


@pytest.mark.parametrize("condition", list(Condition))
async def test_every_condition_can_be_told(harness: ProgramHarness, condition: Condition) -> None:
    await harness.do("start", meeting=OTHER)
    for value in ("yes", "no", "unknown"):
        name = condition.replace("_", "-")
        assert (await harness.do("tell", condition=name, value=value)).exit is Exit.DONE
        evidence = harness.session(OTHER).known[condition]
        assert (evidence.value, evidence.source) == (Value(value), Source.USER)


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("sharing", "unknown"),
        ("host_present", "paused"),
        ("weather", "yes"),
        ("host_present", "left"),
        ("", ""),
        ("sharing", ""),
    ],
)
async def test_what_cannot_be_told_is_wrong_usage(
    harness: ProgramHarness, condition: str, value: str
) -> None:
    await harness.do("start", meeting=MEETING)
    answer = await harness.do("tell", condition=condition, value=value)
    assert answer.exit is Exit.USAGE
    assert answer.text


async def test_the_user_sees_sharing(harness: ProgramHarness) -> None:
    await harness.do("start", meeting=MEETING)
    assert (await harness.do("tell", condition="sharing", value="no")).exit is Exit.REFUSED
    assert (await harness.do("tell", condition="sharing", value="yes")).exit is Exit.DONE
    assert harness.session().state == "sharing"
    assert (await harness.do("tell", condition="sharing", value="no")).exit is Exit.DONE
    assert harness.session().state == "stopped"


async def test_a_host_who_comes_later_makes_resend_needed(harness: ProgramHarness) -> None:
    await harness.do("start", meeting=OTHER)
    await harness.do("tell", condition="host_present", value="yes")
    session = await harness.wait_for_state("resend_needed", OTHER)
    status = await harness.status_json()
    check(status)
    assert status["overall"] == "resend_needed"
    assert session.why is not None
    assert (await harness.do("resend")).exit is Exit.DONE


# --- what buttons give --------------------------------------------------------------------------


async def test_a_button_starts_anew_in_the_meeting_of_a_session(harness: ProgramHarness) -> None:
    await harness.do("start", meeting=MEETING)
    first = harness.session().key
    await harness.do("give-up")
    assert (await harness.do("start", meeting=first)).exit is Exit.DONE
    again = harness.session()
    assert (again.key != first, again.meeting.number) == (True, MEETING)


async def test_so_does_one_of_a_session_that_has_a_uuid_alone(harness: ProgramHarness) -> None:
    uuid = harness.zoom.world.meetings[NUMBER].uuid
    await harness.do("start", meeting=uuid)
    (session,) = harness.program.watcher.board.sessions
    nameless = replace(session, meeting=replace(session.meeting, number=None))
    board = harness.program.watcher.board
    harness.program.watcher.board = replace(board, sessions=(nameless,))
    await harness.do("start", meeting=session.key)
    assert {session.meeting.uuid for session in harness.program.watcher.board.sessions} == {uuid}


@pytest.mark.parametrize(("wait_s", "minutes"), [(1, 1), (90, 2), (-60, 1), (10**9, 24 * 60)])
async def test_a_reminder_at_a_moment(harness: ProgramHarness, wait_s: int, minutes: int) -> None:
    await harness.do("start", meeting=MEETING)
    at = harness.program.dependencies.clock() + wait_s * 1000
    answer = await harness.do("remind", at=str(at))
    assert answer.text == text("commands.session.reminder", minutes=minutes)
    assert (await harness.do("remind", at="soon")).exit is Exit.USAGE


async def test_what_a_meeting_that_is_over_still_asks_for_can_be_acknowledged(
    sharing: ProgramHarness,
) -> None:
    sharing.act("revoke")
    sharing.act("end_meeting")
    over = await sharing.wait_for_state("ended")
    assert over.why is not None
    assert sharing.program.overview().attention
    assert (await sharing.do("acknowledge", meeting=over.key)).exit is Exit.DONE
    assert not sharing.program.overview().attention


# --- rare ends ----------------------------------------------------------------------------------


async def test_a_session_that_is_gone_before_the_reply_is_nothing_to_complain_of(
    harness: ProgramHarness,
) -> None:
    harness.fail_next_request(delay_s=0.3)
    starting = asyncio.create_task(harness.do("start", meeting=MEETING))
    await harness.wait_until(lambda: bool(harness.program.watcher.board.sessions))
    harness.program.watcher.board = replace(harness.program.watcher.board, sessions=())
    harness.program.changed()
    assert await starting == Answer(Exit.DONE)


async def test_a_pause_that_takes_long_goes_on(
    sharing: ProgramHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_commands, "REPLY_LIMIT_S", 0.05)
    sharing.fail_next_request(delay_s=0.5)
    assert (await sharing.do("pause")).exit is Exit.STILL_TRYING
    await sharing.wait_for_state("paused")


@pytest.mark.parametrize("refused", sorted(set(Rejection) - {Rejection.BUSY}))
async def test_whatever_the_machine_does_not_grant_is_said(
    sharing: ProgramHarness, monkeypatch: pytest.MonkeyPatch, refused: Rejection
) -> None:
    turn = Turn(sharing.program.watcher.board, refused=refused)
    monkeypatch.setattr(sharing.program.watcher, "handle", lambda *_: turn)
    for name in ("acknowledge", "resend", "give-up"):
        answer = await sharing.do(name)
        granted = refused is Rejection.UNDER_WAY
        assert answer.exit is (Exit.DONE if granted else Exit.REFUSED)
        assert answer.text
