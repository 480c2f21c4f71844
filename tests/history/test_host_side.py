"""Whether the host is on the app owner's own account: from what Zoom says, and from nothing else."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.context import Context
from rtms_tray.capture.session import Session
from rtms_tray.history.model import HostSide
from rtms_tray.history.restore import host_side
from rtms_tray.support.frozen import replace
from rtms_tray.zoom.event_decoder import decode
from tests.helpers.capture_stage import GUEST, ME, MEETING, NUMBER, OWN_MEETING, UUID, Stage
from tests.helpers.manual_clock import NOON

ACCOUNT = "account-of-mine"


@pytest.mark.parametrize(
    ("meeting", "mine", "side"),
    [
        (OWN_MEETING, None, HostSide.INTERNAL),
        (MEETING, ACCOUNT, HostSide.UNKNOWN),
        (replace(MEETING, host_account=ACCOUNT), ACCOUNT, HostSide.INTERNAL),
        (replace(MEETING, host_account="another"), ACCOUNT, HostSide.EXTERNAL),
        (replace(MEETING, host_account="another"), None, HostSide.UNKNOWN),
        (replace(OWN_MEETING, host_account="another"), ACCOUNT, HostSide.INTERNAL),
    ],
)
def test_what_proves_the_hosts_account(
    meeting: e.Meeting, mine: str | None, side: HostSide
) -> None:
    assert host_side(Session(1, meeting), Context(me=ME, account=mine)) is side


@pytest.mark.parametrize(
    ("name", "tells"),
    [
        ("meeting.started", True),
        ("meeting.participant_joined", True),
        ("webinar.participant_joined", True),
        ("meeting.participant_role_changed", True),
        ("meeting.participant_joined_breakout_room", True),
        ("meeting.rtms_started", False),
    ],
)
@pytest.mark.parametrize("nested", [True, False])
def test_which_events_say_whose_account_it_is(name: str, *, tells: bool, nested: bool) -> None:
    fields = (
        f'"uuid": "{UUID}", "id": "{NUMBER}", "host_id": "h", "rtms_stream_id": "s",'
        ' "participant": {"id": "p", "new_role": "host"}'
    )
    inner = f'"object": {{{fields}}}' if nested else fields
    event = decode(f'{{"event": "{name}", "payload": {{"account_id": "theirs", {inner}}}}}', NOON)
    assert isinstance(event, e.SingleMeetingEvent)
    assert event.meeting.host_account == ("theirs" if tells else None)


def test_an_event_of_the_meeting_says_whose_account_it_is() -> None:
    stage = Stage()
    stage.all(e.SignedIn(ME, ACCOUNT))
    stage.ask()
    stage.reply()
    assert stage.context.account == ACCOUNT
    stage.wait(5)
    meeting = e.Meeting(UUID, NUMBER, "host", "another")
    stage.zoom(e.ParticipantJoined(meeting, GUEST, stage.at()))
    assert host_side(stage.session, stage.context) is HostSide.EXTERNAL


def test_an_event_before_the_request_says_it_too() -> None:
    stage = Stage()
    meeting = e.Meeting(UUID, NUMBER, "host", ACCOUNT)
    stage.zoom(e.MeetingStarted(meeting, stage.at()))
    stage.ask()
    stage.all(e.SignedIn(ME, ACCOUNT))
    assert host_side(stage.session, stage.context) is HostSide.INTERNAL


def test_fetching_the_meeting_shows_that_it_is_the_app_owners_own() -> None:
    stage = Stage()
    stage.ask()
    event = e.MeetingFetched(e.Meeting(None, NUMBER, ME), e.MeetingStatus.WAITING)
    stage.take(boards.turn(stage.board, event, stage.now))
    assert host_side(stage.session, stage.context) is HostSide.INTERNAL
