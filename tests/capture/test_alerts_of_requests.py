"""Alerts before and around a request: an old client, a planned request, reminders."""

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.alerts import wants_attention
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.effects import Announce, Category, SendRequest
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timings import AutoResend, Policy
from tests.helpers.capture_stage import GUEST, HOST, NUMBER, THE_HOST, UUID, Stage, brought_to

_S = CaptureState
INFO, ATTENTION, CRITICAL = Severity.INFO, Severity.ATTENTION, Severity.CRITICAL


OLD = e.OwnerClientChecked(Value.NO, Source.MACHINE)
TOO_OLD = (Severity.ATTENTION, Code.OWNER_CLIENT_OLD)


class TestAnOldClient:
    """Zoom says nothing of it (B4), so it is said with the request."""

    def test_it_is_said_when_the_request_goes_out_and_goes_out_it_does(self) -> None:
        stage = Stage()
        stage.all(OLD)
        stage.ask()
        assert stage.announced(Category.CLIENT) == [TOO_OLD]
        assert any(isinstance(one, SendRequest) for one in stage.effects)
        assert wants_attention(stage.session)

    def test_once(self) -> None:
        stage = Stage()
        stage.all(OLD)
        stage.ask()
        stage.all(OLD)
        stage.reply()
        assert stage.announced(Category.CLIENT) == [TOO_OLD]

    def test_a_stream_or_an_update_resolves_it(self) -> None:
        for resolve in (
            Stage.started,
            lambda stage: stage.all(e.OwnerClientChecked(Value.YES, Source.MACHINE)),
        ):
            stage = Stage()
            stage.all(OLD)
            stage.ask()
            stage.reply()
            stage.wait(1)
            resolve(stage)
            assert stage.withdrawn(Category.CLIENT)

    def test_who_said_so_themselves_need_not_hear_it(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.tell(Condition.OWNER_CLIENT_SUPPORTED, Value.NO)
        assert stage.announced(Category.CLIENT) == []

    def test_a_new_client_is_no_news(self) -> None:
        stage = Stage()
        stage.all(e.OwnerClientChecked(Value.YES, Source.MACHINE))
        stage.ask()
        assert stage.announced(Category.CLIENT) == []


class TestAhead:
    """A request that was planned says that it went out by itself."""

    def test_it_is_told(self) -> None:
        stage = Stage()
        event = e.StartRequested(NUMBER, scheduled=True)
        stage.take(boards.turn(stage.board, event, stage.now))
        assert (stage.state, stage.code) == (_S.REQUESTING, Code.ASKED_AHEAD)
        assert stage.announced() == [(Severity.INFO, Code.ASKED_AHEAD)]
        assert not wants_attention(stage.session)

    def test_a_meeting_that_begins_late_is_waited_for(self) -> None:
        stage = Stage()
        stage.take(boards.turn(stage.board, e.StartRequested(NUMBER, scheduled=True), stage.now))
        stage.refuse(3000)
        assert stage.state is _S.WAITING_FOR_MEETING
        stage.clear()
        stage.wait(5)
        assert len(stage.sent()) == 1

    def test_sent_again_by_itself_is_told_too(self) -> None:
        stage = Stage(Policy(auto_resend=AutoResend.HOST_JOINED))
        stage.ask()
        stage.reply()
        stage.joins(GUEST)
        stage.wait(6)
        stage.tell_host(Value.NO)
        stage.clear()
        stage.joins(THE_HOST)
        assert (Severity.INFO, Code.RESENT_FOR_HOST) in stage.announced()


class TestReminders:
    """Where nothing can tell that the host has come: after 2, 5 and 10 minutes, never claiming anything."""

    def reminders(self, stage: Stage) -> list[Code]:
        return [
            one.why.code
            for one in stage.effects
            if isinstance(one, Announce) and one.category is Category.REMINDER
        ]

    def test_without_a_feed(self) -> None:
        stage = Stage(feed=False)
        stage.ask()
        stage.reply()
        for minutes, count in ((1.9, 0), (0.2, 1), (2.8, 1), (0.2, 2), (4.8, 2), (0.2, 3), (45, 3)):
            stage.wait(minutes * 60)
            assert self.reminders(stage) == [Code.REMINDER] * count

    def test_once_the_host_is_known_to_be_there_it_says_what_to_do(self) -> None:
        stage = Stage(feed=False)
        stage.ask()
        stage.reply()
        stage.tell_host(Value.YES)
        stage.wait(121)
        assert self.reminders(stage) == [Code.HOST_JOINED_LATER]

    def test_not_where_an_event_would_tell(self) -> None:
        own = e.Meeting(UUID, NUMBER, HOST, "account")
        stage = Stage(meeting=own)
        stage.share(account="account")
        stage.ask()
        stage.reply()
        stage.joins(GUEST)
        stage.wait(700)
        assert self.reminders(stage) == []
