"""The nightly run: which parts it has, and that one that fails neither stops nor hides the others."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import dev
import pytest
from bootstrap import ROOT

NIGHTLY = ROOT / ".ci" / "nightly"
STANDS_IN = """\
import sys
print("RAN", *sys.argv[1:])
sys.exit(sys.argv[1] == "soak")
"""

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or shutil.which("bash") is None, reason="a bash script"
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give a checkout in which setting up takes no time, and the soak fails."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(NIGHTLY, tmp_path / ".ci")
    (tmp_path / "packaging").mkdir()
    (tmp_path / "packaging" / "dev.py").write_text(STANDS_IN, encoding="utf-8")
    return tmp_path


def nightly(place: Path, *parts: str) -> tuple[int, list[str], str]:
    done = subprocess.run(
        [place / ".ci" / "nightly", *parts],
        check=False,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "REPEATS": "2",
            "FUZZ_SECONDS": "7",
            "MUTANTS": "9",
            "RTMS_TRAY_NATS_SERVERS": "",
        },
    )
    return done.returncode, re.findall(r"^RAN (.*)$", done.stdout, re.MULTILINE), done.stdout


def test_everything_runs_and_what_failed_is_named(place: Path) -> None:
    code, ran, said = nightly(place)
    tests = "test --hypothesis-profile=nightly"
    stories = "test --timeout=0 tests/stories"
    fire = "test -n 0 tests/relay/test_under_fire.py"
    packages = "test -n 0 tests/desktop/test_debian_installed.py"
    aloud = "test -n 0 tests/desktop/test_said_aloud.py"
    assert ran == [
        tests, tests, "soak", stories, fire, "fuzz --seconds 7", "mutation --mutants 9", "coverage",
        packages, "pictures artefacts/readme", aloud, "audit", "benchmarks", "benchmarks --only relay",
        "desktop gnome", "desktop kde",
    ]  # fmt: skip
    assert code == 1
    assert said.endswith("== nightly: 1 of 14 parts failed (soak)\n")


def test_parts_can_be_chosen(place: Path) -> None:
    code, ran, said = nightly(place, "mutation", "fuzz")
    assert (code, ran) == (0, ["mutation --mutants 9", "fuzz --seconds 7"])
    assert said.endswith("== nightly: 0 of 2 parts failed\n")


def test_what_is_no_part_runs_nothing(place: Path) -> None:
    assert nightly(place, "fuzz", "dev")[:2] == (2, [])


def test_every_part_is_a_command() -> None:
    commands = re.findall(r"\bdev ([a-z]+)", NIGHTLY.read_text(encoding="utf-8"))
    single = {"soak", "fuzz", "mutation", "coverage", "pictures", "audit"}
    assert set(commands) == {"test", "benchmarks", "desktop", *single}
    assert set(commands) <= set(dev.COMMANDS)


def test_the_modules_and_tests_of_the_mutation_run_exist() -> None:
    text = (ROOT / "packaging" / "cosmic-ray.toml").read_text(encoding="utf-8")
    settings = tomllib.loads(text)["cosmic-ray"]
    tests = settings["test-command"].split()[-1]
    assert (ROOT / settings["module-path"]).is_dir()
    assert list((ROOT / tests).glob("test_*.py"))
