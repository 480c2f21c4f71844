"""What each of Zoom's stop reasons says to people (names: `STOP_BC_…`, Zoom's RTMS data types)."""

from typing import Final

from rtms_tray.capture.reasons import Code, Reason, Severity

_ATTENTION, _CRITICAL = Severity.ATTENTION, Severity.CRITICAL
_ASK_HOST = "Ask the host to allow the app again, then send the request again."
_AGAIN = "Send the request again."
_RECEIVER = "Check the program that receives the stream, then send the request again."


def _receiver(code: Code, what: str) -> Reason:
    return Reason(code, _CRITICAL, "Capture stopped: your receiver", what, _RECEIVER, ("D4",))


STOP_REASONS: Final = (
    Reason(
        Code.STOPPED_BY_YOU, None,
        "Stopped by you",
        "You stopped capture.",
        "Send the request again when you want it back.",
        ("D3",),
    ),
    Reason(
        Code.TOLD_STOPPED, None,
        "Stopped, as you said",
        "You told rtms-tray that Zoom no longer shows “Sharing”.",
        _AGAIN,
    ),
    Reason(
        Code.HAND_OFF, _CRITICAL,
        "Capture stopped with the new host",
        "The meeting was handed to another host, whose organization may not allow RTMS.",
        "Try once more; if Zoom refuses, use another way of capturing.",
        ("T4", "B1"), (13,),
    ),
    Reason(
        Code.STOP_UNDEFINED, _CRITICAL,
        "Capture stopped",
        "Zoom gave no cause (reason {number}).",
        _AGAIN,
    ),
    Reason(
        Code.STOP_HOST, _CRITICAL,
        "Capture stopped",
        "The host stopped it.",
        _ASK_HOST,
        ("D3", "T1"),
    ),
    Reason(
        Code.STOP_ELSEWHERE, _CRITICAL,
        "Capture stopped",
        "It was stopped in Zoom or by the app, not from here.",
        _AGAIN,
        ("D3",),
    ),
    Reason(
        Code.STOP_YOU_LEFT, _ATTENTION,
        "Capture stopped: you left",
        "Capture needs you in the meeting, and you left it.",
        "Join again, then send the request again.",
        ("D1", "T5"), (11,),
    ),
    Reason(
        Code.STOP_REMOVED, _CRITICAL,
        "Capture stopped: you were removed",
        "The host removed you from the meeting.",
        "Talk to the host.",
        ("D1", "T5"), (11,),
    ),
    Reason(
        Code.STOP_APP_DISABLED, _CRITICAL,
        "Capture stopped",
        "The host turned sharing off for your app.",
        _ASK_HOST,
        ("D3", "T1", "M4"),
    ),
    Reason(
        Code.STOP_MEETING_ENDED, None,
        "Ended",
        "The meeting ended.",
        "",
    ),
    Reason(
        Code.STOP_CANCELED, _CRITICAL,
        "The stream was cancelled",
        "Zoom cancelled the stream and does not say why.",
        _AGAIN,
    ),
    Reason(
        Code.STOP_REVOKED, _CRITICAL,
        "Capture was revoked: delete what was captured",
        "Zoom revoked the stream; what was captured from it should be deleted.",
        "Delete the captured material of this meeting.",
    ),
    Reason(
        Code.STOP_ALL_APPS_DISABLED, _CRITICAL,
        "Capture stopped",
        "The host turned sharing off for all apps.",
        _ASK_HOST,
        ("D3", "T1", "M6"),
    ),
    Reason(
        Code.STOP_ZOOM_EXCEPTION, _CRITICAL,
        "Capture stopped: Zoom's side",
        "Zoom's server had an internal fault.",
        _AGAIN,
    ),
    _receiver(
        Code.STOP_RECEIVER_TIMEOUT,
        "Your app's receiver never connected, or too late: nothing of this stream was received.",
    ),
    Reason(
        Code.STOP_ZOOM_INSTANCE, _CRITICAL,
        "Capture stopped: Zoom's side",
        "Zoom lost the meeting's media server.",
        _AGAIN,
    ),
    _receiver(
        Code.STOP_SIGNAL_INTERRUPTED, "Your app's signaling connection to Zoom was interrupted."
    ),
    _receiver(Code.STOP_DATA_INTERRUPTED, "Your app's media connection to Zoom was interrupted."),
    _receiver(Code.STOP_SIGNAL_CLOSED, "Your app's signaling connection closed abnormally."),
    _receiver(Code.STOP_DATA_CLOSED, "Your app's media connection closed abnormally."),
    Reason(
        Code.STOP_ZOOM_EXIT, _CRITICAL,
        "Capture stopped: Zoom's side",
        "Zoom's server shut down.",
        _AGAIN,
    ),
    _receiver(
        Code.STOP_RECEIVER_AUTH,
        "Zoom rejected your app's receiver: a wrong client secret, or two copies of the app.",
    ),
    _receiver(
        Code.STOP_RECEIVER_RECONNECT, "Your app's receiver did not come back in time."
    ),
    _receiver(Code.STOP_RECEIVER_CLOSED, "Your app's receiver closed the stream itself."),
    Reason(
        Code.STOP_CUSTOMER_LEFT, _CRITICAL,
        "Capture stopped",
        "The customer disconnected.",
        _AGAIN,
    ),
    Reason(
        Code.STOP_AGENT_LEFT, _CRITICAL,
        "Capture stopped",
        "The agent disconnected.",
        _AGAIN,
    ),
    Reason(
        Code.STOP_ADMIN, _CRITICAL,
        "Cannot be captured any more",
        "An admin disabled the app.",
        "Ask the admin to allow the app, or use another way of capturing.",
        ("B1", "D3"), (1,),
    ),
    _receiver(Code.STOP_KEEP_ALIVE, "Your app's receiver stopped answering Zoom."),
    Reason(
        Code.STOP_API, _CRITICAL,
        "Capture stopped",
        "It was stopped through Zoom's API.",
        _AGAIN,
    ),
    Reason(
        Code.STOP_UNSUPPORTED, _CRITICAL,
        "Capture stopped",
        "Zoom says that streaming is not supported here.",
        "Use another way of capturing.",
    ),
    Reason(
        Code.STOP_OTHER, _CRITICAL,
        "Capture stopped",
        "Zoom gave reason {number}, which rtms-tray does not know.",
        _AGAIN,
    ),
)  # fmt: skip
