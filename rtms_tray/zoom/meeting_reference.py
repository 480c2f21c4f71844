"""Finds the meeting number in what people type or paste: a number, a link, an invitation.

Only links that end at Zoom's own hosts count (`meeting_links`); passcodes in them are neither stored
nor shown, and only the number is passed on.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote

from rtms_tray.support import texts
from rtms_tray.zoom.meeting_links import destination, is_look_alike, is_zoom, split_link

SHORTEST: Final = 9
LONGEST: Final = 11
"""Digits of a meeting number: 9 for old ones, 10 for personal ones, 11 for most."""

_LONGEST_TEXT: Final = 1_000_000
"""Beyond any mail: whatever else is on the clipboard must not keep the menu waiting."""

_PLAIN: Final = re.compile(r"[!-~]+")
_DIRECTION: Final = dict.fromkeys(
    [0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
)
_INVISIBLE: Final = _DIRECTION | dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060])
_DIGITS: Final = {
    zero + digit: str(digit) for zero in (0x660, 0x6F0, 0x966, 0x9E6) for digit in range(10)
}
"""Arabic, Persian, Hindi and Bengali digits, as keyboards of these languages write them."""
_SEPARATORS: Final = re.compile(r"[\s.\-\u2010-\u2015\u2212]+")
_ONLY_DIGITS: Final = re.compile(r"[0-9]+")
_CANDIDATE: Final = re.compile(
    r"[^\s<>\"'()\[\]{}|,\u00ab\u00bb\u2018-\u201f\u2039\u203a\u300a-\u300f]+"
)
_NUMBER: Final = r"([0-9][0-9 .\-\u2010-\u2015]{7,15}[0-9])"
_PATH: Final = re.compile(
    rf"^/(?:j|w|s|meetings?|webinar|launch/[a-z]+|wc/join|wc)/{_NUMBER}(?![0-9a-z])", re.IGNORECASE
)
_UNQUOTED_TIMES: Final = 3
_UUID: Final = re.compile(r"(?=.*[A-Za-z+/_])[A-Za-z0-9+/_-]+={0,2}")
_SHORTEST_UUID: Final = 22  # 16 bytes in base64, without the padding
_PERSONAL: Final = re.compile(r"^/(?:my|wc/my)/.", re.IGNORECASE)
_LABELS: Final = (
    r"(?<![a-z\u00c0-\u024f])ID(?![a-z\u00c0-\u024f])",  # most languages, also next to Japanese
    r"(?:会议|會議|会議|ミーティング)\s?(?:号码|號碼|番号|编号|編號|号|號)",
    "회의 번호",
    "kimli",  # Turkish
    "identifi",  # French, Spanish, Portuguese, Italian
    "identyfikator",
    "identifikator",
    "идентификатор",
    "ідентифікатор",
    "معرّ?ف",
    "מזהה",
)
_LABELLED: Final = re.compile(
    rf"(?:{'|'.join(_LABELS)})[^0-9+\n]{{0,40}}\n?\s{{0,8}}(?<![0-9+]){_NUMBER}", re.IGNORECASE
)
"""What Zoom's client writes before the number, in its languages; on a line of its own in its window."""

_DIALED: Final = re.compile(r",,\s?([0-9]{9,11})#|(?<![0-9])([0-9]{9,11})@zoomcrc\.com")
"""“One tap mobile” and SIP, the same in every language."""


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
    text = _readable(text).translate(_INVISIBLE).strip()
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
    links = {
        link.geturl()
        for link in map(destination, _links(_readable(text)))
        if link and is_zoom(link) and _number_of(link)
    }
    link = links.pop() if len(links) == 1 else ""
    return link if _PLAIN.fullmatch(link) else None


def _readable(text: str) -> str:
    """Take from a text what is never seen (marks of direction), and write digits and letters plainly."""
    if len(text) > _LONGEST_TEXT:  # the last word may be half a number
        text = text[:_LONGEST_TEXT].rpartition("\n")[0]
    return unicodedata.normalize("NFKC", text).translate(_DIRECTION | _DIGITS)


def _number_in(text: str) -> str:
    links = list(_links(text))
    ends = [destination(link) for link in links]
    numbers = {number for end in ends if end and is_zoom(end) and (number := _number_of(end))}
    numbers = numbers or set(_written_numbers(text))
    if len(numbers) == 1:
        return numbers.pop()
    raise MeetingReferenceError("several" if numbers else _why_not(ends))


def _written_numbers(text: str) -> Iterator[str]:
    """Find the numbers that an invitation gives beside its link."""
    for part in _LABELLED.findall(text):
        if digits := _digits(part):
            yield digits
    for tapped, called in _DIALED.findall(text):
        yield tapped or called


def _why_not(ends: list[SplitResult | None]) -> str:
    """Return the code for why none of the links, which end here, names a meeting."""
    known = [end for end in ends if end]
    if not ends:
        return "not_a_reference"
    if any(is_zoom(end) and _PERSONAL.match(end.path) for end in known):
        return "personal_link"
    if any(map(is_zoom, known)):
        return "no_join_link"
    if any(map(is_look_alike, known)):
        return "look_alike"
    return "not_zoom" if len(known) == len(ends) else "hidden"


def _links(text: str) -> Iterator[SplitResult]:
    for candidate in _CANDIDATE.findall(text):
        if link := split_link(candidate):
            yield link


def _number_of(link: SplitResult) -> str | None:
    path = link.path
    for _ in range(_UNQUOTED_TIMES):
        path = unquote(path)
    if match := _PATH.match(path):
        return _digits(match[1])
    values = parse_qs(link.query).get("confno", [])
    return _digits(values[0]) if len(values) == 1 else None


def _digits(text: str) -> str | None:
    digits = _SEPARATORS.sub("", text)
    fits = _ONLY_DIGITS.fullmatch(digits) and SHORTEST <= len(digits) <= LONGEST
    return digits if fits else None
