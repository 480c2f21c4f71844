"""The window at rest: what runs now and today's own meetings, each with a button."""

from datetime import datetime
from itertools import zip_longest

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.meetings_menu import CannotListError, MeetingChoice
from rtms_tray.desktop.own_meetings import OwnMeetings
from rtms_tray.desktop.status.my_meetings import LIST_AGAIN, MOST, SOON, MyMeetings
from rtms_tray.presentation.view_model import AccountView, ArmedView, JoinedView, SignInState
from rtms_tray.presentation.wording import clock
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE, SECOND, Millis
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, Recorder, run_scene, settle
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.windows import visible_texts

S = CaptureState
NOON: Millis = round(datetime(2026, 11, 30, 12).astimezone().timestamp()) * SECOND  # local time
LIVE = MeetingChoice("98712345670", "Weekly <b>review</b>", live=True)
BEGAN = MeetingChoice("98712345671", "Customer call", live=False, starts_at=NOON - 5 * MINUTE)
LATER = MeetingChoice("98712345672", "Planning", live=False, starts_at=NOON + HOUR)
UUID_ONLY = MeetingChoice("4/kQ9xYz==", "No number", live=False, starts_at=NOON + 2 * HOUR)
LONG_AGO = MeetingChoice("98712345673", "Breakfast", live=False, starts_at=NOON - 3 * HOUR)
TOMORROW = MeetingChoice("98712345674", "Tomorrow", live=False, starts_at=NOON + 20 * HOUR)
TIMELESS = MeetingChoice("98712345675", "Some time", live=False)


def rows(harness: DesktopHarness) -> list[str]:
    """What can be seen, line by line, each with its button."""
    labels = visible_texts(harness.desktop.window.my_meetings)
    acts = [part.text() for part in buttons(harness) if part.isVisible()]
    return [f"{line} [{act}]" if act else line for line, act in zip_longest(labels, acts)]


def buttons(harness: DesktopHarness) -> list[QPushButton]:
    return harness.desktop.window.my_meetings.findChildren(QPushButton)


async def at_rest(harness: DesktopHarness, *choices: MeetingChoice) -> None:
    """Open the window at rest, at noon, with these meetings at Zoom."""
    harness.at, harness.today = NOON, choices
    harness.desktop.show(samples.at_rest())
    await settle()
    harness.desktop.tray.found.emit()  # as on a desktop that has a tray
    harness.desktop.window.show()
    await settle()


def test_what_runs_comes_first_and_a_click_starts(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        await at_rest(harness, LATER, BEGAN, LIVE)
        assert rows(harness) == [
            "Now: Meeting 987 1234 5670 [Start capture]",
            f"{clock(NOON - 5 * MINUTE)} Meeting 987 1234 5671 [Start capture]",
            f"{clock(NOON + HOUR)} Meeting 987 1234 5672 [Capture when it begins]",
        ]
        assert (
            harness.desktop.window.card.idle.text() == "Choose a meeting, or paste an ID or link."
        )
        for part in buttons(harness):
            QTest.mouseClick(part, Qt.MouseButton.LeftButton)
        await settle()
        assert harness.commander.asked == [
            ("start", {"meeting": "98712345670"}),
            ("start", {"meeting": "98712345671"}),
            ("arm", {"meeting": "98712345672", "at": str(NOON + HOUR)}),
        ]

    run_scene(qapp, scene)


def test_only_todays_and_only_what_can_be_done(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        await at_rest(harness, LONG_AGO, TOMORROW, TIMELESS, UUID_ONLY)
        assert rows(harness) == [f"{clock(NOON + 2 * HOUR)} Meeting 4/kQ9xYz… [Start capture]"]

    run_scene(qapp, scene)


def test_what_is_planned_has_its_switch_on(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        plan = ArmedView(LATER.meeting, "Meeting 987 1234 5672", LATER.starts_at, hosted=False)
        await at_rest(harness, LATER)
        harness.desktop.show(replace(samples.at_rest(), armed=(plan,)))
        await settle()
        words = f"{clock(NOON + HOUR)} Meeting 987 1234 5672"
        assert rows(harness) == [f"{words} [✓ Capture when it begins]"]
        (off,) = buttons(harness)
        QTest.mouseClick(off, Qt.MouseButton.LeftButton)
        await settle()
        assert harness.commander.asked == [("disarm", {"meeting": LATER.meeting})]
        # What the setting plans, it would plan again at once.
        harness.desktop.show(replace(samples.at_rest(), armed=(replace(plan, hosted=True),)))
        await settle()
        assert buttons(harness) == []
        assert visible_texts(harness.desktop.window.my_meetings) == [
            words, "✓ Capture when it begins",
        ]  # fmt: skip

    run_scene(qapp, scene)


def test_what_is_known_of_a_meeting_stands_below_it(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        other = replace(LATER, about="From example.org · Captured 3 of 4 times")
        off = replace(other, meeting="98712345676", about="Cancelled", cancelled=True)
        await at_rest(harness, other, off)
        assert visible_texts(harness.desktop.window.my_meetings) == [
            f"{clock(NOON + HOUR)} Meeting 987 1234 5672",
            other.about,
            f"{clock(NOON + HOUR)} Meeting 987 1234 5676",
            "Cancelled",
        ]
        assert len(buttons(harness)) == 1

    run_scene(qapp, scene)


def test_focus_never_slides_to_another_meetings_button(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        await at_rest(harness, LIVE, LATER)
        window = harness.desktop.window
        window.activateWindow()
        first, second = buttons(harness)
        first.setFocus()
        plan = ArmedView(LATER.meeting, "Meeting 987 1234 5672", LATER.starts_at, hosted=False)
        harness.desktop.show(replace(samples.at_rest(), armed=(plan,)))
        await settle()
        assert window.focusWidget() in buttons(harness)  # the same one, made again
        harness.desktop.show(samples.at_rest())
        await settle()
        first, second = buttons(harness)
        second.setFocus()
        harness.desktop.show(replace(samples.at_rest(), armed=(plan,)))
        await settle()
        first, _switch = buttons(harness)
        assert window.focusWidget() is window
        first.setFocus()
        QTest.keyClick(first, Qt.Key.Key_Space)
        assert window.focusWidget() is window
        await settle()
        assert window.focusWidget() is first  # enabled again: the same meeting's
        assert harness.commander.asked == [("start", {"meeting": LIVE.meeting})]

    run_scene(qapp, scene)


def test_more_than_fit_are_counted(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        others = [replace(LATER, meeting=f"98712345{n}") for n in range(3)]
        await at_rest(harness, LIVE, BEGAN, LATER, UUID_ONLY, *others)
        assert rows(harness)[-1] == "2 more in the menu"
        assert len(buttons(harness)) == MOST - 1

    run_scene(qapp, scene)


def test_events_tell_at_once_which_meeting_i_am_in(qapp: QApplication) -> None:
    joined = JoinedView(LIVE.meeting, "uuid==", "Meeting 987 1234 5670")
    by_uuid = JoinedView(None, "4/kQ9xYz==", "Meeting 4/kQ9xYz…")

    async def scene(harness: DesktopHarness) -> None:
        await at_rest(harness, LIVE)
        harness.desktop.show(replace(samples.at_rest(), joined=(joined, by_uuid)))
        await settle()
        assert rows(harness) == [
            "You're in Meeting 987 1234 5670 [Start capture]",
            "You're in Meeting 4/kQ9xYz… [Start capture]",
        ]
        QTest.mouseClick(buttons(harness)[1], Qt.MouseButton.LeftButton)
        await settle()
        assert harness.commander.asked == [("start", {"meeting": "4/kQ9xYz=="})]

    run_scene(qapp, scene)


@pytest.mark.parametrize(
    "trouble", [CannotListError("A scope is missing."), TimeoutError(), ValueError("a bug")]
)
def test_what_cannot_be_listed_is_left_out_without_a_word(
    qapp: QApplication, trouble: Exception, expected_logs: ExpectedLogs
) -> None:
    if isinstance(trouble, ValueError):
        expected_logs.expect("Listing the meetings for the window failed")

    async def scene(harness: DesktopHarness) -> None:
        harness.today = trouble
        harness.desktop.show(samples.at_rest())
        harness.desktop.window.show()
        await settle()
        assert harness.looked == 1
        assert not harness.desktop.window.my_meetings.isVisible()
        assert "Paste a meeting ID" in harness.desktop.window.card.idle.text()

    run_scene(qapp, scene)


def test_zoom_is_asked_seldom_and_only_for_eyes(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        await at_rest(harness)
        for _ in range(3):
            window.redraw()
            await settle()
        assert harness.looked == 1
        harness.at += LIST_AGAIN - 1
        window._tick()
        await settle()
        assert harness.looked == 1
        harness.at += 1
        window._tick()
        await settle()
        assert harness.looked == 2
        window.hide()
        harness.at += LIST_AGAIN
        window.redraw()
        await settle()
        assert harness.looked == 2  # nobody sees it
        window.show()
        await settle()
        assert harness.looked == 3
        window.hide()
        harness.at += SOON
        window.show()
        await settle()
        assert harness.looked == 4

    run_scene(qapp, scene)


@pytest.mark.parametrize(
    "state", [SignInState.SIGNED_OUT, SignInState.SIGNING_IN, SignInState.LOCKED]
)
def test_without_a_sign_in_nothing_is_asked_or_shown(
    qapp: QApplication, state: SignInState
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        await at_rest(harness, LIVE)
        assert rows(harness)
        harness.at += LIST_AGAIN
        view = replace(samples.at_rest(), account=AccountView(state, "u1"))
        harness.desktop.show(view)
        await settle()
        assert (rows(harness), harness.looked) == ([], 1)

    run_scene(qapp, scene)


def test_another_user_does_not_see_the_last_ones_meetings(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        await at_rest(harness, LIVE)
        harness.today = ()
        other = AccountView(SignInState.SIGNED_IN, "somebody-else")
        harness.desktop.show(replace(samples.at_rest(), account=other))
        assert rows(harness) == []
        await settle()
        assert harness.looked == 2

    run_scene(qapp, scene)


def test_a_session_has_the_window_for_itself(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        await at_rest(harness, LIVE)
        harness.at += LIST_AGAIN
        harness.desktop.show(samples.overview(S.SHARING))
        await settle()
        assert (rows(harness), harness.looked) == ([], 1)

    run_scene(qapp, scene)


@pytest.mark.parametrize("armed", [(), samples.ARMED])
@pytest.mark.parametrize("points", [9, 14])
def test_at_rest_the_window_is_small(
    qapp: QApplication, points: int, armed: tuple[ArmedView, ...]
) -> None:
    font = qapp.font()
    usual = font.pointSize()

    async def scene(harness: DesktopHarness) -> None:
        await at_rest(harness, LIVE, BEGAN, LATER, UUID_ONLY)
        window = harness.desktop.window
        harness.desktop.show(replace(samples.at_rest(), armed=armed))
        await settle()
        larger = window.fontMetrics().height() / 15
        assert window.width() <= 360 * max(larger, 1)
        assert window.height() <= 270 * max(larger, 1)

    font.setPointSize(points)
    qapp.setFont(font)
    run_scene(qapp, scene)
    font.setPointSize(usual)
    qapp.setFont(font)


class Alone:
    """The rows without a window around them."""

    def __init__(self, own: OwnMeetings) -> None:
        sender = CommandSender(Recorder(), lambda _command, _answer: None)
        self.rows = MyMeetings(sender, own, lambda: NOON)
        self.rows.show_overview(samples.at_rest())


async def _list() -> tuple[MeetingChoice, ...]:
    return (LIVE,)


@pytest.mark.qt_loop
async def test_topics_are_plain_text_where_they_are_shown(qapp: QApplication) -> None:
    del qapp
    own = OwnMeetings(_list, {LIVE.meeting: "Weekly <b>review</b>"}.__getitem__)
    alone = Alone(own)
    alone.rows.look()
    await settle()
    alone.rows.show()
    (line,) = alone.rows.findChildren(QLabel)
    assert (line.text(), line.textFormat()) == (
        "Now: Weekly <b>review</b>",
        Qt.TextFormat.PlainText,
    )


@pytest.mark.qt_loop
@pytest.mark.parametrize("lists", [True, False])
async def test_a_meeting_of_the_client_that_zoom_does_not_tell_of_is_a_hint(
    qapp: QApplication, *, lists: bool
) -> None:
    del qapp

    async def in_one() -> bool:
        return True

    own = (
        OwnMeetings(_list, client_is_in_one=in_one)
        if lists
        else OwnMeetings(client_is_in_one=in_one)
    )
    alone = Alone(own)
    alone.rows.look()
    await settle()
    title, hint = alone.rows.words
    if lists:  # it is that one, as far as anybody knows
        assert (title, hint) == ("", "Choose a meeting, or paste an ID or link.")
    else:
        assert title == "Not capturing"
        assert hint == "Your Zoom is in a meeting. To capture it, paste its ID or link."
