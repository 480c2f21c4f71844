"""What is said of a stream that is live, or was thought to be."""

from typing import Final

from rtms_tray.capture.reasons import Code, Reason, Severity

_INFO, _ATTENTION, _CRITICAL = Severity.INFO, Severity.ATTENTION, Severity.CRITICAL

LIVE_REASONS: Final = (
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
