"""The results as a report, in the terminal, and as JSON."""

from collections.abc import Sequence
from pathlib import Path

from rtms_tray.doctor.check_report import as_json, as_text, from_json, report, summary
from rtms_tray.doctor.check_types import CheckResult, CheckStatus, ok, result
from rtms_tray.support.texts import text

FOUND: Sequence[CheckResult] = (
    CheckResult("settings", "Settings", CheckStatus.OK, "OK"),
    CheckResult(
        "sign_in", "Sign-in", CheckStatus.BROKEN, "olive@example.com is signed out.", "Sign in."
    ),
    CheckResult("tray", "Tray", CheckStatus.WARNING, "None.", "Use the window."),
    CheckResult("feed", "Event feed", CheckStatus.NOT_CHECKED, "Not running."),
)


def test_the_report_says_all_but_secrets() -> None:
    for said in (report(FOUND), as_text(FOUND)):
        assert "olive@" not in said
        assert "Settings: OK" in said
        assert "Sign in." in said
        assert "1 of 4 checks found a problem" in said
    assert "[Not checked] Event feed" in report(FOUND)


def test_the_report_hides_the_users_folder() -> None:
    folder = Path.home() / "settings"
    text = report([CheckResult("folders", "Folders", CheckStatus.OK, f"For you alone: {folder}")])
    assert str(Path.home()) not in text
    assert str(Path("~") / "settings") in text


def test_the_json_reads_back() -> None:
    data = as_json(FOUND)
    assert data["broken"] is True
    back = from_json(data)
    assert [(r.code, r.status) for r in back] == [(r.code, r.status) for r in FOUND]
    assert from_json(None) == ()
    assert from_json({"checks": [1, {}, {"result": "odd"}]}) == ()


def test_the_summary_is_true() -> None:
    assert summary(FOUND[:1]) == "No problems found"
    assert summary((FOUND[0], FOUND[2])) == "No problems found, but 1 of 2 checks has a warning"
    assert summary((*FOUND, FOUND[1])) == "2 of 5 checks found problems"


def test_a_result_is_a_true_sentence_never_a_sign_before_its_opposite() -> None:
    unreachable = text("doctor.zoom.unreachable.text", host="zoom.us")
    display = text("doctor.qt.ok", version="6.11.3", platform="xcb")
    said = as_text((result("zoom", CheckStatus.BROKEN, unreachable), ok("qt", display)))
    assert said.splitlines()[:2] == [
        "✗ Connection: can't reach zoom.us",
        "✓ Display: OK (Qt 6.11.3, xcb)",
    ]
