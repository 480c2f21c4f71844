"""Facts about the machine: figures mean something only beside them."""

import os
import platform
import sys
from pathlib import Path

import PySide6


def facts() -> dict[str, str]:
    """Name what figures depend on."""
    one, five, fifteen = os.getloadavg()
    return {
        "processor": _after("model name", Path("/proc/cpuinfo")),
        "cores": str(os.cpu_count()),
        "memory": _after("MemTotal", Path("/proc/meminfo")),
        "system": f"{platform.system()} {platform.release()}",
        "python": sys.version.split()[0],
        "qt": f"PySide6 {PySide6.__version__}",
        "load": f"{one:.2f} {five:.2f} {fifteen:.2f}",
    }


def _after(name: str, file: Path) -> str:
    lines = file.read_text(encoding="utf-8").splitlines()
    found = (line.partition(":")[2].strip() for line in lines if line.startswith(name))
    return next(found, "unknown")
