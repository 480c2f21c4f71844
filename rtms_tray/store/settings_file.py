"""The settings file: read tolerantly, changed one value at a time, the user's comments and own keys kept."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from rtms_tray.store.setting_rules import SettingValue
from rtms_tray.store.settings import RULES, SECTIONS, Problem, Settings, build, flatten
from rtms_tray.support.files import FileLock, read_regular, write_private

_TABLE: Final = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?")
_KEY: Final = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*'|\s*\.\s*)+?)\s*=")
_KEPT_REMEDY: Final = "The file is left as it is; the values from before stay in force."
_DEFAULTS: Final = Settings()
_LOCK_S: Final = 3.0


class SettingRefusedError(Exception):
    """A setting cannot be changed; says why, and what is allowed.

    `key` is the setting whose value is not allowed; without it, the value is not to blame.
    """

    def __init__(self, text: str, key: str = "") -> None:
        self.text, self.key = text, key
        super().__init__(f"{key}: {text}" if key else text)


class _UnreadableError(Exception):
    def __init__(self, text: str, line: int | None = None) -> None:
        self.text = text
        self.line = line
        super().__init__(text)


def load(path: Path, last_good: Settings = _DEFAULTS) -> tuple[Settings, tuple[Problem, ...]]:
    """Read the settings, and what is wrong with them; never raises.

    In place of a wrong value, that of `last_good` is used; a missing file has no values.
    """
    try:
        text = _read_text(path)
        data = _parse(text)
    except _UnreadableError as error:
        return last_good, (Problem("", error.text, _KEPT_REMEDY, error.line),)
    return _check(data, text, last_good)


def set_value(path: Path, key: str, text: str) -> None:
    """Change one value in the file; raises SettingRefusedError, and then leaves the file as it was.

    Only this value is checked, so that keys can be set in any order.
    """
    if key not in RULES:
        raise SettingRefusedError(unknown_key(key))
    try:
        value = RULES[key].read(text)
    except ValueError as error:
        raise SettingRefusedError(f"{error}.", key) from None
    try:
        _change(path, key, value)
    except _UnreadableError as error:
        place = f" (line {error.line})" if error.line else ""
        raise SettingRefusedError(f"{error.text}{place} Correct or remove {path} first.") from None
    except OSError as error:
        raise SettingRefusedError(f"{path} cannot be written: {error.strerror or error}.") from None


def _change(path: Path, key: str, value: SettingValue) -> None:
    """Read, change and write while no other process does, so that neither change is lost."""
    lock = FileLock(path.with_name(".settings.lock"))
    if not lock.wait(_LOCK_S):
        raise _UnreadableError("Another program is changing the settings.")
    try:
        plain = list(value) if isinstance(value, tuple) else value
        write_private(path, _with_value(_read_text(path), key, plain).encode())
    finally:
        lock.release()


def unknown_key(key: str) -> str:
    """Say that there is no such key, and which ones are similar."""
    import difflib  # noqa: PLC0415 - only for slips

    similar = difflib.get_close_matches(key, RULES, 3, 0.5)
    hint = f" Did you mean {' or '.join(similar)}?" if similar else " See: rtms-tray settings get"
    return f"There is no setting {key!r}.{hint}"


def _read_text(path: Path) -> str:
    try:
        return read_regular(path).decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _UnreadableError("The settings file is not UTF-8 text.", line) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise _UnreadableError(f"The settings file cannot be read: {reason}.") from None


def _parse(text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also: numbers of thousands of digits
        words = str(error).splitlines()[0] if str(error) else "nested too deeply"
        raise _UnreadableError(f"The settings file is not valid TOML: {words}.") from None


def _check(
    data: Mapping[str, object], text: str, last_good: Settings
) -> tuple[Settings, tuple[Problem, ...]]:
    values = flatten(_DEFAULTS)
    problems = []
    for key, value in dict(_keys(data)).items():
        if key not in RULES:
            problems.append(_unknown(key, line_of(text, key)))
            continue
        try:
            values[key] = RULES[key].convert(value)
        except ValueError as error:
            problems.append(_wrong(key, str(error), line_of(text, key)))
            values[key] = flatten(last_good)[key]
    return build(values), tuple(problems)


def _keys(data: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """List dotted keys and values; a section that is no table is listed itself."""
    for name, section in data.items():
        if not isinstance(section, dict):
            yield name, section
            continue
        for key, value in section.items():
            yield f"{name}.{key}", value


def _unknown(key: str, line: int | None) -> Problem:
    if key in SECTIONS:
        return _wrong(key, "a section is needed", line)
    return Problem(key, "This key is not known.", "It is kept but not used.", line, blocking=False)


def _wrong(key: str, wrong: str, line: int | None) -> Problem:
    return Problem(key, "This value cannot be used:", f"{wrong}.", line)


def _with_value(text: str, key: str, value: object) -> str:
    """Put a value into the text, and make sure that nothing else changes."""
    expected = _expected(_parse(text), key, value)
    try:
        after = _edited(text, key, value)
        changed = tomllib.loads(after) == expected
    except Exception as error:  # tomlkit raises all kinds of errors on unusual but valid files
        raise _UnreadableError(_unsafe(key)) from error
    if not changed:
        raise _UnreadableError(_unsafe(key))
    return after


def _unsafe(key: str) -> str:
    return f"The settings file is written in a way in which {key} cannot be changed safely."


def _expected(data: Mapping[str, object], key: str, value: object) -> dict[str, object]:
    section, _, name = key.partition(".")
    old = data.get(section, {})
    return {**data, section: {**(old if isinstance(old, dict) else {}), name: value}}


def _edited(text: str, key: str, value: object) -> str:
    import tomlkit  # noqa: PLC0415 - only for writing

    document = tomlkit.parse(text)
    section, _, name = key.partition(".")
    if not isinstance(document.get(section), dict):
        document[section] = tomlkit.table()
    document[section][name] = value
    return tomlkit.dumps(document)


def line_of(text: str, key: str) -> int | None:
    """Find the line (from 1) that sets a dotted key, as the standard parser does not tell; None if it is not found."""
    table = ""
    section = key.partition(".")[0]
    inline = None
    for number, line in enumerate(text.splitlines(), 1):
        if found := _TABLE.fullmatch(line):
            table = _plain(found[1])
            if table == key:
                return number
        elif found := _KEY.match(line):
            name = _plain(found[1])
            dotted = f"{table}.{name}" if table else name
            if dotted == key or dotted.startswith(f"{key}."):
                return number
            inline = number if dotted == section else inline
    return inline


def _plain(name: str) -> str:
    return re.sub(r"\s*\.\s*", ".", re.sub(r"[\"']", "", name.strip()))
