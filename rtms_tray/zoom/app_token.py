"""The app's own token (client credentials), which Zoom's event socket asks for; in memory only."""

import asyncio
from collections.abc import Callable
from typing import Final

from rtms_tray.support.units import MINUTE, Millis
from rtms_tray.zoom.oauth import Grant, OAuth

AHEAD: Final[Millis] = 5 * MINUTE


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

    async def refused(self, token: str) -> None:
        """Take note that Zoom did not take a token: the next one is fetched anew."""
        if self._grant is not None and token == self._grant.access_token:
            self._renew_at = 0
