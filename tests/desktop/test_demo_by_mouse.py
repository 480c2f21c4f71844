"""The demo by mouse: it opens beside the tray's window, and is played to its end, the tour and every scenario."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rtms_tray.demo.scenario_playback import short_name
from rtms_tray.demo.tour import TOUR, Place, TourStop
from rtms_tray.simulator import scenarios
from rtms_tray.simulator.scenarios import Step
from rtms_tray.support.texts import text
from tests.helpers.by_mouse import Mouse, greenish
from tests.helpers.desktop import Box, Desktop, wait_for
from tests.helpers.eyes import PANEL, TRAY, SeenWindow, WatchedDemo

MakeDesktop = Callable[..., Desktop]
SCREEN = (1280, 720)
PANEL_HEIGHT = 32
HURRY = 20
MEETING = "98712345670"
ENDING = " – rtms-tray"
GREEN = 50
"""So many green pixels of the tray's icon say that it is captured."""

SENT, CAPTURING = "reasons.asked.title", "session.state.sharing"
SILENCE = "reasons.silence.title"
SENT_OR_SILENCE = f"{SENT} {SILENCE} reasons.asked_host_present.title"
"""Silence takes the place of the request by itself, after a few seconds."""
NOTHING = "session.state.idle"
LEFT = "reasons.stop_you_left.title reasons.left_or_in_room.title"
OFF, AGAIN = "reasons.stop_app_disabled.title", "reasons.hand_off.title"
BEGAN, FOR_GOOD = "reasons.began_elsewhere.title", "reasons.refused_after_stream.title"
TITLES = {
    "scenario-01": ("reasons.rtms_disabled.title",),
    "scenario-02": (SILENCE,),
    "scenario-03": (SILENCE,),
    "scenario-04": (
        NOTHING,
        "reasons.host_absent.title",
        "reasons.host_joined_later.title",
        SENT,
    ),
    "scenario-05": (NOTHING, "reasons.meeting_not_started.title"),
    "scenario-06": (BEGAN,),
    "scenario-07": (SENT_OR_SILENCE, SILENCE),
    "scenario-08": (SENT, CAPTURING),
    "scenario-09": (CAPTURING,),
    "scenario-10": (NOTHING, "reasons.not_entitled_to_start.title"),
    "scenario-11": (SENT, CAPTURING, LEFT),
    "scenario-12": (CAPTURING, "reasons.in_breakout_room.title"),
    "scenario-13": (CAPTURING, AGAIN, FOR_GOOD),
    "t1": (CAPTURING, OFF),
    "t2": (CAPTURING, OFF, CAPTURING),
    "t3": (CAPTURING, CAPTURING),
    "t4": (CAPTURING, AGAIN),
    "t5": (CAPTURING, LEFT),
    "m1": (SENT,),
    "m2": (SENT_OR_SILENCE, SILENCE),
    "m3": ("reasons.not_supported.title",),
    "m4": (CAPTURING, OFF),
    "m5": (SILENCE, "reasons.host_maybe_joined.title", SENT_OR_SILENCE, CAPTURING),
    "m6": (CAPTURING, "reasons.stop_all_apps_disabled.title", FOR_GOOD),
}
"""What the tray's window says after each step of each scenario: keys of titles, any of them."""
THIRTEEN = sorted(name for name in TITLES if name.startswith("scenario"))
CHANGES_AND_MESSAGES = sorted(name for name in TITLES if name[0] in "tm")


# --- where the windows are ------------------------------------------------------------------------


@pytest.mark.parametrize(("look", "scale"), [("light", "1"), ("dark", "1.5"), ("light", "2")])
def test_both_windows_are_seen_as_a_whole(
    make_desktop: MakeDesktop, artefacts: Path, look: str, scale: str
) -> None:
    demo, mouse = run_demo(make_desktop, artefacts, look, scale)
    assert_side_by_side(demo)
    mouse.keep("opened")
    for stop in TOUR[:3]:
        take(demo, stop)
        assert_side_by_side(demo)
        mouse.keep(stop.key)
    for page in ("scenarios", "actions"):
        demo.click(PANEL, text(f"demo.pages.{page}"))
        mouse.keep(page)
    assert_side_by_side(demo)


def assert_side_by_side(demo: WatchedDemo) -> None:
    """Both windows are wholly on the screen, and neither covers the other."""

    def is_so() -> bool:
        first, second = (demo.window(title).frame for title in (TRAY, PANEL))
        return is_on_screen(first) and is_on_screen(second) and first.x + first.width <= second.x

    demo.wait_until(is_so, "the windows to be side by side")


def is_on_screen(box: Box) -> bool:
    """Whether a window is wholly on the screen, above its panel."""
    width, height = SCREEN
    right, bottom = box.x + box.width, box.y + box.height
    return box.x >= 0 and box.y >= 0 and right <= width and bottom <= height - PANEL_HEIGHT


def test_the_host_panel_answers_the_request(make_desktop: MakeDesktop, artefacts: Path) -> None:
    demo, mouse = run_demo(make_desktop, artefacts, scenario="scenario-08")
    demo.wait_for_words(PANEL, scenarios.load("scenario-08").text)
    demo.click(PANEL, text("demo.pages.actions"))
    start_in_the_window(demo)
    demo.wait_for_words(TRAY, text(SENT))
    demo.click(PANEL, text("demo.actions.approve.label"))
    demo.wait_for_words(TRAY, text(CAPTURING))
    mouse.keep("approved")
    demo.desktop.key("Escape")
    wait_for(lambda: len(demo.windows()) == 1, 10, "the panel to close")
    assert text(CAPTURING) in demo.window(TRAY).words


# --- the tour -------------------------------------------------------------------------------------


@pytest.mark.timeout(240)
def test_the_tour_to_its_end(make_desktop: MakeDesktop, artefacts: Path) -> None:
    demo, _ = run_demo(make_desktop, artefacts)
    assert_pointed_at(demo, (Place.HEADLINE,))
    for stop in TOUR:
        take(demo, stop)
    demo.wait_for_words(PANEL, text("demo.tour.again"))


def take(demo: WatchedDemo, stop: TourStop) -> None:
    """Go on to the next stop by a click, in the tray's window where it has a button for it."""
    if stop.button:
        demo.click(TRAY, text(stop.button))
    else:
        demo.click(PANEL, stop.act)
    demo.wait_for_words(PANEL, stop.text)
    assert_pointed_at(demo, stop.looks)


def assert_pointed_at(demo: WatchedDemo, places: tuple[Place, ...]) -> None:
    """The tour quotes what is drawn in the tray's window at the same moment."""

    def is_quoted(place: Place, tray: SeenWindow, panel: SeenWindow) -> bool:
        shown = [tray.title.removesuffix(ENDING), *tray.words]
        return any(text(f"demo.tour.look.{place}", words=words) in panel.words for words in shown)

    def is_so() -> bool:
        tray, panel = both(demo)
        return all(is_quoted(place, tray, panel) for place in places)

    demo.wait_until(is_so, f"{places} to be quoted")


# --- scenarios ------------------------------------------------------------------------------------


@pytest.mark.timeout(240)
@pytest.mark.parametrize("names", [THIRTEEN, CHANGES_AND_MESSAGES], ids=["thirteen", "t-and-m"])
def test_every_scenario_to_its_end(
    make_desktop: MakeDesktop, artefacts: Path, names: list[str]
) -> None:
    demo, mouse = run_demo(make_desktop, artefacts)
    demo.click(PANEL, text("demo.pages.scenarios"))
    for name in names:
        play(demo, mouse, name)


def test_no_scenario_is_left_out() -> None:
    steps = {name: len(scenarios.load(name).play) for name in scenarios.names()}
    del steps["default"]
    assert {name: len(titles) for name, titles in TITLES.items()} == steps


def play(demo: WatchedDemo, mouse: Mouse, name: str) -> None:
    """Play one scenario; the panel tells the result when the tray's window shows it, not before."""
    scenario = scenarios.load(name)
    demo.choose(PANEL, f"{short_name(scenario)} {scenario.title}")
    demo.click(PANEL, text("demo.scenarios.begin"))
    result = text(f"demo.scenarios.result.{'data' if scenario.data else 'no_data'}")
    for at, (step, keys) in enumerate(zip(scenario.play, TITLES[name], strict=True), 1):
        is_last = at == len(scenario.play)
        perform(demo, step)
        wait_for_step(demo, [text(key) for key in keys.split()], result if is_last else "")
        assert_green(demo.desktop, mouse.icon, is_green=keys in {CAPTURING, BEGAN})


def perform(demo: WatchedDemo, step: Step) -> None:
    """Perform a step: the user's in the tray's window, everybody else's in the panel."""
    if step.by != "client":
        demo.click(PANEL, text("demo.scenarios.next"))
        return
    demo.wait_for_words(PANEL, text("demo.scenarios.your_turn"))
    if step.act == "start":
        start_in_the_window(demo)
    else:
        demo.click(TRAY, text("actions.resend"), text("actions.ask_new_host"))


def wait_for_step(demo: WatchedDemo, titles: list[str], result: str) -> None:
    """Wait until the tray's window shows a title, the panel quotes it and, at the end, tells the result."""
    results = {text(f"demo.scenarios.result.{name}") for name in ("data", "no_data")}

    def is_so() -> bool:
        tray, panel = both(demo)
        told = results.intersection(panel.words)
        shown = any(title in [*tray.words, tray.title.removesuffix(ENDING)] for title in titles)
        assert shown or not told, f"{told} is told while the tray shows {tray.words}"
        quoted = text("demo.scenarios.shown", words=tray.title.removesuffix(ENDING))
        return shown and quoted in panel.words and told == ({result} if result else set())

    demo.wait_until(is_so, f"one of {titles}, and “{result}”")


def assert_green(desktop: Desktop, icon: Box, *, is_green: bool) -> None:
    """The tray's icon is green while it is captured, and only then."""
    wait_for(
        lambda: (greenish(desktop.picture(icon)) > GREEN) is is_green,
        10,
        f"the icon to be green: {is_green}",
    )


# --- both -----------------------------------------------------------------------------------------


def run_demo(
    make_desktop: MakeDesktop,
    artefacts: Path,
    look: str = "light",
    scale: str = "1",
    scenario: str = "",
) -> tuple[WatchedDemo, Mouse]:
    """Run the demo on a small screen, with a Zoom that is quicker than the real one."""
    desktop = make_desktop(size=SCREEN)
    demo = WatchedDemo(desktop, look, scale, scenario)
    demo.hurry(HURRY)
    return demo, Mouse(desktop, artefacts)


def both(demo: WatchedDemo) -> tuple[SeenWindow, SeenWindow]:
    """The tray's window and the panel, at the same moment."""
    panels = {bool(window.title.startswith("Demo")): window for window in demo.windows()}
    return panels[False], panels[True]


def start_in_the_window(demo: WatchedDemo) -> None:
    """Type the meeting's number into the tray's window, and click on the button beside it."""
    demo.type_into(TRAY, MEETING)
    demo.click(TRAY, text("status.start.button"))
