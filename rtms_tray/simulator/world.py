"""The simulated Zoom as values: people, the app, meetings, who is connected, their streams.

No I/O and no clock. Where Zoom's behaviour is unknown or varies, it is a switch (`settings`), not a
guess in the code. The fields of these values are also the JSON of the control interface.
"""

import base64
from random import Random
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import Struct, field

from rtms_tray.simulator.settings import Settings

Millis = int

FIRST_PARTICIPANT_ID = 16_778_240
"""Zoom numbers the participants of a meeting from here."""


class IdGenerator:
    """Generates every identifier and secret from one seed, so that a run can be repeated."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - repeatable on purpose, nothing is protected by it

    def token(self, size: int = 16) -> str:
        """Generate a URL-safe string of about 4/3 `size` characters."""
        return base64.urlsafe_b64encode(self._random.randbytes(size)).decode().rstrip("=")

    def uuid(self) -> str:
        """Generate a meeting UUID: standard base64, so it may contain `/` and `+`."""
        return base64.b64encode(self._random.randbytes(16)).decode()

    def uuid_with_slashes(self) -> str:
        """Generate a meeting UUID that must be encoded twice in a path."""
        return "/" + self.uuid()[1:4] + "//" + self.uuid()[6:]

    def stream_id(self) -> str:
        """Generate an RTMS stream ID: 32 hexadecimal digits."""
        return self._random.randbytes(16).hex()

    def participant_uuid(self) -> str:
        """Generate the UUID of a connection to a meeting."""
        return str(UUID(bytes=self._random.randbytes(16))).upper()

    def meeting_number(self) -> int:
        """Generate an eleven-digit meeting number."""
        return self._random.randrange(90_000_000_000, 99_999_999_999)


class User(Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody with a Zoom account; scenarios refer to them by `key`."""

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
    webhook_secret: str
    subscription_ids: list[str]
    app_id: str  # the Marketplace's
    webhook_subscription_id: str


class Delivered(Struct, kw_only=True):
    """An event that the app's webhook got, and when."""

    at: Millis
    event: dict[str, Any]


class Stream(Struct, kw_only=True):
    """One RTMS stream; `stop_reason` is None while it runs."""

    id: str
    operator: str
    server: int = 1
    paused: bool = False
    interrupted: bool = False
    awaits_approval: bool = False  # begun before the host has answered
    stop_reason: int | None = None


class Connection(Struct, kw_only=True):
    """One device of somebody in a meeting: the same `uuid` in every room, a `user_id` for each."""

    uuid: str
    person: str
    user_id: str
    main_user_id: str  # the last one in the main room
    room: str = ""  # the breakout room's UUID; empty: in the main room


class StartRequest(Struct, kw_only=True):
    """A start request that Zoom accepted and whose stream has not begun yet."""

    id: int
    operator: str
    asks_host: bool


class Meeting(Struct, kw_only=True, forbid_unknown_fields=True):
    """One meeting with everything that decides whether it can be captured."""

    number: int
    uuid: str
    topic: str = "Weekly review"
    host: str = "host"  # who scheduled the meeting; never changes
    owner: str = "owner"  # who brings the app
    host_now: str = ""  # who has the host role; empty: `host`
    kind: Literal["meeting", "webinar"] = "meeting"
    type: Literal[1, 2, 3, 8] = 2
    start_time: Millis = 0
    duration: int = 60
    starts_in_min: int | None = None  # when given, sets start_time
    started: bool = False
    ended: bool = False
    host_present: bool = False
    owner_present: bool = False
    others: list[str] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    numbered: int = 0  # how many participant IDs were given
    owner_waiting: bool = False  # for the host, in a meeting that has not started
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
    request: StartRequest | None = None
    streams: list[Stream] = field(default_factory=list)
    resumes_for: str = ""  # for whom a stream restarts without a request

    def current_host(self) -> str:
        """Return who has the host role."""
        return self.host_now or self.host

    def is_present(self, key: str) -> bool:
        """Whether this person is in the meeting."""
        if key == self.owner:
            return self.owner_present
        return self.host_present if key == self.current_host() else key in self.others

    def set_present(self, key: str, present: bool) -> None:  # noqa: FBT001 - what is set
        """Put this person into the meeting, or take them out."""
        if key == self.owner:
            self.owner_present = present
            self.in_breakout_room = self.in_breakout_room and present
        if key == self.current_host():
            self.host_present = present
        elif key != self.owner:
            self.others = [k for k in self.others if k != key] + ([key] if present else [])

    def connections_of(self, key: str) -> list[Connection]:
        """List this person's devices, the oldest first."""
        return [c for c in self.connections if c.person == key]

    def next_user_id(self) -> str:
        """Number a participant: Zoom does it anew in every room."""
        self.numbered += 1
        return str(FIRST_PARTICIPANT_ID + 1024 * (self.numbered - 1))

    def running_streams(self, operator: str | None = None) -> list[Stream]:
        """List the streams that run, of one operator or of everybody."""
        running = [s for s in self.streams if s.stop_reason is None]
        return [s for s in running if operator in (None, s.operator)]

    def sync_host_presence(self) -> None:
        """Where the app owner is the host, make both presence fields agree."""
        if self.current_host() == self.owner:
            self.host_present = self.owner_present


class World(Struct, kw_only=True):
    """The whole state of the simulated Zoom."""

    ids: IdGenerator
    whims: Random  # decides what varies at Zoom
    settings: Settings
    users: dict[str, User]
    app: App
    meetings: dict[int, Meeting] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[Delivered] = field(default_factory=list)

    def user_by_id(self, user_id: str) -> User | None:
        """Find a user by Zoom's user ID."""
        return next((u for u in self.users.values() if u.id == user_id), None)

    def find_meeting(self, reference: str) -> Meeting | None:
        """Find a meeting by its number or by the UUID of its latest instance."""
        if reference.isdigit():
            return self.meetings.get(int(reference))
        return next((m for m in self.meetings.values() if m.uuid == reference), None)

    def is_disclosed(self, key: str) -> bool:
        """Whether Zoom tells who this person is: usually those of the app owner's account."""
        if self.settings.known_ids == "own_account":
            return self.users[key].account_id == self.users["owner"].account_id
        return self.settings.known_ids == "everybody"


PEOPLE = (
    ("owner", "home", "Olive", "Owner", True),
    ("host", "home", "Henry", "Host", True),
    ("colleague", "home", "Nora", "Colleague", True),
    ("another", "home", "Anna", "Another", True),
    ("outsider", "away", "Otto", "Outsider", False),
)


def new_world(seed: int, settings: Settings) -> World:
    """Create a world with its five people, its app, and no meeting."""
    ids = IdGenerator(seed)
    accounts = {"home": ids.token(), "away": ids.token()}
    users = {
        key: User(
            key=key,
            id=ids.token(),
            account_id=accounts[account],
            first_name=first,
            last_name=last,
            has_app=has_app,
        )
        for key, account, first, last, has_app in PEOPLE
    }
    spare = IdGenerator(~seed)
    app = App(
        client_id=ids.token(),
        public_client_id=ids.token(),
        client_secret=ids.token(24),
        webhook_secret=spare.token(),
        subscription_ids=[ids.token(), ids.token()],
        app_id=spare.token(),
        webhook_subscription_id=spare.token(),
    )
    whims = Random(seed)  # noqa: S311 - repeatable on purpose
    return World(ids=ids, whims=whims, settings=settings, users=users, app=app)


def update_fields(target: Struct, values: dict[str, Any]) -> None:
    """Change some fields of a value in place, all or none.

    Raises:
        msgspec.ValidationError: a field is unknown, or a value does not fit it.
    """
    merged = msgspec.convert({**msgspec.to_builtins(target), **values}, type(target))
    for name in values:
        setattr(target, name, getattr(merged, name))
