"""A Debian of its own in a folder, with nothing in it but what a package asks for; programs in it share the screen."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.helpers.desktop.processes import require_programs

ENTER: Final = """
set -e
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
mkdir -p "$ROOT$SHARED"
mount --bind "$SHARED" "$ROOT$SHARED"
exec chroot "$ROOT" "$@"
"""
"""The mounts are this process's alone: they are gone when it is, however it ends."""


class CleanRoot:
    """A minimal Debian 12, made anew; `shared` is a folder that it has in common with this one."""

    def __init__(self, folder: Path, shared: Path) -> None:
        require_programs(["mmdebstrap", "unshare", "chroot"])
        self.folder, self.shared = folder, shared
        make = ["mmdebstrap", "--variant=minbase", "--include=ca-certificates", "bookworm"]
        subprocess.run([*make, folder], check=True, capture_output=True)

    def command(self, *argv: str) -> list[str]:
        """Give the command that runs another one inside."""
        names = [f"ROOT={self.folder}", f"SHARED={self.shared}"]
        enter = ["unshare", "--mount", "--propagation", "private", "sh", "-c", ENTER, "sh"]
        return ["env", *names, *enter, *argv]

    def run(self, *argv: str, environ: Mapping[str, str] | None = None) -> str:
        """Run a command inside, and hand back what it prints; it must succeed."""
        done = subprocess.run(
            self.command(*argv),
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", **(environ or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{' '.join(argv)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def install(
        self, *packages: str | Path, extras: Sequence[str] = ("--no-install-recommends",)
    ) -> None:
        """Install packages, files of the shared folder among them."""
        self.run("apt-get", "install", "-qq", "--yes", *extras, *map(str, packages))

    def files(self) -> set[str]:
        """List everything but what programs and the package manager write for themselves."""
        look = ("etc", "opt", "usr")
        paths = (path for name in look for path in (self.folder / name).rglob("*"))
        return {str(path.relative_to(self.folder)) for path in paths}
