"""The program under judgement, by its public face: what goes in, what it asks for, what it shows."""

from collections.abc import Callable, Sequence
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board
from rtms_tray.capture.effects import Effect, FetchMeeting, SendRequest
from rtms_tray.capture.routing import deadline, turn
from rtms_tray.capture.timings import AutoResend, Policy
from rtms_tray.history.restore import record_of, restore_board
from rtms_tray.presentation.overview import OverviewInputs, overview
from rtms_tray.presentation.session_view import session_view
from rtms_tray.presentation.status_json import status_json
from rtms_tray.presentation.view_model import AccountView, FeedView, SessionView, SignInState
from rtms_tray.runtime.bystanders import Bystanders
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds import Connected, Received, news_of

Carry = Callable[[Effect, e.Event], None]

_FEED: Final = FeedView("zoom", connected=True, text="")


class Program:
    """The board, as the running program keeps it; all moments are this machine's."""

    def __init__(self, clock: Callable[[], int], me: str, account: str, *, resends: bool) -> None:
        self.board = Board()
        self.carry: Carry = lambda _effect, _cause: None
        self._clock = clock
        self._me = me
        self._account = account
        self._policy = Policy(auto_resend=AutoResend.HOST_JOINED if resends else AutoResend.ASK)
        self._shown: dict[str, tuple[object, SessionView]] = {}
        self._due_of: Board | None = None
        self._due: int | None = None
        self._bystanders = Bystanders()

    def begin(self) -> None:
        """Start: who is signed in, what is chosen; the feed comes later."""
        self.take(e.PolicyChanged(self._policy))
        self.take(e.SignedIn(self._me, self._account))
        self.take(e.FeedConfigured(possible=True))

    def restart(self, seen_at: int) -> None:
        """Start again with what was saved last at `seen_at`."""
        context = self.board.context.at(seen_at)
        records = [
            record_of(session, session.key, context)
            for session in self.board.sessions
            if session.open
        ]
        self._bystanders = Bystanders()
        fresh = Board()
        fresh = turn(fresh, e.PolicyChanged(self._policy), self._clock()).board
        self.board = restore_board(fresh, records, self._clock()).board
        self.begin()

    def take(self, event: e.Event, key: str | None = None) -> None:
        """Take an input, and carry out what follows."""
        done = turn(self._bystanders.taken_in(self.board), event, self._clock(), key)
        self.board = done.board
        for effect in done.effects:
            if isinstance(effect, SendRequest | FetchMeeting):
                self.carry(effect, event)

    def receive(self, text: str) -> None:
        """Take an event of Zoom's."""
        now = self._clock()
        news = news_of(text, now)
        if isinstance(news, Received) or not self._bystanders.take(news.sighting, self.board, now):
            self.take(news.event)

    def receive_from_relay(self, text: str, came_at: int) -> None:
        """Take an event that a relay got at that moment."""
        self.take(e.Kept(decode(text, came_at), came_at))

    def catch_up(self, since: int, missed: Sequence[tuple[str, int]]) -> None:
        """The relay is connected, and brings what was missed: nothing that happened since is missing."""
        kept = tuple(e.Kept(decode(text, at), at) for text, at in missed)
        self.take(e.CaughtUp(self._clock(), since, kept))

    def take_report(self, report: Connected | Received) -> None:
        """Take what a feed found out later of a gap."""
        if isinstance(report, Received):
            self.take(e.Kept(report.event, report.at))
            return
        kept = tuple(e.Kept(one.event, one.at) for one in report.missed)
        self.take(e.CaughtUp(report.at, report.since or report.at, kept))

    @property
    def deadline(self) -> int | None:
        """When time alone changes something."""
        if self._due_of is not self.board:
            self._due_of, self._due = self.board, deadline(self.board)
        return self._due

    @property
    def sessions(self) -> tuple[SessionView, ...]:
        """What every surface shows of the sessions; made anew for those that have changed."""
        return tuple(self._view(index) for index in range(len(self.board.sessions)))

    def _view(self, index: int) -> SessionView:
        session = self.board.sessions[index]
        made_of, view = self._shown.get(session.key, (None, None))
        if view is None or made_of is not session:
            view = session_view(session, self.board.context.at(self._clock()))
            self._shown[session.key] = (session, view)
        return view

    def status(self) -> dict[str, object]:
        """What `status --json` says."""
        inputs = OverviewInputs(AccountView(SignInState.SIGNED_IN, self._me, None), _FEED)
        return status_json(overview(self.board, inputs, self._clock()), self._clock())
