"""Brings the locks up to date with pyproject.toml: `python3 packaging/dev.py lock` (needs uv).

For every system and Python from the oldest on. The locks hold names, versions and hashes alone: no
index address, no path of this computer. `--upgrade` takes newer versions.
"""

import shutil
import sys

from bootstrap import LOCK, NIGHTLY_LOCK, say, succeeds

SHAPE = ("--universal", "--generate-hashes", "--no-header", "--no-annotate", "--quiet")
GROUPS = ("--group", "test", "--group", "lint", "--group", "build", "pyproject.toml")


def lock(*arguments: str) -> bool:
    """Write the locks anew; tell whether that worked."""
    if shutil.which("uv") is None:
        say("uv is not installed. Install it (pip install uv), then run this again.")
        return False
    uv = ("uv", "pip", "compile", *SHAPE, "--python-version", "3.11", *arguments)
    # The nightly group is installed beside the rest: what both name has one version.
    nightly = ("--group", "nightly", "--constraint", LOCK, "--output-file", NIGHTLY_LOCK)
    return succeeds(*uv, *GROUPS, "--output-file", LOCK) and succeeds(*uv, *nightly)


if __name__ == "__main__":
    sys.exit(not lock(*sys.argv[1:]))
