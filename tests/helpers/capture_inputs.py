"""Everything that can happen to a session, by name: what the whole table is made of."""

from collections.abc import Callable, Iterator

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.events import Action, MeetingStatus, Outcome
from rtms_tray.capture.zoom_codes import REFUSALS
from tests.helpers.capture_rows import Do, in_turn
from tests.helpers.capture_stage import (
    GUEST,
    I_AM,
    ME,
    MEETING,
    NEW_HOST,
    NUMBER,
    THE_HOST,
    UUID,
    Stage,
)

NOBODYS = 99_999_999
_PEOPLE = {"I": I_AM, "host": THE_HOST, "guest": GUEST, "another host": NEW_HOST}
_ANOTHER = e.Person(in_meeting_id="20", participant_uuid="p-20")
_NEXT = e.Meeting("uuid-2", NUMBER, "host")
_OTHER = e.Meeting("uuid-9", "999999999")
_LAST_REASON = 27
_ALREADY = 2309


def _user(event: e.Event) -> Do:
    return lambda stage: stage.user(event)


def _with(way: Callable[..., object], *values: object) -> Do:
    return lambda stage: way(stage, *values)


def _all(event: e.Event) -> Do:
    return lambda stage: stage.all(event)


def _answer(
    outcome: Outcome,
    code: int | None = None,
    after_s: int | None = None,
    ahead_s: int | None = None,
) -> Do:
    def do(stage: Stage) -> None:
        request = stage.session.request
        number = request.number if request else NOBODYS
        ahead = stage.zoom_ahead if ahead_s is None else ahead_s * 1000
        stage.answer(
            number, Action.START, outcome, code, retry_after_s=after_s, zoom_ahead_ms=ahead
        )

    return do


def _answered(action: Action, outcome: Outcome, code: int | None = None) -> Do:
    def do(stage: Stage) -> None:
        stage.act(action)
        act = stage.session.act
        stage.answer(act.number if act else NOBODYS, action, outcome, code)

    return do


def _act(action: Action) -> Do:
    return lambda stage: stage.act(action)


def _wait(seconds: float) -> Do:
    return lambda stage: stage.wait(seconds)


def _users() -> Iterator[tuple[str, Do]]:
    yield "ask", Stage.ask
    yield "ask again", Stage.resend
    yield "ask, planned", _user(e.Ask(NUMBER, ahead=True))
    yield "ask, later again", in_turn(Stage.resend, _answer(Outcome.ACCEPTED), _wait(7))
    yield "give up", Stage.give_up
    yield "remind in 7 min", _user(e.Remind(7))
    yield "acknowledge", _user(e.Acknowledge())
    for action in Action:
        yield f"{action}, no answer yet", _act(action)
    for sharing in (True, False):
        yield f"tell: Zoom shows its sign: {sharing}", _with(Stage.tell_sharing, sharing)
    for condition in Condition:
        for value in Value:
            yield f"tell: {condition}: {value}", _user(e.Tell(condition, value))


def _replies() -> Iterator[tuple[str, Do]]:
    for outcome in Outcome:
        yield f"answer: {outcome}", _answer(outcome)
        yield f"answer: {outcome}, 4 times", in_turn(*[_answer(outcome), _wait(30)] * 4)
        for action in (Action.PAUSE, Action.RESUME, Action.STOP):
            yield f"{action}: {outcome}", _answered(action, outcome)
    for code in sorted(code for code in REFUSALS if code):
        yield f"answer: refused, {code}", _answer(Outcome.REFUSED, code)
    yield "answer: refused, 1", _answer(Outcome.REFUSED, 1)
    yield "answer: Zoom is 9 s ahead", _answer(Outcome.ACCEPTED, ahead_s=9)
    for seconds in (5, 60):
        limited = _answer(Outcome.RATE_LIMITED, after_s=seconds)
        yield f"answer: rate limited, again in {seconds} s", limited
    for code in (13277, _ALREADY):
        yield f"stop: refused, {code}", _answered(Action.STOP, Outcome.REFUSED, code)
    yield (
        "answer to nothing",
        lambda s: s.answer(NOBODYS, Action.START, Outcome.ACCEPTED),
    )
    yield (
        "answer of long ago",
        lambda s: s.answer(s.session.number * 100_000, Action.STOP, Outcome.REFUSED, 13277),
    )


def _answered_late(action: Action, outcome: Outcome) -> Do:
    """The stream stops before Zoom answers."""

    def do(stage: Stage) -> None:
        stage.act(action)
        act = stage.session.act
        stage.stopped(1)
        stage.answer(act.number if act else NOBODYS, action, outcome)

    return do


def _replies_in_turn() -> Iterator[tuple[str, Do]]:
    refused = _answered(Action.PAUSE, Outcome.REFUSED, 13277)
    yield "pause twice", in_turn(_act(Action.PAUSE), _act(Action.PAUSE))
    yield "pause refused, pause", in_turn(refused, _act(Action.PAUSE))
    yield "pause refused, acknowledge", in_turn(refused, _user(e.Acknowledge()))
    yield "pause refused, ask again", in_turn(refused, Stage.resend)
    yield (
        "stop's answer lost, pause refused",
        in_turn(_answered(Action.STOP, Outcome.REPLY_LOST), refused),
    )
    for outcome in (Outcome.ACCEPTED, Outcome.SERVER_TROUBLE, Outcome.REFUSED):
        for action in (Action.PAUSE, Action.STOP):
            yield f"{action}, stopped, then {outcome}", _answered_late(action, outcome)
    denied = _with(Stage.tell_approves, Value.NO)
    again = in_turn(Stage.resend, _answer(Outcome.ACCEPTED), denied)
    yield "ask again, denied, ask again", in_turn(again, Stage.resend)
    yield "ask again, denied, a minute later again", in_turn(again, _wait(60), Stage.resend)
    yield "130 s later, ask again", in_turn(_wait(130), Stage.resend, _answer(Outcome.ACCEPTED))


def _looks() -> Iterator[tuple[str, Do]]:
    for status in MeetingStatus:
        for early in (None, True, False):
            seen = e.MeetingSeen(MEETING, status, early)
            yield f"look: {status}, join before host {early}", _looked(seen)
    yield "look: UUID alone", _looked(e.MeetingSeen(e.Meeting(UUID), MeetingStatus.STARTED))
    yield "look: next instance", _looked(e.MeetingSeen(_NEXT, MeetingStatus.STARTED))
    yield "look: another", _looked(e.MeetingSeen(_OTHER, MeetingStatus.STARTED))


def _looked(seen: e.MeetingSeen) -> Do:
    return lambda stage: stage.take(boards.seen(stage.board, seen, stage.now))


def _begins(stage: Stage, meeting: e.Meeting, stream: str) -> None:
    stage.zoom(e.StreamStarted(meeting, stream, ME, stage.at()))


def _removes(stage: Stage, user: str | None) -> None:
    stage.zoom(e.AppDeauthorized(user, stage.at()))


def _streams() -> Iterator[tuple[str, Do]]:
    for stream in ("a", "b"):
        for operator in (ME, "other", None):
            yield (
                f"started {stream} by {operator}",
                _with(Stage.started, stream, operator),
            )
        yield f"started {stream}, 1 min ago", _with(Stage.started, stream, ME, 60)
        yield f"interrupted {stream}", _with(Stage.interrupted, stream)
        yield (
            f"started {stream} of the UUID alone",
            _with(_begins, e.Meeting(UUID), stream),
        )
        yield (
            f"started {stream} of the next instance",
            _with(_begins, _NEXT, stream),
        )
    for reason in range(_LAST_REASON + 1):
        yield f"stopped a, {reason}", _with(Stage.stopped, reason)
    yield "stopped a, 1, 1 min ago", lambda s: s.stopped(1, ago_s=60)
    yield "stopped b, 1", lambda s: s.stopped(1, "b")
    yield "stopped b, then started", in_turn(lambda s: s.stopped(1, "b"), lambda s: s.started("b"))
    yield "stop, then stopped by me", in_turn(_act(Action.STOP), lambda s: s.stopped(2))
    yield "room, then stopped", in_turn(Stage.enters_room, lambda s: s.stopped(6))
    yield (
        "room, left, then stopped",
        in_turn(Stage.enters_room, _wait(3), Stage.leaves_room, lambda s: s.stopped(6)),
    )
    for operator in (ME, "other", None):
        yield f"limited: {operator}", _with(Stage.limited, operator)
    for value in Value:
        yield f"request status: {value}", _with(Stage.request_status, value)


def _people() -> Iterator[tuple[str, Do]]:
    yield "meeting started", Stage.meeting_started
    yield "meeting started, 1 min ago", lambda s: s.meeting_started(60)
    yield "next meeting started", lambda s: s.zoom(e.MeetingStarted(_NEXT, s.at()))
    yield "meeting ended", Stage.meeting_ended
    yield "meeting ended, 1 min ago", lambda s: s.meeting_ended(60)
    yield "next meeting ended", lambda s: s.zoom(e.MeetingEnded(_NEXT, s.at()))
    yield "other meeting ended", lambda s: s.zoom(e.MeetingEnded(_OTHER, s.at()))
    yield "somebody waits for the host", Stage.waits_for_host
    comes = _with(Stage.joins, THE_HOST)
    yield (
        "host was there, another comes",
        in_turn(_with(Stage.joins, THE_HOST, 60), _with(Stage.joins, _ANOTHER)),
    )
    yield (
        "host comes, then an older word",
        in_turn(comes, _wait(1), _with(Stage.joins, THE_HOST, 30)),
    )
    yield "host comes twice", in_turn(comes, comes)
    yield (
        "refused before I joined, then I come",
        in_turn(_answer(Outcome.REFUSED, 2308), _with(Stage.joins, I_AM)),
    )
    for name, person in _PEOPLE.items():
        yield f"{name} comes", _with(Stage.joins, person)
        yield f"{name} came 1 min ago", _with(Stage.joins, person, 60)
        yield (
            f"{name} comes and goes",
            in_turn(_with(Stage.joins, person), _with(Stage.leaves, person)),
        )
        yield f"{name} leaves", _with(Stage.leaves, person)
        yield f"{name} becomes host", _with(Stage.becomes_host, person)
        yield f"{name} enters a room", _with(Stage.enters_room, person)
        yield f"{name} leaves a room", _with(Stage.leaves_room, person)


def _connections() -> Iterator[tuple[str, Do]]:
    yield "feed up", Stage.feed_up
    yield "feed down", Stage.feed_down
    yield "feed down, 20 s ago", lambda s: s.feed_down(20)
    yield "gap of 10 s", lambda s: s.gap(10)
    yield "sleep of 2 min", lambda s: s.sleep(120)
    yield "network back", _all(e.NetworkBack())
    yield "signed in", _all(e.SignedIn(ME))
    yield "signed in, account", _all(e.SignedIn(ME, "account"))
    yield "signed in as another", _all(e.SignedIn("other"))
    yield "sign-in lost", _all(e.SignInLost())
    yield "keyring open", _all(e.KeyringOpen())
    for value in Value:
        for source in (Source.MACHINE, Source.SETTING):
            yield f"my Zoom: {value}, {source}", _all(e.OwnerClientSeen(value, source))
    for who in (ME, "other", None):
        yield f"app removed by {who}", _with(_removes, who)
    yield "unknown event", lambda s: s.zoom(e.Unknown("meeting.novelty", s.at()))
    yield "nothing", _all(e.Tick())


KINDS: dict[str, dict[str, Do]] = {
    "user": dict(_users()),
    "replies": dict(_replies()),
    "replies in turn": dict(_replies_in_turn()),
    "looks": dict(_looks()),
    "streams": dict(_streams()),
    "people": dict(_people()),
    "connections": dict(_connections()),
}
INPUTS = {name: do for kind in KINDS.values() for name, do in kind.items()}
"""By name; names say what happens, and stay as they are: the table is kept by them."""
