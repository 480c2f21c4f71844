"""The table of transitions itself."""

from collections import Counter

from rtms_tray.capture.machine import TABLE


def test_no_event_has_two_rules_in_one_state() -> None:
    rules = Counter((state, event) for states, event, _ in TABLE for state in states)
    assert [pair for pair, count in rules.items() if count > 1] == []
