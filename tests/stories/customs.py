"""What nobody has shown to be so or otherwise of Zoom: each story draws one way."""

from collections.abc import Callable
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
    owner_disclosed: bool  # events of people give the app owner's ID
    refusal: int | None  # a policy refuses every start


def draw_customs(dice_of: Callable[[str], Random], *, uuid_only: bool) -> Customs:
    """Draw how Zoom behaves in one story, each custom with dice of its own."""

    def likely(share: float, name: str) -> bool:
        return dice_of(name).random() < share

    def one_of(name: str, **weights: int) -> str:
        return dice_of(name).choices(list(weights), list(weights.values()))[0]

    refused = likely(0.04, "refused")  # then nothing starts by itself either
    meeting_events = likely(0.4 if uuid_only else 0.85, "meeting_events")
    return Customs(
        room_stops=likely(0.6, "room_stops"),
        room_returns=likely(0.75, "room_returns"),
        rooms_told=one_of("rooms_told", always=6, going_in=3, never=1),
        moves_named=dice_of("moves_named").choice((0.0, 0.35, 1.0)),
        approval=likely(0.5, "approval"),
        prompt_waits=likely(0.3, "prompt_waits"),
        silent_without_host=likely(0.5, "silent_without_host"),
        host_answers=one_of("host_answers", yes=5, no=2, nothing=3),
        denial_told=likely(0.3, "denial_told"),
        auto_start=likely(0.3, "auto_start") and not refused,
        owner_hands_over=likely(0.5, "owner_hands_over"),
        survives_new_host=likely(0.6, "survives_new_host"),
        pause_survives=likely(0.5, "pause_survives"),
        running_reply=one_of("running_reply", accepted=1, already_running=1),
        resume_reply=one_of("resume_reply", accepted=1, refused=1),
        every_device=likely(0.3, "every_device"),
        meeting_events=meeting_events,
        number_in_start=not uuid_only,
        operator_in_start=likely(0.95, "operator_in_start"),
        readable=likely(0.7, "readable"),
        stop_shape=one_of("stop_shape", full=90, uuid=5, no_reason=5),
        last_stop=not meeting_events or likely(0.85, "last_stop"),
        owner_disclosed=likely(0.94, "owner_disclosed"),
        webinar=likely(0.06, "webinar"),
        refusal=dice_of("refusal").choice((13267, 2308, 2310)) if refused else None,
    )
