"""Writes the guide to states and reasons, resources/help/states.md, from the texts that the program itself shows.

Run it after a text has changed: `python packaging/state_guide.py`. A test holds that the guide is up to date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bootstrap import ROOT

from rtms_tray.capture.host_messages import Audience, message_for
from rtms_tray.capture.reasons import REASONS, Group
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.verdict import QUESTIONS
from rtms_tray.support.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtms_tray.capture.reasons import Reason

_WHOM: Final = {
    Audience.HOST: "the host",
    Audience.ADMIN: "the host's admin",
    Audience.DEVELOPER: "the app's developer",
}
GUIDE: Final = ROOT / "resources" / "help" / "states.md"
_S = CaptureState

MEANINGS: Final = {
    _S.IDLE: "Nothing is watched.",
    _S.REQUESTING: "The request is on its way, or being repeated.",
    _S.WAITING_FOR_MEETING: "Zoom says that the meeting has not started.",
    _S.WAITING_FOR_HOST: "Asked; the host is known to be absent, and nobody else can approve.",
    _S.RESEND_NEEDED: "The host has come after the request was sent: send it again.",
    _S.PENDING_APPROVAL: "Zoom accepted the request; nothing is captured yet.",
    _S.NO_ANSWER: "Accepted, and then silence that nothing known explains.",
    _S.SHARING: "A stream is live.",
    _S.PAUSED: "Paused by you or the host.",
    _S.PAUSED_BREAKOUT: "You are in a breakout room: nothing is captured.",
    _S.INTERRUPTED: "The app's receiver has lost its connection and about a minute to come back.",
    _S.STOPPED: "A stream ran and ended; it may be started again.",
    _S.DENIED: "The host said no.",
    _S.REFUSED: "Zoom refused the request.",
    _S.STOPPED_PERMANENTLY: "A stream ran, and cannot come back in this meeting.",
    _S.ENDED: "The meeting is over, or was given up.",
    _S.SIGNED_OUT: "Nobody is signed in, and no meeting is watched.",
}
"""What each state means; every state is here, a test holds."""


def guide() -> str:
    """Write the guide as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield from ("# States and reasons", "", "What rtms-tray shows, why, and what to do.", "")
    yield from ("## The states", "", "| state | it means |", "|---|---|")
    yield from (f"| {_spoken(state)} | {meaning} |" for state, meaning in MEANINGS.items())
    yield from (
        "",
        "A state with a question mark is *not confirmed*: it was so when last seen.",
        "",
    )
    for group in Group:
        yield from (f"## {text(f'reasons.groups.{group}')}", "")
        for reason in (one for one in REASONS.values() if one.group is group):
            yield from _of_reason(reason)
    yield from ("## When Zoom says nothing", "")
    yield "Zoom does not say why a request leads to nothing. Each of these answers rules something out:"
    yield ""
    yield from (f"- {question}" for question in QUESTIONS.values())
    yield ""


def _of_reason(reason: Reason) -> Iterator[str]:
    yield from (f"### {reason.title}", "", _text(reason), "")
    if reason.remedy:
        yield from (f"**What to do:** {reason.remedy}", "")
    message = message_for(reason.code, "your app's client ID", "…")
    if message is not None:
        yield from (f"Text for {_WHOM[message.audience]}:", "", f"> {message.text}", "")
    yield from (_small_print(reason), "")


def _text(reason: Reason) -> str:
    return reason.text.replace("{number}", "…")


def _small_print(reason: Reason) -> str:
    parts = [f"`{reason.code}`"]
    if reason.scenarios:
        parts.append("scenarios " + ", ".join(map(str, reason.scenarios)))
    if reason.rules:
        parts.append("rules " + ", ".join(reason.rules))
    return " · ".join(parts)


def _spoken(state: CaptureState) -> str:
    return str(state).replace("_", " ")


if __name__ == "__main__":
    GUIDE.write_text(guide(), encoding="utf-8")
