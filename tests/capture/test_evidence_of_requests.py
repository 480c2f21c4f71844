"""Evidence around requests: approvals, looks at the meeting, the app owner's client, what Zoom accepts."""

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.conditions import Condition, Evidence, Source, Value
from rtms_tray.capture.events import MeetingStatus
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_stage import (
    GUEST,
    MEETING,
    NUMBER,
    OWN_MEETING,
    Stage,
    brought_to,
)

_C, _S = Condition, CaptureState
YES, NO, LEFT, WITHDRAWN = Value.YES, Value.NO, Value.LEFT, Value.WITHDRAWN
EVENT, REPLY, USER, INFERRED = Source.EVENT, Source.REPLY, Source.USER, Source.INFERRED


def asked(meeting: e.Meeting = MEETING) -> Stage:
    """A request was sent and accepted."""
    stage = Stage(meeting=meeting)
    stage.ask()
    stage.reply()
    return stage


def look(stage: Stage, meeting: e.Meeting = MEETING) -> None:
    """A look at the meeting tells that people may come before the host."""
    event = e.MeetingFetched(meeting, MeetingStatus.STARTED, join_before_host=True)
    stage.take(boards.turn(stage.board, event, stage.now))


def client(stage: Stage, value: Value) -> None:
    """The app owner's own Zoom was looked at."""
    stage.all(e.OwnerClientChecked(value, Source.MACHINE))


class TestApproval:
    """An approval or a denial is of one request."""

    def test_a_new_request_needs_a_new_one(self) -> None:
        stage = asked()
        stage.tell(_C.HOST_APPROVAL_REQUIRED, YES)
        stage.started()
        stage.stopped(2)
        assert stage.session.known[_C.HOST_APPROVES].value is YES
        stage.resend()
        assert _C.HOST_APPROVES not in stage.session.known

    def test_a_denial_is_not_of_the_next(self) -> None:
        stage = brought_to(_S.DENIED)
        stage.resend()
        assert _C.HOST_APPROVES not in stage.session.known

    def test_that_the_host_approves_in_general_is_the_users_to_say(self) -> None:
        stage = asked()
        stage.tell_approves(YES)
        stage.resend()
        assert stage.session.known[_C.HOST_APPROVES].value is YES


class TestLooking:
    """`GET /meetings/{number}` tells what holds for every instance, and never which one is on."""

    def test_a_new_request_looks_once(self) -> None:
        stage = Stage()
        stage.ask()
        assert stage.looked() == [NUMBER]
        stage.reply()
        stage.resend()
        assert stage.looked() == [NUMBER]

    def test_not_where_the_host_is_known(self) -> None:
        stage = Stage()
        stage.meeting_started()
        stage.ask()
        assert stage.looked() == []

    def test_an_answer_about_another_instance(self) -> None:
        stage = asked()
        other = e.Meeting("another", NUMBER, "me")
        look(stage, other)
        session = stage.session
        assert stage.context.is_own(session.meeting)
        assert session.meeting.uuid is None
        assert not session.meeting_readable
        assert session.known[_C.MEETING_ALLOWED_WITHOUT_HOST].value is YES

    def test_that_it_waits_ends_no_session_by_number(self) -> None:
        stage = asked()
        stage.joins(GUEST)
        stage.gap()
        seen = e.MeetingFetched(e.Meeting("another", NUMBER), MeetingStatus.WAITING)
        stage.take(boards.turn(stage.board, seen, stage.now))
        assert stage.state is _S.PENDING_APPROVAL

    def test_nobody_watches_it(self) -> None:
        stage = Stage()
        look(stage)
        assert stage.board.sessions == ()


class TestTheClient:
    """The app owner's own Zoom is looked at before there is a session, too."""

    def test_later_sessions_know_it(self) -> None:
        stage = Stage()
        client(stage, NO)
        stage.ask()
        assert stage.session.known == {
            _C.OWNER_CLIENT_SUPPORTED: Evidence(NO, Source.MACHINE, stage.at())
        }

    def test_it_is_applied_while_a_request_is_on_its_way(self) -> None:
        stage = Stage()
        stage.ask()
        client(stage, NO)
        assert _C.OWNER_CLIENT_SUPPORTED in stage.session.known

    def test_a_stream_by_somebody_else_here_knows_it_too(self) -> None:
        stage = Stage()
        client(stage, YES)
        stage.started()
        assert stage.session.known[_C.OWNER_CLIENT_SUPPORTED].source is EVENT


class TestAcceptance:
    """Zoom accepts what it had refused: the refusal says nothing any more."""

    def test_in_my_own_meeting(self) -> None:
        stage = asked(OWN_MEETING)
        stage.resend()
        stage.refuse(13267)
        stage.resend()
        stage.reply()
        assert _C.HOST_ORG_RTMS_ENABLED not in stage.session.known

    def test_the_users_word_stays(self) -> None:
        stage = asked()
        stage.tell(_C.HOST_ORG_RTMS_ENABLED, NO)
        stage.resend()
        stage.reply()
        assert stage.session.known[_C.HOST_ORG_RTMS_ENABLED].value is NO
