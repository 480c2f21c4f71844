"""Watches which rule of the state table leads where, while a test runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from rtms_tray.capture import machine
from rtms_tray.capture.effects import Step
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.transitions import TABLE, TIMERS, Row, TimerRow
from rtms_tray.support.frozen import replace

Transition = tuple[type | Timer, CaptureState, CaptureState]
"""An event or a deadline, the state before, the state after."""


def trigger(row: Row | TimerRow) -> type | Timer:
    """What sets a row's rule off."""
    return row.event if isinstance(row, Row) else row.timer


def promised() -> set[Transition]:
    """Every change of state that the table promises."""
    return {
        (trigger(row), before, after)
        for row in (*TABLE, *TIMERS)
        for before in row.states
        for after in row.to
        if before is not after
    }


@contextmanager
def watched() -> Iterator[set[Transition]]:
    """Collect the changes of state that rules make; one that its row does not name fails."""
    found: set[Transition] = set()

    def watching(row: Any) -> Any:  # noqa: ANN401 - a row of either kind
        return replace(row, rule=_watching(row, found))

    rows = {key: watching(row) for key, row in machine._ROWS.items()}
    timer_rows = {timer: watching(row) for timer, row in machine._TIMER_ROWS.items()}
    with (
        mock.patch.object(machine, "_ROWS", rows),
        mock.patch.object(machine, "_TIMER_ROWS", timer_rows),
    ):
        yield found


def _watching(row: Row | TimerRow, found: set[Transition]) -> Callable[..., Step]:
    rule: Callable[..., Step] = row.rule

    def checked(*arguments: Any) -> Step:  # noqa: ANN401 - a session, and what the rule takes beside it
        before = arguments[0].state
        step = rule(*arguments)
        after = step.session.state
        assert after is before or after in row.to, (trigger(row), before, after)
        if after is not before:
            found.add((trigger(row), before, after))
        return step

    return checked
