"""From what is known of the conditions: is there data, why not, and what would decide it.

A verdict holds for every way in which the unknown conditions may turn out; where these differ, it is
unknown. More knowledge so never turns data into no data, or the other way round.

Blocking goes in the order of the prerequisites (rule B0): first the host's organization and the clients,
then what happens in the meeting.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import Final

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.scenarios import SCENARIOS
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text

Values = Mapping[Condition, Value]
_C, _YES, _NO = Condition, Value.YES, Value.NO


NOBODY_STARTS: Final = 10
"""The scenario of an app owner who is not there, without auto-start (S8)."""


class Verdict(StrEnum):
    """Whether there is meeting data."""

    DATA = "data"
    NO_DATA = "no_data"
    UNKNOWN = "unknown"


class Block(Frozen):
    """One thing that keeps data away: the condition at fault, its rules, and the key of its words."""

    condition: Condition
    rules: tuple[str, ...]
    key: str
    holds: Callable[[Values], bool]

    @property
    def text(self) -> str:
        """Say what keeps data away."""
        return text(f"diagnosis.block.{self.key}.text")

    @property
    def remedy(self) -> str:
        """Say what to do about it."""
        return text(f"diagnosis.block.{self.key}.remedy")


class Explanation(Frozen):
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
        _C.HOST_ORG_RTMS_ENABLED, ("B0", "B1", "T4"), "org_withdrawn",
        _is(_C.HOST_ORG_RTMS_ENABLED, Value.WITHDRAWN),
    ),
    Block(
        _C.HOST_ORG_RTMS_ENABLED, ("B0", "B1"), "org",
        _is(_C.HOST_ORG_RTMS_ENABLED, _NO),
    ),
    Block(
        _C.HOST_CLIENT_SUPPORTED, ("B0", "B3", "B4"), "host_client",
        _is(_C.HOST_CLIENT_SUPPORTED, _NO),
    ),
    Block(
        _C.OWNER_CLIENT_SUPPORTED, ("B0", "B3", "B4"), "owner_client",
        _is(_C.OWNER_CLIENT_SUPPORTED, _NO),
    ),
    Block(
        _C.MEETING_ALLOWED_WITHOUT_HOST, ("S1",), "needs_host",
        _both(_HOST_AWAY, _is(_C.MEETING_ALLOWED_WITHOUT_HOST, _NO)),
    ),
    Block(
        _C.HOST_PRESENT, ("S2",), "host_absent",
        _both(_HOST_AWAY, _APPROVAL),
    ),
    Block(
        _C.OWNER_PRESENT, ("D1", "T5"), "owner_left",
        _is(_C.OWNER_PRESENT, Value.LEFT),
    ),
    Block(
        _C.OWNER_PRESENT, ("S8",), "nobody_started",
        _both(_is(_C.OWNER_PRESENT, _NO), _is(_C.AUTO_START_ENABLED, _NO)),
    ),
    Block(
        _C.HOST_APPROVES, ("S6",), "not_approved",
        _both(_APPROVAL, _is(_C.HOST_APPROVES, _NO)),
    ),
    Block(
        _C.IN_BREAKOUT_ROOM, ("D2",), "breakout_room",
        _is(_C.IN_BREAKOUT_ROOM, _YES),
    ),
)  # fmt: skip
"""In the order in which they are named when several hold."""

ASKED: Final = (
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
"""Conditions whose answer may decide the verdict, in the order of the prerequisites."""


def question(condition: Condition) -> str:
    """Ask about a condition."""
    return text(f"diagnosis.question.{condition}")


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
    outcomes = _outcomes(frozenset(known.items()))
    scenarios = fitting(known)
    if outcomes == {True}:
        return _data(known, scenarios)
    if outcomes == {False}:
        return _no_data(known, scenarios)
    return _undecided(known, scenarios)


@lru_cache(maxsize=512)  # up to a thousand cases, asked for whenever a silent session is shown
def _outcomes(known: frozenset[tuple[Condition, Value]]) -> frozenset[bool]:
    return frozenset(has_data(full) for full in completions(dict(known)))


def completions(known: Values) -> Iterator[dict[Condition, Value]]:
    """List every way in which the unknown conditions may turn out; the one without influence stays."""
    open_ = [name for name in ASKED if name not in known]
    for answers in product((_YES, _NO), repeat=len(open_)):
        yield {**known, **dict(zip(open_, answers, strict=True))}


def fitting(known: Values) -> tuple[int, ...]:
    """Number the scenarios that fit, those first for which most is known."""
    return _fitting(frozenset(known.items()))


@lru_cache(maxsize=512)
def _fitting(items: frozenset[tuple[Condition, Value]]) -> tuple[int, ...]:
    known = dict(items)
    fits = (row for row in SCENARIOS if row.fits(known))
    ordered = sorted(fits, key=lambda row: row.named_by(known), reverse=True)
    return tuple(row.number for row in ordered)


def _data(known: Values, scenarios: tuple[int, ...]) -> Explanation:
    rules = tuple(rule for holds, rule in _DATA_RULES if holds(known))
    words = text("diagnosis.verdict.data")
    return Explanation(Verdict.DATA, scenarios, rules, None, None, words, "")


def _no_data(known: Values, scenarios: tuple[int, ...]) -> Explanation:
    block = next(block for block in BLOCKS if block.holds(known))
    return Explanation(
        Verdict.NO_DATA, scenarios, block.rules, block.condition, None, block.text, block.remedy
    )


def _undecided(known: Values, scenarios: tuple[int, ...]) -> Explanation:
    condition = _decisive(frozenset(known.items()))
    words = text("diagnosis.verdict.unknown")
    remedy = text("diagnosis.verdict.ask", question=question(condition))
    return Explanation(Verdict.UNKNOWN, scenarios, ("B4",), None, condition, words, remedy)


@lru_cache(maxsize=512)
def _decisive(known: frozenset[tuple[Condition, Value]]) -> Condition:
    return decisive(dict(known))


def decisive(known: Values) -> Condition:
    """Name the unknown condition whose answer decides most; the earliest prerequisite of equals.

    It decides most if, answered, the verdict could be guessed right in most of the cases left.
    """
    open_ = [name for name in ASKED if name not in known]
    cases = [(full, has_data(full)) for full in completions(known)]

    def guessed_right(name: Condition) -> int:
        groups = ([data for full, data in cases if full[name] is answer] for answer in (_YES, _NO))
        return sum(max(sum(group), len(group) - sum(group)) for group in groups)

    return max(open_, key=guessed_right)
