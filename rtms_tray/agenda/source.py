"""Gets the calendar: a file on this computer, or an address, which is fetched only if it has changed.

An address may be as good as a password: it is never logged, and fetched by https alone, also where it is redirected to.
"""

import asyncio
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urljoin, urlsplit

from rtms_tray.support.texts import text

if TYPE_CHECKING:
    import httpx2

MakeHttp: TypeAlias = Callable[[], "httpx2.AsyncClient"]
"""Makes a client that nobody looks on at: addresses of calendars are in no list of calls."""

LARGEST: Final = 5 * 1024 * 1024
LIMIT_S: Final = 20.0
_REDIRECTS: Final = 5
_HTTPS: Final = "https"
_NOT_MODIFIED: Final = 304
_FOUND: Final = 200
_NOT_ALLOWED: Final = frozenset({401, 403, 404, 410})


class Trouble(StrEnum):
    """Why there is no calendar to read."""

    NO_FILE = "no_file"
    TOO_LARGE = "too_large"
    NOT_REACHED = "not_reached"
    NOT_THERE = "not_there"
    NOT_SAFE = "not_safe"
    NO_CALENDAR = "no_calendar"
    TOO_SLOW = "too_slow"


class CalendarError(Exception):
    """The calendar cannot be read; says why and what to do, never where it is."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        self.text = text(f"calendar.trouble.{trouble}.text")
        self.remedy = text(f"calendar.trouble.{trouble}.remedy")
        super().__init__(f"{self.text} {self.remedy}")


def is_address(source: str) -> bool:
    """Tell whether a calendar comes from an address, not from a file."""
    return "://" in source


class CalendarSource:
    """Reads one calendar; `read` gives None where nothing has changed since the last time."""

    def __init__(self, source: str, make_http: MakeHttp) -> None:
        self._source = source
        self._make_http = make_http
        self._marks: dict[
            str, str
        ] = {}  # what the server or the file system says of the last version

    async def read(self) -> bytes | None:
        """Get the calendar; raises CalendarError."""
        if not is_address(self._source):
            return await asyncio.to_thread(self._read_file)
        try:
            async with asyncio.timeout(LIMIT_S):
                return await self._fetch()
        except TimeoutError:
            raise CalendarError(Trouble.TOO_SLOW) from None

    def forget(self) -> None:
        """Read it in whole the next time: this version was of no use."""
        self._marks = {}

    # --- a file -------------------------------------------------------------------------------

    def _read_file(self) -> bytes | None:
        path = Path(self._source).expanduser()
        try:
            with path.open("rb") as file:
                found = path.stat()
                marks = {"changed": f"{found.st_mtime_ns}", "size": f"{found.st_size}"}
                if marks == self._marks:
                    return None
                content = file.read(LARGEST + 1)
        except (OSError, ValueError):
            raise CalendarError(Trouble.NO_FILE) from None
        if len(content) > LARGEST:
            raise CalendarError(Trouble.TOO_LARGE)
        self._marks = marks
        return content

    # --- an address ---------------------------------------------------------------------------

    async def _fetch(self) -> bytes | None:
        import httpx2  # noqa: PLC0415 - slow to load, and loaded by then

        try:
            async with self._make_http() as http:
                return await self._follow(http)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError):
            raise CalendarError(Trouble.NOT_REACHED) from None

    async def _follow(self, http: "httpx2.AsyncClient") -> bytes | None:
        address = self._source
        for _ in range(_REDIRECTS):
            if urlsplit(address).scheme != _HTTPS:
                raise CalendarError(Trouble.NOT_SAFE)
            async with http.stream("GET", address, headers=self._marks) as answer:
                if not answer.has_redirect_location:
                    return await self._take(answer)
                address = urljoin(address, answer.headers["location"])
        raise CalendarError(Trouble.NOT_REACHED)

    async def _take(self, answer: "httpx2.Response") -> bytes | None:
        if answer.status_code == _NOT_MODIFIED and self._marks:
            return None
        if answer.status_code != _FOUND:
            missing = answer.status_code in _NOT_ALLOWED
            raise CalendarError(Trouble.NOT_THERE if missing else Trouble.NOT_REACHED)
        content = b""
        async for part in answer.aiter_bytes():
            content += part
            if len(content) > LARGEST:
                raise CalendarError(Trouble.TOO_LARGE)
        self._marks = _marks_of(answer)
        return content


def _marks_of(answer: "httpx2.Response") -> dict[str, str]:
    """Keep what the server calls this version, to ask whether there is a newer one."""
    pairs = (("etag", "if-none-match"), ("last-modified", "if-modified-since"))
    return {ask: answer.headers[said] for said, ask in pairs if said in answer.headers}
