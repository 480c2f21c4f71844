"""Notices about the whole program: each with a code, what happened, and the act that helps."""

import pytest

from rtms_tray.capture.reasons import Severity
from rtms_tray.presentation.view_model import Notice
from rtms_tray.runtime.connection import Missing
from rtms_tray.runtime.feed_status import FeedStatus
from rtms_tray.runtime.notices import (
    ANOTHER_ACCOUNT,
    another_account,
    elsewhere_notice,
    feed_notice,
    feed_view,
    kept_in_memory_only,
    keyring_unreadable,
    not_kept,
    not_signed_in,
    of_problem,
    standby_notice,
)
from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.store.settings import Problem
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from rtms_tray.zoom.errors import ClientRefused, SignInFailed
from rtms_tray.zoom.feeds import Company, FeedError

REFUSED = FeedError("subscription_refused", "Refused.", "Compare.")
LOST = FeedStatus("zoom", error="Lost.", error_code="connection_lost", remedy="Wait.")
UP = FeedStatus("zoom", connected=True, since=1)
MISSING = Missing("client_secret_missing", "No secret.", "Set it.")


def act(notice: Notice) -> str:
    """The command of a notice's button; empty where it has none."""
    return notice.action.name if notice.action else ""


@pytest.mark.parametrize(
    ("kind", "feed", "missing", "words"),
    [
        ("none", FeedStatus(), None, text("notices.feed.none")),
        ("zoom", UP, None, "connected"),
        ("zoom", FeedStatus("zoom"), None, "connecting…"),
        ("zoom", LOST, None, "not connected – Lost."),
        ("zoom", FeedStatus("zoom"), MISSING, "not connected – No secret."),
    ],
)
def test_how_the_feed_stands(
    kind: str, feed: FeedStatus, missing: Missing | None, words: str
) -> None:
    assert feed_view(kind, feed, missing).text == words


def test_the_feeds_view_has_the_remedy_of_its_error() -> None:
    assert (feed_view("zoom", LOST, None).error, feed_view("zoom", LOST, None).remedy) == (
        "Lost.", "Wait.",
    )  # fmt: skip
    missing = feed_view("zoom", LOST, MISSING)
    assert (missing.error, missing.remedy) == ("No secret.", "Set it.")


def test_a_missing_second_connection_is_told_where_waiting_does_not_help() -> None:
    notice = standby_notice(replace(UP, standby=REFUSED))
    assert notice is not None
    assert (notice.code, notice.severity) == ("standby_subscription_refused", Severity.INFO)
    assert notice.action is not None
    assert notice.action.name == "reconnect"
    assert (notice.text, notice.remedy) == ("Refused.", "Compare.")
    passing = replace(REFUSED, code="connection_lost")
    for feed in (UP, replace(UP, standby=passing), replace(LOST, standby=REFUSED)):
        assert standby_notice(feed) is None


def test_a_feed_that_cannot_be_built_says_why() -> None:
    notice = feed_notice(UP, MISSING)
    assert notice is not None
    assert (notice.code, notice.severity) == (MISSING.code, Severity.ATTENTION)
    assert (notice.text, notice.remedy, act(notice)) == ("No secret.", "Set it.", "")


@pytest.mark.parametrize(
    ("code", "next_try_at", "severity", "button"),
    [
        ("connection_lost", 5, Severity.INFO, ""),
        ("connection_lost", None, Severity.ATTENTION, "reconnect"),
        ("subscription_refused", 5, Severity.ATTENTION, "reconnect"),
    ],
)
def test_only_what_does_not_pass_asks_for_attention(
    code: str, next_try_at: int | None, severity: Severity, button: str
) -> None:
    down = FeedStatus("zoom", error="Lost.", error_code=code, next_try_at=next_try_at)
    notice = feed_notice(down, None)
    assert notice is not None
    assert (notice.code, notice.severity, act(notice)) == (f"feed_{code}", severity, button)


def test_a_feed_that_is_well_has_no_notice() -> None:
    assert feed_notice(UP, None) is None
    assert feed_notice(FeedStatus("zoom"), None) is None


@pytest.mark.parametrize(
    ("problem", "code", "words"),
    [
        (Problem("zoom.api_url", "No URL.", "Set one."), "settings_zoom_api_url", "zoom.api_url: No URL."),
        (Problem("zoom.api_url", "No URL.", "", 7), "settings_zoom_api_url", "zoom.api_url (line 7): No URL."),
        (Problem("", "No TOML.", "", 7), "settings_file", "Line 7: No TOML."),
        (Problem("", "It can't be read.", ""), "settings_file", "It can't be read."),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_with_its_line(problem: Problem, code: str, words: str) -> None:
    notice = of_problem(problem)
    assert (notice.code, notice.text, notice.remedy) == (code, words, problem.remedy)


def test_a_setting_that_blocks_nothing_is_only_mentioned() -> None:
    assert of_problem(Problem("x.y", "a", "b")).severity is Severity.ATTENTION
    assert of_problem(Problem("x.y", "a", "b", blocking=False)).severity is Severity.INFO


def test_who_is_not_signed_in_can_sign_in_unless_the_settings_are_wrong() -> None:
    failed, refused = not_signed_in(SignInFailed("access_denied")), not_signed_in(ClientRefused())
    assert (failed.code, act(failed)) == ("access_denied", "sign-in")
    assert (refused.code, act(refused)) == ("client_refused", "")
    assert failed.title != refused.title


def test_another_account_waits_for_a_decision() -> None:
    notice = another_account("You signed in as x.", "Choose.")
    assert (notice.code, act(notice)) == (ANOTHER_ACCOUNT, "switch-account")
    assert notice.action is not None
    assert not notice.action.primary


@pytest.mark.parametrize(("trouble", "button"), [(Trouble.LOCKED, "unlock"), (Trouble.FAILED, "")])
def test_a_keyring_is_unlocked_where_that_helps(trouble: Trouble, button: str) -> None:
    notice = keyring_unreadable(SecretError(trouble))
    assert (notice.code, act(notice)) == (f"keyring_{trouble}", button)


def test_a_sign_in_that_no_keyring_keeps_is_told_before_and_after() -> None:
    now = kept_in_memory_only(SecretError(Trouble.UNAVAILABLE))
    assert now.code == "keyring_unavailable"
    assert now.title == text("notices.titles.memory_only")
    assert now.text.startswith(SecretError(Trouble.UNAVAILABLE).text)
    later = not_kept()
    assert (later.code, act(later)) == ("sign_in_not_kept", "sign-in")


def test_a_relay_is_named_by_its_host() -> None:
    view = feed_view("relay", replace(UP, kind="relay"), None, "relay.example")
    assert (view.text, view.host) == ("connected to relay.example", "relay.example")
    lost = replace(LOST, kind="relay", error_code="relay_lost", next_try_at=1)
    notice = feed_notice(lost, None)
    assert notice is not None
    assert (notice.title, notice.severity) == (text("notices.titles.relay_down"), Severity.INFO)


@pytest.mark.parametrize(
    ("company", "told"),
    [
        (None, False),
        (Company(acting=True, signed_in_elsewhere=False), False),
        (Company(acting=False, signed_in_elsewhere=True), True),
    ],
)
def test_who_signed_in_later_elsewhere_is_told(company: Company | None, *, told: bool) -> None:
    notice = elsewhere_notice(replace(UP, company=company))
    assert (notice is not None) is told
    assert notice is None or (notice.code, notice.severity) == (
        "signed_in_elsewhere",
        Severity.INFO,
    )
