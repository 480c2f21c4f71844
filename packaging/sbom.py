"""Lists what rtms-tray is made of, as a CycloneDX 1.6 document: `python3 packaging/dev.py sbom [FILE]`.

From the lock and the environment that was installed from it. Nothing in it changes from one day to the next.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

import bundle
from bootstrap import LOCK
from notices import licence_of

from rtms_tray import __version__

if TYPE_CHECKING:
    from importlib.metadata import Distribution


def sbom(packages: list[Distribution], version: str = __version__) -> str:
    """Write the document for these packages."""
    own = _component(bundle.NAME, version, "MIT") | {"type": "application"}
    hashes = locked_hashes(LOCK.read_text(encoding="utf-8"))
    components = [
        _component(p.name, p.version, licence_of(p)) | _locked(p, hashes) for p in packages
    ]
    document: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": components,
        "dependencies": _dependencies(own["bom-ref"], packages),
    }
    number = uuid5(NAMESPACE_URL, json.dumps(document, sort_keys=True))
    return json.dumps({**document, "serialNumber": f"urn:uuid:{number}"}, indent=2) + "\n"


def _component(name: str, version: str, licence: str) -> dict[str, Any]:
    address = f"pkg:pypi/{bundle.normal(name)}@{version}"
    return {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "licenses": [{"expression": licence}],
        "purl": address,
    }


def _locked(package: Distribution, hashes: dict[tuple[str, str], list[str]]) -> dict[str, Any]:
    """Say which files the lock allows: there is one for each system, so none is the component's own."""
    allowed = hashes[bundle.normal(package.name), package.version]
    return {"properties": [{"name": "rtms-tray:lock:sha256", "value": value} for value in allowed]}


def _dependencies(own: str, packages: list[Distribution]) -> list[dict[str, Any]]:
    """Say who needs whom, of those that come along."""
    known = {
        bundle.normal(p.name): f"pkg:pypi/{bundle.normal(p.name)}@{p.version}" for p in packages
    }
    addresses = {bundle.normal(bundle.NAME): own, **known}
    return [
        {"ref": address, "dependsOn": _known_of(name, known)} for name, address in addresses.items()
    ]


def _known_of(name: str, known: dict[str, str]) -> list[str]:
    wanted = {bundle.normal(requirement.name) for requirement in bundle.wanted_by(name)}
    return [known[one] for one in sorted(wanted & known.keys())]


def locked_hashes(lock: str) -> dict[tuple[str, str], list[str]]:
    """Read the lock's SHA-256 values, by name and version."""
    hashes: dict[tuple[str, str], list[str]] = {}
    current: list[str] = []
    for line in lock.splitlines():
        if line.startswith("    --hash=sha256:"):
            current.append(line.split(":")[1].split()[0])
        elif line and line[0] not in " #":
            name, _, version = line.split()[0].partition("==")
            current = hashes.setdefault((bundle.normal(name), version), [])
    return hashes


def main(arguments: list[str]) -> int:
    """Write the document to a file, or to standard output."""
    document = sbom(bundle.brought_along())
    if arguments:
        Path(arguments[0]).write_text(document, encoding="utf-8")
    else:
        sys.stdout.write(document)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
