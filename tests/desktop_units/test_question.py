"""The one question that decides, and the checks: asked where an answer matters, and nowhere else."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from rtms_tray.capture.conditions import Condition, Evidence, Source, Value
from rtms_tray.capture.states import LIVE, OVER, CaptureState
from rtms_tray.desktop.status.checks import checks_heading, checks_matter, evidence_text
from rtms_tray.presentation.view_model import SessionView
from rtms_tray.presentation.wording import clock
from rtms_tray.support.texts import text
from rtms_tray.support.units import MINUTE
from tests.desktop_units import samples
from tests.desktop_units.fakes import Stage, play, settle

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


def shown(widget: QWidget) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget)]


@pytest.mark.parametrize("session", [SILENT, WAITING], ids=["no answer", "pending"])
def test_the_question_is_asked_beside_its_answers(qapp: QApplication, session: SessionView) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.of_sessions(session))
        window.show()
        box = window.card.question
        assert shown(box) == [text("status.question.lead_in"), session.question]
        for answer in ("Yes", "No"):
            named(box, f"{answer}: {session.question}").click()
            await settle()
        assert session.asks is not None
        told = {"condition": session.asks.value, "meeting": session.key}
        assert stage.commander.asked == [
            ("tell", {**told, "value": "yes"}),
            ("tell", {**told, "value": "no"}),
        ]

    play(qapp, scene)


def test_who_does_not_know_is_asked_only_once(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.of_sessions(SILENT))
        window.show()
        named(window.card.question, f"I don't know: {SILENT.question}").click()
        assert not window.card.question.isVisible()
        stage.desktop.show(samples.of_sessions(replace(SILENT, title="Still no answer")))
        assert not window.card.question.isVisible()
        assert stage.commander.asked == []
        other = replace(SILENT, question="Is the host in the meeting?", asks=Condition.HOST_PRESENT)
        stage.desktop.show(samples.of_sessions(other))
        await settle()
        assert other.question in shown(window.card.question)
        stage.desktop.show(samples.of_sessions(replace(SILENT, key="81122223333")))
        await settle()
        assert SILENT.question in shown(window.card.question)

    play(qapp, scene)


def test_no_question_takes_no_room(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        window.show()
        for overview in (samples.overview(S.SHARING), samples.at_rest()):
            stage.desktop.show(samples.of_sessions(SILENT))
            assert window.card.question.isVisible()
            stage.desktop.show(overview)
            assert not window.card.question.isVisible()

    play(qapp, scene)


def test_a_question_is_asked_once(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.of_sessions(replace(SILENT, remedy="")))
        window.show()
        assert "\n".join(shown(window.card)).count(SILENT.question) == 1

    play(qapp, scene)


@pytest.mark.parametrize("state", sorted(LIVE | OVER | {S.ENDED, S.WAITING_FOR_MEETING}))
def test_where_the_reason_is_known_nothing_is_asked(
    qapp: QApplication, state: CaptureState
) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.overview(state))
        window.show()
        checks = window.card.checks
        signs = [text for text in shown(checks) if len(text) == 1]
        assert "?" not in signs
        unfold = checks.findChild(QPushButton, "unfold")
        assert isinstance(unfold, QPushButton)
        assert unfold.text() == "2 not known: show"
        unfold.click()
        await settle()
        assert [text for text in shown(checks) if len(text) == 1].count("?") == 2
        named(checks, f"Yes: {samples.CHECKS[2].text}").click()
        await settle()
        assert stage.commander.asked[0][0] == "tell"

    play(qapp, scene)


@pytest.mark.parametrize("state", [S.PENDING_APPROVAL, S.NO_ANSWER, S.RESEND_NEEDED])
def test_where_nobody_knows_all_is_asked(qapp: QApplication, state: CaptureState) -> None:
    assert checks_matter(samples.session(state))

    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.overview(state))
        window.show()
        assert shown(window.card.checks).count("?") == 2

    play(qapp, scene)


def test_the_heading_says_what_the_checks_are_good_for() -> None:
    assert checks_heading(samples.session(S.SHARING)) == "Checks"
    assert checks_heading(samples.session(S.RESEND_NEEDED)) == "Why there is no data"
    assert checks_heading(SILENT) == "Checks"  # what fits has said why
    refused = samples.session(S.REFUSED)
    assert checks_heading(refused) == "Checks"
    no = tuple(replace(check, mark=Value.NO) for check in refused.checks[:1])
    assert checks_heading(replace(refused, checks=no)) == "Why there is no data"


def test_how_a_check_is_known_is_told() -> None:
    at, before = samples.NOW, samples.NOW - 5 * MINUTE
    for source in Source:
        assert evidence_text(Evidence(Value.YES, source, at)).endswith(f", {clock(at)}")
    no = Evidence(Value.NO, Source.USER, before)
    told = evidence_text(Evidence(Value.YES, Source.EVENT, at, no))
    assert told == (
        f"Zoom's events told so, {clock(at)}. Before, {clock(before)}, it was otherwise: You said so"
    )
    assert evidence_text(Evidence(Value.UNKNOWN, Source.INFERRED, 0)) == ""
