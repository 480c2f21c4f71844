"""What a log of deliveries proves of a gap, and what it doesn't."""

import json
from collections.abc import Sequence

import pytest

from rtms_tray.capture.events import MeetingEnded, StreamStopped
from rtms_tray.support.units import HOUR, MINUTE, SECOND, Millis
from rtms_tray.zoom.delivery_log import LogRead, read_page
from rtms_tray.zoom.feeds import Connected, Received, news_of
from rtms_tray.zoom.feeds.log_catch_up import FARTHEST, LATE, LOOKS, LogCatchUp
from tests.helpers.manual_clock import NOON

UUID = "4444AAAiAAAAAiAiAiiAii=="
UP: Millis = NOON
GAP: Millis = NOON + 10 * MINUTE
BACK: Millis = GAP + MINUTE
LATER: Millis = BACK + 40 * SECOND
NOW: Millis = BACK + LOOKS[2]


def event(name: str, at: Millis, **fields: object) -> str:
    """An event of Zoom's."""
    payload = {"meeting_uuid": UUID, **fields}
    return json.dumps({"event": name, "event_ts": at, "payload": payload})


def started(at: Millis, stream: str = "s1") -> str:
    """A stream's start."""
    return event("meeting.rtms_started", at, rtms_stream_id=stream, operator_id="me")


def stopped(at: Millis) -> str:
    """Its stop."""
    return event("meeting.rtms_stopped", at, rtms_stream_id="s1", stop_reason=5)


def noise(at: Millis) -> str:
    """Something else."""
    return event("meeting.sharing_started", at)


def ended(at: Millis) -> str:
    """The meeting's end."""
    about = {"object": {"uuid": UUID, "id": "98712345670"}}
    return json.dumps({"event": "meeting.ended", "event_ts": at, "payload": about})


BEFORE = started(UP + MINUTE)
AFTER = noise(LATER)


def log_of(*texts: str, subscription: str = "webhook", complete: bool = True) -> LogRead:
    """A log with these deliveries."""
    listed = [{"subscription_id": subscription, "request_body": text} for text in texts]
    entries, _, _ = read_page(json.dumps({"webhook_logs": listed}).encode())
    return LogRead(tuple(entries), complete)


def after_a_gap(before: Sequence[str] = (BEFORE,), after: Sequence[str] = (AFTER,)) -> LogCatchUp:
    """A feed that is back, and what it brought."""
    catch_up = LogCatchUp()
    catch_up.connected(UP)
    for text in before:
        catch_up.hear(news_of(text, UP + MINUTE))
    catch_up.lost(GAP)
    catch_up.connected(BACK)
    for text in after:
        catch_up.hear(news_of(text, LATER))
    return catch_up


class TestProof:
    """Nothing is proven but by witnesses before and after."""

    def test_every_witness_is_there(self) -> None:
        catch_up = after_a_gap()
        assert catch_up.proving(log_of(BEFORE, AFTER), NOW) == "webhook"
        [report] = catch_up.take(log_of(BEFORE, AFTER), NOW, proven=True)
        assert report == Connected(BACK, UP)
        assert catch_up.due is None

    def test_blanks_and_the_order_of_fields_do_not_matter(self) -> None:
        body = json.loads(BEFORE)
        same = json.dumps(dict(reversed(body.items())), separators=(",", ":"))
        assert after_a_gap().proving(log_of(same, AFTER), NOW) == "webhook"

    @pytest.mark.parametrize(
        "read",
        [
            log_of(),
            log_of(BEFORE),
            log_of(AFTER),
            log_of(BEFORE, AFTER, complete=False),
            LogRead(
                (*log_of(BEFORE).entries, *log_of(AFTER, subscription="another").entries), True
            ),
        ],
        ids=["empty", "behind", "new", "incomplete", "of two"],
    )
    def test_a_witness_is_missing(self, read: LogRead) -> None:
        assert after_a_gap().proving(read, NOW) is None

    @pytest.mark.parametrize(
        ("before", "after"),
        [((), (AFTER,)), ((noise(UP),), (AFTER,)), ((BEFORE,), ())],
        ids=["nothing before", "no stream before", "nothing after"],
    )
    def test_without_witnesses_the_log_proves_nothing(
        self, before: Sequence[str], after: Sequence[str]
    ) -> None:
        everything = log_of(*before, *after)
        assert after_a_gap(before, after).proving(everything, NOW) is None

    def test_one_that_came_right_after_the_gap_does_not_show_the_log_to_keep_up(self) -> None:
        catch_up = after_a_gap(after=())
        catch_up.hear(news_of(AFTER, BACK + 5 * SECOND))
        assert catch_up.proving(log_of(BEFORE, AFTER), NOW) is None

    def test_what_came_just_now_need_not_be_there_beside_another(self) -> None:
        catch_up = after_a_gap()
        newest = noise(NOW - SECOND)
        catch_up.hear(news_of(newest, NOW - SECOND))
        assert catch_up.proving(log_of(BEFORE, AFTER, newest), NOW) == "webhook"

    def test_a_witness_of_long_ago_is_none(self) -> None:
        catch_up = LogCatchUp()
        catch_up.connected(UP)
        catch_up.hear(news_of(BEFORE, UP))
        catch_up.lost(UP + FARTHEST + HOUR)
        catch_up.connected(UP + FARTHEST + 2 * HOUR)
        assert catch_up.window_from == UP + FARTHEST + HOUR - LATE
        late = UP + FARTHEST + 2 * HOUR + MINUTE
        catch_up.hear(news_of(AFTER, late))
        assert catch_up.proving(log_of(BEFORE, AFTER), late + MINUTE) is None

    def test_what_is_sent_again_is_no_sign_that_the_log_keeps_up(self) -> None:
        old = noise(UP + 2 * MINUTE)
        catch_up = after_a_gap((BEFORE, old), after=(old,))
        assert catch_up.proving(log_of(BEFORE, old), NOW) is None

    @pytest.mark.parametrize("turn", [started(LATER, "s2"), stopped(LATER), ended(LATER)])
    def test_what_has_changed_since_is_not_overruled(self, turn: str) -> None:
        catch_up = after_a_gap(after=(AFTER, turn))
        assert catch_up.proving(log_of(BEFORE, AFTER, turn), NOW) is None

    def test_which_stop_the_webhook_has_to_have(self) -> None:
        assert after_a_gap().stop_event == "meeting.rtms_stopped"
        of_webinar = BEFORE.replace("meeting.rtms", "webinar.rtms")
        assert after_a_gap((of_webinar,)).stop_event == "webinar.rtms_stopped"


class TestNews:
    """What was missed is told, proven or not."""

    def test_a_stop_at_once_and_only_once(self) -> None:
        catch_up, stop = after_a_gap(after=()), stopped(GAP + 10 * SECOND)
        [report] = catch_up.take(log_of(stop), NOW, proven=False)
        assert isinstance(report, Received)
        assert isinstance(report.event, StreamStopped)
        assert (report.raw, report.at) == (stop, NOW)
        assert catch_up.take(log_of(stop), NOW, proven=False) == ()

    def test_the_meetings_end_too(self) -> None:
        [report] = after_a_gap().take(log_of(ended(GAP + SECOND)), NOW, proven=False)
        assert isinstance(report, Received)
        assert isinstance(report.event, MeetingEnded)

    def test_of_anything_else_a_part_says_nothing(self) -> None:
        start = started(GAP + 10 * SECOND, "s2")
        read = log_of(noise(GAP + SECOND), start)
        assert after_a_gap().take(read, NOW, proven=False) == ()

    def test_nothing_once_the_gap_stays_one(self) -> None:
        catch_up, stop = after_a_gap(), stopped(GAP + 10 * SECOND)
        for _ in LOOKS:
            assert catch_up.take(log_of(), NOW, proven=False) == ()
        assert catch_up.due is None
        assert catch_up.take(log_of(stop), NOW, proven=False) == ()

    def test_all_together_where_it_is_proven_in_order(self) -> None:
        first, second = noise(GAP + SECOND), stopped(GAP + 20 * SECOND)
        read = log_of(second, BEFORE, first, first, AFTER)
        [report] = after_a_gap().take(read, NOW, proven=True)
        assert isinstance(report, Connected)
        assert [one.raw for one in report.missed] == [first, second]
        assert {one.at for one in report.missed} == {NOW}

    def test_what_began_in_the_gap_comes_late_and_the_doubt_remains(self) -> None:
        start = started(GAP + 10 * SECOND, "s2")
        catch_up = after_a_gap()
        [report] = catch_up.take(log_of(BEFORE, start, AFTER), NOW, proven=True)
        assert isinstance(report, Received)
        assert (report.raw, report.at) == (start, NOW)
        assert catch_up.due is None
        catch_up.lost(NOW + HOUR)
        catch_up.connected(NOW + 2 * HOUR)
        assert catch_up.take(log_of(), NOW + 3 * HOUR, proven=True) == (
            Connected(NOW + 2 * HOUR, BACK),
        )

    def test_what_lies_elsewhere_is_not_missed(self) -> None:
        read = log_of(noise(GAP - LATE - SECOND), noise(BACK + 2 * SECOND))
        [report] = after_a_gap().take(read, NOW, proven=True)
        assert report == Connected(BACK, UP)

    def test_zooms_clock_may_be_ahead(self) -> None:
        stop = stopped(GAP + 10 * SECOND + HOUR)
        read = LogRead(log_of(stop).entries, True, HOUR)
        assert len(after_a_gap().take(read, NOW, proven=False)) == 1


class TestGaps:
    """When the log is looked at, and for which gap."""

    def test_without_a_gap_there_is_nothing_to_look_for(self) -> None:
        catch_up = LogCatchUp()
        catch_up.lost(UP)  # it was never connected
        assert catch_up.due is None
        catch_up.connected(UP)
        assert catch_up.due is None
        catch_up.connected(UP + SECOND)
        assert catch_up.due is None

    def test_several_times(self) -> None:
        catch_up = after_a_gap()
        for wait in LOOKS:
            assert catch_up.due == BACK + wait
            catch_up.failed()
        assert catch_up.due is None

    def test_not_before_zoom_wants(self) -> None:
        catch_up = after_a_gap()
        catch_up.failed(BACK + HOUR)
        assert catch_up.due == BACK + HOUR

    def test_two_gaps_are_one_while_the_first_is_open(self) -> None:
        catch_up = after_a_gap()
        catch_up.lost(BACK + MINUTE)
        catch_up.lost(BACK + MINUTE)
        assert catch_up.due is None
        catch_up.connected(BACK + 2 * MINUTE)
        assert catch_up.window_from == UP + MINUTE - LATE
        late = BACK + 3 * MINUTE
        catch_up.hear(news_of(noise(late), late))
        read = log_of(BEFORE, noise(late))
        assert catch_up.proving(read, late + MINUTE) == "webhook"
        assert catch_up.take(read, late + MINUTE, proven=True) == (
            Connected(BACK + 2 * MINUTE, UP),
        )

    def test_after_a_gap_that_stays_one_sight_begins_anew(self) -> None:
        catch_up = after_a_gap()
        for _ in LOOKS:
            catch_up.failed()
        catch_up.lost(BACK + HOUR)
        catch_up.connected(BACK + 2 * HOUR)
        assert catch_up.take(log_of(), BACK + 3 * HOUR, proven=True) == (
            Connected(BACK + 2 * HOUR, BACK),
        )
