"""The list of what rtms-tray is made of: complete, licensed, the same each time."""

import json
import re
from importlib.metadata import PathDistribution
from pathlib import Path
from typing import Any

import bundle
import pytest
import sbom
from bootstrap import LOCK
from notices import licence_of


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sbom.sbom(bundle.brought_along()))
    return found


def test_it_has_every_package_as_locked_with_licence_and_hashes(document: dict[str, Any]) -> None:
    lock = LOCK.read_text(encoding="utf-8")
    components = document["components"]
    assert {c["name"] for c in components} == {p.name for p in bundle.brought_along()}
    for component in components:
        assert component["licenses"][0]["expression"]
        assert f"{bundle.normal(component['name'])}=={component['version']}" in lock
        hashes = [entry["value"] for entry in component["properties"]]
        assert hashes
        assert all(re.fullmatch("[0-9a-f]{64}", value) and value in lock for value in hashes)


def test_who_needs_whom_leads_to_every_package(document: dict[str, Any]) -> None:
    needs = {entry["ref"]: entry["dependsOn"] for entry in document["dependencies"]}
    reached, todo = set(), [document["metadata"]["component"]["bom-ref"]]
    while todo:
        reference = todo.pop()
        if reference not in reached:
            reached.add(reference)
            todo += needs[reference]
    missing = {c["name"] for c in document["components"] if c["bom-ref"] not in reached}
    assert missing == {"socksio"}  # only an extra of httpcore2 asks for it


def test_the_same_packages_give_the_same_document() -> None:
    packages = bundle.brought_along()
    assert sbom.sbom(packages) == sbom.sbom(packages)
    assert sbom.sbom(packages, "2") != sbom.sbom(packages)
    assert sbom.sbom(packages).count("urn:uuid:") == 1


def test_a_package_without_a_licence_is_refused(tmp_path: Path) -> None:
    packages = {bundle.normal(p.name): p for p in bundle.brought_along()}
    assert licence_of(packages["pyside6-essentials"]).startswith("LGPL-3.0-only")
    assert licence_of(packages["python-dateutil"]) == "BSD-3-Clause OR Apache-2.0"

    folder = tmp_path / "silent-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: silent\nVersion: 1\n")
    with pytest.raises(LookupError, match="silent does not say"):
        licence_of(PathDistribution(folder))
