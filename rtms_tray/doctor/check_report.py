"""The checks' results as text for people and as JSON for scripts; nothing secret in either."""

import platform
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rtms_tray import __version__
from rtms_tray.doctor.check_types import CheckResult, CheckStatus
from rtms_tray.store.log import redacted
from rtms_tray.support.files import without_home
from rtms_tray.support.texts import plural, text

SCHEMA: Final = 1
SIGNS: Final[Mapping[CheckStatus, str]] = {
    CheckStatus.OK: "✓",
    CheckStatus.WARNING: "!",
    CheckStatus.BROKEN: "✗",
    CheckStatus.NOT_CHECKED: "–",
}


def is_broken(results: Iterable[CheckResult]) -> bool:
    """Tell whether something keeps the program from working."""
    return any(result.status is CheckStatus.BROKEN for result in results)


def as_json(results: Sequence[CheckResult]) -> dict[str, object]:
    """Write the results by the names of the interface."""
    return {
        "schema": SCHEMA,
        "version": __version__,
        "broken": is_broken(results),
        "checks": [
            {
                "code": result.code,
                "title": result.title,
                "result": result.status.value,
                "text": redacted(result.text),
                "remedy": redacted(result.remedy),
            }
            for result in results
        ],
    }


def from_json(data: object) -> tuple[CheckResult, ...]:
    """Read results back; what is none is left out."""
    checks = data.get("checks") if isinstance(data, dict) else None
    listed = checks if isinstance(checks, list) else []
    read = [_result(check) for check in listed if isinstance(check, dict)]
    return tuple(result for result in read if result is not None)


def _result(check: Mapping[str, object]) -> CheckResult | None:
    try:
        status = CheckStatus(str(check["result"]))
        code, title, sentence, remedy = (
            str(check[name]) for name in ("code", "title", "text", "remedy")
        )
    except (KeyError, ValueError):
        return None
    return CheckResult(code, title, status, sentence, remedy)


def summary(results: Sequence[CheckResult]) -> str:
    """Summarize the results in one sentence."""
    broken = sum(result.status is CheckStatus.BROKEN for result in results)
    warnings = sum(result.status is CheckStatus.WARNING for result in results)
    if broken:
        return plural("doctor.summary.broken", broken, checks=len(results))
    if warnings:
        return plural("doctor.summary.warnings", warnings, checks=len(results))
    return text("doctor.summary.ok")


def as_text(results: Sequence[CheckResult]) -> str:
    """Write the results for the terminal."""
    lines = [line for result in results for line in _lines(SIGNS[result.status], result)]
    return redacted("\n".join([*lines, "", summary(results)]))


def report(results: Sequence[CheckResult]) -> str:
    """Write the report that people may send to others: marks in words, and what runs where."""
    head = f"rtms-tray {__version__}, Python {platform.python_version()}, {platform.platform()}"
    lines = [head]
    for result in results:
        lines += _lines(f"[{text(f'doctor.statuses.{result.status}')}]", result)
    return without_home(redacted("\n".join([*lines, "", summary(results)])))


def _lines(sign: str, result: CheckResult) -> list[str]:
    line = f"{sign} {headline(result)}"
    return [line, f"    {result.remedy}"] if result.remedy else [line]


def headline(result: CheckResult) -> str:
    """Write a result in one line, without what to do about it."""
    return text("doctor.result", title=result.title, text=result.text)
