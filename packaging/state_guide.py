"""Writes the guide to states and reasons, resources/help/states.md, from the program's own texts and state table.

Run it after either has changed: `python packaging/state_guide.py`. A test holds that the guide is up to date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bootstrap import ROOT

from rtms_tray.capture.host_messages import message_for
from rtms_tray.capture.instances import Inherited
from rtms_tray.capture.merging import Merged
from rtms_tray.capture.reasons import REASONS, Group
from rtms_tray.capture.states import LIVE, OVER, UNANSWERED, CaptureState
from rtms_tray.capture.transitions import TABLE, TIMERS, Row, TimerRow
from rtms_tray.capture.verdict import ASKED, question
from rtms_tray.support.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rtms_tray.capture.reasons import Reason

GUIDE: Final = ROOT / "resources" / "help" / "states.md"
_OF_SESSIONS: Final[list[CaptureState]] = [
    state for state in CaptureState if state is not CaptureState.SIGNED_OUT
]


def guide() -> str:
    """Write the guide as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield from (f"# {text('states.title')}", "", text("states.intro"), "")
    yield from _states()
    yield from _transitions()
    for group in Group:
        yield from (f"## {text(f'reasons.groups.{group}')}", "")
        for reason in (one for one in REASONS.values() if one.group is group):
            yield from _of_reason(reason)
    yield from (f"## {text('states.headings.silence')}", "", text("states.silence.intro"), "")
    yield from (f"- {question(condition)}" for condition in ASKED)
    yield ""


def _states() -> Iterator[str]:
    rows = ((_spoken(state), text(f"states.meanings.{state}")) for state in CaptureState)
    yield from (f"## {text('states.headings.states')}", "")
    yield from _table(("state", "meaning"), rows)
    yield from ("", text("states.unverified"), "")


def _transitions() -> Iterator[str]:
    """List what leads to each state, and from which: the table of the state machine in words."""
    yield from (f"## {text('states.headings.transitions')}", "")
    yield from _table(("after", "trigger", "before"), _changes())
    yield from ("", text("states.queued"), text("states.inherited"), text("states.merged"), "")
    yield from _diagram()


_GROUPS: Final[dict[str, frozenset[CaptureState]]] = {
    "idle": frozenset({CaptureState.IDLE}),
    "unanswered": UNANSWERED,
    "live": LIVE,
    "over": OVER,
    "ended": frozenset({CaptureState.ENDED}),
}


def _diagram() -> Iterator[str]:
    """Draw the same in large: groups of states, and what leads from one to another."""
    yield from ("```mermaid", "flowchart LR")
    for group, states in _GROUPS.items():
        names = "<br/>".join(_spoken(state) for state in _OF_SESSIONS if state in states)
        yield f'  {group}["{names}"]'
    for before, states in _GROUPS.items():
        for after, others in _GROUPS.items():
            if before != after and (triggers := _between(states, others)):
                yield f'  {before} -->|"{"<br/>".join(triggers)}"| {after}'
    yield from ("```", "")


def _between(before: frozenset[CaptureState], after: frozenset[CaptureState]) -> list[str]:
    rows = (row for row in (*TABLE, *TIMERS) if row.states & before and row.to & after)
    names = dict.fromkeys(name for row in rows if (name := _name(row)))
    return [text(f"states.triggers.{name}") for name in names]


def _changes() -> Iterator[tuple[str, str, str]]:
    for after in _OF_SESSIONS:
        triggers: dict[tuple[CaptureState, ...], list[str]] = {}
        for trigger, before in _ways_to(after).items():
            triggers.setdefault(tuple(before), []).append(trigger)
        for states, whens in triggers.items():
            yield _spoken(after), "; ".join(whens), _listed(states, after)


def _ways_to(after: CaptureState) -> dict[str, list[CaptureState]]:
    """Say what leads to a state, each with the states from where it does."""
    ways: dict[str, list[CaptureState]] = {}
    for row in (*TABLE, *TIMERS):
        if after in row.to and (name := _name(row)):
            states = ways.setdefault(text(f"states.triggers.{name}"), [])
            states += [one for one in _OF_SESSIONS if one in row.states and one is not after]
    return {when: sorted(set(states), key=_OF_SESSIONS.index) for when, states in ways.items()}


def _name(row: Row | TimerRow) -> str:
    if isinstance(row, TimerRow):
        return str(row.timer)
    return "" if row.event in {Inherited, Merged} else row.event.__name__


def _listed(states: tuple[CaptureState, ...], after: CaptureState) -> str:
    """List states, or those that are not meant, whichever is shorter."""
    others = [one for one in _OF_SESSIONS if one not in states and one is not after]
    if len(states) <= len(others):
        return ", ".join(map(_spoken, states))
    if not others:
        return text("states.any")
    return text("states.any_but", states=", ".join(map(_spoken, others)))


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    heads = [text(f"states.columns.{column}") for column in columns]
    yield _cells(heads)
    yield "|" + "---|" * len(heads)
    yield from map(_cells, rows)


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _of_reason(reason: Reason) -> Iterator[str]:
    yield from (f"### {reason.title}", "", reason.text.replace("{number}", "…"), "")
    if reason.remedy:
        yield from (f"**{text('states.what_to_do')}** {reason.remedy}", "")
    message = message_for(reason.code, "your app's client ID", "…")
    if message is not None:
        heading = text(f"states.message_for.{message.audience}")
        yield from (heading, "", f"> {message.text}", "")
    yield from (_small_print(reason), "")


def _small_print(reason: Reason) -> str:
    parts = [f"`{reason.code}`"]
    if reason.scenarios:
        parts.append(text("states.scenarios", numbers=", ".join(map(str, reason.scenarios))))
    if reason.rules:
        parts.append(text("states.rules", names=", ".join(reason.rules)))
    return " · ".join(parts)


def _spoken(state: CaptureState) -> str:
    return str(state).replace("_", " ")


if __name__ == "__main__":
    GUIDE.write_text(guide(), encoding="utf-8")
