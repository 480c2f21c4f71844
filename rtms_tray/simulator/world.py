"""The simulated Zoom as values: people, the app, meetings and their streams. No I/O, no clock."""

import base64
from random import Random
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from rtms_tray.simulator.switches import Switches

Millis = int
FIRST_SEAT = 16_778_240
"""The number of the first participant in a meeting, as Zoom counts them."""


class Mint:
    """Makes every identifier and secret from one seed, so that a run can be repeated."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - repeatable on purpose, nothing is protected by it

    def token(self, size: int = 16) -> str:
        """Make a URL-safe word of about 4/3 `size` characters."""
        return base64.urlsafe_b64encode(self._random.randbytes(size)).decode().rstrip("=")

    def uuid(self) -> str:
        """Make a meeting UUID: standard base64, so it may hold `/` and `+`."""
        return base64.b64encode(self._random.randbytes(16)).decode()

    def awkward_uuid(self) -> str:
        """Make a meeting UUID that only a double-encoded path can carry."""
        return "/" + self.uuid()[1:4] + "//" + self.uuid()[6:]

    def stream(self) -> str:
        """Make an RTMS stream ID: 32 hexadecimal digits."""
        return self._random.randbytes(16).hex()

    def meeting_number(self) -> int:
        """Make an eleven-digit meeting number."""
        return self._random.randrange(90_000_000_000, 99_999_999_999)


class User(Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody with a Zoom account; `key` is the name that scenarios call them by."""

    key: str
    id: str
    account_id: str
    first_name: str
    last_name: str
    type: Literal[1, 2] = 2  # 1 Basic, 2 Licensed
    client_version: str = "6.6.1.2345(linux)"
    has_app: bool = False

    @property
    def name(self) -> str:
        """The name shown in a meeting."""
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        """An address that leads nowhere."""
        return f"{self.first_name}.{self.last_name}@example.com".lower()


class App(Struct, kw_only=True):
    """The Zoom app that captures: its identifiers, its secret, its event subscriptions."""

    client_id: str
    public_client_id: str
    client_secret: str
    subscription_ids: list[str]


class Stream(Struct, kw_only=True):
    """One RTMS stream; `stop_reason` is None while it lives."""

    id: str
    operator: str
    server: int = 1
    paused: bool = False
    interrupted: bool = False
    stop_reason: int | None = None


class Request(Struct, kw_only=True):
    """A start request that Zoom accepted and that has led to no stream yet."""

    id: int
    operator: str
    asks_host: bool


class Meeting(Struct, kw_only=True, forbid_unknown_fields=True):
    """One meeting with all that decides whether it can be captured."""

    number: int
    uuid: str
    topic: str = "Weekly review"
    host: str = "host"  # whose meeting it is; never changes
    owner: str = "owner"  # who brings the app
    host_now: str = ""  # who holds the host's role; empty: `host`
    kind: Literal["meeting", "webinar"] = "meeting"
    type: Literal[1, 2, 3, 8] = 2
    start_time: Millis = 0
    duration: int = 60
    starts_in_min: int | None = None  # when given, sets start_time on creation
    started: bool = False
    ended: bool = False
    host_present: bool = False
    owner_present: bool = False
    others: list[str] = field(default_factory=list)
    owner_waiting: bool = False  # at the door of a meeting that waits for its host
    owner_invited: bool = True
    in_breakout_room: bool = False
    breakout_uuid: str = ""
    host_has_app: bool = True
    readable: bool = True  # whether the app owner may GET it
    host_org_rtms_enabled: bool = True
    allow_listed: bool = True
    sharing_on: bool = True
    supports_rtms: bool = True
    entitled: bool = True
    host_client_version: str = "6.6.1"
    owner_client_version: str = "6.6.1"
    meeting_allowed_without_host: bool = True
    approval_required: bool = False
    approval: Literal["approve", "deny", "ignore", "ask"] = "ask"
    auto_start_enabled: bool = False
    auto_start_by: Literal["host_account", "other_account"] = "other_account"
    request: Request | None = None
    streams: list[Stream] = field(default_factory=list)
    resumes_for: str = ""  # for whom a stream begins again by itself

    def host_key(self) -> str:
        """Name who holds the host's role now."""
        return self.host_now or self.host

    def is_present(self, key: str) -> bool:
        """Tell whether this person is in the meeting."""
        if key == self.owner:
            return self.owner_present
        return self.host_present if key == self.host_key() else key in self.others

    def seat(self, key: str, present: bool) -> None:  # noqa: FBT001 - the act's only object
        """Let this person be in the meeting, or not."""
        if key == self.owner:
            self.owner_present = present
            self.in_breakout_room = self.in_breakout_room and present
        if key == self.host_key():
            self.host_present = present
        elif key != self.owner:
            self.others = [k for k in self.others if k != key] + ([key] if present else [])

    def live(self, operator: str | None = None) -> list[Stream]:
        """List the streams that live, of one operator or of everybody."""
        running = [s for s in self.streams if s.stop_reason is None]
        return [s for s in running if operator in (None, s.operator)]

    def tidy(self) -> None:
        """Make what was set agree with itself: an owner who is the host is there once."""
        if self.host_key() == self.owner:
            self.host_present = self.owner_present


class World(Struct, kw_only=True):
    """All that the simulated Zoom knows."""

    mint: Mint
    switches: Switches
    users: dict[str, User]
    app: App
    meetings: dict[int, Meeting] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def user_by_id(self, user_id: str) -> User | None:
        """Find a user by Zoom's user ID."""
        return next((u for u in self.users.values() if u.id == user_id), None)

    def meeting(self, reference: str) -> Meeting | None:
        """Find a meeting by its number or by the UUID of its newest instance."""
        if reference.isdigit():
            return self.meetings.get(int(reference))
        return next((m for m in self.meetings.values() if m.uuid == reference), None)

    def seat_number(self, key: str) -> str:
        """Number a participant within a meeting."""
        return str(FIRST_SEAT + 1024 * list(self.users).index(key))

    def is_insider(self, key: str) -> bool:
        """Tell whether this person belongs to the app owner's account."""
        return self.users[key].account_id == self.users["owner"].account_id


PEOPLE = (
    ("owner", "home", "Olive", "Owner", True),
    ("host", "home", "Henry", "Host", True),
    ("colleague", "home", "Nora", "Colleague", True),
    ("another", "home", "Anna", "Another", True),
    ("outsider", "away", "Otto", "Outsider", False),
)


def new_world(seed: int, switches: Switches) -> World:
    """Make a world with its five people, its app, and no meeting."""
    mint = Mint(seed)
    accounts = {"home": mint.token(), "away": mint.token()}
    users = {
        key: User(
            key=key,
            id=mint.token(),
            account_id=accounts[account],
            first_name=first,
            last_name=last,
            has_app=has_app,
        )
        for key, account, first, last, has_app in PEOPLE
    }
    app = App(
        client_id=mint.token(),
        public_client_id=mint.token(),
        client_secret=mint.token(24),
        subscription_ids=[mint.token()],
    )
    return World(mint=mint, switches=switches, users=users, app=app)


def assign(target: Struct, values: dict[str, Any]) -> None:
    """Change some fields of a value in place, all or none.

    Raises:
        msgspec.ValidationError: a field is unknown, or a value does not fit it.
    """
    merged = msgspec.convert({**msgspec.to_builtins(target), **values}, type(target))
    for name in values:
        setattr(target, name, getattr(merged, name))
