"""Everything of one simulated Zoom under one roof, before any socket is opened."""

from msgspec import to_builtins

from rtms_tray.simulator import scenarios
from rtms_tray.simulator.engine import Clock, Engine
from rtms_tray.simulator.faults import Faults
from rtms_tray.simulator.feed import Feed, FeedFaults
from rtms_tray.simulator.grants import Grants
from rtms_tray.simulator.messages import Json
from rtms_tray.simulator.streams import describe
from rtms_tray.simulator.switches import Switches
from rtms_tray.simulator.transports import Transports
from rtms_tray.simulator.world import assign, new_world


class House:
    """Builds the parts of the simulator and knows how to begin again."""

    def __init__(self, seed: int, switches: Switches, scenario: str, clock: Clock) -> None:
        self.world = new_world(seed, switches)
        self.engine = Engine(self.world, clock)
        self.grants = Grants(self.engine)
        self.feed = Feed(switches)
        self.faults = Faults()
        self.transports = Transports()
        self.engine.deliver = self.feed.deliver
        self._beginning = to_builtins(switches)
        self._people = {key: to_builtins(user) for key, user in self.world.users.items()}
        self.scenario = scenarios.load(scenario)
        self.reset()

    def reset(self) -> None:
        """Set switches, faults, meetings and logs back to the beginning of the scenario."""
        assign(self.world.switches, self._beginning)
        self.faults.waiting.clear()
        self.feed.faults = FeedFaults()
        self.load(self.scenario.name)

    def load(self, name: str) -> None:
        """Set the world up as a scenario says.

        Raises:
            ValueError: there is no such scenario, or it does not fit.
        """
        self.scenario = scenarios.load(name)
        self.engine.schedule.clear()
        self.world.meetings.clear()
        self.world.events.clear()
        self.world.requests.clear()
        assign(self.world.switches, self.scenario.settings)
        for key, person in self._people.items():
            assign(self.world.users[key], person | self.scenario.users.get(key, {}))
        for meeting in self.scenario.meetings:
            scenarios.put_meeting(self.engine, meeting)

    def describe(self) -> Json:
        """Tell everything, for the control interface."""
        world = self.world
        return {
            "now": self.engine.now(),
            "scenario": to_builtins(self.scenario),
            "settings": to_builtins(world.switches),
            "users": {key: to_builtins(u) | {"email": u.email} for key, u in world.users.items()},
            "meetings": {str(number): describe(m) for number, m in world.meetings.items()},
            "requests": world.requests,
            "due": self.engine.schedule.waiting(),
            "grants": [{"user": g.user, "client_id": g.client_id} for g in self.grants.living],
            "faults": to_builtins(self.faults.waiting),
            "feed": self.describe_feed(),
        }

    def describe_feed(self) -> Json:
        """Tell who listens, and what is wrong with the feed."""
        connections = self.feed.connections.values()
        return {
            "connections": len(connections),
            "built": self.feed.built,
            "heartbeats": sum(c.heartbeats for c in connections),
            "faults": to_builtins(self.feed.faults),
        }
