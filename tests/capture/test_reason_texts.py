"""Every reason says something to people, briefly and in plain text."""

import re

import pytest

from rtms_tray.capture.reason_texts import REASONS
from rtms_tray.capture.reasons import Code

QUIET = {
    Code.BEGAN,
    Code.BEGAN_ELSEWHERE,
    Code.SEEN_BY_USER,
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
    assert "does not say whose" in REASONS[code].text


def test_offline_says_that_it_was_not_sent() -> None:
    assert "not sent" in REASONS[Code.OFFLINE].title.lower()


def test_titles_of_the_wait_for_approval() -> None:
    assert REASONS[Code.ASKED].title == "Asked, waiting for Zoom"
    assert REASONS[Code.APPROVAL_PENDING].title == "Waiting for the host's approval"
