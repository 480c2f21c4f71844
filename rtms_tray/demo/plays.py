"""The scenarios as plays: which there are, whose turn it is, and how one ends."""

from dataclasses import dataclass
from typing import Final

from rtms_tray.demo.player import Act, Click, Move
from rtms_tray.demo.world import Meeting, World
from rtms_tray.simulator import scenarios
from rtms_tray.simulator.scenarios import Scenario, Step

_CLIENT: Final = "client"
_WHO: Final = {"host": "the host", "owner": "the app owner", "zoom": "Zoom"}
_GROUPS: Final = (
    ("The thirteen scenarios", "scenario-"),
    ("Changes during a meeting", "t"),
    ("Zoom's messages", "m"),
    ("More", "default"),
)


def groups() -> tuple[tuple[str, tuple[Scenario, ...]], ...]:
    """List all scenarios in their groups."""
    names = scenarios.names()
    return tuple(
        (title, tuple(scenarios.load(name) for name in names if name.startswith(start)))
        for title, start in _GROUPS
    )


def short_name(scenario: Scenario) -> str:
    """Name a scenario as rules and tables do: 4, T1, M5."""
    if scenario.name == "default":
        return "–"
    return scenario.name.removeprefix("scenario-").lstrip("0").upper()


def who(step: Step) -> str:
    """Say who makes this step."""
    return "you, in the tray" if step.by == _CLIENT else _WHO.get(step.by, step.by)


def expected(scenario: Scenario) -> str:
    """Say what the play leads to."""
    results = {True: "data is captured", False: "no data", None: "it depends on what you do"}
    return f"Expected at the end: {results[scenario.data]}."


@dataclass(frozen=True, slots=True)
class Play:
    """A scenario being played; `at` counts the steps made, `starts` the requests before this one."""

    scenario: Scenario
    at: int = 0
    starts: int = 0

    @property
    def step(self) -> Step | None:
        """Whose turn it is; None: the play is over."""
        return self.scenario.play[self.at] if self.at < len(self.scenario.play) else None

    @property
    def in_tray(self) -> bool:
        """Whether the next step is a click in the tray."""
        return self.step is not None and self.step.by == _CLIENT

    @property
    def number(self) -> int:
        """The meeting in which the next step is made."""
        named = self.step.meeting if self.step else None
        return named or int(self.scenario.meetings[0]["number"])

    def move(self) -> Move:
        """Say the next step as a move."""
        step = self.scenario.play[self.at]
        if step.by == _CLIENT:
            return Click(step.act, {"meeting": str(self.number)})
        return Act(self.number, step.act, step.details)

    def forward(self, world: World) -> "Play":
        """Go on to the next step."""
        return Play(self.scenario, self.at + 1, world.starts)

    def asked_meanwhile(self, world: World) -> bool:
        """Tell whether the user has made this step in the tray."""
        return self.in_tray and world.starts > self.starts

    def is_made_by(self, act: str, number: int) -> bool:
        """Tell whether this act, made by a button, is the next step."""
        step = self.step
        return step is not None and not self.in_tray and (step.act, self.number) == (act, number)

    def result(self, meeting: Meeting) -> str:
        """Say how it ended, and whether that was to be expected."""
        data = bool(meeting.live)
        said = "data is captured" if data else "no data"
        fits = "" if self.scenario.data in (None, data) else " – unlike expected"
        return f"Result: {said}{fits}."
