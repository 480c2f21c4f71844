"""What nobody has shown to be so or otherwise of Zoom: each story draws one way."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Customs:
    """What nobody has shown to be so or otherwise, drawn for each story."""

    room_stops: bool  # a breakout room ends the stream with 3
    room_returns: bool  # … and the way back starts a new one
    rooms_told: str  # always, going_in, never: which breakout events come
    moves_named: float  # how often `leave_reason` names a move
    approval: bool  # the host is asked
    prompt_waits: bool  # a host who comes later is asked, too
    silent_without_host: bool  # accepted, and nothing happens while the host is away
    host_answers: str  # yes, no, nothing
    denial_told: bool
    auto_start: bool
    owner_hands_over: bool  # sharing goes on when the owner leaves after passing on the host
    survives_new_host: bool
    pause_survives: bool  # a new server keeps a pause
    running_reply: str  # to start while a stream runs: accepted, already_running
    resume_reply: str  # to resume of a stream that is not paused: accepted, refused
    every_device: bool  # the stream ends when one device of its owner leaves, not the last one
    meeting_events: bool  # they are subscribed to, and the host's account has the app
    number_in_start: bool
    operator_in_start: bool
    readable: bool  # GET of a meeting is answered
    stop_shape: str  # full, uuid (alone), no_reason
    last_stop: bool  # a meeting's end stops the stream with an event of its own
    webinar: bool
    refusal: int | None  # a policy refuses every start


def draw_customs(dice: Random, *, uuid_only: bool) -> Customs:
    """Draw how Zoom behaves in one story."""
    chance = dice.random
    refused = chance() < 0.04  # then nothing starts by itself either
    meeting_events = chance() < (0.4 if uuid_only else 0.85)
    return Customs(
        room_stops=chance() < 0.6,
        room_returns=chance() < 0.75,
        rooms_told=dice.choices(("always", "going_in", "never"), (6, 3, 1))[0],
        moves_named=dice.choice((0.0, 0.35, 1.0)),
        approval=chance() < 0.5,
        prompt_waits=chance() < 0.3,
        silent_without_host=chance() < 0.5,
        host_answers=dice.choices(("yes", "no", "nothing"), (5, 2, 3))[0],
        denial_told=chance() < 0.3,
        auto_start=chance() < 0.3 and not refused,
        owner_hands_over=chance() < 0.5,
        survives_new_host=chance() < 0.6,
        pause_survives=chance() < 0.5,
        running_reply=dice.choice(("accepted", "already_running")),
        resume_reply=dice.choice(("accepted", "refused")),
        every_device=chance() < 0.3,
        meeting_events=meeting_events,
        number_in_start=not uuid_only,
        operator_in_start=chance() < 0.95,
        readable=chance() < 0.7,
        stop_shape=dice.choices(("full", "uuid", "no_reason"), (90, 5, 5))[0],
        last_stop=not meeting_events or chance() < 0.85,
        webinar=chance() < 0.06,
        refusal=dice.choice((13267, 2308, 2310)) if refused else None,
    )
