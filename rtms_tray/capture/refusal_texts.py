"""What is said where Zoom or the host said no, or the request never left."""

from typing import Final

from rtms_tray.capture.reasons import Code, Reason, Severity

_ATTENTION, _CRITICAL = Severity.ATTENTION, Severity.CRITICAL

REFUSAL_REASONS: Final = (
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
