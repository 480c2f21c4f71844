"""The table of promises: every promise is held by a test, and the table says so truly."""

from pathlib import Path

import reliability

NAMES = [name for _, names in reliability.promises() for name in names]


def test_every_promise_is_held_by_a_test_and_every_mark_names_a_promise() -> None:
    assert len(NAMES) == len(set(NAMES))
    assert set(reliability.holders()) == set(NAMES)


def test_the_table_is_up_to_date() -> None:
    """If not: python packaging/reliability.py."""
    table = reliability.TABLE.read_text(encoding="utf-8")
    results = reliability.results_in(table)
    assert table == reliability.written(results)
    assert {result.split(" (")[0] for result in results.values()} == {"passed"}


def test_cases_are_taken_together(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites><testsuite>"
        '<testcase classname="tests.a.test_b" name="test_c[1]"/>'
        '<testcase classname="tests.a.test_b" name="test_c[2]"/>'
        '<testcase classname="tests.a.test_b" name="test_d"><skipped/></testcase>'
        '<testcase classname="tests.a.test_b" name="test_c[3]"><failure/></testcase>'
        "</testsuite></testsuites>"
    )
    assert reliability.results_of(report) == {
        "tests/a/test_b.py::test_c": "failure, passed (2)",
        "tests/a/test_b.py::test_d": "skipped",
    }


def test_every_long_run_says_what_was_measured_when_and_how() -> None:
    nightly = (reliability.ROOT / ".ci" / "nightly").read_text(encoding="utf-8")
    assert reliability.figures()
    for run in reliability.figures():
        assert all(run[name] for name in ("title", "date", "computer", "command", "result"))
        assert {len(row) for row in run.get("rows", [])} <= {len(run.get("columns", []))}
        part = run["command"].partition(".ci/nightly ")[2]
        assert not part or f"\n{part.split()[0]}() " in nightly


def test_the_security_page_names_tests_that_exist() -> None:
    page = " ".join((reliability.ROOT / "SECURITY.md").read_text(encoding="utf-8").split())
    missing = [
        name for title, names in reliability.promises() if title == "Security" for name in names
        if name not in page
    ]  # fmt: skip
    assert missing == []
