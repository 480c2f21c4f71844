"""What each reason says to people: two plain sentences at most, never more than is known."""

from typing import Final

from rtms_tray.capture.reasons import Code, Reason, Severity
from rtms_tray.capture.stop_texts import STOP_REASONS

_INFO, _ATTENTION, _CRITICAL = Severity.INFO, Severity.ATTENTION, Severity.CRITICAL

_UNANSWERED: Final = (
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
        "The meeting that you had planned for has come, and rtms-tray has sent the request by itself.",
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

_LIVE: Final = (
    Reason(
        Code.BEGAN, _INFO,
        "Sharing",
        "A stream is live.",
        "",
    ),
    Reason(
        Code.BEGAN_ELSEWHERE, _INFO,
        "Sharing",
        "Capture began by auto-start or in Zoom: rtms-tray did not ask for it.",
        "",
        ("S5",), (6,),
    ),
    Reason(
        Code.BEGAN_AFTER_GIVE_UP, _ATTENTION,
        "Capture began after you gave up",
        "A stream started although you gave this meeting up.",
        "Stop it if it is not wanted.",
        (), (),
    ),
    Reason(
        Code.ALREADY_RUNNING, _INFO,
        "Probably sharing",
        "Zoom says that a stream is already running; rtms-tray did not see it start.",
        "Check in your app that it is receiving.",
        (), (),
    ),
    Reason(
        Code.SEEN_BY_USER, None,
        "Sharing",
        "You saw Zoom's “Sharing” sign.",
        "",
        ("H4",), (),
    ),
    Reason(
        Code.PAUSED_BY_YOU, None,
        "Paused",
        "You paused capture. Nothing is captured.",
        "Resume when you want it again.",
        (), (),
    ),
    Reason(
        Code.ROOMS_OPEN, _INFO,
        "Breakout rooms are open",
        "Rooms are open: what is said in them is not captured.",
        "",
        ("D2",), (12,),
    ),
    Reason(
        Code.CAPTURED_BY_OTHER, _ATTENTION,
        "Captured by someone else",
        "The app captures this meeting for someone else, too.",
        "If you did not expect that, ask who uses the app here.",
        ("H4",), (),
    ),
    Reason(
        Code.IN_BREAKOUT_ROOM, _INFO,
        "In a breakout room",
        "Breakout rooms are not captured: what is said in here is lost.",
        "Capture may go on in the main room.",
        ("D2",), (12,),
    ),
    Reason(
        Code.BACK_FROM_BREAKOUT, _ATTENTION,
        "Back from the breakout room",
        "You left the breakout room, and no new stream has come.",
        "Send the request again.",
        ("D2", "D4"), (12,),
    ),
    Reason(
        Code.RECEIVER_INTERRUPTED, _CRITICAL,
        "Interrupted",
        "Your app's receiver lost its connection to Zoom. It has about a minute to come back.",
        "Check the program that receives the stream.",
        ("D4",), (),
    ),
    Reason(
        Code.RECEIVER_MAYBE_BACK, _ATTENTION,
        "Probably sharing again",
        "No stop has come, and Zoom sends no word when a stream goes on.",
        "Is your app receiving? Tell rtms-tray.",
        ("D4",), (),
    ),
    Reason(
        Code.BLIND, _ATTENTION,
        "rtms-tray cannot see",
        "The event feed is down, so an interruption would go unnoticed.",
        "Watch Zoom's own “Sharing” sign until the feed is back.",
        (), (),
    ),
    Reason(
        Code.NOT_RUNNING, _ATTENTION,
        "Zoom says nothing is running",
        "Zoom refused because no stream has been started for you.",
        "Check in your app, and send the request again if nothing arrives.",
        (), (),
    ),
)  # fmt: skip

_REFUSED: Final = (
    Reason(
        Code.DENIED, _ATTENTION,
        "The host said no",
        "The host denied the request. Nothing is captured.",
        "Talk to the host before you send it again.",
        ("S6", "H3"), (7,),
    ),
    Reason(
        Code.DENIED_TOLD, _ATTENTION,
        "The host said no",
        "You told rtms-tray that the host denied the request. Nothing is captured.",
        "Talk to the host before you send it again.",
        ("S6", "H3"), (7,),
    ),
    Reason(
        Code.RTMS_DISABLED, _ATTENTION,
        "RTMS is switched off",
        "Zoom says that sharing real-time meeting content with apps is switched off. "
        "It does not say whose setting it is.",
        "An admin must switch on “Share realtime meeting content with apps”: the host's organization decides.",
        ("B1",), (1,),
    ),
    Reason(
        Code.NOT_SUPPORTED, _ATTENTION,
        "This meeting does not allow RTMS",
        "Zoom says that this meeting does not support capture by apps.",
        "Use another way of capturing, or ask the host's admin.",
        ("B1", "P1"), (1, 2),
    ),
    Reason(
        Code.NOT_ALLOW_LISTED, _ATTENTION,
        "The app is not on the allow-list",
        "Zoom says that your app may not access meeting content. It does not say whose list it is.",
        "An admin must add the app under “Allow apps to access meeting content”.",
        ("B1", "B6"), (),
    ),
    Reason(
        Code.NOT_ENTITLED_TO_START, _ATTENTION,
        "You may not start it here",
        "Zoom says that only the host or an alternative host may start capture.",
        "Ask the host to start the app, or to invite you by name; joining by a shared link is not enough.",
        ("S8",), (),
    ),
    Reason(
        Code.NOT_A_PANELIST, _ATTENTION,
        "You may not start it here",
        "Zoom says that only the webinar's host, alternative host or a panelist may start capture.",
        "Ask the host to make you a panelist, or to start the app.",
        ("S8",), (),
    ),
    Reason(
        Code.OPERATION_FAILED, _ATTENTION,
        "Zoom could not do it",
        "Zoom gave no cause; known ones are a missing Developer Pack, a free account of yours, "
        "an app not enabled for RTMS, or too many streams.",
        "Check the app's RTMS entitlement, then send the request again.",
        (), (),
    ),
    Reason(
        Code.USER_UNKNOWN, _ATTENTION,
        "Zoom does not know the user",
        "Zoom says that the user who asks does not exist.",
        "Sign out and in again with the account that joined the meeting.",
        (), (),
    ),
    Reason(
        Code.MEETING_ID_INVALID, _ATTENTION,
        "Not a meeting number",
        "Zoom says that the meeting number is invalid.",
        "Check the number, or paste the join link.",
        (), (),
    ),
    Reason(
        Code.MEETING_UNKNOWN, _ATTENTION,
        "Zoom does not know this meeting",
        "Zoom says that no such meeting exists.",
        "Check the number, or paste the join link.",
        (), (),
    ),
    Reason(
        Code.SCOPE_MISSING, _ATTENTION,
        "The app lacks a scope",
        "Your sign-in does not carry a permission that the request needs.",
        "Add the scope to the app in Zoom's Marketplace, then sign out and in again.",
        (), (),
    ),
    Reason(
        Code.REFUSED_OTHERWISE, _ATTENTION,
        "Zoom refused the request",
        "Zoom refused it with code {number}.",
        "Zoom's own words are under Details.",
        (), (),
    ),
    Reason(
        Code.SIGN_IN_NEEDED, _ATTENTION,
        "Sign in again",
        "Zoom no longer accepts the sign-in, so the request was not carried out.",
        "Sign in; the request is then sent again by itself.",
        (), (),
    ),
    Reason(
        Code.KEYRING_LOCKED, _ATTENTION,
        "Not sent: the keyring is locked",
        "Your sign-in is in the system's keyring, which does not give it out, so the request never left.",
        "Unlock the keyring; the request is then sent again by itself.",
        (), (),
    ),
    Reason(
        Code.KEYRING_UNREADABLE, _ATTENTION,
        "Not sent: the keyring cannot be read",
        "rtms-tray cannot read your sign-in from the system's keyring, so the request never left.",
        "Sign in, or mend the keyring; the request is then sent again by itself.",
        (), (),
    ),
    Reason(
        Code.RATE_LIMITED, _ATTENTION,
        "Too many requests",
        "Zoom takes no more requests from this account for a while.",
        "Wait, then send the request again.",
        (), (),
    ),
    Reason(
        Code.SERVER_TROUBLE, _ATTENTION,
        "Zoom is in trouble",
        "Zoom's server failed several times in a row; it is not known whether the request was carried out.",
        "Send the request again in a minute.",
        (), (),
    ),
    Reason(
        Code.OFFLINE, _ATTENTION,
        "Not sent: no connection",
        "Zoom could not be reached, so the request never left.",
        "It is sent once more when the network is back.",
        (), (),
    ),
    Reason(
        Code.CONCURRENCY_LIMITED, _ATTENTION,
        "Too many streams",
        "Zoom's limit of concurrent streams is reached, and no new one starts.",
        "Stop a stream elsewhere or have the limit raised, then send the request again.",
        (), (),
    ),
    Reason(
        Code.REFUSED_AFTER_STREAM, _CRITICAL,
        "Cannot be captured any more",
        "A stream ran, and Zoom now says that this meeting does not allow RTMS.",
        "Use another way of capturing: it cannot come back in this meeting unless the policy changes.",
        ("B1",), (13,),
    ),
)  # fmt: skip

_OVER: Final = (
    Reason(
        Code.GIVEN_UP, None,
        "Given up",
        "You gave this meeting up.",
        "",
        (), (),
    ),
    Reason(
        Code.INFERRED, None,
        "Ended",
        "The meeting is no longer running; rtms-tray did not see it end.",
        "",
        (), (),
    ),
    Reason(
        Code.LOST_SIGHT, None,
        "Lost sight of it",
        "Nothing was heard of this meeting for 12 hours.",
        "",
        (), (),
    ),
    Reason(
        Code.REMINDER, _ATTENTION,
        "Is the host there now?",
        "rtms-tray cannot see the host join, and has seen no capture begin.",
        "Send the request again once the host has joined.",
        ("S2",), (4,),
    ),
)  # fmt: skip

REASONS: Final = {
    reason.code: reason for reason in (*_UNANSWERED, *_LIVE, *_REFUSED, *STOP_REASONS, *_OVER)
}
"""Every code's reason; a test holds that none is missing."""
