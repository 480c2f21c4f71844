"""Runs the checks side by side, with a time limit; one that fails hides none of the others."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Final

from rtms_tray.doctor.check_types import (
    CODES,
    ON_REQUEST,
    Check,
    CheckContext,
    CheckResult,
    CheckStatus,
    RunningInstance,
    result,
)
from rtms_tray.doctor.desktop_checks import notifications, qt, tray
from rtms_tray.doctor.network_checks import certificates, clock, proxy, relay, zoom
from rtms_tray.doctor.system_checks import client_secret, folders, keyring, settings, zoom_client
from rtms_tray.store.settings_file import load
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from rtms_tray.zoom.app_requirements import SUBSCRIBED_EVENTS

log = logging.getLogger(__name__)

LIMIT_S: Final = 9.0
"""The longest that one check may take; all run side by side."""


async def run_checks(context: CheckContext, only: Collection[str] = ()) -> tuple[CheckResult, ...]:
    """Run these checks, or all of them; an error inside one becomes its result."""
    chosen, problems = load(context.profile.settings_file)
    ready = replace(context, settings=chosen, problems=problems)
    codes = [code for code in CODES if code in only or (not only and code not in ON_REQUEST)]
    return tuple(await asyncio.gather(*(_run(code, CHECKS[code], ready) for code in codes)))


async def _run(code: str, check: Check, context: CheckContext) -> CheckResult:
    try:
        async with asyncio.timeout(LIMIT_S):
            return await check(context)
    except TimeoutError:
        sentence = text("doctor.check.timeout", seconds=f"{LIMIT_S:.0f}")
        return result(code, CheckStatus.NOT_CHECKED, sentence, text("doctor.check.try_again"))
    except Exception as error:  # a border: one check that fails must not hide what the others found
        log.exception("The check %s failed.", code)
        sentence = text("doctor.check.failed", error=type(error).__name__)
        return result(code, CheckStatus.NOT_CHECKED, sentence, text("doctor.check.see_log"))


def _by_instance(code: str, ask: Callable[[RunningInstance], Awaitable[CheckResult]]) -> Check:
    """Make a check by the running instance, so that no token is ever renewed by two programs."""

    async def check(context: CheckContext) -> CheckResult:
        if context.instance is None:
            sentence, remedy = text("doctor.check.not_running"), text("doctor.check.start")
            return result(code, CheckStatus.NOT_CHECKED, sentence, remedy)
        return await ask(context.instance)

    return check


async def subscription(context: CheckContext) -> CheckResult:
    """Remind of what cannot be checked from here: whose event subscription it is."""
    code, feed = "subscription", context.settings.feed
    if feed.kind != "zoom" or not feed.subscription_id:
        return result(code, CheckStatus.NOT_CHECKED, text("doctor.subscription.none"))
    sentence = text("doctor.subscription.unknown")
    remedy = text("doctor.subscription.remedy", count=len(SUBSCRIBED_EVENTS))
    return result(code, CheckStatus.NOT_CHECKED, sentence, remedy)


CHECKS: Final[Mapping[str, Check]] = {
    "settings": settings,
    "folders": folders,
    "keyring": keyring,
    "client_secret": client_secret,
    "proxy": proxy,
    "certificates": certificates,
    "zoom": zoom,
    "clock": clock,
    "client_id": _by_instance("client_id", lambda instance: instance.client_id()),
    "sign_in": _by_instance("sign_in", lambda instance: instance.sign_in()),
    "scopes": _by_instance("scopes", lambda instance: instance.scopes()),
    "relay": relay,
    "feed": _by_instance("feed", lambda instance: instance.feed()),
    "subscription": subscription,
    "zoom_client": zoom_client,
    "qt": qt,
    "tray": tray,
    "notifications": notifications,
}
"""Every check by its code."""
