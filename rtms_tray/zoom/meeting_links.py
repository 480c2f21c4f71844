"""Links as people get them: reads one, and finds where it leads behind mail gateways and redirects.

A wrapped link is judged by its destination, and only where the wrapper is known: any other site is
free to send its visitors somewhere else than its address says. Link forms: zoom-facts §8.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

_ZOOMS: Final = ("zoom.us", "zoom.com", "zoom.com.cn", "zoomgov.com", "zoom-x.de")
"""`zoom-x.de` is Zoom as Deutsche Telekom runs it."""

_WRAPPERS: Final = (
    "safelinks.protection.outlook.com",
    "safelinks.protection.office365.us",
    "safelinks.protection.partner.outlook.cn",
    "statics.teams.cdn.office.net",
    "urldefense.com",
    "urldefense.us",
    "urldefense.proofpoint.com",
    "linkprotect.cudasvc.com",
    "secure-web.cisco.com",
    "protection.sophos.com",
    "protect2.fireeye.com",
    "protect.checkpoint.com",
    "url.avanan.click",
    "clicktime.symantec.com",
    "clicktime.cloud.postoffice.net",
    "scanmail.trustwave.com",
    "antiphishing.vadesecure.com",
    "url-protection.com",
    "trendmicro.com",
    "hornetsecurity.com",
    "urlsand.com",
    "urlsand.esvalabs.com",
    "mimecast.com",
    "mimecastprotect.com",
    "l.facebook.com",
    "lm.facebook.com",
    "l.instagram.com",
    "slack-redir.net",
    "meet.google.com",
    "www.linkedin.com",
)
_SEARCH_ENGINE: Final = re.compile(r"(www\.)?google\.[a-z]{2,3}(\.[a-z]{2})?")
_DEEPEST: Final = 10
"""Wrappers around wrappers: each forward through a filtered mailbox adds one."""

_ENCODED_TIMES: Final = 3
_LONGEST: Final = 32_000  # browsers and mail servers stop far earlier
_SCHEMES: Final = ("http", "https", "zoommtg", "zoomus")
_HOST_NAME: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
_PARTS: Final = re.compile(r"[.@:\\\\]")
_SCHEME: Final = re.compile(r"^([a-z][a-z0-9+.-]*):/*", re.IGNORECASE)
_WORD_BEFORE: Final = re.compile(
    r"^[^\W\d_]{1,40}?[:=]?(?=(?:https?|zoommtg|zoomus):/)", re.IGNORECASE
)
"""What invitations and calendars write before a link without a space: `LOCATION:https://…`."""

_BARE_HOST: Final = re.compile(r"(?=.*zoom)[\w.-]+", re.IGNORECASE)
_ABSOLUTE: Final = re.compile(r"(https?|zoommtg|zoomus):", re.IGNORECASE)
_BETWEEN_LINES: Final = re.compile(
    r"/v[0-9](?:/[a-z0-9]+)?/_{2,3}(https?:.+?)_{2,3}[;.]", re.IGNORECASE
)
_AT_THE_END: Final = re.compile(r"/(https?(?::|%3A).+)", re.IGNORECASE)
_BASE64: Final = re.compile(r"aHR0c[A-Za-z0-9+/_-]+=*")  # "http"


def split_link(candidate: str) -> SplitResult | None:
    """Read a link, also one without `https://` (`zoom.us/j/…`) or slashes (`zoommtg:zoom.us/…`)."""
    if len(candidate) > _LONGEST:
        return None
    candidate = _WORD_BEFORE.sub("", candidate)
    scheme = _SCHEME.match(candidate)
    host = candidate.partition("/")[0]
    bare = "/" in candidate and _BARE_HOST.fullmatch(host)
    name = scheme[1].lower() if scheme else "https" if bare else ""
    if name not in _SCHEMES:
        return None
    try:
        link = urlsplit(f"{name}://{candidate[scheme.end() if scheme else 0 :]}")
    except ValueError:  # Python's versions differ in which hosts are impossible
        return None
    return link if link.netloc else None


def is_zoom(link: SplitResult) -> bool:
    """Tell whether a link's host is Zoom's; a name before `@` or odd characters only disguise it."""
    return _is_plain(link) and _is_under(_host(link), _ZOOMS)


def is_look_alike(link: SplitResult) -> bool:
    """Tell whether a link is made to be taken for one of Zoom's; `zoom.school.example` isn't."""
    if is_zoom(link):
        return False
    if _is_plain(link):
        return any(f".{zoom}." in f".{_host(link)}" for zoom in _ZOOMS)
    return any(map(_imitates_zoom, _PARTS.split(link.netloc.lower())))


def is_wrapper(link: SplitResult) -> bool:
    """Tell whether a link only passes on to another one, which it names."""
    host = _host(link)
    if not _is_plain(link) or link.scheme not in ("http", "https"):
        return False
    if _SEARCH_ENGINE.fullmatch(host):
        return link.path == "/url"
    return _is_under(host, _WRAPPERS)


def destination(link: SplitResult) -> SplitResult | None:
    """Follow all wrappers to the link inside; None where that can't be told from the address."""
    for _ in range(_DEEPEST):
        if not is_wrapper(link):
            return link
        inner = {found for text in _wrapped(link) if (found := split_link(_decoded(text)))}
        if len(inner) != 1:
            return None
        link = inner.pop()
    return None


def _wrapped(link: SplitResult) -> Iterator[str]:
    """List what may be the address inside a wrapper: in its path, or a value of its query."""
    rest = link._replace(scheme="", netloc="").geturl()
    if between := _BETWEEN_LINES.match(rest):  # Proofpoint 3, Check Point
        yield between[1]
        return
    if path := _AT_THE_END.search(link.path):  # Cisco
        yield rest[rest.index(path[1]) :]
        return
    for _, value in parse_qsl(link.query):
        yield _unhyphened(value) if link.path.startswith("/v2/") else value


def _decoded(text: str) -> str:
    """Undo what a wrapper did to an address: percent signs, perhaps twice, or base64 (Sophos)."""
    if _BASE64.fullmatch(text):
        padded = text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
        try:
            return base64.b64decode(padded, b"-_").decode()
        except (binascii.Error, UnicodeDecodeError):
            return ""
    for _ in range(_ENCODED_TIMES):
        if _ABSOLUTE.match(text):
            break
        text = unquote(text)
    return text


def _unhyphened(value: str) -> str:
    """Undo Proofpoint 2: `-3A` stands for `%3A`, `_` for a slash."""
    return unquote(value.replace("-", "%").replace("_", "/"))


def _imitates_zoom(part: str) -> bool:
    """Tell whether a part of a name reads "zoom", perhaps with letters of another script."""
    letters = zip(part, "zoom", strict=False)
    return len(part) == len("zoom") and all(a == b or not a.isascii() for a, b in letters)


def _host(link: SplitResult) -> str:
    return (link.hostname or "").rstrip(".")


def _is_plain(link: SplitResult) -> bool:
    return bool(_HOST_NAME.fullmatch(_host(link))) and "@" not in link.netloc


def _is_under(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
