"""What people paste leads to the right meeting, or to an explanation; never to anything else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.support.texts import keys
from rtms_tray.zoom.meeting_reference import (
    MeetingReferenceError,
    join_link,
    parse_meeting,
    parse_meeting_or_uuid,
    parse_new_meeting,
)

INVITATION = """Somebody is inviting you to a scheduled Zoom meeting.

Topic: Weekly (https://example.org/agenda)
Join Zoom Meeting
https://us02web.zoom.us/j/98712345670?pwd=bm90IGEgc2VjcmV0.1

Meeting ID: 987 1234 5670
Passcode: 482913
---
One tap mobile
+13126266799,,98712345670#,,,,*482913# US (Chicago)
Find your local number: https://us02web.zoom.us/u/kdXyZ
"""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("987654321", "987654321"),
        ("987 1234 5670", "98712345670"),
        ("  987-1234-5670\n", "98712345670"),
        ("987\u00a01234\u202f5670", "98712345670"),
        ("987.1234.5670", "98712345670"),
        ("987–1234—5670", "98712345670"),
        ("９８７１２３４５６７０", "98712345670"),
        ("https://zoom.us/j/9876543210", "9876543210"),
        ("https://zoom.us/j/98712345670?pwd=SECRET#success", "98712345670"),
        ("HTTPS://ZOOM.US/J/98712345670", "98712345670"),
        ("http://us02web.zoom.us/w/98712345670?tk=x", "98712345670"),
        ("https://big-company.zoom.us/s/98712345670?zak=x", "98712345670"),
        ("https://zoom.com/j/98712345670", "98712345670"),
        ("https://x.zoom.com.cn/j/98712345670", "98712345670"),
        ("https://agency.zoomgov.com/j/1601234567", "1601234567"),
        ("https://app.zoom.us/wc/98712345670/join?fromPWA=1", "98712345670"),
        ("https://app.zoom.us/wc/join/98712345670", "98712345670"),
        ("https://zoom.us/wc/98712345670/start", "98712345670"),
        ("https://us02web.zoom.us/launch/jc/98712345670", "98712345670"),
        ("https://zoom.us/j/987%201234%205670", "98712345670"),
        ("us02web.zoom.us/j/98712345670", "98712345670"),
        ("<https://zoom.us/j/98712345670>.", "98712345670"),
        ("[join](https://zoom.us/j/98712345670)", "98712345670"),
        ("zoommtg://zoom.us/join?action=join&confno=98712345670&pwd=SECRET", "98712345670"),
        ("zoommtg:zoom.us/join?confno=98712345670", "98712345670"),
        ("zoomus://zoom.us/join?confno=98712345670", "98712345670"),
        (
            "https://zoom.us/j/98712345670 or zoommtg://zoom.us/join?confno=98712345670",
            "98712345670",
        ),
        ("Meeting ID: 987 1234 5670, passcode 482913", "98712345670"),
        (INVITATION, "98712345670"),
    ],
)
def test_a_reference_gives_its_number(text: str, number: str) -> None:
    assert parse_meeting(text) == number


NO_REFERENCES = [
    ("", "nothing"),
    (" \n\t", "nothing"),
    ("12345678", "wrong_length"),
    ("123456789012", "wrong_length"),
    ("٩٨٧١٢٣٤٥٦٧٠", "not_a_reference"),
    ("hello", "not_a_reference"),
    ("tomorrow at 987 1234 5670", "not_a_reference"),
    ("https://zoom.us/my/some.body", "personal_link"),
    ("https://big-company.zoom.us/my/some.body?pwd=SECRET", "personal_link"),
    ("https://zoom.us/j/123", "no_join_link"),
    ("https://zoom.us/pricing", "no_join_link"),
    ("https://zoom.us/join?confno=98712345670&confno=98712345671", "no_join_link"),
    ("https://zoom.us/j/98712345670 https://zoom.us/j/98712345671", "several"),
    ("https://zoom.us.evil.com/j/98712345670", "not_zoom"),
    ("https://evilzoom.us/j/98712345670", "not_zoom"),
    ("https://zoom.us@evil.com/j/98712345670", "not_zoom"),
    ("https://evil.com\\@zoom.us/j/98712345670", "not_zoom"),
    ("https://zооm.us/j/98712345670", "not_zoom"),
    ("zoommtg://evil.com/join?confno=98712345670", "not_zoom"),
    ("https://.zoom.us/j/98712345670", "not_zoom"),
    ("https://a..zoom.us/j/98712345670", "not_zoom"),
    ("https://é.zoom.us/j/98712345670", "not_zoom"),
    ("https://example.org/j/98712345670", "not_zoom"),
    ("ftp://zoom.us/j/98712345670", "not_a_reference"),
    ("javascript://zoom.us/j/98712345670", "not_a_reference"),
]


@pytest.mark.parametrize(("text", "code"), NO_REFERENCES)
def test_anything_else_is_explained(text: str, code: str) -> None:
    with pytest.raises(MeetingReferenceError) as raised:
        parse_meeting(text)
    assert raised.value.code == code
    assert raised.value.text
    assert raised.value.remedy
    assert "SECRET" not in str(raised.value)


def test_every_explanation_is_given_to_somebody() -> None:
    assert {key.split(".")[1] for key in keys("meeting_reference")} == {
        code for _, code in NO_REFERENCES
    }


def test_a_wrong_length_is_counted() -> None:
    with pytest.raises(MeetingReferenceError, match=r"9 to 11 digits.*8\."):
        parse_meeting("12345678")


@pytest.mark.parametrize(
    ("text", "link"),
    [
        (INVITATION, "https://us02web.zoom.us/j/98712345670?pwd=bm90IGEgc2VjcmV0.1"),
        ("zoommtg:zoom.us/join?confno=98712345670", "zoommtg://zoom.us/join?confno=98712345670"),
        ("98712345670", None),
        ("https://zoom.us@evil.com/j/98712345670", None),
        ("https://zoom.us/j/98712345670?pwd=\udcff", None),
        ("https://zoom.us/j/98712345670?pwd=a\u200bb", None),
        ("https://zoom.us/j/98712345670 https://zoom.us/j/98712345671", None),
    ],
)
def test_only_a_whole_plain_link_of_zooms_is_handed_on(text: str, link: str | None) -> None:
    assert join_link(text) == link


_PIECES = st.sampled_from(
    [
        "https://", "zoommtg://", "zoom.us", "/j/", "/my/", "?confno=", "[", "]", "@", "\\",
        "98712345670", "%", "%2", "ID:", " ", ".", "℀", "\ud800", ":99999999",
    ]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(st.one_of(_PIECES, st.text(max_size=3))).map("".join)))
def test_any_text_gives_a_number_or_an_explanation(text: str) -> None:
    try:
        answer = parse_meeting(text)
    except MeetingReferenceError as error:
        answer = error.text and error.remedy and "987654321"
    assert re.fullmatch(r"[0-9]{9,11}", answer)


@given(
    st.from_regex(r"[1-9][0-9]{8,10}", fullmatch=True), st.sampled_from([" ", "-", "\u00a0", ""])
)
def test_grouping_changes_nothing(number: str, separator: str) -> None:
    assert parse_meeting(separator.join((number[:3], number[3:7], number[7:]))) == number


@pytest.mark.parametrize("uuid", ["4444AAAiAAAAAiAiAiiAii==", "/abc+def//ghijklmnopqrs", "a" * 30])
def test_a_uuid_may_be_asked_for_with_or_without_its_padding(uuid: str) -> None:
    assert parse_new_meeting(f" {uuid} ") == (None, uuid)
    assert parse_meeting_or_uuid(uuid) == uuid


@pytest.mark.parametrize("text", ["987 1234 5670", "987-1234-5670", "zoom.us/j/98712345670"])
def test_a_number_is_no_uuid(text: str) -> None:
    assert parse_new_meeting(text) == ("98712345670", None)
    assert parse_meeting_or_uuid(text) == "98712345670"


def test_a_mere_word_is_never_asked_for() -> None:
    with pytest.raises(MeetingReferenceError):
        parse_new_meeting("hello")
    assert parse_meeting_or_uuid("abc==") == "abc==", "a watched meeting may be named by any UUID"
