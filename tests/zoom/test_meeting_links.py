"""Wrapped links lead to the meeting inside, and to nothing else."""

import base64
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.zoom.meeting_reference import MeetingReferenceError, join_link, parse_meeting

ZOOM: Final = "https://us02web.zoom.us/j/98712345670?pwd=SECRET.1"
EVIL: Final = "https://evil.example/j/98712345670?pwd=SECRET.1"


def _sophos(url: str) -> str:
    return base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


def _proofpoint_2(url: str) -> str:
    hyphened = quote(url, safe="/").replace("-", "%2D").replace("_", "%5F")
    return hyphened.replace("%", "-").replace("/", "_")


WRAPPERS: Final[dict[str, Callable[[str], str]]] = {
    "Google": lambda url: (
        f"https://www.google.com/url?q={quote(url, '')}&sa=D&source=calendar&usg=x"
    ),
    "Google, of a country": lambda url: f"https://www.google.co.uk/url?sa=t&url={quote(url, '')}",
    "Safe Links": lambda url: (
        f"https://nam02.safelinks.protection.outlook.com/?url={quote(url, '')}"
        "&data=05%7C02%7Colive%40example.org%7C&sdata=x%3D&reserved=0"
    ),
    "Safe Links, in Teams": lambda url: (
        "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html"
        f"?url={quote(url, '')}&locale=en-us"
    ),
    "encoded twice": lambda url: (
        "https://eur01.safelinks.protection.outlook.com/"
        f"?url={quote(quote(url, ''), '')}&reserved=0"
    ),
    "Proofpoint 1": lambda url: (
        f"https://urldefense.proofpoint.com/v1/url?u={quote(url, '')}&k=x%3D"
    ),
    "Proofpoint 2": lambda url: (
        f"https://urldefense.proofpoint.com/v2/url?u={_proofpoint_2(url)}&d=DwMFaQ&c=x&e="
    ),
    "Proofpoint 3": lambda url: f"https://urldefense.com/v3/__{url}__;!!AbC-123!xyz$",
    "Barracuda": lambda url: f"https://linkprotect.cudasvc.com/url?a={quote(url, '')}&c=E,1&typo=1",
    "Cisco": lambda url: f"https://secure-web.cisco.com/1AbC-xyz/{quote(url, '')}",
    "Cisco, not encoded": lambda url: f"http://secure-web.cisco.com/1AbC-xyz/{url}",
    "Sophos": lambda url: (
        f"https://eu-west-1.protection.sophos.com/?d=zoom.us&u={_sophos(url)}&i=x&t=y"
    ),
    "Trellix": lambda url: f"https://protect2.fireeye.com/v1/url?k=1-2&q=1&u={quote(url, '')}",
    "Check Point": lambda url: f"https://protect.checkpoint.com/v2/___{url}___.YzJlOmV4YW1wbGU",
    "Symantec": lambda url: f"https://clicktime.symantec.com/3AbC?u={quote(url, '')}",
    "Trend Micro": lambda url: (
        f"https://imsva91-ctp.trendmicro.com/wis/clicktime/v1/query?url={quote(url, '')}&umid=1"
    ),
    "Trustwave": lambda url: f"https://scanmail.trustwave.com/?c=1&d=x&u={quote(url, '')}",
    "Vade": lambda url: f"https://antiphishing.vadesecure.com/v4?f=x&i=y&r=z&u={quote(url, '')}",
    "Google Meet": lambda url: f"https://meet.google.com/linkredirect?dest={quote(url, '')}",
    "Slack": lambda url: f"https://slack-redir.net/link?url={quote(url, '')}",
}
AROUND_ANYTHING: Final = tuple(
    name for name in WRAPPERS if not name.startswith(("Proofpoint 3", "Check Point"))
)
"""Those that encode what they wrap; the other two only come outermost or around plain links."""


def code_of(text: str) -> str:
    with pytest.raises(MeetingReferenceError) as caught:
        parse_meeting(text)
    assert "SECRET" not in str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("name", WRAPPERS)
def test_a_wrapped_link_is_the_meeting_inside(name: str) -> None:
    wrapped = WRAPPERS[name](ZOOM)
    assert parse_meeting(wrapped) == "98712345670"
    assert parse_meeting(f"Join: <{wrapped}>\n\nMeeting ID: 987 1234 5670") == "98712345670"
    assert join_link(wrapped) == ZOOM, "the gateway, which knows the recipient, is left out"


@pytest.mark.parametrize("name", WRAPPERS)
def test_a_wrapped_link_that_leads_elsewhere_is_refused(name: str) -> None:
    assert code_of(WRAPPERS[name](EVIL)) == "not_zoom"
    assert code_of(WRAPPERS[name]("https://zoom.us.evil.example/j/98712345670")) == "look_alike"
    assert join_link(WRAPPERS[name](EVIL)) is None


@given(st.lists(st.sampled_from(AROUND_ANYTHING), max_size=6), st.sampled_from(list(WRAPPERS)))
def test_wrappers_may_be_nested(names: list[str], innermost: str) -> None:
    good, bad = WRAPPERS[innermost](ZOOM), WRAPPERS[innermost](EVIL)
    for name in names:
        good, bad = WRAPPERS[name](good), WRAPPERS[name](bad)
    assert parse_meeting(good) == "98712345670"
    assert code_of(bad) == "not_zoom"


@given(
    st.from_regex(r"[1-9][0-9]{8,10}", fullmatch=True),
    st.sampled_from(["us02web.zoom.us/j", "zoom-x.de/w", "x.zoom.com.cn/s", "zoom.us/meeting"]),
    st.sampled_from(list(WRAPPERS)),
)
def test_only_the_number_is_taken(number: str, place: str, name: str) -> None:
    link = WRAPPERS[name](f"https://{place}/{number}?pwd=x")
    assert parse_meeting(link) == parse_meeting(WRAPPERS["Google"](link)) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"https://evil.example/?url={quote(ZOOM, '')}", "not_zoom"),
        (f"https://evil.example/{ZOOM}", "not_zoom"),
        (f"https://google.evil.example/url?q={quote(ZOOM, '')}", "not_zoom"),
        (f"https://www.google.com/search?q={quote(ZOOM, '')}", "not_zoom"),
        (f"https://www.google.com@evil.example/url?q={quote(ZOOM, '')}", "not_zoom"),
        (f"zoommtg://www.google.com/url?q={quote(ZOOM, '')}", "not_zoom"),
        ("https://www.google.com/url?q=https%3A%2F%2Fzoom.us%40evil.example%2Fj%2F1", "look_alike"),
    ],
)
def test_only_known_wrappers_are_looked_into(text: str, code: str) -> None:
    assert code_of(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "https://url.uk.m.mimecastprotect.com/s/AbC123?domain=us02web.zoom.us",
        "https://secure-web.cisco.com/1AbC",
        "https://x.protection.sophos.com/?d=zoom.us&u=aHR0cHM6Ly8",
        "https://x.protection.sophos.com/?d=zoom.us&u=aHR0cP8",
        f"https://www.google.com/url?q={quote(ZOOM, '')}&url={quote(EVIL, '')}",
        "https://www.google.com/url?q=" + "https://www.google.com/url?q=" * 11 + ZOOM,
    ],
)
def test_a_wrapper_that_hides_its_link_is_not_called_dangerous(text: str) -> None:
    assert code_of(text) == "hidden"
    assert parse_meeting(f"{text}\nMeeting ID: 987 1234 5670") == "98712345670"


def test_an_endless_link_is_not_read() -> None:
    assert code_of(f"zoom.us/{'a' * 40_000}") == "not_a_reference"
