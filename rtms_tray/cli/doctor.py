"""`doctor`: checks everything that can be checked; the running instance does it, where there is one."""

import asyncio
from argparse import Namespace

from rtms_tray.cli.output import complain, say, say_json
from rtms_tray.control.address import control_address
from rtms_tray.control.client import call
from rtms_tray.store.profile import Profile
from rtms_tray.support.command_types import Answer, Command, Exit


def perform(profile: Profile, arguments: Namespace) -> int:
    """Print what was found, and tell the exit code: 1 if something is broken."""
    answer = call(control_address(profile), Command("doctor"))
    if answer.data is None and answer.exit is not Exit.STILL_TRYING:
        answer = asyncio.run(_without_instance(profile, refused=answer))
    if answer.data is None:
        complain(answer.text)
    elif arguments.json:
        say_json(answer.data)
    else:
        say(answer.text)
    return answer.exit


async def _without_instance(profile: Profile, *, refused: Answer) -> Answer:
    """Look for ourselves; what only the instance knows stays unchecked. No token is ever renewed here."""
    from rtms_tray.doctor.check_report import as_json, as_text, is_broken  # noqa: PLC0415 - as above
    from rtms_tray.doctor.check_runner import run_checks  # noqa: PLC0415 - as above
    from rtms_tray.doctor.check_types import CheckContext  # noqa: PLC0415 - as above
    from rtms_tray.doctor.desktop_checks import once  # noqa: PLC0415 - as above
    from rtms_tray.runtime.network import make_http  # noqa: PLC0415 - as above
    from rtms_tray.store.keyring_store import KeyringStore  # noqa: PLC0415 - as above
    from rtms_tray.support.clock import SystemClock  # noqa: PLC0415 - not for a running instance

    if refused.exit is not Exit.NOT_RUNNING and refused.text:
        complain(f"The running instance cannot be asked: {refused.text}")
    async with make_http() as http:
        context = CheckContext(profile, KeyringStore(limit_s=6), http, SystemClock(), None, once())
        results = await run_checks(context)
    exit_ = Exit.REFUSED if is_broken(results) else Exit.DONE
    return Answer(exit_, as_text(results), as_json(results))
