"""Texts: every reason has its words, and every message for the host fits its reason."""

import re

import pytest

from rtms_tray.capture.host_messages import MESSAGES, Audience, message_for
from rtms_tray.capture.reasons import REASONS, Code
from rtms_tray.support.texts import keys

# --- reasons

QUIET = {
    Code.BEGAN,
    Code.BEGAN_ELSEWHERE,
    Code.SEEN_BY_USER,
    Code.RECEIVER_LIVE,
    Code.ROOMS_OPEN,
    Code.RESENT_FOR_HOST,
    Code.ASKED_AHEAD,
}
OVER = {Code.GIVEN_UP, Code.INFERRED, Code.LOST_SIGHT, Code.STOP_MEETING_ENDED}
IDS = re.compile(r"[BSDTMHP][0-9]+")


def sentences(text: str) -> int:
    return len(re.findall(r"[.!?:;](?:\s|$)", text.replace(":", ",").replace(";", ",")))


def test_every_code_has_a_reason_of_its_own() -> None:
    assert set(REASONS) == set(Code)
    assert all(code is reason.code for code, reason in REASONS.items())


@pytest.mark.parametrize("code", Code)
def test_it_is_said(code: Code) -> None:
    reason = REASONS[code]
    assert reason.title
    assert reason.text
    assert bool(reason.remedy) or code in QUIET | OVER


@pytest.mark.parametrize("code", Code)
def test_it_is_brief_and_plain(code: Code) -> None:
    reason = REASONS[code]
    assert len(reason.title) <= 60
    for field in (reason.title, reason.text, reason.remedy):
        assert sentences(field) <= 2
        assert not re.search(r"[<>&*_`]|\n|https?:", field)
        filled = field.replace("{number}", "7")
        assert "{" not in filled
        assert "}" not in filled


@pytest.mark.parametrize("code", Code)
def test_rules_and_scenarios_are_named_as_in_the_mission(code: Code) -> None:
    reason = REASONS[code]
    assert all(IDS.fullmatch(rule) for rule in reason.rules)
    assert all(1 <= scenario <= 13 for scenario in reason.scenarios)


@pytest.mark.parametrize("code", [Code.STOP_OTHER, Code.STOP_UNDEFINED, Code.REFUSED_OTHERWISE])
def test_what_has_no_name_is_said_by_its_number(code: Code) -> None:
    assert "{number}" in REASONS[code].text


@pytest.mark.parametrize("code", [Code.RTMS_DISABLED, Code.NOT_ALLOW_LISTED])
def test_whose_setting_it_is_is_not_claimed(code: Code) -> None:
    assert "Zoom doesn't say who" in REASONS[code].text


def test_offline_says_that_it_was_not_sent() -> None:
    assert "not sent" in REASONS[Code.OFFLINE].title.lower()


def test_titles_of_the_wait_for_approval() -> None:
    assert REASONS[Code.ASKED].title == "Not capturing yet – request sent"
    assert REASONS[Code.APPROVAL_PENDING].short == "Waiting for the host to approve"


# --- messages for the host

NOBODY_ELSE = {Code.OFFLINE, Code.SIGN_IN_NEEDED, Code.STOPPED_BY_YOU, Code.STOP_RECEIVER_AUTH}


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_it_is_plain_and_complete(code: Code) -> None:
    message = message_for(code, "client-1")
    assert message is not None
    assert message.text.startswith(("Hi!", "Hello!"))
    assert not set("<>{}") & set(message.text)
    assert len(message.text) < 500, "Zoom's chat and a reader's patience"


@pytest.mark.parametrize("code", sorted(NOBODY_ELSE))
def test_there_is_none_where_nobody_else_can_mend_it(code: Code) -> None:
    assert message_for(code) is None
    assert message_for(None) is None


def test_settings_of_the_organization_are_the_admins() -> None:
    policy = {Code.RTMS_DISABLED, Code.NOT_SUPPORTED, Code.NOT_ALLOW_LISTED, Code.HAND_OFF}
    assert {MESSAGES[code][0] for code in policy} == {Audience.ADMIN}
    assert MESSAGES[Code.HOST_JOINED_LATER][0] is Audience.HOST


def test_the_catalogue_holds_no_reason_or_message_that_nothing_says() -> None:
    said = {f"reasons.{code}" for code in Code} | {"reasons.groups"}
    assert {key.rpartition(".")[0] for key in keys("reasons")} == said
    parts = {key.rpartition(".")[2] for key in keys("reasons") if ".groups." not in key}
    assert parts == {"title", "short", "unverified", "text", "remedy"}
    assert set(keys("messages")) == {f"messages.{key}" for _, key in MESSAGES.values()}


def test_the_developer_is_told_what_zoom_says() -> None:
    told = message_for(Code.SCOPE_MISSING, "client-1", "It does not contain scopes: [x:y].")
    assert told is not None
    assert told.audience is Audience.DEVELOPER
    assert "Zoom says: It does not contain scopes: [x:y]. " in told.text


def test_the_allow_list_needs_the_apps_client_id() -> None:
    message = message_for(Code.NOT_ALLOW_LISTED, "client-1")
    assert message is not None
    assert "client-1" in message.text
    unknown = message_for(Code.NOT_ALLOW_LISTED)
    assert unknown is not None
    assert unknown.text == message.text.replace("client-1", "unknown")


def test_some_reasons_have_a_title_of_their_own_in_doubt() -> None:
    titles = {code: reason.unverified for code, reason in REASONS.items()}
    assert any(titles.values())
    assert not all(titles.values())
