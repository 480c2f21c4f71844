"""The command line's grammar. Imports nothing that takes time: --help and --version use it alone.

Helps and descriptions are keys of texts; the sentences are read only when they are printed.
"""

import argparse
import contextlib
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from rtms_tray import __version__
from rtms_tray.support.languages import OPTION, fitting_language, languages
from rtms_tray.support.texts import text

_SubParsers: TypeAlias = "argparse._SubParsersAction[_Parser]"  # noqa: SLF001 - its only name

_MAX_MINUTES: Final = 24 * 60
_SESSION_COMMANDS: Final = (
    "resend", "stop", "pause", "resume", "give-up", "message", "fall-back", "acknowledge",
)  # fmt: skip
_VALUES: Final = ("yes", "no", "unknown")
_RECEIVER_STATES: Final = ("live", "paused", "stopped")
OWN_OPTIONS: Final = ("simulate", "relay")
"""Programs of their own: their options are theirs, --help included."""
PAUSED: Final = "paused"  # of sharing alone
_MORE_VALUES: Final = {"owner_present": "left", "host_org_rtms_enabled": "withdrawn"}
CONDITIONS: Final = (
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
"""The values of `Condition`, written out so that --help loads nothing; a test compares them."""

VENDOR_OPTIONS: Final = {
    "name": "--name",
    "client_id": "--client-id",
    "sign_in_client_id": "--sign-in-client-id",
    "environment": "--environment",
    "relay": "--relay",
    "help": "--help-page",
    "fallback": "--fallback-page",
}
"""What a set-up link can say, and the option for it."""


_COLUMNS: Final = 80
"""Of a terminal that does not say."""


class _Formatter(argparse.HelpFormatter):
    """Prints sentences in place of their keys."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)  # as argparse leaves it

    def add_text(self, text: str | None) -> None:
        """Add a description, or what comes last."""
        super().add_text(_sentence(text))

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return (_sentence(action.help) or "").replace("%", "%%")


def _columns() -> int:
    """Say how wide the terminal is, as `shutil` does; loading that takes a twentieth of a command's time."""
    with contextlib.suppress(ValueError):
        if (given := int(os.environ.get("COLUMNS", "0"))) > 0:
            return given
    with contextlib.suppress(AttributeError, ValueError, OSError):  # closed, or no terminal
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _COLUMNS  # type: ignore[union-attr]
    return _COLUMNS


def _sentence(key: str | None) -> str | None:
    """Read a sentence; argparse has some of its own."""
    return text(key) if key and key.startswith("cli.") else key


class _Parser(argparse.ArgumentParser):
    """Takes options only as they are written, and keys of texts as helps."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - argparse's own, and many
        super().__init__(formatter_class=_Formatter, allow_abbrev=False, **options)


def make_parser(argv: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """Make the parser; without a command it means `run`.

    For arguments that begin with a command of `_OFTEN`, the others' grammar is left out.
    """
    parser = _Parser(
        prog="rtms-tray",
        description="cli.description",
        epilog="cli.exit_codes",
    )
    parser.add_argument("--version", action="version", version=f"rtms-tray {__version__}")
    parser.add_argument("--verbose", action="store_true", help="cli.options.verbose")
    _add_global(parser, "default")
    parser.set_defaults(command="run", hidden=False, window=False)
    commands = parser.add_subparsers(metavar="COMMAND", prog=parser.prog)
    add = None if argv is None else _OFTEN.get(argv[0] if argv else "run")
    (add or _add_all)(commands)
    return parser


def _add_all(commands: _SubParsers) -> None:
    _add_programs(commands)
    _add_account(commands)
    _add_sessions(commands)
    _add_views(commands)
    _add_recording(commands)
    _add_history(commands)
    _add_explain(commands)
    _add_doctor(commands)
    _add_settings(commands)
    setup = _add(commands, "setup")
    setup.add_argument("given", metavar="LINK-OR-FILE", help="cli.options.setup")
    _add(commands, "open").add_argument("given", metavar="LINK-OR-FILE", help="cli.options.open")
    _add_vendor(commands)


def _add(commands: _SubParsers, name: str) -> argparse.ArgumentParser:
    help_ = f"cli.commands.{name.replace('-', '_')}"
    parser = commands.add_parser(name, help=help_, description=help_)
    parser.set_defaults(command=name)
    _add_global(parser, argparse.SUPPRESS)
    return parser


def _add_global(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument("--profile", metavar="NAME", default=default, help="cli.options.profile")
    parser.add_argument(
        OPTION,
        metavar="CODE",
        type=_language,
        default=argparse.SUPPRESS,
        help="cli.options.language",
    )


def _add_programs(commands: _SubParsers) -> None:
    run = _add(commands, "run")
    run.add_argument("--verbose", action="store_true", default=argparse.SUPPRESS)
    opens = run.add_mutually_exclusive_group()
    opens.add_argument("--hidden", action="store_true", help="cli.options.hidden")
    opens.add_argument("--window", action="store_true", help="cli.options.window")
    demo = _add(commands, "demo")
    kinds = demo.add_mutually_exclusive_group()
    kinds.add_argument("--scenario", metavar="NAME", help="cli.options.scenario")
    kinds.add_argument("--relay", action="store_true", help="cli.options.relay")
    kinds.add_argument("--tray", action="store_true", help=argparse.SUPPRESS)  # started by --relay
    demo.add_argument("--verbose", action="store_true", default=argparse.SUPPRESS)
    for name in OWN_OPTIONS:
        parser = commands.add_parser(name, help=f"cli.commands.{name}", add_help=False)
        parser.set_defaults(command=name)


def _add_account(commands: _SubParsers) -> None:
    sign_in = _add(commands, "sign-in")
    sign_in.add_argument("--no-browser", action="store_true", help="cli.options.no_browser")
    sign_in.add_argument("--switch", action="store_true", help="cli.options.switch")
    for name in ("unlock", "sign-out", "quit"):
        _add(commands, name)


def _add_sessions(commands: _SubParsers) -> None:
    _add_number(_add(commands, "start"))
    arm = _add(commands, "arm")
    what = arm.add_mutually_exclusive_group(required=True)
    what.add_argument("number", metavar="MEETING", nargs="*", default=[], help="cli.options.number")
    what.add_argument("--list", dest="plans", action="store_true", help="cli.options.plans")
    arm.add_argument("--at", metavar="TIME", type=_moment, help="cli.options.at")
    _add_number(_add(commands, "disarm"))
    for name in _SESSION_COMMANDS:
        _add_meeting(_add(commands, name))
    remind = _add_meeting(_add(commands, "remind"))
    remind.add_argument("minutes", metavar="MINUTES", nargs="?", type=_minutes)
    tell = _add_meeting(_add(commands, "tell"))
    tell.add_argument(
        "condition", metavar="CONDITION", type=_condition, help="cli.options.condition"
    )
    tell.add_argument("value", choices=(*_VALUES, PAUSED))
    receiver = _add_meeting(_add(commands, "receiver-says"))
    receiver.add_argument("--state", choices=_RECEIVER_STATES, required=True)
    receiver.add_argument("--media-at", metavar="TIME", type=_moment, help="cli.options.media_at")
    mute = _add_meeting(_add(commands, "mute"))
    mute.add_argument("span", metavar="MINUTES|meeting|off", type=_mute_span)


def _add_number(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("number", metavar="MEETING", nargs="+", help="cli.options.number")
    return parser


def _add_meeting(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--meeting", metavar="NUMBER-or-UUID", help="cli.options.meeting")
    return parser


def _add_views(commands: _SubParsers) -> None:
    for name in ("status", "watch"):
        _add(commands, name).add_argument("--json", action="store_true")


def _add_recording(commands: _SubParsers) -> None:
    record = _add(commands, "record")
    record.add_argument("file", metavar="FILE", nargs="?", help="cli.options.recording")
    record.add_argument("--guide", action="store_true", help="cli.options.guide")


def _add_history(commands: _SubParsers) -> None:
    history = _add(commands, "history")
    form = history.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--csv", action="store_true")
    history.add_argument("--since", metavar="DATE", type=_moment, help="cli.options.since")


def _add_explain(commands: _SubParsers) -> None:
    """Give each condition its option: `--host-present no`."""
    explain = _add(commands, "explain")
    explain.add_argument("--json", action="store_true")
    for name in CONDITIONS:
        more = _MORE_VALUES.get(name)
        choices = (*_VALUES, more) if more else _VALUES
        option = f"--{name.replace('_', '-')}"
        explain.add_argument(option, choices=choices, default="unknown", metavar="|".join(choices))


def _add_doctor(commands: _SubParsers) -> None:
    doctor = _add(commands, "doctor").add_mutually_exclusive_group()
    doctor.add_argument("--json", action="store_true")
    for needs in ("events", "scopes", "manifest"):
        help_ = f"cli.doctor_needs.{needs}"
        doctor.add_argument(
            f"--{needs}", dest="needs", action="store_const", const=needs, help=help_
        )


def _add_settings(commands: _SubParsers) -> None:
    settings = _add(commands, "settings")
    acts = settings.add_subparsers(dest="act", required=True, metavar="get|set")
    get = acts.add_parser("get", help="cli.commands.settings_get")
    get.add_argument("key", metavar="KEY", nargs="?")
    set_ = acts.add_parser("set", help="cli.commands.settings_set")
    set_.add_argument("key", metavar="KEY")
    set_.add_argument("value", metavar="VALUE", nargs="?", help="cli.options.value")
    for parser in (get, set_):
        _add_global(parser, argparse.SUPPRESS)


def _add_vendor(commands: _SubParsers) -> None:
    acts = _add(commands, "vendor").add_subparsers(dest="act", required=True, metavar="link|file")
    for name in ("link", "file"):
        help_ = f"cli.commands.vendor_{name}"
        act = acts.add_parser(name, help=help_, description=help_)
        for key, option in VENDOR_OPTIONS.items():
            help_ = f"cli.options.vendor.{key}"
            required = key in {"name", "client_id", "relay"}
            act.add_argument(option, dest=key, metavar="TEXT", help=help_, required=required)
    file = acts.choices["file"]
    file.add_argument("--icon", metavar="PNG", help="cli.options.vendor.icon")
    file.add_argument("file", metavar="FILE", help="cli.options.vendor.file")


_OFTEN: Final = {"run": _add_programs, "status": _add_views, "watch": _add_views}
"""Commands that are started at every log-in, or again and again by other programs."""


def _language(word: str) -> str:
    """Check it; what it means, `speak` has seen to."""
    if not fitting_language(word):
        known = ", ".join(languages())
        raise argparse.ArgumentTypeError(text("cli.expected.language", languages=known))
    return word


def _minutes(word: str) -> str:
    if not (word.isascii() and word.isdigit()) or not 1 <= int(word[:6]) <= _MAX_MINUTES:
        raise argparse.ArgumentTypeError(text("cli.expected.minutes", most=_MAX_MINUTES))
    return str(int(word[:6]))


def _mute_span(word: str) -> str:
    return word if word in {"meeting", "off"} else _minutes(word)


def _moment(word: str) -> int:
    """Read a date, or a date and time: this machine's time unless it names a zone (milliseconds)."""
    from datetime import datetime  # noqa: PLC0415 - not for --help

    form = r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?"
    date = word if re.fullmatch(form, word, re.ASCII) else ""
    try:
        return round(datetime.fromisoformat(date).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):  # the latter two: years that no clock shows
        raise argparse.ArgumentTypeError(text("cli.expected.date")) from None


def _condition(word: str) -> str:
    name = word.replace("-", "_").lower()
    names = (*CONDITIONS, "sharing")
    if name not in names:
        options = ", ".join(known.replace("_", "-") for known in names)
        raise argparse.ArgumentTypeError(text("cli.expected.condition", conditions=options))
    return name
