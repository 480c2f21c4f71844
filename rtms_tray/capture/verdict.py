"""From what is known of the conditions: is there data, why not, and what would decide it.

A verdict holds for every way in which the unknown conditions may turn out; where these differ, it is
unknown. More knowledge so never turns data into no data, or the other way round.

Blocking goes in the order of the prerequisites (rule B0): first the host's organization and the clients,
then what happens in the meeting.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Final

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.scenarios import SCENARIOS

Values = Mapping[Condition, Value]
_C, _YES, _NO = Condition, Value.YES, Value.NO


class Verdict(StrEnum):
    """Whether there is meeting data."""

    DATA = "data"
    NO_DATA = "no_data"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Block:
    """One thing that keeps data away: the condition at fault, its rules, and the words for it."""

    condition: Condition
    rules: tuple[str, ...]
    text: str
    remedy: str
    holds: Callable[[Values], bool]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `explain` says; the names are those of `explain --json`."""

    verdict: Verdict
    scenarios: tuple[int, ...]  # that fit what is known, most specific first
    rules: tuple[str, ...]
    blocking: Condition | None
    ask_next: Condition | None
    text: str
    remedy: str


def _is(condition: Condition, *wanted: Value) -> Callable[[Values], bool]:
    return lambda values: values.get(condition) in wanted


def _both(
    one: Callable[[Values], bool], other: Callable[[Values], bool]
) -> Callable[[Values], bool]:
    return lambda values: one(values) and other(values)


_HOST_AWAY: Final = _is(_C.HOST_PRESENT, _NO)
_APPROVAL: Final = _is(_C.HOST_APPROVAL_REQUIRED, _YES)

BLOCKS: Final = (
    Block(
        _C.HOST_ORG_RTMS_ENABLED, ("B0", "B1", "T4"),
        "The new host's organization does not allow RTMS, and nothing here can change that.",
        "Use another way of capturing: it cannot come back in this meeting.",
        _is(_C.HOST_ORG_RTMS_ENABLED, Value.WITHDRAWN),
    ),
    Block(
        _C.HOST_ORG_RTMS_ENABLED, ("B0", "B1"),
        "The host's organization does not allow RTMS.",
        "Their admin must switch on “Share realtime meeting content with apps”.",
        _is(_C.HOST_ORG_RTMS_ENABLED, _NO),
    ),
    Block(
        _C.HOST_CLIENT_SUPPORTED, ("B0", "B3", "B4"),
        "The host's Zoom is older than 6.5.5. Zoom tells nobody about this.",
        "The host must update Zoom to 6.5.5 or later.",
        _is(_C.HOST_CLIENT_SUPPORTED, _NO),
    ),
    Block(
        _C.OWNER_CLIENT_SUPPORTED, ("B0", "B3", "B4"),
        "Your Zoom is older than 6.5.5. Zoom tells nobody about this.",
        "Update Zoom to 6.5.5 or later, then join again.",
        _is(_C.OWNER_CLIENT_SUPPORTED, _NO),
    ),
    Block(
        _C.MEETING_ALLOWED_WITHOUT_HOST, ("S1",),
        "The meeting may not start without its host, and the host is not there.",
        "Wait for the host.",
        _both(_HOST_AWAY, _is(_C.MEETING_ALLOWED_WITHOUT_HOST, _NO)),
    ),
    Block(
        _C.HOST_PRESENT, ("S2",),
        "The host must approve, and is not there to do so.",
        "Send the request again once the host has joined.",
        _both(_HOST_AWAY, _APPROVAL),
    ),
    Block(
        _C.OWNER_PRESENT, ("D1", "T5"),
        "The app owner left the meeting, and capture ended with that.",
        "Join again, then send the request again.",
        _is(_C.OWNER_PRESENT, Value.LEFT),
    ),
    Block(
        _C.OWNER_PRESENT, ("S8",),
        "Nobody has started it: the app owner is not in the meeting, and auto-start is off.",
        "Join and send the request, or have auto-start switched on.",
        _both(_is(_C.OWNER_PRESENT, _NO), _is(_C.AUTO_START_ENABLED, _NO)),
    ),
    Block(
        _C.HOST_APPROVES, ("S6",),
        "The host has not approved the request.",
        "Ask the host to approve the app.",
        _both(_APPROVAL, _is(_C.HOST_APPROVES, _NO)),
    ),
    Block(
        _C.IN_BREAKOUT_ROOM, ("D2",),
        "Breakout rooms are not captured: what is said in there is lost.",
        "Capture may go on in the main room.",
        _is(_C.IN_BREAKOUT_ROOM, _YES),
    ),
)  # fmt: skip
"""In the order in which they are named when several hold."""

QUESTIONS: Final[Mapping[Condition, str]] = {
    _C.HOST_ORG_RTMS_ENABLED: "Does the host's organization allow RTMS?",
    _C.HOST_CLIENT_SUPPORTED: "Is the host's Zoom 6.5.5 or later?",
    _C.OWNER_CLIENT_SUPPORTED: "Is your own Zoom 6.5.5 or later?",
    _C.HOST_PRESENT: "Is the host in the meeting?",
    _C.AUTO_START_ENABLED: "Is auto-start switched on for the app?",
    _C.MEETING_ALLOWED_WITHOUT_HOST: "May the meeting start without its host?",
    _C.HOST_APPROVAL_REQUIRED: "Must the host approve apps?",
    _C.HOST_APPROVES: "Has the host approved the app?",
    _C.OWNER_PRESENT: "Are you in the meeting?",
    _C.IN_BREAKOUT_ROOM: "Are you in a breakout room?",
}
_DATA_RULES: Final = (
    (_HOST_AWAY, "S3"),
    (_is(_C.OWNER_PRESENT, _NO), "S5"),
)


def has_data(values: Values) -> bool:
    """Decide a full assignment: data flow where nothing blocks."""
    return not any(block.holds(values) for block in BLOCKS)


def explain(values: Values) -> Explanation:
    """Say whether there is data, why not, and what would decide it; missing conditions are unknown."""
    known = {name: value for name, value in values.items() if value is not Value.UNKNOWN}
    outcomes = {has_data(full) for full in completions(known)}
    scenarios = fitting(known)
    if outcomes == {True}:
        return _data(known, scenarios)
    if outcomes == {False}:
        return _no_data(known, scenarios)
    return _undecided(known, scenarios)


def completions(known: Values) -> Iterator[dict[Condition, Value]]:
    """List every way in which the unknown conditions may turn out; the one without influence stays."""
    open_ = [name for name in QUESTIONS if name not in known]
    for answers in product((_YES, _NO), repeat=len(open_)):
        yield {**known, **dict(zip(open_, answers, strict=True))}


def fitting(known: Values) -> tuple[int, ...]:
    """Number the scenarios that fit, those first for which most is known."""
    fits = (row for row in SCENARIOS if row.fits(known))
    ordered = sorted(fits, key=lambda row: row.named_by(known), reverse=True)
    return tuple(row.number for row in ordered)


def _data(known: Values, scenarios: tuple[int, ...]) -> Explanation:
    rules = tuple(rule for holds, rule in _DATA_RULES if holds(known))
    text = "Nothing keeps data away."
    return Explanation(Verdict.DATA, scenarios, rules, None, None, text, "")


def _no_data(known: Values, scenarios: tuple[int, ...]) -> Explanation:
    block = next(block for block in BLOCKS if block.holds(known))
    return Explanation(
        Verdict.NO_DATA, scenarios, block.rules, block.condition, None, block.text, block.remedy
    )


def _undecided(known: Values, scenarios: tuple[int, ...]) -> Explanation:
    question = decisive(known)
    text = "What is known does not decide it."
    remedy = f"One answer decides most: {QUESTIONS[question]}"
    return Explanation(Verdict.UNKNOWN, scenarios, ("B4",), None, question, text, remedy)


def decisive(known: Values) -> Condition:
    """Name the unknown condition whose answer decides most; the earliest prerequisite of equals.

    It decides most if, answered, the verdict could be guessed right in most of the cases left.
    """
    open_ = [name for name in QUESTIONS if name not in known]
    cases = [(full, has_data(full)) for full in completions(known)]

    def guessed_right(name: Condition) -> int:
        groups = ([data for full, data in cases if full[name] is answer] for answer in (_YES, _NO))
        return sum(max(sum(group), len(group) - sum(group)) for group in groups)

    return max(open_, key=guessed_right)
