"""Signing in through the browser, one attempt at a time: from opening it to a grant.

The caller opens the browser (`show_url`) and decides what becomes of the grant (`settle`); nothing is
stored here. The browser's page says how all of it ended. OAuth authorization code with PKCE (S256) and
`state`, over a loopback redirect (RFC 8252).
"""

import asyncio
import hmac
import re
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final, TypeAlias, TypeVar
from urllib.parse import parse_qs

from rtms_tray.support.texts import plural, text
from rtms_tray.zoom.errors import SignInFailed, ZoomTrouble
from rtms_tray.zoom.loopback import (
    HOST,
    Answer,
    ListenerTimeouts,
    Page,
    RedirectListener,
    signed_in_page,
)
from rtms_tray.zoom.oauth import Grant, OAuth, new_pkce

T = TypeVar("T")

ShowUrl: TypeAlias = Callable[[str], None]
"""Opens an address in the browser, or shows it; may raise `SignInFailed("no_browser")`."""

TIME_LIMIT_S: Final = 300.0  # a code is valid for 5 minutes, and nobody waits longer for a browser
UNRETURNED_S: Final = 20.0
"""After this long without an answer, the browser may show an error that never comes back, such as a
redirect URI that the app doesn't know."""

_STATE_BYTES: Final = 32
_MOST_FIELDS: Final = 20
_EARLIER_ATTEMPTS: Final = 16
_ERROR_WORD: Final = re.compile(r"[a-z_]{1,40}")


def read_answer(query: str, state: str) -> str:
    """Take the code from the query that the browser brought. Raises SignInFailed for anything else.

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
        known = _ERROR_WORD.fullmatch(error) is not None
        word = error if known else text("zoom_errors.refused_by_zoom.unknown_error")
        raise SignInFailed("refused_by_zoom", error=word)
    if not fields.get("code"):
        raise SignInFailed("code_missing")
    return fields["code"]


def _fields(query: str) -> dict[str, str]:
    """Read a query; a field that is given twice counts as not given."""
    try:
        fields = parse_qs(query, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items() if len(values) == 1}


def _is_state(fields: dict[str, str], state: str) -> bool:
    return hmac.compare_digest(fields.get("state", "").encode(), state.encode())


def registered_uri(path: str, port: int) -> str:
    """Return the redirect URI as the app must name it; without a port of our own, any will do."""
    return f"http://{HOST}{f':{port}' if port else ''}{path}"


class UndecidedSignIn(Exception):  # noqa: N818 -- nothing has failed
    """Zoom has agreed, and the user has still to decide something; `remedy` says where."""

    remedy = ""


class SignInAttempt:
    """One attempt; used once. `outdated` are the states of attempts that this one replaces."""

    def __init__(
        self,
        oauth: OAuth,
        *,
        path: str = "/callback",
        port: int = 0,
        time_limit_s: float = TIME_LIMIT_S,
        outdated: tuple[str, ...] = (),
        timeouts: ListenerTimeouts | None = None,
    ) -> None:
        self.state = secrets.token_urlsafe(_STATE_BYTES)
        self._oauth = oauth
        self._path = path
        self._port = port
        self._time_limit_s = time_limit_s
        self._outdated = outdated
        self._listener = RedirectListener(path, self._judge, timeouts)
        self._scope: asyncio.Timeout | None = None
        self._end_code = "timed_out"

    async def run(self, show_url: ShowUrl, settle: Callable[[Grant], Awaitable[T]]) -> T:
        """Sign in: open the browser, wait for its return, redeem the code, settle the grant.

        Raises SignInFailed (also for a time-out, `cancel()` and a port that can't be opened), and
        whatever `OAuth.exchange` and `settle` raise. The browser shows the same words.
        """
        await self._open()
        page = _failure_page(SignInFailed("cancelled"))  # for a task cancelled from outside
        try:
            settled = await settle(await self._run_within_limit(show_url))
            page = signed_in_page()
        except ZoomTrouble as trouble:
            page = _failure_page(trouble)
            raise
        except UndecidedSignIn as pause:
            page = Page(text("sign_in.undecided.title"), f"{pause} {pause.remedy}", HTTPStatus.OK)
            raise
        finally:
            self._listener.conclude(page)
        return settled

    @property
    def returned(self) -> bool:
        """Whether the browser has come back from Zoom."""
        return self._listener.answered

    def cancel(self, code: str = "cancelled") -> None:
        """End the attempt: `run` raises SignInFailed with this code. Too late, it does nothing."""
        if self._scope is not None and self._scope.expired():
            return
        if self._end_code == "timed_out":
            self._end_code = code
        if self._scope is not None:
            self._scope.reschedule(asyncio.get_running_loop().time())

    async def wait_until_shown(self) -> None:
        """Wait, for seconds at most, until the browser shows how the attempt ended."""
        await self._listener.wait_until_shown()

    def close(self) -> None:
        """Free the port at once; otherwise the browser may fetch its page for a while."""
        self._listener.close()

    async def _open(self) -> None:
        try:
            await self._listener.open(self._port)
        except (OSError, OverflowError) as error:
            unknown = text("zoom_errors.port_taken.no_such_port")
            cause = getattr(error, "strerror", None) or unknown
            raise SignInFailed("port_taken", port=self._port, cause=cause) from None

    async def _run_within_limit(self, show_url: ShowUrl) -> Grant:
        try:
            async with asyncio.timeout(self._time_limit_s) as self._scope:
                if self._end_code != "timed_out":
                    self.cancel()  # cancelled before it began
                return await self._authorize(show_url)
        except TimeoutError:
            time = plural("units.minutes", max(1, round(self._time_limit_s / 60)))
            unreturned = self._end_code == "timed_out" and not self._listener.answered
            entry = "timed_out_unreturned" if unreturned else ""
            uri = registered_uri(self._path, self._port)
            raise SignInFailed(self._end_code, entry, time=time, uri=uri) from None
        finally:
            self._scope = None

    async def _authorize(self, show_url: ShowUrl) -> Grant:
        pkce, redirect_uri = new_pkce(), self._listener.redirect_uri
        show_url(self._oauth.authorize_url(redirect_uri, self.state, pkce))
        code = read_answer(await self._listener.answer(), self.state)
        return await self._oauth.exchange(code, redirect_uri, pkce.verifier)

    def _judge(self, query: str) -> Answer:
        """Tell by its `state` which sign-in an answer belongs to; another program can't know ours."""
        fields = _fields(query)
        if _is_state(fields, self.state):
            return Answer.OURS
        earlier = any(_is_state(fields, state) for state in self._outdated)
        return Answer.EARLIER if earlier else Answer.FOREIGN


def _failure_page(trouble: ZoomTrouble) -> Page:
    return Page(text("sign_in.not_signed_in.title"), f"{trouble.text} {trouble.remedy}")


class BrowserSignIn:
    """Signs in through the browser; a new attempt cancels the last one, and tells its browser tab."""

    def __init__(
        self,
        oauth: OAuth,
        *,
        path: str = "/callback",
        port: int = 0,
        time_limit_s: float = TIME_LIMIT_S,
        timeouts: ListenerTimeouts | None = None,
    ) -> None:
        self._oauth = oauth
        self._path = path
        self._port = port
        self._time_limit_s = time_limit_s
        self._timeouts = timeouts
        self._current: SignInAttempt | None = None
        self._earlier: deque[SignInAttempt] = deque(maxlen=_EARLIER_ATTEMPTS)

    @property
    def redirect_uri(self) -> str:
        """Return the address that the app must name."""
        return registered_uri(self._path, self._port)

    @property
    def returned(self) -> bool:
        """Whether the browser has come back in the attempt under way."""
        return self._current is not None and self._current.returned

    async def sign_in(self, show_url: ShowUrl, settle: Callable[[Grant], Awaitable[T]]) -> T:
        """Begin an attempt, ending one still under way. Raises what `SignInAttempt.run` raises."""
        self.cancel("superseded")
        self._retire()
        attempt = self._current = SignInAttempt(
            self._oauth,
            path=self._path,
            port=self._port,
            time_limit_s=self._time_limit_s,
            outdated=tuple(earlier.state for earlier in self._earlier),
            timeouts=self._timeouts,
        )
        return await attempt.run(show_url, settle)

    def cancel(self, code: str = "cancelled") -> None:
        """End the attempt under way, if there is one."""
        if self._current is not None:
            self._current.cancel(code)

    async def wait_until_shown(self) -> None:
        """Wait, for seconds at most, until the browser shows how the last attempt ended."""
        if self._current is not None:
            await self._current.wait_until_shown()

    def close(self) -> None:
        """End everything and free every port: rtms-tray quits, or its settings changed."""
        self.cancel()
        self._retire()
        for attempt in self._earlier:
            attempt.close()

    def _retire(self) -> None:
        """Move the current attempt to the earlier ones; a configured port is freed for the next."""
        if self._current is None:
            return
        if len(self._earlier) == self._earlier.maxlen:
            self._earlier[0].close()
        if self._port:
            self._current.close()
        self._earlier.append(self._current)
        self._current = None
