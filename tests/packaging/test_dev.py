"""The two commands' first steps, and the texts they end with."""

import importlib.util
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import bootstrap
import dev
import pytest
from bootstrap import Need

DEV = str(Path(dev.__file__))


def run_dev(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return subprocess.run(
        [sys.executable, DEV, *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=kept | environ,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


def test_help_names_every_command() -> None:
    done = run_dev("--help")
    assert done.returncode == 0
    assert all(f"  {name} " in done.stdout for name in dev.COMMANDS)


def test_every_command_starts_something_that_is_there() -> None:
    programs = [program.split() for _, program in dev.COMMANDS.values() if program]
    scripts = [words[0] for words in programs if words[0] != "-m"]
    assert scripts
    assert all((bootstrap.ROOT / script).is_file() for script in scripts)
    modules = [words[1] for words in programs if words[0] == "-m"]
    assert all(importlib.util.find_spec(module) for module in modules)


def test_unknown_command_is_refused() -> None:
    done = run_dev("frobnicate")
    assert done.returncode == 2
    assert "frobnicate" in done.stderr


def test_what_follows_the_command_is_the_programs() -> None:
    parsed = dev.parse(["--venv", "there", "test", "-m", "not desktop", "--venv"])
    assert (parsed.command, parsed.venv) == ("test", Path("there"))
    assert parsed.rest == ["-m", "not desktop", "--venv"]


def test_old_pythons_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["--help"], version=(3, 9)) == 1
    assert "needs Python 3.11 or newer, and this is 3.9" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "provided"),
    [
        ("demo", ["libegl1", "environment"]),
        ("lint", ["environment"]),
        ("lock", ["environment"]),
        ("setup", ["libegl1", "xvfb", "npm", "environment", "node packages"]),
        ("fuzz", ["libegl1", "xvfb", "npm", "environment", "node packages", "nightly packages"]),
    ],
)
def test_each_command_sets_up_what_it_needs(
    command: str, provided: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def system_packages(needs: list[Need]) -> bool:
        names = [need.package for need in needs]
        done.extend(name for name in ("libegl1", "xvfb", "npm") if name in names)
        return False

    def provide(part: str, *_: Path) -> bool:
        done.append(part)
        return False

    monkeypatch.setattr(bootstrap, "provide_system_packages", system_packages)
    for part in ("environment", "node packages", "nightly packages"):
        name = f"provide_{part.replace(' ', '_')}"
        monkeypatch.setattr(bootstrap, name, partial(provide, part))
    dev.set_up(command, tmp_path)
    assert done == provided


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="powers are Linux's")
def test_files_closed_to_the_tests_stay_closed_even_where_root_runs_them(tmp_path: Path) -> None:
    before = dev.without_root_powers()
    if os.geteuid() == 0 and not before:
        pytest.skip("root works in another user's checkout, or setpriv is not there")
    closed = tmp_path / "closed"
    closed.write_text("")
    closed.chmod(0)
    done = subprocess.run(
        [*before, sys.executable, "-c", "import sys; open(sys.argv[1])", str(closed)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "PermissionError" in done.stderr
