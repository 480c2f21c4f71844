"""Values from the wire are read in every form they are known in, or are nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.support.units import Millis
from rtms_tray.zoom.json_values import as_id, as_iso_moment, as_number, plain


@pytest.mark.parametrize(
    ("sent", "read"),
    [(" a ", "a"), (5, "5"), ("", None), (" ", None), (None, None), (True, None), (1.5, None),
     ([], None), ("a\nb", None), ("x" * 300, "x" * 300), ("x" * 301, None)],
)  # fmt: skip
def test_an_id_is_text(sent: object, read: str | None) -> None:
    assert as_id(sent) == read


@pytest.mark.parametrize(
    ("sent", "read"),
    [(98712345670, "98712345670"), ("987 1234-5670", "98712345670"), (9.0, "9"), (9.5, None),
     ("98712345670x", None), ("٩٨٧", None), ("", None), ("1" * 21, None), (float("inf"), None)],
)  # fmt: skip
def test_a_number_is_digits(sent: object, read: str | None) -> None:
    assert as_number(sent) == read


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("2026-10-31T12:00:00Z", 1_793_448_000_000),
        ("2026-10-31T12:00:00", 1_793_448_000_000),
        ("2026-10-31T13:00:00.5+01:00", 1_793_448_000_500),
        ("0001-01-01T00:00:00+14:00", None),
        ("soon", None),
        (5, None),
        (None, None),
    ],
)
def test_a_written_moment_is_read(sent: object, read: Millis | None) -> None:
    assert as_iso_moment(sent) == read


@given(st.text(), st.integers(1, 50))
def test_plain_text_is_one_short_printable_line(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert len(shown) <= limit
    assert not any(character < " " or character in "\x7f\u202e\u2028" for character in shown)


def test_plain_text_keeps_what_people_write() -> None:
    assert plain("  Über\tuns: 会議 👍🏽 \r\n", 99) == "Über uns: 会議 👍🏽"
    assert plain(None, 9) == ""
