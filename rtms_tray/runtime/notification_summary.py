"""Many meetings at once: their alerts are gathered for a moment, and told in one notification."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from rtms_tray.capture.effects import Announce, Category
from rtms_tray.capture.session import Session
from rtms_tray.presentation.session_words import capture_of
from rtms_tray.presentation.view_model import Capture
from rtms_tray.presentation.wording import short_meeting_name
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import plural, text

MANY: Final = 3
"""So many meetings are told of in one notification."""
GATHERED_S: Final = 0.4
"""What changes within this time changes at once."""
_NAMED: Final = 3
"""Meetings named in a line; the others are counted."""

Key = tuple[str, Category]


def key_of(alert: Announce) -> Key:
    """Name what an alert is about."""
    return alert.session, alert.category


class AlertGathering:
    """Hands alerts on, at once while there is only one meeting; else those of a moment together."""

    def __init__(
        self, tell: Callable[[Sequence[Announce]], None], may_be_many: Callable[[], bool]
    ) -> None:
        self._tell = tell
        self._may_be_many = may_be_many
        self._waiting: dict[Key, Announce] = {}
        self._due: asyncio.TimerHandle | None = None

    def take(self, alert: Announce) -> None:
        """Take an alert, in place of an older one on its matter."""
        if self._due is None and not self._may_be_many():
            self._tell((alert,))
            return
        self._waiting[key_of(alert)] = alert
        self.hand_on_soon()

    def drop(self, key: Key) -> None:
        """Forget an alert that is over before anybody was told."""
        self._waiting.pop(key, None)

    def hand_on_soon(self) -> None:
        """Hand on what there is, if only nothing, once all that changes at once has changed."""
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(GATHERED_S, self._hand_on)

    def close(self) -> None:
        """Hand on nothing more."""
        if self._due is not None:
            self._due.cancel()

    def _hand_on(self) -> None:
        alerts, self._waiting, self._due = tuple(self._waiting.values()), {}, None
        self._tell(alerts)


class Summary(Frozen):
    """What one notification says of several meetings."""

    title: str
    text: str


def summary_of(sessions: Sequence[Session]) -> Summary:
    """Say whether anything is captured in each of several meetings."""
    groups: dict[Capture, list[Session]] = {}
    for session in sessions:
        groups.setdefault(_said(session), []).append(session)
    if len(groups) == 1:
        (capture,) = groups
        title = plural("announcements.summary.alike", len(sessions), statement=_words(capture))
        return Summary(title, _names(sessions))
    title = plural("announcements.summary.different", len(sessions))
    lines = (
        text("announcements.summary.line", statement=_words(capture), meetings=_names(found))
        for capture, found in groups.items()
    )
    return Summary(title, "\n".join(lines))


def _said(session: Session) -> Capture:
    """Say of all that isn't captured the same, captured before or not."""
    capture = capture_of(session)
    return Capture.NOT_CAPTURING if capture is Capture.NOT_YET else capture


def _words(capture: Capture) -> str:
    return text(f"session.capture.{capture}")


def _names(sessions: Iterable[Session]) -> str:
    names = [short_meeting_name(session.meeting) for session in sessions]
    named = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return plural("announcements.summary.more", more, named=named) if more > 0 else named
