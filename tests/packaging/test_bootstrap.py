"""What is set up, what is left as it is, and what is said where something cannot be had."""

import os
import subprocess
import sys
from pathlib import Path

import bootstrap
import pytest
from bootstrap import Need, SetupError

DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'
MINT = 'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n'
FEDORA = 'NAME="not debian"\nID=fedora\n'
INSTALLED = (
    "installed, xvfb, \n"
    "installed, libglib2.0-0t64, libglib2.0-0 (= 2.80), libglib2.0-zero\n"
    "config-files, dunst, notification-daemon\n"
)

on_unix = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")


def fake(folder: Path, name: str, script: str) -> None:
    """Put a shell script in a program's place."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def calls(folder: Path) -> list[str]:
    path = folder / "calls"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


class TestOnce:
    """A stamp tells what something was made from."""

    def test_it_is_made_again_only_when_a_source_or_the_version_changes(
        self, tmp_path: Path
    ) -> None:
        source, made = tmp_path / "source", []
        source.write_text("1", encoding="utf-8")

        def once(version: str) -> bool:
            return bootstrap.once(tmp_path / "stamp", [source], lambda: made.append(1), version)

        assert [once("3.11"), once("3.11"), once("3.12")] == [True, False, True]
        source.write_text("2", encoding="utf-8")
        assert [once("3.12"), once("3.12")] == [True, False]
        assert len(made) == 3

    def test_what_failed_is_tried_again(self, tmp_path: Path) -> None:
        stamp = tmp_path / "stamp"
        bootstrap.once(stamp, [], lambda: None)

        def fail() -> None:
            raise SetupError("no network")

        with pytest.raises(SetupError):
            bootstrap.once(stamp, [], fail, "newer")
        assert not stamp.exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="nothing is needed elsewhere")
@pytest.mark.parametrize(
    ("text", "expected"),
    [(DEBIAN, True), (MINT, True), ("ID=ubuntu\n", True), (FEDORA, False), ("", False)],
)
def test_debian_is_told_from_other_systems(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, expected: bool
) -> None:
    (tmp_path / "os-release").write_text(text, encoding="utf-8")
    asked: list[Need] = []

    def not_installed(needs: list[Need]) -> list[Need]:
        asked.extend(needs)
        return []

    monkeypatch.setattr(bootstrap, "not_installed", not_installed)
    found = Need("a", "sh", "test")
    assert not bootstrap.provide_system_packages([found], str(tmp_path / "os-release"))
    assert bool(asked) is expected


def test_the_tests_need_what_the_demo_needs_and_more_and_each_package_once() -> None:
    demo = bootstrap.needs_for("demo")
    tests = [need.package for need in bootstrap.needs_for("demo", "test", "optional")]
    assert {"libegl1", "fonts-dejavu-core"} < {need.package for need in demo}
    assert {"libegl1", "xvfb", "chromium"} < set(tests)
    assert len(tests) == len(set(tests))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="nothing is needed elsewhere")
def test_without_apt_missing_libraries_and_programs_are_named(tmp_path: Path) -> None:
    (tmp_path / "os-release").write_text(FEDORA, encoding="utf-8")
    needs = [
        Need("a", "libnowhere.so.7", "demo"),
        Need("b", "no-such-program", "test"),
        Need("c", "sh", "test"),
        Need("d", "-", "test"),
        Need("e", "no-such-browser", "optional"),
        Need("python3.11-venv", "Python's ensurepip", "test"),
    ]
    named = "what provides: libnowhere.so.7, no-such-program, Python's ensurepip"
    with pytest.raises(SetupError, match=f"{named}$"):
        bootstrap.provide_system_packages(needs, str(tmp_path / "os-release"))
    assert not bootstrap.provide_system_packages(needs[2:5], str(tmp_path / "os-release"))


def test_a_python_without_ensurepip_needs_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    with_it = bootstrap.needs_for("lint")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    without = bootstrap.needs_for("lint")
    assert (with_it, [need.sign for need in without]) == ([], ["Python's ensurepip"])


def on_debian(
    folder: Path, packages: str, *, apt: str = "exit 0", optional: str = "", sudo: bool = True
) -> subprocess.CompletedProcess[str]:
    """Provide packages where xvfb is installed, with an apt-get that notes how it was called."""
    (folder / "os-release").write_text(DEBIAN, encoding="utf-8")
    (folder / "listing").write_text(INSTALLED, encoding="utf-8")
    fake(folder, "dpkg-query", f"exec /bin/cat '{folder}/listing'")
    fake(folder, "apt-get", f'echo "$*" >>"{folder}/calls"\n{apt}')
    fake(folder, "env", 'shift\nexec "$@"')
    if sudo:
        fake(
            folder, "sudo", f'echo "sudo $1" >>"{folder}/calls"\n[ "$1" = -n ] && shift\nexec "$@"'
        )
    script = (
        "import os, sys; import bootstrap as b\n"
        f"os.geteuid = lambda: {os.geteuid() if sudo else 1000}\n"
        f"needs = [b.Need(name, '-', 'test') for name in {packages.split()!r}]\n"
        f"needs += [b.Need(name, name, 'optional') for name in {optional.split()!r}]\n"
        "try:\n"
        f"    print(b.provide_system_packages(needs, {str(folder / 'os-release')!r}))\n"
        "except b.SetupError as error:\n"
        "    sys.exit(str(error))\n"
    )
    environ = {"PATH": str(folder), "PYTHONPATH": str(Path(bootstrap.__file__).parent)}
    return subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        capture_output=True,
        text=True,
        env=environ,
        stdin=subprocess.DEVNULL,
    )


@on_unix
class TestOnDebian:
    """What happens on Debian, with stand-ins for its package programs."""

    def test_only_what_is_missing_is_installed_and_nothing_is_asked(self, tmp_path: Path) -> None:
        done = on_debian(tmp_path, "xvfb dunst tint2")
        assert done.returncode == 0, done.stderr
        update, install = [call for call in calls(tmp_path) if not call.startswith("sudo")]
        assert update.startswith("update")
        assert install.endswith(" dunst tint2")
        assert {"--yes", "--no-install-recommends"} < set(install.split())
        assert "installing 2 system packages: dunst tint2" in done.stdout
        asked = [call for call in calls(tmp_path) if call.startswith("sudo")]
        assert asked == ([] if os.geteuid() == 0 else ["sudo -n", "sudo -n"])

    def test_nothing_missing_means_apt_is_not_run(self, tmp_path: Path) -> None:
        done = on_debian(tmp_path, "xvfb libglib2.0-0")
        assert done.stdout == "False\n", done.stderr
        assert calls(tmp_path) == []

    def test_a_failed_update_does_not_stop_the_installation(self, tmp_path: Path) -> None:
        done = on_debian(tmp_path, "tint2", apt='[ "$1" = install ]')
        assert done.returncode == 0, done.stderr
        assert "going on with the package lists there are" in done.stdout

    def test_a_failed_installation_says_what_to_run(self, tmp_path: Path) -> None:
        done = on_debian(tmp_path, "tint2", apt="exit 100")
        assert done.returncode == 1
        assert "As root, run: apt-get install --no-install-recommends tint2" in done.stderr

    def test_without_root_and_sudo_it_says_what_to_run(self, tmp_path: Path) -> None:
        done = on_debian(tmp_path, "tint2", sudo=False)
        assert done.returncode == 1
        assert "no sudo. As root, run: apt-get install" in done.stderr
        assert calls(tmp_path) == []

    def test_what_is_optional_may_come_from_anywhere(self, tmp_path: Path) -> None:
        fake(tmp_path, "node", "exit 0")
        assert on_debian(tmp_path, "xvfb", optional="node").stdout == "False\n"

    @pytest.mark.parametrize("packages", ["", "tint2"])
    def test_what_is_optional_and_cannot_be_had_stops_nothing(
        self, tmp_path: Path, packages: str
    ) -> None:
        apt = 'case "$*" in *no-browser*) exit 100;; esac'
        done = on_debian(tmp_path, packages, apt=apt, optional="no-browser")
        assert done.returncode == 0, done.stderr
        assert "no-browser Tests that need them will say so" in done.stdout
        installed = [call for call in calls(tmp_path) if call.endswith(" tint2")]
        assert len(installed) == len(packages.split())


class TestEnvironment:
    """When the virtual environment is kept, updated, or made."""

    @on_unix
    def test_it_is_made_once_and_again_when_its_python_is_gone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def venv(environment: Path) -> None:
            fake(environment / "bin", "python", f'[ "$1" = -c ] || echo "$*" >>"{tmp_path}/calls"')

        monkeypatch.setattr(bootstrap, "make_environment", venv)
        (tmp_path / "venv").mkdir()
        assert bootstrap.provide_environment(tmp_path / "venv")
        assert not bootstrap.provide_environment(tmp_path / "venv")
        locked, project = calls(tmp_path)
        assert locked.endswith(f"--require-hashes --requirement {bootstrap.LOCK}")
        assert project.endswith(f"--no-deps --no-build-isolation --editable {bootstrap.ROOT}")
        (tmp_path / "venv" / "bin" / "python").unlink()
        assert bootstrap.provide_environment(tmp_path / "venv")

    @on_unix
    @pytest.mark.parametrize("same", [True, False])
    def test_one_of_another_python_is_made_anew(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, same: bool
    ) -> None:
        fake(tmp_path / "bin", "python", "exit 0" if same else '[ "$1" != -c ]')
        anew: list[Path] = []
        monkeypatch.setattr(bootstrap, "make_environment", anew.append)
        assert bootstrap.provide_environment(tmp_path)
        assert anew == ([] if same else [tmp_path])

    @on_unix
    def test_pip_that_fails_is_told(self, tmp_path: Path) -> None:
        fake(tmp_path / "bin", "python", "exit 1")
        lock = tmp_path / "some.lock"
        lock.touch()
        with pytest.raises(SetupError, match=r"pip could not install .*some\.lock .* network"):
            bootstrap.provide_nightly_packages(tmp_path, lock)

    @on_unix
    def test_an_environment_that_cannot_be_made_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fake(tmp_path, "no-venv", "exit 1")
        monkeypatch.setattr(sys, "executable", str(tmp_path / "no-venv"))
        with pytest.raises(SetupError, match=r"could not make .* Remove that folder"):
            bootstrap.make_environment(tmp_path)


@on_unix
class TestNodePackages:
    """When the OAuth server for the tests is fetched."""

    @pytest.fixture
    def root(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Give a project with lists of packages, and an npm that notes how it was called."""
        lists = tmp_path / "tests" / "helpers" / "oidc"
        lists.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            (lists / name).write_text("{}", encoding="utf-8")
        monkeypatch.setenv("PATH", str(tmp_path / "programs"))
        for name in ("node", "npm"):
            fake(tmp_path / "programs", name, f'echo "{name} $1 in $PWD" >>"{tmp_path}/calls"')
        return tmp_path

    def test_they_are_fetched_once_for_each_lock(self, root: Path) -> None:
        assert bootstrap.provide_node_packages(root)
        assert not bootstrap.provide_node_packages(root)
        assert calls(root) == [f"npm ci in {root}/.cache/oidc"]
        assert (root / ".cache" / "oidc" / "package-lock.json").exists()
        (root / "tests" / "helpers" / "oidc" / "package-lock.json").write_text("{ }")
        assert bootstrap.provide_node_packages(root)

    def test_a_failure_is_told_and_tried_again(self, root: Path) -> None:
        fake(root / "programs", "npm", "exit 1")
        for _ in range(2):
            with pytest.raises(SetupError, match="npm could not install"):
                bootstrap.provide_node_packages(root)

    def test_without_node_nothing_is_fetched(
        self, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("PATH", str(root))
        assert not bootstrap.provide_node_packages(root)
        assert "no Node.js with npm found" in capsys.readouterr().out
        assert not (root / ".cache").exists()
