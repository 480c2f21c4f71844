"""Zoom's REST calls that a client of RTMS needs, under `/v2`."""

import json
from typing import Any
from urllib.parse import unquote

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rtms_tray.simulator import streams
from rtms_tray.simulator.decisions import ACTIONS, Call, Caller, Refusal, authorise, refuse
from rtms_tray.simulator.engine import Engine
from rtms_tray.simulator.grants import Grants
from rtms_tray.simulator.messages import Json, iso
from rtms_tray.simulator.world import Meeting, World

UUID_LENGTH = 24
DAY_MS = 24 * 60 * 60 * 1000


class Rest:
    """Serves `/v2/…`; paths are read raw, because UUIDs in them are encoded twice."""

    def __init__(self, engine: Engine, grants: Grants) -> None:
        self._engine = engine
        self._world = engine.world
        self._grants = grants

    def routes(self) -> list[Route]:
        """List the one route, behind which `answer` tells the calls apart."""
        return [Route("/v2/{rest:path}", self.answer, methods=["GET", "PATCH"])]

    async def answer(self, request: Request) -> Response:
        """Answer one REST call."""
        raw = request.scope["raw_path"].decode("ascii").partition("?")[0]
        caller = self._caller(request)
        match request.method, raw.split("/")[2:]:
            case "GET", ["users", "me"]:
                return self._me(caller)
            case "GET", ["users", "me", "meetings"]:
                return self._meetings(caller, request.query_params.get("type", "scheduled"))
            case "GET", ["users", "me", "upcoming_meetings"]:
                return self._upcoming(caller)
            case "GET", ["meetings", reference]:
                return self._meeting(caller, parse_reference(reference))
            case "PATCH", ["live_meetings", reference, "rtms_app", "status"]:
                return await self._rtms(caller, parse_reference(reference), request)
            case _:
                return _no(Refusal(404, 2300, "This API endpoint is not recognized."))

    def _caller(self, request: Request) -> Caller:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return self._grants.caller(token if scheme.lower() == "bearer" else "")

    def _me(self, caller: Caller) -> Response:
        if no := authorise(self._world, caller, "user:read:user"):
            return _no(no)
        user = self._world.users[caller.user or ""]
        return JSONResponse(
            {
                "id": user.id,
                "account_id": user.account_id,
                "email": user.email,
                "first_name": user.first_name,
                "last_name": user.last_name,
                "display_name": user.name,
                "type": user.type,
                "status": "active",
                "timezone": "UTC",
                "role_name": "Member",
                "last_client_version": user.client_version,
            }
        )

    def _meetings(self, caller: Caller, kind: str) -> Response:
        if no := authorise(self._world, caller, "meeting:read:list_meetings"):
            return _no(no)
        mine = [m for m in self._world.meetings.values() if m.host == caller.user]
        chosen = {
            "live": [m for m in mine if m.started],
            "scheduled": mine,
            "previous_meetings": [m for m in mine if m.ended],
        }.get(kind, [m for m in mine if not m.started and not m.ended])
        return JSONResponse(
            {
                "page_count": 1,
                "page_number": 1,
                "page_size": 30,
                "total_records": len(chosen),
                "next_page_token": "",
                "meetings": [_list_item(self._world, m) for m in chosen],
            }
        )

    def _upcoming(self, caller: Caller) -> Response:
        if no := authorise(self._world, caller, "meeting:read:list_upcoming_meetings"):
            return _no(no)
        soon = self._engine.now() + DAY_MS
        mine = [
            m
            for m in self._world.meetings.values()
            if caller.user in (m.host, m.owner) and not m.ended and m.start_time <= soon
        ]
        items = [_upcoming_item(m, is_host=m.host == caller.user) for m in mine]
        return JSONResponse({"total_records": len(items), "meetings": items})

    def _meeting(self, caller: Caller, reference: str | None) -> Response:
        if no := authorise(self._world, caller, "meeting:read:meeting"):
            return _no(no)
        if reference is None:
            return _no(refuse(300))
        meeting = self._world.meeting(reference)
        gone = meeting and meeting.ended and self._world.switches.ended_meeting == "gone"
        if meeting is None or gone or not (meeting.readable or meeting.host == caller.user):
            return _no(refuse(3001, meeting=reference))
        return JSONResponse(_details(self._world, meeting))

    async def _rtms(self, caller: Caller, reference: str | None, request: Request) -> Response:
        body, errors = _read_body(await request.body())
        signed_in = not caller.refusal
        if errors and signed_in:
            failed = {"code": 300, "message": "Validation Failed.", "errors": errors}
            return JSONResponse(failed, status_code=400)
        settings = body.get("settings") or {}
        call = Call(
            caller=caller,
            reference=reference,
            action=str(body.get("action", "start")),
            client_id=str(settings.get("client_id", "")),
            user_id=str(settings.get("participant_user_id") or ""),
        )
        refusal = streams.handle(self._engine, call)
        # Consequences come after the reply, as they do at Zoom.
        settle = BackgroundTask(self._settle)
        return _no(refusal) if refusal else Response(status_code=204, background=settle)

    async def _settle(self) -> None:
        self._engine.settle()


def parse_reference(segment: str) -> str | None:
    """Read a meeting number or UUID from a raw path segment; None: it is neither.

    A UUID that begins with `/` or holds `//` must come encoded twice, as Zoom wants it.
    """
    once = unquote(segment)
    if once.startswith("/") or "//" in once:
        return None
    reference = unquote(once)
    if reference.isascii() and reference.isdigit():
        return reference if 9 <= len(reference) <= 11 else None  # noqa: PLR2004 - Zoom's lengths
    return reference if len(reference) == UUID_LENGTH and reference.endswith("==") else None


def _read_body(raw: bytes) -> tuple[Json, list[dict[str, str]]]:
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return {}, [{"field": "body", "message": "Invalid JSON."}]
    errors = []
    if body.get("action") not in ACTIONS:
        errors.append({"field": "action", "message": "Invalid field."})
    settings = body.get("settings")
    if not isinstance(settings, dict) or not settings.get("client_id"):
        errors.append({"field": "settings.client_id", "message": "This field is required."})
    return body, errors


def _no(refusal: Refusal) -> Response:
    body = {"code": refusal.code, "message": refusal.message}
    return JSONResponse(body, status_code=refusal.status)


def _join_url(meeting: Meeting) -> str:
    return f"https://zoom.us/j/{meeting.number}"


def _list_item(world: World, meeting: Meeting) -> dict[str, Any]:
    return {
        "uuid": meeting.uuid,
        "id": meeting.number,
        "host_id": world.users[meeting.host].id,
        "topic": meeting.topic,
        "type": meeting.type,
        "start_time": iso(meeting.start_time),
        "duration": meeting.duration,
        "timezone": "UTC",
        "created_at": iso(meeting.start_time - DAY_MS),
        "join_url": _join_url(meeting),
    }


def _upcoming_item(meeting: Meeting, *, is_host: bool) -> dict[str, Any]:
    return {
        "id": meeting.number,
        "topic": meeting.topic,
        "type": meeting.type,
        "start_time": iso(meeting.start_time),
        "duration": meeting.duration,
        "timezone": "UTC",
        "created_at": iso(meeting.start_time - DAY_MS),
        "join_url": _join_url(meeting),
        "use_pmi": False,
        "is_host": is_host,
    }


def _details(world: World, meeting: Meeting) -> dict[str, Any]:
    host = world.users[meeting.host]
    return _list_item(world, meeting) | {
        "host_email": host.email,
        "status": "started" if meeting.started else "waiting",
        "settings": {
            "join_before_host": meeting.meeting_allowed_without_host,
            "jbh_time": 0,
            "waiting_room": False,
            "alternative_hosts": "",
            "meeting_authentication": False,
        },
    }
