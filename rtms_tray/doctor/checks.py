"""The doctor's checks by their codes."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from rtms_tray.doctor.findings import Check, Finding, Living, Mark, Patient, found
from rtms_tray.doctor.machine import client_secret, folders, keyring, settings, zoom_client
from rtms_tray.doctor.network import clock, zoom
from rtms_tray.doctor.notifications import notifications
from rtms_tray.doctor.screen import qt, tray


def _asked(code: str, ask: Callable[[Living], Awaitable[Finding]]) -> Check:
    """Make a check of what only the running instance knows: tokens are never renewed by two."""

    async def check(patient: Patient) -> Finding:
        if patient.living is None:
            return found(
                code, Mark.NOT_CHECKED, "rtms-tray does not run.", "Start it: rtms-tray run"
            )
        return await ask(patient.living)

    return check


async def subscription(patient: Patient) -> Finding:
    """Remind of what cannot be seen from here: whose event subscription it is."""
    feed = patient.settings.feed
    if feed.kind != "zoom" or not feed.subscription_id:
        return found("subscription", Mark.NOT_CHECKED, "No event subscription is used.")
    return found(
        "subscription",
        Mark.NOT_CHECKED,
        "Whether the subscription belongs to rtms-tray alone cannot be seen from here.",
        "Make sure that your app does not use it: Zoom keeps one connection for each.",
    )


CHECKS: Final[Mapping[str, Check]] = {
    "settings": settings,
    "folders": folders,
    "keyring": keyring,
    "client_secret": client_secret,
    "zoom": zoom,
    "clock": clock,
    "client_id": _asked("client_id", lambda living: living.client_id()),
    "sign_in": _asked("sign_in", lambda living: living.sign_in()),
    "scopes": _asked("scopes", lambda living: living.scopes()),
    "feed": _asked("feed", lambda living: living.feed()),
    "subscription": subscription,
    "zoom_client": zoom_client,
    "qt": qt,
    "tray": tray,
    "notifications": notifications,
}
