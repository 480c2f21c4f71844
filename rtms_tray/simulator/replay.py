"""Plays a recording: Zoom's events and answers come again as they came then.

Time goes on as in the recording, but waits where somebody asked for something until it is asked for again, and
where events came until somebody listens. Clicks are told, for whoever plays the person: Zoom can't click.
"""

import asyncio
import json
from collections import defaultdict, deque
from typing import Any

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rtms_tray.simulator.engine import Engine
from rtms_tray.simulator.event_socket import Feed
from rtms_tray.simulator.faults import ConnectionRegistry
from rtms_tray.simulator.grants import Grants
from rtms_tray.simulator.payloads import Json
from rtms_tray.simulator.recordings import Line, Recording, Tell, moved, shape
from rtms_tray.simulator.rest_endpoints import RestEndpoints

TOLD = frozenset({"click", "state", "mark"})
SOON_MS = 3_000  # calls that only look may come so much earlier than they did
AFTER_REPLY_MS = 30  # a reply is on the wire before the events that it led to
AFTER_EVENT_MS = 500  # events are read before their connection breaks, which would take them along

Answer = asyncio.Future[Line | None]


class Replay:
    """Where a recording stands, and who waits for what."""

    def __init__(self, engine: Engine, feed: Feed, recording: Recording, tell: Tell) -> None:
        self._engine = engine
        self._feed = feed
        self._recording = recording
        self._tell = tell
        self._place = 0
        self._base = (0, 0)  # a moment of now, and the one of the recording that belongs to it
        self._turn = 0
        self._blocked = ""  # on what the recording waits: "request", "click", "feed"
        self._hurries = False
        self._sent = False  # events that may not have been read yet
        self._began = False
        self._asked: deque[tuple[Answer, Any]] = deque()
        self._open: dict[int, Answer] = {}
        self._replies = {one.number: one for one in recording.lines if one.kind == "reply"}
        self._actions_left = sum(one.is_action for one in recording.lines)
        self._looks: defaultdict[str, list[Line]] = defaultdict(list)
        for line in recording.lines:
            if line.kind == "request" and not line.is_action:
                self._looks[shape(line.method, line.path)].append(line)
        feed.on_accept = self._listened_to

    # --- time ---------------------------------------------------------------------------------

    def _elapsed_ms(self) -> int:
        now, then = self._base
        return then + round((self._engine.clock() - now) / self._scale) if self._began else 0

    @property
    def _scale(self) -> float:
        return self._engine.world.settings.timing_scale or 0.001

    @property
    def shift_ms(self) -> int:
        """How far times of the recording are to be moved."""
        now, then = self._base
        return now - then - self._recording.began_ms

    def _set_time(self, at_ms: int) -> None:
        self._base = (self._engine.clock(), at_ms)

    def _listened_to(self) -> None:
        """Somebody listens to events: begin, or go on."""
        if not self._began:
            self._began = True
            self._set_time(0)
            self._plan(0)
        elif self._blocked == "feed":
            self._go_on()
        self._engine.run_due()

    def _go_on(self) -> None:
        """What was waited for is there."""
        self._blocked = ""
        self._set_time(self._recording.lines[self._place].at_ms)
        self._place += 1
        self._plan(0)

    def _plan(self, after_ms: int) -> None:
        """Play on after so much of the recording's time; what was planned before is off."""
        self._turn += 1
        turn, due_ms = self._turn, self._elapsed_ms() + after_ms
        self._engine.call_later("replay", lambda: self._play_on(turn, due_ms), after_ms / 1000)

    # --- playing ------------------------------------------------------------------------------

    def _play_on(self, turn: int, due_ms: int) -> None:
        lines = self._recording.lines
        if (
            turn == self._turn and self._elapsed_ms() < due_ms
        ):  # somebody steps, or time doesn't matter
            self._set_time(due_ms)
        while turn == self._turn and not self._blocked and self._place < len(lines):
            line = lines[self._place]
            ahead_ms = line.at_ms - self._elapsed_ms()
            if ahead_ms > 0 and not self._hurries:
                self._plan(ahead_ms)
                return
            if self._hurries:
                self._set_time(line.at_ms)
            if not self._play(line):
                return
            self._place += 1
            if line.kind == "reply" and line.number in self._open:
                self._settle(line)
                self._plan(AFTER_REPLY_MS)
                return
        if self._place == len(lines) and turn == self._turn:
            self._end()

    def _play(self, line: Line) -> bool:
        """Play one line; False: something is waited for."""
        if line.kind in TOLD:
            return self._tell_line()
        if line.kind == "event":
            self._engine.emit(moved(line.content, self.shift_ms))
            self._sent = True
        elif line.kind == "feed":
            return self._connect_feed(line)
        elif line.is_action:
            return self._meet_request(line)
        return True

    def _tell_line(self) -> bool:
        place = self._place
        done = self._tell(self._recording.raw[place])
        if not isinstance(done, asyncio.Future):
            return True
        self._blocked = "click"
        done.add_done_callback(lambda _: self._clicked(place))
        return False

    def _clicked(self, place: int) -> None:
        if self._blocked == "click" and self._place == place:
            self._go_on()
            self._engine.run_due()

    def _connect_feed(self, line: Line) -> bool:
        if self._sent and not line.connected:
            self._sent = False
            self._plan(AFTER_EVENT_MS)
            return False
        self._feed.faults.refuse = not line.connected
        if not line.connected:
            self._feed.cut()
        elif not self._feed.connections:
            self._blocked = "feed"
        return not self._blocked

    def _meet_request(self, line: Line) -> bool:
        """Take the request that somebody has sent, or wait for it."""
        if not self._asked:
            self._blocked = "request"
            return False
        answer, content = self._asked.popleft()
        self._hurries = bool(self._asked)
        self._actions_left -= 1
        self._set_time(line.at_ms)
        expected, came = (_action(one) for one in (line.content, content))
        if expected != came:
            self._tell({"kind": "deviation", "expected": expected, "came": came})
        if line.number in self._replies:
            self._open[line.number] = answer
        else:
            answer.set_result(None)
        return True

    def _settle(self, line: Line) -> None:
        answer = self._open.pop(line.number)
        if not answer.done():  # whoever asked may have left
            answer.set_result(line)

    def _end(self) -> None:
        self._turn += 1
        self._tell({"kind": "end"})

    # --- answering ----------------------------------------------------------------------------

    async def action(self, content: Any) -> Line | None:  # noqa: ANN401 - any JSON
        """Answer a request as it was answered then, and when; None: it was not answered."""
        if self._actions_left <= len(self._asked):
            self._tell({"kind": "deviation", "expected": None, "came": _action(content)})
            words = "The recording holds no further request."
            return Line(kind="reply", status=400, content={"code": 300, "message": words})
        answer: Answer = asyncio.get_running_loop().create_future()
        self._asked.append((answer, content))
        if not self._began:
            self._began = True
            self._set_time(0)
        self._arrived()
        self._engine.run_due()
        return await answer

    def _arrived(self) -> None:
        """Somebody asks for something: go on to where that was asked for then."""
        if self._blocked == "click":
            self._go_on()
            return
        self._hurries = not self._blocked
        self._blocked = "" if self._blocked == "request" else self._blocked
        self._plan(0)

    def look(self, method: str, path: str) -> tuple[bool, Line | None]:
        """Find the answer to a call that only looks: whether there was such a call, and its answer."""
        looks = self._looks.get(shape(method, path))
        if not looks:
            return False, None
        until_ms = self._elapsed_ms() + SOON_MS
        next_is_due = len(looks) > 1 and looks[1].at_ms <= until_ms
        answer = self._replies.get(looks[0].number)
        if next_is_due:
            looks.pop(0)
        return True, answer


class Replayed(Struct, frozen=True):
    """What a simulator plays in place of a scenario, and who hears of it."""

    recording: Recording
    tell: Tell = lambda _: None


class ReplayEndpoints:
    """Serves `/v2/…` from a recording; what it doesn't hold, as the simulated Zoom would."""

    def __init__(
        self,
        replay: Replay,
        engine: Engine,
        grants: Grants,
        connections: ConnectionRegistry,
    ) -> None:
        self._replay = replay
        self._grants = grants
        self._connections = connections
        self._rest = RestEndpoints(engine, grants)

    def routes(self) -> list[Route]:
        """List the one route."""
        return [Route("/v2/{rest:path}", self.serve, methods=["GET", "PATCH"])]

    async def serve(self, request: Request) -> Response:
        """Serve one call."""
        if self._rest.caller_of(request).auth_error:
            return await self._rest.serve(request)
        raw = request.scope["raw_path"].decode("ascii").partition("?")[0]
        if request.method == "PATCH":
            line = await self._replay.action(_json(await request.body()))
        else:
            known, line = self._replay.look(request.method, f"{raw}?{request.url.query}")
            if not known:
                return await self._rest.serve(request)
        return self._respond(request, line)

    def _respond(self, request: Request, line: Line | None) -> Response:
        if line is None or line.status is None:
            self._connections.aborter(request.scope)()
            return Response(status_code=503)
        if line.content is None:
            return Response(status_code=line.status)
        return JSONResponse(moved(line.content, self._replay.shift_ms), line.status)


def begin(engine: Engine, feed: Feed, replayed: Replayed) -> Replay:
    """Prepare the world for a recording: nobody is in a meeting, and the app's owner is who it was."""
    engine.world.meetings.clear()
    recording = replayed.recording
    owner, user = engine.world.users["owner"], recording.user()
    if user is not None:
        owner.id = user.id or owner.id
        owner.account_id = user.account or owner.account_id
    return Replay(engine, feed, recording, replayed.tell)


def _json(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(body)
    except ValueError:
        return None


def _action(content: Any) -> Json | str | None:  # noqa: ANN401 - any JSON
    """Name what a request asks for."""
    return content.get("action") if isinstance(content, dict) else None
