"""The control interface: JSON over HTTP under `/control`, to play the host and to break things.

GET  state      everything: scenario with its play, settings, users, meetings, requests, feed
GET  events     every event so far, each {"event": …, "delivered": bool}
POST meetings   {"number": …, FIELD: VALUE …} creates or changes a meeting; emits nothing
POST meetings/{number}/act  {"act": NAME, …}: see `acts.ACTS`; 409 with {"error"} if impossible
POST users      {"key": "owner", FIELD: VALUE …}
POST grants     {"revoke": "owner"}
POST faults     {"path": REGEX, "times": N, "status" | "drop" | "lose_reply" | "delay_s": …}
POST feed       {"cut" | "refuse" | "silence" | "duplicate" | "heartbeat_fails": true, "kick": N}
POST emit       any event
POST settings   {SWITCH: VALUE …}: see `switches.Switches`
POST step       {"count": N} or {"until_quiet": true}
POST scenario   {"name": …}
POST reset
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rtms_tray.simulator import acts, scenarios
from rtms_tray.simulator.engine import ImpossibleError
from rtms_tray.simulator.faults import Fault
from rtms_tray.simulator.house import House
from rtms_tray.simulator.messages import Json
from rtms_tray.simulator.streams import describe
from rtms_tray.simulator.world import assign

Handler = Callable[[Request, Json], Json]
Endpoint = Callable[[Request], Awaitable[Response]]


class Control:
    """Serves `/control/…`: reads and changes everything in the house."""

    def __init__(self, house: House) -> None:
        self._house = house

    def routes(self) -> list[Route]:
        """List the routes of the control interface."""
        reads: dict[str, Handler] = {"state": self.state, "events": self.events}
        changes: dict[str, Handler] = {
            "meetings": self.change_meeting,
            "meetings/{number:int}/act": self.act,
            "users": self.change_user,
            "grants": self.end_grants,
            "faults": self.add_fault,
            "feed": self.change_feed,
            "emit": self.emit,
            "settings": self.change_settings,
            "step": self.step,
            "reset": self.reset,
            "scenario": self.load_scenario,
        }
        return [
            *(_route(f"/control/{path}", "GET", do) for path, do in reads.items()),
            *(_route(f"/control/{path}", "POST", do) for path, do in changes.items()),
        ]

    def state(self, _request: Request, _body: Json) -> Json:
        """Tell everything about the world."""
        return self._house.describe()

    def events(self, _request: Request, _body: Json) -> Json:
        """List every event emitted so far, delivered or lost."""
        return {"events": self._house.world.events}

    def change_meeting(self, _request: Request, body: Json) -> Json:
        """Create a meeting, or change any of its fields; nothing is emitted."""
        return describe(scenarios.put_meeting(self._house.engine, body))

    def act(self, request: Request, body: Json) -> Json:
        """Let somebody in a meeting do something."""
        number = int(request.path_params["number"])
        if number not in self._house.world.meetings:
            raise ImpossibleError(f"There is no meeting {number}.")
        meeting = self._house.world.meetings[number]
        acts.play(self._house.engine, meeting, str(body.get("act")), body)
        self._house.engine.settle()
        return describe(meeting)

    def change_user(self, _request: Request, body: Json) -> Json:
        """Change the fields of the user with this `key`."""
        user = self._house.world.users.get(str(body.get("key")))
        if user is None:
            raise ImpossibleError("There is nobody of this key.")
        assign(user, body)
        return {"user": msgspec.to_builtins(user)}

    def end_grants(self, _request: Request, body: Json) -> Json:
        """Kill all grants of a user (`revoke`: key), as when the app is removed in Zoom."""
        key = str(body.get("revoke"))
        ended = [g for g in self._house.grants.living if g.user == key]
        for grant in ended:
            self._house.grants.end(grant)
        return {"ended": len(ended)}

    def add_fault(self, _request: Request, body: Json) -> Json:
        """Let the next matching requests go wrong; `clear` forgets all faults."""
        if body.pop("clear", False):
            self._house.faults.waiting.clear()
        if body:
            self._house.faults.waiting.append(msgspec.convert(body, Fault))
        return {"faults": msgspec.to_builtins(self._house.faults.waiting)}

    def change_feed(self, _request: Request, body: Json) -> Json:
        """Cut, refuse, silence, kick or duplicate what goes over the event feed."""
        feed = self._house.feed
        cut, kick = body.pop("cut", False), body.pop("kick", None)
        assign(feed.faults, body)
        if cut:
            feed.cut()
        if kick is not None:
            feed.kick(int(kick))
        return {"feed": self._house.describe_feed()}

    def emit(self, _request: Request, body: Json) -> Json:
        """Send any event, word for word."""
        self._house.engine.emit(body)
        return {"delivered": self._house.world.events[-1]["delivered"]}

    def change_settings(self, _request: Request, body: Json) -> Json:
        """Change any switch; delays are merged into the table."""
        switches = self._house.world.switches
        if "delays_s" in body:
            body["delays_s"] = {**switches.delays_s, **body["delays_s"]}
        if body.get("user", switches.user) not in self._house.world.users:
            raise ImpossibleError("There is nobody of this key.")
        assign(switches, body)
        self._house.engine.settle()
        return {"settings": msgspec.to_builtins(switches)}

    def step(self, _request: Request, body: Json) -> Json:
        """Let the next `count` things happen, or all `until_quiet`."""
        steps = None if body.get("until_quiet") else int(body.get("count", 1))
        happened = self._house.engine.step(steps)
        return {"happened": happened, "due": self._house.engine.schedule.waiting()}

    def reset(self, _request: Request, _body: Json) -> Json:
        """Go back to the beginning: scenario, switches, faults; sign-ins stay."""
        self._house.reset()
        return self._house.describe()

    def load_scenario(self, _request: Request, body: Json) -> Json:
        """Set the world up as a scenario says; returns the acts it suggests."""
        self._house.load(str(body.get("name")))
        return self._house.describe()


def _route(path: str, method: str, handler: Handler) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            raw = await request.body()
            body = msgspec.json.decode(raw, type=dict[str, Any]) if raw else {}
            return JSONResponse(handler(request, body))
        except ImpossibleError as why:
            return JSONResponse({"error": str(why)}, status_code=409)
        except (msgspec.MsgspecError, ValueError, TypeError) as why:
            return JSONResponse({"error": str(why)}, status_code=400)

    return Route(path, endpoint, methods=[method])
