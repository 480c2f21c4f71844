"""When Zoom is silent: what still fits, most likely first, and the one question that decides (B4).

Only what is known narrows it down. A stream that began before anything was looked at is unknown, not absent,
and so is always among what fits unless the meeting was seen to begin.
"""

from collections.abc import Mapping
from typing import Final

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.reasons import REASONS, Code
from rtms_tray.capture.session import Session
from rtms_tray.capture.verdict import Explanation, Verdict, explain, question
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text

_C = Condition

SILENT: Final = frozenset(
    {
        Code.SILENCE,
        Code.SILENCE_OWN_MEETING,
        Code.ASKED_HOST_PRESENT,
        Code.CANNOT_SEE,
        Code.REPLY_LOST,
    }
)
"""Reasons that do not explain themselves."""

_ASKS: Final = frozenset({Code.SILENCE, Code.SILENCE_OWN_MEETING})


class Candidate(Frozen):
    """One way to explain silence: its scenario, the condition whose answer settles it, and the key of its words."""

    scenario: int
    condition: Condition
    key: str
    own_key: str = ""  # in the app owner's own meeting

    def words(self, *, own: bool = False) -> str:
        """Say it, of somebody else's meeting or of the app owner's own."""
        return text(f"diagnosis.candidate.{(own and self.own_key) or self.key}")


CANDIDATES: Final = (
    Candidate(4, _C.HOST_PRESENT, "host_absent"),
    Candidate(7, _C.HOST_APPROVES, "host_silent"),
    Candidate(3, _C.OWNER_CLIENT_SUPPORTED, "owner_client"),
    Candidate(1, _C.HOST_ORG_RTMS_ENABLED, "org", "own_org"),
    Candidate(2, _C.HOST_CLIENT_SUPPORTED, "host_client"),
    Candidate(10, _C.OWNER_PRESENT, "owner_absent"),
)
"""Most likely first; what is known to be so comes before them."""


class Silence(Frozen):
    """What is said of a silent session; without `text`, or a `remedy`, its reason's own words stand."""

    scenarios: tuple[int, ...]
    rules: tuple[str, ...]
    fits: tuple[str, ...]  # in words, most likely first
    ask_next: Condition | None
    text: str
    remedy: str | None  # empty where the answer to the question is all that helps

    @property
    def question(self) -> str:
        """The one question that decides; empty where none is left."""
        return question(self.ask_next) if self.ask_next else ""


def silence_of(session: Session, context: Context) -> Silence | None:
    """Explain a session that waits and hears nothing; None where its reason says all."""
    why = session.why
    if why is None or why.code not in SILENT:
        return None
    own = session.hosted_by_me(context)
    known = _values(session, own=own)
    explanation = explain(known)
    rules = REASONS[why.code].rules
    if explanation.verdict is Verdict.NO_DATA:
        return _blocked(explanation, rules)
    fitting = [candidate for candidate in CANDIDATES if candidate.scenario in explanation.scenarios]
    fitting.sort(key=lambda candidate: known.get(candidate.condition) is not Value.NO)
    if own:
        # Their Zoom and the host's are the same, and so is their presence.
        fitting = [candidate for candidate in fitting if candidate.scenario not in {2, 10}]
    words = [candidate.words(own=own) for candidate in fitting]
    if not session.people.began:
        words.append(text("diagnosis.candidate.running"))
    asked = _ask_next(fitting, known, explanation)
    remedy = "" if asked and why.code in _ASKS else None
    numbers = tuple(candidate.scenario for candidate in fitting)
    return Silence(numbers, rules, tuple(words), asked, "", remedy)


def _values(session: Session, *, own: bool) -> Mapping[Condition, Value]:
    known = {name: evidence.value for name, evidence in session.known.items()}
    if own:  # a host who starts the app meets no approval request (S9)
        known[_C.HOST_APPROVAL_REQUIRED] = Value.NO
    return known


def _blocked(explanation: Explanation, rules: tuple[str, ...]) -> Silence:
    """What is known keeps data away for certain: that is the reason, not silence."""
    return Silence(
        explanation.scenarios,
        tuple(dict.fromkeys((*rules, *explanation.rules))),
        (),
        None,
        explanation.text,
        explanation.remedy,
    )


def _ask_next(
    fitting: list[Candidate], known: Mapping[Condition, Value], explanation: Explanation
) -> Condition | None:
    """Ask about the likeliest of what fits; where all of that is told, about what decides most."""
    unknown = (candidate.condition for candidate in fitting)
    likeliest = (condition for condition in unknown if not _is_known(condition, known))
    return next(likeliest, explanation.ask_next)


def _is_known(condition: Condition, known: Mapping[Condition, Value]) -> bool:
    return known.get(condition, Value.UNKNOWN) is not Value.UNKNOWN
