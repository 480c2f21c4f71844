"""Rules for what Zoom says of a request in an event: denied, failed, or too many at once (D5, S6).

Such an event may be about somebody else's request. It counts where it names the app owner as its operator; where it
names nobody, `operators` decides before it is delivered.
"""

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.doubt import shown_by_event
from rtms_tray.capture.effects import Ignored, Step, ignored
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_report import denied
from rtms_tray.capture.session import Aside, Session
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.capture.updates import learned, moved, with_aside
from rtms_tray.support.frozen import replace


def request_status(session: Session, event: e.RequestStatus, context: Context) -> Step:
    """Zoom says what became of the request: a denial ends the wait, an approval is only evidence."""
    if (aside := _not_of_this_request(session, event, context)) is not None:
        return aside
    if event.answer is Value.UNKNOWN:
        return ignored(session, event, "its meaning is not known")
    session = learned(session, Condition.HOST_APPROVES, event.answer, Source.EVENT, event.at)
    if event.answer is Value.NO and session.state in UNANSWERED:
        session = shown_by_event(session, event.at, context)
        return Step(denied(session, context, Code.DENIED))
    return Step(session)


def concurrency_limited(session: Session, event: e.ConcurrencyLimited, context: Context) -> Step:
    """Zoom starts no further stream for the app owner."""
    return _refused(session, event, Why(Code.CONCURRENCY_LIMITED), context)


def start_failed(session: Session, event: e.StartFailed, context: Context) -> Step:
    """Zoom does not start the stream, and may say why."""
    return _refused(session, event, Why(Code.START_FAILED, event.code, event.words), context)


def _refused(
    session: Session, event: e.ConcurrencyLimited | e.StartFailed, why: Why, context: Context
) -> Step:
    if (aside := _not_of_this_request(session, event, context)) is not None:
        return aside
    if session.state not in UNANSWERED:
        return ignored(session, event, "nothing waits for an answer")
    session = replace(session, requests=session.requests.closed())
    return Step(moved(session, CaptureState.REFUSED, context.now, why))


def _not_of_this_request(session: Session, event: e.RequestAnswer, context: Context) -> Step | None:
    """Leave the state alone, if this is not about the newest request from here."""
    if context.me is None or event.operator_id != context.me:
        return _others_request(session, event)
    asked_at = session.requests.asked_at
    if asked_at is not None and event.at < asked_at - timings.JOIN_MARGIN:
        return ignored(session, event, "older than the request")
    return None


def _others_request(session: Session, event: e.RequestAnswer) -> Step:
    """Tell under Details that Zoom answered a request which may be somebody else's."""
    aside = Ignored(type(event).__name__, "maybe somebody else's request")
    return Step(with_aside(session, Aside.OTHERS_REQUEST), (aside,))
