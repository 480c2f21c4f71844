"""Every trouble has a code, and says in plain words what happened and what to do."""

import re

import pytest

from rtms_tray.zoom.errors import (
    ClientRefused,
    Offline,
    ServerTrouble,
    SignInFailed,
    SignInNeeded,
    UnexpectedReply,
    ZoomTrouble,
)

FACTS = {"error": "invalid_scope", "minutes": 5, "port": 8080, "cause": "in use"}
ALL: list[ZoomTrouble] = [
    *(Offline(code) for code in Offline.WORDS),
    *(SignInNeeded(code) for code in SignInNeeded.WORDS),
    *(ClientRefused(code) for code in ClientRefused.WORDS),
    *(SignInFailed(code, **FACTS) for code in SignInFailed.WORDS),
    ServerTrouble(503),
    ServerTrouble(429),
    UnexpectedReply("it is not JSON", 200),
]


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


def test_a_taken_over_grant_names_the_cause() -> None:
    text = SignInNeeded("grant_taken_over").text
    assert "one living grant per user and app" in text
    assert "back end or another computer" in text
    assert "same client ID" in text
