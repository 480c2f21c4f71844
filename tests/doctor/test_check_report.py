"""The results as a report, in the terminal, and as JSON."""

from collections.abc import Sequence
from pathlib import Path

from rtms_tray.doctor.check_report import as_json, as_text, from_json, report, summary
from rtms_tray.doctor.check_types import CheckResult, CheckStatus

FOUND: Sequence[CheckResult] = (
    CheckResult("settings", "Settings", CheckStatus.OK, "They are complete."),
    CheckResult(
        "sign_in", "Sign-in", CheckStatus.BROKEN, "olive@example.com is signed out.", "Sign in."
    ),
    CheckResult("tray", "Tray", CheckStatus.WARNING, "None.", "Use the window."),
    CheckResult("feed", "Event feed", CheckStatus.NOT_CHECKED, "Not running."),
)


def test_the_report_says_all_but_secrets() -> None:
    for text in (report(FOUND), as_text(FOUND)):
        assert "olive@" not in text
        assert "They are complete." in text
        assert "Sign in." in text
        assert "1 of 4 checks found something broken." in text
    assert "[not checked] Event feed" in report(FOUND)


def test_the_report_hides_the_users_folder() -> None:
    folder = Path.home() / "settings"
    text = report([CheckResult("folders", "Folders", CheckStatus.OK, f"For you alone: {folder}")])
    assert str(Path.home()) not in text
    assert str(Path("~") / "settings") in text


def test_the_json_reads_back() -> None:
    data = as_json(FOUND)
    assert data["broken"] is True
    back = from_json(data)
    assert [(one.code, one.status) for one in back] == [(one.code, one.status) for one in FOUND]
    assert from_json(None) == ()
    assert from_json({"checks": [1, {}, {"result": "odd"}]}) == ()


def test_the_summary_is_true() -> None:
    assert summary(FOUND[:1]) == "Nothing wrong was found."
    assert summary((FOUND[0], FOUND[2])).startswith("Nothing is broken; 1 of 2")
