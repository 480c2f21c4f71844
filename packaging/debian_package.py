"""Builds the Debian package: `python3 packaging/dev.py deb [FOLDER]`, by default into `dist`.

It brings its Python packages along, as locked, and Qt's parts that are used; Python itself and the libraries that Qt
loads are Debian's. It fits the Debian release whose Python builds it. The same commit gives the same file.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import bundle
from bootstrap import ROOT, VERSION, SetupError, needs_for, say
from manual_page import manual_page
from notices import notices
from sbom import sbom

from rtms_tray import __version__
from rtms_tray.store.link_handler_freedesktop import ENTRY, FILE_TYPE_TEXT, entry_text

if TYPE_CHECKING:
    from importlib.metadata import Distribution

PARTS = Path(__file__).with_name("deb")
HOME = Path("usr/lib/rtms-tray")
PROGRAMS = {"rtms-tray": "rtms_tray.cli", "rtms-tray-gui": "rtms_tray.cli"}
LIMIT_FOLDER_MB, LIMIT_ARCHIVE_MB = 130, 40
LAUNCHER = """#!/{home}/bin/python
import sys

from {module} import main

sys.exit(main())
"""
ENVIRONMENT = "home = /usr/bin\ninclude-system-site-packages = false\n"


def build(folder: Path, version: str = __version__) -> Path:
    """Build the package into a folder."""
    packages = bundle.brought_along()
    bundle.check_locked(packages)
    os.environ["SOURCE_DATE_EPOCH"] = commit_time()
    (ROOT / ".cache").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / ".cache", prefix="deb-") as name:
        tree = Path(name) / "tree"
        costs = lay_out(tree, packages, Path(name), version)
        size = folder_size(tree)
        write_control(tree, version, size)
        package = pack(tree, folder, version)
    report(costs, size, package)
    return package


def commit_time() -> str:
    """When the commit was made that this is built from, or what the environment says."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return given
    git = ["git", "log", "-1", "--format=%ct"]
    try:
        done = subprocess.run(git, cwd=ROOT, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return "1767225600"  # from an archive of the sources: a day that stays
    return done.stdout.strip()


def lay_out(
    tree: Path, packages: list[Distribution], scratch: Path, version: str
) -> dict[str, int]:
    """Put everything into its place; tell what each Python package costs."""
    site = tree / HOME / f"lib/python{VERSION}/site-packages"
    costs = bundle.copy(packages, site)
    bundle.unpack_wheel(build_wheel(scratch), site)
    costs[bundle.NAME] = folder_size(site) - sum(costs.values())
    lay_out_programs(tree)
    lay_out_desktop(tree, version)
    lay_out_documents(tree, packages, version)
    return costs


def build_wheel(folder: Path) -> Path:
    """Build the program's own wheel."""
    command = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.whl"))


def lay_out_programs(tree: Path) -> None:
    """Make an environment like `venv` does, around Debian's Python: what the program starts finds its packages, too."""
    home = tree / HOME
    (home / "bin").mkdir(parents=True)
    (home / "pyvenv.cfg").write_text(ENVIRONMENT, encoding="utf-8")
    (home / "bin" / "python").symlink_to(f"/usr/bin/python{VERSION}")
    (tree / "usr/bin").mkdir(parents=True)
    for program, module in PROGRAMS.items():
        script = home / "bin" / program
        script.write_text(LAUNCHER.format(home=HOME, module=module), encoding="utf-8")
        script.chmod(0o755)
        (tree / "usr/bin" / program).symlink_to(f"../lib/rtms-tray/bin/{program}")


def lay_out_desktop(tree: Path, version: str) -> None:
    """Tell desktops of the program: its entry, its icons, its links and files, and what software centres show."""
    share = tree / "usr/share"
    app = ROOT / "resources" / "app"
    link_entry = entry_text(Path("/") / HOME / "bin" / "rtms-tray", icon="rtms-tray")
    place(share / "applications/rtms-tray.desktop", (app / "rtms-tray.desktop").read_bytes())
    place(share / "applications" / ENTRY, link_entry.encode())
    place(share / "mime/packages/rtms-tray.xml", FILE_TYPE_TEXT.encode())
    place(share / "icons/hicolor/scalable/apps/rtms-tray.svg", (app / "rtms-tray.svg").read_bytes())
    place(share / "icons/hicolor/256x256/apps/rtms-tray.png", (app / "rtms-tray.png").read_bytes())
    place(
        share / "metainfo/rtms-tray.metainfo.xml", (PARTS / "rtms-tray.metainfo.xml").read_bytes()
    )
    manual = manual_page().replace(f"rtms-tray {__version__}", f"rtms-tray {version}")
    place(share / "man/man1/rtms-tray.1.gz", compressed(manual.encode()))


def lay_out_documents(tree: Path, packages: list[Distribution], version: str) -> None:
    """Say what is inside and under which licences, and what has changed."""
    documents = tree / "usr/share/doc/rtms-tray"
    site = f"/{HOME}/lib/python{VERSION}/site-packages"
    place(documents / "copyright", notices(packages, site, version).encode())
    place(documents / "sbom.cdx.json", sbom(packages, version).encode())
    place(documents / "changelog.gz", compressed((ROOT / "CHANGELOG.md").read_bytes()))


def place(path: Path, content: bytes) -> None:
    """Write a file, its folders first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def compressed(content: bytes) -> bytes:
    """Compress without a time or a name in it."""
    return subprocess.run(["gzip", "-9n"], input=content, check=True, capture_output=True).stdout


def folder_size(folder: Path) -> int:
    """Sum up its files' bytes."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files)


def dependencies() -> str:
    """Debian's own packages that it needs: Python, and what Qt loads."""
    names = [need.package for need in needs_for("demo") if not need.package.endswith("-venv")]
    return ", ".join([f"python{VERSION}", "hicolor-icon-theme", *names])


def write_control(tree: Path, version: str, size: int) -> None:
    """Write what dpkg reads, and the scripts that it runs."""
    control = (PARTS / "control").read_text(encoding="utf-8")
    values = {
        "version": version,
        "architecture": architecture(),
        "size_kib": size // 1024,
        "depends": dependencies(),
    }
    place(tree / "DEBIAN/control", control.format(**values).encode())
    for name in ("postinst", "prerm"):
        script = (PARTS / name).read_text(encoding="utf-8")
        place(tree / "DEBIAN" / name, script.replace("{python}", f"python{VERSION}").encode())
        (tree / "DEBIAN" / name).chmod(0o755)


def architecture() -> str:
    """Debian's name for this kind of processor."""
    command = ["dpkg", "--print-architecture"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def pack(tree: Path, folder: Path, version: str) -> Path:
    """Make the file; whose the files were here and when they were written does not get into it."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            is_program = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if is_program else 0o644)
        moment = int(os.environ["SOURCE_DATE_EPOCH"])
        os.utime(path, (moment, moment), follow_symlinks=False)
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / f"rtms-tray_{version}_{architecture()}.deb"
    command = ("dpkg-deb", "--root-owner-group", "-Zxz", "--build", tree, package)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return package


def report(costs: dict[str, int], size: int, package: Path) -> None:
    """Say what each part costs; raise where the whole is too big."""
    megabytes = 1_000_000
    for name, cost in sorted(costs.items(), key=lambda item: -item[1]):
        print(f"  {cost / megabytes:6.1f} MB  {name}")
    archive = package.stat().st_size
    say(f"{size / megabytes:.0f} MB, packed {archive / megabytes:.0f} MB: {package}")
    if size > LIMIT_FOLDER_MB * megabytes or archive > LIMIT_ARCHIVE_MB * megabytes:
        raise SetupError(f"That is more than {LIMIT_FOLDER_MB} MB, or {LIMIT_ARCHIVE_MB} packed.")


def main(arguments: list[str]) -> int:
    """Read the command line; hand back the exit code."""
    parser = argparse.ArgumentParser(prog="dev.py deb", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "dist")
    parser.add_argument("--version", default=__version__, help="another version, to try upgrades")
    parsed = parser.parse_args(arguments)
    if shutil.which("dpkg-deb") is None:
        print("rtms-tray: dpkg-deb is missing: this needs Debian or Ubuntu.", file=sys.stderr)
        return 1
    try:
        build(parsed.folder.absolute(), parsed.version)
    except SetupError as error:
        print(f"rtms-tray: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
