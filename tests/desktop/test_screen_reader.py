"""What a screen reader is told by the real program: every control's name and role, and a change of state."""

from collections.abc import Callable
from pathlib import Path

from tests.helpers.desktop import Desktop, wait_for
from tests.helpers.desktop.screen_reader import screen_reader
from tests.helpers.desktop_app import on_desktop, ready
from tests.helpers.simulator_process import WITH_HOST

MakeDesktop = Callable[..., Desktop]
PATIENCE_S = 20


def test_controls_have_names_and_a_change_is_said_aloud(
    make_desktop: MakeDesktop, artefacts: Path
) -> None:
    desktop = make_desktop(tray="lxqt")
    with screen_reader(desktop) as reader, on_desktop(desktop, artefacts) as here:
        here.app.environ |= desktop.env
        ready(here)
        here.app.done("run")
        desktop.find_window("rtms-tray")
        reader.listen()
        here.zoom.change("meetings", number=WITH_HOST, approval_required=False)
        here.app.done("start", str(WITH_HOST))
        here.app.wait_for_state("sharing")
        wait_for(lambda: reader.take_announcement("Capturing"), PATIENCE_S, "what is said aloud")
        here.zoom.act(WITH_HOST, "host_stops")
        wait_for(lambda: reader.take_announcement("Capture stopped"), PATIENCE_S, "the alarm")
        controls = [one for one in reader.controls() if one.is_used_by_keys()]
        assert {"push button", "text"} <= {one.role for one in controls}
        assert [one for one in controls if not one.name] == []
        assert "Resend request" in {one.name for one in controls}
