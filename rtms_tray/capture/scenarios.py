"""The thirteen scenarios as data: the mission's truth table, row by row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rtms_tray.capture.conditions import Condition, Value

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


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row: `asks` holds the conditions that it names, all others may be anything."""

    number: int
    title: str
    data: bool
    result: str
    asks: Mapping[Condition, Value]

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


def _row(number: int, marks: str, title: str, result: str, *, data: bool = False) -> Scenario:
    asks = {
        column: _MARKS[mark]
        for column, mark in zip(_COLUMNS, marks.split(), strict=True)
        if mark != "·"
    }
    return Scenario(number, title, data, result, asks)


SCENARIOS: Final = (
    #         org host owner present auto without approval approves owner breakout
    _row(1,  "n   ·    ·     ·       ·    ·       ·        ·        ·     ·",
         "Host organization disables RTMS", "Host organization must allow RTMS"),
    _row(2,  "y   n    ·     ·       ·    ·       ·        ·        ·     ·",
         "Host client out of date", "Host client must be 6.5.5 or later"),
    _row(3,  "y   y    n     ·       ·    ·       ·        ·        ·     ·",
         "App owner client out of date", "App owner client must be 6.5.5 or later"),
    _row(4,  "y   y    y     n       ·    y       y        ·        ·     ·",
         "Meeting started without the host and host approval is required",
         "Resend the request once the host has joined"),
    _row(5,  "y   y    y     n       ·    n       ·        ·        ·     ·",
         "Host absent and the meeting may not start without the host",
         "Auto-start cannot run in a meeting that never starts"),
    _row(6,  "y   y    y     n       y    y       n        ·        y     n",
         "Auto-start on and the meeting may start without the host",
         "Meeting data is available", data=True),
    _row(7,  "y   y    y     y       ·    ·       y        n        y     ·",
         "Host does not approve", "No data until the host approves"),
    _row(8,  "y   y    y     y       ·    ·       y        y        y     n",
         "Host and app owner present and the host approves",
         "Meeting data is available", data=True),
    _row(9,  "y   y    y     y       ·    ·       n        ·        y     n",
         "Host and app owner present and no approval is needed",
         "Meeting data is available", data=True),
    _row(10, "y   y    y     y       n    ·       ·        ·        n     ·",
         "App owner never joins and auto-start is off",
         "Somebody must start it or auto-start must be on"),
    _row(11, "y   y    y     y       ·    ·       y        y        l     ·",
         "App owner leaves the meeting", "The app stops when its owner leaves"),
    _row(12, "y   y    y     y       ·    ·       ·        y        y     y",
         "App owner moves to a breakout room", "RTMS stops in breakout rooms"),
    _row(13, "w   y    y     y       ·    ·       ·        ·        y     ·",
         "Handed off to a host whose organization disables RTMS",
         "The new host's organization governs"),
)  # fmt: skip
