"""What is said while nothing is captured yet: asked, waiting, silence (names: `Code`)."""

from typing import Final

from rtms_tray.capture.reasons import Code, Reason, Severity

_INFO, _ATTENTION = Severity.INFO, Severity.ATTENTION

WAITING_REASONS: Final = (
    Reason(
        Code.MEETING_NOT_STARTED, None,
        "Waiting for the meeting to start",
        "Zoom says that this meeting has not started.",
        "rtms-tray asks again by itself once it starts; or send the request again.",
        ("S1",), (5,),
    ),
    Reason(
        Code.HOST_ABSENT, None,
        "Waiting for the host",
        "The request was accepted, but the host is not in the meeting and cannot approve it.",
        "Send the request again once the host has joined.",
        ("S2",), (4,),
    ),
    Reason(
        Code.HOST_JOINED_LATER, _ATTENTION,
        "The host is here: send it again",
        "The host joined after your request went out, so it reached nobody.",
        "Send the request again now.",
        ("S2",), (4,),
    ),
    Reason(
        Code.ASKED, None,
        "Asked, waiting for Zoom",
        "Zoom accepted the request. Nothing is captured yet.",
        "If the host is asked for approval, they must say yes.",
        ("S6",), (),
    ),
    Reason(
        Code.APPROVAL_PENDING, None,
        "Waiting for the host's approval",
        "Zoom accepted the request. Nothing is captured until the host approves it.",
        "Ask the host to approve the app.",
        ("S6",), (7,),
    ),
    Reason(
        Code.ASKED_HOST_PRESENT, None,
        "Asked, the host has not answered",
        "The host is there, but nothing has come: not answered yet, denied, or silently impossible.",
        "Ask the host whether Zoom shows them a request.",
        ("S6", "B4"), (1, 2, 3, 7),
    ),
    Reason(
        Code.CANNOT_SEE, None,
        "Asked, but rtms-tray cannot see the answer",
        "Zoom accepted the request. rtms-tray receives no events, so it cannot see whether capture started.",
        "Look for “Sharing” beside your app in Zoom, and tell rtms-tray.",
        (), (),
    ),
    Reason(
        Code.REPLY_LOST, None,
        "Asked, the answer was lost",
        "The request left, but Zoom's reply never arrived: it may have been accepted.",
        "Wait a moment for the stream, or send the request again.",
        (), (),
    ),
    Reason(
        Code.SILENCE, _ATTENTION,
        "No answer",
        "Zoom accepted the request, and then nothing came. Zoom does not say why.",
        "Answer the open questions, then send the request again once the host is there.",
        ("B4",), (1, 2, 3, 4, 7),
    ),
    Reason(
        Code.SILENCE_OWN_MEETING, _ATTENTION,
        "No answer",
        "You are the host and nothing came: Zoom does not say why. It cannot be a denial.",
        "Check that Zoom here is version 6.5.5 or later and that your organization allows RTMS.",
        ("B4", "S9"), (1, 2),
    ),
    Reason(
        Code.RESENT_FOR_HOST, _INFO,
        "Sent again: the host is here",
        "The host joined after your request went out, so rtms-tray has sent it again by itself.",
        "",
        ("S2",), (4,),
    ),
    Reason(
        Code.ASKED_AHEAD, _INFO,
        "Asked, as you planned",
        "A meeting that you had planned for is on, and rtms-tray has sent the request by itself.",
        "",
        ("S8",), (),
    ),
    Reason(
        Code.OWNER_CLIENT_OLD, _ATTENTION,
        "Your Zoom is too old",
        "Your Zoom seems to be older than 6.5.5, with which no capture starts. The request is sent all the same.",
        "Update Zoom to 6.5.5 or later, join again, then send the request again.",
        ("B3", "B4"), (3,),
    ),
)  # fmt: skip
