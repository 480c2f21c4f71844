"""Checks of what is on this machine: settings, folders, keyring, Zoom client."""

import asyncio
import os
import stat
from pathlib import Path
from typing import Final

from rtms_tray.capture.conditions import Value
from rtms_tray.doctor.findings import Finding, Mark, Patient, found, ok
from rtms_tray.store.secret_names import environment_of, has_client_secret
from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.store.settings import Problem, completeness
from rtms_tray.zoom.client_version import FLOOR, InstalledClient, short_version

_NOBODY: Final = "rtms-tray.doctor/nobody"
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


async def settings(patient: Patient) -> Finding:
    """See whether the settings can be used and lead somewhere."""
    problems = (*patient.problems, *completeness(patient.settings))
    if not problems:
        problems = _impossible(patient)
    if not problems:
        return ok("settings", "They are complete.")
    broken = any(problem.blocking for problem in problems)
    # What is missing follows from what is wrong: the wrong ones come first.
    worst = sorted(problems, key=lambda problem: not problem.blocking)
    text = " ".join(f"{_where(problem)}{problem.text}" for problem in worst)
    return found("settings", Mark.BROKEN if broken else Mark.WARNING, text, worst[0].remedy)


def _impossible(patient: Patient) -> tuple[Problem, ...]:
    try:
        environment_of(patient.settings)
    except ValueError as error:
        return (Problem("", f"{error}.", "Correct it: rtms-tray settings set KEY …"),)
    return ()


def _where(problem: Problem) -> str:
    place = f" (line {problem.line})" if problem.line else ""
    return f"{problem.key}{place}: " if problem.key else place.strip() + " " * bool(place)


async def folders(patient: Patient) -> Finding:
    """See whether the profile's folders can be written, and by nobody else."""
    profile = patient.profile
    places = dict.fromkeys((profile.settings_folder, profile.data_folder, profile.log_folder))
    unusable = [place for place in places if not _writable(place)]
    if unusable:
        names = ", ".join(map(str, unusable))
        return found(
            "folders", Mark.BROKEN, f"Cannot be written: {names}.", "Give yourself the right to."
        )
    if os.name == "posix" and (open_ := [place for place in places if _is_open(place)]):
        names = " ".join(map(str, open_))
        text = f"Other users of this computer can look into {names}."
        return found("folders", Mark.WARNING, text, f"Close them: chmod 700 {names}")
    return ok("folders", f"For you alone: {profile.settings_folder}")


def _writable(place: Path) -> bool:
    """Tell whether a folder can be written, or made where it is not there yet."""
    there = next((one for one in (place, *place.parents) if one.exists()), place)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _is_open(place: Path) -> bool:
    """Tell whether others can look into a folder; files of ours are closed in any case."""
    return place.exists() and bool(place.stat().st_mode & _OTHERS)


async def keyring(patient: Patient) -> Finding:
    """See whether the system's keyring answers; nothing is kept, and nobody is asked."""
    try:
        await patient.store.load(_NOBODY)
    except SecretError as error:
        mark = Mark.WARNING if error.trouble is Trouble.LOCKED else Mark.BROKEN
        return found("keyring", mark, error.text, error.remedy)
    return ok("keyring", "It can be read.")


async def client_secret(patient: Patient) -> Finding:
    """See whether the app's client secret is kept, where it is needed."""
    code, chosen = "client_secret", patient.settings
    needed = chosen.feed.kind == "zoom"
    try:
        kept = await has_client_secret(patient.store, patient.profile, chosen)
    except SecretError as error:
        return found(code, Mark.NOT_CHECKED, error.text, error.remedy)
    if kept:
        return ok(code, "It is kept in the keyring.")
    if not needed:
        return ok(code, "None is kept, and none is needed.")
    remedy = "Set it: rtms-tray settings set app.client_secret. Or set feed.kind to none."
    return found(code, Mark.BROKEN, "Zoom's event feed needs it, and none is kept.", remedy)


async def zoom_client(patient: Patient) -> Finding:
    """See which Zoom client is installed here: RTMS needs 6.5.5 or later (rule B3)."""
    del patient
    from rtms_tray.zoom.client_version import installed_client  # noqa: PLC0415 - slow on some systems

    return judged(await asyncio.to_thread(installed_client))


def judged(seen: InstalledClient) -> Finding:
    """Say whether the client that was seen is new enough."""
    code, floor = "zoom_client", short_version(FLOOR)
    if seen.version is None:
        text = "No Zoom client was found on this machine."
        return found(
            code, Mark.NOT_CHECKED, text, f"Wherever you join from: {floor} or later is needed."
        )
    version = short_version(seen.version)
    if seen.supported is Value.NO:
        text = f"It is {version}; capture needs {floor} or later, and Zoom does not say so."
        return found(code, Mark.BROKEN, text, "Update Zoom.")
    if seen.supported is Value.UNKNOWN:
        return found(code, Mark.NOT_CHECKED, f"It is {version}; {floor} or later is needed.")
    return ok(code, f"It is {version} ({floor} or later is needed).")
