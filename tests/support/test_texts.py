"""The catalogue of sentences: found by key, filled, translated; and the one that ships is whole."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from rtms_tray.support.texts import (
    Language,
    has_text,
    keys,
    language_in_use,
    name_app,
    number,
    plural,
    subjects,
    text,
    use_language,
)

SOURCE = Path(__file__).parents[2] / "rtms_tray"


class Shouting(Language):
    """A language of its own: upper case, dots in large numbers, and three forms of the plural."""

    code = "shouting"

    def sentence(self, key: str) -> str:
        if key == "units.thousands":
            return "."
        return super().sentence(key).upper().replace("{COUNT}", "{count}")

    def counted(self, key: str, count: int) -> str:
        if count == 0:
            return "NONE"
        return "JUST {count}" if count == 1 else super().counted(key, count)


def test_numbers_choose_their_form() -> None:
    assert plural("units.minutes", 1) == "1 minute"
    assert plural("units.minutes", 2) == "2 minutes"


def test_a_translation_takes_the_place_of_english() -> None:
    use_language(Shouting())
    assert language_in_use().code == "shouting"
    assert [plural("units.minutes", count) for count in (0, 1, 5)] == [
        "NONE",
        "JUST 1",
        "5 minutes",
    ]
    assert text("units.minutes.other", count=3) == "3 MINUTES"


def test_another_language_is_shown_at_once() -> None:
    assert text("menu.quit") == "Quit"
    use_language(Shouting())
    assert text("menu.quit") == "QUIT"


def test_large_numbers_are_grouped_as_the_language_does_it() -> None:
    assert (number(999), number(1000), number(1234567)) == ("999", "1,000", "1,234,567")
    assert plural("units.minutes", 1000) == "1,000 minutes"
    use_language(Shouting())
    assert plural("units.minutes", 12345) == "12.345 minutes"


def test_a_missing_sentence_is_named() -> None:
    assert has_text("units.minutes.one")
    assert not has_text("units.fortnights")
    with pytest.raises(KeyError, match="fortnights"):
        text("units.fortnights")
    with pytest.raises(KeyError, match="count"):
        text("units.minutes.one", other=1)


def test_without_values_braces_are_kept() -> None:
    assert text("units.minutes.one") == "{count} minute"


@pytest.fixture
def named() -> Iterator[None]:
    name_app("Notes {v2}")
    yield
    name_app("")


def test_the_app_is_called_as_one_calls_ones_own_while_it_has_no_name() -> None:
    assert text("reasons.began.text") == "Zoom is sharing this meeting with your app."
    assert text("session.details.received", time="10:00") == "Your app last received data at 10:00"
    assert text("messages.approve").startswith("Hi! My note-taker has asked")
    assert "let my note-taker capture a meeting" in text("messages.policy", client_id="id")


@pytest.mark.usefixtures("named")
def test_the_app_is_called_by_its_name_once_that_is_known() -> None:
    assert text("reasons.began.text") == "Zoom is sharing this meeting with Notes {v2}."
    assert (
        text("session.details.received", time="10:00") == "Notes {v2} last received data at 10:00"
    )
    assert text("messages.approve", client_id="id").startswith("Hi! Notes {v2} has asked")


def calls() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Each `text("…")` and `plural("…")` of the program with a key that stands in the code."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id not in {"text", "plural"} or not node.args:
                continue
            key = node.args[0]
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                names = frozenset(word.arg or "**" for word in node.keywords)
                yield node.func.id, key.value, names


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_sentence_that_the_code_asks_for_is_there_with_its_placeholders() -> None:
    for function, key, names in calls():
        counted = function == "plural"
        forms = [f"{key}.one", f"{key}.other"] if counted else [key]
        given = names | {"count"} if counted else names
        for form in forms:
            assert has_text(form), form
            if given and "**" not in given:
                assert placeholders(text(form)) <= given, form


@pytest.mark.parametrize("subject", subjects())
def test_every_sentence_reads_well(subject: str) -> None:
    for key in keys(subject):
        sentence = text(key)
        assert sentence == sentence.strip(), key
        assert "  " not in sentence, key
        placeholders(sentence)  # braces are balanced


KNOWS_NO_NAME = frozenset({"app", "cli", "demo", "setup_link", "states"})
"""Texts for somebody whose app has no name yet: the demo, general help, and what a link offers."""
OF_APPS_IN_GENERAL = frozenset({"settings.app.name.help", "setup.welcome.link_note"})


def test_the_app_is_called_by_its_name_where_it_is_known() -> None:
    name_app("Note Taker")
    nameless = [
        key
        for subject in set(subjects()) - KNOWS_NO_NAME
        for key in keys(subject)
        if "your app" in text(key).lower() and key not in OF_APPS_IN_GENERAL
    ]
    assert nameless == []
