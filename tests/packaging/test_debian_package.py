"""What is in the Debian package: enough to run, nothing that it does not need, and the same each time."""

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import bundle
import debian_package
import pytest
from bootstrap import VERSION

from rtms_tray.cli.parser import make_parser

pytestmark = pytest.mark.skipif(
    shutil.which("dpkg-deb") is None, reason="there is no dpkg-deb: this is not Debian"
)
EVERY_MODULE = """
import pkgutil, sys
sys.path.insert(0, sys.argv[1])
import rtms_tray
for module in pkgutil.walk_packages(rtms_tray.__path__, "rtms_tray."):
    if not module.name.startswith("rtms_tray.relay") and not module.name.endswith("__main__"):
        __import__(module.name)
import keyring.backends.kwallet, keyring.backends.SecretService, recurring_ical_events
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication
from rtms_tray.support.files import resources
app = QApplication([])
assert not QIcon(str(resources() / "app" / "rtms-tray.svg")).pixmap(32, 32).isNull()
assert all(sys.argv[1] in sys.modules[name].__file__ for name in ("PySide6", "keyring", "rtms_tray"))
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package before it is packed; that takes a minute."""
    folder = tmp_path_factory.mktemp("deb")
    tree = folder / "tree"
    debian_package.lay_out(tree, bundle.brought_along(), folder, "1.2.3")
    debian_package.write_control(tree, "1.2.3", debian_package.folder_size(tree))
    return tree


@pytest.fixture
def site(tree: Path) -> Path:
    return tree / debian_package.HOME / f"lib/python{VERSION}/site-packages"


def test_everything_in_it_can_be_loaded_and_drawn(site: Path) -> None:
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "COVERAGE_PROCESS_CONFIG": ""}
    done = subprocess.run(
        [sys.executable, "-IB", "-c", EVERY_MODULE, site],
        check=False, capture_output=True, text=True, env=environ,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_it_brings_no_libraries_that_are_not_used(site: Path) -> None:
    files = [path for path in site.rglob("*") if path.is_file()]
    names = " ".join(path.relative_to(site).as_posix() for path in files)
    assert not re.search(r"gtk|Qml|Quick|Designer|/tests/|\.pyi\b|__pycache__|direct_url", names)
    size = debian_package.folder_size(site)
    assert size < debian_package.LIMIT_FOLDER_MB * 1_000_000


def test_every_library_of_qt_finds_the_others(site: Path) -> None:
    libraries = [str(path) for path in (site / "PySide6").rglob("*.so*")]
    found = subprocess.run(["ldd", *libraries], check=True, capture_output=True, text=True).stdout
    needed = set(re.findall(r"(libQt6\w+|libicu\w+|libpyside\w+)\S* => not found", found))
    assert needed == set()
    outside = re.findall(r"lib(?:Qt6|icu)\S+ => (\S+)", found)
    assert outside
    assert all(Path(path).resolve().is_relative_to(site) for path in outside)


def test_its_programs_start_with_debians_python(tree: Path) -> None:
    home = tree / debian_package.HOME
    assert (home / "bin/python").readlink() == Path(f"/usr/bin/python{VERSION}")
    for name in ("rtms-tray", "rtms-tray-gui"):
        assert (tree / "usr/bin" / name).resolve() == home / "bin" / name
        assert (home / "bin" / name).read_text().startswith("#!/usr/lib/rtms-tray/bin/python\n")
        assert (home / "bin" / name).stat().st_mode & 0o111 == 0o111


def test_the_control_file_says_what_it_is(tree: Path) -> None:
    control = (tree / "DEBIAN/control").read_text()
    assert "\nVersion: 1.2.3\n" in control
    depends = re.search(r"^Depends: (.*)$", control, re.MULTILINE)
    assert depends
    assert {f"python{VERSION}", "libegl1", "libxcb-cursor0"} <= set(depends[1].split(", "))
    assert "{" not in control + (tree / "DEBIAN/postinst").read_text().replace("{}", "")


@pytest.mark.parametrize("name", ["rtms-tray.desktop", "rtms-tray-setup.desktop"])
def test_its_desktop_entries_are_valid(tree: Path, name: str) -> None:
    if shutil.which("desktop-file-validate") is None:
        pytest.skip("there is no desktop-file-validate")
    entry = tree / "usr/share/applications" / name
    done = subprocess.run(
        ["desktop-file-validate", entry], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert "\nIcon=rtms-tray\n" in entry.read_text()


def test_software_centres_can_read_what_it_says_of_itself(tree: Path) -> None:
    if shutil.which("appstreamcli") is None:
        pytest.skip("there is no appstreamcli")
    # The project owns no domain that a name could be made of.
    known = "--override=cid-desktopapp-is-not-rdns=info"
    description = tree / "usr/share/metainfo/rtms-tray.metainfo.xml"
    done = subprocess.run(
        ["appstreamcli", "validate", "--no-net", known, description],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_it_does_not_start_at_log_in(tree: Path) -> None:
    assert not (tree / "etc").exists()


def test_the_manual_has_every_command(tree: Path) -> None:
    page = tree / "usr/share/man/man1/rtms-tray.1.gz"
    text = subprocess.run(["gzip", "-dc", page], check=True, capture_output=True, text=True).stdout
    assert "rtms-tray 1.2.3" in text
    usage = make_parser().format_help()
    commands = re.findall(r"^    ([a-z-]+)", usage, re.MULTILINE)
    assert len(commands) > 25
    missing = [c for c in commands if f".SS {c}".replace("-", "\\-") not in text]
    assert missing == []
    if shutil.which("man"):
        show = ["man", "--warnings", "-E", "UTF-8", "-l", str(page)]
        environ = {**os.environ, "MANPAGER": "cat", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(show, check=True, capture_output=True, text=True, env=environ)
        assert done.stderr == ""


def test_it_says_whose_everything_in_it_is(tree: Path, site: Path) -> None:
    text = (tree / "usr/share/doc/rtms-tray/copyright").read_text()
    inside = {d.name for d in distributions(path=[str(site)])} - {"rtms-tray"}
    assert len(inside) > 30
    assert {name for name in inside if f"\n{name} " not in text} == set()
    texts = re.findall(r"^  /(usr/lib/rtms-tray\S+)$", text, re.MULTILINE)
    assert len(texts) > 30
    assert [path for path in texts if not (tree / path).is_file()] == []
    assert "LGPL-3" in text


def test_the_same_tree_gives_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    packed = []
    for number, mask in enumerate((0o022, 0o077)):
        before = os.umask(mask)
        try:
            tree = tmp_path / str(number) / "tree"
            for name in ("b", "a")[:: 1 - 2 * number]:
                debian_package.place(tree / "usr" / name, name.encode())
            debian_package.write_control(tree, "1", 2048)
            package = debian_package.pack(tree, tmp_path / str(number), "1")
        finally:
            os.umask(before)
        packed.append(package.read_bytes())
    assert packed[0] == packed[1]
