"""The status JSON (schema 1): everything that is known, by the names of the interface."""

from datetime import UTC, datetime
from typing import Final

from rtms_tray.capture.conditions import Evidence
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.presentation.view_model import (
    AccountView,
    ArmedView,
    ColleagueView,
    FeedView,
    Notice,
    OfferView,
    Overview,
    ReasonView,
    SessionView,
    SignInState,
)
from rtms_tray.presentation.wording import totals
from rtms_tray.support.units import SECOND, Millis

SCHEMA: Final = 1
Json = dict[str, object]


def rfc3339(at: Millis | None) -> str | None:
    """Write a moment as UTC, RFC 3339, to the second."""
    if at is None:
        return None
    return datetime.fromtimestamp(at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def status_json(overview: Overview, now: Millis) -> Json:
    """Write down an overview; `now` is where stretches of time end that still go on."""
    account = overview.account
    return {
        "schema": SCHEMA,
        "overall": str(overview.overall),
        "overall_verified": overview.verified,
        "signed_in": _is_signed_in(account),
        "sign_in": str(account.state),
        "user": {"id": account.user_id, "email": account.email} if account.user_id else None,
        "feed": _feed(overview.feed),
        "notices": [_notice(notice) for notice in overview.notices],
        "armed": [_plan(plan) for plan in overview.armed],
        "offer": _offer(overview.offer),
        "colleagues": [_colleague(colleague) for colleague in overview.colleagues],
        "sessions": [session_json(session, now) for session in overview.sessions],
    }


def _is_signed_in(account: AccountView) -> bool:
    """A sign-in counts while its keyring is locked, and while another one is tried."""
    return account.state is SignInState.SIGNED_IN or account.user_id is not None


def _feed(feed: FeedView) -> Json:
    return {
        "kind": feed.kind,
        "host": feed.host or None,
        "connected": feed.connected,
        "since": rfc3339(feed.since),
        "last_event_at": rfc3339(feed.last_event_at),
        "next_try_at": rfc3339(feed.next_try_at),
        "error": feed.error,
    }


def _notice(notice: Notice) -> Json:
    return {
        "code": notice.code,
        "severity": str(notice.severity),
        "title": notice.title,
        "text": notice.text,
        "remedy": notice.remedy,
    }


def _plan(plan: ArmedView) -> Json:
    return {
        "meeting_id": plan.meeting_id,
        "starts_at": rfc3339(plan.starts_at),
        "hosted": plan.hosted,
    }


def _offer(offer: OfferView | None) -> Json | None:
    """Say that the user seems to be in a meeting that nothing captures, and which one it may be."""
    return {"source": str(offer.source), "meeting": offer.meeting or None} if offer else None


def _colleague(colleague: ColleagueView) -> Json:
    return {
        "meeting_id": colleague.meeting_id,
        "since": rfc3339(colleague.since),
        "verified": not colleague.unverified,
    }


def session_json(session: SessionView, now: Millis) -> Json:
    """Write down one session, as `sessions` lists it."""
    spent = totals(session.spans, now)
    listed = (action.listed_as for action in session.actions if action.listed_as)
    return {
        "meeting_id": session.meeting_id,
        "meeting_uuid": session.meeting_uuid,
        "state": str(session.state),
        "since": rfc3339(session.since),
        "unverified_since": rfc3339(session.unverified_since),
        "reason": _reason(session.reason),
        "refusal": _reason(session.refusal),
        "scenarios": list(session.scenarios),
        "rules": list(session.rules),
        "fits": list(session.fits),
        "ask_next": str(session.asks) if session.asks else None,
        "conditions": {str(name): _evidence(evidence) for name, evidence in session.known.items()},
        "actions": list(dict.fromkeys(listed)),
        "stream_id": session.stream_id,
        "captured_s": spent.get(SpanKind.CAPTURED, 0) / SECOND,
        "paused_s": spent.get(SpanKind.PAUSED, 0) / SECOND,
        "lost_s": spent.get(SpanKind.LOST, 0) / SECOND,
        "unknown_s": spent.get(SpanKind.UNKNOWN, 0) / SECOND,
    }


def _reason(reason: ReasonView | None) -> Json | None:
    if reason is None:
        return None
    return {
        "code": str(reason.code),
        "severity": str(reason.severity),
        "title": reason.title,
        "text": reason.text,
        "remedy": reason.remedy,
        "number": reason.number,
        "message": reason.message,
        "until": rfc3339(reason.until),
    }


def _evidence(evidence: Evidence) -> Json:
    other = evidence.contradicted_by
    return {
        "value": str(evidence.value),
        "source": str(evidence.source),
        "at": rfc3339(evidence.at),
        "contradicted_by": _evidence(other) if other else None,
    }
