"""How the simulated Zoom behaves: every switch, what it stands for, and where it is at first.

What Zoom documents is fixed. Whatever is unknown or varies is a switch, so that nothing is taken
for granted: whoever relies on one side can be tried with the other.
"""

from collections.abc import Mapping
from textwrap import fill
from typing import Final, Literal

from msgspec import Struct, field, json, structs

WIDTH, INDENT = 80, " " * 6
"""Of the list in the terminal."""

Progression = Literal["immediate", "manual", "timed"]

SCOPES = (
    "meeting:read:list_meetings meeting:read:list_upcoming_meetings meeting:read:meeting"
    " meeting:update:participant_rtms_app_status user:read:user"
)
"""The scopes of the app, as the token reply lists them."""

DELAYS_S: dict[str, float] = {
    "auto_start": 2.0,  # from the start of the meeting to the automatic request
    "host_answers": 4.0,  # how long a host who answers automatically takes
    "stream_begins": 2.0,  # from an allowed start to meeting.rtms_started
    "jbh_waiting": 30.0,  # documented minimum for meeting.participant_jbh_waiting
    "receiver_timeout": 60.0,  # documented window for the app's receiver to reconnect
}
"""How long each thing takes in the timed progression, in seconds."""

WEBHOOK_RETRIES_S = (5 * 60.0, 20 * 60.0, 60 * 60.0)
"""How long after a failure Zoom sends a webhook again, each time (documented)."""


class Settings(Struct, kw_only=True, forbid_unknown_fields=True):
    """How this Zoom behaves; POST /control/settings changes any of it."""

    # Time
    progression: Progression = "timed"
    timing_scale: float = 1.0
    delays_s: dict[str, float] = field(default_factory=lambda: dict(DELAYS_S))
    clock_skew_s: float = 0.0

    # Sign-in
    consent: Literal["ask", "allow", "deny"] = "ask"
    user: str = "owner"
    redirect_paths: list[str] = field(default_factory=lambda: ["/callback"])
    rotation: Literal["at_once", "grace"] = "at_once"
    one_grant: Literal["per_app", "per_client", "off"] = "per_app"
    token_lifetime_s: int = 3599
    scopes: str = SCOPES
    api_url: str = "own"
    access_tokens: Literal["opaque", "jwt"] = "opaque"
    token_app: str = ""

    # Requests
    rate_limited: bool = False
    account_settings: Literal["refuse", "silence"] = "refuse"
    already_running: Literal["no_op", "refuse", "conflict", "bare_conflict"] = "no_op"
    already_running_words: str = "The RTMS app is already started."
    resume_running: Literal["accept", "not_paused", "not_started"] = "accept"
    stop_withdraws_request: bool = True

    # What nobody has shown to be true
    begins_before_approval: bool = False
    request_waits_for_host: bool = False
    breakout_stop_reason: int | None = 3
    breakout_restarts: bool = True
    owner_leaves: Literal["stop", "goes_on"] = "stop"
    owner_hands_off: Literal["goes_on", "stop", "new_host"] = "goes_on"
    hand_off_stop_reason: int | None = 9
    sharing_on_restarts: bool = True
    ended_meeting: Literal["waiting", "gone"] = "waiting"

    # Moves between rooms
    move_pairs: bool = True
    move_order: list[Literal["breakout", "left", "joined", "stop"]] = []
    move_gap_ms: int | None = None
    move_shift_ms: int | None = None
    move_reason: Literal["varies", "named", "plain"] = "varies"
    rooms_close_silently: bool = False

    # Events
    webhook_url: str = ""
    webhook_retries_s: list[float] = field(default_factory=lambda: list(WEBHOOK_RETRIES_S))
    delivery_log: bool = False
    delivery_log_behind_s: float = 0.0
    delivery_log_lacks: list[str] = []
    lost_events: list[str] = []
    late_events_s: dict[str, float] = {}
    nested_payloads: bool = False
    rtms_meeting_id: Literal["number", "text", "absent"] = "number"
    rtms_operator: bool = True
    stop_fields: Literal["all", "no_reason", "no_stream", "uuid_only"] = "all"
    known_ids: Literal["own_account", "nobody", "everybody"] = "own_account"
    people_fields: Literal["documented", "measured"] = "documented"
    old_concurrency_names: bool = False
    made_up_events: bool = False


SWITCHES: Final[Mapping[str, Mapping[str, str]]] = {
    "Time": {
        "progression": "what happens by itself: timed (as at Zoom), immediate (all but time-outs),"
        " or manual (nothing; step on)",
        "timing_scale": "all delays are multiplied by this",
        "delays_s": f"seconds that each thing takes: {', '.join(DELAYS_S)}",
        "clock_skew_s": "how far Zoom's clock is ahead of this computer's",
    },
    "Sign-in": {
        "consent": "whether the consent page asks (ask), or the answer is given at once",
        "user": "the key of the person who signs in",
        "redirect_paths": "the paths of the app's registered redirects",
        "rotation": "whether an old refresh token dies at once, or lives on for a while (grace)",
        "one_grant": "what a new sign-in ends: the grant per_app, per_client, or none (off)",
        "token_lifetime_s": "how long an access token lives",
        "scopes": "the scopes of the app",
        "api_url": "the API's URL in the token reply: own, absent, or any URL",
        "access_tokens": "opaque, or a jwt whose iss names the app, as third parties have seen it",
        "token_app": "the client ID in there; empty: the one that asked for the token",
    },
    "Requests": {
        "rate_limited": "every call is refused with 429",
        "account_settings": "a setting of the host's account that forbids RTMS leads to a refusal"
        " (refuse), or to 204 and silence",
        "already_running": "the answer to a start while a stream runs: 204 (no_op), 400 in words"
        " (refuse), 409 in words (conflict), 409 without (bare_conflict)",
        "already_running_words": "those words",
        "resume_running": "the answer to a resume while nothing is paused: 204 (accept), 400 in"
        " words (not_paused), 13277 (not_started)",
        "stop_withdraws_request": "a stop before the host's answer withdraws the request",
    },
    "What nobody has shown to be true": {
        "begins_before_approval": "rtms_started comes with the request, not with the approval;"
        " a denial stops that stream with 7",
        "request_waits_for_host": "a request in the host's absence is shown to the host on joining;"
        " else it is lost",
        "breakout_stop_reason": "how the stream stops when the app owner goes into a breakout room;"
        " null: it lives on",
        "breakout_restarts": "back in the main room, a new stream begins",
        "owner_leaves": "the stream stops with 3, or goes_on",
        "owner_hands_off": "the app owner makes somebody else host and leaves: the stream goes_on,"
        " stops with 3 (stop), or stops while one of the new host's begins (new_host)",
        "hand_off_stop_reason": "how the streams stop when the new host's organization forbids"
        " RTMS; null: they go on",
        "sharing_on_restarts": "sharing that is allowed again begins a new stream by itself",
        "ended_meeting": "GET of a meeting that is over says waiting, or that it is gone",
    },
    "Moves between rooms": {
        "move_pairs": "a move is told by participant_left and participant_joined, too",
        "move_order": "the order in which a move is told: breakout, left, joined, stop; empty: any,"
        " joined first in 17 of 40",
        "move_gap_ms": "milliseconds between these events; null: 2 to 1016, about 60 at the median",
        "move_shift_ms": "event_ts of joined less that of left; null: up to 300 either way",
        "move_reason": "whether leave_reason names the move (named) or not (plain); varies: in 14"
        " of 40 it does",
        "rooms_close_silently": "when the host closes the rooms, no breakout event is sent",
    },
    "Events": {
        "webhook_url": "events are also sent there as signed webhooks; empty: they are not",
        "webhook_retries_s": "how long after a failure each of them is sent again, in seconds",
        "delivery_log": "the app has a webhook with the same events, whose deliveries are logged; to read the"
        " log needs the scope marketplace_app:read",
        "delivery_log_behind_s": "how many seconds that log is behind",
        "delivery_log_lacks": "events that the webhook is not subscribed to, by their whole names",
        "lost_events": 'names of events that never arrive, such as ["participant_left"]',
        "late_events_s": "events that arrive so many seconds late, by name",
        "nested_payloads": "RTMS events have their fields in payload.object",
        "rtms_meeting_id": "the meeting's number in rtms_started: number, text, absent",
        "rtms_operator": "rtms_started names its operator",
        "stop_fields": "what rtms_stopped says: all, no_reason, no_stream, uuid_only",
        "known_ids": "whose user ID and email are told: those of the own_account, of nobody, of"
        " everybody",
        "people_fields": "the fields of people: as documented, or as measured in real meetings",
        "old_concurrency_names": "concurrency events have their names of 2025",
        "made_up_events": "allows rtms.request_status and rtms.start_failed, whose formats Zoom has"
        " not published; the host's answers are told, too",
    },
}
"""What every switch stands for, by group."""


def describe_switches() -> str:
    """List all switches with their values at first, for the terminal."""
    values = structs.asdict(Settings())
    lines = []
    for group, switches in SWITCHES.items():
        lines += ["", f"{group}:"]
        for name, meaning in switches.items():
            value = json.encode(values[name]).decode()
            shown = f" = {value}" if len(value) <= len(SCOPES) // 4 else ""
            lines += [
                f"  {name}{shown}",
                fill(meaning, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT),
            ]
    return "\n".join(lines)
