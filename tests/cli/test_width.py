"""Helps are as wide as the terminal, and read the same where there is none."""

import os
import sys

import pytest

from rtms_tray.cli.parser import make_parser


def widest(monkeypatch: pytest.MonkeyPatch, columns: str) -> int:
    monkeypatch.setenv("COLUMNS", columns)
    return max(map(len, make_parser().format_help().splitlines()))


def test_the_environment_says_how_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    assert widest(monkeypatch, "60") <= 58
    assert widest(monkeypatch, "120") > 78


@pytest.mark.parametrize("columns", ["", "0", "wide"])
def test_without_a_terminal_it_is_80_columns(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setattr(sys, "__stdout__", None)
    assert 58 < widest(monkeypatch, columns) <= 78


def test_a_terminal_says_how_wide_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def fileno(self) -> int:
            return 1

    monkeypatch.setattr(sys, "__stdout__", Terminal())
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((120, 20)))
    assert widest(monkeypatch, "0") > 78
