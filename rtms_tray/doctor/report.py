"""What the doctor found, as text for people and as JSON for scripts; nothing secret in either."""

import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from rtms_tray import __version__
from rtms_tray.doctor.findings import Finding, Mark
from rtms_tray.store.log import redacted

SCHEMA: Final = 1
SIGNS: Final[Mapping[Mark, str]] = {
    Mark.OK: "✓",
    Mark.WARNING: "!",
    Mark.BROKEN: "✗",
    Mark.NOT_CHECKED: "–",
}
_WORDS: Final[Mapping[Mark, str]] = {
    Mark.OK: "ok",
    Mark.WARNING: "warning",
    Mark.BROKEN: "broken",
    Mark.NOT_CHECKED: "not checked",
}


def is_broken(findings: Iterable[Finding]) -> bool:
    """Tell whether something keeps the program from its work."""
    return any(finding.mark is Mark.BROKEN for finding in findings)


def as_json(findings: Sequence[Finding]) -> dict[str, object]:
    """Write the findings down by the names of the interface."""
    return {
        "schema": SCHEMA,
        "version": __version__,
        "broken": is_broken(findings),
        "checks": [
            {
                "code": finding.code,
                "title": finding.title,
                "result": finding.mark.value,
                "text": redacted(finding.text),
                "remedy": redacted(finding.remedy),
            }
            for finding in findings
        ],
    }


def from_json(data: object) -> tuple[Finding, ...]:
    """Read findings back; what is no finding is left out."""
    checks = data.get("checks") if isinstance(data, dict) else None
    listed = checks if isinstance(checks, list) else []
    read = [_finding(check) for check in listed if isinstance(check, dict)]
    return tuple(finding for finding in read if finding is not None)


def _finding(check: Mapping[str, object]) -> Finding | None:
    try:
        mark = Mark(str(check["result"]))
        texts = [str(check[name]) for name in ("code", "title", "text", "remedy")]
    except (KeyError, ValueError):
        return None
    return Finding(texts[0], texts[1], mark, texts[2], texts[3])


def summary(findings: Sequence[Finding]) -> str:
    """Say in one sentence how it stands."""
    broken = sum(finding.mark is Mark.BROKEN for finding in findings)
    warnings = sum(finding.mark is Mark.WARNING for finding in findings)
    if broken:
        return f"{broken} of {len(findings)} checks found something broken."
    if warnings:
        return (
            f"Nothing is broken; {warnings} of {len(findings)} checks found something to look at."
        )
    return "Nothing wrong was found."


def in_words(findings: Sequence[Finding]) -> str:
    """Say it in lines for people."""
    lines = [line for finding in findings for line in _lines(finding)]
    return redacted("\n".join([*lines, "", summary(findings)]))


def without_home(text: str) -> str:
    """Write the user's own folder as ~: its name is mostly the user's."""
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


def _lines(finding: Finding) -> list[str]:
    head = f"{SIGNS[finding.mark]} {finding.title}: {finding.text}"
    return [head, f"    {finding.remedy}"] if finding.remedy else [head]


def report(findings: Sequence[Finding]) -> str:
    """Write the report that a person may send to somebody: marks in words, and what runs where."""
    lines = [f"rtms-tray {__version__}, Python {platform.python_version()}, {platform.platform()}"]
    for finding in findings:
        lines.append(f"[{_WORDS[finding.mark]}] {finding.title}: {finding.text}")
        lines += [f"    {finding.remedy}"] if finding.remedy else []
    return without_home(redacted("\n".join([*lines, "", summary(findings)])))
