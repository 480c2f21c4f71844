"""Every reason as data: how loud it is, and which rules and scenarios stand behind it.

What a reason says to people stands in `resources/texts/reasons.toml`, under its code. A code is an interface:
it appears in the status JSON and in the logs.
"""

from enum import StrEnum
from typing import Final

from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import has_text, text
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
    HOST_MAYBE_JOINED = "host_maybe_joined"
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
    RECEIVER_LIVE = "receiver_live"
    PAUSED_BY_YOU = "paused_by_you"
    RECEIVER_PAUSED = "receiver_paused"
    PAUSE_SEEN_BY_USER = "pause_seen_by_user"
    ROOMS_OPEN = "rooms_open"
    CAPTURED_BY_OTHER = "captured_by_other"
    IN_BREAKOUT_ROOM = "in_breakout_room"
    MAYBE_IN_ROOM = "maybe_in_room"
    ROOM_MAYBE_LEFT = "room_maybe_left"
    BACK_FROM_BREAKOUT = "back_from_breakout"
    RECEIVER_INTERRUPTED = "receiver_interrupted"
    RECEIVER_MAYBE_BACK = "receiver_maybe_back"
    BLIND = "blind"
    UNSEEN = "unseen"
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
    START_FAILED = "start_failed"
    REFUSED_AFTER_STREAM = "refused_after_stream"
    # a stream ran and ended
    STOPPED_BY_YOU = "stopped_by_you"
    TOLD_STOPPED = "told_stopped"
    HAND_OFF = "hand_off"
    NEW_HOST = "new_host"
    GOES_ON_UNDER_NEW_HOST = "goes_on_under_new_host"
    STOP_UNDEFINED = "stop_undefined"
    STOP_HOST = "stop_host"
    STOP_ELSEWHERE = "stop_elsewhere"
    STOP_YOU_LEFT = "stop_you_left"
    LEFT_ON_ONE_DEVICE = "left_on_one_device"
    LEFT_OR_IN_ROOM = "left_or_in_room"
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
    STOP_WITHOUT_REASON = "stop_without_reason"
    RECEIVER_STOPPED = "receiver_stopped"
    # over
    GIVEN_UP = "given_up"
    INFERRED = "inferred"
    LOST_SIGHT = "lost_sight"
    # a nudge
    REMINDER = "reminder"
    MAYBE_OVER = "maybe_over"


class Why(Frozen):
    """A reason at work: its code, and what the texts may say of this very case."""

    code: Code
    number: int | None = None  # Zoom's error code or stop reason
    message: str = ""  # Zoom's own words, plain text
    until: Millis | None = None  # when something may be tried again


class Group(StrEnum):
    """What a reason speaks of; the guide for people has a chapter for each."""

    WAITING = "waiting"  # asked, and nothing is captured yet
    LIVE = "live"  # captured, or thought to be
    REFUSAL = "refusal"  # somebody or something said no
    STOP = "stop"  # it was captured, and is not any more
    OVER = "over"  # over, and reminders


class Reason(Frozen):
    """What a code means. `severity` None: not worth a word. `rules` are the mission's rule IDs."""

    code: Code
    severity: Severity | None
    group: Group
    rules: tuple[str, ...] = ()
    scenarios: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        """Say it in a few words; most titles begin with whether anything is captured."""
        return text(f"reasons.{self.code}.title")

    @property
    def short(self) -> str:
        """Say it without whether anything is captured, as a history has it."""
        return self._optional("short") or self.title

    @property
    def unverified(self) -> str:
        """The title while nothing vouches for the state; empty where the reason has none of its own."""
        return self._optional("unverified")

    @property
    def text(self) -> str:
        """Say what happened; `{number}` is still to be filled with Zoom's number."""
        return text(f"reasons.{self.code}.text")

    @property
    def remedy(self) -> str:
        """Say what to do; empty where there is nothing to be done."""
        return self._optional("remedy")

    def _optional(self, part: str) -> str:
        key = f"reasons.{self.code}.{part}"
        return text(key) if has_text(key) else ""


_C, _G = Code, Group
_INFO, _ATTENTION, _CRITICAL = Severity.INFO, Severity.ATTENTION, Severity.CRITICAL

REASONS: Final = {reason.code: reason for reason in (
    # asked, and nothing is captured yet
    Reason(_C.MEETING_NOT_STARTED, None, _G.WAITING, ("S1",), (5,)),
    Reason(_C.HOST_ABSENT, None, _G.WAITING, ("S2",), (4,)),
    Reason(_C.HOST_JOINED_LATER, _ATTENTION, _G.WAITING, ("S2",), (4,)),
    Reason(_C.HOST_MAYBE_JOINED, _ATTENTION, _G.WAITING, ("S2",), (4,)),
    Reason(_C.ASKED, None, _G.WAITING, ("S6",)),
    Reason(_C.APPROVAL_PENDING, None, _G.WAITING, ("S6",), (7,)),
    Reason(_C.ASKED_HOST_PRESENT, None, _G.WAITING, ("S6", "B4"), (1, 2, 3, 7)),
    Reason(_C.CANNOT_SEE, None, _G.WAITING),
    Reason(_C.REPLY_LOST, None, _G.WAITING),
    Reason(_C.SILENCE, _ATTENTION, _G.WAITING, ("B4",), (1, 2, 3, 4, 7)),
    Reason(_C.SILENCE_OWN_MEETING, _ATTENTION, _G.WAITING, ("B4", "S9"), (1, 2)),
    Reason(_C.RESENT_FOR_HOST, _INFO, _G.WAITING, ("S2",), (4,)),
    Reason(_C.ASKED_AHEAD, _INFO, _G.WAITING, ("S8",)),
    Reason(_C.OWNER_CLIENT_OLD, _ATTENTION, _G.WAITING, ("B3", "B4"), (3,)),
    # captured, or thought to be
    Reason(_C.BEGAN, _INFO, _G.LIVE),
    Reason(_C.BEGAN_ELSEWHERE, _INFO, _G.LIVE, ("S5",), (6,)),
    Reason(_C.BEGAN_AFTER_GIVE_UP, _ATTENTION, _G.LIVE),
    Reason(_C.ALREADY_RUNNING, _INFO, _G.LIVE),
    Reason(_C.SEEN_BY_USER, None, _G.LIVE, ("H4",)),
    Reason(_C.RECEIVER_LIVE, _INFO, _G.LIVE),
    Reason(_C.PAUSED_BY_YOU, None, _G.LIVE),
    Reason(_C.RECEIVER_PAUSED, _ATTENTION, _G.LIVE),
    Reason(_C.PAUSE_SEEN_BY_USER, None, _G.LIVE),
    Reason(_C.ROOMS_OPEN, _INFO, _G.LIVE, ("D2",), (12,)),
    Reason(_C.CAPTURED_BY_OTHER, _ATTENTION, _G.LIVE, ("H4",)),
    Reason(_C.IN_BREAKOUT_ROOM, _INFO, _G.LIVE, ("D2",), (12,)),
    Reason(_C.MAYBE_IN_ROOM, _ATTENTION, _G.LIVE, ("D1", "D2"), (11, 12)),
    Reason(_C.ROOM_MAYBE_LEFT, _ATTENTION, _G.LIVE, ("D2",), (12,)),
    Reason(_C.BACK_FROM_BREAKOUT, _ATTENTION, _G.LIVE, ("D2", "D4"), (12,)),
    Reason(_C.RECEIVER_INTERRUPTED, _CRITICAL, _G.LIVE, ("D4",)),
    Reason(_C.RECEIVER_MAYBE_BACK, _ATTENTION, _G.LIVE, ("D4",)),
    Reason(_C.BLIND, _ATTENTION, _G.LIVE),
    Reason(_C.UNSEEN, _ATTENTION, _G.LIVE),
    # somebody or something said no
    Reason(_C.DENIED, _ATTENTION, _G.REFUSAL, ("S6", "H3"), (7,)),
    Reason(_C.DENIED_TOLD, _ATTENTION, _G.REFUSAL, ("S6", "H3"), (7,)),
    Reason(_C.RTMS_DISABLED, _ATTENTION, _G.REFUSAL, ("B1",), (1,)),
    Reason(_C.NOT_SUPPORTED, _ATTENTION, _G.REFUSAL, ("B1", "P1"), (1, 2)),
    Reason(_C.NOT_ALLOW_LISTED, _ATTENTION, _G.REFUSAL, ("B1", "B6")),
    Reason(_C.NOT_ENTITLED_TO_START, _ATTENTION, _G.REFUSAL, ("S8",)),
    Reason(_C.NOT_A_PANELIST, _ATTENTION, _G.REFUSAL, ("S8",)),
    Reason(_C.OPERATION_FAILED, _ATTENTION, _G.REFUSAL),
    Reason(_C.USER_UNKNOWN, _ATTENTION, _G.REFUSAL),
    Reason(_C.MEETING_ID_INVALID, _ATTENTION, _G.REFUSAL),
    Reason(_C.MEETING_UNKNOWN, _ATTENTION, _G.REFUSAL),
    Reason(_C.SCOPE_MISSING, _ATTENTION, _G.REFUSAL),
    Reason(_C.REFUSED_OTHERWISE, _ATTENTION, _G.REFUSAL),
    Reason(_C.SIGN_IN_NEEDED, _ATTENTION, _G.REFUSAL),
    Reason(_C.KEYRING_LOCKED, _ATTENTION, _G.REFUSAL),
    Reason(_C.KEYRING_UNREADABLE, _ATTENTION, _G.REFUSAL),
    Reason(_C.RATE_LIMITED, _ATTENTION, _G.REFUSAL),
    Reason(_C.SERVER_TROUBLE, _ATTENTION, _G.REFUSAL),
    Reason(_C.OFFLINE, _ATTENTION, _G.REFUSAL),
    Reason(_C.CONCURRENCY_LIMITED, _ATTENTION, _G.REFUSAL),
    Reason(_C.START_FAILED, _ATTENTION, _G.REFUSAL),
    Reason(_C.REFUSED_AFTER_STREAM, _CRITICAL, _G.REFUSAL, ("B1",), (13,)),
    # it was captured, and is not any more
    Reason(_C.STOPPED_BY_YOU, None, _G.STOP, ("D3",)),
    Reason(_C.TOLD_STOPPED, None, _G.STOP),
    Reason(_C.NOT_RUNNING, _CRITICAL, _G.STOP),
    Reason(_C.HAND_OFF, _CRITICAL, _G.STOP, ("T4", "B1"), (13,)),
    Reason(_C.NEW_HOST, _ATTENTION, _G.STOP, ("T3", "T4"), (13,)),
    Reason(_C.GOES_ON_UNDER_NEW_HOST, _INFO, _G.STOP, ("T3", "D1")),
    Reason(_C.STOP_UNDEFINED, _CRITICAL, _G.STOP),
    Reason(_C.STOP_HOST, _CRITICAL, _G.STOP, ("D3", "T1")),
    Reason(_C.STOP_ELSEWHERE, _CRITICAL, _G.STOP, ("D3",)),
    Reason(_C.STOP_YOU_LEFT, _ATTENTION, _G.STOP, ("D1", "T5"), (11,)),
    Reason(_C.LEFT_ON_ONE_DEVICE, _ATTENTION, _G.STOP, ("D1", "T5"), (11,)),
    Reason(_C.LEFT_OR_IN_ROOM, _ATTENTION, _G.STOP, ("D1", "D2", "T5"), (11, 12)),
    Reason(_C.STOP_REMOVED, _CRITICAL, _G.STOP, ("D1", "T5"), (11,)),
    Reason(_C.STOP_APP_DISABLED, _CRITICAL, _G.STOP, ("D3", "T1", "M4")),
    Reason(_C.STOP_MEETING_ENDED, None, _G.STOP),
    Reason(_C.STOP_CANCELED, _CRITICAL, _G.STOP),
    Reason(_C.STOP_REVOKED, _CRITICAL, _G.STOP),
    Reason(_C.STOP_ALL_APPS_DISABLED, _CRITICAL, _G.STOP, ("D3", "T1", "M6")),
    Reason(_C.STOP_ZOOM_EXCEPTION, _CRITICAL, _G.STOP),
    Reason(_C.STOP_RECEIVER_TIMEOUT, _CRITICAL, _G.STOP, ("D4",)),
    Reason(_C.STOP_ZOOM_INSTANCE, _CRITICAL, _G.STOP),
    Reason(_C.STOP_SIGNAL_INTERRUPTED, _CRITICAL, _G.STOP, ("D4",)),
    Reason(_C.STOP_DATA_INTERRUPTED, _CRITICAL, _G.STOP, ("D4",)),
    Reason(_C.STOP_SIGNAL_CLOSED, _CRITICAL, _G.STOP, ("D4",)),
    Reason(_C.STOP_DATA_CLOSED, _CRITICAL, _G.STOP, ("D4",)),
    Reason(_C.STOP_ZOOM_EXIT, _CRITICAL, _G.STOP),
    Reason(_C.STOP_RECEIVER_AUTH, _CRITICAL, _G.STOP, ("D4",)),
    Reason(_C.STOP_RECEIVER_RECONNECT, _CRITICAL, _G.STOP, ("D4",)),
    Reason(_C.STOP_RECEIVER_CLOSED, _CRITICAL, _G.STOP, ("D4",)),
    Reason(_C.STOP_CUSTOMER_LEFT, _CRITICAL, _G.STOP),
    Reason(_C.STOP_AGENT_LEFT, _CRITICAL, _G.STOP),
    Reason(_C.STOP_ADMIN, _CRITICAL, _G.STOP, ("B1", "D3"), (1,)),
    Reason(_C.STOP_KEEP_ALIVE, _CRITICAL, _G.STOP, ("D4",)),
    Reason(_C.STOP_API, _CRITICAL, _G.STOP),
    Reason(_C.STOP_UNSUPPORTED, _CRITICAL, _G.STOP),
    Reason(_C.STOP_OTHER, _CRITICAL, _G.STOP),
    Reason(_C.STOP_WITHOUT_REASON, _CRITICAL, _G.STOP),
    Reason(_C.RECEIVER_STOPPED, _CRITICAL, _G.STOP),
    # over, and reminders
    Reason(_C.GIVEN_UP, None, _G.OVER),
    Reason(_C.INFERRED, None, _G.OVER),
    Reason(_C.LOST_SIGHT, None, _G.OVER),
    Reason(_C.REMINDER, _ATTENTION, _G.OVER, ("S2",), (4,)),
    Reason(_C.MAYBE_OVER, _ATTENTION, _G.OVER),
)}  # fmt: skip
"""Every code's reason, in the order of the guide; a test holds that none is missing."""
