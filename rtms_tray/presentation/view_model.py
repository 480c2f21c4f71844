"""What every surface shows: plain values, made by `presentation`, drawn by tray, window and command line."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from rtms_tray.capture.conditions import Condition, Evidence, Value
from rtms_tray.capture.events import Action
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.states import LIVE, OPEN, CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.support.frozen import Frozen, field
from rtms_tray.support.units import Millis


class SignInState(StrEnum):
    """How the app owner stands with Zoom, as far as this machine knows."""

    SIGNED_OUT = "signed_out"
    SIGNING_IN = "signing_in"
    SIGNED_IN = "signed_in"
    LOCKED = "locked"  # a sign-in exists, but the keyring does not give it out: not signed out
    NOT_CONFIGURED = "not_configured"


class ActionView(Frozen):
    """Something the user can do now; `name` is the command that it gives."""

    name: str
    label: str
    primary: bool = False
    confirm: str = ""  # a question to ask first; empty: none
    arguments: tuple[tuple[str, str], ...] = ()  # of the command, beside the meeting
    listed_as: str = ""  # among the JSON's actions; empty: a button only
    asks: Condition | None = None  # the window asks this itself, in place of a button


class CheckView(Frozen):
    """One condition as a line, in words that are true.

    `mark`: yes (in order), no (an obstacle), unknown, or None where it is no obstacle to what runs.
    """

    condition: Condition
    text: str
    evidence: Evidence
    mark: Value | None


class Happening(Frozen):
    """One line of what happened in a session."""

    at: Millis
    text: str


class Notice(Frozen):
    """Something that concerns the whole program: what happened, and what to do."""

    code: str
    severity: Severity
    title: str
    text: str
    remedy: str
    action: ActionView | None = None
    other: ActionView | None = None  # the way out of it


class SpanView(Frozen):
    """A stretch of a meeting's time: what it was worth, and why; without an end it goes on."""

    start: Millis
    end: Millis | None
    kind: SpanKind
    text: str  # the reason in words; may be empty


class Capture(StrEnum):
    """Whether a meeting is captured, as far as anybody knows."""

    CAPTURING = "capturing"
    NOT_YET = "not_yet"
    NOT_CAPTURING = "not_capturing"
    MAY_BE = "may_be"


class ReasonView(Frozen):
    """A reason at work, in words."""

    code: Code
    severity: Severity
    title: str
    short: str  # the title without whether anything is captured
    text: str
    remedy: str
    number: int | None = None  # Zoom's error code or stop reason
    message: str = ""  # Zoom's own words
    until: Millis | None = None  # when something may be tried again


class SessionView(Frozen):
    """One session, ready to draw."""

    key: str
    meeting_id: str | None
    meeting_uuid: str | None
    meeting: str  # "Meeting 987 1234 5670": never a topic
    short_name: str  # the same beside others: "987 1234 5670"
    state: CaptureState
    unverified_since: Millis | None
    since: Millis
    capture: Capture
    title: str
    statement: str  # whether anything is captured, where the title doesn't say so; else empty
    headline: str  # title and statement in one line
    text: str
    remedy: str
    severity: Severity
    attention: bool
    actions: tuple[ActionView, ...]
    checks: tuple[CheckView, ...]
    happened: tuple[Happening, ...]  # newest first
    summary: str  # "Captured 8 of 16 min · 8 min lost"; empty before anything was counted
    details: str = ""  # scenario numbers, Zoom's own words: for the curious
    spans: tuple[SpanView, ...] = ()  # oldest first; only what counts
    fits: tuple[str, ...] = ()  # in silence: what still fits, most likely first
    question: str = ""  # in silence: the question whose answer decides most
    asks: Condition | None = None  # what that question is about
    auto_resend: bool | None = None  # when the host joins; None where that does not matter
    reason: ReasonView | None = None  # behind the title
    refusal: ReasonView | None = None  # of what was asked for last; its words come first
    scenarios: tuple[int, ...] = ()
    rules: tuple[str, ...] = ()
    known: Mapping[Condition, Evidence] = field(default_factory=dict)
    stream_id: str | None = None  # of a stream that is live
    start_pending: bool = False  # a start request waits for Zoom's reply
    action_pending: Action | None = None  # a pause, resume or stop does
    falls_back: bool = False  # the fall-back may be used: RTMS cannot work here

    @property
    def unverified(self) -> bool:
        """Whether nothing vouches for its state now."""
        return self.unverified_since is not None

    @property
    def lossy(self) -> bool:
        """Whether any of its time was lost."""
        return any(span.kind is SpanKind.LOST for span in self.spans)

    @property
    def live(self) -> bool:
        """Whether a stream is believed to be live."""
        return self.state in LIVE

    @property
    def open(self) -> bool:
        """Whether the session is anything but over."""
        return self.state in OPEN

    def tells(self, code: str) -> bool:
        """Whether title and text say what a message with this code says."""
        if self.reason is None and self.state is CaptureState.SHARING and code == Code.BEGAN:
            return True
        return code in {view.code for view in (self.reason, self.refusal) if view}


class AccountView(Frozen):
    """Who is signed in."""

    state: SignInState
    user_id: str | None = None
    email: str | None = None
    missing_redirect: str = ""  # what the app may lack, where a sign-in doesn't come back
    ended: bool = False  # signed out, and not by the user: there was a sign-in


class FeedView(Frozen):
    """The connection on which Zoom's events come."""

    kind: str  # zoom, relay, none
    connected: bool
    text: str
    since: Millis | None = None
    last_event_at: Millis | None = None
    next_try_at: Millis | None = None
    error: str | None = None
    remedy: str = ""  # of the error
    host: str = ""  # the relay's


class ArmedView(Frozen):
    """A meeting for which capture is requested automatically once it begins."""

    meeting_id: str
    meeting: str
    starts_at: Millis | None
    hosted: bool  # because every meeting that I host is


class JoinedView(Frozen):
    """A meeting that the app owner is in, as events tell, and that nobody has asked to capture."""

    meeting_id: str | None
    meeting_uuid: str
    meeting: str


class OfferSource(StrEnum):
    """How it is known which meeting an offer is about."""

    EVENTS = "events"  # Zoom says that the app owner is in it
    HOSTED = "hosted"  # the only one that the app owner hosts and that runs
    CALENDAR = "calendar"  # the only one that the calendar has for now
    NONE = "none"  # it is not known


class OfferView(Frozen):
    """The app owner seems to be in a meeting that nothing captures: capture is offered."""

    source: OfferSource
    title: str
    text: str
    action: ActionView
    entry: ActionView  # the same, for a menu: its label says which meeting it is about
    meeting: str = ""  # its number, or else its UUID; empty: not known


class ColleagueView(Frozen):
    """A meeting that the app captures for somebody else."""

    meeting_id: str | None
    meeting: str
    since: Millis
    unverified: bool


class ProfileView(Frozen):
    """An app or account that is set up on this computer, with an icon and a window of its own."""

    name: str
    label: str
    current: bool


class AppView(Frozen):
    """The app as its vendor presents it; all empty where nobody has said."""

    name: str = ""
    help_url: str = ""
    icon: Path | None = None
    icon_version: int = 0  # another one for each new icon


class IconView(Frozen):
    """What the icon shows: it is known before anything is put into words."""

    overall: CaptureState
    verified: bool
    attention: bool


class Overview(Frozen):
    """Everything at a glance; `lead` is the session whose state stands for all."""

    overall: CaptureState
    verified: bool
    attention: bool
    title: str  # the menu's first line, the window's headline
    since: Millis | None
    tooltip: str
    account: AccountView
    feed: FeedView
    notices: tuple[Notice, ...]
    sessions: tuple[SessionView, ...]  # oldest first
    lead: SessionView | None
    actions: tuple[ActionView, ...]  # what the whole program offers: sign in, sign out, …
    armed: tuple[ArmedView, ...] = ()  # planned ahead, the next first
    colleagues: tuple[ColleagueView, ...] = ()  # only where the user wants to see them
    joined: tuple[JoinedView, ...] = ()  # only where no session is open
    offer: OfferView | None = None  # only where no session is open
    muted: bool = False  # only critical notifications are shown
    app: AppView = AppView()

    @property
    def icon(self) -> IconView:
        """What the icon shows of it."""
        return IconView(self.overall, self.verified, self.attention)

    def session(self, key: str | None) -> SessionView | None:
        """Find a session by its key."""
        return next((view for view in self.sessions if view.key == key), None)
