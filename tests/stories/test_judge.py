"""The judge notices programs that lie, that know too little, and that act by themselves."""

from collections.abc import Callable
from itertools import count

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.effects import SendRequest
from rtms_tray.presentation.view_model import SessionView, SpanView
from rtms_tray.support.frozen import replace
from tests.stories.modes import Mode
from tests.stories.program import Program
from tests.stories.run import Row, add

HONEST: Callable[[Program], tuple[SessionView, ...]] = vars(Program)["sessions"].fget
Lie = Callable[[SessionView], SessionView]


def _all_time_is(kind: str) -> Lie:
    def told(span: SpanView) -> SpanView:
        return replace(span, kind=type(span.kind)(kind))

    return lambda view: replace(view, spans=tuple(map(told, view.spans)))


LIES: dict[str, tuple[Mode, Lie]] = {
    "false claim": (Mode.GAPS, lambda view: replace(view, unverified_since=None)),
    "captured exceeds": (Mode.CLEAN, _all_time_is("captured")),
    "falls short": (Mode.CLEAN, _all_time_is("lost")),
    "slow": (Mode.CLEAN, lambda view: replace(view, unverified_since=view.since)),
}


def _played_until(kind: str, mode: Mode) -> Row:
    """Play stories until something of this kind is found; a minute at most."""
    row = Row(mode)
    for seed in count(1):
        add(row, seed)
        if kind in row.seeds:
            return row
    raise AssertionError


@pytest.mark.parametrize("kind", LIES)
def test_a_lie_is_noticed(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mode, lie = LIES[kind]
    monkeypatch.setattr(Program, "sessions", property(lambda self: tuple(map(lie, HONEST(self)))))
    assert _played_until(kind, mode).fails


def test_a_session_that_is_shown_twice_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Program, "sessions", property(lambda self: HONEST(self) * 2))
    assert _played_until("two sessions", Mode.CLEAN).fails


def test_a_request_without_a_reason_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Program.take

    def eager(self: Program, event: e.Event, key: str | None = None) -> None:
        honest(self, event, key)
        if isinstance(event, e.ParticipantLeft) and event.meeting.number:
            self.carry(SendRequest(0, e.Action.START, event.meeting.number), event)

    monkeypatch.setattr(Program, "take", eager)
    assert _played_until("automatic", Mode.CLEAN).fails


def test_doubt_without_a_reason_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    doubts = LIES["slow"][1]
    shown = property(lambda self: tuple(map(doubts, HONEST(self))))
    monkeypatch.setattr(Program, "sessions", shown)
    row = Row(Mode.DOUBLED)
    for seed in range(1, 6):
        add(row, seed)
    assert row.too_little
