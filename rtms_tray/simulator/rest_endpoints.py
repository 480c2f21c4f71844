"""The REST calls that a client of RTMS needs, under `/v2`."""

import json
from urllib.parse import unquote

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rtms_tray.simulator import delivery_log, payloads, streams
from rtms_tray.simulator.engine import Engine
from rtms_tray.simulator.grants import Grants
from rtms_tray.simulator.payloads import DAY_MS, Json
from rtms_tray.simulator.rtms_requests import (
    ACTIONS,
    Caller,
    Refusal,
    RtmsRequest,
    check_access,
    refuse,
)

UUID_LENGTH = 24


class RestEndpoints:
    """Serves `/v2/…`; paths are read raw, because UUIDs in them are encoded twice."""

    def __init__(self, engine: Engine, grants: Grants) -> None:
        self._engine = engine
        self._world = engine.world
        self._grants = grants

    def routes(self) -> list[Route]:
        """List the one route; `serve` dispatches the calls."""
        return [Route("/v2/{rest:path}", self.serve, methods=["GET", "PATCH"])]

    async def serve(self, request: Request) -> Response:
        """Serve one REST call."""
        raw = request.scope["raw_path"].decode("ascii").partition("?")[0]
        caller = self.caller_of(request)
        match request.method, raw.split("/")[2:]:
            case "GET", ["users", "me"]:
                return self._me(caller)
            case "GET", ["users", "me", "meetings"]:
                return self._meetings(caller, request.query_params.get("type", "scheduled"))
            case "GET", ["users", "me", "upcoming_meetings"]:
                return self._upcoming(caller)
            case "GET", ["meetings", reference]:
                return self._meeting(caller, parse_reference(reference))
            case "GET", ["marketplace", "apps", app_id, "webhook_logs"]:
                return self._delivery_log(caller, unquote(app_id), request)
            case "PATCH", ["live_meetings", reference, "rtms_app", "status"]:
                return await self._rtms(caller, parse_reference(reference), request)
            case _:
                return _reply(Refusal(404, 2300, "This API endpoint is not recognized."))

    def caller_of(self, request: Request) -> Caller:
        """Say who calls, by the access token."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return self._grants.authenticate(token if scheme.lower() == "bearer" else "")

    def _me(self, caller: Caller) -> Response:
        if refusal := check_access(self._world, caller, "user:read:user"):
            return _reply(refusal)
        return JSONResponse(payloads.user_profile(self._world.users[caller.user or ""]))

    def _meetings(self, caller: Caller, kind: str) -> Response:
        if refusal := check_access(self._world, caller, "meeting:read:list_meetings"):
            return _reply(refusal)
        hosted = [m for m in self._world.meetings.values() if m.host == caller.user]
        listed = {
            "live": [m for m in hosted if m.started],
            "scheduled": hosted,
            "previous_meetings": [m for m in hosted if m.ended],
        }.get(kind, [m for m in hosted if not m.started and not m.ended])
        return JSONResponse(payloads.meeting_list(self._world, listed))

    def _upcoming(self, caller: Caller) -> Response:
        if refusal := check_access(self._world, caller, "meeting:read:list_upcoming_meetings"):
            return _reply(refusal)
        until = self._engine.now() + DAY_MS
        listed = [
            m
            for m in self._world.meetings.values()
            if caller.user in (m.host, m.owner) and not m.ended and m.start_time <= until
        ]
        return JSONResponse(payloads.upcoming_list(listed, caller.user))

    def _meeting(self, caller: Caller, reference: str | None) -> Response:
        if refusal := check_access(self._world, caller, "meeting:read:meeting"):
            return _reply(refusal)
        if reference is None:
            return _reply(refuse(300))
        meeting = self._world.find_meeting(reference)
        gone = meeting and meeting.ended and self._world.settings.ended_meeting == "gone"
        if meeting is None or gone or not (meeting.readable or meeting.host == caller.user):
            return _reply(refuse(3001, meeting=reference))
        return JSONResponse(payloads.meeting_details(self._world, meeting))

    def _delivery_log(self, caller: Caller, app_id: str, request: Request) -> Response:
        params = request.query_params
        answer = delivery_log.page(self._world, caller, app_id, params, self._engine.now())
        return _reply(answer) if isinstance(answer, Refusal) else JSONResponse(answer)

    async def _rtms(self, caller: Caller, reference: str | None, request: Request) -> Response:
        body, errors = _read_body(await request.body())
        if errors and not caller.auth_error:
            failure = {"code": 300, "message": "Validation Failed.", "errors": errors}
            return JSONResponse(failure, status_code=400)
        settings = body.get("settings") or {}
        rtms_request = RtmsRequest(
            caller=caller,
            reference=reference,
            action=str(body.get("action", "start")),
            client_id=str(settings.get("client_id", "")),
            user_id=str(settings.get("participant_user_id") or ""),
        )
        if refusal := streams.handle(self._engine, rtms_request):
            return _reply(refusal)
        # Consequences come after the reply, as they do at Zoom.
        return Response(status_code=204, background=BackgroundTask(self._run_due))

    async def _run_due(self) -> None:
        self._engine.run_due()


def parse_reference(segment: str) -> str | None:
    """Read a meeting number or UUID from a raw path segment; None: it is neither.

    A UUID that begins with `/` or contains `//` must be encoded twice, as Zoom requires.
    """
    decoded = unquote(segment)
    if decoded.startswith("/") or "//" in decoded:
        return None
    reference = unquote(decoded)
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


def _reply(refusal: Refusal) -> Response:
    body = {"code": refusal.code, "message": refusal.message}
    return JSONResponse(body, status_code=refusal.status)
