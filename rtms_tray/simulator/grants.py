"""Who may do what: authorization codes, grants and tokens, as Zoom's sign-in hands them out."""

import base64
import hashlib
from typing import Any

from msgspec import Struct, field

from rtms_tray.simulator.decisions import Caller
from rtms_tray.simulator.engine import Engine
from rtms_tray.simulator.world import Millis

CODE_LIFETIME_MS = 5 * 60 * 1000
APP_SCOPES = "marketplace:read:event_subscription marketplace:write:websocket_connection"


class OAuthError(Exception):
    """A refusal of the token endpoint: Zoom's `error` word and its `reason`."""

    def __init__(self, error: str, reason: str) -> None:
        super().__init__(reason)
        self.error, self.reason = error, reason


class Code(Struct, frozen=True, kw_only=True):
    """An authorization code: who said yes, to which client, and how it must be redeemed."""

    client_id: str
    user: str
    redirect_uri: str
    challenge: str
    method: str
    expires_at: Millis


class Grant(Struct, kw_only=True):
    """One person's consent to one client, with the refresh tokens that are good for it."""

    user: str
    client_id: str
    refresh_tokens: list[str] = field(default_factory=list)


class AccessToken(Struct, frozen=True, kw_only=True):
    """An access token; without a user it is the app's own (client credentials)."""

    user: str | None
    client_id: str
    expires_at: Millis


class Grants:
    """Issues, renews, checks and revokes everything that signs a caller in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._codes: dict[str, Code] = {}
        self._tokens: dict[str, AccessToken] = {}
        self.living: list[Grant] = []

    def new_code(self, code: Code) -> str:
        """Issue an authorization code."""
        word = self._engine.world.mint.token(24)
        self._codes[word] = code
        return word

    def expiry(self) -> Millis:
        """Tell until when a code issued now is good."""
        return self._engine.clock() + CODE_LIFETIME_MS

    def redeem(self, word: str, client_id: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
        """Turn a code into tokens; a code is good once, and gone even if this fails.

        Raises:
            OAuthError: the code, its redirect URI or its verifier is wrong, or it is too old.
        """
        code = self._codes.pop(word, None)
        if code is None or code.client_id != client_id or code.expires_at < self._engine.clock():
            raise OAuthError("invalid_grant", "Invalid authorization code")
        if code.redirect_uri != redirect_uri:
            raise OAuthError("invalid_request", "Redirect URI mismatch")
        if code.challenge and not _proves(verifier, code):
            raise OAuthError("invalid_grant", "Invalid code verifier")
        self._end_older_grants(code)
        grant = Grant(user=code.user, client_id=client_id)
        self.living.append(grant)
        self._engine.world.users[code.user].has_app = True
        return self._reply(grant)

    def refresh(self, token: str, client_id: str) -> dict[str, Any]:
        """Renew a grant's tokens, with a new refresh token.

        Raises:
            OAuthError: the refresh token is not, or no longer, good.
        """
        grant = next((g for g in self.living if token in g.refresh_tokens), None)
        if grant is None or grant.client_id != client_id:
            raise OAuthError("invalid_grant", "Invalid Token!")
        if self._engine.world.switches.rotation == "at_once":
            grant.refresh_tokens.remove(token)
        return self._reply(grant)

    def for_app(self) -> dict[str, Any]:
        """Issue a token of the app's own, without a refresh token."""
        return self._access(None, self._engine.world.app.client_id, APP_SCOPES)

    def revoke(self, token: str) -> bool:
        """End the grant that this access or refresh token belongs to; False: not known."""
        access = self._tokens.get(token)
        for grant in list(self.living):
            same = access and (access.user, access.client_id) == (grant.user, grant.client_id)
            if same or token in grant.refresh_tokens:
                self.end(grant)
                return True
        return False

    def end(self, grant: Grant) -> None:
        """Kill a grant with all its tokens."""
        self.living.remove(grant)
        mine = (grant.user, grant.client_id)
        self._tokens = {k: t for k, t in self._tokens.items() if (t.user, t.client_id) != mine}

    def caller(self, token: str) -> Caller:
        """Tell who calls with this access token."""
        found = self._tokens.get(token)
        if found is None:
            return Caller(refusal="Invalid access token.")
        if found.expires_at <= self._engine.clock():
            return Caller(refusal="Access token is expired.")
        scopes = APP_SCOPES if found.user is None else self._engine.world.switches.scopes
        return Caller(user=found.user, scopes=scopes)

    def is_app_token(self, token: str) -> bool:
        """Tell whether this is a living token of the app's own, as the event feed wants."""
        caller = self.caller(token)
        return not caller.refusal and caller.user is None

    def _end_older_grants(self, code: Code) -> None:
        mode = self._engine.world.switches.one_grant
        for grant in list(self.living):
            same_client = mode == "per_app" or grant.client_id == code.client_id
            if mode != "off" and grant.user == code.user and same_client:
                self.end(grant)

    def _reply(self, grant: Grant) -> dict[str, Any]:
        refresh_token = self._engine.world.mint.token(24) + "R"
        grant.refresh_tokens.append(refresh_token)
        reply = self._access(grant.user, grant.client_id, self._engine.world.switches.scopes)
        return reply | {"refresh_token": refresh_token}

    def _access(self, user: str | None, client_id: str, scopes: str) -> dict[str, Any]:
        word = self._engine.world.mint.token(24)
        lifetime_s = self._engine.world.switches.token_lifetime_s
        expires_at = self._engine.clock() + lifetime_s * 1000
        self._tokens[word] = AccessToken(user=user, client_id=client_id, expires_at=expires_at)
        return {
            "access_token": word,
            "token_type": "bearer",
            "expires_in": lifetime_s,
            "scope": scopes,
        }


def _proves(verifier: str, code: Code) -> bool:
    if code.method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        verifier = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return verifier == code.challenge
