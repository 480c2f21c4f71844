"""The checks and the one question: asked where an answer matters, and nowhere else."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from rtms_tray.capture.conditions import Condition, Evidence, Source, Value
from rtms_tray.capture.states import LIVE, OVER, CaptureState
from rtms_tray.desktop.status.condition_checks import checks_heading, checks_matter, evidence_text
from rtms_tray.presentation.view_model import SessionView
from rtms_tray.presentation.wording import clock
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from rtms_tray.support.units import MINUTE
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.helpers.windows import push, visible_texts

S = CaptureState
SILENT = samples.session(S.NO_ANSWER)
WAITING = replace(
    samples.session(S.PENDING_APPROVAL),
    question="Are you in the meeting?",
    asks=Condition.OWNER_PRESENT,
)


def named(widget: QWidget, name: str) -> QPushButton:
    """Find the button of this accessible name that can be seen."""
    found = [b for b in widget.findChildren(QPushButton) if b.accessibleName() == name]
    assert found, name
    return found[0]


@pytest.mark.parametrize("session", [SILENT, WAITING], ids=["no answer", "pending"])
def test_the_question_is_asked_beside_its_answers(qapp: QApplication, session: SessionView) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.of_sessions(session))
        window.show()
        box = window.card.question
        assert visible_texts(box) == [text("status.question.lead_in"), session.question]
        for answer in ("Yes", "No"):
            named(box, f"{answer}: {session.question}").click()
            await settle()
        assert session.asks is not None
        arguments = {"condition": session.asks.value, "meeting": session.key}
        assert harness.commander.asked == [
            ("tell", {**arguments, "value": "yes"}),
            ("tell", {**arguments, "value": "no"}),
        ]

    run_scene(qapp, scene)


def test_who_does_not_know_is_asked_only_once(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.of_sessions(SILENT))
        window.show()
        named(window.card.question, f"I don't know: {SILENT.question}").click()
        assert not window.card.question.isVisible()
        harness.desktop.show(samples.of_sessions(replace(SILENT, title="Still no answer")))
        assert not window.card.question.isVisible()
        assert harness.commander.asked == []
        other = replace(SILENT, question="Is the host in the meeting?", asks=Condition.HOST_PRESENT)
        harness.desktop.show(samples.of_sessions(other))
        await settle()
        assert other.question in visible_texts(window.card.question)
        harness.desktop.show(samples.of_sessions(replace(SILENT, key="81122223333")))
        await settle()
        assert SILENT.question in visible_texts(window.card.question)

    run_scene(qapp, scene)


def test_no_question_takes_no_room(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        window.show()
        for overview in (samples.overview(S.SHARING), samples.at_rest()):
            harness.desktop.show(samples.of_sessions(SILENT))
            assert window.card.question.isVisible()
            harness.desktop.show(overview)
            assert not window.card.question.isVisible()

    run_scene(qapp, scene)


def test_a_question_is_asked_once(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.of_sessions(replace(SILENT, remedy="")))
        window.show()
        assert "\n".join(visible_texts(window.card)).count(SILENT.question) == 1

    run_scene(qapp, scene)


@pytest.mark.parametrize("state", sorted(LIVE | OVER | {S.ENDED, S.WAITING_FOR_MEETING}))
def test_where_the_reason_is_known_nothing_is_asked(
    qapp: QApplication, state: CaptureState
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(state))
        window.show()
        checks = window.card.checks
        signs = [text for text in visible_texts(checks) if len(text) == 1]
        assert "?" not in signs
        unfold = checks.findChild(QPushButton, "unfold")
        assert isinstance(unfold, QPushButton)
        assert unfold.text() == "Show 2 unknown"
        unfold.click()
        await settle()
        assert [text for text in visible_texts(checks) if len(text) == 1].count("?") == 2
        named(checks, f"Yes: {samples.CHECKS[2].text}").click()
        await settle()
        assert harness.commander.asked[0][0] == "tell"

    run_scene(qapp, scene)


@pytest.mark.parametrize("state", [S.PENDING_APPROVAL, S.NO_ANSWER, S.RESEND_NEEDED])
def test_where_nobody_knows_all_is_asked(qapp: QApplication, state: CaptureState) -> None:
    assert checks_matter(samples.session(state))

    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(state))
        window.show()
        assert visible_texts(window.card.checks).count("?") == 2

    run_scene(qapp, scene)


def test_the_heading_says_what_the_checks_are_good_for() -> None:
    assert checks_heading(samples.session(S.SHARING)) == "Checks"
    assert checks_heading(samples.session(S.RESEND_NEEDED)) == text("status.checks.why_no_data")
    assert checks_heading(SILENT) == "Checks"  # what fits has said why
    refused = samples.session(S.REFUSED)
    assert checks_heading(refused) == "Checks"
    no = tuple(replace(check, mark=Value.NO) for check in refused.checks[:1])
    assert checks_heading(replace(refused, checks=no)) == text("status.checks.why_no_data")


def test_how_a_check_is_known_is_told() -> None:
    at, before = samples.NOW, samples.NOW - 5 * MINUTE
    for source in Source:
        assert evidence_text(Evidence(Value.YES, source, at)).endswith(f", {clock(at)}")
    no = Evidence(Value.NO, Source.USER, before)
    words = evidence_text(Evidence(Value.YES, Source.EVENT, at, no))
    assert words == (
        f"From Zoom's events, {clock(at)}. It was different before: You said so, {clock(before)}"
    )
    assert evidence_text(Evidence(Value.UNKNOWN, Source.INFERRED, 0)) == ""


def test_open_questions_are_answered_with_yes_and_no(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.NO_ANSWER))
        harness.desktop.open_window()
        checks = harness.desktop.window.card.checks
        for answer in ("Yes", "No", "Undo"):
            push(checks, answer).click()
            await settle()
        answers = [(a["condition"], a["value"]) for _name, a in harness.commander.asked]
        assert answers == [
            ("host_org_rtms_enabled", "yes"),
            ("host_org_rtms_enabled", "no"),
            ("host_approval_required", "unknown"),
        ]
        assert {name for name, _a in harness.commander.asked} == {"tell"}

    run_scene(qapp, scene)


def test_checks_are_rows_of_one_height(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(S.NO_ANSWER))
        window.resize(600, 900)
        window.show()
        await settle()
        texts = {check.text for check in samples.session(S.NO_ANSWER).checks}
        checks = window.card.checks
        rows = [
            part.mapTo(checks, QPoint(0, 0)).y()
            for part in checks.findChildren(QLabel)
            if part.text() in texts
        ]
        heights = {part.height() for part in checks.findChildren(QLabel) if part.text() in texts}
        gaps = {after - before for before, after in pairwise(rows)}
        assert len(rows) == len(texts)
        assert (len(gaps), len(heights)) == (1, 1)

    run_scene(qapp, scene)


def test_lines_stay_in_place_when_a_check_is_answered(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(S.PENDING_APPROVAL))
        window.show()
        await settle()
        before = window.card.checks.height()
        known = tuple(replace(check, mark=Value.YES) for check in samples.CHECKS)
        harness.desktop.show(
            samples.of_sessions(replace(samples.session(S.PENDING_APPROVAL), checks=known))
        )
        await settle()
        assert window.card.checks.height() == before

    run_scene(qapp, scene)
