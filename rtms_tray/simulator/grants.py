"""What Zoom's authorization server keeps: authorization codes, grants and tokens."""

import base64
import hashlib
import json
from typing import Any

from msgspec import Struct, field

from rtms_tray.simulator.engine import Engine
from rtms_tray.simulator.rtms_requests import Caller
from rtms_tray.simulator.world import Millis

CODE_LIFETIME_MS = 5 * 60 * 1000
APP_SCOPES = "marketplace:read:event_subscription marketplace:write:websocket_connection"


class OAuthError(Exception):
    """A refusal of the token endpoint: Zoom's `error` code and its `reason`."""

    def __init__(self, error: str, reason: str) -> None:
        super().__init__(reason)
        self.error, self.reason = error, reason


class AuthorizationCode(Struct, frozen=True, kw_only=True):
    """Who consented, to which client, and what redeeming the code requires."""

    client_id: str
    user: str
    redirect_uri: str
    challenge: str
    method: str
    expires_at: Millis


class Grant(Struct, kw_only=True):
    """One person's consent to one client, with its valid refresh tokens."""

    user: str
    client_id: str
    refresh_tokens: list[str] = field(default_factory=list)


class AccessToken(Struct, frozen=True, kw_only=True):
    """An access token; without a user it is the app's own (client credentials)."""

    user: str | None
    client_id: str
    expires_at: Millis


class Grants:
    """Issues, renews, checks and revokes grants and their tokens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._codes: dict[str, AuthorizationCode] = {}
        self._tokens: dict[str, AccessToken] = {}
        self.active: list[Grant] = []

    def issue_code(self, code: AuthorizationCode) -> str:
        """Issue an authorization code."""
        value = self._engine.world.ids.token(24)
        self._codes[value] = code
        return value

    def code_expiry(self) -> Millis:
        """Return when a code that is issued now expires."""
        return self._engine.clock() + CODE_LIFETIME_MS

    def redeem(
        self, value: str, client_id: str, redirect_uri: str, verifier: str
    ) -> dict[str, Any]:
        """Exchange a code for tokens; a code is used up even if this fails.

        Raises:
            OAuthError: the code, its redirect URI or its verifier is wrong, or it has expired.
        """
        code = self._codes.pop(value, None)
        if code is None or code.client_id != client_id or code.expires_at < self._engine.clock():
            raise OAuthError("invalid_grant", "Invalid authorization code")
        if code.redirect_uri != redirect_uri:
            raise OAuthError("invalid_request", "Redirect URI mismatch")
        if code.challenge and not _matches_challenge(verifier, code):
            raise OAuthError("invalid_grant", "Invalid code verifier")
        self._revoke_older_grants(code)
        grant = Grant(user=code.user, client_id=client_id)
        self.active.append(grant)
        self._engine.world.users[code.user].has_app = True
        return self._issue_tokens(grant)

    def refresh(self, token: str, client_id: str) -> dict[str, Any]:
        """Renew a grant's tokens, with a new refresh token.

        Raises:
            OAuthError: the refresh token is not valid, or no longer.
        """
        grant = next((g for g in self.active if token in g.refresh_tokens), None)
        if grant is None or grant.client_id != client_id:
            raise OAuthError("invalid_grant", "Invalid Token!")
        if self._engine.world.settings.rotation == "at_once":
            grant.refresh_tokens.remove(token)
        return self._issue_tokens(grant)

    def issue_app_token(self) -> dict[str, Any]:
        """Issue a token of the app's own, without a refresh token."""
        return self._issue_access_token(None, self._engine.world.app.client_id, APP_SCOPES)

    def revoke_token(self, token: str) -> bool:
        """Revoke the grant of this access or refresh token; False: the token is unknown."""
        access = self._tokens.get(token)
        for grant in list(self.active):
            same = access and (access.user, access.client_id) == (grant.user, grant.client_id)
            if same or token in grant.refresh_tokens:
                self.revoke(grant)
                return True
        return False

    def revoke(self, grant: Grant) -> None:
        """Revoke a grant with all its tokens."""
        self.active.remove(grant)
        revoked = (grant.user, grant.client_id)
        self._tokens = {k: t for k, t in self._tokens.items() if (t.user, t.client_id) != revoked}

    def authenticate(self, token: str) -> Caller:
        """Return who calls with this access token."""
        access = self._tokens.get(token)
        if access is None:
            return Caller(auth_error="Invalid access token.")
        if access.expires_at <= self._engine.clock():
            return Caller(auth_error="Access token is expired.")
        scopes = APP_SCOPES if access.user is None else self._engine.world.settings.scopes
        return Caller(user=access.user, scopes=scopes)

    def is_app_token(self, token: str) -> bool:
        """Whether this is a valid token of the app's own, which the event feed requires."""
        caller = self.authenticate(token)
        return not caller.auth_error and caller.user is None

    def _revoke_older_grants(self, code: AuthorizationCode) -> None:
        mode = self._engine.world.settings.one_grant
        for grant in list(self.active):
            same_client = mode == "per_app" or grant.client_id == code.client_id
            if mode != "off" and grant.user == code.user and same_client:
                self.revoke(grant)

    def _issue_tokens(self, grant: Grant) -> dict[str, Any]:
        refresh_token = self._engine.world.ids.token(24) + "R"
        grant.refresh_tokens.append(refresh_token)
        scopes = self._engine.world.settings.scopes
        reply = self._issue_access_token(grant.user, grant.client_id, scopes)
        return reply | {"refresh_token": refresh_token}

    def _issue_access_token(self, user: str | None, client_id: str, scopes: str) -> dict[str, Any]:
        value = self._new_access_token(client_id)
        lifetime_s = self._engine.world.settings.token_lifetime_s
        expires_at = self._engine.clock() + lifetime_s * 1000
        self._tokens[value] = AccessToken(user=user, client_id=client_id, expires_at=expires_at)
        return {
            "access_token": value,
            "token_type": "bearer",
            "expires_in": lifetime_s,
            "scope": scopes,
        }

    def _new_access_token(self, client_id: str) -> str:
        """Make up a token; as a JWT it says of which app it is, under a signature that only Zoom can check."""
        settings, ids = self._engine.world.settings, self._engine.world.ids
        if settings.access_tokens == "opaque":
            return ids.token(24)
        claims = {"iss": f"zm:cid:{settings.token_app or client_id}", "ver": 10}
        parts = [_base64url(json.dumps(part).encode()) for part in ({"alg": "HS512"}, claims)]
        return ".".join([*parts, ids.token(48)])


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _matches_challenge(verifier: str, code: AuthorizationCode) -> bool:
    if code.method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        verifier = _base64url(digest)
    return verifier == code.challenge
