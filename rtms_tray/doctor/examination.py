"""Makes the checks, side by side and limited in time; one that fails hides none of the others."""

import asyncio
import logging
from collections.abc import Collection
from typing import Final

from rtms_tray.doctor.checks import CHECKS
from rtms_tray.doctor.findings import ON_REQUEST, TITLES, Check, Finding, Mark, Patient, found
from rtms_tray.store.settings_file import load

log = logging.getLogger(__name__)

LIMIT_S: Final = 9.0
"""The longest that one check may take; all run side by side."""


async def examine(patient: Patient, only: Collection[str] = ()) -> tuple[Finding, ...]:
    """Make these checks, or all; what goes wrong inside one is said by it."""
    settings, problems = load(patient.profile.settings_file)
    ready = Patient(
        patient.profile, patient.store, patient.http, patient.clock,
        patient.living, patient.screen, settings, problems,
    )  # fmt: skip
    wanted = [code for code in TITLES if code in only or (not only and code not in ON_REQUEST)]
    return tuple(await asyncio.gather(*(_made(code, CHECKS[code], ready) for code in wanted)))


async def _made(code: str, check: Check, patient: Patient) -> Finding:
    try:
        async with asyncio.timeout(LIMIT_S):
            return await check(patient)
    except TimeoutError:
        return found(
            code, Mark.NOT_CHECKED, f"No answer came within {LIMIT_S:.0f} s.", "Try again."
        )
    except Exception as error:  # a border: one check that fails must not hide what the others found
        log.exception("The check %s failed.", code)
        return found(
            code,
            Mark.NOT_CHECKED,
            f"The check itself failed ({type(error).__name__}).",
            "See the log.",
        )
