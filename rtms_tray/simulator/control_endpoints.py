"""The control interface: JSON over HTTP under `/control`, to act as the host and to inject faults.

GET  state      everything: scenario with its play, settings, users, meetings, requests, feed
GET  events     every event so far, each {"event": …, "delivered": bool}
POST meetings   {"number": …, FIELD: VALUE …} creates or changes a meeting; emits no event
POST meetings/{number}/act  {"act": NAME, …}: see `meeting_actions.ACTIONS`;
                409 with {"error"} if not possible now
POST users      {"key": "owner", FIELD: VALUE …}
POST grants     {"revoke": "owner"}
POST faults     {"path": REGEX, "times": N, "status" | "drop" | "lose_reply" | "delay_s": …}
POST feed       {"cut" | "refuse" | "silence" | "duplicate" | "heartbeat_fails" | "no_pongs": true,
                "kick": N}
POST emit       any event
POST settings   {SETTING: VALUE …}: see `world.Settings`
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

from rtms_tray.simulator import meeting_actions, scenarios
from rtms_tray.simulator.engine import ConflictError
from rtms_tray.simulator.faults import Fault
from rtms_tray.simulator.payloads import Json
from rtms_tray.simulator.simulation import Simulation, describe
from rtms_tray.simulator.world import update_fields

Handler = Callable[[Request, Json], Json]
Endpoint = Callable[[Request], Awaitable[Response]]


class ControlEndpoints:
    """Serves `/control/…`: reads and changes everything in the simulation."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._engine = simulation.engine
        self._world = simulation.world

    def routes(self) -> list[Route]:
        """List the routes of the control interface."""
        reads: dict[str, Handler] = {"state": self.state, "events": self.events}
        changes: dict[str, Handler] = {
            "meetings": self.change_meeting,
            "meetings/{number:int}/act": self.act,
            "users": self.change_user,
            "grants": self.revoke_grants,
            "faults": self.add_fault,
            "feed": self.change_feed,
            "emit": self.emit,
            "settings": self.change_settings,
            "step": self.step,
            "reset": self.reset,
            "scenario": self.load_scenario,
        }
        return [
            *(_route(f"/control/{path}", "GET", read) for path, read in reads.items()),
            *(_route(f"/control/{path}", "POST", change) for path, change in changes.items()),
        ]

    def state(self, _request: Request, _body: Json) -> Json:
        """Describe the whole state."""
        return self._simulation.describe()

    def events(self, _request: Request, _body: Json) -> Json:
        """List every event so far, delivered or lost."""
        return {"events": self._world.events}

    def change_meeting(self, _request: Request, body: Json) -> Json:
        """Create a meeting, or change any of its fields; no event is emitted."""
        return describe(scenarios.put_meeting(self._engine, body))

    def act(self, request: Request, body: Json) -> Json:
        """Perform an action in a meeting."""
        number = int(request.path_params["number"])
        if number not in self._world.meetings:
            raise ConflictError(f"There is no meeting {number}.")
        meeting = self._world.meetings[number]
        meeting_actions.perform(self._engine, meeting, str(body.get("act")), body)
        self._engine.run_due()
        return describe(meeting)

    def change_user(self, _request: Request, body: Json) -> Json:
        """Change the fields of the user with this `key`."""
        user = self._world.users.get(str(body.get("key")))
        if user is None:
            raise ConflictError("There is no user with this key.")
        update_fields(user, body)
        return {"user": msgspec.to_builtins(user)}

    def revoke_grants(self, _request: Request, body: Json) -> Json:
        """Revoke all grants of a user (`revoke`: key), as when the app is removed in Zoom."""
        key = str(body.get("revoke"))
        revoked = [g for g in self._simulation.grants.active if g.user == key]
        for grant in revoked:
            self._simulation.grants.revoke(grant)
        return {"ended": len(revoked)}

    def add_fault(self, _request: Request, body: Json) -> Json:
        """Let the next matching requests fail; `clear` removes all faults."""
        faults = self._simulation.faults
        if body.pop("clear", False):
            faults.clear()
        if body:
            faults.add(msgspec.convert(body, Fault))
        return {"faults": faults.describe()}

    def change_feed(self, _request: Request, body: Json) -> Json:
        """Cut, refuse, silence, kick or duplicate what goes over the event feed."""
        feed = self._simulation.feed
        cut, kick = body.pop("cut", False), body.pop("kick", None)
        update_fields(feed.faults, body)
        if cut:
            feed.cut()
        if kick is not None:
            feed.kick(int(kick))
        return {"feed": feed.describe()}

    def emit(self, _request: Request, body: Json) -> Json:
        """Send any event, verbatim."""
        self._engine.emit(body)
        return {"delivered": self._world.events[-1]["delivered"]}

    def change_settings(self, _request: Request, body: Json) -> Json:
        """Change any setting; delays are merged into the table."""
        settings = self._world.settings
        if "delays_s" in body:
            body["delays_s"] = {**settings.delays_s, **body["delays_s"]}
        if body.get("user", settings.user) not in self._world.users:
            raise ConflictError("There is no user with this key.")
        update_fields(settings, body)
        self._engine.run_due()
        return {"settings": msgspec.to_builtins(settings)}

    def step(self, _request: Request, body: Json) -> Json:
        """Let the next `count` scheduled things happen, or all `until_quiet`."""
        steps = None if body.get("until_quiet") else int(body.get("count", 1))
        happened = self._engine.step(steps)
        return {"happened": happened, "due": self._engine.schedule.pending()}

    def reset(self, _request: Request, _body: Json) -> Json:
        """Return to the beginning: scenario, settings, faults; grants stay."""
        self._simulation.reset()
        return self._simulation.describe()

    def load_scenario(self, _request: Request, body: Json) -> Json:
        """Set the world up for a scenario; the reply contains its play."""
        self._simulation.load(str(body.get("name")))
        return self._simulation.describe()


def _route(path: str, method: str, handler: Handler) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            raw = await request.body()
            body = msgspec.json.decode(raw, type=dict[str, Any]) if raw else {}
            return JSONResponse(handler(request, body))
        except ConflictError as error:
            return JSONResponse({"error": str(error)}, status_code=409)
        except (msgspec.MsgspecError, ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return Route(path, endpoint, methods=[method])
