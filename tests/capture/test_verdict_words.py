"""What a verdict says: what keeps data away and what to do about it, or which rule allows it, and what to ask."""

from collections.abc import Mapping
from itertools import combinations

import pytest

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.verdict import (
    BLOCKS,
    QUESTIONS,
    Explanation,
    Verdict,
    completions,
    decisive,
    explain,
    has_data,
)

# --- what keeps data away

C, YES, NO = Condition, Value.YES, Value.NO
WRONG = (
    (
        {C.HOST_ORG_RTMS_ENABLED: Value.WITHDRAWN},
        C.HOST_ORG_RTMS_ENABLED, ("B0", "B1", "T4"),
        "The new host's organization does not allow RTMS, and nothing here can change that.",
        "Use another way of capturing: it cannot come back in this meeting.",
    ),
    (
        {C.HOST_ORG_RTMS_ENABLED: NO},
        C.HOST_ORG_RTMS_ENABLED, ("B0", "B1"),
        "The host's organization does not allow RTMS.",
        "Their admin must switch on “Share realtime meeting content with apps”.",
    ),
    (
        {C.HOST_CLIENT_SUPPORTED: NO},
        C.HOST_CLIENT_SUPPORTED, ("B0", "B3", "B4"),
        "The host's Zoom is older than 6.5.5. Zoom tells nobody about this.",
        "The host must update Zoom to 6.5.5 or later.",
    ),
    (
        {C.OWNER_CLIENT_SUPPORTED: NO},
        C.OWNER_CLIENT_SUPPORTED, ("B0", "B3", "B4"),
        "Your Zoom is older than 6.5.5. Zoom tells nobody about this.",
        "Update Zoom to 6.5.5 or later, then join again.",
    ),
    (
        {C.HOST_PRESENT: NO, C.MEETING_ALLOWED_WITHOUT_HOST: NO},
        C.MEETING_ALLOWED_WITHOUT_HOST, ("S1",),
        "The meeting may not start without its host, and the host is not there.",
        "Wait for the host.",
    ),
    (
        {C.HOST_PRESENT: NO, C.HOST_APPROVAL_REQUIRED: YES},
        C.HOST_PRESENT, ("S2",),
        "The host must approve, and is not there to do so.",
        "Send the request again once the host has joined.",
    ),
    (
        {C.OWNER_PRESENT: Value.LEFT},
        C.OWNER_PRESENT, ("D1", "T5"),
        "The app owner left the meeting, and capture ended with that.",
        "Join again, then send the request again.",
    ),
    (
        {C.OWNER_PRESENT: NO, C.AUTO_START_ENABLED: NO},
        C.OWNER_PRESENT, ("S8",),
        "Nobody has started it: the app owner is not in the meeting, and auto-start is off.",
        "Join and send the request, or have auto-start switched on.",
    ),
    (
        {C.HOST_APPROVAL_REQUIRED: YES, C.HOST_APPROVES: NO},
        C.HOST_APPROVES, ("S6",),
        "The host has not approved the request.",
        "Ask the host to approve the app.",
    ),
    (
        {C.IN_BREAKOUT_ROOM: YES},
        C.IN_BREAKOUT_ROOM, ("D2",),
        "Breakout rooms are not captured: what is said in there is lost.",
        "Capture may go on in the main room.",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("changed", "condition", "rules", "text", "remedy"), WRONG)
def test_what_keeps_data_away_is_named(
    changed: dict[Condition, Value],
    condition: Condition,
    rules: tuple[str, ...],
    text: str,
    remedy: str,
) -> None:
    told = explain({**FINE, **changed})
    assert (told.verdict, told.blocking, told.rules) == (Verdict.NO_DATA, condition, rules)
    assert (told.text, told.remedy, told.ask_next) == (text, remedy, None)


def test_nothing_else_does() -> None:
    assert len(WRONG) == len(BLOCKS)


def test_of_several_the_first_prerequisite_is_named() -> None:
    wrong = dict(FINE)
    for changed, condition, *_ in reversed(WRONG[1:]):
        wrong |= changed
        assert explain(wrong).blocking is condition


# --- nothing keeps data away (S3, S5), or it is open

FINE = {
    Condition.HOST_ORG_RTMS_ENABLED: Value.YES,
    Condition.HOST_CLIENT_SUPPORTED: Value.YES,
    Condition.OWNER_CLIENT_SUPPORTED: Value.YES,
    Condition.HOST_PRESENT: Value.YES,
    Condition.AUTO_START_ENABLED: Value.YES,
    Condition.MEETING_ALLOWED_WITHOUT_HOST: Value.YES,
    Condition.HOST_APPROVAL_REQUIRED: Value.NO,
    Condition.HOST_APPROVES: Value.YES,
    Condition.OWNER_PRESENT: Value.YES,
    Condition.IN_BREAKOUT_ROOM: Value.NO,
}


def test_all_is_well() -> None:
    words = "Nothing keeps data away."
    assert explain(FINE) == Explanation(Verdict.DATA, (9,), (), None, None, words, "")


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        ({Condition.HOST_PRESENT: Value.NO}, ("S3",)),
        ({Condition.OWNER_PRESENT: Value.NO}, ("S5",)),
        ({Condition.HOST_PRESENT: Value.NO, Condition.OWNER_PRESENT: Value.NO}, ("S3", "S5")),
        ({Condition.HOST_APPROVAL_REQUIRED: Value.YES}, ()),
    ],
)
def test_the_rules_that_allow_it_are_named(
    changed: dict[Condition, Value], rules: tuple[str, ...]
) -> None:
    told = explain({**FINE, **changed})
    assert (told.verdict, told.rules) == (Verdict.DATA, rules)


def test_nothing_is_known() -> None:
    told = explain({})
    assert told == Explanation(
        Verdict.UNKNOWN,
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12),
        ("B4",),
        None,
        Condition.HOST_ORG_RTMS_ENABLED,
        "What is known does not decide it.",
        "One answer decides most: Does the host's organization allow RTMS?",
    )


def guessed_right(known: Mapping[Condition, Value], name: Condition) -> int:
    """In how many cases the verdict could be guessed, if this were answered."""
    right = 0
    for answer in (Value.YES, Value.NO):
        verdicts = [has_data(full) for full in completions({**known, name: answer})]
        right += max(verdicts.count(True), verdicts.count(False))
    return right


@pytest.mark.parametrize("how_many", [1, 2, 3, 9])
@pytest.mark.parametrize("approval", [Value.YES, Value.NO])
@pytest.mark.parametrize("owner", [Value.YES, Value.NO])
def test_the_question_is_the_one_whose_answer_tells_most(
    how_many: int, approval: Value, owner: Value
) -> None:
    base = {**FINE, Condition.HOST_APPROVAL_REQUIRED: approval, Condition.OWNER_PRESENT: owner}
    for unknown in combinations(QUESTIONS, how_many):
        known = {name: value for name, value in base.items() if name not in unknown}
        best = max(guessed_right(known, name) for name in unknown)
        first = next(name for name in unknown if guessed_right(known, name) == best)
        assert decisive(known) is first


def test_each_condition_that_matters_has_its_question() -> None:
    assert dict(QUESTIONS) == {
        Condition.HOST_ORG_RTMS_ENABLED: "Does the host's organization allow RTMS?",
        Condition.HOST_CLIENT_SUPPORTED: "Is the host's Zoom 6.5.5 or later?",
        Condition.OWNER_CLIENT_SUPPORTED: "Is your own Zoom 6.5.5 or later?",
        Condition.HOST_PRESENT: "Is the host in the meeting?",
        Condition.AUTO_START_ENABLED: "Is auto-start switched on for the app?",
        Condition.MEETING_ALLOWED_WITHOUT_HOST: "May the meeting start without its host?",
        Condition.HOST_APPROVAL_REQUIRED: "Must the host approve apps?",
        Condition.HOST_APPROVES: "Has the host approved the app?",
        Condition.OWNER_PRESENT: "Are you in the meeting?",
        Condition.IN_BREAKOUT_ROOM: "Are you in a breakout room?",
    }
