"""Zoom's sign-in over HTTP: the consent page, the token endpoint, revocation."""

import base64
import binascii
from html import escape
from string import Template
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from rtms_tray.simulator.engine import Engine
from rtms_tray.simulator.grants import AuthorizationCode, Grants, OAuthError

Form = dict[str, str]

_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:4em auto;padding:0 1em}
button,select{font:inherit;padding:.4em 1em}</style></head>
<body><h1>$title</h1>$body<hr><p>This is the simulator. It is not Zoom.</p></body></html>
""")

_CONSENT_FORM = Template("""<p>The app that captures your meetings asks to see your meetings and to start,
pause and stop its own capture.</p>
<form method="post" action="/oauth/authorize">$hidden
<p><label>Sign in as <select name="user">$users</select></label></p>
<p><button name="choice" value="allow">Allow</button>
<button name="choice" value="deny">Decline</button></p></form>
""")


class OAuthEndpoints:
    """Serves `/oauth/authorize`, `/oauth/token` and `/oauth/revoke`."""

    def __init__(self, engine: Engine, grants: Grants) -> None:
        self._world = engine.world
        self._grants = grants

    def routes(self) -> list[Route]:
        """List the routes of sign-in."""
        return [
            Route("/oauth/authorize", self.show_consent, methods=["GET"]),
            Route("/oauth/authorize", self.submit_consent, methods=["POST"]),
            Route("/oauth/token", self.issue_token, methods=["POST"]),
            Route("/oauth/revoke", self.revoke, methods=["POST"]),
        ]

    # --- in the browser ---------------------------------------------------------------------------

    async def show_consent(self, request: Request) -> Response:
        """Show the consent page, or answer at once where the settings say so."""
        query = dict(request.query_params)
        if error := self._check_authorization(query):
            return _error_page(error)
        choice = query.get("auto") or self._world.settings.consent
        if choice in ("allow", "deny"):
            return self._redirect(query, choice, self._world.settings.user)
        return HTMLResponse(self._consent_page(query))

    async def submit_consent(self, request: Request) -> Response:
        """Send the person's answer on the consent page back to the program."""
        form = await _read_form(request)
        if error := self._check_authorization(form):
            return _error_page(error)
        user = form.get("user", self._world.settings.user)
        if user not in self._world.users:
            return _error_page("There is no account with this name.")
        return self._redirect(form, form.get("choice", "deny"), user)

    def _check_authorization(self, query: Form) -> str:
        """Return what is wrong with this authorization request; empty: nothing."""
        app = self._world.app
        target = urlsplit(query.get("redirect_uri", ""))
        if query.get("client_id") not in (app.client_id, app.public_client_id):
            return "Invalid client id: (4,702)"
        loopback = target.scheme == "http" and target.hostname == "127.0.0.1"
        if not loopback or target.path not in self._world.settings.redirect_paths:
            return "Invalid redirect url (4,709)"
        if query.get("response_type") != "code":
            return "Invalid response type (4,700)"
        # Public clients always need PKCE, others do for a loopback redirect.
        if not query.get("code_challenge"):
            return "Missing code challenge (4,700)"
        if query.get("code_challenge_method", "plain") not in ("S256", "plain"):
            return "Invalid code challenge method (4,700)"
        return ""

    def _consent_page(self, query: Form) -> str:
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in query.items()
            if name not in ("user", "choice", "auto")
        )
        selected = self._world.settings.user
        options = "".join(
            f'<option value="{escape(user.key)}"{" selected" if user.key == selected else ""}>'
            f"{escape(user.name)}"
            for user in self._world.users.values()
        )
        body = _CONSENT_FORM.substitute(hidden=hidden, users=options)
        return _PAGE.substitute(title="Allow this app?", body=body)

    def _redirect(self, query: Form, choice: str, user: str) -> Response:
        reply = {"error": "access_denied"}
        if choice == "allow":
            reply = {"code": self._grants.issue_code(self._code(query, user))}
        if "state" in query:
            reply["state"] = query["state"]
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(reply)}", status_code=302)

    def _code(self, query: Form, user: str) -> AuthorizationCode:
        return AuthorizationCode(
            client_id=query["client_id"],
            user=user,
            redirect_uri=query["redirect_uri"],
            challenge=query["code_challenge"],
            method=query.get("code_challenge_method", "plain"),
            expires_at=self._grants.code_expiry(),
        )

    # --- from the program -------------------------------------------------------------------------

    async def issue_token(self, request: Request) -> Response:
        """Issue or renew tokens."""
        form = await _read_form(request)
        # Zoom reads grant_type from the query too; secrets there are refused.
        grant_type = form.get("grant_type") or request.query_params.get("grant_type", "")
        try:
            client_id = self._authenticate_client(request, form)
            reply = self._grant(grant_type, form, client_id)
        except OAuthError as error:
            return _error_reply(error)
        return JSONResponse(reply | self._api_url(request), headers={"Cache-Control": "no-store"})

    async def revoke(self, request: Request) -> Response:
        """Revoke the grant of a token."""
        form = await _read_form(request)
        try:
            self._authenticate_client(request, form)
        except OAuthError as error:
            return _error_reply(error)
        if not self._grants.revoke_token(form.get("token", "")):
            return _error_reply(OAuthError("invalid_request", "Invalid Token!"))
        return JSONResponse({"status": "success"})

    def _authenticate_client(self, request: Request, form: Form) -> str:
        """Return the client ID: by Basic for the client with a secret, alone for the public one."""
        app = self._world.app
        header = request.headers.get("authorization", "")
        if not header:
            if form.get("client_id") == app.public_client_id:
                return app.public_client_id
            raise OAuthError("invalid_client", "Invalid client_id or client_secret")
        if _basic_credentials(header) != (app.client_id, app.client_secret):
            raise OAuthError("invalid_client", "Invalid client_id or client_secret")
        return app.client_id

    def _grant(self, grant_type: str, form: Form, client_id: str) -> dict[str, Any]:
        match grant_type:
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
                return self._grants.issue_app_token()
            case _:
                raise OAuthError("unsupported_grant_type", "Unsupported grant type")

    def _api_url(self, request: Request) -> dict[str, str]:
        match self._world.settings.api_url:
            case "absent":
                return {}
            case "own":
                return {"api_url": str(request.base_url).rstrip("/")}
            case other:
                return {"api_url": other}


async def _read_form(request: Request) -> Form:
    """Read a URL-encoded body; of a repeated field the last value counts."""
    body = (await request.body()).decode("utf-8", "replace")
    return {name: values[-1] for name, values in parse_qs(body).items()}


def _basic_credentials(header: str) -> tuple[str, str] | None:
    scheme, _, credentials = header.partition(" ")
    try:
        name, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, secret) if scheme.lower() == "basic" else None


def _error_page(text: str) -> Response:
    body = f"<p>{escape(text)}</p>"
    page = _PAGE.substitute(title="This app cannot be added", body=body)
    return HTMLResponse(page, status_code=400)


def _error_reply(error: OAuthError) -> Response:
    return JSONResponse({"reason": error.reason, "error": error.error}, status_code=400)
