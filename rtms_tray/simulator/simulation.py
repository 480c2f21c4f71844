"""One simulated Zoom without its sockets: its parts, how it is reset, how its state is described."""

from msgspec import to_builtins

from rtms_tray.simulator import delivery_log, scenarios
from rtms_tray.simulator.engine import Clock, Engine
from rtms_tray.simulator.event_socket import Feed, FeedFaults
from rtms_tray.simulator.faults import ConnectionRegistry, FaultQueue
from rtms_tray.simulator.grants import Grants
from rtms_tray.simulator.payloads import Json
from rtms_tray.simulator.settings import Settings
from rtms_tray.simulator.webhooks import Webhooks
from rtms_tray.simulator.world import Meeting, new_world, update_fields


class Simulation:
    """The world of one simulated Zoom and everything that acts on it."""

    def __init__(self, seed: int, settings: Settings, scenario: str, clock: Clock) -> None:
        self.world = new_world(seed, settings)
        self.engine = Engine(self.world, clock)
        self.grants = Grants(self.engine)
        self.feed = Feed()
        self.faults = FaultQueue()
        self.connections = ConnectionRegistry()
        self.webhooks = Webhooks(self.engine)
        self.engine.deliver = self._deliver
        self._seed = seed
        self._initial_settings = to_builtins(settings)
        self._initial_users = {key: to_builtins(user) for key, user in self.world.users.items()}
        self.scenario = scenarios.load(scenario)
        self.reset()

    def reset(self) -> None:
        """Return to the beginning of the scenario: settings, faults, meetings, logs."""
        update_fields(self.world.settings, self._initial_settings)
        self.faults.clear()
        self.feed.faults = FeedFaults()
        self.load(self.scenario.name)

    def load(self, name: str) -> None:
        """Set the world up for a scenario.

        Raises:
            ValueError: there is no such scenario, or it does not fit.
        """
        self.scenario = scenarios.load(name)
        self.engine.schedule.clear()
        self.world.whims.seed(self._seed)
        self.world.meetings.clear()
        self.world.events.clear()
        self.world.deliveries.clear()
        self.world.requests.clear()
        update_fields(self.world.settings, self.scenario.settings)
        for key, fields in self._initial_users.items():
            update_fields(self.world.users[key], fields | self.scenario.users.get(key, {}))
        for meeting in self.scenario.meetings:
            scenarios.put_meeting(self.engine, meeting)

    def _deliver(self, event: Json) -> bool:
        """Send an event over the feed and as a webhook."""
        delivery_log.note(self.world, event, self.engine.now())
        return any([self.feed.deliver(event), self.webhooks.deliver(event)])

    def describe(self) -> Json:
        """Describe the whole state, for the control interface."""
        world = self.world
        return {
            "now": self.engine.now(),
            "scenario": to_builtins(self.scenario),
            "settings": to_builtins(world.settings),
            "users": {key: to_builtins(u) | {"email": u.email} for key, u in world.users.items()},
            "meetings": {str(number): describe(m) for number, m in world.meetings.items()},
            "requests": world.requests,
            "due": self.engine.schedule.pending(),
            "grants": [{"user": g.user, "client_id": g.client_id} for g in self.grants.active],
            "faults": self.faults.describe(),
            "feed": self.feed.describe(),
        }


def describe(meeting: Meeting) -> Json:
    """Describe a meeting for the control interface, with what follows from its fields."""
    fields: Json = to_builtins(meeting)
    running = meeting.running_streams()
    return fields | {"sharing": any(not (s.paused or s.awaits_approval) for s in running)}
