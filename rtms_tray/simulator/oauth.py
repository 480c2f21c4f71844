"""Zoom's sign-in over HTTP: the consent page, the token endpoint, revocation."""

import base64
import binascii
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from rtms_tray.simulator import pages
from rtms_tray.simulator.engine import Engine
from rtms_tray.simulator.grants import Code, Grants, OAuthError

Form = dict[str, str]


class OAuth:
    """Serves `/oauth/authorize`, `/oauth/token` and `/oauth/revoke`."""

    def __init__(self, engine: Engine, grants: Grants) -> None:
        self._world = engine.world
        self._grants = grants

    def routes(self) -> list[Route]:
        """List the routes of sign-in."""
        return [
            Route("/oauth/authorize", self.ask, methods=["GET"]),
            Route("/oauth/authorize", self.answer, methods=["POST"]),
            Route("/oauth/token", self.token, methods=["POST"]),
            Route("/oauth/revoke", self.revoke, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Show the consent page, or answer at once where that is switched on."""
        query = dict(request.query_params)
        if wrong := self._what_is_wrong(query):
            return HTMLResponse(pages.error(wrong), status_code=400)
        choice = query.get("auto") or self._world.switches.consent
        if choice in ("allow", "deny"):
            return self._redirect(query, choice, self._world.switches.user)
        users = [(u.key, u.name) for u in self._world.users.values()]
        return HTMLResponse(pages.consent(query, users, self._world.switches.user))

    async def answer(self, request: Request) -> Response:
        """Take the person's answer from the consent page back to the program."""
        form = await read_form(request)
        if wrong := self._what_is_wrong(form):
            return HTMLResponse(pages.error(wrong), status_code=400)
        user = form.get("user", self._world.switches.user)
        if user not in self._world.users:
            return HTMLResponse(pages.error("Nobody of this name has an account."), 400)
        return self._redirect(form, form.get("choice", "deny"), user)

    async def token(self, request: Request) -> Response:
        """Issue or renew tokens."""
        form = await read_form(request)
        # Zoom reads grant_type from the query too; secrets there are refused.
        kind = form.get("grant_type") or request.query_params.get("grant_type", "")
        try:
            client_id = self._authenticate(request, form)
            reply = self._issue(kind, form, client_id)
        except OAuthError as refused:
            return _refusal(refused)
        return JSONResponse(reply | self._api_url(request), headers={"Cache-Control": "no-store"})

    async def revoke(self, request: Request) -> Response:
        """End the grant behind a token."""
        form = await read_form(request)
        try:
            self._authenticate(request, form)
        except OAuthError as refused:
            return _refusal(refused)
        if not self._grants.revoke(form.get("token", "")):
            return _refusal(OAuthError("invalid_request", "Invalid Token!"))
        return JSONResponse({"status": "success"})

    def _what_is_wrong(self, query: Form) -> str:
        """Say why this authorization request is shown an error page; empty: it is good."""
        app = self._world.app
        target = urlsplit(query.get("redirect_uri", ""))
        if query.get("client_id") not in (app.client_id, app.public_client_id):
            return "Invalid client id: (4,702)"
        loopback = target.scheme == "http" and target.hostname == "127.0.0.1"
        if not loopback or target.path not in self._world.switches.redirect_paths:
            return "Invalid redirect url (4,709)"
        if query.get("response_type") != "code":
            return "Invalid response type (4,700)"
        # Public clients always, others on a loopback redirect: PKCE or nothing.
        if not query.get("code_challenge"):
            return "Missing code challenge (4,700)"
        if query.get("code_challenge_method", "plain") not in ("S256", "plain"):
            return "Invalid code challenge method (4,700)"
        return ""

    def _redirect(self, query: Form, choice: str, user: str) -> Response:
        reply = {"error": "access_denied"}
        if choice == "allow":
            reply = {"code": self._grants.new_code(self._code(query, user))}
        if "state" in query:
            reply["state"] = query["state"]
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(reply)}", status_code=302)

    def _code(self, query: Form, user: str) -> Code:
        return Code(
            client_id=query["client_id"],
            user=user,
            redirect_uri=query["redirect_uri"],
            challenge=query["code_challenge"],
            method=query.get("code_challenge_method", "plain"),
            expires_at=self._grants.expiry(),
        )

    def _authenticate(self, request: Request, form: Form) -> str:
        """Find out which client calls: Basic for the one with a secret, a bare ID for the other."""
        app = self._world.app
        header = request.headers.get("authorization", "")
        if not header:
            if form.get("client_id") == app.public_client_id:
                return app.public_client_id
            raise OAuthError("invalid_client", "Invalid client_id or client_secret")
        if _basic(header) != (app.client_id, app.client_secret):
            raise OAuthError("invalid_client", "Invalid client_id or client_secret")
        return app.client_id

    def _issue(self, kind: str, form: Form, client_id: str) -> dict[str, Any]:
        match kind:
            case "authorization_code":
                return self._grants.redeem(
                    form.get("code", ""),
                    client_id,
                    form.get("redirect_uri", ""),
                    form.get("code_verifier", ""),
                )
            case "refresh_token":
                return self._grants.refresh(form.get("refresh_token", ""), client_id)
            case "client_credentials" if client_id == self._world.app.client_id:
                return self._grants.for_app()
            case _:
                raise OAuthError("unsupported_grant_type", "Unsupported grant type")

    def _api_url(self, request: Request) -> dict[str, str]:
        match self._world.switches.api_url:
            case "absent":
                return {}
            case "own":
                return {"api_url": str(request.base_url).rstrip("/")}
            case other:
                return {"api_url": other}


async def read_form(request: Request) -> Form:
    """Read a URL-encoded body; of a repeated field the last one counts."""
    body = (await request.body()).decode("utf-8", "replace")
    return {name: values[-1] for name, values in parse_qs(body).items()}


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, word = header.partition(" ")
    try:
        name, _, secret = base64.b64decode(word, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, secret) if scheme.lower() == "basic" else None


def _refusal(refused: OAuthError) -> Response:
    return JSONResponse({"reason": refused.reason, "error": refused.error}, status_code=400)
