"""Keeps the user's grant alive: an access token for every call, refreshed ahead of its expiry.

The access token is in memory only; the refresh token is in the secret store as well (`KeptToken`).
Everything that changes the grant (refresh, adopting another, signing out) is done one at a time, in
a task of its own: a caller who is cancelled half-way must not take the only living refresh token
with him. A refresh that fails for want of a network, or by Zoom's trouble, leaves all as it was;
only Zoom's own word that the grant is dead ends it, and then Zoom is not asked again.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from rtms_tray.store.environment import Environment
from rtms_tray.store.secrets import SecretError, SecretStore
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.units import MINUTE, SECOND, Millis
from rtms_tray.zoom.errors import SignInNeeded, ZoomTrouble
from rtms_tray.zoom.oauth import Grant, OAuth
from rtms_tray.zoom.refresh_token_store import KeptToken, Report

AHEAD: Final[Millis] = 5 * MINUTE
TAKEN_OVER_WITHIN: Final[Millis] = 10 * MINUTE
_PAUSE: Final[Millis] = 30 * SECOND  # between refreshes that fail while the token is still good
_LAST_USE: Final[Millis] = 10 * SECOND  # before its expiry a token is no longer sent

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SignedOut:
    """What signing out achieved: `revoked` at Zoom, `forgotten` by this computer's keyring."""

    was_signed_in: bool
    revoked: bool
    forgotten: bool
    trouble: ZoomTrouble | SecretError | None = None

    @property
    def text(self) -> str:
        """Say it in words for the user."""
        if not self.forgotten and self.revoked:
            return (
                "Signed out. The keyring could not forget the sign-in, which Zoom no longer "
                "accepts; rtms-tray tries again."
            )
        if not self.forgotten:
            return (
                "Signed out until rtms-tray ends, but the keyring still holds the sign-in. "
                "Unlock the keyring and sign out again."
            )
        if not self.was_signed_in:
            return "You were not signed in."
        if not self.revoked:
            return (
                "Signed out on this computer, but Zoom could not be told. "
                "To end the sign-in there too, remove the app in the Zoom Marketplace."
            )
        return "Signed out."


class AppTokens:
    """Gives the app's token, fetching a new one ahead of expiry. Its client must have a secret."""

    def __init__(self, oauth: OAuth, clock: Callable[[], Millis]) -> None:
        self._oauth = oauth
        self._clock = clock
        self._grant: Grant | None = None
        self._renew_at: Millis = 0
        self._turn = asyncio.Lock()

    @property
    def expires_at(self) -> Millis:
        """When the token given last expires; 0 before there was one."""
        return self._grant.expires_at if self._grant else 0

    async def token(self) -> str:
        """Give a living token; callers at the same time share one call.

        Raises ClientRefused (wrong or missing secret), Offline, ServerTrouble or UnexpectedReply.
        """
        async with self._turn:
            now = self._clock()
            if self._grant is None or now >= self._renew_at:
                self._grant = grant = await self._oauth.app_token()
                half = now + (grant.expires_at - now) // 2  # for tokens that live only for minutes
                self._renew_at = max(grant.expires_at - AHEAD, half)
            return self._grant.access_token

    async def mark_refused(self, token: str) -> None:
        """Take note that Zoom did not take a token: the next one is fetched anew."""
        if self._grant is not None and token == self._grant.access_token:
            self._renew_at = 0


class GrantBearer:
    """Carries a grant that has not been adopted yet, to ask Zoom whose it is."""

    def __init__(self, grant: Grant, environment: Environment) -> None:
        self._grant = grant
        self._refused = False
        self.api_base = environment.trusted_api(grant.api_url)

    async def token(self) -> str:
        """Give the access token. Raises SignInNeeded once it has been refused."""
        if self._refused:
            raise SignInNeeded("sign_in_expired")
        return self._grant.access_token

    async def mark_refused(self, token: str) -> None:
        """Take note that Zoom's API refused a token."""
        self._refused = self._refused or token == self._grant.access_token


def _ignore(_trouble: SecretError | None) -> None:
    """Report to nobody."""


class TokenKeeper:
    """The one owner of the user's grant.

    `signed_in_at` is when the user last signed in, where the caller has kept that; `report` is told
    when the secret store begins and ceases to give trouble (`store_trouble`).
    """

    def __init__(
        self,
        *,
        oauth: OAuth,
        store: SecretStore,
        secret_name: str,
        clock: Callable[[], Millis],
        signed_in_at: Millis | None = None,
        report: Report = _ignore,
    ) -> None:
        self.signed_in_at = signed_in_at
        self.oauth = oauth
        self._clock = clock
        self._kept = KeptToken(store, secret_name, clock, report)
        self._grant: Grant | None = None
        self._renew_at: Millis = 0
        self._refused: str | None = None
        self._lost: str | None = None  # the code of SignInNeeded, once Zoom has ended the grant
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
        return self._kept.trouble

    @property
    def granted_scopes(self) -> frozenset[str]:
        """What Zoom said the present token may do; empty where it said nothing, or nothing yet."""
        return self._grant.scope if self._grant else frozenset()

    async def has_grant(self) -> bool:
        """Tell whether there is a sign-in. Raises SecretError if the keyring cannot say."""
        return await self._kept.get() is not None

    async def token(self) -> str:
        """Give a living access token, refreshing first if need be; many callers share one refresh.

        Raises SignInNeeded, Offline, ServerTrouble, ClientRefused, UnexpectedReply or SecretError.
        """
        self._kept.retry()
        if not self._is_fresh():
            if self._renewal is None or self._renewal.done():
                self._renewal = self._tasks.start(self._renew(), "renew the access token")
            await _outcome(self._renewal)
        if self._grant is None:
            raise SignInNeeded(self._lost or "signed_out")
        return self._grant.access_token

    async def mark_refused(self, token: str) -> None:
        """Take note of a 401: the next `token()` refreshes, unless that has happened meanwhile."""
        if self._grant is not None and token == self._grant.access_token:
            self._refused, self._renew_at = token, 0

    async def adopt(self, grant: Grant) -> None:
        """Make a new sign-in the one that counts; `store_trouble` tells if it could not be kept."""
        await _outcome(self._tasks.start(self._adopt(grant), "adopt a sign-in"))

    async def sign_out(self) -> SignedOut:
        """Forget the grant here and revoke it at Zoom; the one is done even if the other fails."""
        return await _outcome(self._tasks.start(self._sign_out(), "sign out"))

    async def save_again(self) -> SecretError | None:
        """Write now what the store refused before; tell what is still wrong with it."""
        return await self._kept.retry_now()

    async def close(self) -> None:
        """Wait for what is under way; each part of it is limited in time."""
        await self._tasks.finish()
        await self._kept.close()

    # --- one at a time, in tasks of their own -------------------------------------------------

    async def _renew(self) -> None:
        async with self._turn:
            if self._is_fresh():
                return
            if self._lost is not None:
                raise SignInNeeded(self._lost)
            refresh_token = await self._kept.get()
            if refresh_token is None:
                raise SignInNeeded("signed_out")
            try:
                grant = await self.oauth.refresh(refresh_token)
            except SignInNeeded:
                raise await self._lose() from None
            except ZoomTrouble:
                if not self._is_usable():
                    raise
                self._renew_at = self._clock() + _PAUSE
                return
            await self._take(grant)

    async def _adopt(self, grant: Grant) -> None:
        async with self._turn:
            await self._take(grant)
            self._lost = None
            self.signed_in_at = self._clock()

    async def _take(self, grant: Grant) -> None:
        """Write the refresh token down, and only then let the access token be used."""
        await self._kept.put(grant.refresh_token)
        now = self._clock()
        self._grant, self._refused = grant, None
        half = now + (grant.expires_at - now) // 2  # for tokens that live only for minutes
        self._renew_at = max(grant.expires_at - AHEAD, half)

    async def _lose(self) -> SignInNeeded:
        """Take in that Zoom has ended the grant, and find out what may have done so."""
        age = None if self.signed_in_at is None else self._clock() - self.signed_in_at
        taken_over = age is not None and 0 <= age < TAKEN_OVER_WITHIN
        self._lost = "grant_taken_over" if taken_over else "sign_in_expired"
        self._grant = None
        await self._kept.drop()
        return SignInNeeded(self._lost)

    async def _sign_out(self) -> SignedOut:
        async with self._turn:
            trouble: ZoomTrouble | SecretError | None = None
            tokens = [self._grant.access_token] if self._grant and self._is_usable() else []
            try:
                tokens += filter(None, [await self._kept.get()])
            except SecretError as error:
                trouble = error
            self._grant, self._lost, self.signed_in_at = None, None, None
            await self._kept.put(None)
            revoked, refusal = await self._revoke(tokens)
            forgotten = self._kept.trouble is None
            trouble = self._kept.trouble or trouble or refusal
            return SignedOut(bool(tokens), revoked, forgotten, trouble)

    async def _revoke(self, tokens: list[str]) -> tuple[bool, ZoomTrouble | None]:
        """Revoke each token: Zoom ends the grant with any, other servers by the refresh token alone.

        So the first that is accepted counts. If all are unknown already, all is well too.
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
        """Tell whether the token may still be used though a newer one was wanted."""
        grant = self._grant
        return (
            grant is not None
            and grant.access_token != self._refused
            and self._clock() < grant.expires_at - _LAST_USE
        )


async def _outcome(task: "asyncio.Task[T]") -> T:
    """Wait for a task without ending it when the one who waits is cancelled."""
    await asyncio.wait({task})
    return task.result()
