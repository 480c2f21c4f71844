"""The report of one meeting: complete, self-contained, and it gives nothing away."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.history.model import HostSide
from rtms_tray.history.report import file_name, masked, report
from rtms_tray.presentation.wording import reason_words
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE
from tests.helpers.histories import ENDED, OPEN
from tests.helpers.manual_clock import NOON

VOID = {"meta"}


class Page(HTMLParser):
    """Reads a page strictly: every element is closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    assert page.open == []
    return page


@pytest.mark.parametrize(
    ("number", "hidden"),
    [
        ("98712345670", "987 •••• 5670"),
        ("1234567890", "123 ••• 7890"),
        ("123456789", "123 •• 6789"),
        ("1234567", "•••••••"),
        ("", ""),
    ],
)
def test_numbers_are_masked(number: str, hidden: str) -> None:
    assert masked(number) == hidden


def test_before_the_first_stream_nothing_is_red() -> None:
    waited = Span(NOON, NOON + MINUTE, SpanKind.LOST, "asked")
    captured = Span(NOON + MINUTE, NOON + 2 * MINUTE, SpanKind.CAPTURED, "")
    stopped = Span(NOON + 2 * MINUTE, NOON + 3 * MINUTE, SpanKind.LOST, "stop_host")
    page = report(replace(ENDED, spans=(waited, captured, stopped)), NOON + HOUR)
    assert re.findall(r'<rect [^>]*fill="(url\(#\w+\)|#1a7f4b)"', page) == 2 * [
        "url(#before)",
        "#1a7f4b",
        "url(#lost)",
    ]
    early = report(replace(ENDED, spans=(waited,)), NOON + HOUR)
    assert "url(#lost)" not in early


def test_a_meeting_in_full() -> None:
    page = read(report(ENDED, NOON + HOUR))
    assert "Meeting 987 •••• 5670" in page.text
    assert "Captured 20 of 30 min · 2 min paused · 5 min lost · 3 min unknown" in page.text
    assert "The host is in your organization." in page.text
    for span in ENDED.counted:
        assert reason_words(span.why) in page.text
    assert "How it ended" in page.text
    assert "The meeting ended." in page.text
    assert "What helps next time" in page.text
    assert page.tags.count("tr") == 1 + len(ENDED.counted)


def test_the_report_has_neither_number_nor_uuid_unless_wanted() -> None:
    text = report(ENDED, NOON)
    assert "98712345670" not in re.sub(r"\W", "", text)
    assert "uuid-1" not in text
    assert "987 1234 5670" in report(ENDED, NOON, with_number=True)
    nameless = replace(ENDED, meeting_number=None)
    assert "uuid-1" not in report(nameless, NOON)
    assert "uuid-1" in report(nameless, NOON, with_number=True)
    assert "5670" not in file_name(ENDED)
    assert file_name(ENDED).endswith(".html")


def test_the_report_needs_nothing_from_elsewhere() -> None:
    text = report(ENDED, NOON)
    page = read(text)
    assert not {"script", "link", "img", "iframe", "a", "base"} & set(page.tags)
    assert not any(name.startswith("on") or name in {"src", "href"} for name, _ in page.attributes)
    assert "default-src 'none'" in text
    assert "://" not in text
    assert "@import" not in text
    assert "@media print" in text


def test_a_meeting_in_progress_and_one_without_time() -> None:
    assert "in progress, as of" in read(report(OPEN, NOON)).text
    bare = replace(ENDED, spans=(), end_reason="", host=HostSide.UNKNOWN)
    page = read(report(bare, NOON))
    assert "No time was recorded." in page.text
    assert "table" not in page.tags


def test_a_loss_of_an_unknown_reason_gets_no_remedy() -> None:
    odd = replace(ENDED, spans=(Span(NOON, NOON + MINUTE, SpanKind.LOST, "of-another-version"),))
    page = read(report(odd, NOON))
    assert "of-another-version" in page.text
    assert "What helps next time" not in page.text


@pytest.mark.promise("words from outside are plain text everywhere")
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_in_the_history_stays_text(number: str, why: str, end: str) -> None:
    odd = replace(
        ENDED,
        meeting_number=number or None,
        end_reason=end,
        spans=(Span(NOON, NOON + MINUTE, SpanKind.LOST, why),),
    )
    for with_number in (False, True):
        page = read(report(odd, NOON, with_number=with_number))
        plain = read(report(replace(odd, end_reason="x" if end else ""), NOON))
        assert page.tags == plain.tags
