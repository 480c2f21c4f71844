"""Which languages there are, and which one this user reads. For English, nothing is read and nothing more is loaded."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rtms_tray.support.files import resources
from rtms_tray.support.texts import Language, use_language

OPTION: Final = "--language"
PSEUDO_LANGUAGES: Final = ("en-XL", "en-XR")
"""English 40 % longer, and mirrored: made up, to see what other languages do to windows."""
_VARIABLES: Final = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""Where a Unix system says it, as gettext reads them: the first that is set counts."""


def languages() -> tuple[str, ...]:
    """Name the languages that sentences are translated to, English first."""
    found = sorted(path.stem for path in (resources() / "languages").glob("*.po"))
    return ("en", *found)


def load(code: str) -> Language:
    """Read a language; KeyError if there is none of this name."""
    if code in PSEUDO_LANGUAGES:
        from rtms_tray.support.pseudo_languages import pseudo_language  # noqa: PLC0415 - for tests alone

        return pseudo_language(code)
    if code not in languages():
        raise KeyError(code)
    if code == "en":
        return Language()
    from rtms_tray.support.translation import Translation  # noqa: PLC0415 - not for English

    path = resources() / "languages" / f"{code}.po"
    return Translation(code, path.read_text(encoding="utf-8"))


def speak(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> None:
    """Use the language that a command line asks for, else the system's, else English.

    It comes before the command line is read, whose help is in that language, too. What it can't be is said there.
    """
    for code in (wanted_in(arguments), *system_languages(environment)):
        fitting = code and fitting_language(code)
        if fitting:
            use_language(load(fitting))
            return


def wanted_in(arguments: Sequence[str]) -> str:
    """Find the language that a command line asks for; empty if it doesn't."""
    for place, argument in enumerate(arguments):
        if argument == OPTION:
            return next(iter(arguments[place + 1 : place + 2]), "")
        if argument.startswith(f"{OPTION}="):
            return argument.partition("=")[2]
    return ""


def fitting_language(name: str) -> str:
    """Find the language for a name such as de_AT.UTF-8, de-AT or de; empty if there is none."""
    plain = name.partition(".")[0].partition("@")[0].replace("_", "-")
    if plain in PSEUDO_LANGUAGES:
        return plain
    language = plain.partition("-")[0].lower()
    if language in {"en", "c", "posix"}:
        return "en"
    return language if language in languages() else ""


def system_languages(environment: Mapping[str, str]) -> Iterator[str]:
    """List the languages that the user reads, as the system has them, the preferred one first."""
    for variable in _VARIABLES:
        if environment.get(variable):
            yield from environment[variable].split(":")
            return
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - there alone
        import locale  # noqa: PLC0415

        yield locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    if sys.platform == "darwin":
        import re  # noqa: PLC0415 - there alone
        import subprocess  # noqa: PLC0415 - there alone, S404

        shown = subprocess.run(
            ["/usr/bin/defaults", "read", "-g", "AppleLanguages"],
            capture_output=True, text=True, check=False, timeout=5,
        )  # fmt: skip
        yield from re.findall(r"[A-Za-z]+(?:-[A-Za-z]+)*", shown.stdout)
