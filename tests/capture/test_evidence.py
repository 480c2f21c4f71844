"""Each source of evidence tells exactly its conditions, and what merely looks telling tells nothing."""

from collections.abc import Callable

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.events import MeetingStatus
from rtms_tray.capture.presence import Presence, owner_presence
from rtms_tray.capture.states import CaptureState
from rtms_tray.support.frozen import replace
from tests.helpers.capture_stage import (
    GUEST,
    I_AM,
    MEETING,
    NEW_HOST,
    OWN_MEETING,
    THE_HOST,
    UUID,
    Stage,
    brought_to,
)

_C, _S = Condition, CaptureState
YES, NO, LEFT, WITHDRAWN = Value.YES, Value.NO, Value.LEFT, Value.WITHDRAWN
EVENT, REPLY, USER, INFERRED = Source.EVENT, Source.REPLY, Source.USER, Source.INFERRED
DISCLOSED = e.Person("somebody", "21", "p-21")
Told = dict[Condition, tuple[Value, Source]]
Act = Callable[[Stage], None]

PROVED: Told = {
    _C.HOST_ORG_RTMS_ENABLED: (YES, EVENT),
    _C.HOST_CLIENT_SUPPORTED: (YES, EVENT),
    _C.OWNER_CLIENT_SUPPORTED: (YES, EVENT),
}


def asked(meeting: e.Meeting = MEETING, *, bound: bool = True) -> Stage:
    """A request was sent and accepted; of the people nothing is known."""
    stage = Stage(meeting=meeting)
    stage.ask()
    stage.reply()
    if bound:
        uuid = meeting.uuid
        sessions = tuple(replace(one, meeting=meeting) for one in stage.board.sessions)
        assert uuid
        stage.board = replace(stage.board, sessions=sessions)
    return stage


def told(stage: Stage, act: Act) -> Told:
    """What an act makes known that was not known, or not so, before."""
    before = dict(stage.session.known)
    stage.wait(0.1)
    act(stage)
    after = stage.session.known
    gone = {name: (Value.UNKNOWN, old.source) for name, old in before.items() if name not in after}
    new = {
        name: (new.value, new.source)
        for name, new in after.items()
        if before.get(name) is None or before[name].value is not new.value
    }
    return {**gone, **new}


def live(meeting: e.Meeting = MEETING) -> Stage:
    stage = asked(meeting)
    stage.started()
    return stage


def handed_off() -> Stage:
    stage = live()
    stage.becomes_host(NEW_HOST)
    return stage


def in_own_meeting() -> Stage:
    return asked(OWN_MEETING)


def requesting(meeting: e.Meeting = MEETING) -> Stage:
    stage = asked(meeting)
    stage.resend()
    return stage


def after_a_stream() -> Stage:
    stage = live()
    stage.stopped(1)
    stage.resend()
    return stage


def with_approval() -> Stage:
    stage = asked()
    stage.tell(_C.HOST_APPROVAL_REQUIRED, YES)
    return stage


def approved() -> Stage:
    stage = with_approval()
    stage.started()
    return stage


def live_with_approval() -> Stage:
    stage = live()
    stage.tell(_C.HOST_APPROVAL_REQUIRED, YES)
    return stage


def begun() -> Stage:
    stage = asked()
    stage.meeting_started()
    return stage


def begun_and_live() -> Stage:
    stage = begun()
    stage.joins(I_AM)
    stage.started()
    stage.wait(1)
    return stage


def own_meeting_begun() -> Stage:
    stage = asked(OWN_MEETING)
    stage.meeting_started()
    stage.joins(I_AM)
    stage.wait(1)
    return stage


def own_meeting_handed_over() -> Stage:
    stage = own_meeting_begun()
    stage.wait(1)
    stage.becomes_host(NEW_HOST)
    return stage


def may_begin_early() -> Stage:
    stage = asked()
    look(join_before_host=True)(stage)
    return stage


def told_otherwise() -> Stage:
    """Events showed that people may come before the host; the user says no."""
    stage = begun()
    stage.joins(GUEST)
    stage.wait(1)
    stage.tell(_C.MEETING_ALLOWED_WITHOUT_HOST, NO)
    return stage


def refuse(code: int) -> Act:
    return lambda stage: stage.refuse(code)


def stop(reason: int) -> Act:
    return lambda stage: stage.stopped(reason)


def look(*, join_before_host: bool | None, meeting: e.Meeting = MEETING) -> Act:
    def act(stage: Stage) -> None:
        event = e.MeetingFetched(meeting, MeetingStatus.STARTED, join_before_host)
        stage.take(boards.turn(stage.board, event, stage.now))

    return act


def client(value: Value, source: Source) -> Act:
    return lambda stage: stage.all(e.OwnerClientChecked(value, source))


def tell(condition: Condition) -> Act:
    return lambda stage: stage.tell(condition, YES)


def wait(seconds: float) -> Act:
    return lambda stage: stage.wait(seconds)


def in_turn(*acts: Act) -> Act:
    def act(stage: Stage) -> None:
        for one in acts:
            one(stage)

    return act


def leave(person: e.Person) -> Act:
    """A left counts 2 s later, since a joined may follow."""
    return in_turn(lambda stage: stage.leaves(person), wait(2))


Row = tuple[str, Callable[[], Stage], Act, Told]


def _told_by_user(condition: Condition) -> Row:
    return f"the user tells {condition}", asked, tell(condition), {condition: (YES, USER)}


ROWS: tuple[Row, ...] = (
    # streams
    ("my stream starts", asked, Stage.started, PROVED),
    ("nobody's name is on it", asked, lambda s: s.started(operator=None), PROVED),
    ("approval was required", with_approval, Stage.started,
     {**PROVED, _C.HOST_APPROVES: (YES, EVENT)}),
    ("a new server of my stream, approval required by now", live_with_approval, Stage.started,
     {_C.HOST_APPROVES: (YES, EVENT)}),
    ("somebody else's stream", asked, lambda s: s.started(operator="someone"), {}),
    ("interrupted", live, Stage.interrupted, {}),
    ("I left or went into a room (3)", live, in_turn(stop(3), wait(3)), {}),
    ("I left (3), as my connection tells", live, in_turn(stop(3), lambda s: s.leaves(I_AM), wait(3)),
     {_C.OWNER_PRESENT: (LEFT, INFERRED)}),
    ("I was removed (4)", live, stop(4), {_C.OWNER_PRESENT: (LEFT, INFERRED)}),
    ("the admin (23), nobody else known", live, stop(23), {}),
    ("the admin (23), after a hand-off", handed_off, stop(23),
     {_C.HOST_ORG_RTMS_ENABLED: (WITHDRAWN, INFERRED)}),
    ("the admin (23), in my own meeting", lambda: live(OWN_MEETING), stop(23),
     {_C.HOST_ORG_RTMS_ENABLED: (WITHDRAWN, INFERRED)}),
    ("Zoom's trouble (10), in my own meeting", lambda: live(OWN_MEETING), stop(10), {}),
    ("Zoom's trouble (10), after a hand-off", handed_off, stop(10), {}),
    ("the host (5), after an approval", approved, stop(5), {_C.HOST_APPROVES: (Value.UNKNOWN, EVENT)}),
    *((f"stop {reason}", live, stop(reason), Told()) for reason in range(27) if reason not in {3, 4}),
    # replies
    ("accepted", requesting, Stage.reply, {}),
    ("not started", requesting, refuse(3000), {}),
    *((f"refused {code}", requesting, refuse(code), Told())
      for code in (300, 2308, 2309, 2310, 2312, 3001, 4711, 13262, 13267, 13273)),
    ("RTMS is off, in my own meeting", lambda: requesting(OWN_MEETING), refuse(13267),
     {_C.HOST_ORG_RTMS_ENABLED: (NO, REPLY)}),
    ("not supported, in my own meeting", lambda: requesting(OWN_MEETING), refuse(13273), {}),
    ("no allow-list, in my own meeting", lambda: requesting(OWN_MEETING), refuse(13262), {}),
    ("RTMS is off, after a stream", after_a_stream, refuse(13267),
     {_C.HOST_ORG_RTMS_ENABLED: (WITHDRAWN, INFERRED)}),
    ("not supported, after a stream", after_a_stream, refuse(13273),
     {_C.HOST_ORG_RTMS_ENABLED: (WITHDRAWN, INFERRED)}),
    ("no allow-list, after a stream", after_a_stream, refuse(13262), {}),
    ("already running", requesting, lambda s: s.reply(e.Outcome.ALREADY_RUNNING), {}),
    ("the reply was lost", requesting, lambda s: s.reply(e.Outcome.REPLY_LOST), {}),
    # a look at the meeting
    ("it may begin early", asked, look(join_before_host=True),
     {_C.MEETING_ALLOWED_WITHOUT_HOST: (YES, REPLY)}),
    ("it may not begin early", asked, look(join_before_host=False),
     {_C.MEETING_ALLOWED_WITHOUT_HOST: (NO, REPLY)}),
    ("it does not say", asked, look(join_before_host=None), {}),
    # the meeting and its people
    ("the meeting starts", asked, Stage.meeting_started,
     {_C.HOST_PRESENT: (NO, EVENT), _C.OWNER_PRESENT: (NO, EVENT)}),
    ("somebody waits for the host", asked, Stage.waits_for_host,
     {_C.HOST_PRESENT: (NO, EVENT), _C.OWNER_PRESENT: (NO, EVENT),
      _C.MEETING_ALLOWED_WITHOUT_HOST: (NO, EVENT)}),
    ("the host joins", asked, lambda s: s.joins(THE_HOST), {_C.HOST_PRESENT: (YES, EVENT)}),
    ("the host leaves", begun, leave(THE_HOST), {}),
    ("the host, who has joined, leaves", begun, in_turn(lambda s: s.joins(THE_HOST), wait(1), leave(THE_HOST)), {}),
    ("the host leaves, in a meeting not seen from its start", asked, leave(THE_HOST), {}),
    ("the host moves to another room", asked, in_turn(lambda s: s.leaves(THE_HOST), lambda s: s.joins(THE_HOST)),
     {_C.HOST_PRESENT: (YES, EVENT)}),
    ("a guest joins", asked, lambda s: s.joins(GUEST), {}),
    ("a guest leaves", asked, lambda s: s.leaves(GUEST), {}),
    ("a guest without an account joins, who may be the host", begun, lambda s: s.joins(GUEST),
     {_C.HOST_PRESENT: (Value.UNKNOWN, EVENT), _C.OWNER_PRESENT: (Value.UNKNOWN, EVENT)}),
    ("somebody joins before any host", begun, lambda s: s.joins(NEW_HOST),
     {_C.MEETING_ALLOWED_WITHOUT_HOST: (YES, EVENT)}),
    ("somebody becomes host", asked, lambda s: s.becomes_host(NEW_HOST),
     {_C.HOST_PRESENT: (YES, EVENT)}),
    ("I join", asked, lambda s: s.joins(I_AM), {_C.OWNER_PRESENT: (YES, EVENT)}),
    ("I leave", begun, in_turn(lambda s: s.joins(I_AM), wait(1), leave(I_AM)),
     {_C.MEETING_ALLOWED_WITHOUT_HOST: (YES, EVENT)}),
    ("I leave after a stream", begun_and_live, leave(I_AM), {_C.OWNER_PRESENT: (LEFT, EVENT)}),
    ("I leave by a device, in a meeting not seen from its start", asked, leave(I_AM), {}),
    ("I join my own meeting", in_own_meeting, lambda s: s.joins(I_AM),
     {_C.OWNER_PRESENT: (YES, EVENT), _C.HOST_PRESENT: (YES, EVENT)}),
    ("I leave my own meeting", own_meeting_begun, leave(I_AM),
     {_C.OWNER_PRESENT: (NO, EVENT), _C.HOST_PRESENT: (NO, EVENT)}),
    ("I go into a room", asked, Stage.enters_room,
     {_C.IN_BREAKOUT_ROOM: (YES, EVENT), _C.OWNER_PRESENT: (YES, EVENT)}),
    ("I leave a room", asked, in_turn(Stage.leaves_room, wait(3)),
     {_C.IN_BREAKOUT_ROOM: (NO, EVENT), _C.OWNER_PRESENT: (YES, EVENT)}),
    ("I leave my own meeting, which I handed over", own_meeting_handed_over, leave(I_AM),
     {_C.OWNER_PRESENT: (NO, EVENT)}),
    ("a guest joins, after the setting was read", may_begin_early, lambda s: s.joins(GUEST), {}),
    ("a guest leaves, after the user told otherwise", told_otherwise, lambda s: s.leaves(GUEST), {}),
    ("others go into a room", asked, lambda s: s.enters_room(GUEST), {}),
    ("the limit of streams", asked, Stage.limited, {}),
    ("a recognised approval", asked, lambda s: s.request_status(YES), {_C.HOST_APPROVES: (YES, EVENT)}),
    ("a recognised denial", asked, lambda s: s.request_status(NO), {_C.HOST_APPROVES: (NO, EVENT)}),
    ("an unknown status", asked, lambda s: s.request_status(Value.UNKNOWN), {}),
    ("an event of another kind, such as presence", asked,
     lambda s: s.zoom(e.Unknown("user.presence_status_updated", s.at())), {}),
    # this machine, and time
    ("the Zoom here is new enough", asked, client(YES, Source.MACHINE),
     {_C.OWNER_CLIENT_SUPPORTED: (YES, Source.MACHINE)}),
    ("the Zoom here is too old", asked, client(NO, Source.MACHINE),
     {_C.OWNER_CLIENT_SUPPORTED: (NO, Source.MACHINE)}),
    ("the last log-in was with an old one", asked, client(NO, REPLY),
     {_C.OWNER_CLIENT_SUPPORTED: (NO, REPLY)}),
    ("no Zoom was found here", asked, client(Value.UNKNOWN, INFERRED), {}),
    ("silence", asked, wait(3600), {}),
    ("the feed is down and up again", asked, Stage.gap, {}),
    # the user
    *(_told_by_user(name) for name in Condition if name is not _C.IN_BREAKOUT_ROOM),
    ("the user sees Sharing", asked, lambda s: s.tell_sharing(True), {}),
    ("the user is in a room", asked, lambda s: s.tell_room(YES), {_C.IN_BREAKOUT_ROOM: (YES, USER)}),
    ("the user is in a room, not gone", lambda: _stopped(3), lambda s: s.tell_room(YES),
     {_C.IN_BREAKOUT_ROOM: (YES, USER), _C.OWNER_PRESENT: (YES, INFERRED)}),
)  # fmt: skip


def _stopped(reason: int) -> Stage:
    stage = live()
    stage.stopped(reason)
    return stage


@pytest.mark.parametrize(("begin", "act", "expected"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS])  # fmt: skip
def test_it_tells_exactly_this(begin: Callable[[], Stage], act: Act, expected: Told) -> None:
    assert told(begin(), act) == expected


class TestWhen:
    """Evidence carries the moment of what it tells, on Zoom's clock."""

    def test_an_events(self) -> None:
        stage = asked()
        stage.wait(10)
        stage.started(ago_s=4)
        for name in PROVED:
            assert stage.session.known[name].at == stage.at(4)

    def test_a_replys_is_zooms_now(self) -> None:
        stage = Stage(zoom_ahead_s=30)
        stage.ask()
        stage.reply()
        look(join_before_host=True)(stage)
        assert stage.session.known[_C.MEETING_ALLOWED_WITHOUT_HOST].at == stage.at()

    def test_a_stream_outdoes_what_was_believed_and_keeps_it(self) -> None:
        stage = asked()
        client(NO, Source.MACHINE)(stage)
        stage.wait(1)
        stage.started()
        found = stage.session.known[_C.OWNER_CLIENT_SUPPORTED]
        assert (found.value, found.source) == (YES, EVENT)
        assert found.contradicted_by is not None
        assert found.contradicted_by.value is NO


class TestBeforeAnyHost:
    """That a meeting may be on without its host is known only once somebody else is in it first."""

    def test_a_host_who_joins_later_changes_nothing(self) -> None:
        stage = begun()
        stage.wait(1)
        stage.joins(NEW_HOST)
        stage.wait(1)
        stage.joins(THE_HOST)
        assert stage.session.known[_C.MEETING_ALLOWED_WITHOUT_HOST].value is YES

    def test_a_host_who_was_there_first_after_all(self) -> None:
        stage = begun()
        stage.wait(3)
        stage.joins(NEW_HOST)
        assert _C.MEETING_ALLOWED_WITHOUT_HOST in stage.session.known
        stage.joins(THE_HOST, ago_s=2)
        assert _C.MEETING_ALLOWED_WITHOUT_HOST not in stage.session.known

    def test_a_guest_after_the_host_tells_nothing(self) -> None:
        stage = begun()
        stage.joins(THE_HOST)
        stage.wait(1)
        stage.leaves(THE_HOST)
        stage.wait(2)
        stage.joins(NEW_HOST)
        assert _C.MEETING_ALLOWED_WITHOUT_HOST not in stage.session.known

    def test_nor_after_a_hand_off(self) -> None:
        stage = begun()
        stage.becomes_host(NEW_HOST)
        stage.wait(1)
        stage.leaves(NEW_HOST)
        stage.wait(2)
        stage.joins(DISCLOSED)
        assert _C.MEETING_ALLOWED_WITHOUT_HOST not in stage.session.known


def test_in_a_room_after_leaving_the_main_one() -> None:
    stage = live()
    stage.leaves(I_AM)
    stage.wait(1)
    stage.enters_room()
    assert stage.session.known[_C.OWNER_PRESENT].value is YES
    assert stage.session.meeting.uuid == UUID


def test_a_removal_older_than_my_return_does_not_send_me_away() -> None:
    stage = live()
    stage.wait(10)
    stage.joins(I_AM)
    stage.stopped(4, ago_s=5)
    assert stage.session.known[_C.OWNER_PRESENT].value is YES
    assert owner_presence(stage.session.people, stage.context, MEETING) is Presence.THERE


def test_what_is_known_by_itself_bears_zooms_time() -> None:
    stage = Stage(meeting=OWN_MEETING, zoom_ahead_s=3600)
    stage.meeting_started()
    stage.ask()
    stage.reply()
    stage.wait(30)
    stage.resend()
    stage.refuse(13267)
    assert stage.session.known[_C.HOST_ORG_RTMS_ENABLED].at == stage.at()


def test_a_room_that_the_user_tells_of_is_known_at_zooms_time() -> None:
    stage = Stage(zoom_ahead_s=3600)
    stage.ask()
    stage.reply()
    stage.started()
    stage.stopped(3)
    stage.wait(5)
    stage.tell_room(YES)
    assert stage.session.known[_C.OWNER_PRESENT].at == stage.at()


def test_a_removal_as_old_as_my_return_sends_me_away() -> None:
    stage = brought_to(_S.SHARING)
    stage.joins(I_AM)
    stage.stopped(4)
    assert stage.session.known[_C.OWNER_PRESENT].value is LEFT


def test_after_a_removal_an_older_event_does_not_bring_me_back() -> None:
    stage = brought_to(_S.SHARING)
    stage.joins(I_AM)
    stage.wait(10)
    stage.stopped(4)
    stage.joins(I_AM, ago_s=5)
    assert stage.session.known[_C.OWNER_PRESENT].value is LEFT


def test_removed_from_the_meeting_i_am_in_no_room() -> None:
    stage = brought_to(_S.PAUSED_BREAKOUT)
    stage.wait(1)
    stage.stopped(4)
    assert _C.IN_BREAKOUT_ROOM not in stage.session.known


def test_a_request_that_zoom_takes_ends_what_an_earlier_stop_told() -> None:
    stage = live(OWN_MEETING)
    stage.stopped(23)
    assert stage.session.known[_C.HOST_ORG_RTMS_ENABLED].value is WITHDRAWN
    stage.resend()
    stage.reply()
    assert _C.HOST_ORG_RTMS_ENABLED not in stage.session.known


def test_a_client_that_was_looked_at_is_known_at_zooms_time() -> None:
    stage = Stage(zoom_ahead_s=3600)
    stage.ask()
    stage.reply()
    stage.all(e.OwnerClientChecked(YES, Source.MACHINE))
    assert stage.session.known[_C.OWNER_CLIENT_SUPPORTED].at == stage.at()


def test_what_the_session_knows_of_people_is_not_replaced_by_what_is_remembered() -> None:
    stage = brought_to(_S.SHARING)
    stage.joins(I_AM)
    stage.wait(1)
    stage.stopped(4)
    stage.joins(GUEST)
    assert stage.session.known[_C.OWNER_PRESENT].value is LEFT
    assert owner_presence(stage.session.people, stage.context, MEETING) is not Presence.THERE
