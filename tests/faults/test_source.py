"""What the source may not hold: ways round certificates, ways to run words, secrets in messages."""

import ast
import importlib.util
import re
import ssl
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rtms_tray.store.log import redacted
from rtms_tray.store.settings import RULES
from rtms_tray.zoom.http_client import make_http
from tests.helpers.running import ROOT

SOURCE = sorted((ROOT / "rtms_tray").rglob("*.py"))
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}

STARTS_PROGRAMS = {
    "autostart_macos.py": "the system's launchctl, an argument list, no shell",
    "autostart_windows.py": "none: it only writes a command line, quoted",
    "calendar.py": "our own Python, to read a calendar",
    "browser.py": "the desktop's opener with an https address, an argument list, no shell",
    "desktop_checks.py": "our own Python, to start Qt on trial",
    "hooks.py": "the user's own program, an argument list, no shell",
    "languages.py": "the system's tool that tells the user's language",
    "fall_back.py": "the user's own program, an argument list, no shell",
    "client_meeting.py": "the system's list of programs",
    "keyring_helper.py": "our own Python, to use the keyring",
    "link_handler_freedesktop.py": "the desktop's own tools, an argument list, no shell",
    "nats_server.py": "the relay's journal, a program that the operator chose, no shell",
    "profile_switch.py": "our own program, for another profile or the demo",
    "relay_demo.py": "our own program, and Python's opener with an address of this computer",
}
"""The modules that may start a program."""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call, by the name that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in SOURCE:
        yield path, ast.parse(path.read_text(encoding="utf-8"))


# --- certificates -------------------------------------------------------------------------------


@pytest.mark.promise("certificate verification cannot be switched off")
def test_nothing_in_the_source_weakens_tls() -> None:
    weak = re.compile(
        r"verify\s*=\s*False|CERT_NONE|CERT_OPTIONAL|_create_unverified|check_hostname|"
        r"set_ciphers|ssl\.wrap_socket|PYTHONHTTPSVERIFY|InsecureRequest|"
        r"minimum_version(?! = ssl\.TLSVersion\.TLSv1_2\b)"
    )
    found = [path.name for path in SOURCE if weak.search(path.read_text(encoding="utf-8"))]
    assert found == []
    assert [key for key in RULES if re.search("verify|tls|ssl|certificate|insecure", key)] == []


@pytest.mark.promise("certificate verification cannot be switched off")
async def test_the_clients_own_context_verifies() -> None:
    async with make_http() as http:
        transport: Any = http._transport
        through_proxy = transport._through("http://127.0.0.1:1", secure=True)
        contexts = [transport._direct._trusted(), through_proxy._pool._ssl_context]
    for context in contexts:
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


# --- words that would be run --------------------------------------------------------------------


@pytest.mark.promise("nothing from outside is run as a program")
def test_nothing_is_evaluated_unpickled_or_given_to_a_shell() -> None:
    banned = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "marshal.loads"}
    for path, tree in trees():
        for name, call in calls(tree):
            assert name not in banned, path
            assert not name.endswith(("yaml.load", "literal_eval")), path
            shells = [key for key in call.keywords if key.arg == "shell"]
            assert shells == [], path
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            source = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            assert not {"pickle", "shelve", "marshal", "dill"} & {*names, source}, path


@pytest.mark.promise("nothing from outside is run as a program")
def test_only_these_modules_start_programs() -> None:
    starts = re.compile(r"\b(subprocess\.\w+|create_subprocess_\w+|QProcess|os\.(exec|spawn)\w+)\(")
    found = {path.name for path in SOURCE if starts.search(path.read_text(encoding="utf-8"))}
    assert found == set(STARTS_PROGRAMS)


@pytest.mark.promise("nothing from outside is run as a program")
@pytest.mark.skipif(importlib.util.find_spec("ruff") is None, reason="ruff checks the source")
def test_ruffs_security_rules_hold() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lint = settings["tool"]["ruff"]["lint"]
    assert lint["select"] == ["ALL"]
    assert [rule for rule in lint["ignore"] if re.fullmatch(r"S(\d+)?", rule)] == []
    command = [sys.executable, "-m", "ruff", "check", "--select", "S", "rtms_tray"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


# --- what is logged -----------------------------------------------------------------------------

SECRETS = {
    "Bearer oJ3xY_kq.Vt-99aaaaaaaaaaaaaaaaaaa": "oJ3xY_kq",
    "Basic Y2xpZW50OnNlY3JldA==": "Y2xpZW50",
    "access_token=oJ3xY_kqVt99aaaaaa&x=1": "oJ3xY_kq",
    '{"refresh_token": "oJ3xY_kqVt99R"}': "oJ3xY_kq",
    "'client_secret': 'oJ3xY_kqVt99'": "oJ3xY_kq",
    "http://127.0.0.1:4711/callback?code=oJ3xY_kq&state=Vt99zz": "oJ3xY_kq",
    "https://zoom.us/j/98712345670?pwd=oJ3xY_kq.1": "oJ3xY_kq",
    "eyJhbGciOiJIUzUxMiJ9.eyJhdWQiOiJ4In0.oJ3xY_kq": "oJ3xY_kq",
    "olive.owner+zoom@mail.example.com": "olive",
    "FI3tfoo0iI05bKs7gNJ/WA==": "FI3tfoo0",
    "/v2/meetings/FI3tfoo0iI05bKs7gNJ%252FWA%253D%253D": "FI3tfoo0",
}


def messages() -> Iterator[tuple[Path, ast.Call, str]]:
    """Every message that is logged anywhere."""
    for path, tree in trees():
        for name, call in calls(tree):
            logger, _, level = name.rpartition(".")
            if logger in {"log", "logging", "_log"} and level in LEVELS and call.args:
                message = call.args[0]
                assert isinstance(message, ast.Constant), f"{path}: {ast.unparse(call)}"
                yield path, call, str(message.value)


@pytest.mark.promise("logs hold no secrets, addresses of people or meeting UUIDs")
@pytest.mark.parametrize("secret", SECRETS)
def test_every_message_loses_what_is_secret(secret: str) -> None:
    logged = list(messages())
    assert len(logged) > 25
    for path, _, message in logged:
        places = re.findall(r"%[^%]", message)
        filled = message % tuple(secret if place == "%s" else 7 for place in places)
        assert SECRETS[secret] not in redacted(filled), f"{path}: {message}"


@pytest.mark.promise("logs hold no secrets, addresses of people or meeting UUIDs")
def test_no_message_is_given_a_secret_or_an_address() -> None:
    private = re.compile(r"token|secret|password|verifier|authorize|\burl\b|\bgrant\b|email")
    for path, call, _ in messages():
        for argument in call.args[1:]:
            words = ast.unparse(argument)
            assert not private.search(words), f"{path}: {words}"
