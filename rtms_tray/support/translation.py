"""A language's sentences, from its catalogue.

`resources/languages` has an ordinary gettext catalogue for each language: the key is the context, the English sentence
the message. They are read as they are, which takes 3 ms: compiled ones would have to be made after every change.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rtms_tray.support.texts import Language

_ENTRY: Final = re.compile(
    r'^msgctxt "(?P<key>[^"]+)"\nmsgid ".*"\n'
    r'(?:msgstr "(?P<sentence>.*)"$|msgid_plural ".*"\n(?P<forms>(?:msgstr\[\d\] ".*"\n?)+))',
    re.MULTILINE,
)
_FORM: Final = re.compile(r'^msgstr\[\d\] "(.*)"$', re.MULTILINE)
_PLURALS: Final = re.compile(r"Plural-Forms: nplurals=(\d); plural=(.+?);?\\n")
_ESCAPE: Final = re.compile(r"\\(.)")
_ESCAPED: Final = {"n": "\n", "t": "\t"}


class Translation(Language):
    """A language whose sentences come from a gettext catalogue; what it lacks stays English."""

    def __init__(self, code: str, catalogue: str) -> None:
        self.code = code
        whole = catalogue.replace("\r", "").replace('"\n"', "")  # tools break long lines
        self._sentences = dict(sentences_in(whole))
        plurals = _PLURALS.search(whole)
        self.forms, self._rule = (int(plurals[1]), plurals[2]) if plurals else (2, "n != 1")

    def sentence(self, key: str) -> str:
        """Return a sentence, in English where it isn't translated."""
        found = self._sentences.get(key)
        return found[0] if found else super().sentence(key)

    def counted(self, key: str, count: int) -> str:
        """Return the form that the language has for this number."""
        found = self._sentences.get(key)
        if not found:
            return super().counted(key, count)
        from gettext import c2py  # noqa: PLC0415 - few sentences have numbers

        return found[min(c2py(self._rule)(count), len(found) - 1)]


def sentences_in(catalogue: str) -> Iterator[tuple[str, Sequence[str]]]:
    """List what a catalogue translates: keys, and one sentence or its forms for numbers."""
    for entry in _ENTRY.finditer(catalogue):
        forms = _FORM.findall(entry["forms"]) if entry["forms"] else [entry["sentence"]]
        if all(forms):
            yield entry["key"], tuple(map(_unescaped, forms))


def _unescaped(written: str) -> str:
    if "\\" not in written:
        return written
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), written)
