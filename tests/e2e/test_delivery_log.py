"""What Zoom's log of deliveries tells of a gap. Through the command line alone."""

from rtms_tray.simulator.settings import SCOPES
from tests.helpers.running import App, newest
from tests.helpers.simulator_process import WITH_HOST, SimulatorProcess

LOG_SCOPE = "marketplace_app:read"


def test_a_stop_that_was_missed_is_found_in_the_log(app: App, zoom: SimulatorProcess) -> None:
    zoom.change("settings", delivery_log=True, scopes=f"{SCOPES} {LOG_SCOPE}")
    zoom.set_up(app)
    app.done("settings", "set", "feed.log_app_id", zoom.addresses["app_id"])
    app.run()
    zoom.sign_in(app)
    app.wait_for_status(lambda status: status["feed"]["connected"])
    zoom.change("meetings", number=WITH_HOST, approval_required=False)
    app.done("start", str(WITH_HOST))
    app.wait_for_state("sharing")

    zoom.change("feed", cut=True, refuse=True)
    app.wait_for_status(lambda status: not status["feed"]["connected"])
    zoom.act(WITH_HOST, "all_apps_off")
    zoom.change("feed", refuse=False)
    doubted = newest(app.wait_for_status(lambda status: status["feed"]["connected"]))
    assert (doubted["state"], doubted["unverified_since"] is None) == ("sharing", False)
    assert app.wait_for_state("stopped")["reason"]["code"] == "stop_all_apps_disabled"
