"""Gives tests a real desktop; they run in a root of its own, and nowhere else."""

import os
import re
import shutil
from pathlib import Path

import pytest

ARTEFACTS = Path(__file__).parents[2] / "artefacts"
VARIABLE = "RTMS_TRAY_DESKTOP_ROOT"
"""Which root this is; packaging/desktop_root.py sets it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what belongs into another root."""
    here = os.environ.get(VARIABLE, "")
    for item in items:
        if item.path.parent != Path(__file__).parent:
            continue
        root = item.path.stem.removeprefix("test_")
        item.add_marker(pytest.mark.desktop)
        item.add_marker(pytest.mark.timeout(300))
        if root != here:
            reason = f"needs a root of its own: python3 packaging/dev.py desktop {root}"
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def artefacts(request: pytest.FixtureRequest) -> Path:
    """A folder for this test's screenshots."""
    name = re.sub(r"[^\w.-]+", "-", f"{request.path.stem}-{request.node.name}").strip("-")
    folder = ARTEFACTS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
