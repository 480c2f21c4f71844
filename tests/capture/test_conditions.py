"""What is known of a condition: the newer evidence wins, the other is kept beside it."""

from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture.conditions import Condition, Evidence, Known, Source, Value, learn, value_of

HOST = Condition.HOST_PRESENT
evidences = st.builds(
    Evidence, st.sampled_from(Value), st.sampled_from(Source), st.integers(0, 9), st.none()
)


def test_unknown_without_evidence() -> None:
    assert value_of({}, HOST) is Value.UNKNOWN


def test_newer_evidence_wins_and_keeps_what_it_contradicts() -> None:
    old, new = Evidence(Value.YES, Source.EVENT, 1), Evidence(Value.NO, Source.USER, 2)
    known = learn(learn({}, HOST, old), HOST, new)
    assert known[HOST] == Evidence(Value.NO, Source.USER, 2, old)


def test_older_evidence_that_comes_late_loses() -> None:
    old, new = Evidence(Value.YES, Source.EVENT, 1), Evidence(Value.NO, Source.USER, 2)
    known = learn(learn({}, HOST, new), HOST, old)
    assert known[HOST] == Evidence(Value.NO, Source.USER, 2, old)


def test_agreeing_evidence_is_as_new_as_its_newest() -> None:
    first, second = Evidence(Value.YES, Source.EVENT, 1), Evidence(Value.YES, Source.USER, 2)
    assert learn(learn({}, HOST, first), HOST, second)[HOST] == second
    assert learn(learn({}, HOST, second), HOST, first)[HOST] == second


def test_not_knowing_contradicts_nothing() -> None:
    known = learn({}, HOST, Evidence(Value.YES, Source.EVENT, 1))
    taken_back = Evidence(Value.UNKNOWN, Source.USER, 2)
    assert learn(known, HOST, taken_back)[HOST] == taken_back


@given(st.lists(evidences, max_size=8))
def test_any_order_ends_with_the_newest_value(evidence: list[Evidence]) -> None:
    known: Known = {}
    for one in evidence:
        known = learn(known, HOST, one)
    newest = max((one.at for one in evidence), default=0)
    values = {one.value for one in evidence if one.at == newest} or {Value.UNKNOWN}
    assert value_of(known, HOST) in values
