"""Checks style, formatting, and which package imports which: `python3 packaging/dev.py lint`."""

import sys
from pathlib import Path

from bootstrap import succeeds

if __name__ == "__main__":
    ruff = (sys.executable, "-m", "ruff")
    imports = (Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache")
    checks = ((*ruff, "check", "."), (*ruff, "format", "--check", "."), imports)
    failed = [check for check in checks if not succeeds(*check)]
    sys.exit(bool(failed))
