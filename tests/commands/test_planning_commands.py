"""Plans, the text for the host, the fall-back, and the own client: as commands, beside the simulated Zoom."""

import time

import pytest

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.events import ConcurrencyNear, Meeting, StreamStarted
from rtms_tray.presentation.wording import meeting_name
from rtms_tray.runtime.client_check import ClientVersionCheck
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Answer, Exit
from rtms_tray.support.texts import text
from rtms_tray.zoom.client_version import InstalledClient
from rtms_tray.zoom.feeds import Received
from tests.helpers.program_harness import LATER, MEETING, NUMBER, ProgramHarness
from tests.helpers.status_schema import check

LINK = f"https://company.zoom.us/j/{MEETING}?pwd=abc"
PAGE = "https://bot.example/{meeting}"


async def configured(harness: ProgramHarness, key: str, value: str) -> None:
    set_value(harness.profile.settings_file, key, value)
    await harness.program.reload()


def in_an_hour() -> str:
    return str(round(time.time() + 3600) * 1000)


# --- ahead ----------------------------------------------------------------------------------------


async def test_a_planned_meeting_is_asked_for_when_it_begins(harness: ProgramHarness) -> None:
    answer = await harness.do("arm", meeting=f"https://zoom.us/j/{LATER}")
    assert answer.exit is Exit.DONE
    assert "is planned" in answer.text
    status = await harness.status_json()
    check(status)
    armed = status["armed"]
    assert isinstance(armed, list)
    assert [plan["meeting_id"] for plan in armed] == [LATER]
    assert "Planned: Meeting" in (await harness.do("status")).text
    harness.act("owner_joins", int(LATER))
    await harness.wait_for_state("pending_approval", LATER)
    assert harness.count_requests() == 1
    assert harness.session(LATER).story[0].why is not None
    assert (await harness.status_json())["armed"] == []
    assert harness.program.scheduled.plans == ()


def told(harness: ProgramHarness) -> list[str]:
    """List what was announced; it comes once the meeting is on the disk."""
    return [alert.why.code for alert in harness.alerts if hasattr(alert, "why")]


async def test_that_it_was_asked_for_is_told(harness: ProgramHarness) -> None:
    await harness.do("arm", meeting=LATER, at=in_an_hour())
    harness.act("owner_joins", int(LATER))
    await harness.wait_for_state("pending_approval", LATER)
    await harness.wait_until(lambda: "asked_ahead" in told(harness))


async def test_a_plan_is_given_up(harness: ProgramHarness) -> None:
    await harness.do("arm", meeting=LATER, at=in_an_hour())
    assert (await harness.do("disarm", meeting=LATER)).exit is Exit.DONE
    again = await harness.do("disarm", meeting=LATER)
    assert (again.exit, "Nothing is planned" in again.text) == (Exit.REFUSED, True)
    assert (await harness.do("disarm")).exit is Exit.DONE


@pytest.mark.parametrize(("at", "code"), [("1000", Exit.REFUSED), ("soon", Exit.USAGE)])
async def test_times_that_make_no_sense(harness: ProgramHarness, at: str, code: Exit) -> None:
    assert (await harness.do("arm", meeting=LATER, at=at)).exit is code


async def test_zooms_list_tells_the_time(harness: ProgramHarness) -> None:
    harness.zoom.world.meetings[int(LATER)].start_time = round(time.time() + 600) * 1000
    assert "when it starts" in (await harness.do("arm", meeting=LATER)).text
    (plan,) = harness.program.scheduled.plans
    assert plan.starts_at == harness.zoom.world.meetings[int(LATER)].start_time


async def test_a_meeting_that_zooms_list_does_not_name_is_planned_without_a_time(
    harness: ProgramHarness,
) -> None:
    answer = await harness.do("arm", meeting="98712340000")
    assert answer.exit is Exit.DONE
    assert "name a time with --at" in answer.text
    (plan,) = harness.program.scheduled.plans
    assert plan.starts_at is None


async def test_a_list_that_cannot_be_read_is_no_obstacle_to_a_plan(harness: ProgramHarness) -> None:
    harness.fail_next_request(path="/v2/users/me/upcoming_meetings", times=-1, drop=True)
    answer = await harness.do("arm", meeting=LATER)
    assert answer.exit is Exit.DONE
    assert "name a time with --at" in answer.text


async def test_without_events_and_a_time_nothing_can_be_planned(harness: ProgramHarness) -> None:
    await configured(harness, "feed.kind", "none")
    answer = await harness.do("arm", meeting="91234567890")
    assert (answer.exit, "--at" in answer.text) == (Exit.REFUSED, True)
    assert (await harness.do("arm", meeting="91234567890", at=in_an_hour())).exit is Exit.DONE


async def test_what_i_host_is_listed_where_no_event_tells(harness: ProgramHarness) -> None:
    mine = harness.zoom.world.meetings[int(LATER)]
    mine.host, mine.start_time = "owner", round(time.time() + 600) * 1000
    await configured(harness, "behaviour.watch_hosted", "true")
    await harness.program.hosted.list_hosted()
    assert not harness.program.scheduled.plans, "events will tell"
    await configured(harness, "feed.kind", "none")
    await harness.program.hosted.list_hosted()
    (plan,) = harness.program.scheduled.plans
    assert (plan.number, plan.hosted) == (LATER, True)


# --- the text for the host -----------------------------------------------------------------------


async def test_the_message_fits_what_happened(harness: ProgramHarness) -> None:
    harness.zoom.world.meetings[NUMBER].host_org_rtms_enabled = False
    await harness.do("start", meeting=MEETING)
    answer = await harness.do("message")
    assert answer.exit is Exit.DONE
    assert "Share realtime meeting content with apps" in answer.text
    assert answer.data == {"audience": "admin", "text": answer.text}
    assert "message" in [action.name for action in harness.program.overview().sessions[0].actions]


async def test_where_nobody_else_can_help_there_is_none(harness: ProgramHarness) -> None:
    await harness.share()
    answer = await harness.do("message")
    name = harness.program.overview().sessions[0].meeting
    assert answer == Answer(Exit.REFUSED, text("commands.message.none", meeting=name))


# --- the fall-back --------------------------------------------------------------------------------


async def test_it_opens_where_the_policy_refuses(harness: ProgramHarness) -> None:
    await configured(harness, "fallback.url", PAGE)
    harness.zoom.world.meetings[NUMBER].host_org_rtms_enabled = False
    await harness.do("start", meeting=MEETING)
    (session,) = harness.program.overview().sessions
    assert "fall-back" in [action.name for action in session.actions]
    assert (await harness.do("fall-back")).exit is Exit.DONE
    assert harness.opened_urls == [f"https://bot.example/{MEETING}"]


async def test_it_must_be_set_up(harness: ProgramHarness) -> None:
    await harness.do("start", meeting=MEETING)
    answer = await harness.do("fall-back")
    assert (answer.exit, "fallback.url" in answer.text) == (Exit.REFUSED, True)


async def test_it_is_not_for_what_may_still_come(harness: ProgramHarness) -> None:
    await configured(harness, "fallback.url", PAGE)
    await harness.do("start", meeting=MEETING)
    assert (await harness.do("fall-back")).exit is Exit.REFUSED
    assert harness.opened_urls == []


async def test_the_link_is_kept_in_memory_alone(harness: ProgramHarness) -> None:
    await harness.do("start", meeting=MEETING, link=LINK)
    key = harness.session().key
    assert harness.commands.sessions.link_of(key) == LINK
    await harness.do("give-up")
    await harness.do("start", meeting=LATER)
    assert harness.commands.sessions.link_of(key) is None
    await harness.program.close()
    kept = [path.read_bytes() for path in harness.profile.data_folder.rglob("*") if path.is_file()]
    assert not any(b"pwd" in content or b"company.zoom.us" in content for content in kept)


# --- other people's streams -----------------------------------------------------------------------


async def test_colleagues_are_shown_only_where_the_user_wants_to_see_them(
    harness: ProgramHarness,
) -> None:
    started = StreamStarted(Meeting("another==", "98712345671"), "c", "colleague", 1_000)
    harness.program.watcher.report(Received(started, "", 1_000))
    assert (await harness.status_json())["colleagues"] == []
    await configured(harness, "feed.watch", "all")
    status = await harness.status_json()
    check(status)
    assert status["colleagues"] == [
        {"meeting_id": "98712345671", "since": "1970-01-01T00:00:01Z", "verified": True}
    ]
    assert status["sessions"] == []


async def test_the_limit_that_comes_near_is_told(harness: ProgramHarness) -> None:
    near = ConcurrencyNear(1_650, 2_000, 1_000)
    harness.program.watcher.report(Received(near, "", harness.program.dependencies.clock()))
    assert "concurrency_near_limit" in harness.notice_codes()


# --- the own client -------------------------------------------------------------------------------


def looks_at(harness: ProgramHarness, version: tuple[int, ...] | None) -> None:
    """Put a Zoom client of this version on the machine."""
    seen = InstalledClient(version)
    harness.program._client = ClientVersionCheck(lambda: seen)


async def test_a_client_that_is_too_old_is_said_before_the_request(harness: ProgramHarness) -> None:
    looks_at(harness, (6, 4, 0))
    answer = await harness.do("start", meeting=MEETING)
    assert answer.exit is Exit.DONE
    assert answer.text.startswith("Your Zoom is too old. Zoom on this computer is version 6.4.0,")
    assert harness.count_requests() == 1, "the version on the disk need not be the one that runs"
    assert "own_client_too_old" in harness.notice_codes()
    known = harness.session().known[Condition.OWNER_CLIENT_SUPPORTED]
    assert (known.value, str(known.source)) == (Value.NO, "machine")
    await harness.wait_until(lambda: "owner_client_old" in told(harness))


async def test_zoom_tells_of_the_last_log_in_where_this_machine_has_none(
    harness: ProgramHarness,
) -> None:
    harness.zoom.world.users["owner"].client_version = "6.5.4(win)"
    looks_at(harness, None)
    answer = await harness.do("start", meeting=MEETING)
    assert "You last signed in to Zoom with version 6.5.4" in answer.text


async def test_a_client_that_is_new_enough_needs_no_word(harness: ProgramHarness) -> None:
    looks_at(harness, (6, 6, 0))
    assert (await harness.do("start", meeting=MEETING)).text.startswith(
        "Not capturing yet – request sent"
    )
    assert harness.session().known[Condition.OWNER_CLIENT_SUPPORTED].value is Value.YES


async def test_what_is_planned_is_listed(harness: ProgramHarness) -> None:
    assert (await harness.do("plans")).text == "Nothing is planned."
    await harness.do("arm", meeting=LATER, at=in_an_hour())
    listed = await harness.do("plans")
    assert listed.exit is Exit.DONE
    assert listed.text.startswith(f"{meeting_name(Meeting(number=LATER))}, ")
