"""The status JSON (schema 1) and the same in words, for the command line."""

from datetime import UTC, datetime
from typing import Final

from rtms_tray.capture.alerts import alert_of
from rtms_tray.capture.board import Board
from rtms_tray.capture.conditions import Evidence
from rtms_tray.capture.context import Context
from rtms_tray.capture.diagnosis import silence_of
from rtms_tray.capture.reasons import Severity, Why
from rtms_tray.capture.session import Session
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.presentation.actions import actions_of
from rtms_tray.presentation.overview import asking, filled, reason_of, remedy_of, scenarios_of
from rtms_tray.presentation.view_model import (
    AccountView,
    ActionView,
    ArmedView,
    Notice,
    Overview,
    SessionView,
    SignInState,
)
from rtms_tray.presentation.wording import lasting
from rtms_tray.support.units import SECOND, Millis

SCHEMA: Final = 1
Json = dict[str, object]


def rfc3339(at: Millis | None) -> str | None:
    """Write a moment as UTC, RFC 3339, to the second."""
    if at is None:
        return None
    return datetime.fromtimestamp(at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def status_json(board: Board, overview: Overview, now: Millis) -> Json:
    """Write down everything that is known, by the names of the interface."""
    account, feed = overview.account, overview.feed
    signed_in = _is_signed_in(account)
    return {
        "schema": SCHEMA,
        "overall": str(overview.overall),
        "overall_verified": overview.verified,
        "signed_in": signed_in,
        "sign_in": str(account.state),
        "user": {"id": account.user_id, "email": account.email} if account.user_id else None,
        "feed": {
            "kind": feed.kind,
            "connected": feed.connected,
            "since": rfc3339(feed.since),
            "last_event_at": rfc3339(feed.last_event_at),
            "next_try_at": rfc3339(feed.next_try_at),
            "error": feed.error,
        },
        "notices": [_notice(notice) for notice in overview.notices],
        "armed": [
            {
                "meeting_id": one.meeting_id,
                "starts_at": rfc3339(one.starts_at),
                "hosted": one.hosted,
            }
            for one in overview.armed
        ],
        "colleagues": [
            {
                "meeting_id": one.meeting_id,
                "since": rfc3339(one.since),
                "verified": not one.unverified,
            }
            for one in overview.colleagues
        ],
        "sessions": [_session(session, board.context.at(now)) for session in board.sessions],
    }


def _is_signed_in(account: AccountView) -> bool:
    """A sign-in counts while its keyring is locked, and while another one is tried."""
    return account.state is SignInState.SIGNED_IN or account.user_id is not None


def _notice(notice: Notice) -> Json:
    return {
        "code": notice.code,
        "severity": str(notice.severity),
        "title": notice.title,
        "text": notice.text,
        "remedy": notice.remedy,
    }


def _session(session: Session, context: Context) -> Json:
    reason = reason_of(session.why) if session.why else None
    silence = silence_of(session, context)
    current = session.streams.current if session.live else None
    alert = alert_of(session)
    return {
        "meeting_id": session.meeting.number,
        "meeting_uuid": session.meeting.uuid,
        "state": str(session.state),
        "since": rfc3339(session.since),
        "unverified_since": rfc3339(session.doubt.since),
        "reason": _reason(session.why, alert.severity if alert else None),
        "refusal": _reason(session.attention.refusal, Severity.ATTENTION),
        "scenarios": list(scenarios_of(session, context)),
        "rules": list(silence.rules if silence else reason.rules if reason else ()),
        "fits": list(silence.fits) if silence else [],
        "ask_next": str(silence.ask_next) if silence and silence.ask_next else None,
        "conditions": {str(name): _evidence(evidence) for name, evidence in session.known.items()},
        "actions": list(
            dict.fromkeys(a.listed_as for a in actions_of(session, context) if a.listed_as)
        ),
        "stream_id": current.stream_id if current and not current.stopped else None,
        "captured_s": _seconds(session, SpanKind.CAPTURED, context.now),
        "paused_s": _seconds(session, SpanKind.PAUSED, context.now),
        "lost_s": _seconds(session, SpanKind.LOST, context.now),
        "unknown_s": _seconds(session, SpanKind.UNKNOWN, context.now),
    }


def _reason(why: Why | None, severity: Severity | None) -> Json | None:
    if why is None:
        return None
    reason = reason_of(why)
    return {
        "code": str(why.code),
        "severity": str(severity or Severity.INFO),
        "title": reason.title,
        "text": filled(reason.text, why),
        "remedy": remedy_of(why),
        "number": why.number,
        "message": why.message,
        "until": rfc3339(why.until),
    }


def _evidence(evidence: Evidence) -> Json:
    other = evidence.contradicted_by
    return {
        "value": str(evidence.value),
        "source": str(evidence.source),
        "at": rfc3339(evidence.at),
        "contradicted_by": _evidence(other) if other else None,
    }


def _seconds(session: Session, kind: SpanKind, now: Millis) -> float:
    return session.timeline.total(kind, now) / SECOND


# --- in words -----------------------------------------------------------------------------------


def _plan(armed: ArmedView) -> str:
    if armed.starts_at is None:
        return f"{armed.meeting}, when Zoom tells that it has begun"
    at = datetime.fromtimestamp(armed.starts_at / SECOND, UTC).astimezone()
    return f"{armed.meeting}, {at:%d %b %H:%M}"


def _typed(action: ActionView) -> str:
    """Write an action as it is typed."""
    if action.asks is not None:
        return f"tell {action.asks.replace('_', '-')} yes|no"
    values = (value.replace("_", "-") for name, value in action.arguments if name != "at")
    return " ".join((action.name, *values))


def status_words(overview: Overview, now: Millis) -> str:
    """Say the same as the JSON, for a person."""
    lines = [
        _headline(overview, now),
        f"Account: {_account(overview)}",
        f"Events:  {overview.feed.text}",
    ]
    for notice in overview.notices:
        lines += ["", f"! {notice.title}", f"  {notice.text}", f"  {notice.remedy}"]
    lines += [f"Planned: {_plan(one)}" for one in overview.armed]
    lines += [f"Captured by someone else: {one.meeting}" for one in overview.colleagues]
    for session in overview.sessions:
        lines += ["", *_session_words(session, now)]
    return "\n".join(line.rstrip() for line in lines)


def one_line(overview: Overview, now: Millis | None) -> str:
    """Say in one line where things stand, for `watch`; without `now`, not for how long."""
    lead = overview.lead
    where = f" · {lead.meeting}" if lead else ""
    notices = "".join(f" · {notice.title}" for notice in overview.notices)
    return _headline(overview, now) + where + notices


def _headline(overview: Overview, now: Millis | None) -> str:
    if overview.since is None or now is None:
        return overview.title
    return f"{overview.title} for {lasting(now - overview.since)}"


def _account(overview: Overview) -> str:
    account = overview.account
    who = account.email or account.user_id or ""
    locked = f"signed in as {who}, but the keyring is locked" if who else "the keyring is locked"
    words = {
        SignInState.SIGNED_IN: f"signed in as {who}" if who else "signed in",
        SignInState.SIGNING_IN: "signing in: continue in the browser",
        SignInState.SIGNED_OUT: "signed out",
        SignInState.LOCKED: locked,
        SignInState.NOT_CONFIGURED: "not set up yet",
    }
    return words[account.state]


def _session_words(session: SessionView, now: Millis) -> list[str]:
    mark = " (not verified)" if session.unverified else ""
    lines = [
        f"{session.meeting}: {session.title}{mark}, for {lasting(now - session.since)}",
        f"  {session.text}",
    ]
    lines += [f"  {line}" for line in (session.remedy, session.summary, session.details) if line]
    if session.fits:
        lines += ["  What still fits, most likely first:", *(f"  - {fit}" for fit in session.fits)]
    if session.question:
        lines.append(f"  {asking(session)}")
    if listed := [action for action in session.actions if action.listed_as]:
        lines.append("  You can: " + ", ".join(map(_typed, listed)))
    return lines
