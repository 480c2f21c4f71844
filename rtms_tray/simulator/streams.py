"""How a stream comes to be, lives and ends: requests, the host's answer, the receiver."""

from msgspec import to_builtins

from rtms_tray.simulator.decisions import Accepted, Call, Fate, Refusal, decide, fate
from rtms_tray.simulator.engine import Engine
from rtms_tray.simulator.world import Meeting, Request, Stream

STOPPED_BY_USER = 2


def handle(engine: Engine, call: Call) -> Refusal | None:
    """Answer a call about streams and set its consequences going; None means accepted."""
    answer = decide(engine.world, call)
    refusal = answer if isinstance(answer, Refusal) else None
    engine.world.requests.append(
        {
            "at": engine.now(),
            "action": call.action,
            "meeting": call.reference,
            "user": call.caller.user,
            "client_id": call.client_id,
            "status": refusal.status if refusal else 204,
            "code": refusal.code if refusal else None,
        }
    )
    if isinstance(answer, Accepted):
        _apply(engine, call.action, answer)
    return refusal


def _apply(engine: Engine, action: str, accepted: Accepted) -> None:
    meeting, operator = accepted.meeting, accepted.operator
    match action:
        case "start" if not accepted.already_running:
            ask(engine, meeting, operator)
        case "stop":
            withdraw(meeting, operator)
            stop(engine, meeting, STOPPED_BY_USER, operator)
        case "pause" | "resume":
            for stream in meeting.live(operator):
                stream.paused = action == "pause"


def ask(engine: Engine, meeting: Meeting, operator: str, *, by_auto_start: bool = False) -> None:
    """Let an accepted request go its way: to a stream, to the host, or to nobody."""
    outcome = fate(meeting, operator, by_auto_start=by_auto_start)
    if outcome is Fate.SILENCE:
        meeting.request = None
        return
    number = int(engine.world.mint.stream()[:6], 16)
    asks_host = outcome is Fate.ASKS_HOST
    request = Request(id=number, operator=operator, asks_host=asks_host)
    meeting.request = request
    if not asks_host:
        _allow(engine, meeting, request)
    elif meeting.approval in ("approve", "deny"):
        engine.later("host_answers", lambda: _answer_by_itself(engine, meeting, request))


def auto_start(engine: Engine, meeting: Meeting) -> None:
    """Let auto-start ask in a running meeting, unless something runs or is asked already."""
    operator = meeting.owner
    if not meeting.auto_start_enabled or meeting.live(operator) or meeting.request:
        return

    def fire() -> None:
        if meeting.started and not meeting.live(operator) and not meeting.request:
            ask(engine, meeting, operator, by_auto_start=True)

    engine.later("auto_start", fire)


def answer(engine: Engine, meeting: Meeting, *, approve: bool) -> bool:
    """Give the host's answer to what is asked; False: nothing is asked."""
    request = meeting.request
    if request is None or not request.asks_host:
        return False
    if approve:
        request.asks_host = False
        _allow(engine, meeting, request)
    else:
        meeting.request = None
    return True


def withdraw(meeting: Meeting, operator: str) -> None:
    """Take back what this person asked for."""
    if meeting.request and meeting.request.operator == operator:
        meeting.request = None


def begin(engine: Engine, meeting: Meeting, operator: str) -> Stream:
    """Open a new stream."""
    stream = Stream(id=engine.world.mint.stream(), operator=operator)
    meeting.streams.append(stream)
    meeting.resumes_for = ""
    engine.say_of_stream(meeting, stream, "started")
    return stream


def begin_again(engine: Engine, meeting: Meeting) -> None:
    """Open a stream without a request, for whom one ran before; always a new one (D4)."""
    operator = meeting.resumes_for
    if not operator:
        return

    def fire() -> None:
        allowed = meeting.started and meeting.resumes_for == operator
        if allowed and not meeting.live(operator) and fate(meeting, operator) is not Fate.SILENCE:
            begin(engine, meeting, operator)

    engine.later("stream_begins", fire)


def stop(
    engine: Engine, meeting: Meeting, reason: int, operator: str | None = None
) -> list[Stream]:
    """End the living streams, of one operator or all, and tell which."""
    ended = meeting.live(operator)
    for stream in ended:
        stream.stop_reason = reason
        engine.say_of_stream(meeting, stream, "stopped")
    return ended


def interrupt(engine: Engine, meeting: Meeting) -> None:
    """Let the app's receiver lose its connection: it has a minute to come back."""
    for stream in meeting.live():
        stream.interrupted = True
        engine.say_of_stream(meeting, stream, "interrupted")

    def give_up() -> None:
        for stream in [s for s in meeting.live() if s.interrupted]:
            stop(engine, meeting, 19, stream.operator)

    engine.later("receiver_timeout", give_up)


def describe(meeting: Meeting) -> dict[str, object]:
    """Print a meeting for the control interface, with what follows from its fields."""
    told: dict[str, object] = to_builtins(meeting)
    return told | {"sharing": any(not s.paused for s in meeting.live())}


def _allow(engine: Engine, meeting: Meeting, request: Request) -> None:
    def fire() -> None:
        if meeting.started and meeting.request is request and not meeting.in_breakout_room:
            meeting.request = None
            begin(engine, meeting, request.operator)

    engine.later("stream_begins", fire)


def _answer_by_itself(engine: Engine, meeting: Meeting, request: Request) -> None:
    if meeting.request is request and meeting.host_present:
        answer(engine, meeting, approve=meeting.approval == "approve")
