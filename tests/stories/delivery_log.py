"""Zoom's log of the deliveries to the app's webhook, with what is wrong with it, and the feed's use of it."""

import json
from random import Random
from typing import Final, Protocol

from rtms_tray.zoom.delivery_log import LogRead, read_page
from rtms_tray.zoom.feeds import Connected, Received, news_of
from rtms_tray.zoom.feeds.log_catch_up import LogCatchUp
from tests.stories.agenda import Agenda
from tests.stories.modes import MINUTE, SECOND

BEHIND: Final = (SECOND, 10 * SECOND, 20 * SECOND, 5 * MINUTE)
"""How far the log is behind the deliveries: a fixed time in each story."""


class Log(Protocol):
    """Where a story's log goes."""

    def __call__(self, line: str, /) -> None:
        """Write a line."""
        ...


class DeliveryLog:
    """What the webhook got; a webhook may lack stops, and the log may be empty, or give only a part."""

    def __init__(self, agenda: Agenda, dice: Random, log: Log) -> None:
        self._agenda = agenda
        self._dice = dice
        self._write = log
        self._behind = dice.choice(BEHIND)
        self._holds = dice.choices(("all", "no stops", "nothing"), (6, 2, 1))[0]
        self._breaks = dice.choice((0.0, 0.3))
        self._deliveries: list[tuple[int, str]] = []  # when each is in the log
        self._catch_up = LogCatchUp()
        self.proofs = 0

    def receive(self, text: str, lag: int) -> None:
        """The webhook gets an event."""
        name = json.loads(text)["event"]
        if self._holds == "nothing" or (self._holds == "no stops" and name.endswith("_stopped")):
            return
        self._deliveries.append((self._agenda.now + lag + self._behind, text))

    def connected(self) -> None:
        """The feed is connected."""
        self._catch_up.connected(self._agenda.now)

    def lost(self, seen_at: int) -> None:
        """The feed notices that it is not."""
        self._catch_up.lost(seen_at)

    def heard(self, text: str) -> None:
        """The feed brings an event."""
        self._catch_up.hear(news_of(text, self._agenda.now))

    def look(self) -> tuple[Connected | Received, ...]:
        """Look at the log, if it's time to."""
        due, now = self._catch_up.due, self._agenda.now
        if due is None or due > now:
            return ()
        read = self._read(self._catch_up.window_from)
        name = self._catch_up.proving(read, now)
        stop = self._catch_up.stop_event
        proven = name is not None and any(one.name == stop for one in self._read(0).entries)
        self._write(f"LOOK at {len(read.entries)} deliveries; all there is: {proven}")
        self.proofs += proven
        return self._catch_up.take(read, now, proven=proven)

    def _read(self, since: int) -> LogRead:
        logged = [text for at, text in self._deliveries if at <= self._agenda.now]
        listed = [{"subscription_id": "webhook", "request_body": text} for text in logged]
        entries, complete, _ = read_page(json.dumps({"webhook_logs": listed}).encode())
        if self._dice.random() < self._breaks:
            entries, complete = entries[: len(entries) // 2], False
        return LogRead(tuple(one for one in entries if one.at >= since), complete)
