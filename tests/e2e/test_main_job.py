"""The main job through the command line alone: sign in, ask, watch, resend, stop, the end."""

from typing import Final

import pytest

from tests.helpers.running import App, Json, newest, notices
from tests.helpers.simulator_process import WITH_HOST, WITHOUT_HOST, SimulatorProcess

KEYS: Final = {
    "meeting_id", "meeting_uuid", "state", "since", "unverified_since", "reason", "scenarios",
    "rules", "conditions", "actions", "stream_id", "captured_s", "paused_s", "lost_s", "unknown_s",
}  # fmt: skip
SPANS: Final = ("captured_s", "paused_s", "lost_s", "unknown_s")
ASKED: Final = {"remind", "tell", "resend", "give_up"}
AT_MOST_S: Final = 30.0
CLOCK_OFF_S: Final = 0.6
"""`Date` headers have whole seconds: Zoom's clock is known to half a second."""


class Story:
    """Looks at the status after every step, and at how time was counted since the step before."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._spans = dict.fromkeys(SPANS, 0.0)

    def now(self, state: str, *, reason: str | None, counts: str, actions: set[str]) -> Json:
        """Wait for a state of the newest session, and check everything that its status says.

        `counts` is the kind of time that passes in this state; "none" where time stands still.
        """
        self._app.wait_for_state(state)
        status = self._app.status()
        session = newest(status)
        assert set(session) >= KEYS
        assert (session["state"], code(session)) == (state, reason)
        assert set(session["actions"]) == actions
        assert session["unverified_since"] is None
        assert (status["schema"], status["overall_verified"]) == (1, True)
        assert (status["signed_in"], status["feed"]["connected"]) == (True, True)
        assert status["notices"] == []
        assert (session["stream_id"] is not None) == (state in {"sharing", "paused"})
        self._spans = self._counted(session, counts)
        return status

    def _counted(self, first: Json, counts: str) -> dict[str, float]:
        second = newest(self._app.status())
        # In sum only: by Zoom's clock, a state may have begun a little before it was seen.
        before, after = sum(self._spans.values()), sum(first[kind] for kind in SPANS)
        assert before - CLOCK_OFF_S <= after < AT_MOST_S
        for kind in SPANS:
            assert first[kind] >= 0
            if kind == counts:
                assert second[kind] > first[kind], f"{kind} stands still in {first['state']}"
            else:
                assert second[kind] == first[kind], f"{kind} goes on in {first['state']}"
        return {kind: float(second[kind]) for kind in SPANS}


def begins_before_approval(zoom: SimulatorProcess) -> bool:
    """Whether Zoom is one in which a stream begins before the host has approved."""
    return bool(zoom.state()["settings"]["begins_before_approval"])


def code(session: Json) -> str | None:
    """The code of a session's reason."""
    return session["reason"]["code"] if session["reason"] else None


@pytest.mark.parametrize("early", [False, True], ids=["stream-after-approval", "before"])
def test_from_sign_in_to_the_meetings_end(app: App, zoom: SimulatorProcess, *, early: bool) -> None:
    zoom.change("settings", begins_before_approval=early)
    zoom.set_up(app, by_commands=True)
    app.run()
    before = app.status()
    assert (before["overall"], before["signed_in"], before["user"]) == ("signed_out", False, None)
    assert (before["sessions"], before["notices"]) == ([], [])

    assert "Signed in as olive.owner@example.com." in zoom.sign_in(app)
    idle = app.wait_for_status(lambda status: status["feed"]["connected"])
    owner = zoom.state()["users"]["owner"]
    assert (idle["overall"], idle["signed_in"]) == ("idle", True)
    assert idle["user"] == {"id": owner["id"], "email": "olive.owner@example.com"}
    assert (idle["feed"]["kind"], idle["feed"]["error"]) == ("zoom", None)

    zoom.change("meetings", number=WITH_HOST, started=False)
    zoom.act(WITH_HOST, "start_meeting")  # seen, so no stream can have begun before
    story = Story(app)
    capture_the_first_time(app, zoom, story)
    lose_it_and_ask_again(app, zoom, story)
    pause_stop_and_end(app, zoom, story)
    assert [one["status"] for one in zoom.requests()] == [204, 204]


def capture_the_first_time(app: App, zoom: SimulatorProcess, story: Story) -> None:
    said = app.done("start", "987 1234 5670")
    if not begins_before_approval(zoom):
        assert "Zoom accepted the request" in said
        asked = story.now("pending_approval", reason="asked", counts="lost_s", actions=ASKED)
        assert newest(asked)["meeting_id"] == str(WITH_HOST)
        assert asked["overall"] == "pending_approval"

    zoom.act(WITH_HOST, "approve")
    began = story.now("sharing", reason=None, counts="captured_s", actions={"pause", "stop"})
    meeting = zoom.state()["meetings"][str(WITH_HOST)]
    assert newest(began)["meeting_uuid"] == meeting["uuid"]
    assert newest(began)["stream_id"] == meeting["streams"][-1]["id"]
    assert began["feed"]["last_event_at"] is not None


def lose_it_and_ask_again(app: App, zoom: SimulatorProcess, story: Story) -> None:
    zoom.act(WITH_HOST, "sharing_off")
    lost = story.now(
        "stopped",
        reason="stop_app_disabled",
        counts="lost_s",
        actions={"resend", "message", "remind", "acknowledge"},
    )
    assert (lost["overall"], newest(lost)["reason"]["severity"]) == ("stopped", "critical")

    app.done("resend")
    if not begins_before_approval(zoom):
        story.now("pending_approval", reason="asked", counts="lost_s", actions=ASKED)
    zoom.act(WITH_HOST, "approve")
    again = story.now("sharing", reason=None, counts="captured_s", actions={"pause", "stop"})
    streams = zoom.state()["meetings"][str(WITH_HOST)]["streams"]
    assert newest(again)["stream_id"] == streams[1]["id"] != streams[0]["id"]


def pause_stop_and_end(app: App, zoom: SimulatorProcess, story: Story) -> None:
    assert "Paused." in app.done("pause")
    story.now("paused", reason="paused_by_you", counts="paused_s", actions={"resume", "stop"})
    assert zoom.state()["meetings"][str(WITH_HOST)]["streams"][1]["paused"] is True

    assert "Capture resumed." in app.done("resume")
    story.now("sharing", reason=None, counts="captured_s", actions={"pause", "stop"})

    assert "Capture stopped." in app.done("stop")
    story.now("stopped", reason="stopped_by_you", counts="paused_s", actions=set())

    zoom.act(WITH_HOST, "end_meeting")
    over = story.now("ended", reason=None, counts="none", actions=set())
    assert over["overall"] == "idle"


@pytest.mark.parametrize("waits", [False, True], ids=["request-is-lost", "waits"])
def test_the_host_comes_late(running: App, zoom: SimulatorProcess, *, waits: bool) -> None:
    zoom.change("settings", request_waits_for_host=waits)
    zoom.change("meetings", number=WITHOUT_HOST, started=False)
    zoom.act(WITHOUT_HOST, "start_meeting")  # so everybody who comes is seen to come
    running.done("start", f"https://zoom.us/j/{WITHOUT_HOST}?pwd=abc")
    running.wait_for_state("pending_approval")
    # Clearly after the request, on Zoom's clock, which is known to half a second.
    zoom.act(WITHOUT_HOST, "host_joins", event_ts_offset_ms=2_500)
    late = running.wait_for_state("resend_needed")
    assert (code(late), late["scenarios"]) == ("host_joined_later", [4])
    assert late["conditions"]["host_present"]["value"] == "yes"
    assert late["conditions"]["host_present"]["source"] == "event"
    assert len(zoom.requests()) == 1

    if not waits:
        running.done("resend")
    zoom.act(WITHOUT_HOST, "approve")
    assert running.wait_for_state("sharing")["captured_s"] >= 0
    assert len(zoom.requests()) == (1 if waits else 2)


def test_silence_is_said_after_a_while(running: App) -> None:
    running.done("settings", "set", "behaviour.no_answer_after_s", "1")
    running.done("start", str(WITHOUT_HOST))
    silent = running.wait_for_state("no_answer")
    assert code(silent) == "silence"
    assert {"resend", "give_up"} <= set(silent["actions"])
    running.done("tell", "host-present", "no")
    assert code(running.wait_for_state("waiting_for_host")) == "host_absent"
    running.done("give-up")
    assert code(running.wait_for_state("ended")) == "given_up"


def test_several_meetings_need_a_name(running: App, zoom: SimulatorProcess) -> None:
    running.done("start", str(WITH_HOST))
    running.done("start", str(WITHOUT_HOST))
    refusal = running.refused("resend")
    assert str(WITH_HOST) in refusal
    assert str(WITHOUT_HOST) in refusal
    running.done("give-up", "--meeting", str(WITHOUT_HOST))
    zoom.act(WITH_HOST, "approve")
    sessions = running.wait_for_status(lambda status: status["overall"] == "sharing")["sessions"]
    assert [one["state"] for one in sessions] == ["sharing", "ended"]


def test_words_for_people_say_the_same(running: App, zoom: SimulatorProcess) -> None:
    running.done("start", str(WITH_HOST))
    zoom.act(WITH_HOST, "approve")
    running.wait_for_state("sharing")
    words = running.done("status")
    assert words.startswith("Capturing for ")
    assert "Account: signed in as olive.owner@example.com" in words
    assert "Zoom events: connected" in words
    assert "Meeting 987 1234 5670: Capturing" in words
    assert "You can: pause, stop" in words


def test_watch_says_every_change_on_a_line(running: App, zoom: SimulatorProcess) -> None:
    with running.started("watch") as watch:
        assert watch.line().startswith("Ready")
        running.done("start", str(WITH_HOST))
        lines = [watch.line()]
        zoom.act(WITH_HOST, "approve")
        while not lines[-1].startswith("Capturing"):
            lines.append(watch.line())
    assert any(line.startswith("Not capturing yet – request sent") for line in lines)
    assert all("Meeting 987 1234 5670" in line for line in lines[1:])


def test_sign_out_forgets_the_account(running: App, zoom: SimulatorProcess) -> None:
    running.done("sign-out")
    status = running.status()
    assert (status["overall"], status["signed_in"], status["user"]) == ("signed_out", False, None)
    assert notices(status) == {}
    assert zoom.state()["grants"] == []
    assert "sign in" in running.refused("start", str(WITH_HOST)).lower()
