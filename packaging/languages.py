"""Brings the catalogues of all languages up to date with the English texts: `python3 packaging/dev.py languages`.

New sentences are added without a translation, those whose English has changed are marked as fuzzy beside the English
that they were made from, and those that are gone are removed. With codes as arguments (`de fr`) it does so for these
languages alone, and begins those that don't exist. A test fails until nothing is missing or fuzzy.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bootstrap import ROOT, say

from rtms_tray.support.languages import languages
from rtms_tray.support.texts import Language, keys, subjects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

ENGLISH_ONLY: Final = ("states",)
"""Subjects of help pages, which aren't translated."""
FOLDER: Final = ROOT / "resources" / "languages"
_PLURALS: Final = {
    "es": "nplurals=2; plural=(n != 1)",
    "fr": "nplurals=2; plural=(n > 1)",
    "ja": "nplurals=1; plural=0",
}
_TWO_FORMS: Final = "nplurals=2; plural=(n != 1)"
_STRING: Final = re.compile(r'^(#\| )?(msg\w+)(?:\[\d\])? "(.*)"$')
_UNESCAPED: Final = {"\\n": "\n", '\\"': '"', "\\\\": "\\"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A sentence in a catalogue: its key, the English, its translations, and what the English was before."""

    key: str
    english: tuple[str, ...]
    translated: tuple[str, ...]
    before: tuple[str, ...] = ()
    fuzzy: bool = False

    @property
    def is_done(self) -> bool:
        """Whether it is translated, and from this English."""
        return all(self.translated) and not self.fuzzy


def english_entries() -> Iterator[tuple[str, tuple[str, ...]]]:
    """List the English texts: a sentence, or its forms for one and for more, by key."""
    english = Language()
    all_keys = [
        key for subject in subjects() if subject not in ENGLISH_ONLY for key in keys(subject)
    ]
    counted = {key.rpartition(".")[0] for key in all_keys if key.endswith(".one")}
    for key in all_keys:
        base, _, form = key.rpartition(".")
        if base not in counted and english.sentence(key):
            yield key, (english.sentence(key),)
        elif form == "one":
            yield base, (english.sentence(key), english.sentence(f"{base}.other"))


def read(catalogue: str) -> tuple[str, dict[str, Entry]]:
    """Read a catalogue: what stands before the first sentence, and the sentences."""
    blocks = catalogue.replace('"\n"', "").strip().split("\n\n")
    first = next((place for place, block in enumerate(blocks) if "msgctxt" in block), len(blocks))
    entries = [_entry(block) for block in blocks[first:] if "msgctxt" in block]
    head = catalogue.split("\n\n")[:first]
    return "\n\n".join(head).strip(), {entry.key: entry for entry in entries}


def _entry(block: str) -> Entry:
    found: dict[str, list[str]] = {}
    for line in block.splitlines():
        string = _STRING.match(line)
        if string:
            name = (string[1] or "") + string[2]
            found.setdefault(name, []).append(_unescaped(string[3]))
    return Entry(
        found["msgctxt"][0],
        (*found["msgid"], *found.get("msgid_plural", ())),
        tuple(found["msgstr"]),
        (*found.get("#| msgid", ()), *found.get("#| msgid_plural", ())),
        fuzzy="#, fuzzy" in block.splitlines(),
    )


def merged(entries: Mapping[str, Entry], forms: int) -> Iterator[Entry]:
    """Bring a language's entries up to date with the English texts, in their order."""
    for key, english in english_entries():
        wanted = forms if len(english) > 1 else 1
        old = entries.get(key)
        if old is None or len(old.translated) != wanted:
            yield Entry(key, english, ("",) * wanted)
        elif old.english == english or not all(old.translated):
            yield Entry(key, english, old.translated, old.before, old.fuzzy)
        else:
            yield Entry(key, english, old.translated, old.before or old.english, fuzzy=True)


def written(head: str, entries: Sequence[Entry]) -> str:
    """Write a catalogue, one line for each string."""
    return "\n\n".join([head, *map(_block, entries)]) + "\n"


def _block(entry: Entry) -> str:
    lines = ["#, fuzzy"] if entry.fuzzy else []
    if entry.fuzzy:
        lines += _strings("#| ", "msgid", entry.before)
    lines.append(f"msgctxt {_quoted(entry.key)}")
    lines += _strings("", "msgid", entry.english)
    if len(entry.english) == 1:
        lines.append(f"msgstr {_quoted(entry.translated[0])}")
    else:
        lines += [f"msgstr[{form}] {_quoted(one)}" for form, one in enumerate(entry.translated)]
    return "\n".join(lines)


def _strings(prefix: str, name: str, sentences: Sequence[str]) -> list[str]:
    names = (name, f"{name}_plural")
    return [f"{prefix}{name} {_quoted(one)}" for name, one in zip(names, sentences, strict=False)]


def _quoted(sentence: str) -> str:
    escaped = sentence.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _unescaped(written: str) -> str:
    return re.sub(r"\\.", lambda found: _UNESCAPED.get(found[0], found[0]), written)


def forms_in(head: str) -> int:
    """Read how many forms a language has for numbers."""
    found = re.search(r"nplurals=(\d)", head)
    return int(found[1]) if found else 2


def new_head(code: str) -> str:
    """Begin a catalogue."""
    plurals = _PLURALS.get(code, _TWO_FORMS)
    header = (
        "Language: " + code,
        "Content-Type: text/plain; charset=UTF-8",
        f"Plural-Forms: {plurals};",
    )
    return 'msgid ""\nmsgstr ""\n' + "\n".join(f'"{line}\\n"' for line in header)


def update(path: Path) -> list[Entry]:
    """Bring a catalogue up to date, or begin it; returns its entries."""
    head, entries = read(path.read_text(encoding="utf-8")) if path.exists() else ("", {})
    head = head or new_head(path.stem)
    done = list(merged(entries, forms_in(head)))
    path.write_text(written(head, done), encoding="utf-8")
    return done


def main(codes: Sequence[str]) -> int:
    """Update catalogues, and say what is left to translate."""
    for code in codes or languages()[1:]:
        left = [entry.key for entry in update(FOLDER / f"{code}.po") if not entry.is_done]
        say(f"{code}: {len(left)} to translate" + "".join(f"\n  {key}" for key in left))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
