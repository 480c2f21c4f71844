"""Checks of the way to Zoom: whether it answers, and whether the clocks agree."""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from rtms_tray.doctor.findings import Finding, Mark, Patient, found, ok
from rtms_tray.store.secret_names import environment_of
from rtms_tray.support.units import SECOND, Millis

if TYPE_CHECKING:
    import httpx2

MOST_SKEW: Final[Millis] = 30 * SECOND
_SERVER_TROUBLE: Final = 500


@dataclass(frozen=True, slots=True)
class Reached:
    """How a host answered: `trouble` is empty where it did."""

    host: str
    trouble: str = ""
    remedy: str = ""
    ahead: Millis | None = None  # how far its clock is before ours


async def zoom(patient: Patient) -> Finding:
    """Connect to the host that signs in and to the one that takes requests, certificates checked."""
    try:
        environment = environment_of(patient.settings)
    except ValueError as error:
        return found("zoom", Mark.NOT_CHECKED, f"The settings name no Zoom: {error}.")
    hosts = []
    for url in (environment.token_url, environment.api):
        reached = await _reach(patient, url)
        if reached.trouble:
            text = f"{reached.host}: {reached.trouble}"
            return found("zoom", Mark.BROKEN, text, reached.remedy)
        hosts.append(reached.host)
    return ok("zoom", f"{' and '.join(dict.fromkeys(hosts))} can be reached.")


async def clock(patient: Patient) -> Finding:
    """Compare this machine's clock with Zoom's (the header Date)."""
    try:
        reached = await _reach(patient, environment_of(patient.settings).token_url)
    except ValueError:
        reached = Reached("", "The settings name no Zoom.")
    if reached.ahead is None:
        return found("clock", Mark.NOT_CHECKED, reached.trouble or "Zoom did not tell the time.")
    seconds = abs(reached.ahead) // SECOND
    if abs(reached.ahead) <= MOST_SKEW:
        return ok("clock", "It agrees with Zoom's.")
    side = "behind" if reached.ahead > 0 else "ahead of"
    text = f"This computer's clock is {seconds} s {side} Zoom's: times shown are wrong."
    return found("clock", Mark.WARNING, text, "Switch on setting the time automatically.")


async def _reach(patient: Patient, url: str) -> Reached:
    """Ask for a page without signing in: any answer shows that Zoom is there."""
    import httpx2  # noqa: PLC0415 - takes long

    host = urlsplit(url).netloc
    try:
        async with patient.http.stream("GET", url, follow_redirects=False) as reply:
            now = patient.clock()
            if reply.status_code >= _SERVER_TROUBLE:
                text = f"Zoom has a problem of its own (HTTP {reply.status_code})."
                return Reached(host, text, "Wait a moment, then try again.", _ahead(reply, now))
            return Reached(host, ahead=_ahead(reply, now))
    except httpx2.HTTPError as error:
        return Reached(host, *_words(error))


def _words(error: "httpx2.HTTPError") -> tuple[str, str]:
    if "certificate" in str(error).lower():
        return (
            "Its certificate is not trusted here: something on the way reads along.",
            "Try another network, or ask who runs this one.",
        )
    return "It cannot be reached.", "Check the network, its log-in page, and the proxy's settings."


def _ahead(reply: "httpx2.Response", now: Millis) -> Millis | None:
    try:
        told = parsedate_to_datetime(reply.headers["date"])
    except (KeyError, ValueError, TypeError):
        return None
    return int(told.timestamp() * SECOND) + SECOND // 2 - now  # it tells whole seconds
