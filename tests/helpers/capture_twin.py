"""A stage with two sessions of one meeting: a request sent by its number, a stream named by its UUID."""

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Turn
from rtms_tray.capture.effects import SendRequest
from rtms_tray.capture.events import MeetingStatus, Outcome
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_stage import ME, NUMBER, UUID, Stage

_S = CaptureState
NAMELESS = e.Meeting(uuid=UUID)
NAMED = e.Meeting(UUID, NUMBER)


class Twin(Stage):
    """A stage whose streams are named by the meeting's UUID alone; requests go by its number."""

    def __init__(self, stream_meeting: e.Meeting = NAMELESS) -> None:
        self.stream_meeting = stream_meeting
        self.unanswered: list[SendRequest] = []
        self.begun: set[str] = set()
        super().__init__()

    def take(self, turn: Turn) -> None:
        super().take(turn)
        self.unanswered += [effect for effect in turn.effects if isinstance(effect, SendRequest)]

    def ask_number(self, *, resend: bool = False) -> None:
        self.take(boards.turn(self.board, e.StartRequested(NUMBER, resend=resend), self.now))

    def answer_all(self, outcome: Outcome = Outcome.ACCEPTED, code: int | None = None) -> None:
        asked, self.unanswered = self.unanswered, []
        for sent in asked:
            self.answer(sent.request, sent.action, outcome, code)

    def streams(self, stream: str = "a") -> None:
        self.begun.add(stream)
        self.zoom(e.StreamStarted(self.stream_meeting, stream, ME, self.at()))

    def named(self, status: MeetingStatus = MeetingStatus.STARTED) -> None:
        """The look at the meeting tells its number."""
        self.take(boards.turn(self.board, e.MeetingFetched(NAMED, status), self.now))

    def with_key(self, key: str) -> Session:
        found = self.board.session(key)
        assert found is not None
        return found

    @property
    def one(self) -> Session:
        (session,) = self.board.sessions
        return session


def asked_then_started() -> Twin:
    """Asked by number ten seconds ago, accepted; a stream of an unnamed meeting for five."""
    twin = Twin()
    twin.ask_number()
    twin.answer_all()
    twin.wait(5)
    twin.streams()
    twin.wait(5)
    assert [session.state for session in twin.board.sessions] == [_S.PENDING_APPROVAL, _S.SHARING]
    return twin


def started_then_asked() -> Twin:
    """A stream of an unnamed meeting for ten seconds; asked by number five seconds ago."""
    twin = Twin()
    twin.streams()
    twin.wait(5)
    twin.ask_number()
    twin.wait(5)
    assert [session.state for session in twin.board.sessions] == [_S.SHARING, _S.REQUESTING]
    return twin
