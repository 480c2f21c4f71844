"""The catalogues: kept up to date by their tool, and whole in every language."""

from pathlib import Path
from string import Formatter

import pytest
from languages import Entry, english_entries, forms_in, merged, new_head, read, update, written

from rtms_tray.support.languages import languages, load
from rtms_tray.support.texts import Language
from rtms_tray.support.translation import Translation

TRANSLATED = languages()[1:]
FOLDER = Path(__file__).parents[2] / "resources" / "languages"


def catalogue(code: str) -> tuple[str, dict[str, Entry]]:
    return read((FOLDER / f"{code}.po").read_text(encoding="utf-8"))


def fields(sentence: str) -> set[str]:
    """Its placeholders; the app's name may stand at the beginning of a sentence in one language only."""
    names = {name for _, name, _, _ in Formatter().parse(sentence) if name}
    return {name[0].lower() + name[1:] for name in names}


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_language_is_whole(code: str) -> None:
    head, entries = catalogue(code)
    now = list(merged(entries, forms_in(head)))
    assert [one.key for one in now if not one.is_done] == [], "run: packaging/dev.py languages"
    assert (FOLDER / f"{code}.po").read_text(encoding="utf-8") == written(head, now)


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_have_the_placeholders_of_the_english(code: str) -> None:
    for entry in catalogue(code)[1].values():
        english = [fields(sentence) for sentence in entry.english]
        for sentence in entry.translated:
            assert set.intersection(*english) <= fields(sentence) <= set.union(*english), entry.key


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_are_clean(code: str) -> None:
    for entry in catalogue(code)[1].values():
        for sentence in entry.translated:
            if entry.key != "units.thousands":  # French has a space there
                assert sentence == sentence.strip(), entry.key
            assert "  " not in sentence, entry.key
            assert sentence.count("\n") == entry.english[0].count("\n"), entry.key


@pytest.mark.parametrize("code", TRANSLATED)
def test_titles_begin_with_whether_anything_is_captured_as_the_english_do(code: str) -> None:
    language, english = load(code), Language()
    phrases = ("capturing", "not_yet", "not_capturing", "may_be", "stopped")
    kinds = [f"session.capture.{phrase}" for phrase in phrases]
    for entry in catalogue(code)[1].values():
        if not entry.key.startswith(("reasons.", "session.state.")):
            continue
        says = max(
            (kind for kind in kinds if entry.english[0].startswith(english.sentence(kind))),
            key=lambda kind: len(english.sentence(kind)),
            default=None,
        )
        if says and entry.key.endswith((".title", ".unverified")):
            assert entry.translated[0].startswith(language.sentence(says)), entry.key


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_program_reads_what_the_tool_writes(code: str) -> None:
    head, entries = catalogue(code)
    language = load(code)
    assert isinstance(language, Translation)
    assert language.forms == forms_in(head)
    for entry in entries.values():
        if len(entry.english) == 1:
            assert language.sentence(entry.key) == entry.translated[0]
        else:
            assert {language.counted(entry.key, count) for count in range(30)} == set(
                entry.translated
            )


def test_a_language_begins_with_everything_to_do(tmp_path: Path) -> None:
    entries = update(tmp_path / "ja.po")
    assert not any(entry.is_done for entry in entries)
    assert {len(entry.translated) for entry in entries} == {1}
    again = update(tmp_path / "ja.po")
    assert again == entries
    assert forms_in(new_head("ja")) == 1
    assert forms_in(new_head("de")) == forms_in("") == 2


def test_new_changed_and_vanished_sentences() -> None:
    english = dict(english_entries())
    old = {
        "menu.quit": Entry("menu.quit", english["menu.quit"], ("Fin",)),
        "menu.show_window": Entry("menu.show_window", ("Show it",), ("Montrer",)),
        "menu.gone": Entry("menu.gone", ("Gone",), ("Parti",)),
        "units.minutes": Entry("units.minutes", english["units.minutes"], ("one form",)),
    }
    now = {entry.key: entry for entry in merged(old, 2)}
    assert now["menu.quit"].is_done
    assert now["menu.show_window"].fuzzy
    assert now["menu.show_window"].before == ("Show it",)
    assert now["units.minutes"].translated == ("", "")
    assert "menu.gone" not in now
    assert "states.title" not in now
    kept = read(written(new_head("fr"), list(now.values())))
    assert kept == (new_head("fr"), now)


def test_characters_with_a_meaning_survive() -> None:
    said = 'A "quoted"\nline \\ with a backslash'
    entry = Entry("menu.quit", (said,), (said,))
    file = written(new_head("de"), [entry])
    assert read(file)[1]["menu.quit"] == entry
    assert Translation("de", file).sentence("menu.quit") == said
