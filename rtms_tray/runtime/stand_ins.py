"""Stand-ins for everything in a recording that says who met whom, when, or what about.

The same value always gets the same stand-in, of the same form, so that what belongs together still does.
What isn't known to be harmless is replaced: only words from fixed vocabularies, small numbers and Zoom's own
sentences stay, and from those whatever was replaced elsewhere is taken out.
"""

import base64
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode

from rtms_tray.support.units import SECOND, Millis
from rtms_tray.zoom.json_values import SECRET_NAMES, as_iso_moment, as_moment

BEGINNING: Final[Millis] = 1_580_601_600_000
"""2020-02-02: when every recording begins, by its own account."""

_LARGEST_NUMBER: Final = 100_000  # smaller ones are codes, counts, durations
_SHORTEST_NAME: Final = 3  # shorter ones would be found in many a word
_DEEPEST: Final = 12
_WORD_NAMES: Final = re.compile(r"(?i)(^|_)(event|status|state|type|role|action|result|kind)$")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z_.-]{0,79}")
_SENTENCE_NAMES: Final = re.compile(
    r"(?i)^(error_?)?(message|reason|description)$|^(leave|stop)_reason$|^(error|trouble|field)$"
)
_WHO_LEFT: Final = re.compile(r"^.*?(?=left the meeting)", re.DOTALL)  # "Ann Lee left the meeting"
_FIELD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,60}")
_PATH_WORDS: Final = frozenset({
    "", "v2", "users", "me", "meetings", "upcoming_meetings", "live_meetings", "rtms_app", "status",
    "oauth", "token", "revoke",
})  # fmt: skip

_UUID: Final = r"[A-Za-z0-9+/_-]{22}=="
_GUID: Final = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_HEX: Final = r"[0-9a-f]{32}"
_MAIL: Final = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_ADDRESS: Final = r"(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){3,7}"
_URL: Final = r"(?:https?|wss?)://[^\s\"'<>]+"
_MOMENT: Final = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
_NUMBER: Final = r"\d{5,20}"
_ACCOUNT: Final = r"[A-Za-z0-9_-]{22}"
_FORMS: Final[Mapping[str, str]] = {
    "url": _URL,
    "mail": _MAIL,
    "moment": _MOMENT,
    "guid": _GUID,
    "uuid": _UUID,
    "address": _ADDRESS,
    "hex": _HEX,
    "number": _NUMBER,
    "account": _ACCOUNT,
}
"""What a value can look like; the first that fits counts."""
_IN_SENTENCES: Final = re.compile(
    "|".join(
        rf"(?P<{name}>(?<![\w@.-]){form}(?![\w=-]))"
        for name, form in _FORMS.items()
        if name != "account"
    )
)
_MEETING_NUMBER: Final = range(9, 12)
_MADE: Final[Mapping[str, Callable[[int, str], str]]] = {
    "uuid": lambda count, _: base64.b64encode(count.to_bytes(16, "big")).decode(),
    "guid": lambda count, _: f"00000000-0000-0000-0000-{count:012X}",
    "hex": lambda count, _: f"{count:032x}",
    "account": lambda count, _: f"account{count:015d}",
    "mail": lambda count, _: f"person-{count}@example.com",
    "address": lambda count, _: f"192.0.2.{count % 256}",
    "url": lambda count, value: f"{value.partition('://')[0]}://example.com/{count}",
    "meeting": lambda count, _: f"9{count:010d}",
    "number": lambda count, _: str(10_000_000 + count),
}
"""How the stand-ins look, by their form."""


class StandIns:
    """Remembers what stands for what, for one recording that begins at a moment."""

    def __init__(self, began: Millis) -> None:
        self._shift = BEGINNING - began
        self._known: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._names: list[str] = []  # what isn't recognized by its form, longest first

    def of(self, value: object, name: str = "", depth: int = _DEEPEST) -> object:
        """Return a JSON value with stand-ins; `name` is that of its field."""
        self._learn(value, name, depth)
        return self._replaced(value, name, depth)

    def of_path(self, path: str) -> str:
        """Return the path of a call with stand-ins, in plain letters."""
        bare, _, query = path.partition("?")
        parts = [self._of_segment(unquote(unquote(part))) for part in bare.split("/")]
        pairs = [(name, str(self.of(value, "type"))) for name, value in parse_qsl(query)]
        return "/".join(parts) + (f"?{urlencode(pairs)}" if pairs else "")

    def _of_segment(self, part: str) -> str:
        return part if part in _PATH_WORDS else self.of_text(part, "id")

    def of_text(self, value: str, name: str = "") -> str:
        """Return the stand-in of an identifier or a name; an empty one stays."""
        if not value:
            return value
        known = self._known.get(value)
        if known is None:
            form = next((form for form, like in _FORMS.items() if re.fullmatch(like, value)), "")
            known = self._new(value, form, name)
            self._known[value] = known
            if not form and len(value) >= _SHORTEST_NAME:
                self._names = sorted((*self._names, value), key=len, reverse=True)
        return known

    def _new(self, value: str, form: str, name: str) -> str:
        if form == "moment":
            return self._moment(value)
        if form == "number" and len(value) in _MEETING_NUMBER:
            form = "meeting"
        label = form or (name if _FIELD.fullmatch(name) else "text")
        self._counts[label] += 1
        count = self._counts[label]
        make = _MADE.get(form)
        return make(count, value) if make else f"{label} {count}"

    def _moment(self, value: str) -> str:
        at = as_iso_moment(value)
        if at is None:
            return "2020-02-02T00:00:00Z"
        return datetime.fromtimestamp((at + self._shift) // SECOND, UTC).strftime(
            "%Y-%m-%dT%H:%M:%SZ"
        )

    # --- whole values ---------------------------------------------------------------------------

    def _learn(self, value: object, name: str, depth: int) -> None:
        """Learn every name first: a sentence beside it may hold it."""
        if isinstance(value, dict) and depth:
            for key, inner in value.items():
                self._learn(inner, str(key), depth - 1)
        elif isinstance(value, list) and depth:
            for inner in value:
                self._learn(inner, name, depth - 1)
        elif isinstance(value, str) and not _stays(value, name):
            self.of_text(value, name)

    def _replaced(self, value: object, name: str, depth: int) -> object:
        if depth == 0:
            return "…"
        match value:
            case dict():
                return {
                    self._field(str(key)): self._replaced(inner, str(key), depth - 1)
                    for key, inner in value.items()
                }
            case list():
                return [self._replaced(inner, name, depth - 1) for inner in value]
            case str():
                return self._of_string(value, name)
            case int() if abs(value) >= _LARGEST_NUMBER:
                return self._of_integer(value, name)
            case float() if abs(value) >= _LARGEST_NUMBER:
                return 0
            case _:
                return value

    def _field(self, name: str) -> str:
        return name if _FIELD.fullmatch(name) else self.of_text(name, "field")

    def _of_integer(self, value: int, name: str) -> int:
        if as_moment(value) is not None:
            return value + self._shift
        if _is_time(name) and as_moment(value, SECOND) is not None:
            return value + self._shift // SECOND
        return int(self.of_text(str(abs(value)), name)) if len(str(abs(value))) <= 20 else 0  # noqa: PLR2004

    def _of_string(self, value: str, name: str) -> str:
        if SECRET_NAMES.search(name) and not re.fullmatch(_MAIL, value):
            return "…" if value else ""
        if _is_time(name) and value.isdecimal():
            return str(self._of_integer(int(value[:20]), name))
        if _SENTENCE_NAMES.search(name):
            return self.of_sentence(value)
        return value if _stays(value, name) else self.of_text(value, name)

    def of_sentence(self, words: str) -> str:
        """Return Zoom's own words without what anybody else has put into them."""
        words = _WHO_LEFT.sub("", words)
        for name in self._names:
            words = words.replace(name, self._known[name])
        return _IN_SENTENCES.sub(lambda found: self.of_text(found[0]), words)


def _is_time(name: str) -> bool:
    return name.endswith(("_ts", "_time", "_at"))


def _stays(value: str, name: str) -> bool:
    """Tell whether a text is a word of Zoom's, a sentence of Zoom's, or a secret, which is no name either."""
    if SECRET_NAMES.search(name):
        return not re.fullmatch(_MAIL, value)
    is_word = _WORD_NAMES.search(name) and _WORD.fullmatch(value)
    is_small = value.isdecimal() and len(value) < len(str(_LARGEST_NUMBER))
    return bool(is_word or is_small or _SENTENCE_NAMES.search(name) or not value)


def sentences_in(value: object, name: str = "") -> Iterator[str]:
    """Find what was kept in words: people should read it before they share it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from sentences_in(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from sentences_in(inner, name)
    elif isinstance(value, str) and value and _SENTENCE_NAMES.search(name):
        yield value
