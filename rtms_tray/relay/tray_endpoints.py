"""What trays ask of the relay: a session for Zoom's access token, its renewal, its end."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rtms_tray.relay.hub import Control
from rtms_tray.relay.identity import Identities, IdentityError, ZoomUnavailableError
from rtms_tray.relay.journal import NatsError
from rtms_tray.relay.rate_limits import TrayLimits, client_address
from rtms_tray.relay.records import ConflictError
from rtms_tray.relay.sessions import Grant, Session, SessionError, Sessions

log = logging.getLogger(__name__)

_LONGEST_NAME: Final = 64
VOUCHER: Final = "zoom-authorization"
"""The header by which a renewal presents Zoom's access token again."""

Tell = Callable[[str, str, str, str], Awaitable[None]]
"""Tells all instances something about a user's trays: account, user, what, which session."""


class TrayEndpoints:
    """Serves `/session`, `/session/renew` and `/session/end`."""

    def __init__(
        self,
        identities: Identities,
        sessions: Sessions,
        limits: TrayLimits,
        tell: Tell,
        adopt: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self._identities = identities
        self._sessions = sessions
        self._limits = limits
        self._tell = tell
        self._adopt = adopt

    def routes(self) -> list[Route]:
        """List the routes."""
        return [
            Route("/session", self.begin, methods=["POST"]),
            Route("/session/renew", self.renew, methods=["POST"]),
            Route("/session/end", self.end, methods=["POST"]),
        ]

    async def begin(self, request: Request) -> Response:
        """Exchange Zoom's access token for a session."""
        if self._limits.refusals.is_exceeded(client_address(request)):
            return _error(429, "too_many_requests")
        tray = request.query_params.get("tray", "")
        if not 0 < len(tray) <= _LONGEST_NAME or not tray.isascii():
            return _error(400, "tray_name_missing")
        try:
            user = await self._identities.of(bearer(request))
            if not self._limits.requests.admits(user.id):
                return _error(429, "too_many_requests")
            grant = await self._sessions.begin(user.id, user.account_id, tray)
            await self._adopt(user.id, user.account_id)
            # Zoom has ended the grant of whoever signed in before with this app.
            await self._tell(user.account_id, user.id, Control.SIGNED_IN, tray)
        except (IdentityError, ZoomUnavailableError) as error:
            return self._not_vouched(request, error)
        except (NatsError, ConflictError, TimeoutError):
            return _error(503, "unavailable")
        return _reply(grant)

    async def renew(self, request: Request) -> Response:
        """Exchange a session's token for the next one; with Zoom's access token, the session may last longer."""
        if self._limits.refusals.is_exceeded(client_address(request)):
            return _error(429, "too_many_requests")
        try:
            session = self._sessions.read(bearer(request))
            if not self._limits.requests.admits(session.user):
                return _error(429, "too_many_requests")
            vouched = await self._vouched(request, session)
            return _reply(await self._sessions.renew(bearer(request), vouched=vouched))
        except SessionError as error:
            self._limits.refusals.count(client_address(request))
            if ended := error.session:  # two have its token: whoever is connected with it has to go
                await self._tell(ended.account, ended.user, Control.ENDED, ended.id)
            return _error(401, "session_over")
        except (IdentityError, ZoomUnavailableError) as error:
            return self._not_vouched(request, error)
        except (NatsError, ConflictError, TimeoutError):
            return _error(503, "unavailable")

    async def _vouched(self, request: Request, session: Session) -> bool:
        """Whether Zoom's access token is presented, and Zoom says that it is this user's; raises if it does not."""
        token = bearer(request, VOUCHER)
        if not token:
            return False
        user = await self._identities.of(token)
        if (user.id, user.account_id) != (session.user, session.account):
            raise SessionError("This session is another user's.")
        return True

    def _not_vouched(self, request: Request, error: Exception) -> Response:
        if isinstance(error, ZoomUnavailableError):
            log.warning("Zoom could not be asked: %s", error)
            return _error(503, "zoom_unavailable")
        log.info("no session: %s", error)
        self._limits.refusals.count(client_address(request))
        return _error(401, "not_this_app" if "this app" in str(error) else "refused_by_zoom")

    async def end(self, request: Request) -> Response:
        """End a session and its connections."""
        if self._limits.refusals.is_exceeded(client_address(request)):
            return _error(429, "too_many_requests")
        try:
            session = await self._sessions.end(bearer(request))
            await self._tell(session.account, session.user, Control.ENDED, session.id)
        except SessionError:
            self._limits.refusals.count(client_address(request))
            return _error(401, "session_over")
        except (NatsError, ConflictError, TimeoutError):
            return _error(503, "unavailable")
        return Response(status_code=204)


def bearer(connection: HTTPConnection, header: str = "authorization") -> str:
    """Return the token of a request; empty: it has none."""
    scheme, _, token = connection.headers.get(header, "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _reply(grant: Grant) -> Response:
    body = msgspec.json.encode(grant)
    headers = {"Cache-Control": "no-store"}
    return Response(body, media_type="application/json", headers=headers)


def _error(status: int, code: str) -> Response:
    return JSONResponse({"error": code}, status_code=status)
