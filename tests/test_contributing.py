"""CONTRIBUTING.md names what is there: its walks and answers lead to modules and names that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
STEP = re.compile(r"`(\w[\w/]*\.py)` `([\w.]+)`")


@pytest.mark.parametrize(("path", "name"), STEP.findall(PAGE))
def test_every_step_leads_to_a_name_in_its_module(path: str, name: str) -> None:
    source = (ROOT / "rtms_tray" / path).read_text(encoding="utf-8")
    for part in name.split("."):
        defined = rf"^\s*(?:(?:async )?def|class) {part}\b|^{part}: "
        assert re.search(defined, source, re.MULTILINE), part


def test_both_walks_have_ten_steps() -> None:
    for walk in ("One event", "One click"):
        section = PAGE.split(f"## {walk}\n")[1].split("\n## ")[0]
        assert len(re.findall(r"^\d+\. `", section, re.MULTILINE)) == 10


def test_every_package_has_a_line() -> None:
    section = PAGE.split("## The packages\n")[1].split("\n## ")[0]
    packages = {path.parent.name for path in (ROOT / "rtms_tray").glob("*/__init__.py")}
    assert packages <= set(re.findall(r"`(\w+)`", section))


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(\w+/[\w./]*)`", PAGE))))
def test_every_place_exists(path: str) -> None:
    assert (ROOT / path).exists() or (ROOT / "rtms_tray" / path).exists()
