"""One session in words: whether anything is captured, why, and what to do; in doubt, only what is certain."""

from typing import Final

from rtms_tray.capture.context import Context
from rtms_tray.capture.diagnosis import silence_of
from rtms_tray.capture.reasons import REASONS, Code, Severity, Why
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.presentation.view_model import Capture, ReasonView, SessionView
from rtms_tray.presentation.wording import clock_or_date
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.texts import has_text, text
from rtms_tray.support.units import Millis

_S = CaptureState

_OUR_WORDS: Final = frozenset(
    {Code.SIGN_IN_NEEDED, Code.OFFLINE, Code.KEYRING_LOCKED, Code.KEYRING_UNREADABLE}
)
"""Reasons whose message is not Zoom's: nothing was asked of it."""


class SessionWords(Frozen):
    """What a session says, on whichever surface."""

    capture: Capture
    title: str
    statement: str  # whether anything is captured, where the title doesn't say so
    text: str
    remedy: str
    reason: ReasonView | None
    refusal: ReasonView | None

    @property
    def headline(self) -> str:
        """Say title and statement in one line."""
        if not self.statement:
            return self.title
        return text("session.headline", statement=self.statement, title=self.title)


def session_words(session: Session, context: Context, severity: Severity | None) -> SessionWords:
    """Put a session into words; `severity` is that of its reason."""
    capture = capture_of(session)
    title, words, remedy = _words(session, context)
    if _contradicts(title, capture):
        title = text(f"session.state_short.{session.state}")
    return SessionWords(
        capture,
        title,
        _statement(capture, title),
        words,
        remedy,
        _reason_as_shown(session, context, title, severity),
        _refusal(session, context),
    )


# --- whether anything is captured ---------------------------------------------------------------


def capture_of(session: Session) -> Capture:
    """Say whether anything is captured; never that nothing is while that is not certain."""
    blind = session.code is Code.CANNOT_SEE
    if not session.verified or session.state is _S.INTERRUPTED or blind:
        return Capture.MAY_BE
    if session.state is _S.SHARING:
        return Capture.CAPTURING
    return Capture.NOT_YET if session.state in UNANSWERED else Capture.NOT_CAPTURING


_BEGINNINGS: Final = {
    Capture.CAPTURING: ("capturing",),
    Capture.NOT_YET: ("not_yet", "not_capturing"),
    Capture.NOT_CAPTURING: ("not_capturing", "stopped"),
    Capture.MAY_BE: ("may_be",),
}
"""How titles begin that say whether anything is captured; the first is the statement itself."""


def _statement(capture: Capture, title: str) -> str:
    """Say whether anything is captured, unless the title begins with that."""
    said = tuple(text(f"session.capture.{key}") for key in _BEGINNINGS[capture])
    return "" if title.startswith(said) else said[0]


def _contradicts(title: str, capture: Capture) -> bool:
    """Whether a title begins with what is not so."""
    others = (beginnings for other, beginnings in _BEGINNINGS.items() if other is not capture)
    wrong = {key for keys in others for key in keys} - set(_BEGINNINGS[capture])
    said_wrongly = title.startswith(tuple(text(f"session.capture.{key}") for key in wrong))
    return said_wrongly and bool(_statement(capture, title))


# --- words --------------------------------------------------------------------------------------


def _reason_as_shown(
    session: Session, context: Context, title: str, severity: Severity | None
) -> ReasonView | None:
    """Put the reason into the words that the session has, which no doubt of it contradicts."""
    if session.why is None:
        return None
    _title, words, remedy = _own_words(session, context)
    reason = reason_view(session.why, context.now, severity)
    return replace(reason, title=title, text=words, remedy=remedy)


def _refusal(session: Session, context: Context) -> ReasonView | None:
    """Say what was refused, and nothing of whether anything is captured: the state stays."""
    why = session.attention.refusal
    if why is None:
        return None
    refusal = reason_view(why, context.now, Severity.ATTENTION)
    return replace(refusal, title=refusal.short)


def reason_view(why: Why, now: Millis, severity: Severity | None = None) -> ReasonView:
    """Put a reason at work into words."""
    reason = REASONS[why.code]
    number = text("session.number_unknown") if why.number is None else str(why.number)
    return ReasonView(
        code=why.code,
        severity=severity or Severity.INFO,
        title=reason.title,
        short=reason.short,
        text=reason.text.replace("{number}", number),
        remedy=_remedy(why, now),
        number=why.number,
        message=why.message,
        until=why.until,
    )


def _remedy(why: Why, now: Millis) -> str:
    """What to do about a reason, with the time where Zoom named one."""
    remedy = REASONS[why.code].remedy
    if why.until is None:
        return remedy
    return text("session.requests_again_at", remedy=remedy, time=clock_or_date(why.until, now))


def answer_words(session: SessionView) -> str:
    """Say in one go how a session stands, or what was refused to it."""
    if session.refusal is not None:
        answer = _in_one_go(session.refusal.title, session.refusal.text, session.refusal.remedy)
        return _withzooms_words(answer, session.refusal)
    remedy = session.remedy or question_words(session)
    return _withzooms_words(_in_one_go(session.title, session.text, remedy), session.reason)


def _in_one_go(title: str, words: str, remedy: str) -> str:
    return text("session.answer.reason", title=title, text=words, remedy=remedy).strip()


def _withzooms_words(answer: str, reason: ReasonView | None) -> str:
    if reason is None or not reason.message:
        return answer
    said = zooms_words(reason.code, reason.message)
    return text("session.answer.with_zooms_words", answer=answer, zooms_words=said)


def question_words(session: SessionView) -> str:
    """Ask the one question that decides most; empty where there is none."""
    return text("session.question", question=session.question) if session.question else ""


def zooms_words(code: Code, message: str) -> str:
    """Quote what Zoom said of a reason, or what else is known of it."""
    key = "session.details.more" if code in _OUR_WORDS else "session.details.zoom_says"
    return text(key, words=message.rstrip("."))


def state_words(state: CaptureState) -> tuple[str, str]:
    """Title and text of a state for which no reason is known."""
    key = f"session.state.{state}"
    if has_text(key):
        return text(key), text(f"session.state_text.{state}")
    return text(f"session.state_short.{state}"), text("session.reason_unknown")


def _words(session: Session, context: Context) -> tuple[str, str, str]:
    title, words, remedy = _own_words(session, context)
    if (why := session.attention.refusal) is not None:
        refusal = reason_view(why, context.now)
        words = text("session.refusal", title=refusal.short, text=refusal.text)
        remedy = refusal.remedy
    if session.streams.foreign:
        words = text("session.captured_for_others_too", text=words)
    return title, words, remedy


def _own_words(session: Session, context: Context) -> tuple[str, str, str]:
    title, words, remedy = _last_known_words(session, context)
    if session.verified or session.state is _S.INTERRUPTED or session.code is Code.CANNOT_SEE:
        return title, words, remedy
    own_title = REASONS[session.why.code].unverified if session.why else ""
    if own_title:
        return own_title, words, remedy
    if session.state is _S.SHARING:
        now = context.now
        return _unverified_sharing(session, now), _not_confirmed(session, now), remedy
    title = text("session.unverified", last=short_words(session.state, session.why))
    return title, text("session.last_known", text=words), remedy


def _unverified_sharing(session: Session, now: Millis) -> str:
    if session.code is Code.SEEN_BY_USER:
        return text("session.you_said_so", time=clock_or_date(session.doubt.proved_at, now))
    return text("session.unverified_sharing")


def _not_confirmed(session: Session, now: Millis) -> str:
    since = session.doubt.since or session.since
    return text("session.not_confirmed", time=clock_or_date(since, now))


def _last_known_words(session: Session, context: Context) -> tuple[str, str, str]:
    if session.why is None:
        return *state_words(session.state), ""
    reason = reason_view(session.why, context.now)
    silence = silence_of(session, context)
    if silence is None:
        return reason.title, reason.text, reason.remedy
    remedy = reason.remedy if silence.remedy is None else silence.remedy
    return reason.title, silence.text or reason.text, remedy


def short_words(state: CaptureState, why: Why | None) -> str:
    """Say a state without whether anything is captured, as a history has it."""
    return REASONS[why.code].short if why else text(f"session.state_short.{state}")
