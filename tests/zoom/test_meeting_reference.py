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
        ("٩٨٧ ١٢٣٤ ٥٦٧٠", "98712345670"),
        ("۹۸۷ ۱۲۳۴ ۵۶۷۰", "98712345670"),
        ("“https://zoom.us/j/98712345670”", "98712345670"),
        ("„https://zoom.us/j/98712345670?pwd=a“", "98712345670"),
        ("«https://zoom.us/j/98712345670»", "98712345670"),
        ("「https://zoom.us/j/98712345670」", "98712345670"),
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
        ("https://zoom-x.de/j/98712345670", "98712345670"),
        ("https://uni-example.zoom-x.de/j/98712345670?pwd=SECRET", "98712345670"),
        ("https://us02web.zoom.us/meeting/98712345670", "98712345670"),
        ("https://us02web.zoom.us/meeting/98712345670/ics?icsToken=x", "98712345670"),
        ("https://us02web.zoom.us/meetings/98712345670/invitations", "98712345670"),
        ("https://us02web.zoom.us/j/98712345670&sa=D&source=calendar&usg=x", "98712345670"),
        ("https://us02web.zoom.us/j/98712345670%3Fpwd%3DSECRET", "98712345670"),
        ("https://us02web.zoom.us/j/98712345670%253Fpwd%253DSECRET", "98712345670"),
        ("https://us02web.zoom.us/j/98712345670#success", "98712345670"),
        ("\u202ahttps://zoom.us/j/987123\u200e45670\u202c", "98712345670"),
        ("https://zoom.us/j/98712\u200b345670", "98712345670"),
        ("\u200f\u202a987 1234\u202c\u200f 5670\u200e", "98712345670"),
        ("\u2066987\u00a01234\u00a05670\u2069", "98712345670"),
        ("\ufeff987\u200b1234\u200b5670", "98712345670"),
        ("https://us02web.zoom.us/j/９８７１２３４５６７０", "98712345670"),
        ("ミーティングID：９８７　１２３４　５６７０", "98712345670"),
        ("https://x.zoom.com.cn/j/98712345670", "98712345670"),
        ("https://agency.zoomgov.com/j/1601234567", "1601234567"),
        ("https://app.zoom.us/wc/98712345670/join?fromPWA=1", "98712345670"),
        ("https://app.zoom.us/wc/join/98712345670", "98712345670"),
        ("https://zoom.us/wc/98712345670/start", "98712345670"),
        ("https://us02web.zoom.us/launch/jc/98712345670", "98712345670"),
        ("https://zoom.us/j/987%201234%205670", "98712345670"),
        ("us02web.zoom.us/j/98712345670", "98712345670"),
        ("<https://zoom.us/j/98712345670>.", "98712345670"),
        ("LOCATION:https://zoom.us/j/98712345670?pwd=SECRET", "98712345670"),
        ("点击链接入会：https://zoom.us/j/98712345670", "98712345670"),
        ("加入Zoom会议https://zoom.us/j/98712345670", "98712345670"),
        ('<a href=https://zoom.us/j/98712345670 target="_blank">', "98712345670"),
        ("URL:zoommtg://zoom.us/join?confno=98712345670", "98712345670"),
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


INVITATIONS = {
    "English": "Meeting ID: 987 1234 5670\nPasscode: 482913",
    "German": "Meeting-ID: 987 1234 5670\nKenncode: 482913",
    "Spanish": "ID de reunión: 987 1234 5670\nCódigo de acceso: 482913",
    "French": "ID de réunion\u00a0: 987 1234 5670\nCode secret\u00a0: 482913",
    "Italian": "ID riunione: 987 1234 5670\nPasscode: 482913",
    "Portuguese": "ID da reunião: 987 1234 5670\nSenha: 482913",
    "Dutch": "Vergaderings-ID: 987 1234 5670\nToegangscode: 482913",
    "Swedish": "Mötes-ID: 987 1234 5670\nLösenord: 482913",
    "Polish": "Identyfikator spotkania: 987 1234 5670\nKod dostępu: 482913",
    "Turkish": "Toplantı Kimliği: 987 1234 5670\nParola: 482913",
    "Indonesian": "ID Rapat: 987 1234 5670\nKode Sandi: 482913",
    "Vietnamese": "ID cuộc họp: 987 1234 5670\nMật mã: 482913",
    "Russian": "Идентификатор конференции: 987 1234 5670\nКод доступа: 482913",
    "Ukrainian": "Ідентифікатор конференції: 987 1234 5670\nКод доступу: 482913",
    "Japanese": "ミーティング ID: 987 1234 5670\nパスコード: 482913",
    "Japanese, in one word": "ミーティングID：987 1234 5670\nパスワード：482913",
    "Korean": "회의 ID: 987 1234 5670\n암호: 482913",
    "Simplified Chinese": "会议号：987 1234 5670\n密码：482913",
    "Traditional Chinese": "會議 ID：987 1234 5670\n密碼：482913",
    "Arabic": "معرّف الاجتماع: \u200e987 1234 5670\nرمز المرور: \u200e482913",
    "Hebrew": "מזהה פגישה: \u200e987 1234 5670\nקוד סיסמה: 482913",
    "the window of Zoom": "Meeting ID\n987 1234 5670\nHost\nOlive",
    "one tap": "Ein Tippen\n+496971049922,,98712345670#,,,,*482913# Deutschland",
    "a room system": "SIP: 98712345670@zoomcrc.com",
}


@pytest.mark.parametrize("language", INVITATIONS)
def test_an_invitation_in_any_language_gives_its_number(language: str) -> None:
    invitation = f"2026-12-01 10:00\n{INVITATIONS[language]}\n+1 312 626 6799 (Chicago)\n"
    assert parse_meeting(invitation) == "98712345670"


@pytest.mark.parametrize("length", [30_000, 300_000])
def test_a_number_is_found_however_long_the_text_is(length: int) -> None:
    assert parse_meeting(f"{'To whom it may concern. ' * (length // 24)}\n{INVITATION}") == (
        "98712345670"
    )


def test_a_text_beyond_all_measure_is_cut_between_lines_never_within_a_number() -> None:
    padding = "x" * (1_000_000 - 20)
    with pytest.raises(MeetingReferenceError) as raised:
        parse_meeting(f"{padding}\nhttps://zoom.us/j/98712345670")
    assert raised.value.code == "not_a_reference"


@pytest.mark.parametrize(
    "text", ["電話番号: 0312345678", "ID de l'hôte : 12345", "Valid: 987654321"]
)
def test_other_numbers_in_a_text_are_no_meetings(text: str) -> None:
    with pytest.raises(MeetingReferenceError):
        parse_meeting(text)


NO_REFERENCES = [
    ("", "nothing"),
    (" \n\t", "nothing"),
    ("12345678", "wrong_length"),
    ("123456789012", "wrong_length"),
    ("๙๘๗๑๒๓๔๕๖๗๐", "not_a_reference"),
    ("hello", "not_a_reference"),
    ("tomorrow at 987 1234 5670", "not_a_reference"),
    ("https://zoom.us/my/some.body", "personal_link"),
    ("https://big-company.zoom.us/my/some.body?pwd=SECRET", "personal_link"),
    ("https://zoom.us/j/123", "no_join_link"),
    ("https://zoom.us/pricing", "no_join_link"),
    ("https://zoom.us/join?confno=98712345670&confno=98712345671", "no_join_link"),
    ("https://zoom.us/j/98712345670 https://zoom.us/j/98712345671", "several"),
    ("https://zoom.us.evil.com/j/98712345670", "look_alike"),
    ("https://evilzoom.us/j/98712345670", "not_zoom"),
    ("https://zoom.us@evil.com/j/98712345670", "look_alike"),
    ("https://evil.com\\@zoom.us/j/98712345670", "look_alike"),
    ("https://zооm.us/j/98712345670", "look_alike"),
    ("zoommtg://evil.com/join?confno=98712345670", "not_zoom"),
    ("https://.zoom.us/j/98712345670", "look_alike"),
    ("https://a..zoom.us/j/98712345670", "look_alike"),
    ("https://é.zoom.us/j/98712345670", "look_alike"),
    ("https://example.org/j/98712345670", "not_zoom"),
    ("LOCATION:https://example.org/j/98712345670", "not_zoom"),
    ("example.org/?u=https://zoom.us/j/98712345670", "not_a_reference"),
    ("https://zoom.school.example/j/98712345670", "not_zoom"),
    ("https://münchen.example/j/98712345670", "not_zoom"),
    ("https://protect-us.mimecast.com/s/AbC?domain=us02web.zoom.us", "hidden"),
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
        (
            "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F98712345670%3Fpwd%3DSECRET&data=olive%40example.org",
            "https://zoom.us/j/98712345670?pwd=SECRET",
        ),
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
