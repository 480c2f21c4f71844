"""Says in plain words what the simulated world looks like right now."""

import time

from rtms_tray.capture.units import SECOND, Millis
from rtms_tray.demo.world import Meeting, World


def _clock(moment: Millis) -> str:
    return time.strftime("%H:%M:%S", time.localtime(moment / SECOND))


def choice(meeting: Meeting) -> str:
    """Name a meeting in the list of meetings."""
    number = str(meeting.number)
    return f"{meeting.topic} · {number[:3]} {number[3:7]} {number[7:]}"


def people(world: World, meeting: Meeting) -> str:
    """Say whether the meeting is on, and who is there."""
    if not meeting.started:
        door = " The app owner waits at the door." if meeting.owner_waiting else ""
        return ("The meeting is over." if meeting.ended else "The meeting has not begun.") + door
    host = world.name(meeting.host_key)
    here = "here" if meeting.host_present else "away"
    return f"The meeting is on. {host}, the host, is {here}; {_owner(meeting)}."


def _owner(meeting: Meeting) -> str:
    if meeting.in_breakout_room:
        return "the app owner is in a breakout room"
    return f"the app owner is {'here' if meeting.owner_present else 'away'}"


def request(world: World, meeting: Meeting) -> str:
    """Say whether a request waits for the person who plays the host."""
    if meeting.waits_for_host:
        asked = "A request waits for your answer"
        return f"{asked}; you ignore it." if meeting.approval == "ignore" else f"{asked}."
    if world.moving:
        return "Something is about to happen…"
    return "Nothing is asked of you." if meeting.sharing_on else "Sharing is off for all apps."


def stream(world: World, meeting: Meeting) -> str:
    """Say whether a stream is live, and since when."""
    live = meeting.live
    if not live:
        return "No stream."
    start = world.stream_starts.get(live[-1].id)
    since = f" since {_clock(start)}" if start is not None else ""
    if live[-1].interrupted:
        return f"Stream live{since}, but the receiver is silent."
    return f"Stream {'paused, begun' if live[-1].paused else 'live'}{since}."


def feed(world: World) -> str:
    """Say whether the tray hears Zoom's events."""
    if world.feed.faults.refuse:
        return "Event feed cut."
    return "Event feed up." if world.feed.connections else "Event feed up; nobody listens yet."
