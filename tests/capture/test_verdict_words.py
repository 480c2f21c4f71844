"""What a verdict says: what keeps data away and what to do about it, or which rule allows it, and what to ask."""

from collections.abc import Mapping
from itertools import combinations

import pytest

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.verdict import (
    ASKED,
    BLOCKS,
    Explanation,
    Verdict,
    completions,
    decisive,
    explain,
    has_data,
    question,
)
from rtms_tray.support.texts import keys, text

# --- what keeps data away

C, YES, NO = Condition, Value.YES, Value.NO
WRONG = (
    (
        {C.HOST_ORG_RTMS_ENABLED: Value.WITHDRAWN},
        C.HOST_ORG_RTMS_ENABLED, ("B0", "B1", "T4"),
        "org_withdrawn",
    ),
    (
        {C.HOST_ORG_RTMS_ENABLED: NO},
        C.HOST_ORG_RTMS_ENABLED, ("B0", "B1"),
        "org",
    ),
    (
        {C.HOST_CLIENT_SUPPORTED: NO},
        C.HOST_CLIENT_SUPPORTED, ("B0", "B3", "B4"),
        "host_client",
    ),
    (
        {C.OWNER_CLIENT_SUPPORTED: NO},
        C.OWNER_CLIENT_SUPPORTED, ("B0", "B3", "B4"),
        "owner_client",
    ),
    (
        {C.HOST_PRESENT: NO, C.MEETING_ALLOWED_WITHOUT_HOST: NO},
        C.MEETING_ALLOWED_WITHOUT_HOST, ("S1",),
        "needs_host",
    ),
    (
        {C.HOST_PRESENT: NO, C.HOST_APPROVAL_REQUIRED: YES},
        C.HOST_PRESENT, ("S2",),
        "host_absent",
    ),
    (
        {C.OWNER_PRESENT: Value.LEFT},
        C.OWNER_PRESENT, ("D1", "T5"),
        "owner_left",
    ),
    (
        {C.OWNER_PRESENT: NO, C.AUTO_START_ENABLED: NO},
        C.OWNER_PRESENT, ("S8",),
        "nobody_started",
    ),
    (
        {C.HOST_APPROVAL_REQUIRED: YES, C.HOST_APPROVES: NO},
        C.HOST_APPROVES, ("S6",),
        "not_approved",
    ),
    (
        {C.IN_BREAKOUT_ROOM: YES},
        C.IN_BREAKOUT_ROOM, ("D2",),
        "breakout_room",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("changed", "condition", "rules", "key"), WRONG)
def test_what_keeps_data_away_is_named(
    changed: dict[Condition, Value],
    condition: Condition,
    rules: tuple[str, ...],
    key: str,
) -> None:
    told = explain({**FINE, **changed})
    assert (told.verdict, told.blocking, told.rules) == (Verdict.NO_DATA, condition, rules)
    words = text(f"diagnosis.block.{key}.text"), text(f"diagnosis.block.{key}.remedy")
    assert ((told.text, told.remedy), told.ask_next) == (words, None)


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
        "What's known doesn't decide it.",
        "Help narrow it down: Does the host's organization allow app capture?",
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
    for unknown in combinations(ASKED, how_many):
        known = {name: value for name, value in base.items() if name not in unknown}
        best = max(guessed_right(known, name) for name in unknown)
        first = next(name for name in unknown if guessed_right(known, name) == best)
        assert decisive(known) is first


def test_each_condition_that_matters_has_its_question() -> None:
    assert len(set(ASKED)) == len(ASKED)
    for condition in ASKED:
        assert question(condition) == text(f"diagnosis.question.{condition}")
        assert question(condition).endswith("?")
    assert {key.rpartition(".")[2] for key in keys("diagnosis") if ".question." in key} == set(
        ASKED
    )
