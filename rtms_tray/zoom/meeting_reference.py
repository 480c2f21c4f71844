"""Finds the meeting number in what people type or paste: a number, a link, an invitation.

Only links to Zoom's own hosts count; passcodes in them are neither stored nor shown. Link forms:
zoom-facts §8 (`/j/`, `/w/`, `/s/`, the web client's `/wc/`, `zoommtg:` and `zoomus:` URLs).
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from rtms_tray.support import texts

SHORTEST: Final = 9
LONGEST: Final = 11
"""Digits of a meeting number: 9 for old ones, 10 for personal ones, 11 for most."""

_LONGEST_TEXT: Final = 20_000
_HOSTS: Final = ("zoom.us", "zoom.com", "zoom.com.cn", "zoomgov.com")
_HOST_NAME: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
_PLAIN: Final = re.compile(r"[!-~]+")
_SEPARATORS: Final = re.compile(r"[\s.\-\u2010-\u2015\u2212\u00ad\u200b\u2060]+")
_ONLY_DIGITS: Final = re.compile(r"[0-9]+")
_CANDIDATE: Final = re.compile(r"[^\s<>\"'()\[\]{}|,]+")
_SCHEME: Final = re.compile(r"^([a-z][a-z0-9+.-]*):/*", re.IGNORECASE)
_BARE_LINK: Final = re.compile(r"^[\w.-]*zoom[\w.-]*/", re.IGNORECASE)
_PATH: Final = re.compile(
    r"^/(?:j|w|s|launch/[a-z]+|wc/join|wc)/([0-9][0-9 \-]{7,15}[0-9])(?:[/;,.]|$)", re.IGNORECASE
)
_UUID: Final = re.compile(r"(?=.*[A-Za-z+/_])[A-Za-z0-9+/_-]+={0,2}")
_SHORTEST_UUID: Final = 22  # 16 bytes in base64, without the padding
_PERSONAL: Final = re.compile(r"^/(?:my|wc/my)/.", re.IGNORECASE)
_LABELLED: Final = re.compile(r"\bID\b[^0-9\n]{0,20}([0-9][0-9 \-]{7,15}[0-9])", re.IGNORECASE)


class MeetingReferenceError(ValueError):
    """A text names no meeting: `text` says why and `remedy` what to do, neither repeats its content."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.text = texts.text(f"meeting_reference.{code}.text", **values)
        self.remedy = texts.text(f"meeting_reference.{code}.remedy")
        super().__init__(f"{self.text} {self.remedy}")


def parse_meeting(text: str) -> str:
    """Find the meeting number (9 to 11 digits) in a number, a link or a pasted invitation.

    Raises:
        MeetingReferenceError: it names no meeting, or more than one.
    """
    text = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).strip()
    if not text:
        raise MeetingReferenceError("nothing")
    digits = _SEPARATORS.sub("", text)
    if _ONLY_DIGITS.fullmatch(digits):
        if not SHORTEST <= len(digits) <= LONGEST:
            raise MeetingReferenceError(
                "wrong_length", shortest=SHORTEST, longest=LONGEST, digits=len(digits)
            )
        return digits
    return _number_in(text)


def is_uuid(text: str) -> bool:
    """Tell whether a text can be a meeting's UUID: base64 of any length, with or without padding."""
    return _UUID.fullmatch(text) is not None


def parse_meeting_or_uuid(text: str) -> str:
    """Read how people name a known meeting: its number, a link, or its UUID.

    Raises:
        MeetingReferenceError: it names no meeting, or more than one.
    """
    text = text.strip()
    return text if is_uuid(text) else parse_meeting(text)


def parse_new_meeting(text: str) -> tuple[str | None, str | None]:
    """Read which meeting to request, as its number or its UUID; a single word is no UUID.

    Raises:
        MeetingReferenceError: it names no meeting, or more than one.
    """
    text = text.strip()
    if is_uuid(text) and len(text.rstrip("=")) >= _SHORTEST_UUID:
        return None, text
    return parse_meeting(text), None


def join_link(text: str) -> str | None:
    """Find the whole join link in a text, passcode included: never store or show it."""
    text = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT])
    links = {link.geturl() for link in _links(text) if _is_zoom(link) and _number_of(link)}
    link = links.pop() if len(links) == 1 else ""
    return link if _PLAIN.fullmatch(link) else None


def _number_in(text: str) -> str:
    links = list(_links(text))
    numbers = {number for link in links if _is_zoom(link) and (number := _number_of(link))}
    numbers = numbers or {digits for part in _LABELLED.findall(text) if (digits := _digits(part))}
    if len(numbers) == 1:
        return numbers.pop()
    raise MeetingReferenceError("several" if numbers else _why_not(links))


def _why_not(links: list[SplitResult]) -> str:
    """Return the code for why none of the links names a meeting."""
    if not links:
        return "not_a_reference"
    if not any(_is_zoom(link) for link in links):
        return "not_zoom"
    if any(_PERSONAL.match(link.path) for link in links):
        return "personal_link"
    return "no_join_link"


def _links(text: str) -> Iterator[SplitResult]:
    for candidate in _CANDIDATE.findall(text):
        link = _split(candidate)
        if link and link.scheme in {"http", "https", "zoommtg", "zoomus"}:
            yield link


def _split(candidate: str) -> SplitResult | None:
    """Read a link, also one without `https://` (`zoom.us/j/…`) or slashes (`zoommtg:zoom.us/…`)."""
    scheme = _SCHEME.match(candidate)
    name = scheme[1] if scheme else "https" if _BARE_LINK.match(candidate) else ""
    try:
        return urlsplit(f"{name}://{candidate[scheme.end() if scheme else 0 :]}")
    except ValueError:  # Python's versions differ in which hosts are impossible
        return None


def _is_zoom(link: SplitResult) -> bool:
    """Tell whether a link's host is Zoom's; a name before `@` or odd characters only disguise it."""
    host = (link.hostname or "").rstrip(".")
    plain = _HOST_NAME.fullmatch(host) and "@" not in link.netloc
    return bool(plain) and any(host == zoom or host.endswith(f".{zoom}") for zoom in _HOSTS)


def _number_of(link: SplitResult) -> str | None:
    match = _PATH.match(unquote(link.path))
    if match:
        return _digits(match[1])
    values = parse_qs(link.query).get("confno", [])
    return _digits(values[0]) if len(values) == 1 else None


def _digits(text: str) -> str | None:
    digits = _SEPARATORS.sub("", text)
    fits = _ONLY_DIGITS.fullmatch(digits) and SHORTEST <= len(digits) <= LONGEST
    return digits if fits else None
