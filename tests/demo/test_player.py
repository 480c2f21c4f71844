"""The player of the demo: what it makes of a move, and how it clears the stage."""

import pytest

from rtms_tray.demo.player import Act, Change, Clear, Click, Move, SignIn, meeting_of
from rtms_tray.demo.plays import Play
from rtms_tray.demo.tour import TOUR
from rtms_tray.simulator import meeting_actions, scenarios


@pytest.mark.parametrize(
    ("moves", "meeting"),
    [
        ((), None),
        ((Clear(), SignIn(), Click("sign-out")), None),
        ((Act(1, "approve"), Act(2, "deny"), Clear()), 2),
        ((Change("meetings", {"number": 3}), Change("faults", {})), 3),
        ((Click("start", {"meeting": "4"}),), 4),
        ((Click("stop", {"meeting": "s1"}),), None),
    ],
)
def test_the_meeting_of_moves_is_that_of_the_last(
    moves: tuple[Move, ...], meeting: int | None
) -> None:
    assert meeting_of(moves) == meeting


def test_plays_and_tour_use_acts_that_exist() -> None:
    made = [Play(scenarios.load(name)) for name in scenarios.names()]
    moves = [Play(p.scenario, at).move() for p in made for at in range(len(p.scenario.play))]
    moves += [move for stop in TOUR for move in stop.moves]
    used = {move.name for move in moves if isinstance(move, Act)}
    assert used <= meeting_actions.ACTIONS.keys()
    assert used
