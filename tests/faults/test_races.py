"""Several at once: one instance runs, and no change gets lost."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.helpers.desktop.waiting import wait_for
from tests.helpers.running import App


@pytest.mark.promise("two instances racing")
def test_of_many_that_start_at_once_one_runs(app: App) -> None:
    with ExitStack() as ends:
        racers = [ends.enter_context(app.started("run")) for _ in range(4)]
        wait_for(lambda: sum(racer.running for racer in racers) == 1, 30, "one instance to be left")
        ended = [racer.wait() for racer in racers if not racer.running]
        assert {(loser.code, loser.out) for loser in ended} == {(0, "")}
        assert app.status()["overall"] == "signed_out"
        app.done("quit")


@pytest.mark.promise("two instances racing")
def test_settings_that_are_set_at_once_are_all_set(app: App) -> None:
    values = {
        "app.client_id": "one",
        "app.redirect_port": "8123",
        "feed.subscription_id": "two",
        "behaviour.no_answer_after_s": "33",
        "zoom.environment": "government",
        "history.keep_days": "7",
    }
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda pair: app.done("settings", "set", *pair), values.items()))
    found = {key: app.done("settings", "get", key).strip() for key in values}
    assert found == values
