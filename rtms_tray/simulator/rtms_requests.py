"""Requests about a meeting's streams: Zoom's answer to each, and the outcome of an accepted start.

The order of the checks produces every documented answer of
`PATCH /live_meetings/{meetingId}/rtms_app/status` (Zoom's meeting OpenAPI, March 2026).
"""

from collections.abc import Iterator
from enum import Enum, auto

from msgspec import Struct

from rtms_tray.simulator.world import Meeting, User, World

RTMS_SCOPE = "meeting:update:participant_rtms_app_status"
ACTIONS = frozenset({"start", "stop", "pause", "resume"})
OLDEST_CLIENT = (6, 5, 5)
"""B3: with an older client on either side nothing begins, and nobody is told."""

_SETTINGS_PAGE = "setting in the **Settings** page of the Zoom web portal."
_SHARING = f"**Share realtime meeting content with apps** {_SETTINGS_PAGE}"
_ALLOWED_APPS = f"**Allow apps to access meeting content** {_SETTINGS_PAGE}"
_TOO_FAST = "You have reached the maximum per-second rate limit for this API. Try again later."
_NOT_ALLOWED = "User '{user}' is not allowed to start the RTMS app."
_APP_UNKNOWN = "The app '{client_id}' is not authorized to access meeting content."
_UNABLE = "Unable to '{action}' the RTMS app for user '{user}'"
_HOSTS = "Only the meeting host or an alternative host can perform this action."
_PANEL = "Only the webinar host, alternative host, or panelist can perform this action."

ERRORS: dict[int, tuple[int, str]] = {
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
"""Zoom's error codes with their HTTP status and text, verbatim."""


class Caller(Struct, frozen=True, kw_only=True):
    """Who calls, by their access token; `auth_error` is Zoom's text about a bad token."""

    user: str | None = None
    scopes: str = ""
    auth_error: str = ""


class RtmsRequest(Struct, frozen=True, kw_only=True):
    """One request about streams; `reference` is a number, a UUID, or None if it is neither."""

    caller: Caller
    reference: str | None
    action: str
    client_id: str
    user_id: str = ""


class Refusal(Struct, frozen=True):
    """Zoom refused: HTTP status, error code, text."""

    status: int
    code: int
    message: str


class Acceptance(Struct, frozen=True):
    """Zoom answered 204; `operator` is the person the stream is for."""

    meeting: Meeting
    operator: str
    already_running: bool = False


class StartOutcome(Enum):
    """What an accepted start request leads to."""

    BEGINS = auto()
    ASKS_HOST = auto()
    NOTHING = auto()


def refuse(code: int, **details: object) -> Refusal:
    """Build the documented refusal with this code."""
    status, text = ERRORS[code]
    return Refusal(status, code, text.format(**details))


def check_access(world: World, caller: Caller, scope: str) -> Refusal | None:
    """Check what every call needs first: token, scope, rate."""
    if caller.auth_error:
        return refuse(124, detail=caller.auth_error)
    if scope not in caller.scopes.split() or caller.user is None:
        return refuse(4711, detail=scope)
    return refuse(4001) if world.settings.rate_limited else None


def check_request(world: World, request: RtmsRequest) -> Refusal | Acceptance:
    """Answer a request: the first check that fails decides."""
    if refusal := check_access(world, request.caller, RTMS_SCOPE):
        return refusal
    if request.reference is None:
        return refuse(300)
    meeting = world.find_meeting(request.reference)
    if meeting is None:
        return refuse(3001, meeting=request.reference)
    if not meeting.started:
        return refuse(3000, meeting=request.reference)
    caller = world.users[request.caller.user or ""]
    user = world.user_by_id(request.user_id) if request.user_id else caller
    if request.action != "start":
        return _check_change(world, request, meeting, user)
    code = next(_start_errors(world, request, meeting, user), None)
    if code is not None:
        return refuse(
            code,
            client_id=request.client_id,
            user=request.user_id or caller.id,
            meeting=request.reference,
        )
    return _accept_start(world, meeting, user or caller)


def start_outcome(
    meeting: Meeting, operator: str, *, by_auto_start: bool = False, waits: bool = False
) -> StartOutcome:
    """Decide what a start leads to that nothing refused; the silent reasons come first.

    Whether a request `waits` for a host who is absent, nobody has shown.
    """
    allowed = meeting.host_org_rtms_enabled and meeting.allow_listed and meeting.sharing_on
    if not allowed or not meeting.supports_rtms or not meeting.entitled:
        return StartOutcome.NOTHING
    versions = (meeting.host_client_version, meeting.owner_client_version)
    if not all(is_supported_client(version) for version in versions):
        return StartOutcome.NOTHING
    if meeting.in_breakout_room:
        return StartOutcome.NOTHING
    if not meeting.approval_required or _is_preapproved(meeting, operator, by_auto_start):
        return StartOutcome.BEGINS
    return StartOutcome.ASKS_HOST if meeting.host_present or waits else StartOutcome.NOTHING


def is_supported_client(version: str) -> bool:
    """Whether a Zoom client of this version can take part in RTMS (B3)."""
    numbers = version.split("(", maxsplit=1)[0].strip().split(".")
    return tuple(int(n) for n in numbers[:3]) >= OLDEST_CLIENT


def _start_errors(
    world: World, request: RtmsRequest, meeting: Meeting, user: User | None
) -> Iterator[int]:
    refuses = world.settings.account_settings == "refuse"
    if not meeting.entitled or (user and user.type == 1):
        yield 2310
    if not meeting.supports_rtms:
        yield 13273
    if refuses and not (meeting.host_org_rtms_enabled and meeting.sharing_on):
        yield 13267
    if request.client_id != world.app.client_id or (refuses and not meeting.allow_listed):
        yield 13262
    if user is None:
        yield 2312
    elif not _may_start(meeting, user.key):
        yield 2309 if meeting.kind == "webinar" else 2308


def _may_start(meeting: Meeting, key: str) -> bool:
    if key in (meeting.host, meeting.current_host()):
        return True
    return meeting.is_present(key) and (meeting.owner_invited or key != meeting.owner)


def _accept_start(world: World, meeting: Meeting, user: User) -> Refusal | Acceptance:
    settings, running = world.settings, bool(meeting.running_streams(user.key))
    if not running or settings.already_running == "no_op":
        return Acceptance(meeting, user.key, running)
    # No code is documented; the texts are what others have reported.
    if settings.already_running == "bare_conflict":
        return Refusal(409, 2310, ERRORS[2310][1])
    status = 409 if settings.already_running == "conflict" else 400
    return Refusal(status, 2310, settings.already_running_words)


def _check_change(
    world: World, request: RtmsRequest, meeting: Meeting, user: User | None
) -> Refusal | Acceptance:
    if user is None:
        return refuse(2312, user=request.user_id)
    settings, running = world.settings, meeting.running_streams(user.key)
    if request.action == "resume" and running and not any(s.paused for s in running):
        return _answer_needless_resume(world, Acceptance(meeting, user.key), user)
    withdraws = request.action == "stop" and settings.stop_withdraws_request
    requested = meeting.request is not None and meeting.request.operator == user.key
    if running or (withdraws and requested):
        return Acceptance(meeting, user.key)
    return refuse(13277, action=request.action, user=user.id)


def _answer_needless_resume(
    world: World, acceptance: Acceptance, user: User
) -> Refusal | Acceptance:
    match world.settings.resume_running:
        case "accept":
            return acceptance
        case "not_paused":  # no code is documented
            return Refusal(400, 2310, "The RTMS app is not paused.")
        case "not_started":
            return refuse(13277, action="resume", user=user.id)


def _is_preapproved(meeting: Meeting, operator: str, by_auto_start: bool) -> bool:  # noqa: FBT001 - passed on
    if by_auto_start:
        return meeting.auto_start_by == "host_account"
    return operator == meeting.current_host()
