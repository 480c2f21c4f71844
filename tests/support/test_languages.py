"""Languages: which one is used, how a catalogue is read, and the two that nobody speaks."""

from pathlib import Path

import pytest

from rtms_tray.support.languages import (
    fitting_language,
    languages,
    load,
    speak,
    system_languages,
    wanted_in,
)
from rtms_tray.support.pseudo_languages import longer, mirrored
from rtms_tray.support.texts import language_in_use, plural, text, use_language
from rtms_tray.support.translation import Translation

CATALOGUE = r"""# A language with three forms.
msgid ""
msgstr ""
"Language: xx\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n<5 ? 1 : 2);\n"

msgctxt "menu.quit"
msgid "Quit"
msgstr "Konec \"všeho\"\n"

msgctxt "recording.guide.intro"
msgid ""
"A long sentence "
"on two lines"
msgstr ""
"Dlouhá věta "
"na dvou řádcích\\"

msgctxt "units.minutes"
msgid "{count} minute"
msgid_plural "{count} minutes"
msgstr[0] "{count} minuta"
msgstr[1] "{count} minuty"
msgstr[2] "{count} minut"

msgctxt "status.menu"
msgid "Menu"
msgstr ""

#~ msgctxt "menu.gone"
#~ msgid "Gone"
#~ msgstr "Pryč"
"""


def test_a_catalogue_is_read() -> None:
    use_language(Translation("xx", CATALOGUE))
    assert text("menu.quit") == 'Konec "všeho"\n'
    assert text("recording.guide.intro") == "Dlouhá věta na dvou řádcích\\"
    assert [plural("units.minutes", count) for count in (1, 3, 7)] == [
        "1 minuta",
        "3 minuty",
        "7 minut",
    ]


def test_what_a_catalogue_lacks_stays_english() -> None:
    use_language(Translation("xx", CATALOGUE))
    assert text("status.menu") == "Menu"
    assert plural("history.window.found", 2) == "2 meetings"
    with pytest.raises(KeyError):
        text("menu.gone")


def test_a_catalogue_without_a_rule_has_one_form_for_one_and_one_for_more() -> None:
    entry = 'msgctxt "units.minutes"\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n'
    use_language(Translation("xx", entry))
    assert (plural("units.minutes", 1), plural("units.minutes", 2)) == ("c", "d")


def test_the_first_language_that_exists_is_used() -> None:
    speak([], {"LANGUAGE": "tlh:en-XL:en"})
    assert language_in_use().code == "en-XL"
    speak(["--language", "en-XR", "status"], {"LANGUAGE": "en"})
    assert language_in_use().code == "en-XR"
    speak(["--language=en"], {})
    assert language_in_use().code == "en"


def test_a_language_that_does_not_exist_changes_nothing() -> None:
    speak(["--language", "tlh"], {})
    assert language_in_use().code == "en"
    with pytest.raises(KeyError):
        load("tlh")
    with pytest.raises(KeyError):
        load("../texts/menu")


def test_the_command_line_says_which() -> None:
    assert wanted_in(["run"]) == ""
    assert wanted_in(["--language"]) == ""
    assert wanted_in(["status", "--language", "fr", "--json"]) == "fr"
    assert wanted_in(["--language=ja"]) == "ja"


def test_the_system_says_which() -> None:
    assert list(system_languages({"LANGUAGE": "fr:de", "LANG": "es"})) == ["fr", "de"]
    assert list(system_languages({"LC_ALL": "", "LC_MESSAGES": "ja_JP.UTF-8", "LANG": "es"})) == [
        "ja_JP.UTF-8"
    ]
    assert list(system_languages({"LANG": "C"})) == ["C"]


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("en_US.UTF-8", "en"), ("C.UTF-8", "en"), ("POSIX", "en"), ("EN", "en"), ("en-XL", "en-XL"),
        ("en_XR", "en-XR"), ("tlh", ""), ("", ""), ("../x", ""),
    ],
)  # fmt: skip
def test_names_of_languages(name: str, language: str) -> None:
    assert fitting_language(name) == language


@pytest.mark.parametrize("code", languages())
def test_every_language_can_be_used(code: str) -> None:
    language = load(code)
    assert language.code == code
    assert fitting_language(f"{code}_XX.UTF-8@euro") == code
    assert language.sentence("menu.quit")


def test_the_longer_language() -> None:
    for sentence in ("Resend request", "The host has joined – resend now", "Capturing"):
        assert len(longer(sentence)) == pytest.approx(1.4 * len(sentence), abs=3)
    assert [longer(sign) for sign in ("10:38", "✓", "{time}")] == ["10:38", "✓", "{time}"]
    use_language(load("en-XL"))
    assert plural("units.minutes", 3).startswith("3 mïnütés")
    assert text("units.dates.day", year=2026, month="11", day="20") == "2026-11-20"


def test_the_mirrored_language() -> None:
    assert mirrored("{count} h") == "\u200f{count}\u202e h\u202c"
    assert mirrored("10:38") == "10:38"
    language = load("en-XR")
    assert language.reads_from_right
    assert language.sentence("menu.quit") == "\u200f\u202eQuit\u202c"


def test_no_translated_file_is_read_for_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rtms_tray.support.languages.resources", lambda: tmp_path)
    speak([], {"LANG": "en_GB.UTF-8"})
    speak([], {})
    assert language_in_use().code == "en"
