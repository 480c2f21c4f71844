"""What the people in a meeting can do, as a table of named acts.

`POST /control/meetings/{number}/act {"act": NAME, …}` plays one; the other fields are its details.
"""

from rtms_tray.simulator import host_acts, people_acts
from rtms_tray.simulator.engine import Act, Details, Engine, ImpossibleError
from rtms_tray.simulator.world import Meeting


def play(engine: Engine, meeting: Meeting, name: str, details: Details) -> None:
    """Let somebody do something.

    Raises:
        ImpossibleError: there is no such act, or it does not fit this moment.
    """
    act = ACTS.get(name)
    if act is None:
        raise ImpossibleError(f"There is no act {name!r}; there are: {', '.join(sorted(ACTS))}.")
    engine.event_offset_ms = int(details.get("event_ts_offset_ms", 0))
    try:
        act(engine, meeting, details)
        meeting.tidy()
    finally:
        engine.event_offset_ms = 0


ACTS: dict[str, Act] = {
    "start_meeting": people_acts.start_meeting,
    "end_meeting": people_acts.end_meeting,
    "host_joins": people_acts.host_joins,
    "host_leaves": people_acts.host_leaves,
    "owner_joins": people_acts.owner_joins,
    "owner_leaves": people_acts.owner_leaves,
    "remove_owner": people_acts.remove_owner,
    "approve": host_acts.approve,
    "deny": host_acts.deny,
    "ignore": host_acts.ignore,
    "sharing_off": host_acts.sharing_off,
    "all_apps_off": host_acts.all_apps_off,
    "sharing_on": host_acts.sharing_on,
    "host_stops": host_acts.host_stops,
    "hand_off": people_acts.hand_off,
    "open_breakout": people_acts.open_breakout,
    "close_breakout": people_acts.close_breakout,
    "interrupt_receiver": host_acts.interrupt_receiver,
    "receiver_back": host_acts.receiver_back,
    "receiver_timeout": host_acts.stop_with(19),
    "stop": host_acts.stop_with(0),
    "revoke": host_acts.stop_with(8),
    "new_server": host_acts.new_server,
    "admin_disables": host_acts.admin_disables,
    "starts_in_zoom": host_acts.starts_in_zoom,
    "concurrency_limited": host_acts.concurrency_limited,
    "request_status": host_acts.request_status,
}
"""Every act by its name."""
