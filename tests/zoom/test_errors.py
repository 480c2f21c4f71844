"""Every trouble has a code, and says in plain words what happened and what to do."""

import re

import pytest

from rtms_tray.support.texts import keys
from rtms_tray.zoom.errors import (
    ClientRefused,
    Offline,
    ServerTrouble,
    SignInFailed,
    SignInNeeded,
    SignInRefused,
    UnexpectedReply,
    ZoomTrouble,
)
from rtms_tray.zoom.feeds import FeedError

ALL: list[ZoomTrouble] = [
    *(Offline(code) for code in ("offline", "untrusted", "reply_lost")),
    *(Offline(code, variable="X") for code in ("proxy_unusable", "certificates_unusable")),
    *(SignInNeeded(code) for code in ("signed_out", "sign_in_expired", "grant_taken_over")),
    *(ClientRefused(code) for code in ("client_refused", "client_secret_missing", "app_disabled")),
    *(
        SignInFailed(code)
        for code in ("access_denied", "state_mismatch", "code_missing", "code_refused",
                     "redirect_refused", "cancelled", "superseded", "no_browser")
    ),
    SignInFailed("refused_by_zoom", error="invalid_scope"),
    SignInFailed("timed_out", time="5 minutes"),
    SignInFailed("port_taken", port=8080, cause="in use"),
    ServerTrouble(503),
    ServerTrouble(429),
    UnexpectedReply("not_json", 200),
    SignInRefused("invalid_request"),
    ZoomTrouble("scope_missing"),
]  # fmt: skip
DETAILS = [key.split(".")[-1] for key in keys("zoom_errors") if ".detail." in key]


@pytest.mark.parametrize("trouble", ALL, ids=lambda trouble: trouble.code)
def test_words(trouble: ZoomTrouble) -> None:
    assert re.fullmatch(r"[a-z_]+", trouble.code)
    for words in (trouble.text, trouble.remedy):
        assert words.endswith(".")
        assert "{" not in words
        assert len(re.findall(r"\.( |$)", words)) <= 2
    assert trouble.code in str(trouble)


def test_codes_are_told_apart() -> None:
    assert len({trouble.code for trouble in ALL}) == len(ALL)


def test_every_code_of_the_catalogue_is_here() -> None:
    codes = {key.split(".")[1] for key in keys("zoom_errors")}
    entries = {"refused", "refused_with_words", "scope_missing_named", "timed_out_unreturned"}
    entries |= {"with_words"}
    assert codes - {"system_settings"} == {trouble.code for trouble in ALL} | entries


def test_a_code_without_words_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        SignInFailed("nothing_like_it")


@pytest.mark.parametrize("detail", DETAILS)
def test_what_is_wrong_with_an_answer_is_said(detail: str) -> None:
    trouble = UnexpectedReply(detail, 418)
    assert trouble.code == "unexpected_reply"
    assert trouble.status == 418
    assert "{" not in trouble.text
    assert ("418" in trouble.text) is ("status" in detail)


@pytest.mark.parametrize(
    ("message", "said"), [("No.", "(HTTP 404). Zoom says: No."), ("", "(HTTP 404).")]
)
def test_a_refusal_has_zooms_words_if_there_are_any(message: str, said: str) -> None:
    entry = "refused_with_words" if message else "refused"
    trouble = ZoomTrouble("refused", entry, status=404, words=message)
    assert trouble.text.endswith(said)
    assert trouble.remedy == ""


def test_a_taken_over_grant_names_the_cause() -> None:
    text = SignInNeeded("grant_taken_over").text
    assert "one sign-in per user and app" in text
    assert "back end or another computer" in text
    assert "same client ID" in text


@pytest.mark.parametrize(
    "code", sorted({key.split(".")[1] for key in keys("feed") if key.endswith(".remedy")})
)
def test_every_feed_error_says_what_to_do(code: str) -> None:
    error = FeedError.of(code, status=503, host="relay.example.com")
    assert error.code == code
    assert error.text.endswith(".")
    assert error.remedy.endswith(".")
    assert "{" not in error.text + error.remedy
