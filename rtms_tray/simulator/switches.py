"""Everything about the simulated Zoom that a person or a test may turn, with its defaults.

Where Zoom's behaviour is unknown or was seen to differ, it is a switch here and not a guess in
the code.
"""

from typing import Literal

from msgspec import Struct, field

Progression = Literal["immediate", "manual", "timed"]

SCOPES = (
    "meeting:read:list_meetings meeting:read:list_upcoming_meetings meeting:read:meeting"
    " meeting:update:participant_rtms_app_status user:read:user"
)
"""The scopes that the app is set up with, as the token reply prints them."""

DELAYS_S: dict[str, float] = {
    "auto_start": 2.0,  # from the meeting's start to the request that nobody made by hand
    "host_answers": 4.0,  # how long a host who answers by himself thinks
    "stream_begins": 2.0,  # from an allowed start to meeting.rtms_started
    "jbh_waiting": 30.0,  # documented minimum for meeting.participant_jbh_waiting
    "receiver_timeout": 60.0,  # documented window for the app's receiver to come back
}
"""How long each thing takes in the timed progression, in seconds."""


class Switches(Struct, kw_only=True, forbid_unknown_fields=True):
    """Holds the settings of one simulated Zoom; POST /control/settings changes any of them."""

    # How time goes
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
    api_url: str = "own"  # "own", "absent", or any URL that the token reply shall name

    # Requests
    rate_limited: bool = False
    account_settings: Literal["refuse", "silence"] = "refuse"
    already_running: Literal["no_op", "refuse"] = "no_op"
    stop_withdraws_request: bool = True

    # Streams
    sharing_on_restarts: bool = True
    breakout_stop_reason: int | None = 3  # null: nothing is said, the stream only pauses
    breakout_restarts: bool = True
    hand_off_stop_reason: int = 9
    ended_meeting: Literal["waiting", "gone"] = "waiting"

    # Events
    nested_payloads: bool = False
    rtms_meeting_id: Literal["number", "text", "absent"] = "number"
    rtms_operator: bool = True
    made_up_events: bool = False
