"""The status as the command line prints it: the same as the JSON, for people."""

from collections.abc import Iterator

from rtms_tray.capture.states import LIVE, CaptureState
from rtms_tray.presentation.session_words import question_words
from rtms_tray.presentation.view_model import (
    AccountView,
    ActionView,
    ArmedView,
    Overview,
    SessionView,
    SignInState,
)
from rtms_tray.presentation.wording import date_and_time, lasting
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis


def status_text(overview: Overview, now: Millis) -> str:
    """Say in full how everything stands."""
    return "\n".join(line.rstrip() for line in _lines(overview, now))


def status_line(overview: Overview, now: Millis | None) -> str:
    """Say in one line how everything stands, for `watch`; without `now`, not for how long."""
    lead = (overview.lead.meeting,) if overview.lead else ()
    notices = (notice.title for notice in overview.notices)
    return " · ".join((_headline(overview, now), *lead, *notices))


def _lines(overview: Overview, now: Millis) -> Iterator[str]:
    yield _headline(overview, now)
    yield text("overview.status.account", account=_account(overview.account))
    yield text("overview.status.feed", feed=overview.feed.text)
    for notice in overview.notices:
        yield from ("", f"! {notice.title}", f"  {notice.text}", f"  {notice.remedy}")
    for plan in overview.armed:
        yield text("overview.status.planned", plan=plan_words(plan))
    for colleague in overview.colleagues:
        yield text("overview.status.captured_by_other", meeting=colleague.meeting)
    for session in _live_first(overview):
        yield from ("", *_session(session, now))


def _live_first(overview: Overview) -> list[SessionView]:
    """Put what is captured first and what is over last; of equals the oldest is first, as in the JSON."""
    return sorted(
        overview.sessions, key=lambda one: (one.state not in LIVE, one.state is CaptureState.ENDED)
    )


def _headline(overview: Overview, now: Millis | None) -> str:
    if overview.since is None or now is None:
        return overview.title
    return text("overview.for_time", title=overview.title, time=lasting(now - overview.since))


def _account(account: AccountView) -> str:
    name = account.email or account.user_id
    named = name and account.state in {SignInState.SIGNED_IN, SignInState.LOCKED}
    if named:
        return text(f"overview.account.{account.state}_as", name=name)
    return text(f"overview.account.{'ended' if account.ended else account.state}")


def plan_words(plan: ArmedView) -> str:
    """Say what is planned, and for when."""
    if plan.starts_at is None:
        return text("overview.status.planned_by_event", meeting=plan.meeting)
    time = date_and_time(plan.starts_at)
    return text("overview.status.planned_at", meeting=plan.meeting, time=time)


def _session(session: SessionView, now: Millis) -> Iterator[str]:
    facts = {"meeting": session.meeting, "title": session.headline}
    yield text("overview.status.session", **facts, time=lasting(now - session.since))
    yield f"  {session.text}"
    more = (session.remedy, session.summary, session.details)
    yield from (f"  {line}" for line in more if line)
    if session.fits:
        yield f"  {text('overview.status.fits')}:"
        yield from (f"  - {fit}" for fit in session.fits)
    if question := question_words(session):
        yield f"  {question}"
    if commands := ", ".join(_typed(action) for action in session.actions if action.listed_as):
        yield f"  {text('overview.status.actions', commands=commands)}"


def _typed(action: ActionView) -> str:
    """Write an action as it is typed."""
    if action.asks is not None:
        return f"tell {action.asks.replace('_', '-')} yes|no"
    values = (value.replace("_", "-") for name, value in action.arguments if name != "at")
    return " ".join((action.name, *values))
