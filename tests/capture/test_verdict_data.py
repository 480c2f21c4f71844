"""What is said when nothing keeps data away, and which rule allows it (S3, S5); what is asked where it is open."""

from collections.abc import Mapping
from itertools import combinations

import pytest

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.verdict import (
    QUESTIONS,
    Explanation,
    Verdict,
    completions,
    decisive,
    explain,
    has_data,
)

C = Condition
FINE = {
    C.HOST_ORG_RTMS_ENABLED: Value.YES,
    C.HOST_CLIENT_SUPPORTED: Value.YES,
    C.OWNER_CLIENT_SUPPORTED: Value.YES,
    C.HOST_PRESENT: Value.YES,
    C.AUTO_START_ENABLED: Value.YES,
    C.MEETING_ALLOWED_WITHOUT_HOST: Value.YES,
    C.HOST_APPROVAL_REQUIRED: Value.NO,
    C.HOST_APPROVES: Value.YES,
    C.OWNER_PRESENT: Value.YES,
    C.IN_BREAKOUT_ROOM: Value.NO,
}


def test_all_is_well() -> None:
    words = "Nothing keeps data away."
    assert explain(FINE) == Explanation(Verdict.DATA, (9,), (), None, None, words, "")


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        ({C.HOST_PRESENT: Value.NO}, ("S3",)),
        ({C.OWNER_PRESENT: Value.NO}, ("S5",)),
        ({C.HOST_PRESENT: Value.NO, C.OWNER_PRESENT: Value.NO}, ("S3", "S5")),
        ({C.HOST_APPROVAL_REQUIRED: Value.YES}, ()),
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
        C.HOST_ORG_RTMS_ENABLED,
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
    base = {**FINE, C.HOST_APPROVAL_REQUIRED: approval, C.OWNER_PRESENT: owner}
    for unknown in combinations(QUESTIONS, how_many):
        known = {name: value for name, value in base.items() if name not in unknown}
        best = max(guessed_right(known, name) for name in unknown)
        first = next(name for name in unknown if guessed_right(known, name) == best)
        assert decisive(known) is first


def test_each_condition_that_matters_has_its_question() -> None:
    assert dict(QUESTIONS) == {
        C.HOST_ORG_RTMS_ENABLED: "Does the host's organization allow RTMS?",
        C.HOST_CLIENT_SUPPORTED: "Is the host's Zoom 6.5.5 or later?",
        C.OWNER_CLIENT_SUPPORTED: "Is your own Zoom 6.5.5 or later?",
        C.HOST_PRESENT: "Is the host in the meeting?",
        C.AUTO_START_ENABLED: "Is auto-start switched on for the app?",
        C.MEETING_ALLOWED_WITHOUT_HOST: "May the meeting start without its host?",
        C.HOST_APPROVAL_REQUIRED: "Must the host approve apps?",
        C.HOST_APPROVES: "Has the host approved the app?",
        C.OWNER_PRESENT: "Are you in the meeting?",
        C.IN_BREAKOUT_ROOM: "Are you in a breakout room?",
    }
