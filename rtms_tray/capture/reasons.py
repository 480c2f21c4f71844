"""Every reason as data: how loud it is, what happened, and what to do.

The texts stand in `reason_texts`; this module holds the codes and their shape. A code is an interface:
it appears in the status JSON and in the logs.
"""

from dataclasses import dataclass
from enum import StrEnum

from rtms_tray.support.units import Millis


class Severity(StrEnum):
    """How loudly the user hears of it."""

    INFO = "info"
    ATTENTION = "attention"
    CRITICAL = "critical"


class Code(StrEnum):
    """Why a session stands where it stands."""

    # asked, no stream yet
    MEETING_NOT_STARTED = "meeting_not_started"
    HOST_ABSENT = "host_absent"
    HOST_JOINED_LATER = "host_joined_later"
    ASKED = "asked"
    APPROVAL_PENDING = "approval_pending"
    ASKED_HOST_PRESENT = "asked_host_present"
    CANNOT_SEE = "cannot_see"
    REPLY_LOST = "reply_lost"
    SILENCE = "silence"
    SILENCE_OWN_MEETING = "silence_own_meeting"
    RESENT_FOR_HOST = "resent_for_host"
    ASKED_AHEAD = "asked_ahead"
    OWNER_CLIENT_OLD = "owner_client_old"
    # live
    BEGAN = "began"
    BEGAN_ELSEWHERE = "began_elsewhere"
    BEGAN_AFTER_GIVE_UP = "began_after_give_up"
    ALREADY_RUNNING = "already_running"
    SEEN_BY_USER = "seen_by_user"
    PAUSED_BY_YOU = "paused_by_you"
    ROOMS_OPEN = "rooms_open"
    CAPTURED_BY_OTHER = "captured_by_other"
    IN_BREAKOUT_ROOM = "in_breakout_room"
    BACK_FROM_BREAKOUT = "back_from_breakout"
    RECEIVER_INTERRUPTED = "receiver_interrupted"
    RECEIVER_MAYBE_BACK = "receiver_maybe_back"
    BLIND = "blind"
    NOT_RUNNING = "not_running"
    # the host said no
    DENIED = "denied"
    DENIED_TOLD = "denied_told"
    # Zoom refused
    RTMS_DISABLED = "rtms_disabled"
    NOT_SUPPORTED = "not_supported"
    NOT_ALLOW_LISTED = "not_allow_listed"
    NOT_ENTITLED_TO_START = "not_entitled_to_start"
    NOT_A_PANELIST = "not_a_panelist"
    OPERATION_FAILED = "operation_failed"
    USER_UNKNOWN = "user_unknown"
    MEETING_ID_INVALID = "meeting_id_invalid"
    MEETING_UNKNOWN = "meeting_unknown"
    SCOPE_MISSING = "scope_missing"
    REFUSED_OTHERWISE = "refused_otherwise"
    SIGN_IN_NEEDED = "sign_in_needed"
    KEYRING_UNREADABLE = "keyring_unreadable"
    KEYRING_LOCKED = "keyring_locked"
    RATE_LIMITED = "rate_limited"
    SERVER_TROUBLE = "server_trouble"
    OFFLINE = "offline"
    CONCURRENCY_LIMITED = "concurrency_limited"
    REFUSED_AFTER_STREAM = "refused_after_stream"
    # a stream ran and ended
    STOPPED_BY_YOU = "stopped_by_you"
    TOLD_STOPPED = "told_stopped"
    HAND_OFF = "hand_off"
    STOP_UNDEFINED = "stop_undefined"
    STOP_HOST = "stop_host"
    STOP_ELSEWHERE = "stop_elsewhere"
    STOP_YOU_LEFT = "stop_you_left"
    STOP_REMOVED = "stop_removed"
    STOP_APP_DISABLED = "stop_app_disabled"
    STOP_MEETING_ENDED = "stop_meeting_ended"
    STOP_CANCELED = "stop_canceled"
    STOP_REVOKED = "stop_revoked"
    STOP_ALL_APPS_DISABLED = "stop_all_apps_disabled"
    STOP_ZOOM_EXCEPTION = "stop_zoom_exception"
    STOP_RECEIVER_TIMEOUT = "stop_receiver_timeout"
    STOP_ZOOM_INSTANCE = "stop_zoom_instance"
    STOP_SIGNAL_INTERRUPTED = "stop_signal_interrupted"
    STOP_DATA_INTERRUPTED = "stop_data_interrupted"
    STOP_SIGNAL_CLOSED = "stop_signal_closed"
    STOP_DATA_CLOSED = "stop_data_closed"
    STOP_ZOOM_EXIT = "stop_zoom_exit"
    STOP_RECEIVER_AUTH = "stop_receiver_auth"
    STOP_RECEIVER_RECONNECT = "stop_receiver_reconnect"
    STOP_RECEIVER_CLOSED = "stop_receiver_closed"
    STOP_CUSTOMER_LEFT = "stop_customer_left"
    STOP_AGENT_LEFT = "stop_agent_left"
    STOP_ADMIN = "stop_admin"
    STOP_KEEP_ALIVE = "stop_keep_alive"
    STOP_API = "stop_api"
    STOP_UNSUPPORTED = "stop_unsupported"
    STOP_OTHER = "stop_other"
    # over
    GIVEN_UP = "given_up"
    INFERRED = "inferred"
    LOST_SIGHT = "lost_sight"
    # a nudge
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Why:
    """A reason at work: its code, and what the texts may say of this very case."""

    code: Code
    number: int | None = None  # Zoom's error code or stop reason
    message: str = ""  # Zoom's own words, plain text
    until: Millis | None = None  # when something may be tried again


@dataclass(frozen=True, slots=True)
class Reason:
    """What a code means for people. `{number}` in `text` is filled with Zoom's number.

    `severity` None: not worth a word by itself. `rules` are the mission's rule IDs.
    """

    code: Code
    severity: Severity | None
    title: str
    text: str
    remedy: str
    rules: tuple[str, ...] = ()
    scenarios: tuple[int, ...] = ()
