"""Recordings of what happens: events, requests, replies, clicks, and what the program claimed meanwhile.

A recording is a sequence of JSON objects without anybody's names, numbers, addresses or times; the help page on
recordings describes them. Who records decides where they go.
"""

import json
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from rtms_tray import __version__
from rtms_tray.capture.board import Board
from rtms_tray.capture.session import Session
from rtms_tray.runtime.stand_ins import BEGINNING, StandIns
from rtms_tray.runtime.watcher import Watcher
from rtms_tray.support.clock import Clock
from rtms_tray.support.command_types import Command
from rtms_tray.support.units import Millis
from rtms_tray.zoom.exchanges import Call, Exchange
from rtms_tray.zoom.feeds import News

SCHEMA: Final = 1
CLICKS: Final = frozenset({
    "start", "resend", "stop", "pause", "resume", "give-up", "remind", "acknowledge", "tell", "arm", "disarm",
    "receiver-says", "fall-back", "reconnect", "sign-in", "sign-out",
})  # fmt: skip
"""Commands by which people change something, whichever surface they come from."""

_KEPT_ARGUMENTS: Final = frozenset({"condition", "value", "state", "minutes"})

Line: TypeAlias = Mapping[str, object]


class Recording:
    """One recording from its beginning to its end."""

    def __init__(self, write: Callable[[Line], None], clock: Clock) -> None:
        self._write = write
        self._clock = clock
        self._began = clock()
        self._stand_ins = StandIns(self._began)
        self._feed: Line = {}
        self._user: Line = {}
        self._claims: dict[str, Line] = {}
        program = f"rtms-tray {__version__}"
        self._say("recording", self._began, schema=SCHEMA, program=program, began_ms=BEGINNING)

    def _say(self, kind: str, at: Millis, **facts: object) -> None:
        self._write({"kind": kind, "at_ms": max(at - self._began, 0), **facts})

    def event(self, received: News) -> None:
        """Record an event as it came."""
        try:
            content = json.loads(received.raw)
        except (ValueError, RecursionError):
            content = None
        self._say("event", received.at, content=self._stand_ins.of(content))

    def exchange(self, what: Call | Exchange) -> None:
        """Record a call as it goes out, or what came of it."""
        if isinstance(what, Call):
            path = self._stand_ins.of_path(what.path)
            content = self._stand_ins.of(what.sent)
            facts = {"number": what.number, "method": what.method, "path": path, "content": content}
            self._say("request", what.at, **facts)
            return
        content = self._stand_ins.of(what.received)
        at = what.call.at + what.took
        facts = {"number": what.call.number, "status": what.status, "content": content}
        self._say("reply", at, **facts, trouble=what.trouble)

    def click(self, command: Command) -> None:
        """Record what somebody asks for."""
        given = command.arguments
        arguments = {name: given[name] for name in sorted(_KEPT_ARGUMENTS & given.keys())}
        if meeting := given.get("meeting"):
            arguments["meeting"] = self._stand_ins.of_text(meeting, "meeting")
        self._say("click", self._clock(), command=command.name, arguments=arguments)

    def look(self, board: Board, feed: Line) -> None:
        """Record what the program claims, where that has changed; and whether events can come."""
        now = self._clock()
        if feed != self._feed:
            self._feed = feed
            self._say("feed", now, **feed)
        context = board.context
        names = {"id": context.me, "account": context.account}
        user = {key: self._stand_ins.of_text(name) if name else None for key, name in names.items()}
        if user != self._user:
            self._user = user
            self._say("user", now, **user)
        for session in board.sessions:
            claim = self._claim(session)
            if claim != self._claims.get(session.key):
                self._claims[session.key] = claim
                self._say("state", now, **claim)

    def _claim(self, session: Session) -> Line:
        meeting = session.meeting
        return {
            "meeting": self._stand_ins.of_text(meeting.number or meeting.uuid or ""),
            "state": str(session.state),
            "reason": str(session.why.code) if session.why else None,
            "unverified": session.doubt.since is not None,
        }


class Recordings:
    """All recordings under way; each is told of everything."""

    def __init__(self, watcher: Watcher, clock: Clock) -> None:
        self._watcher = watcher
        self._clock = clock
        self._under_way: list[Recording] = []

    def begin(self, write: Callable[[Line], None]) -> Recording:
        """Begin one, with how everything stands."""
        recording = Recording(write, self._clock)
        self._under_way.append(recording)
        self.look()
        return recording

    def end(self, recording: Recording) -> None:
        """End one."""
        self.look()
        self._under_way.remove(recording)

    def event(self, received: News) -> None:
        """Record an event."""
        for recording in self._under_way:
            recording.event(received)

    def exchange(self, what: Call | Exchange) -> None:
        """Record a call, or what came of it."""
        for recording in self._under_way:
            recording.exchange(what)

    def click(self, command: Command) -> None:
        """Record what somebody asks for; commands that change nothing are left out."""
        if command.name in CLICKS:
            for recording in self._under_way:
                recording.click(command)

    def look(self) -> None:
        """Record what has changed."""
        if not self._under_way:
            return
        feed = {
            "connected": self._watcher.feed.connected,
            "pings_answered": self._watcher.pings_answered > 0,
            "error": self._watcher.feed.error_code,
        }
        for recording in self._under_way:
            recording.look(self._watcher.board, feed)
