"""What the doctor's checks share: their codes, their results, and what they may use.

Each result says only what was observed, and "not checked" where nothing could be. What only the running
instance knows comes through `RunningInstance`.
"""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import SecretStore
from rtms_tray.store.settings import Problem, Settings
from rtms_tray.support.clock import Clock
from rtms_tray.support.frozen import Frozen, field
from rtms_tray.support.texts import text

if TYPE_CHECKING:
    import httpx2

CODES: Final = (
    "settings",
    "folders",
    "keyring",
    "client_secret",
    "proxy",
    "certificates",
    "zoom",
    "clock",
    "client_id",
    "sign_in",
    "scopes",
    "relay",
    "feed",
    "subscription",
    "zoom_client",
    "qt",
    "tray",
    "notifications",
)
"""Every check, in the order of the report; the codes are an interface."""

ON_REQUEST: Final = frozenset({"client_id"})
"""Checks that run only when they are asked for by name."""


class CheckStatus(StrEnum):
    """How a check ended; the values are an interface."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"
    NOT_CHECKED = "not_checked"


class CheckResult(Frozen):
    """What one check found, and what to do about it."""

    code: str
    title: str
    status: CheckStatus
    text: str
    remedy: str = ""


def result(code: str, status: CheckStatus, sentence: str, remedy: str = "") -> CheckResult:
    """Make a check's result."""
    return CheckResult(code, text(f"doctor.titles.{code}"), status, sentence, remedy)


def ok(code: str, sentence: str) -> CheckResult:
    """Make the result of a check that found no problem."""
    return result(code, CheckStatus.OK, sentence)


class RunningInstance(Protocol):
    """Checks that only the running instance can make; none of them raises."""

    async def sign_in(self) -> CheckResult:
        """Ask Zoom whether the sign-in is valid."""
        ...

    async def scopes(self) -> CheckResult:
        """Make the calls that need permissions."""
        ...

    async def feed(self) -> CheckResult:
        """Tell how the event feed is."""
        ...

    async def client_id(self) -> CheckResult:
        """Ask Zoom whether it refuses the client ID."""
        ...


class Display(Frozen):
    """What Qt can use of this desktop; without a platform, `trouble` says why."""

    platform: str = ""
    qt_version: str = ""
    has_tray: bool = False
    why_no_tray: str = ""
    trouble: str = ""


class CheckContext(Frozen):
    """What the checks may use."""

    profile: Profile
    store: SecretStore
    http: "httpx2.AsyncClient"
    clock: Clock
    instance: RunningInstance | None
    display: Callable[[], Awaitable[Display]]
    settings: Settings = field(default_factory=Settings)
    problems: tuple[Problem, ...] = ()  # with the settings file


Check = Callable[[CheckContext], Awaitable[CheckResult]]
