"""Other people's streams of the same app: known while they are live, and never taken for one's own."""

from rtms_tray.capture import board as boards
from rtms_tray.capture import events as e
from rtms_tray.capture.memory import Colleague
from tests.helpers.capture_stage import MEETING, NUMBER, UUID, Stage

SOMEONE = "someone"


def colleagues(stage: Stage) -> dict[str, Colleague]:
    return dict(stage.board.memory.colleagues)


def test_a_colleagues_stream_is_known_and_makes_no_session() -> None:
    stage = Stage()
    stage.started("c", SOMEONE)
    assert colleagues(stage) == {"c": Colleague(MEETING, stage.at())}
    assert stage.board.sessions == ()


def test_the_number_may_be_known_from_elsewhere() -> None:
    stage = Stage()
    stage.meeting_started()
    stage.zoom(e.StreamStarted(e.Meeting(UUID), "c", SOMEONE, stage.at()))
    assert colleagues(stage)["c"].meeting.number == NUMBER


def test_my_own_is_none() -> None:
    stage = Stage()
    stage.started("a")
    assert colleagues(stage) == {}


def test_it_goes_with_its_stop() -> None:
    stage = Stage()
    stage.started("c", SOMEONE)
    stage.started("d", SOMEONE)
    stage.stopped(1, "c")
    assert set(colleagues(stage)) == {"d"}


def test_it_goes_with_the_meeting() -> None:
    stage = Stage()
    stage.started("c", SOMEONE)
    stage.zoom(e.MeetingEnded(e.Meeting("another"), stage.at()))
    assert set(colleagues(stage)) == {"c"}
    stage.meeting_ended()
    assert colleagues(stage) == {}


def test_a_stop_that_overtook_its_start_wins() -> None:
    stage = Stage()
    stage.stopped(1, "c")
    stage.started("c", SOMEONE)
    assert colleagues(stage) == {}


def test_after_a_gap_it_is_in_doubt_until_it_is_heard_of() -> None:
    stage = Stage()
    stage.started("c", SOMEONE)
    began = stage.at()
    stage.gap()
    assert colleagues(stage)["c"].unverified
    stage.started("c", SOMEONE)
    assert colleagues(stage)["c"] == Colleague(MEETING, began)


def test_what_was_never_heard_of_again_is_forgotten_after_twelve_hours() -> None:
    stage = Stage()
    stage.started("c", SOMEONE)
    stage.wait(60)
    stage.feed_down(ago_s=30)
    stage.wait(3_600)
    stage.started("d", SOMEONE)
    stage.gap()
    stage.wait(11 * 3_600 - 31.001)
    assert set(colleagues(stage)) == {"c", "d"}
    stage.wait(0.001)
    assert set(colleagues(stage)) == {"d"}
    stage.wait(3_629.998)
    assert set(colleagues(stage)) == {"d"}
    stage.wait(0.002)
    assert colleagues(stage) == {}
    assert boards.deadline(stage.board) is None


def test_after_a_sleep_it_is_in_doubt_since_it_began() -> None:
    stage = Stage()
    stage.started("c", SOMEONE)
    asleep = stage.now
    stage.sleep(11 * 3_600)
    assert colleagues(stage)["c"].unverified_since == asleep
    stage.sleep(3_600)
    assert colleagues(stage) == {}


def test_while_the_feed_is_up_it_is_kept_however_long_it_lasts() -> None:
    stage = Stage()
    stage.started("c", SOMEONE)
    stage.wait(48 * 3_600)
    stage.all(e.Tick())
    assert not colleagues(stage)["c"].unverified


def test_in_a_watched_meeting_its_session_says_so() -> None:
    stage = Stage()
    stage.ask()
    stage.started("c", SOMEONE)
    assert stage.session.others == {"c"}
    stage.stopped(1, "c")
    assert stage.session.others == frozenset()


def test_the_limit_that_comes_near_concerns_no_session() -> None:
    stage = Stage()
    stage.ask()
    before = stage.session
    stage.clear()
    stage.zoom(e.ConcurrencyNear(1_650, 2_000, stage.at()))
    assert stage.session == before
    assert stage.effects == []
