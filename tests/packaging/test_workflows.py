"""The commands that GitHub's workflows run exist here: nobody notices otherwise before they are needed."""

import re
from pathlib import Path

import dev
import pytest
from bootstrap import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_every_command_exists(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    commands = re.findall(r"packaging/dev\.py (\w+)", text)
    scripts = re.findall(r"run: (\.ci/\w+)", text)
    assert commands or scripts
    assert set(commands) <= set(dev.COMMANDS)
    assert all((ROOT / script).is_file() for script in scripts)
    for other in re.findall(r"gh workflow run (\S+)", text):
        assert "workflow_dispatch:" in (workflow.parent / other).read_text(encoding="utf-8")


def test_what_dependabot_looks_at_is_there() -> None:
    text = (ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8")
    folders = re.findall(r"directory: (\S+)", text)
    assert len(folders) == text.count("package-ecosystem:")
    assert all((ROOT / folder.strip("/")).is_dir() for folder in folders)
