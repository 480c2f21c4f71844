"""Notices about the whole program: the connection to Zoom's events, the settings, the sign-in."""

from collections.abc import Iterable, Iterator
from typing import Final

from rtms_tray.capture.reasons import Severity
from rtms_tray.presentation.actions import (
    KEEP_ACCOUNT,
    RECONNECT,
    SIGN_IN_AGAIN_BY_MENU,
    SIGN_IN_BY_MENU,
    SWITCH_ACCOUNT,
    UNLOCK,
    Action,
    view_of,
)
from rtms_tray.presentation.view_model import FeedView, Notice
from rtms_tray.runtime.connection import Missing
from rtms_tray.runtime.feed_status import FeedStatus
from rtms_tray.store.secrets import CAN_BE_UNLOCKED, SecretError
from rtms_tray.store.settings import Problem
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from rtms_tray.zoom.errors import ClientRefused, ZoomTrouble

_PASSING: Final = frozenset({
    "offline", "connection_lost", "closed_by_zoom", "server_trouble",
    "relay_offline", "relay_lost", "relay_trouble", "relay_busy", "relay_unsure",
})  # fmt: skip
"""Troubles of the feed that end without anybody doing anything."""


# --- the feed -----------------------------------------------------------------------------------


def feed_view(kind: str, feed: FeedStatus, missing: Missing | None, host: str = "") -> FeedView:
    """Say how the event feed stands; `missing`: why it could not be built; `host`: the relay's."""
    error = missing.text if missing else feed.error
    return FeedView(
        kind=kind,
        connected=feed.connected,
        text=_feed_text(kind, error, host, connected=feed.connected),
        since=feed.since,
        last_event_at=feed.last_event_at,
        next_try_at=feed.next_try_at,
        error=error,
        remedy=missing.remedy if missing else feed.remedy,
        host=host,
    )


def _feed_text(kind: str, error: str | None, host: str, *, connected: bool) -> str:
    if kind == "none":
        return text("notices.feed.none")
    if connected and host:
        return text("notices.feed.connected_to", host=host)
    if connected:
        return text("notices.feed.connected")
    return text("notices.feed.down", error=error) if error else text("notices.feed.connecting")


def feed_notice(feed: FeedStatus, missing: Missing | None) -> Notice | None:
    """Say that events cannot be seen, and whether that passes; None while they can."""
    if missing is not None:
        return attention(missing.code, text("notices.titles.no_feed"), missing.text, missing.remedy)
    if feed.error is None or feed.connected:
        return None
    passes = feed.next_try_at is not None and feed.error_code in _PASSING
    return Notice(
        f"feed_{feed.error_code}",
        Severity.INFO if passes else Severity.ATTENTION,
        text("notices.titles.relay_down" if feed.kind == "relay" else "notices.titles.feed_down"),
        feed.error,
        feed.remedy,
        None if passes else view_of(RECONNECT),
    )


def standby_notice(feed: FeedStatus) -> Notice | None:
    """Say that only one of two connections stands, where waiting does not help."""
    error = feed.standby
    if error is None or not feed.connected or error.code in _PASSING:
        return None
    title = text("notices.titles.standby_down")
    code, again = f"standby_{error.code}", view_of(RECONNECT)
    return Notice(code, Severity.INFO, title, error.text, error.remedy, again)


def elsewhere_notice(feed: FeedStatus) -> Notice | None:
    """Say that the user signed in on another computer later, which may have ended this sign-in."""
    if feed.company is None or not feed.company.signed_in_elsewhere:
        return None
    key = "signed_in_elsewhere"
    title, words = text(f"notices.titles.{key}"), text(f"notices.{key}.text")
    return Notice(key, Severity.INFO, title, words, text(f"notices.{key}.remedy"))


def feed_notices(
    feed: FeedStatus, missing: Missing | None, said: Iterable[Notice]
) -> Iterator[Notice]:
    """Say all there is to say of the feed, but for what is `said` already."""
    found = feed_notice(feed, missing)
    if found is not None and all(found.code != notice.code for notice in said):
        yield found
    for beside in (standby_notice(feed), elsewhere_notice(feed)):
        if beside is not None:
            yield beside


# --- the settings -------------------------------------------------------------------------------


def settings_notices(problems: Iterable[Problem], blocked: Missing | None) -> Iterator[Notice]:
    """Say what is wrong with the settings; `blocked`: what keeps them from reaching Zoom at all."""
    yield from map(of_problem, problems)
    if blocked is not None:
        title = text("account.not_set_up.title")
        yield attention(blocked.code, title, blocked.text, blocked.remedy)


def attention(code: str, title: str, words: str, remedy: str) -> Notice:
    """Make a notice that asks for attention."""
    return Notice(code, Severity.ATTENTION, title, words, remedy)


def hook_failed(program: str, trouble: str) -> Notice:
    """Say that the user's own program does not do its work."""
    title = text("notices.titles.hook")
    remedy = text("notices.hook.remedy")
    return attention("hook_failed", title, f"{program}: {trouble}", remedy)


def of_problem(problem: Problem) -> Notice:
    """Say what is wrong with a setting, and where."""
    severity = Severity.ATTENTION if problem.blocking else Severity.INFO
    code = f"settings_{problem.key or 'file'}".replace(".", "_")
    title = text("notices.titles.settings")
    return Notice(code, severity, title, _problem_text(problem), problem.remedy)


def _problem_text(problem: Problem) -> str:
    facts = {"setting": problem.key, "line": problem.line, "problem": problem.text}
    if problem.key and problem.line:
        return text("notices.problem_in_line", **facts)
    if problem.key:
        return text("notices.problem_of_key", **facts)
    return text("notices.problem_in_file", **facts) if problem.line else problem.text


# --- the sign-in --------------------------------------------------------------------------------

ANOTHER_ACCOUNT: Final = "another_account"


def not_signed_in(trouble: ZoomTrouble) -> Notice:
    """Say why a sign-in failed; a client that Zoom refuses is the settings' fault."""
    refused = isinstance(trouble, ClientRefused)
    title = text("notices.titles.client_refused" if refused else "notices.titles.not_signed_in")
    action = None if refused else SIGN_IN_BY_MENU
    return _notice(trouble.code, title, trouble.text, trouble.remedy, action)


def sign_in_ended(trouble: ZoomTrouble) -> Notice:
    """Say that the sign-in has ended unasked, and why."""
    title = text("notices.titles.sign_in_ended")
    return _notice(trouble.code, title, trouble.text, trouble.remedy, SIGN_IN_AGAIN_BY_MENU)


def another_account(words: str, remedy: str) -> Notice:
    """Say that somebody else signed in than before."""
    title = text("notices.titles.another_account")
    notice = _notice(ANOTHER_ACCOUNT, title, words, remedy, SWITCH_ACCOUNT)
    return replace(notice, other=view_of(KEEP_ACCOUNT))


def keyring_unreadable(error: SecretError) -> Notice:
    """Say that the keyring does not give the sign-in out."""
    action = UNLOCK if error.trouble in CAN_BE_UNLOCKED else None
    title = text("notices.titles.keyring_unreadable")
    return _notice(keyring_code(error), title, error.text, error.remedy, action)


def keyring_code(error: SecretError) -> str:
    """Name the notice about a keyring's trouble."""
    return f"keyring_{error.trouble}"


def kept_in_memory_only(error: SecretError) -> Notice:
    """Say that the sign-in works, and is gone when the program quits."""
    return replace(
        keyring_unreadable(error),
        title=text("notices.titles.memory_only"),
        text=text("notices.memory_only.text", problem=error.text),
    )


def not_kept() -> Notice:
    """Say that the last sign-in ended with the program, because no keyring took it."""
    title, words = text("notices.titles.sign_in_ended"), text("notices.not_kept.text")
    remedy = text("notices.not_kept.remedy")
    return _notice("sign_in_not_kept", title, words, remedy, SIGN_IN_AGAIN_BY_MENU)


def _notice(code: str, title: str, words: str, remedy: str, action: Action | None) -> Notice:
    view = view_of(action, primary=action is not SWITCH_ACCOUNT) if action else None
    return Notice(code, Severity.ATTENTION, title, words, remedy, view)
