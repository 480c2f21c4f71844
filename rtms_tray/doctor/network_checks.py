"""Checks of the way to Zoom: proxy, certificates, connection, clock."""

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from rtms_tray.doctor.check_types import CheckContext, CheckResult, CheckStatus, ok, result
from rtms_tray.store.secret_names import environment_of
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text
from rtms_tray.support.units import SECOND, Millis
from rtms_tray.zoom.errors import unreached
from rtms_tray.zoom.feeds.relay_session import RelayAddress
from rtms_tray.zoom.routes import RouteError, certificates_variable, proxy_for, trusted_certificates

if TYPE_CHECKING:
    import httpx2

MAX_CLOCK_SKEW: Final[Millis] = 30 * SECOND
_OK: Final = 200
_SERVER_ERROR: Final = 500
_SETTINGS_OF_THIS_COMPUTER: Final = frozenset({"proxy_unusable", "certificates_unusable"})
_ZOOM: Final = "https://zoom.us"


async def proxy(context: CheckContext) -> CheckResult:
    """Say which proxy the way to Zoom leads through, without its password."""
    try:
        url = environment_of(context.settings).token_url
    except ValueError:
        url = _ZOOM
    try:
        address = proxy_for(url)
    except RouteError as error:
        return _unusable("proxy", error)
    if address is None:
        return ok("proxy", text("doctor.proxy.none"))
    return ok("proxy", text("doctor.proxy.ok", address=urlsplit(address).netloc.rpartition("@")[2]))


async def certificates(context: CheckContext) -> CheckResult:
    """Check that the certificates of the system, or of the environment, can be read."""
    del context
    try:
        trusted_certificates()
    except RouteError as error:
        return _unusable("certificates", error)
    if variable := certificates_variable():
        return ok("certificates", text("doctor.certificates.ok_variable", variable=variable))
    return ok("certificates", text("doctor.certificates.ok"))


def _unusable(code: str, error: RouteError) -> CheckResult:
    trouble = unreached(error)
    return result(code, CheckStatus.BROKEN, trouble.text, trouble.remedy)


class _Reply(Frozen):
    """How a host answered: `trouble` is empty where it did."""

    host: str
    trouble: str = ""
    remedy: str = ""
    ahead: Millis | None = None  # how far its clock is before ours
    status: int = 0


async def zoom(context: CheckContext) -> CheckResult:
    """Connect to the host for signing in and to the one for requests, certificates checked."""
    try:
        environment = environment_of(context.settings)
    except ValueError as error:
        sentence = text("doctor.zoom.no_address_why", problem=error)
        return result("zoom", CheckStatus.NOT_CHECKED, sentence)
    hosts = []
    for url in (environment.token_url, environment.api):
        reply = await _request(context, url)
        if reply.trouble:
            return result("zoom", CheckStatus.BROKEN, reply.trouble, reply.remedy)
        hosts.append(reply.host)
    names = list(dict.fromkeys(hosts))
    if len(names) == 1:
        return ok("zoom", text("doctor.zoom.ok_host", host=names[0]))
    return ok("zoom", text("doctor.zoom.ok_hosts", first=names[0], second=names[1]))


async def clock(context: CheckContext) -> CheckResult:
    """Compare this computer's clock with Zoom's (the header Date)."""
    try:
        reply = await _request(context, environment_of(context.settings).token_url)
    except ValueError:
        reply = _Reply("", text("doctor.zoom.no_address"))
    if reply.ahead is None:
        sentence = reply.trouble or text("doctor.clock.no_date")
        return result("clock", CheckStatus.NOT_CHECKED, sentence)
    if abs(reply.ahead) <= MAX_CLOCK_SKEW:
        return ok("clock", text("doctor.clock.ok"))
    side = "behind" if reply.ahead > 0 else "ahead"
    sentence = text(f"doctor.clock.{side}", seconds=abs(reply.ahead) // SECOND)
    return result("clock", CheckStatus.WARNING, sentence, text("doctor.clock.automatic"))


async def relay(context: CheckContext) -> CheckResult:
    """Connect to the app's relay, and ask whether it is ready."""
    feed, code = context.settings.feed, "relay"
    if feed.kind != "relay" or not feed.url:
        return result(code, CheckStatus.NOT_CHECKED, text("doctor.relay.none"))
    reply = await _request(context, f"{RelayAddress.of(feed.url).url}/readyz")
    if reply.trouble:
        return result(code, CheckStatus.BROKEN, reply.trouble, reply.remedy)
    if reply.status != _OK:
        sentence = text("doctor.relay.other", host=reply.host, status=reply.status)
        return result(code, CheckStatus.BROKEN, sentence, text("doctor.relay.remedy"))
    return ok(code, text("doctor.relay.ok", host=reply.host))


async def _request(context: CheckContext, url: str) -> _Reply:
    """Request a page without signing in: any answer shows that Zoom is there."""
    import httpx2  # noqa: PLC0415 - takes long

    host = urlsplit(url).netloc
    try:
        async with context.http.stream("GET", url, follow_redirects=False) as response:
            ahead = _ahead(response, context.clock())
            if response.status_code < _SERVER_ERROR:
                return _Reply(host, ahead=ahead, status=response.status_code)
            sentence = text("doctor.zoom.server_error", host=host, status=response.status_code)
            return _Reply(host, sentence, text("doctor.zoom.wait"), ahead)
    except httpx2.HTTPError as error:
        trouble = unreached(error)
        if trouble.code in _SETTINGS_OF_THIS_COMPUTER:
            return _Reply(host, trouble.text, trouble.remedy)
        name = "untrusted" if trouble.code == "untrusted" else "unreachable"
        return _Reply(
            host, text(f"doctor.zoom.{name}.text", host=host), text(f"doctor.zoom.{name}.remedy")
        )


def _ahead(response: "httpx2.Response", now: Millis) -> Millis | None:
    try:
        date = parsedate_to_datetime(response.headers["date"])
    except (KeyError, ValueError, TypeError):
        return None
    return int(date.timestamp() * SECOND) + SECOND // 2 - now  # it is in whole seconds
