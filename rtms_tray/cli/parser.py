"""The command line's grammar. Imports nothing that takes time: --help and --version use it alone."""

import argparse
import re
from typing import Final, TypeAlias

from rtms_tray import __version__

_SubParsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - its only name

_LONGEST_MINUTES: Final = 24 * 60
_ON_A_SESSION: Final = {
    "resend": "send the start request again",
    "stop": "stop the stream",
    "pause": "pause the stream",
    "resume": "resume the stream",
    "give-up": "stop waiting for this meeting",
    "message": "print a text for the host, or an admin, that fits what happened",
    "fall-back": "use the other way of capturing that is set up",
    "acknowledge": "take note of what happened, and clear it",
}


def make_parser() -> argparse.ArgumentParser:
    """Make the parser; without a command it means `run`."""
    parser = argparse.ArgumentParser(
        prog="rtms-tray",
        description="Shows whether Zoom's Realtime Media Streams capture a meeting, "
        "why not, and what to do.",
        epilog="Exit codes: 0 done, 1 refused, 2 wrong usage, 3 not running, 4 still trying.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"rtms-tray {__version__}")
    parser.add_argument("--verbose", action="store_true", help="say more in the log")
    _add_profile(parser, "default")
    parser.set_defaults(command="run")
    commands = parser.add_subparsers(metavar="COMMAND")
    _add_programs(commands)
    _add_account(commands)
    _add_sessions(commands)
    _add_views(commands)
    _add_history(commands)
    _add_explain(commands)
    _add_doctor(commands)
    _add_settings(commands)
    return parser


def _add_profile(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument(
        "--profile", metavar="NAME", default=default, help="use settings and data of their own"
    )


def _add(commands: _SubParsers, name: str, help_: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_, description=help_, allow_abbrev=False)
    parser.set_defaults(command=name)
    _add_profile(parser, argparse.SUPPRESS)
    return parser


def _add_programs(commands: _SubParsers) -> None:
    run = _add(commands, "run", "start the tray, or show its window if it already runs")
    run.add_argument("--verbose", action="store_true", default=argparse.SUPPRESS)
    demo = _add(commands, "demo", "try it out against a simulated Zoom, without an account")
    demo.add_argument("--scenario", metavar="NAME", help="begin with this scenario")
    demo.add_argument("--verbose", action="store_true", default=argparse.SUPPRESS)
    # its options are the simulator's own, --help included
    simulate = commands.add_parser(
        "simulate", help="run the simulated Zoom alone", add_help=False, allow_abbrev=False
    )
    simulate.set_defaults(command="simulate")


def _add_account(commands: _SubParsers) -> None:
    sign_in = _add(commands, "sign-in", "sign in to Zoom")
    sign_in.add_argument(
        "--no-browser", action="store_true", help="print the address to visit, and wait"
    )
    sign_in.add_argument(
        "--switch", action="store_true", help="agree to another account than until now"
    )
    _add(commands, "unlock", "have the system ask for its keyring's password")
    _add(commands, "sign-out", "sign out at Zoom and forget the account here")
    _add(commands, "quit", "end the running instance")


def _add_sessions(commands: _SubParsers) -> None:
    start = _add(commands, "start", "ask Zoom to start the stream of a meeting")
    start.add_argument("number", metavar="MEETING", nargs="+", help="a number or a link")
    arm = _add(commands, "arm", "ask for a meeting by itself, once it begins")
    arm.add_argument("number", metavar="MEETING", nargs="+", help="a number or a link")
    arm.add_argument("--at", metavar="TIME", type=_moment, help="when it begins: 2026-11-20T10:00")
    disarm = _add(commands, "disarm", "no longer ask for a meeting by itself")
    disarm.add_argument("number", metavar="MEETING", nargs="+", help="a number or a link")
    for name, help_ in _ON_A_SESSION.items():
        _add_meeting(_add(commands, name, help_))
    remind = _add(commands, "remind", "remind me later")
    remind.add_argument("minutes", metavar="MINUTES", nargs="?", type=_minutes)
    _add_meeting(remind)
    tell = _add(commands, "tell", "tell what you know yourself")
    tell.add_argument("condition", metavar="CONDITION", type=_condition, help="or: sharing")
    tell.add_argument("value", choices=("yes", "no", "unknown"))
    _add_meeting(tell)
    mute = _add(commands, "mute", "no notifications for a while")
    mute.add_argument("span", metavar="MINUTES|meeting|off", type=_mute_span)
    _add_meeting(mute)


def _add_meeting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--meeting", metavar="NUMBER-or-UUID", help="needed only if several sessions are open"
    )


def _add_views(commands: _SubParsers) -> None:
    for name, help_ in (
        ("status", "show the state"),
        ("watch", "show the state after every change, until interrupted"),
    ):
        _add(commands, name, help_).add_argument("--json", action="store_true")


def _add_explain(commands: _SubParsers) -> None:
    from rtms_tray.cli.explain import add_options  # noqa: PLC0415 - beside its only use

    add_options(_add(commands, "explain", "say what a set of conditions comes to"))


def _add_history(commands: _SubParsers) -> None:
    history = _add(commands, "history", "show past meetings: what was captured, lost, and why")
    form = history.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--csv", action="store_true")
    history.add_argument(
        "--since",
        metavar="DATE",
        type=_moment,
        help="only from then on: 2026-11-20 or 2026-11-20T10:00",
    )


def _add_doctor(commands: _SubParsers) -> None:
    doctor = _add(commands, "doctor", "check everything that can be checked, and say what to do")
    doctor.add_argument("--json", action="store_true")


def _add_settings(commands: _SubParsers) -> None:
    settings = _add(commands, "settings", "read and change settings")
    acts = settings.add_subparsers(dest="act", required=True, metavar="get|set")
    get = acts.add_parser("get", help="print a setting, or all", allow_abbrev=False)
    get.add_argument("key", metavar="KEY", nargs="?")
    set_ = acts.add_parser("set", help="change a setting", allow_abbrev=False)
    set_.add_argument("key", metavar="KEY")
    set_.add_argument(
        "value", metavar="VALUE", nargs="?", help="app.client_secret is read from standard input"
    )
    for parser in (get, set_):
        _add_profile(parser, argparse.SUPPRESS)


def _minutes(text: str) -> str:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:6]) <= _LONGEST_MINUTES:
        raise argparse.ArgumentTypeError(f"minutes from 1 to {_LONGEST_MINUTES} are needed")
    return str(int(text[:6]))


def _mute_span(text: str) -> str:
    return text if text in {"meeting", "off"} else _minutes(text)


def _moment(text: str) -> int:
    """Read a date, or a date and time: this machine's time unless it names a zone (milliseconds)."""
    from datetime import datetime  # noqa: PLC0415 - for `history` only

    form = r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?"
    shaped = text if re.fullmatch(form, text, re.ASCII) else ""
    try:
        return int(datetime.fromisoformat(shaped).timestamp()) * 1000
    except (ValueError, OverflowError, OSError):  # the latter two: years that no clock shows
        raise argparse.ArgumentTypeError(
            "a date such as 2026-11-20 or 2026-11-20T10:00 is needed"
        ) from None


def _condition(text: str) -> str:
    from rtms_tray.capture.conditions import Condition  # noqa: PLC0415 - for `tell` only

    name = text.replace("-", "_").lower()
    names = (*(condition.value for condition in Condition), "sharing")
    if name not in names:
        listed = ", ".join(known.replace("_", "-") for known in names)
        raise argparse.ArgumentTypeError(f"one of {listed} is needed")
    return name
