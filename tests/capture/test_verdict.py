"""Verdict: the truth table, exhaustively; partial knowledge never claims more than it knows."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.scenarios import SCENARIOS
from rtms_tray.capture.verdict import (
    ASKED,
    BLOCKS,
    Verdict,
    completions,
    decisive,
    explain,
    has_data,
)

C, YES, NO = Condition, Value.YES, Value.NO
Values = Mapping[Condition, Value]

TABLE = (Path(__file__).parent / "scenarios.csv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(TABLE.splitlines()))
CHANGES = {
    (C.OWNER_PRESENT, "yes->no"): Value.LEFT,
    (C.HOST_ORG_RTMS_ENABLED, "yes->no"): Value.WITHDRAWN,
}


def wanted(row: Mapping[str, str], condition: Condition) -> Value | None:
    """What a row of the table asks of a condition; `None` for anything."""
    cell = row[condition]
    if cell == "any":
        return None
    return CHANGES.get((condition, cell)) or Value(cell)


def matching(values: Values) -> list[Mapping[str, str]]:
    return [
        row for row in ROWS if all(wanted(row, name) in {None, values[name]} for name in Condition)
    ]


def assignments() -> Iterator[dict[Condition, Value]]:
    """All 2,048 full assignments, and those of mid-meeting: left, withdrawn, both."""
    answers: dict[Condition, tuple[Value, ...]] = dict.fromkeys(Condition, (YES, NO))
    answers[C.OWNER_PRESENT] = (YES, NO, Value.LEFT)
    answers[C.HOST_ORG_RTMS_ENABLED] = (YES, NO, Value.WITHDRAWN)
    for chosen in product(*answers.values()):
        yield dict(zip(answers, chosen, strict=True))


ALL = list(assignments())


def test_the_table_in_the_code_is_the_missions() -> None:
    assert [row.number for row in SCENARIOS] == [int(row["scenario"]) for row in ROWS]
    for scenario, row in zip(SCENARIOS, ROWS, strict=True):
        asks = {name: value for name in Condition if (value := wanted(row, name))}
        told = (scenario.asks, scenario.title, scenario.result, scenario.data)
        assert told == (asks, row["title"], row["result"], row["data"] == "yes")


def test_every_assignment_that_a_row_matches_has_that_rows_verdict_and_scenario() -> None:
    matched = 0
    for values in ALL:
        for row in matching(values):
            told = explain(values)
            assert (told.verdict is Verdict.DATA) == (row["data"] == "yes"), (values, row)
            assert told.scenarios[0] == int(row["scenario"]), (values, told)
            matched += 1
    assert matched > 2_048


def rule_of(values: Values) -> str:
    """Why an assignment that no row matches has its verdict, in the words of the mission's rules."""
    if values[C.HOST_ORG_RTMS_ENABLED] is Value.WITHDRAWN:
        return "B1 the organization withdrew RTMS: no data"
    if values[C.OWNER_PRESENT] is Value.LEFT:
        return "D1 the app owner left: no data"
    if values[C.IN_BREAKOUT_ROOM] is YES:
        return "D2 in a breakout room: no data, always"
    if values[C.OWNER_PRESENT] is NO and values[C.AUTO_START_ENABLED] is NO:
        return "S8 nobody started it: no data"
    if values[C.HOST_APPROVAL_REQUIRED] is YES and values[C.HOST_APPROVES] is NO:
        return "S4 auto-start does not bypass approval: no data"
    if values[C.OWNER_PRESENT] is NO:
        return "D1 auto-start with an owner who never joined: data"
    return "S3 no approval required, host absent, started by the owner: data"


UNMATCHED = {
    # of the 2,048 without a change of mid-meeting
    "D2 in a breakout room: no data, always": 40,
    "S8 nobody started it: no data": 4,
    "S4 auto-start does not bypass approval: no data": 4,
    "D1 auto-start with an owner who never joined: data": 16,
    "S3 no approval required, host absent, started by the owner: data": 4,
}


def without_change(values: Values) -> bool:
    return not {Value.LEFT, Value.WITHDRAWN} & set(values.values())


def test_the_assignments_that_no_row_matches_follow_the_rules() -> None:
    alone = [values for values in ALL if not matching(values)]
    for values in alone:
        told = explain(values)
        says_data = rule_of(values).endswith(": data")
        assert (told.verdict is Verdict.DATA) == says_data, (values, rule_of(values))
    plain = Counter(rule_of(values) for values in alone if without_change(values))
    assert plain == UNMATCHED
    assert plain.total() == 68


known = st.dictionaries(
    st.sampled_from(Condition), st.sampled_from([YES, NO, Value.UNKNOWN]), max_size=11
)


@given(known)
def test_a_verdict_holds_for_every_completion(values: Values) -> None:
    told = explain(values)
    outcomes = {has_data(full) for full in completions(_only_known(values))}
    expected = {Verdict.DATA: {True}, Verdict.NO_DATA: {False}, Verdict.UNKNOWN: {True, False}}
    assert outcomes == expected[told.verdict]


@given(known, st.sampled_from(list(ASKED)), st.sampled_from([YES, NO]))
def test_more_knowledge_never_flips_a_verdict(
    values: Values, condition: Condition, answer: Value
) -> None:
    before, known_before = explain(values), values.get(condition, Value.UNKNOWN)
    after = explain({**values, condition: answer})
    if known_before is Value.UNKNOWN and before.verdict is not Verdict.UNKNOWN:
        assert after.verdict is before.verdict


@given(known)
def test_what_is_asked_next_is_unknown_and_can_matter(values: Values) -> None:
    told = explain(values)
    if told.verdict is Verdict.UNKNOWN:
        assert told.ask_next == decisive(_only_known(values))
        assert told.ask_next in ASKED
        assert values.get(told.ask_next, Value.UNKNOWN) is Value.UNKNOWN
        assert told.blocking is None
    else:
        assert told.ask_next is None


@given(known)
def test_no_data_names_what_blocks_and_what_to_do(values: Values) -> None:
    told = explain(values)
    if told.verdict is Verdict.NO_DATA:
        assert told.blocking is not None
        assert told.rules
        assert told.text
        assert told.remedy


def _only_known(values: Values) -> dict[Condition, Value]:
    return {name: value for name, value in values.items() if value is not Value.UNKNOWN}


@pytest.mark.parametrize(
    ("values", "blocking"),
    [
        ({C.HOST_ORG_RTMS_ENABLED: NO, C.HOST_CLIENT_SUPPORTED: NO}, C.HOST_ORG_RTMS_ENABLED),
        ({C.HOST_CLIENT_SUPPORTED: NO, C.IN_BREAKOUT_ROOM: YES}, C.HOST_CLIENT_SUPPORTED),
        ({C.OWNER_CLIENT_SUPPORTED: NO, C.OWNER_PRESENT: Value.LEFT}, C.OWNER_CLIENT_SUPPORTED),
        ({C.HOST_PRESENT: NO, C.HOST_APPROVAL_REQUIRED: YES}, C.HOST_PRESENT),
        ({C.OWNER_PRESENT: Value.LEFT, C.IN_BREAKOUT_ROOM: YES}, C.OWNER_PRESENT),
        ({C.IN_BREAKOUT_ROOM: YES}, C.IN_BREAKOUT_ROOM),
    ],
)
def test_blocking_goes_in_the_order_of_the_prerequisites(
    values: Values, blocking: Condition
) -> None:
    assert explain(values).blocking is blocking


def test_no_single_cause_may_be_certain_and_the_verdict_still_is() -> None:
    """Approval is required and not given: absent or not, the host keeps data away."""
    told = explain({C.HOST_APPROVAL_REQUIRED: YES, C.HOST_APPROVES: NO, C.HOST_PRESENT: NO})
    assert (told.verdict, told.blocking) == (Verdict.NO_DATA, C.HOST_PRESENT)


def test_the_participants_own_organization_has_no_influence() -> None:
    for answer in (YES, NO, Value.UNKNOWN):
        assert explain({C.PARTICIPANT_ORG_RTMS_ENABLED: answer}) == explain({})


def test_withdrawn_is_scenario_13_before_1() -> None:
    told = explain({C.HOST_ORG_RTMS_ENABLED: Value.WITHDRAWN})
    assert (told.verdict, told.scenarios) == (Verdict.NO_DATA, (13, 1))


def test_nothing_known_is_unknown_and_asks_about_the_first_prerequisite() -> None:
    told = explain({})
    assert (told.verdict, told.ask_next) == (Verdict.UNKNOWN, C.HOST_ORG_RTMS_ENABLED)
    assert 13 not in told.scenarios, "a change of mid-meeting is never merely possible"


def test_every_block_has_words_of_two_sentences_at_most() -> None:
    for block in BLOCKS:
        for words in (block.text, block.remedy):
            assert 1 <= words.count(".") - words.count("6.5.5") * 2 <= 2, words
