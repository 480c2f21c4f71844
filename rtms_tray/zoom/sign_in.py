"""One attempt to sign in, from the browser's window to a grant; and the desk that keeps it to one.

The caller opens the browser (`show_url`) and decides what becomes of the grant: nothing here stores
it. OAuth authorization code with PKCE (S256) and `state`, over a loopback redirect (RFC 8252).
"""

import asyncio
import hmac
import re
import secrets
from collections import deque
from collections.abc import Callable
from typing import Final, TypeAlias
from urllib.parse import parse_qs

from rtms_tray.zoom.errors import SignInFailed, ZoomTrouble
from rtms_tray.zoom.loopback import SIGNED_IN, Listener, Page, Patience
from rtms_tray.zoom.oauth import Grant, OAuth, new_pkce

ShowUrl: TypeAlias = Callable[[str], None]
"""Opens an address in the browser, or shows it; may raise `SignInFailed("no_browser")`."""

TIME_LIMIT_S: Final = 300.0  # a code lives 5 minutes, and nobody waits longer for a browser
_STATE_BYTES: Final = 32
_MOST_FIELDS: Final = 20
_EARLIER_STATES: Final = 16
_ERROR_WORD: Final = re.compile(r"[a-z_]{1,40}")


def read_answer(query: str, state: str) -> str:
    """Take the code out of what the browser brought. Raises SignInFailed for anything else.

    An answer with another `state`, or without one, is not the answer to this sign-in, whatever else
    it says.
    """
    fields = _fields(query)
    if not _is_state(fields, state):
        raise SignInFailed("state_mismatch")
    error = fields.get("error", "")
    if error == "access_denied":
        raise SignInFailed("access_denied")
    if error:
        word = error if _ERROR_WORD.fullmatch(error) else "an unknown one"
        raise SignInFailed("refused_by_zoom", error=word)
    if not fields.get("code"):
        raise SignInFailed("code_missing")
    return fields["code"]


def _fields(query: str) -> dict[str, str]:
    """Read a query; what is given twice counts as not given."""
    try:
        fields = parse_qs(query, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items() if len(values) == 1}


def _is_state(fields: dict[str, str], state: str) -> bool:
    return hmac.compare_digest(fields.get("state", "").encode(), state.encode())


class SignIn:
    """One attempt; used once. `outdated` are the states of attempts that this one replaces."""

    def __init__(
        self,
        oauth: OAuth,
        *,
        path: str = "/callback",
        port: int = 0,
        time_limit_s: float = TIME_LIMIT_S,
        outdated: tuple[str, ...] = (),
        patience: Patience | None = None,
    ) -> None:
        self.state = secrets.token_urlsafe(_STATE_BYTES)
        self._oauth = oauth
        self._port = port
        self._time_limit_s = time_limit_s
        self._outdated = outdated
        self._listener = Listener(path, self._is_outdated, patience)
        self._scope: asyncio.Timeout | None = None
        self._why = "timed_out"

    async def run(self, show_url: ShowUrl) -> Grant:
        """Sign in: open the browser, wait for its return, redeem the code.

        Raises SignInFailed (also for a time-out, `cancel()` and a port that cannot be had) and what
        `OAuth.exchange` raises. The browser is shown the same words.
        """
        await self._open()
        page = _failure_page(SignInFailed("cancelled"))  # what a task ended from outside leaves
        try:
            grant = await self._limited(show_url)
            page = SIGNED_IN
        except ZoomTrouble as trouble:
            page = _failure_page(trouble)
            raise
        finally:
            self._listener.conclude(page)
        return grant

    def cancel(self, code: str = "cancelled") -> None:
        """End the attempt: `run` raises SignInFailed with this code. Too late, it does nothing."""
        if self._scope is not None and self._scope.expired():
            return
        if self._why == "timed_out":
            self._why = code
        if self._scope is not None:
            self._scope.reschedule(asyncio.get_running_loop().time())

    async def told(self) -> None:
        """Wait, for seconds at most, until the browser shows how it ended."""
        await self._listener.told()

    def close(self) -> None:
        """Free the port at once; until then the browser may still fetch its page for a while."""
        self._listener.close()

    async def _open(self) -> None:
        try:
            await self._listener.open(self._port)
        except (OSError, OverflowError) as error:
            cause = getattr(error, "strerror", None) or "there is no such port"
            raise SignInFailed("port_taken", port=self._port, cause=cause) from None

    async def _limited(self, show_url: ShowUrl) -> Grant:
        try:
            async with asyncio.timeout(self._time_limit_s) as self._scope:
                if self._why != "timed_out":
                    self.cancel()  # before it began
                return await self._attempt(show_url)
        except TimeoutError:
            minutes = max(1, round(self._time_limit_s / 60))
            raise SignInFailed(self._why, minutes=minutes) from None
        finally:
            self._scope = None

    async def _attempt(self, show_url: ShowUrl) -> Grant:
        pkce, redirect_uri = new_pkce(), self._listener.redirect_uri
        show_url(self._oauth.authorize_url(redirect_uri, self.state, pkce))
        code = read_answer(await self._listener.answer(), self.state)
        return await self._oauth.exchange(code, redirect_uri, pkce.verifier)

    def _is_outdated(self, query: str) -> bool:
        fields = _fields(query)
        return any(_is_state(fields, state) for state in self._outdated)


def _failure_page(trouble: ZoomTrouble) -> Page:
    return Page("Not signed in", f"{trouble.text} {trouble.remedy}")


class SignInDesk:
    """Where sign-ins are begun: a second one cancels the first, whose browser tab is told so."""

    def __init__(
        self,
        oauth: OAuth,
        *,
        path: str = "/callback",
        port: int = 0,
        time_limit_s: float = TIME_LIMIT_S,
        patience: Patience | None = None,
    ) -> None:
        self._oauth = oauth
        self._path = path
        self._port = port
        self._time_limit_s = time_limit_s
        self._patience = patience
        self._current: SignIn | None = None
        self._earlier: deque[SignIn] = deque(maxlen=_EARLIER_STATES)

    async def sign_in(self, show_url: ShowUrl) -> Grant:
        """Begin anew, ending an attempt still under way. Raises as `SignIn.run` does."""
        self.cancel("superseded")
        self._retire()
        attempt = self._current = SignIn(
            self._oauth,
            path=self._path,
            port=self._port,
            time_limit_s=self._time_limit_s,
            outdated=tuple(earlier.state for earlier in self._earlier),
            patience=self._patience,
        )
        return await attempt.run(show_url)

    def cancel(self, code: str = "cancelled") -> None:
        """End the attempt under way, if there is one."""
        if self._current is not None:
            self._current.cancel(code)

    async def told(self) -> None:
        """Wait, for seconds at most, until the browser shows how the last attempt ended."""
        if self._current is not None:
            await self._current.told()

    def close(self) -> None:
        """End everything and free every port: rtms-tray quits, or its settings changed."""
        self.cancel()
        self._retire()
        for attempt in self._earlier:
            attempt.close()

    def _retire(self) -> None:
        """Put the attempt with the earlier ones; a configured port is freed for the next."""
        if self._current is None:
            return
        if len(self._earlier) == self._earlier.maxlen:
            self._earlier[0].close()
        if self._port:
            self._current.close()
        self._earlier.append(self._current)
        self._current = None
