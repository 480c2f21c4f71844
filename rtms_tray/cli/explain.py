"""The command `explain`: verdict and fitting scenarios for a set of conditions; needs no running instance."""

from argparse import ArgumentParser, Namespace
from typing import Final

from rtms_tray.cli.output import say, say_json
from rtms_tray.support.command_types import Exit

_ANSWERS: Final = ("yes", "no", "unknown")
_MORE: Final = {"owner_present": "left", "host_org_rtms_enabled": "withdrawn"}
_NAMES: Final = (
    "host_org_rtms_enabled",
    "host_client_supported",
    "owner_client_supported",
    "host_present",
    "auto_start_enabled",
    "meeting_allowed_without_host",
    "host_approval_required",
    "host_approves",
    "owner_present",
    "in_breakout_room",
    "participant_org_rtms_enabled",
)
"""`Condition`'s values, written out so that --help loads nothing; a test holds them together."""


def add_options(parser: ArgumentParser) -> None:
    """Give each condition its option: `--host-present no`."""
    parser.add_argument("--json", action="store_true")
    for name in _NAMES:
        more = _MORE.get(name)
        choices = (*_ANSWERS, more) if more else _ANSWERS
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, choices=choices, default="unknown", metavar="|".join(choices))


def perform(arguments: Namespace) -> int:
    """Print the verdict, in words or as JSON."""
    from rtms_tray.capture.conditions import Condition, Value  # noqa: PLC0415 - not for --help
    from rtms_tray.capture.verdict import explain  # noqa: PLC0415 - as above

    given = {Condition(name): Value(getattr(arguments, name)) for name in _NAMES}
    told = explain(given)
    if arguments.json:
        say_json(
            {
                "verdict": told.verdict,
                "scenarios": list(told.scenarios),
                "rules": list(told.rules),
                "blocking": told.blocking,
                "ask_next": told.ask_next,
                "text": told.text,
                "remedy": told.remedy,
            }
        )
        return Exit.DONE
    verdicts = {"data": "Data.", "no_data": "No data.", "unknown": "Unknown."}
    say(" ".join(part for part in (verdicts[told.verdict], told.text, told.remedy) if part))
    for number, title, data in _rows(told.scenarios):
        say(f"  Scenario {number}: {title} ({'data' if data else 'no data'})")
    return Exit.DONE


def _rows(numbers: tuple[int, ...]) -> list[tuple[int, str, bool]]:
    from rtms_tray.capture.scenarios import SCENARIOS  # noqa: PLC0415 - as above

    rows = {row.number: row for row in SCENARIOS}
    return [(number, rows[number].title, rows[number].data) for number in numbers]
