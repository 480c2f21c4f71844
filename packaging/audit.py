"""Asks the package index whether anything locked has a known weakness: `python3 packaging/dev.py audit`.

Also checks the list of what rtms-tray is made of against CycloneDX's own schema. What could not be asked about counts
as a failure: silence of the index is no clean bill of health.
"""

import subprocess
import sys
from collections.abc import Sequence

import bundle
from bootstrap import LOCK, NIGHTLY_LOCK, say
from sbom import sbom

AUDIT = (sys.executable, "-m", "pip_audit", "--strict", "--require-hashes", "--disable-pip")


def not_clean(audit: Sequence[str] = AUDIT) -> list[str]:
    """Name the locks in which pip-audit found something, or could not look."""
    options = ("--progress-spinner=off", "--requirement")
    return [
        lock.name
        for lock in (LOCK, NIGHTLY_LOCK)
        if subprocess.run((*audit, *options, lock), check=False).returncode != 0
    ]


def faults_of_list() -> str:
    """Say what CycloneDX's schema has against the list; nothing, if all is well."""
    # With pip-audit, from the lock of the nightly run: nothing else needs it.
    from cyclonedx.schema import SchemaVersion  # noqa: PLC0415
    from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415

    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(sbom(bundle.brought_along()))
    return "" if fault is None else str(fault)


def main() -> int:
    """Do both; hand back the exit code."""
    fault = faults_of_list()
    say(f"the list of parts: {fault or 'as CycloneDX 1.6 wants it'}")
    found = not_clean()
    say(f"weak, or not asked about: {', '.join(found) or 'nothing'}")
    return int(bool(fault or found))


if __name__ == "__main__":
    sys.exit(main())
