"""`doctor` and `explain`: what is wrong here, and what a set of conditions comes to."""

import asyncio
from argparse import Namespace
from collections.abc import Iterator

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.scenarios import SCENARIOS
from rtms_tray.capture.verdict import Explanation, explain
from rtms_tray.cli.output import complain, say, say_json
from rtms_tray.control.address import control_address
from rtms_tray.control.client import call
from rtms_tray.store.profile import Profile
from rtms_tray.store.settings_file import load
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.texts import text


def perform_doctor(profile: Profile, arguments: Namespace) -> int:
    """Have the running instance check everything, or check without one; returns the exit code.

    With an option for it, print what the Zoom app needs instead, in a form to copy.
    """
    if arguments.needs is not None:
        say(_needs(profile, arguments.needs))
        return Exit.DONE
    answer = call(control_address(profile), Command("doctor"))
    if answer.data is None and answer.exit is not Exit.STILL_TRYING:
        answer = asyncio.run(_check_without_instance(profile, refused=answer))
    if answer.data is None:
        complain(answer.text)
    elif arguments.json:
        say_json(answer.data)
    else:
        say(answer.text)
    return answer.exit


def _needs(profile: Profile, what: str) -> str:
    from rtms_tray.zoom.app_requirements import (  # noqa: PLC0415 - only for this
        CALL_SCOPES,
        EVENT_SCOPES,
        SUBSCRIBED_EVENTS,
        manifest,
    )

    if what == "manifest":
        return manifest(load(profile.settings_file)[0].app.redirect_uri)
    scopes = [scope.name for scope in (*CALL_SCOPES, *EVENT_SCOPES)]
    return "\n".join(SUBSCRIBED_EVENTS if what == "events" else scopes)


async def _check_without_instance(profile: Profile, *, refused: Answer) -> Answer:
    """Run all checks but those that only an instance can do; no token is ever renewed here."""
    from rtms_tray.doctor.check_report import as_json, as_text, is_broken  # noqa: PLC0415 - not with an instance
    from rtms_tray.doctor.check_runner import run_checks  # noqa: PLC0415 - as above
    from rtms_tray.doctor.check_types import CheckContext  # noqa: PLC0415 - as above
    from rtms_tray.doctor.desktop_checks import once  # noqa: PLC0415 - as above
    from rtms_tray.store.keyring_store import KeyringStore  # noqa: PLC0415 - as above
    from rtms_tray.support.clock import SystemClock  # noqa: PLC0415 - as above
    from rtms_tray.zoom.http_client import make_http  # noqa: PLC0415 - as above

    if refused.exit is not Exit.NOT_RUNNING and refused.text:
        complain(text("cli.doctor_alone", problem=refused.text))
    async with make_http() as http:
        context = CheckContext(profile, KeyringStore(limit_s=6), http, SystemClock(), None, once())
        results = await run_checks(context)
    exit_ = Exit.REFUSED if is_broken(results) else Exit.DONE
    return Answer(exit_, as_text(results), as_json(results))


def perform_explain(arguments: Namespace) -> int:
    """Print the verdict on the conditions given as options; needs no account and no running instance."""
    explanation = explain(
        {condition: Value(getattr(arguments, condition.value)) for condition in Condition}
    )
    if arguments.json:
        say_json(_explanation_json(explanation))
    else:
        say("\n".join(_explanation_lines(explanation)))
    return Exit.DONE


def _explanation_json(explanation: Explanation) -> dict[str, object]:
    return {
        "verdict": explanation.verdict,
        "scenarios": list(explanation.scenarios),
        "rules": list(explanation.rules),
        "blocking": explanation.blocking,
        "ask_next": explanation.ask_next,
        "text": explanation.text,
        "remedy": explanation.remedy,
    }


def _explanation_lines(explanation: Explanation) -> Iterator[str]:
    verdict = text(f"cli.explain.{explanation.verdict}")
    yield " ".join(filter(None, (verdict, explanation.text, explanation.remedy)))
    scenarios = {scenario.number: scenario for scenario in SCENARIOS}
    for number in explanation.scenarios:
        scenario = scenarios[number]
        key = (
            "cli.explain.scenario_with_data"
            if scenario.data
            else "cli.explain.scenario_without_data"
        )
        yield "  " + text(key, number=number, title=scenario.title)
