"""Writes the manual page from the command line's own grammar: `python packaging/manual_page.py FILE`."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rtms_tray import __version__
from rtms_tray.cli.parser import OWN_OPTIONS, make_parser
from rtms_tray.support.texts import text

EVERYWHERE = frozenset({"--help", "--profile", "--language", "--verbose"})


def manual_page() -> str:
    """Write the page in English, as man(7) has it."""
    parser = make_parser()
    usage = "[OPTION ...] [COMMAND [ARGUMENT ...]]"
    about = _sentence(parser.description)
    lines = [
        f'.TH RTMS-TRAY 1 "" "rtms-tray {__version__}" "User Commands"',
        ".SH NAME",
        f"rtms-tray \\- {_plain(about.split('.')[0])}",
        ".SH SYNOPSIS",
        f".B rtms-tray\n{_plain(usage)}",
        ".SH DESCRIPTION",
        *_prose(about),
        ".SH OPTIONS",
        *_options(parser),
        ".SH COMMANDS",
        *_commands(parser),
        ".SH EXIT STATUS",
        *_prose(_sentence(parser.epilog)),
    ]
    return "\n".join(lines) + "\n"


def _commands(parser: argparse.ArgumentParser, prefix: str = "") -> Iterator[str]:
    for action in _subcommands(parser):
        purposes = {choice.dest: choice.help for choice in action._get_subactions()}  # noqa: SLF001 - its only list
        for name, command in action.choices.items():
            yield f".SS {_plain(f'{prefix}{name} {_arguments(command)}'.rstrip())}"
            yield from _prose(_sentence(purposes.get(name)))
            if name in OWN_OPTIONS:
                yield from _prose(f"rtms-tray {name} --help lists its options.")
            yield from _options(command, known=True)
            yield from _commands(command, f"{prefix}{name} ")


def _subcommands(
    parser: argparse.ArgumentParser,
) -> "Iterable[argparse._SubParsersAction[argparse.ArgumentParser]]":
    return (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))  # noqa: SLF001 - its only list


def _arguments(parser: argparse.ArgumentParser) -> str:
    actions = (a for a in parser._actions if not a.option_strings)  # noqa: SLF001 - its only list
    named = (_value(a) for a in actions if not isinstance(a, argparse._SubParsersAction))  # noqa: SLF001 - its kind
    return " ".join(named)


def _options(parser: argparse.ArgumentParser, *, known: bool = False) -> Iterator[str]:
    """List options and arguments; those that every command takes stand with the program's own."""
    for action in parser._actions:  # noqa: SLF001 - its only list
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - its kind
            continue
        if not (known and EVERYWHERE.intersection(action.option_strings)):
            yield f".TP\n.B {_plain(_name(action))}\n{_plain(_sentence(action.help))}".rstrip()


def _name(action: argparse.Action) -> str:
    if not action.option_strings:
        return _value(action)
    value = "" if action.nargs == 0 else f" {_value(action)}"
    return ", ".join(action.option_strings) + value


def _value(action: argparse.Action) -> str:
    if action.metavar:
        return str(action.metavar)
    return "|".join(map(str, action.choices)) if action.choices else action.dest.upper()


def _sentence(key: str | None) -> str:
    return text(key) if key and key.startswith("cli.") else key or ""


def _prose(sentences: str) -> Iterator[str]:
    for paragraph in filter(None, sentences.split("\n")):
        yield f".PP\n{_plain(paragraph)}"


def _plain(words: str) -> str:
    """Escape what troff would read as its own."""
    escaped = words.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(manual_page(), encoding="utf-8")
