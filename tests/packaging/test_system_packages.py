"""Which system packages are missing, and what is done about it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import system_packages
from system_packages import Need, SystemPackagesError

PACKAGING = Path(system_packages.__file__).parent
DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'
UBUNTU_CHILD = 'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n'
FEDORA = "ID=fedora\n"
LISTING = (
    "ii \txvfb\t\n"
    "ii \tlibglib2.0-0t64\tlibglib2.0-0 (= 2.80), libglib2.0-zero\n"
    "rc \tdunst\tnotification-daemon\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [(DEBIAN, True), (UBUNTU_CHILD, True), ("ID=ubuntu\n", True), (FEDORA, False), ("", False)],
)
def test_debian_is_told_from_other_systems(text: str, *, expected: bool) -> None:
    assert system_packages.is_debian_like(system_packages.read_os_release(text)) is expected


def test_os_release_values_lose_their_quotes() -> None:
    fields = system_packages.read_os_release("# a comment\n" + UBUNTU_CHILD)
    assert fields == {"NAME": "Linux Mint", "ID": "linuxmint", "ID_LIKE": "ubuntu debian"}


def test_removed_packages_are_missing_and_renamed_ones_are_not() -> None:
    names = system_packages.installed_names(LISTING)
    assert names == {"xvfb", "libglib2.0-0t64", "libglib2.0-0", "libglib2.0-zero"}


def test_apt_never_asks_and_uses_sudo_only_without_root() -> None:
    update, install = system_packages.apt_commands(["xvfb"], root=True, interactive=False)
    assert update[:3] == ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    assert {"--yes", "--no-install-recommends"} < set(install)
    assert install[-1] == "xvfb"
    assert system_packages.apt_commands([], root=False, interactive=True)[0][:2] == ["sudo", "env"]
    assert system_packages.apt_commands([], root=False, interactive=False)[0][:2] == ["sudo", "-n"]


def test_each_package_is_named_once() -> None:
    packages = [need.package for need in system_packages.TEST_NEEDS]
    assert len(packages) == len(set(packages))


def test_elsewhere_missing_libraries_and_programs_are_named() -> None:
    needs = [
        Need("a", library="libnowhere.so.7"),
        Need("b", program="no-such-program"),
        Need("c", program="sh"),
        Need("d"),
        Need("e", program="no-such-browser", optional=True),
    ]
    assert system_packages.missing_signs(needs) == ["libnowhere.so.7", "no-such-program"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="nothing is needed elsewhere")
def test_elsewhere_nothing_is_installed_but_said(tmp_path: Path) -> None:
    (tmp_path / "os-release").write_text(FEDORA, encoding="utf-8")
    with pytest.raises(SystemPackagesError, match=r"what provides: libnowhere\.so\.7$"):
        system_packages.provide(
            [Need("a", library="libnowhere.so.7")],
            python_can_make_venv=True,
            os_release=tmp_path / "os-release",
        )


def fake_program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def provide_on_fake_debian(
    folder: Path, packages: list[str], *, apt: str, optional: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `provide` where xvfb is installed, with an apt-get that notes how it was called."""
    (folder / "os-release").write_text(DEBIAN, encoding="utf-8")
    (folder / "listing").write_text(LISTING, encoding="utf-8")
    fake_program(folder, "dpkg-query", f"exec /bin/cat '{folder}/listing'")
    fake_program(folder, "apt-get", f'echo "$*" >>"{folder}/calls"\n{apt}')
    fake_program(folder, "sudo", '[ "$1" = -n ] && shift\nexec "$@"')
    script = (
        "import sys; from pathlib import Path; import system_packages as s\n"
        f"needs = [s.Need(name) for name in {packages!r}]\n"
        f"needs += [s.Need(n, program=n, optional=True) for n in {optional.split()!r}]\n"
        f"here = Path({str(folder / 'os-release')!r})\n"
        "try:\n    print(s.provide(needs, python_can_make_venv=True, os_release=here))\n"
        "except s.SystemPackagesError as error:\n    sys.exit(str(error))\n"
    )
    environ = {"PATH": f"{folder}:/usr/bin:/bin", "PYTHONPATH": str(PACKAGING)}
    return subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        capture_output=True,
        text=True,
        env=environ,
        stdin=subprocess.DEVNULL,
    )


def calls(folder: Path) -> list[str]:
    path = folder / "calls"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.mark.skipif(os.name == "nt", reason="apt is not there")
class TestOnDebian:
    """What happens on Debian, with stand-ins for its package programs."""

    def test_only_what_is_missing_is_installed(self, tmp_path: Path) -> None:
        done = provide_on_fake_debian(tmp_path, ["xvfb", "dunst", "tint2"], apt="exit 0")
        assert done.returncode == 0, done.stderr
        update, install = calls(tmp_path)
        assert update.startswith("update")
        assert install.endswith(" dunst tint2")
        assert "installing 2 system packages: dunst tint2" in done.stdout

    def test_nothing_missing_means_apt_is_left_alone(self, tmp_path: Path) -> None:
        done = provide_on_fake_debian(tmp_path, ["xvfb", "libglib2.0-0"], apt="exit 0")
        assert done.stdout == "False\n"
        assert calls(tmp_path) == []

    def test_a_failed_update_does_not_stop_the_installation(self, tmp_path: Path) -> None:
        done = provide_on_fake_debian(tmp_path, ["tint2"], apt='[ "$1" = install ]')
        assert done.returncode == 0, done.stderr
        assert len(calls(tmp_path)) == 2

    def test_a_failed_installation_says_what_to_run(self, tmp_path: Path) -> None:
        done = provide_on_fake_debian(tmp_path, ["tint2"], apt="exit 100")
        assert done.returncode == 1
        assert "apt-get install --no-install-recommends tint2" in done.stderr

    def test_what_is_optional_may_come_from_anywhere(self, tmp_path: Path) -> None:
        fake_program(tmp_path, "node", "exit 0")
        done = provide_on_fake_debian(tmp_path, ["xvfb"], apt="exit 0", optional="node")
        assert done.stdout == "False\n"
        assert calls(tmp_path) == []

    def test_what_is_optional_is_installed_with_the_rest(self, tmp_path: Path) -> None:
        done = provide_on_fake_debian(tmp_path, ["tint2"], apt="exit 0", optional="no-browser")
        assert done.returncode == 0, done.stderr
        assert [call.endswith(" tint2 no-browser") for call in calls(tmp_path)] == [False, True]

    @pytest.mark.parametrize("packages", [[], ["tint2"]])
    def test_what_is_optional_and_cannot_be_had_stops_nothing(
        self, tmp_path: Path, packages: list[str]
    ) -> None:
        apt = 'case "$*" in *no-browser*) exit 100;; esac'
        done = provide_on_fake_debian(tmp_path, packages, apt=apt, optional="no-browser")
        assert done.returncode == 0, done.stderr
        assert "going on without no-browser" in done.stdout
        installed = [call for call in calls(tmp_path) if call.endswith(" tint2")]
        assert len(installed) == len(packages)
