"""The thirteen scenarios as data: the mission's truth table, row by row."""

from collections.abc import Mapping
from typing import Final

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text

_C = Condition
_COLUMNS: Final = (
    _C.HOST_ORG_RTMS_ENABLED,
    _C.HOST_CLIENT_SUPPORTED,
    _C.OWNER_CLIENT_SUPPORTED,
    _C.HOST_PRESENT,
    _C.AUTO_START_ENABLED,
    _C.MEETING_ALLOWED_WITHOUT_HOST,
    _C.HOST_APPROVAL_REQUIRED,
    _C.HOST_APPROVES,
    _C.OWNER_PRESENT,
    _C.IN_BREAKOUT_ROOM,
)
"""The order of the rows below. The participant's own organization has no influence (B5): any."""


class Scenario(Frozen):
    """One row: `asks` holds the conditions that it names, all others may be anything."""

    number: int
    data: bool
    asks: Mapping[Condition, Value]

    @property
    def title(self) -> str:
        """What is so in this scenario."""
        return text(f"scenarios.{self.number}.title")

    @property
    def result(self) -> str:
        """What comes of it."""
        return text(f"scenarios.{self.number}.result")

    def fits(self, values: Mapping[Condition, Value]) -> bool:
        """Whether nothing that is known speaks against this row; unknown speaks against none."""
        return all(
            _agrees(wanted, values.get(name, Value.UNKNOWN)) for name, wanted in self.asks.items()
        )

    def named_by(self, values: Mapping[Condition, Value]) -> int:
        """How many of the row's conditions are known to be just so, and speak for it."""
        return sum(values.get(name) is wanted for name, wanted in self.asks.items())


def _agrees(wanted: Value, value: Value) -> bool:
    if value is Value.UNKNOWN:
        # A change of mid-meeting is something that happened: it is never merely possible.
        return wanted not in {Value.LEFT, Value.WITHDRAWN}
    if value is Value.WITHDRAWN:
        return wanted in {Value.WITHDRAWN, Value.NO}
    return value is wanted


_MARKS: Final = {
    "y": Value.YES,
    "n": Value.NO,
    "l": Value.LEFT,
    "w": Value.WITHDRAWN,
}


def _row(number: int, marks: str, *, data: bool = False) -> Scenario:
    asks = {
        column: _MARKS[mark]
        for column, mark in zip(_COLUMNS, marks.split(), strict=True)
        if mark != "·"
    }
    return Scenario(number, data, asks)


SCENARIOS: Final = (
    #         org host owner present auto without approval approves owner breakout
    _row(1,  "n   ·    ·     ·       ·    ·       ·        ·        ·     ·"),
    _row(2,  "y   n    ·     ·       ·    ·       ·        ·        ·     ·"),
    _row(3,  "y   y    n     ·       ·    ·       ·        ·        ·     ·"),
    _row(4,  "y   y    y     n       ·    y       y        ·        ·     ·"),
    _row(5,  "y   y    y     n       ·    n       ·        ·        ·     ·"),
    _row(6,  "y   y    y     n       y    y       n        ·        y     n", data=True),
    _row(7,  "y   y    y     y       ·    ·       y        n        y     ·"),
    _row(8,  "y   y    y     y       ·    ·       y        y        y     n", data=True),
    _row(9,  "y   y    y     y       ·    ·       n        ·        y     n", data=True),
    _row(10, "y   y    y     y       n    ·       ·        ·        n     ·"),
    _row(11, "y   y    y     y       ·    ·       y        y        l     ·"),
    _row(12, "y   y    y     y       ·    ·       ·        y        y     y"),
    _row(13, "w   y    y     y       ·    ·       ·        ·        y     ·"),
)  # fmt: skip
