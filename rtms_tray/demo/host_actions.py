"""The host panel's buttons as a table: what each does, and when it makes sense."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from rtms_tray.demo.simulator_client import Meeting, SimulatorState
from rtms_tray.support.frozen import Frozen, field
from rtms_tray.support.texts import text

IsPossible = Callable[[SimulatorState, Meeting], bool]


class HostAction(Frozen):
    """One button: it performs `action` in the meeting, or else changes the feed."""

    key: str
    is_possible: IsPossible
    action: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    feed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The button's text."""
        return text(f"demo.actions.{self.key}.label")

    @property
    def caption(self) -> str:
        """What it does, in a sentence."""
        return text(f"demo.actions.{self.key}.caption")


def _is_asked(_: SimulatorState, meeting: Meeting) -> bool:
    return meeting.waits_for_host


def _can_start(_: SimulatorState, meeting: Meeting) -> bool:
    return not meeting.started and (meeting.host_present or meeting.meeting_allowed_without_host)


def _can_hand_off_to(user: str) -> IsPossible:
    return lambda _, meeting: (
        meeting.started
        and meeting.host_present
        and meeting.current_host not in (user, meeting.owner)
    )


def _owner_is_in(_: SimulatorState, meeting: Meeting) -> bool:
    return meeting.started and meeting.owner_present


def _may_move(user: str, *, back: bool) -> IsPossible:
    return lambda _, meeting: any(
        connection.person == user and bool(connection.room) is back
        for connection in meeting.connections
    )


def _rooms_are_open(_: SimulatorState, meeting: Meeting) -> bool:
    return any(connection.room for connection in meeting.connections)


def _owner_has(devices: range) -> IsPossible:
    return lambda _, meeting: (
        sum(connection.person == meeting.owner for connection in meeting.connections) in devices
    )


def _may_pause(*, is_paused: bool) -> IsPossible:
    return lambda _, meeting: any(s.paused is is_paused for s in meeting.live_streams)


def _is_interrupted(_: SimulatorState, meeting: Meeting) -> bool:
    return any(stream.interrupted for stream in meeting.live_streams)


def _action(
    name: str, is_possible: IsPossible, *, key: str = "", **details: str | bool
) -> HostAction:
    return HostAction(key or name, is_possible, action=name, details=details)


GROUPS: Final[Mapping[str, tuple[HostAction, ...]]] = {
    "request": (
        _action("approve", _is_asked),
        _action("deny", _is_asked),
        _action("ignore", lambda s, m: _is_asked(s, m) and m.approval != "ignore"),
    ),
    "sharing": (
        _action("sharing_off", lambda _, m: m.started and bool(m.live_streams or m.request)),
        _action("all_apps_off", lambda _, m: m.started and m.sharing_on),
        _action("sharing_on", lambda _, m: m.started and (not m.sharing_on or bool(m.resumes_for))),
        _action("pause_in_zoom", _may_pause(is_paused=False)),
        _action("resume_in_zoom", _may_pause(is_paused=True)),
    ),
    "host": (
        _action("host_joins", lambda _, m: not m.host_present and m.current_host != m.owner),
        _action("host_leaves", lambda _, m: m.host_present and m.current_host != m.owner),
        _action("hand_off", _can_hand_off_to("colleague"), key="hand_off_inside", to="inside"),
        _action("hand_off", _can_hand_off_to("outsider"), key="hand_off_outside", to="outside"),
    ),
    "owner": (
        _action("owner_joins", lambda _, m: not (m.owner_present or m.owner_waiting)),
        _action("owner_leaves", _owner_is_in),
        _action("remove_owner", _owner_is_in),
        _action("second_device_joins", _owner_has(range(1, 2))),
        _action("second_device_leaves", _owner_has(range(2, 9))),
    ),
    "rooms": (
        _action("open_breakout", lambda s, m: _owner_is_in(s, m) and not m.in_breakout_room),
        _action("close_breakout", lambda _, m: m.in_breakout_room),
        _action("open_breakout", _may_move("host", back=False), key="host_to_room", who="host"),
        _action("close_breakout", _may_move("host", back=True), key="host_from_room", who="host"),
        _action("close_rooms", _rooms_are_open, key="close_rooms_silently", events=False),
    ),
    "meeting": (
        _action("start_meeting", _can_start),
        _action("end_meeting", lambda _, m: m.started),
    ),
    "trouble": (
        HostAction(
            "cut_feed", lambda s, _: not s.feed.faults.refuse, feed={"refuse": True, "cut": True}
        ),
        HostAction("restore_feed", lambda s, _: s.feed.faults.refuse, feed={"refuse": False}),
        _action(
            "interrupt_receiver", lambda s, m: bool(m.live_streams) and not _is_interrupted(s, m)
        ),
        _action("receiver_back", _is_interrupted),
        _action("receiver_timeout", _is_interrupted),
        _action("revoke", lambda _, m: bool(m.live_streams)),
        _action("admin_disables", lambda _, m: m.started),
    ),
}
"""Every button by its group, in the order of the panel."""

ACTIONS: Final[Mapping[str, HostAction]] = {
    action.key: action for actions in GROUPS.values() for action in actions
}
"""Every button by its key."""
