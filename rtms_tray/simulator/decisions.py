"""Zoom's answer to a request about a meeting's streams, and what becomes of an accepted one.

The order of the checks gives every documented answer of
`PATCH /live_meetings/{meetingId}/rtms_app/status` (Zoom's meeting OpenAPI, March 2026).
"""

from collections.abc import Iterator
from enum import Enum, auto

from msgspec import Struct

from rtms_tray.simulator.world import Meeting, User, World

RTMS_SCOPE = "meeting:update:participant_rtms_app_status"
ACTIONS = frozenset({"start", "stop", "pause", "resume"})
OLDEST_CLIENT = (6, 5, 5)
"""B3: an older client on either side, and nothing begins, and nobody is told."""

_SETTINGS_PAGE = "setting in the **Settings** page of the Zoom web portal."
_SHARING = f"**Share realtime meeting content with apps** {_SETTINGS_PAGE}"
_ALLOWED_APPS = f"**Allow apps to access meeting content** {_SETTINGS_PAGE}"
_TOO_FAST = "You have reached the maximum per-second rate limit for this API. Try again later."
_NOT_ALLOWED = "User '{user}' is not allowed to start the RTMS app."
_APP_UNKNOWN = "The app '{client_id}' is not authorized to access meeting content."
_UNABLE = "Unable to '{action}' the RTMS app for user '{user}'"
_HOSTS = "Only the meeting host or an alternative host can perform this action."
_PANEL = "Only the webinar host, alternative host, or panelist can perform this action."

ANSWERS: dict[int, tuple[int, str]] = {
    124: (401, "{detail}"),
    4711: (400, "Invalid access token, does not contain scopes:[{detail}]."),
    4001: (429, _TOO_FAST),
    300: (400, "Invalid meeting ID."),
    3001: (404, "Meeting does not exist: {meeting}."),
    3000: (400, "Meeting {meeting} has not started."),
    2310: (400, "Failed to perform RTMS app operation."),
    13273: (403, "The current meeting does not support the RTMS app feature."),
    13267: (403, f"RTMS app disabled. To use this feature, enable the {_SHARING}"),
    13262: (403, f"{_APP_UNKNOWN} Please add it in the {_ALLOWED_APPS}"),
    2312: (400, "User does not exist: {user}."),
    2308: (403, f"{_NOT_ALLOWED} {_HOSTS}"),
    2309: (403, f"{_NOT_ALLOWED} {_PANEL}"),
    13277: (400, f"{_UNABLE} because it has not been started."),
}
"""Zoom's error codes with their HTTP status and text, word for word."""


class Caller(Struct, frozen=True, kw_only=True):
    """Who calls: what the access token says. `refusal` is Zoom's word on a bad token."""

    user: str | None = None
    scopes: str = ""
    refusal: str = ""


class Call(Struct, frozen=True, kw_only=True):
    """One call about streams; `reference` is a number, a UUID, or None where it is neither."""

    caller: Caller
    reference: str | None
    action: str
    client_id: str
    user_id: str = ""


class Refusal(Struct, frozen=True):
    """Zoom said no: HTTP status, error code, text."""

    status: int
    code: int
    message: str


class Accepted(Struct, frozen=True):
    """Zoom said 204; `operator` is the person for whom the stream is."""

    meeting: Meeting
    operator: str
    already_running: bool = False


class Fate(Enum):
    """What becomes of an accepted start request."""

    BEGINS = auto()
    ASKS_HOST = auto()
    SILENCE = auto()


def refuse(code: int, **words: object) -> Refusal:
    """Make the documented refusal of this code."""
    status, text = ANSWERS[code]
    return Refusal(status, code, text.format(**words))


def authorise(world: World, caller: Caller, scope: str) -> Refusal | None:
    """Check what comes before every call: token, scope, rate."""
    if caller.refusal:
        return refuse(124, detail=caller.refusal)
    if scope not in caller.scopes.split() or caller.user is None:
        return refuse(4711, detail=scope)
    return refuse(4001) if world.switches.rate_limited else None


def decide(world: World, call: Call) -> Refusal | Accepted:
    """Answer a call: the first check that fails decides."""
    if no := authorise(world, call.caller, RTMS_SCOPE):
        return no
    if call.reference is None:
        return refuse(300)
    meeting = world.meeting(call.reference)
    if meeting is None:
        return refuse(3001, meeting=call.reference)
    if not meeting.started:
        return refuse(3000, meeting=call.reference)
    caller = world.users[call.caller.user or ""]
    user = world.user_by_id(call.user_id) if call.user_id else caller
    if call.action != "start":
        return _decide_on_stream(world, call, meeting, user)
    code = next(_objections(world, call, meeting, user), None)
    if code is not None:
        return refuse(
            code, client_id=call.client_id, user=call.user_id or caller.id, meeting=call.reference
        )
    return _accept(world, meeting, user or caller)


def _objections(world: World, call: Call, meeting: Meeting, user: User | None) -> Iterator[int]:
    refuses = world.switches.account_settings == "refuse"
    if not meeting.entitled or (user and user.type == 1):
        yield 2310
    if not meeting.supports_rtms:
        yield 13273
    if refuses and not (meeting.host_org_rtms_enabled and meeting.sharing_on):
        yield 13267
    if call.client_id != world.app.client_id or (refuses and not meeting.allow_listed):
        yield 13262
    if user is None:
        yield 2312
    elif not _may_start(meeting, user.key):
        yield 2309 if meeting.kind == "webinar" else 2308


def _may_start(meeting: Meeting, key: str) -> bool:
    if key in (meeting.host, meeting.host_key()):
        return True
    return meeting.is_present(key) and (meeting.owner_invited or key != meeting.owner)


def _accept(world: World, meeting: Meeting, user: User) -> Refusal | Accepted:
    running = bool(meeting.live(user.key))
    if running and world.switches.already_running == "refuse":
        # No code is documented; the text is what others have seen.
        return Refusal(400, 2310, "The RTMS app is already started.")
    return Accepted(meeting, user.key, running)


def _decide_on_stream(
    world: World, call: Call, meeting: Meeting, user: User | None
) -> Refusal | Accepted:
    if user is None:
        return refuse(2312, user=call.user_id)
    withdraws = call.action == "stop" and world.switches.stop_withdraws_request
    asked = meeting.request is not None and meeting.request.operator == user.key
    if meeting.live(user.key) or (withdraws and asked):
        return Accepted(meeting, user.key)
    return refuse(13277, action=call.action, user=user.id)


def fate(meeting: Meeting, operator: str, *, by_auto_start: bool = False) -> Fate:
    """Tell what becomes of a start that nothing refused; the silent reasons come first."""
    allowed = meeting.host_org_rtms_enabled and meeting.allow_listed and meeting.sharing_on
    if not allowed or not meeting.supports_rtms or not meeting.entitled:
        return Fate.SILENCE
    if not (modern(meeting.host_client_version) and modern(meeting.owner_client_version)):
        return Fate.SILENCE
    if meeting.in_breakout_room:
        return Fate.SILENCE
    if not meeting.approval_required or _needs_no_approval(meeting, operator, by_auto_start):
        return Fate.BEGINS
    return Fate.ASKS_HOST if meeting.host_present else Fate.SILENCE


def _needs_no_approval(meeting: Meeting, operator: str, by_auto_start: bool) -> bool:  # noqa: FBT001 - passed on
    if by_auto_start:
        return meeting.auto_start_by == "host_account"
    return operator == meeting.host_key()


def modern(version: str) -> bool:
    """Tell whether a Zoom client of this version can take part in RTMS (B3)."""
    numbers = version.split("(", maxsplit=1)[0].strip().split(".")
    return tuple(int(n) for n in numbers[:3]) >= OLDEST_CLIENT
