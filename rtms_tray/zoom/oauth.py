"""The calls to Zoom's authorization server: codes and refresh tokens become access tokens.

oauthlib writes the requests; httpx2 carries them. What remains here is how Zoom answers: its own
error body, and replies that may not be Zoom's at all. Endpoints, parameters and error bodies are
those of Zoom's OAuth pages and of its public-client announcement (April 2026).
"""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from rtms_tray.capture.units import Millis
from rtms_tray.zoom.environment import Environment
from rtms_tray.zoom.errors import (
    ClientRefused,
    Offline,
    SignInFailed,
    SignInNeeded,
    UnexpectedReply,
    unreached,
)
from rtms_tray.zoom.oauth_replies import Grant, check_status, read_token

if TYPE_CHECKING:
    import httpx2

__all__ = ["CALL_LIMIT_S", "Client", "Grant", "OAuth", "Pkce", "new_pkce"]

# httpx2 and oauthlib are imported where they are used: both take long, and are not needed before
# the tray icon is on the screen.

CALL_LIMIT_S: Final = 15.0
_BODY_BYTES: Final = 64 * 1024
_VERIFIER_CHARACTERS: Final = 64  # RFC 7636 allows 43 to 128


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks: a client ID, with a secret (confidential) or without one (public, PKCE only)."""

    sign_in_id: str
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Pkce:
    """The proof that whoever redeems a code is the one who asked for it (RFC 7636)."""

    verifier: str = field(repr=False)
    challenge: str
    method: str = "S256"  # left out, Zoom would assume "plain"


def new_pkce() -> Pkce:
    """Make a fresh proof; never use one twice."""
    from oauthlib.oauth2 import WebApplicationClient  # noqa: PLC0415 -- lazy, see above

    maker = WebApplicationClient("")
    verifier = maker.create_code_verifier(_VERIFIER_CHARACTERS)
    return Pkce(verifier, maker.create_code_challenge(verifier, "S256"))


class OAuth:
    """Zoom's authorization server, for one client in one environment.

    Every call raises `Offline`, `ServerTrouble`, `ClientRefused` or `UnexpectedReply`; none of
    these says that a grant is dead.
    """

    def __init__(
        self,
        http: "httpx2.AsyncClient",
        environment: Environment,
        client: Client,
        clock: Callable[[], Millis],
        limit_s: float = CALL_LIMIT_S,
    ) -> None:
        self._http = http
        self.environment = environment
        self.client = client
        self._clock = clock
        self._limit_s = limit_s

    def authorize_url(self, redirect_uri: str, state: str, pkce: Pkce) -> str:
        """Write the address that the browser has to open.

        Not oauthlib's `prepare_request_uri`: that refuses http, which the simulator speaks, unless
        a switch is set for the whole process.
        """
        from oauthlib.common import add_params_to_uri  # noqa: PLC0415 -- lazy, see above

        return add_params_to_uri(
            self.environment.authorize_url,
            [
                ("response_type", "code"),
                ("client_id", self.client.sign_in_id),
                ("redirect_uri", redirect_uri),
                ("state", state),
                ("code_challenge", pkce.challenge),
                ("code_challenge_method", pkce.method),
            ],
        )

    async def exchange(self, code: str, redirect_uri: str, verifier: str) -> Grant:
        """Redeem a sign-in code. Raises SignInFailed if Zoom does not accept the code."""
        try:
            grant = await self._token(
                "authorization_code",
                code=code,
                redirect_uri=redirect_uri,
                code_verifier=verifier,
            )
        except SignInNeeded:
            raise SignInFailed("code_refused") from None
        if not grant.refresh_token:
            raise UnexpectedReply("it holds no refresh token")
        return grant

    async def refresh(self, refresh_token: str) -> Grant:
        """Trade a refresh token for a new pair. Raises SignInNeeded if the grant is dead.

        Zoom rotates refresh tokens; should a reply hold none, the old one stays valid (RFC 6749
        section 6) and is handed back.
        """
        grant = await self._token("refresh_token", refresh_token=refresh_token)
        return grant if grant.refresh_token else replace(grant, refresh_token=refresh_token)

    async def app_token(self) -> Grant:
        """Get the app's own token (client credentials). Raises ClientRefused without a secret."""
        if self.client.secret is None:
            raise ClientRefused("client_secret_missing")
        return await self._token("client_credentials")

    async def revoke(self, token: str) -> None:
        """Give a grant back. Raises SignInNeeded if Zoom does not know the token any more."""
        from oauthlib.common import urlencode  # noqa: PLC0415 -- lazy, see above

        fields = [("token", token)]
        if self.client.secret is None:
            fields.append(("client_id", self.client.sign_in_id))
        check_status(*await self._post(self.environment.revoke_url, urlencode(fields)))

    async def _token(self, grant_type: str, **fields: str) -> Grant:
        from oauthlib.oauth2.rfc6749.parameters import (  # noqa: PLC0415 -- lazy, see above
            prepare_token_request,
        )

        body = prepare_token_request(
            grant_type,
            include_client_id=self.client.secret is None,
            client_id=self.client.sign_in_id,
            **fields,
        )
        # Counted from before the call, so that a token never seems to live longer than it does.
        asked_at = self._clock()
        status, reply = await self._post(self.environment.token_url, body)
        return read_token(status, reply, asked_at)

    async def _post(self, url: str, form: str) -> tuple[int, bytes]:
        """Send a form, and read the reply up to a limit. Raises Offline."""
        import httpx2  # noqa: PLC0415 -- lazy, see above

        unsent = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._send(url, form)
        except unsent as error:
            raise unreached(error) from None
        except (httpx2.RequestError, TimeoutError):
            # No chained cause: its request object holds the form, and so the secrets in it.
            raise Offline("reply_lost") from None

    async def _send(self, url: str, form: str) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.client.secret is not None:
            pair = f"{self.client.sign_in_id}:{self.client.secret}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        # No redirects and no credentials but ours, however the shared client is set up.
        request = self._http.stream(
            "POST",
            url,
            content=form.encode(),
            headers=headers,
            auth=None,
            follow_redirects=False,
            timeout=self._limit_s,
        )
        async with request as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk[: _BODY_BYTES + 1 - len(body)]
                if len(body) > _BODY_BYTES:
                    break
        return response.status_code, bytes(body)
