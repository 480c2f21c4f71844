"""Other ways in for attackers: secrets that are compared, addresses that name meetings, programs that are started."""

import ast
import re
from pathlib import Path

import pytest

from rtms_tray.cli.parser import make_parser
from rtms_tray.cli.remote import command_arguments
from rtms_tray.store.settings import RULES
from rtms_tray.store.setup_link import SetupLink
from rtms_tray.zoom.json_values import as_number
from rtms_tray.zoom.meeting_reference import MeetingReferenceError, parse_new_meeting
from tests.helpers.running import ROOT

SOURCE = ROOT / "rtms_tray"
COMPARING = ("zoom/sign_in.py", "zoom/loopback.py", "control/server.py")
"""The modules to which strangers may send a state or a key."""

HOSTILE = (
    "zoommtg://zoom.us/join?action=join&confno=98712345670;id&pwd=$(id)",
    "zoommtg://zoom.us/join?confno=--version",
    "zoommtg:zoom.us/join?confno=987%0A12345670",
    "zoommtg://evil.test/join?confno=98712345670",
    "zoommtg://zoom.us/join?confno=98712345670&confno=1",
    "zoomus://zoom.us\\@evil.test/join?confno=98712345670",
    "javascript:alert(98712345670)",
    "file:///etc/passwd",
    "--exec=98712345670",
    "98712345670`id`",
    "98712345670\n--profile other",
)


@pytest.mark.promise("the sign-in's listener takes one answer from this computer")
@pytest.mark.promise("the control socket is this user's alone")
def test_states_and_keys_are_compared_in_constant_time() -> None:
    for name in COMPARING:
        tree = ast.parse((SOURCE / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
                words = {part for side in (node.left, *node.comparators) for part in _words(side)}
                assert not words & {"state", "key", "_key"}, f"{name}: {ast.unparse(node)}"
    for name in ("zoom/sign_in.py", "control/server.py"):
        assert "hmac.compare_digest(" in (SOURCE / name).read_text(encoding="utf-8")


def _words(side: ast.expr) -> list[str]:
    return re.findall(r"\w+", ast.unparse(side))


@pytest.mark.promise("nothing from outside is run as a program")
def test_only_set_up_links_lead_to_the_program() -> None:
    """A web page can start the program with its own scheme alone, which asks before it changes anything."""
    scheme = re.compile(r"x-scheme-handler|CFBundleURLTypes|URL Protocol|setUrlHandler|MimeType=")
    places = [SOURCE, ROOT / "packaging", ROOT / "resources"]
    files = [path for place in places for path in place.rglob("*") if _is_text(path)]
    assert len(files) > 100
    found = [path for path in files if scheme.search(path.read_text(encoding="utf-8"))]
    names = {"link_handler_freedesktop.py", "link_handler_windows.py"}
    told = {"rtms-tray.metainfo.xml"}  # it only tells software centres
    assert {path.name for path in found} == names | told
    lines = [line for path in found for line in path.read_text(encoding="utf-8").splitlines()]
    calls = [line for line in lines if "%u" in line or "%1" in line]
    assert len(calls) == len(names)
    assert all(" -- " in line for line in calls)


def _is_text(path: Path) -> bool:
    return path.suffix in {".py", ".toml", ".desktop", ".plist", ".xml", ".md", ".html", ".lock"}


@pytest.mark.promise("nothing from outside is run as a program")
@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_names_a_meeting_only_digits_are_passed_on(text: str) -> None:
    """From the command line, events and dialogs alike: a program gets a number's digits alone."""
    assert re.fullmatch(r"[0-9]*", as_number(text) or "")
    try:
        number, uuid = parse_new_meeting(text)
        given = command_arguments(make_parser().parse_args(["start", "--", text]))
    except MeetingReferenceError:
        return
    assert uuid is None
    assert re.fullmatch(r"[0-9]{9,11}", number or "")
    assert given["meeting"] == number
    assert re.fullmatch(r"[!-~]*", given.get("link", ""))


@pytest.mark.promise("nothing from outside is run as a program")
def test_two_settings_alone_name_programs_and_no_link_can_set_them() -> None:
    programs = [key for key, rule in RULES.items() if isinstance(rule.default, tuple)]
    assert programs == ["fallback.command", "hooks.on_change"]
    named = [key for key in RULES if re.search(r"hook|script(?!ion)|program|exec|plugin", key)]
    assert named == ["hooks.on_change", "hooks.time_limit_s"]
    link = SetupLink(name="Notes", client_id="abc", relay="https://relay.example.com")
    assert not {*programs, *named} & link.settings().keys()
