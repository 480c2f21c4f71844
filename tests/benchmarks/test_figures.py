"""The arithmetic of benchmarks; what they measure is measured, not tested."""

from dataclasses import replace

import pytest

from tests.benchmarks.events import Passed
from tests.benchmarks.figures import Figure, table

START = Figure("start", "ms", (110, 200, 120), 1.1, (100, 100, 100))


def test_each_pair_has_a_ratio_of_its_own() -> None:
    slow_for_a_while = Figure("start", "ms", (100, 900, 100), 1.1, (100, 900, 90))
    assert slow_for_a_while.value == 1.0
    assert START.value == pytest.approx(1.2)
    assert START.typical == 120
    assert START.typical_floor == 100


@pytest.mark.parametrize(
    ("more_is_better", "value", "reached", "far_outside"),
    [
        (False, 1.0, True, False),
        (False, 2.0, False, False),
        (False, 3.1, False, True),
        (True, 1.0, True, False),
        (True, 0.5, False, False),
        (True, 0.3, False, True),
    ],
)
def test_only_what_is_three_times_its_reach_is_far_outside(
    more_is_better: bool,  # noqa: FBT001 - a column of the table
    value: float,
    reached: bool,  # noqa: FBT001 - the same
    far_outside: bool,  # noqa: FBT001 - the same
) -> None:
    figure = Figure("it", "x", (value,), 1.0, more_is_better=more_is_better)
    assert (figure.reached, figure.far_outside) == (reached, far_outside)


def test_a_limit_of_its_own_counts_in_place_of_three_times_the_reach() -> None:
    assert Figure("it", "x", (5,), 1.0).far_outside
    assert not Figure("it", "x", (5,), 1.0, limit=6).far_outside
    assert not Figure("it", "x", (0.1,), 1.0, more_is_better=True, limit=0.05).far_outside


def test_the_table_says_what_is_not_reached() -> None:
    alone = Figure("idle", "%", (0.5,), 1)
    head, start, idle = table([START, alone]).splitlines()
    assert head.split() == ["figure", "unit", "ours", "floor", "ratio", "reach"]
    assert start.split() == ["start", "ms", "120", "100", "1.20", "≤", "1.1", "×", "not", "reached"]
    assert idle.split() == ["idle", "%", "0.5", "≤", "1"]
    assert "far outside" in table([replace(alone, ours=(4,))])


def test_an_event_is_shown_by_the_next_drawing_that_knows_of_it() -> None:
    sent = [0, 1_000_000, 2_000_000, 3_000_000]
    passed = Passed(2, sent, [(2, 5_000_000), (3, 6_000_000)], 9_000_000, 0.0)
    assert passed.latencies_ms == [5.0, 4.0]
    assert passed.per_second == pytest.approx(4 / 0.009)
