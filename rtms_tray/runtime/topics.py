"""What meetings are called: in memory only, and only while the user wants to see it.

Topics are strangers' text, made safe to show. They go to rtms-tray's own windows and nowhere else.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from rtms_tray.capture.session import Session
from rtms_tray.capture.states import LIVE
from rtms_tray.zoom.feeds import News
from rtms_tray.zoom.json_values import as_object, parse_object
from rtms_tray.zoom.replies import MeetingListed, read_listed
from rtms_tray.zoom.rest import Rest

_KEPT: Final = 500
"""Names: as many meetings as a day can bring."""

Spawn = Callable[[Coroutine[Any, Any, None], str], object]


class MeetingTopics:
    """Learns topics from events, lists and fetched meetings; of a capture that nobody asked for here, it asks."""

    def __init__(
        self, wanted: Callable[[], bool], rest: Callable[[], Rest | None], spawn: Spawn
    ) -> None:
        self._wanted = wanted
        self._rest = rest
        self._spawn = spawn
        self._topics: dict[str, str] = {}  # by number, and by UUID; empty: asked for in vain

    def of(self, meeting: str) -> str:
        """Return the topic of a number or UUID; empty where it is not known, or not wanted."""
        return self._topics.get(meeting, "") if self._wanted() else ""

    def take(self, received: News) -> None:
        """Learn from an event."""
        if not self._wanted():
            self._topics.clear()
            return
        payload = as_object((parse_object(received.raw) or {}).get("payload")) or {}
        self.learn(read_listed(as_object(payload.get("object")) or {}))

    def learn(self, *meetings: MeetingListed) -> None:
        """Learn from a list, or from a meeting that was fetched."""
        for meeting in meetings:
            if meeting.topic and self._wanted():
                for name in filter(None, (meeting.number, meeting.uuid)):
                    self._keep(name, meeting.topic)

    def learn_title(self, meeting: str, title: str) -> None:
        """Learn from elsewhere, where Zoom has not said it."""
        if title and self._wanted() and not self._topics.get(meeting):
            self._keep(meeting, title)

    def look(self, sessions: Sequence[Session]) -> None:
        """Have the meetings fetched that are captured and have no topic yet, once each.

        Forgets all where topics are not wanted any more.
        """
        rest = self._rest()
        if not self._wanted():
            self._topics.clear()
            return
        for session in sessions if rest is not None else ():
            name = session.meeting.number or session.meeting.uuid
            if rest is not None and session.state in LIVE and name and name not in self._topics:
                self._keep(name, "")
                self._spawn(_fetch(rest, name), "fetch a meeting for its topic")

    def _keep(self, name: str, topic: str) -> None:
        self._topics[name] = topic
        while len(self._topics) > _KEPT:
            del self._topics[next(iter(self._topics))]


async def _fetch(rest: Rest, name: str) -> None:
    """Fetch a meeting: whoever reads its topic is shown it."""
    await rest.fetch_meeting(name)
