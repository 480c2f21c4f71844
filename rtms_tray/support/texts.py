"""Every sentence that people read, by key, outside the code.

The sentences live in `resources/texts`, one TOML file for each subject; the first part of a key names the file:
`text("menu.quit")` is the entry `quit` of `menu.toml`. A file is read when its first sentence is needed.

`{app}`, `{App}`, `{my_app}` and `{My_app}` need no values: they are the app's name, once it is known (`name_app`), and
until then "your app" or, in a message to somebody else, "my note-taker".

English is the source. The other languages are in `resources/languages`; `languages` chooses one, and `use_language`
puts it in place.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from rtms_tray.support.files import resources

_ONE: Final = "one"
_OTHER: Final = "other"
_APP_NAMES: Final = ("app", "App", "my_app", "My_app")
_THOUSAND: Final = 1000


class Language:
    """The sentences of a language as they are written, placeholders and all: English, unless a class overrides it.

    Attributes:
        code: its name, such as "de".
        reads_from_right: whether windows are mirrored.
    """

    code = "en"
    reads_from_right = False

    def sentence(self, key: str) -> str:
        """Return a sentence; KeyError if there is none."""
        return _sentences(_subject(key))[key]

    def counted(self, key: str, count: int) -> str:
        """Return the form of a sentence that fits a number; KeyError if there is none."""
        return Language.sentence(self, f"{key}.{_ONE if count == 1 else _OTHER}")


class _Spoken:
    """The language in use."""

    language = Language()


def use_language(language: Language) -> None:
    """Show sentences in another language from now on; `Language()` is English."""
    _Spoken.language = language
    _named.cache_clear()


def language_in_use() -> Language:
    """Return the language in which sentences are shown."""
    return _Spoken.language


class _App:
    """The app's name; empty while it is not known."""

    name = ""


def name_app(name: str) -> None:
    """Call the app by its name from now on; an empty name is none."""
    _App.name = name
    _named.cache_clear()


def text(key: str, **values: object) -> str:
    """Return a sentence in the user's language, its `{placeholders}` filled with `values`.

    Without values the sentence is returned as it stands, braces and all, but for the app's name.

    Raises:
        KeyError: there is no such sentence, or a placeholder has no value.
    """
    sentence = _named(key, to_fill=bool(values))
    return sentence.format_map(values) if values else sentence


@cache
def _named(key: str, *, to_fill: bool) -> str:
    """Keep a sentence with the app's name in it: an overview has hundreds, and nearly all are the same again."""
    return _with_app_name(_Spoken.language.sentence(key), to_fill=to_fill)


def plural(key: str, count: int, **values: object) -> str:
    """Return a sentence that depends on a number; `{count}` in it is the number.

    In the catalogue the key is a table with the English forms `one` and `other`.

    Raises:
        KeyError: there is no such sentence, or a placeholder has no value.
    """
    sentence = _with_app_name(_Spoken.language.counted(key, count), to_fill=True)
    return sentence.format_map({"count": number(count), **values})


def number(count: int) -> str:
    """Write a whole number as the language groups its digits."""
    return f"{count:,}".replace(",", text("units.thousands")) if count >= _THOUSAND else str(count)


def _with_app_name(sentence: str, *, to_fill: bool) -> str:
    """Put the app's name in; braces in it are no placeholders, where these are `to_fill`."""
    for name in _APP_NAMES:
        if f"{{{name}}}" in sentence:
            called = _App.name or text(f"app.{name}")
            escaped = called.replace("{", "{{").replace("}", "}}") if to_fill else called
            sentence = sentence.replace(f"{{{name}}}", escaped)
    return sentence


def has_text(key: str) -> bool:
    """Whether there is a sentence with this key."""
    return key in _sentences(_subject(key))


def subjects() -> tuple[str, ...]:
    """Name every subject, in alphabetical order."""
    return tuple(sorted(path.stem for path in (resources() / "texts").glob("*.toml")))


def keys(subject: str) -> tuple[str, ...]:
    """Name the keys of a subject, in the order of its file."""
    return tuple(_sentences(subject))


def _subject(key: str) -> str:
    return key.partition(".")[0]


@cache
def _sentences(subject: str) -> Mapping[str, str]:
    import tomllib  # noqa: PLC0415 - not for a tray that shows its icon, or a command that says little

    path = resources() / "texts" / f"{subject}.toml"
    return dict(_flat(tomllib.loads(path.read_text(encoding="utf-8")), subject))


def _flat(table: Mapping[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, dict):
            yield from _flat(value, key)
        else:
            yield key, str(value)
