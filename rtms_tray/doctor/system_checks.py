"""Checks of this computer: settings, folders, keyring, Zoom client."""

import asyncio
import os
import stat
from pathlib import Path
from typing import Final

from rtms_tray.capture.conditions import Value
from rtms_tray.doctor.check_types import CheckContext, CheckResult, CheckStatus, ok, result
from rtms_tray.store.log import LOG_FILE
from rtms_tray.store.profile import Profile
from rtms_tray.store.secret_names import environment_of, has_client_secret
from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.store.settings import Problem, completeness
from rtms_tray.support.texts import text
from rtms_tray.zoom.client_version import FLOOR, InstalledClient, short_version

_UNUSED_SECRET: Final = "rtms-tray.doctor/nobody"  # noqa: S105 - a name under which nothing is kept
_OTHER_USERS: Final = stat.S_IRWXG | stat.S_IRWXO


# --- Settings, folders, keyring. ---


async def settings(context: CheckContext) -> CheckResult:
    """Check whether the settings can be used, and are complete."""
    problems = (*context.problems, *completeness(context.settings))
    if not problems:
        problems = _contradictions(context)
    if not problems:
        return ok("settings", text("doctor.settings.ok"))
    is_blocked = any(problem.blocking for problem in problems)
    # What is missing follows from what is wrong: the wrong ones come first.
    worst = sorted(problems, key=lambda problem: not problem.blocking)
    sentence = " ".join(f"{_place(problem)}{problem.text}" for problem in worst)
    status = CheckStatus.BROKEN if is_blocked else CheckStatus.WARNING
    return result("settings", status, sentence, worst[0].remedy)


def _contradictions(context: CheckContext) -> tuple[Problem, ...]:
    try:
        environment_of(context.settings)
    except ValueError as error:
        return (Problem("", str(error), text("doctor.settings.correct")),)
    return ()


def _place(problem: Problem) -> str:
    line = text("doctor.settings.line", line=problem.line) if problem.line else ""
    if not problem.key:
        return f"{line} " if line else ""
    return f"{problem.key} {line}: " if line else f"{problem.key}: "


async def folders(context: CheckContext) -> CheckResult:
    """Check whether the profile's folders can be written, and read by nobody else."""
    profile = context.profile
    paths = dict.fromkeys((profile.settings_folder, profile.data_folder, profile.log_folder))
    unusable = [path for path in paths if not _is_writable(path)]
    if unusable:
        sentence = text("doctor.folders.unwritable", folders=", ".join(map(str, unusable)))
        return result("folders", CheckStatus.BROKEN, sentence, text("doctor.folders.allow_writing"))
    if odd := [file for file in _files(profile) if file.exists() and not file.is_file()]:
        sentence = text("doctor.folders.no_file", files=", ".join(map(str, odd)))
        return result("folders", CheckStatus.BROKEN, sentence, text("doctor.folders.move"))
    if os.name == "posix" and (open_ := [path for path in paths if _is_open(path)]):
        names = " ".join(map(str, open_))
        sentence = text("doctor.folders.open", folders=names)
        remedy = text("doctor.folders.close", folders=names)
        return result("folders", CheckStatus.WARNING, sentence, remedy)
    return ok("folders", text("doctor.folders.ok", folder=profile.settings_folder))


def _files(profile: Profile) -> tuple[Path, ...]:
    return (profile.settings_file, profile.history_file, profile.log_folder / LOG_FILE)


def _is_writable(folder: Path) -> bool:
    """Tell whether a folder can be written, or created where there is none yet."""
    existing = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    return existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)


def _is_open(folder: Path) -> bool:
    """Tell whether other users can read a folder; our own files are closed in any case."""
    return folder.exists() and bool(folder.stat().st_mode & _OTHER_USERS)


async def keyring(context: CheckContext) -> CheckResult:
    """Check whether the system's keyring answers; nothing is kept, and nobody is asked."""
    try:
        await context.store.load(_UNUSED_SECRET)
    except SecretError as error:
        is_locked = error.trouble is Trouble.LOCKED
        status = CheckStatus.WARNING if is_locked else CheckStatus.BROKEN
        return result("keyring", status, error.text, error.remedy)
    return ok("keyring", text("doctor.keyring.ok"))


async def client_secret(context: CheckContext) -> CheckResult:
    """Check whether the app's client secret is kept, where it is needed."""
    code, chosen = "client_secret", context.settings
    try:
        is_kept = await has_client_secret(context.store, context.profile, chosen)
    except SecretError as error:
        return result(code, CheckStatus.NOT_CHECKED, error.text, error.remedy)
    if is_kept:
        return ok(code, text("doctor.client_secret.kept"))
    if chosen.feed.kind != "zoom":
        return ok(code, text("doctor.client_secret.not_needed"))
    remedy = text("doctor.client_secret.set_it")
    return result(code, CheckStatus.BROKEN, text("doctor.client_secret.missing"), remedy)


# --- The Zoom client. ---


async def zoom_client(context: CheckContext) -> CheckResult:
    """Check which Zoom client is installed here: RTMS needs 6.5.5 or later (rule B3)."""
    del context
    from rtms_tray.zoom.client_version import installed_client  # noqa: PLC0415 - slow on some systems

    return client_result(await asyncio.to_thread(installed_client))


def client_result(client: InstalledClient) -> CheckResult:
    """Tell whether the installed client is new enough."""
    code, floor = "zoom_client", short_version(FLOOR)
    if client.version is None:
        remedy = text("doctor.zoom_client.needed", floor=floor)
        return result(code, CheckStatus.NOT_CHECKED, text("doctor.zoom_client.none"), remedy)
    versions = {"version": short_version(client.version), "floor": floor}
    if client.supported is Value.NO:
        sentence = text("doctor.zoom_client.too_old", **versions)
        return result(code, CheckStatus.BROKEN, sentence, text("doctor.zoom_client.update"))
    if client.supported is Value.UNKNOWN:
        return result(code, CheckStatus.NOT_CHECKED, text("doctor.zoom_client.unsure", **versions))
    return ok(code, text("doctor.zoom_client.ok", **versions))
