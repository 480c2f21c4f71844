"""Where a key stands, in whatever way TOML lets it be written."""

import pytest

from rtms_tray.store.settings_file import line_of


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[history]\nkeep_days = 1\n", 2),
        ("\n[history]\n\n'keep_days'=1\n", 4),
        ("history.keep_days = 1\n", 1),
        ('history . "keep_days" = 1\n', 1),
        ("a = 1\nhistory = { keep_days = 1 }\n", 2),
        ("[history.keep_days]\nmore = 1\n", 1),  # a table where a number belongs
        ("[history]\nkeep_days.more = 1\n", 2),
        ("[other]\nkeep_days = 1\n", None),
        ("[history]\nkeep_days_too = 1\n", None),
    ],
)
def test_lines_are_found(text: str, line: int | None) -> None:
    assert line_of(text, "history.keep_days") == line
