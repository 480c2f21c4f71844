"""The host's buttons as a table: what each says, what it does, and when it makes sense."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rtms_tray.demo.world import Meeting, World

Possible = Callable[[World, Meeting], bool]


@dataclass(frozen=True, slots=True)
class HostAct:
    """One button; `act` is played in the meeting, or else `feed` is changed."""

    key: str
    label: str
    caption: str
    possible: Possible
    act: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    feed: Mapping[str, Any] = field(default_factory=dict)


def _asked(_: World, meeting: Meeting) -> bool:
    return meeting.waits_for_host


def _can_begin(_: World, meeting: Meeting) -> bool:
    return not meeting.started and (meeting.host_present or meeting.meeting_allowed_without_host)


def _to(key: str) -> Possible:
    return lambda _, meeting: (
        meeting.started and meeting.host_present and meeting.host_key not in (key, meeting.owner)
    )


def _here(_: World, meeting: Meeting) -> bool:
    return meeting.started and meeting.owner_present


def _interrupted(_: World, meeting: Meeting) -> bool:
    return any(stream.interrupted for stream in meeting.live)


def _act(
    name: str, label: str, caption: str, possible: Possible, *, key: str = "", **details: str
) -> HostAct:
    return HostAct(key or name, label, caption, possible, act=name, details=details)


GROUPS: Final[tuple[tuple[str, tuple[HostAct, ...]], ...]] = (
    ("The request", (
        _act("approve", "Approve", "Say yes: the stream begins.", _asked),
        _act("deny", "Deny", "Say no. Zoom tells the app owner's tray nothing about it.", _asked),
        _act("ignore", "Ignore", "Leave the request unanswered.",
             lambda w, m: _asked(w, m) and m.approval != "ignore"),
    )),
    ("Sharing with apps", (
        _act("sharing_off", "Switch sharing off", "Stop this app; it may ask again.",
             lambda _, m: m.started and bool(m.live or m.request)),
        _act("all_apps_off", "All apps off", "Stop every app, and refuse new requests.",
             lambda _, m: m.started and m.sharing_on),
        _act("sharing_on", "Switch sharing on", "Allow it again: a new stream begins.",
             lambda _, m: m.started and (not m.sharing_on or bool(m.resumes_for))),
    )),
    ("The host", (
        _act("host_joins", "Host joins", "Come in; this starts a meeting that waits.",
             lambda _, m: not m.host_present and m.host_key != m.owner),
        _act("host_leaves", "Host leaves", "Leave; an open request is lost.",
             lambda _, m: m.host_present and m.host_key != m.owner),
        _act("hand_off", "Hand off inside", "A colleague of the same organization becomes host.",
             _to("colleague"), key="hand_off_inside", to="inside"),
        _act("hand_off", "Hand off outside",
             "Somebody whose organization forbids RTMS becomes host: capture stops for good.",
             _to("outsider"), key="hand_off_outside", to="outside"),
    )),
    ("The app owner (the tray's user)", (
        _act("owner_joins", "Owner joins", "Come in, or wait at the door for the host.",
             lambda _, m: not (m.owner_present or m.owner_waiting)),
        _act("owner_leaves", "Owner leaves", "Leave: capture stops.", _here),
        _act("remove_owner", "Remove owner", "The host throws the app owner out.", _here),
        _act("open_breakout", "Open breakout room",
             "The app owner moves there; nothing is captured meanwhile.",
             lambda w, m: _here(w, m) and not m.in_breakout_room),
        _act("close_breakout", "Close breakout room", "Back to the main room: a new stream begins.",
             lambda _, m: m.in_breakout_room),
    )),
    ("The meeting", (
        _act("start_meeting", "Start meeting", "Begin, with whoever is there.", _can_begin),
        _act("end_meeting", "End meeting", "End it for everybody.", lambda _, m: m.started),
    )),
    ("Trouble", (
        HostAct("cut_feed", "Cut the feed", "The tray no longer hears Zoom's events.",
                lambda w, _: not w.feed.faults.refuse, feed={"refuse": True, "cut": True}),
        HostAct("restore_feed", "Restore the feed", "The tray connects again by itself.",
                lambda w, _: w.feed.faults.refuse, feed={"refuse": False}),
        _act("interrupt_receiver", "Silence the receiver",
             "The app's receiver loses Zoom; it has a minute to come back.",
             lambda w, m: bool(m.live) and not _interrupted(w, m)),
        _act("receiver_back", "Receiver back", "It came back in time. No event says so.",
             _interrupted),
        _act("receiver_timeout", "Receiver times out", "It never came back: the stream ends.",
             _interrupted),
        _act("revoke", "Zoom revokes", "The stream ends, and what was captured must be deleted.",
             lambda _, m: bool(m.live)),
        _act("admin_disables", "Admin forbids the app", "The host's admin ends it for good.",
             lambda _, m: m.started),
    )),
)  # fmt: skip
"""Every button, in the order of the panel."""

ACTS: Final[Mapping[str, HostAct]] = {act.key: act for _, acts in GROUPS for act in acts}
"""Every button by its key."""
