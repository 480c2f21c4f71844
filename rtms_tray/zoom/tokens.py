"""Access tokens: the user's for every call, and the app's own for Zoom's event socket.

Access tokens are in memory only; the user's refresh token is in the secret store as well
(`RefreshTokenStore`). Whatever changes the user's grant (a refresh, a new sign-in, signing out) runs
one at a time, each in a task of its own: a caller who is cancelled halfway must not lose the only
valid refresh token. A refresh that fails because of the network or Zoom's servers changes nothing.
Only Zoom's own word that the grant is dead ends it, and then Zoom is not asked again.
"""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from rtms_tray.store.environment import Environment
from rtms_tray.store.secrets import SecretError, SecretStore
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.texts import text
from rtms_tray.support.units import MINUTE, SECOND, Millis
from rtms_tray.zoom.errors import SignInNeeded, ZoomTrouble
from rtms_tray.zoom.oauth import Grant, OAuth
from rtms_tray.zoom.refresh_token_store import RefreshTokenStore, ReportTrouble

AHEAD: Final[Millis] = 5 * MINUTE
TAKEN_OVER_WITHIN: Final[Millis] = 10 * MINUTE
_PAUSE: Final[Millis] = 30 * SECOND  # between failing refreshes while the token still works
_LAST_USE: Final[Millis] = 10 * SECOND  # this long before its expiry a token is no longer sent

T = TypeVar("T")


class SignedOut(Frozen):
    """The result of signing out: `revoked` at Zoom, `forgotten` by this computer's keyring."""

    was_signed_in: bool
    revoked: bool
    forgotten: bool
    trouble: ZoomTrouble | SecretError | None = None

    @property
    def text(self) -> str:
        """Say it to the user."""
        if not self.forgotten:
            outcome = "keyring_not_cleared" if self.revoked else "keyring_still_valid"
        elif not self.was_signed_in:
            outcome = "was_not_signed_in"
        else:
            outcome = "done" if self.revoked else "zoom_not_told"
        return text(f"sign_in.signed_out.{outcome}")


class AppTokens:
    """The app's own tokens (client credentials), each fetched before the last one expires.

    The OAuth client must have a secret.
    """

    def __init__(self, oauth: OAuth, clock: Callable[[], Millis]) -> None:
        self._oauth = oauth
        self._clock = clock
        self._grant: Grant | None = None
        self._renew_at: Millis = 0
        self._turn = asyncio.Lock()

    @property
    def expires_at(self) -> Millis:
        """When the newest token expires; 0 before there was one."""
        return self._grant.expires_at if self._grant else 0

    async def token(self) -> str:
        """Return a valid token; simultaneous callers share one call.

        Raises ClientRefused (wrong or missing secret), Offline, ServerTrouble or UnexpectedReply.
        """
        async with self._turn:
            now = self._clock()
            if self._grant is None or now >= self._renew_at:
                self._grant = grant = await self._oauth.app_token()
                half = now + (grant.expires_at - now) // 2  # for tokens valid only for minutes
                self._renew_at = max(grant.expires_at - AHEAD, half)
            return self._grant.access_token

    async def mark_refused(self, token: str) -> None:
        """Never return this token again: Zoom refused it, or it expires soon."""
        if self._grant is not None and token == self._grant.access_token:
            self._renew_at = 0


class GrantBearer:
    """The tokens of a grant that is not in use yet, to ask Zoom whose it is."""

    def __init__(self, grant: Grant, environment: Environment) -> None:
        self._grant = grant
        self._refused = False
        self.api_base = environment.trusted_api(grant.api_url)

    async def token(self) -> str:
        """Return the access token. Raises SignInNeeded once it has been refused."""
        if self._refused:
            raise SignInNeeded("sign_in_expired")
        return self._grant.access_token

    async def mark_refused(self, token: str) -> None:
        """Never return this token again: Zoom's API refused it."""
        self._refused = self._refused or token == self._grant.access_token


def _ignore(_trouble: SecretError | None) -> None:
    """Do nothing."""


class TokenKeeper:
    """The only owner of the user's grant.

    `signed_in_at` is when the user last signed in, if the caller has stored that; `report` is called
    when the secret store begins and stops giving trouble (`store_trouble`).
    """

    def __init__(
        self,
        *,
        oauth: OAuth,
        store: SecretStore,
        secret_name: str,
        clock: Callable[[], Millis],
        signed_in_at: Millis | None = None,
        report: ReportTrouble = _ignore,
    ) -> None:
        self.signed_in_at = signed_in_at
        self.oauth = oauth
        self._clock = clock
        self._refresh_tokens = RefreshTokenStore(store, secret_name, clock, report)
        self._grant: Grant | None = None
        self._renew_at: Millis = 0
        self._refused: str | None = None
        self._end_code: str | None = None  # the code of SignInNeeded once Zoom has ended the grant
        self._turn = asyncio.Lock()
        self._renewal: asyncio.Task[None] | None = None
        self._tasks = Tasks()

    @property
    def api_base(self) -> str:
        """Where this grant's API calls go, /v2 included."""
        return self.oauth.environment.trusted_api(self._grant.api_url if self._grant else None)

    @property
    def store_trouble(self) -> SecretError | None:
        """Why the newest refresh token is in memory only; None if all is well."""
        return self._refresh_tokens.trouble

    @property
    def granted_scopes(self) -> frozenset[str]:
        """What Zoom says the current token may do; empty if it said nothing, or nothing yet."""
        return self._grant.scope if self._grant else frozenset()

    async def has_grant(self) -> bool:
        """Tell whether there is a sign-in. Raises SecretError if the keyring can't say."""
        return await self._refresh_tokens.get() is not None

    async def token(self) -> str:
        """Return a valid access token, refreshed first if needed; many callers share one refresh.

        Raises SignInNeeded, Offline, ServerTrouble, ClientRefused, UnexpectedReply or SecretError.
        """
        self._refresh_tokens.retry()
        if not self._is_fresh():
            if self._renewal is None or self._renewal.done():
                self._renewal = self._tasks.start(self._renew(), "renew the access token")
            await _outcome(self._renewal)
        if self._grant is None:
            raise SignInNeeded(self._end_code or "signed_out")
        return self._grant.access_token

    async def mark_refused(self, token: str) -> None:
        """Refresh at the next `token()`, as Zoom refused this one; does nothing if that has happened."""
        if self._grant is not None and token == self._grant.access_token:
            self._refused, self._renew_at = token, 0

    async def adopt(self, grant: Grant) -> None:
        """Use a new sign-in from now on; `store_trouble` tells if it couldn't be stored."""
        await _outcome(self._tasks.start(self._adopt(grant), "adopt a sign-in"))

    async def sign_out(self) -> SignedOut:
        """Forget the grant here and revoke it at Zoom; one is done even if the other fails."""
        return await _outcome(self._tasks.start(self._sign_out(), "sign out"))

    async def save_again(self) -> SecretError | None:
        """Write now what the store refused before; return what is still wrong with it."""
        return await self._refresh_tokens.retry_now()

    async def close(self) -> None:
        """Wait for everything under way; each part has a time limit."""
        await self._tasks.finish()
        await self._refresh_tokens.close()

    # --- one at a time, in tasks of their own -------------------------------------------------

    async def _renew(self) -> None:
        async with self._turn:
            if self._is_fresh():
                return
            if self._end_code is not None:
                raise SignInNeeded(self._end_code)
            refresh_token = await self._refresh_tokens.get()
            if refresh_token is None:
                raise SignInNeeded("signed_out")
            try:
                grant = await self.oauth.refresh(refresh_token)
            except SignInNeeded:
                raise await self._end_grant() from None
            except ZoomTrouble:
                if not self._is_usable():
                    raise
                self._renew_at = self._clock() + _PAUSE
                return
            await self._use(grant)

    async def _adopt(self, grant: Grant) -> None:
        async with self._turn:
            await self._use(grant)
            self._end_code = None
            self.signed_in_at = self._clock()

    async def _use(self, grant: Grant) -> None:
        """Store the refresh token first, and only then let the access token be used."""
        await self._refresh_tokens.put(grant.refresh_token)
        now = self._clock()
        self._grant, self._refused = grant, None
        half = now + (grant.expires_at - now) // 2  # for tokens valid only for minutes
        self._renew_at = max(grant.expires_at - AHEAD, half)

    async def _end_grant(self) -> SignInNeeded:
        """Forget a grant that Zoom has ended, and say what may have ended it."""
        age = None if self.signed_in_at is None else self._clock() - self.signed_in_at
        taken_over = age is not None and 0 <= age < TAKEN_OVER_WITHIN
        self._end_code = "grant_taken_over" if taken_over else "sign_in_expired"
        self._grant = None
        await self._refresh_tokens.drop()
        return SignInNeeded(self._end_code)

    async def _sign_out(self) -> SignedOut:
        async with self._turn:
            trouble: ZoomTrouble | SecretError | None = None
            tokens = [self._grant.access_token] if self._grant and self._is_usable() else []
            try:
                tokens += filter(None, [await self._refresh_tokens.get()])
            except SecretError as error:
                trouble = error
            self._grant, self._end_code, self.signed_in_at = None, None, None
            await self._refresh_tokens.put(None)
            revoked, refusal = await self._revoke(tokens)
            forgotten = self._refresh_tokens.trouble is None
            trouble = self._refresh_tokens.trouble or trouble or refusal
            return SignedOut(bool(tokens), revoked, forgotten, trouble)

    async def _revoke(self, tokens: list[str]) -> tuple[bool, ZoomTrouble | None]:
        """Revoke each token: Zoom ends the grant with any, other servers with the refresh token alone.

        So the first success counts. If all tokens are unknown already, that is fine too.
        """
        revoked = False
        for token in tokens:
            try:
                await self.oauth.revoke(token)
            except SignInNeeded:
                continue
            except ZoomTrouble as trouble:
                if not revoked:
                    return False, trouble
            else:
                revoked = True
        return bool(tokens), None

    def _is_fresh(self) -> bool:
        return self._grant is not None and self._clock() < self._renew_at

    def _is_usable(self) -> bool:
        """Tell whether the token still works although it was time for a new one."""
        grant = self._grant
        return (
            grant is not None
            and grant.access_token != self._refused
            and self._clock() < grant.expires_at - _LAST_USE
        )


async def _outcome(task: "asyncio.Task[T]") -> T:
    """Wait for a task without cancelling it along with the waiting caller."""
    await asyncio.wait({task})
    return task.result()
