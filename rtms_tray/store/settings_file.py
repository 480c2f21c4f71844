"""The settings file: read tolerantly, changed as a whole or not at all, the user's comments and own keys kept."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import Final

from rtms_tray.store.setting_validation import SettingValue
from rtms_tray.store.settings import RULES, SECTIONS, Problem, Settings, build, flatten
from rtms_tray.support.files import FileLock, read_regular, write_private
from rtms_tray.support.texts import text

_TABLE: Final = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?")
_KEY: Final = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*'|\s*\.\s*)+?)\s*=")
_DEFAULTS: Final = Settings()
_LOCK_S: Final = 3.0


class SettingRefusedError(Exception):
    """A setting cannot be changed; says why, and what is allowed.

    `key` is the setting whose value is not allowed; without it, the value is not to blame.
    """

    def __init__(self, problem: str, key: str = "") -> None:
        self.text, self.key = problem, key
        super().__init__(f"{key}: {problem}" if key else problem)


class _UnreadableError(Exception):
    def __init__(self, problem: str, line: int | None = None) -> None:
        super().__init__(problem)
        self.line = line


def load(path: Path, last_good: Settings = _DEFAULTS) -> tuple[Settings, tuple[Problem, ...]]:
    """Read the settings, and what is wrong with them; never raises.

    In place of a wrong value, that of `last_good` is used; a missing file has no values.
    """
    try:
        content = _read_text(path)
        data = _parse(content)
    except _UnreadableError as error:
        return last_good, (Problem("", str(error), text("settings.file.kept"), error.line),)
    return _check(data, content, last_good)


def set_value(path: Path, key: str, words: str) -> None:
    """Change one value in the file; raises SettingRefusedError, and then leaves the file as it was.

    Only this value is checked, so that keys can be set in any order.
    """
    set_values(path, {key: words})


def set_values(path: Path, words: Mapping[str, str]) -> None:
    """Change several values in one step: all of them or none; raises SettingRefusedError."""
    values = {key: _read_value(key, value) for key, value in words.items()}
    try:
        _change(path, values)
    except _UnreadableError as error:
        raise SettingRefusedError(_correct_first(error, path)) from None
    except OSError as error:
        problem = error.strerror or error
        raise SettingRefusedError(
            text("settings.file.unwritable", path=path, problem=problem)
        ) from None


def _read_value(key: str, words: str) -> SettingValue:
    if key not in RULES:
        raise SettingRefusedError(unknown_key(key))
    try:
        return RULES[key].read(words)
    except ValueError as error:
        raise SettingRefusedError(str(error), key) from None


def _correct_first(error: _UnreadableError, path: Path) -> str:
    if error.line is None:
        return text("settings.file.correct_first", problem=error, path=path)
    return text("settings.file.correct_line_first", problem=error, path=path, line=error.line)


def _change(path: Path, values: Mapping[str, SettingValue]) -> None:
    """Read, change and write while no other process does, so that neither change is lost."""
    lock = FileLock(path.with_name(".settings.lock"))
    if not lock.wait(_LOCK_S):
        raise _UnreadableError(text("settings.file.locked"))
    try:
        content = _read_text(path)
        for key, value in values.items():
            content = _with_value(content, key, list(value) if isinstance(value, tuple) else value)
        write_private(path, content.encode())
    finally:
        lock.release()


def unknown_key(key: str) -> str:
    """Say that there is no such key, and which ones are similar."""
    import difflib  # noqa: PLC0415 - only for slips

    similar = difflib.get_close_matches(key, RULES, 3, 0.5)
    if not similar:
        return text("settings.file.no_setting", setting=repr(key))
    listed = reduce(
        lambda first, other: text("settings.file.or", first=first, other=other), similar
    )
    return text("settings.file.no_setting_but", setting=repr(key), similar=listed)


def _read_text(path: Path) -> str:
    try:
        return read_regular(path).decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _UnreadableError(text("settings.file.not_utf8"), line) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise _UnreadableError(text("settings.file.unreadable", problem=reason)) from None


def _parse(content: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(content)
    except (ValueError, RecursionError) as error:  # also: numbers of thousands of digits
        problem = str(error).splitlines()[0] if str(error) else text("settings.file.too_deep")
        raise _UnreadableError(text("settings.file.not_toml", problem=problem)) from None


def _check(
    data: Mapping[str, object], content: str, last_good: Settings
) -> tuple[Settings, tuple[Problem, ...]]:
    values = flatten(_DEFAULTS)
    problems = []
    for key, value in dict(_keys(data)).items():
        if key not in RULES:
            problems.append(_unknown(key, line_of(content, key)))
            continue
        try:
            values[key] = RULES[key].convert(value)
        except ValueError as error:
            problems.append(_wrong(key, str(error), line_of(content, key)))
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
        return _wrong(key, text("settings.allowed.section"), line)
    problem, remedy = text("settings.file.unknown_key"), text("settings.file.unknown_key_kept")
    return Problem(key, problem, remedy, line, blocking=False)


def _wrong(key: str, allowed: str, line: int | None) -> Problem:
    return Problem(key, text("settings.file.wrong_value"), allowed, line)


def _with_value(content: str, key: str, value: object) -> str:
    """Put a value into the text, and make sure that nothing else changes."""
    expected = _expected(_parse(content), key, value)
    try:
        after = _edited(content, key, value)
        changed = tomllib.loads(after) == expected
    except Exception as error:  # tomlkit raises all kinds of errors on unusual but valid files
        raise _UnreadableError(_unsafe(key)) from error
    if not changed:
        raise _UnreadableError(_unsafe(key))
    return after


def _unsafe(key: str) -> str:
    return text("settings.file.unsafe", setting=key)


def _expected(data: Mapping[str, object], key: str, value: object) -> dict[str, object]:
    section, _, name = key.partition(".")
    old = data.get(section, {})
    return {**data, section: {**(old if isinstance(old, dict) else {}), name: value}}


def _edited(content: str, key: str, value: object) -> str:
    import tomlkit  # noqa: PLC0415 - only for writing

    document = tomlkit.parse(content)
    section, _, name = key.partition(".")
    if not isinstance(document.get(section), dict):
        document[section] = tomlkit.table()
    document[section][name] = value
    return tomlkit.dumps(document)


def line_of(content: str, key: str) -> int | None:
    """Find the line (from 1) that sets a dotted key, as the standard parser does not tell; None if it is not found."""
    table = ""
    section = key.partition(".")[0]
    inline = None
    for number, line in enumerate(content.splitlines(), 1):
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
