"""`settings get` and `settings set`, the client secret included."""

import asyncio
import itertools
import json
import sys
from pathlib import Path

import pytest

from rtms_tray.support.command_types import Command
from tests.cli.conftest import RunCli
from tests.control.fakes import FakeCommander
from tests.helpers.file_keyring import lock_of


def kept(keyring_file: Path) -> dict[str, str]:
    return dict(json.loads(keyring_file.read_text())) if keyring_file.exists() else {}


async def test_what_is_set_can_be_read(cli: RunCli) -> None:
    assert (await cli("settings", "get", "app.client_id")).out == "\n"
    for value in ("abc", ""):
        ended = await cli("settings", "set", "app.client_id", value)
        assert (ended.code, ended.out, ended.err) == (0, "", "")
        assert (await cli("settings", "get", "app.client_id")).out == f"{value}\n"
    everything = await cli("settings", "get")
    assert "feed.kind = zoom\n" in everything.out
    assert "notifications.enabled = true\n" in everything.out
    assert "app.client_secret: not set\n" in everything.out


@pytest.mark.parametrize("value", ["-abc", "--abc=d", "-5"])
async def test_a_value_may_begin_with_a_dash(cli: RunCli, value: str) -> None:
    assert (await cli("settings", "set", "app.client_id", value)).code == 0
    assert (await cli("settings", "get", "app.client_id")).out == f"{value}\n"
    assert (await cli("settings", "set", "app.client_id", "--help")).code == 0
    assert (await cli("settings", "set", "app.redirect_port", "-5")).code == 1


async def test_a_running_instance_reloads_its_settings(
    cli: RunCli, instance: FakeCommander
) -> None:
    await cli("settings", "set", "feed.watch", "all")
    assert instance.performed == [Command("reload")]
    await cli("settings", "set", "feed.watch", "nonsense")
    assert (
        "feed.watch = all\n" in (await cli("settings", "get")).out
    )  # it tells nothing: the file does
    assert instance.performed == [Command("reload"), Command("settings-get")]


@pytest.mark.parametrize(
    ("key", "value"), [("feed.kind", "x"), ("no.such", "x"), ("zoom.oauth_url", "http://x.test")]
)
async def test_a_wrong_value_is_refused(cli: RunCli, key: str, value: str) -> None:
    ended = await cli("settings", "set", key, value)
    assert (ended.code, ended.out) == (1, "")
    assert key in ended.err
    assert (await cli("settings", "get", "no.such")).code == 1


async def test_problems_in_the_file_are_reported(cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text("[feed]\nkind = 'x'\n")
    ended = await cli("settings", "get", "feed.kind")
    assert (ended.code, ended.out) == (0, "zoom\n")
    assert "line 2: feed.kind" in ended.err


@pytest.mark.promise("secrets are in the keyring and in memory only")
async def test_the_client_secret_comes_from_standard_input_only(
    cli: RunCli, keyring_file: Path
) -> None:
    refused = await cli("settings", "set", "app.client_secret", "s3cret")
    assert refused.code == 1
    assert "standard input" in refused.err
    assert kept(keyring_file) == {}
    await cli("settings", "set", "app.client_id", "id")
    ended = await cli("settings", "set", "app.client_secret", given="s3cret\n")
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert (await cli("settings", "get", "app.client_secret")).out == "set\n"
    assert "s3cret" in str(kept(keyring_file))
    shown = await cli("settings", "get", "app.client_secret")
    assert shown.out == "set\n"
    assert "s3cret" not in (await cli("settings", "get")).out


@pytest.mark.parametrize("given", ["", "\n", "two words", "two\nlines", "x" * 5000, "a\x1b[2Jb"])
async def test_what_is_not_a_secret_is_refused(cli: RunCli, keyring_file: Path, given: str) -> None:
    ended = await cli("settings", "set", "app.client_secret", given=given)
    assert ended.code == 1
    assert "one line" in ended.err
    assert kept(keyring_file) == {}


KEYS = [
    ("app.client_id", "id"),
    ("zoom.environment", "custom"),
    ("zoom.oauth_url", "https://a.test"),
]


SECRET = ("app.client_secret", "")


@pytest.mark.parametrize("order", list(itertools.permutations([*KEYS, SECRET]))[::3])
async def test_a_secret_belongs_to_whom_the_settings_name_whatever_the_order(
    cli: RunCli, order: tuple[tuple[str, str], ...]
) -> None:
    for key, value in order:
        given = ["settings", "set", key, value]
        if key == SECRET[0]:
            assert (await cli(*given[:3], given="s3cret")).code == 0
        else:
            assert (await cli(*given)).code == 0
    assert (await cli("settings", "get", "app.client_secret")).out == "set\n"


@pytest.mark.promise("secrets are filed under environment, origin and client ID")
async def test_another_host_never_gets_an_old_secret(cli: RunCli) -> None:
    await cli("settings", "set", "app.client_id", "id")
    await cli("settings", "set", "zoom.environment", "government")
    await cli("settings", "set", "app.client_secret", given="s3cret")
    await cli("settings", "set", "zoom.environment", "commercial")
    assert (await cli("settings", "get", "app.client_secret")).out == "not set\n"


async def test_a_locked_or_missing_keyring_is_reported(cli: RunCli, keyring_file: Path) -> None:
    lock_of(keyring_file).touch()
    for more, words in (
        ({}, "locked"),
        ({"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}, "no keyring"),
        ({"PYTHON_KEYRING_BACKEND": "no.such.Thing"}, "no keyring"),
    ):
        ended = await cli("settings", "set", "app.client_secret", given="s3cret", **more)
        assert ended.code == 1
        assert words in ended.err
        everything = await cli("settings", "get", **more)
        assert (everything.code, everything.err) == (0, "")
        assert "app.client_secret: unknown" in everything.out


async def test_a_locked_keyring_hides_whether_there_is_a_secret(
    cli: RunCli, keyring_file: Path
) -> None:
    lock_of(keyring_file).touch()
    ended = await cli("settings", "get", "app.client_secret")
    assert (ended.code, ended.out) == (1, "")
    assert "locked" in ended.err


async def test_a_program_without_standard_input_is_given_no_secret(
    environ: dict[str, str], keyring_file: Path
) -> None:
    ended = await asyncio.create_subprocess_shell(
        f"{sys.executable} -m rtms_tray settings set app.client_secret <&-",
        env=environ, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, err = await ended.communicate()
    assert ended.returncode == 1
    assert b"one line" in err
    assert kept(keyring_file) == {}


@pytest.mark.skipif(sys.platform == "win32", reason="terminals are others there")
async def test_a_typed_secret_is_not_shown(environ: dict[str, str], keyring_file: Path) -> None:
    import os  # noqa: PLC0415 - for the terminal alone
    import pty  # noqa: PLC0415 - Windows has none

    hand, terminal = pty.openpty()
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "rtms_tray", "settings", "set", "app.client_secret"),
            env=environ, stdin=terminal, stderr=terminal, start_new_session=True,
        )  # fmt: skip
        shown = await asyncio.to_thread(os.read, hand, 1000)
        assert b"(hidden)" in shown
        os.write(hand, b"s3cret\n")
        assert await process.wait() == 0
        os.set_blocking(hand, False)
        shown += os.read(hand, 1000)
    finally:
        os.close(hand)
        os.close(terminal)
    assert b"s3cret" not in shown
    (secret,) = kept(keyring_file).values()
    assert "s3cret" in secret
