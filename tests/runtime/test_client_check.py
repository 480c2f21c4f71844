"""The app owner's own client is judged before a request: this machine first, then the last log-in."""

import pytest

from rtms_tray.capture.conditions import Source, Value
from rtms_tray.capture.reasons import Severity
from rtms_tray.runtime.client_check import ClientVersionCheck
from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.zoom.client_version import InstalledClient, Version
from rtms_tray.zoom.errors import Offline
from rtms_tray.zoom.replies import User


def machine(version: Version | None) -> ClientVersionCheck:
    return ClientVersionCheck(lambda: InstalledClient(version))


async def old_log_in() -> User:
    return User("u", None, None, None, "5.2.45120.0906(win)")


async def nobody() -> User:
    raise AssertionError("Zoom is not asked where this machine tells")


async def test_before_looking_nothing_is_claimed() -> None:
    client = machine((6, 4, 0))
    assert client.support.value is Value.UNKNOWN
    assert client.notice is None


async def test_this_machines_client_is_enough() -> None:
    client = machine((6, 6, 1, 3087))
    support = await client.inspect(nobody)
    assert (support.value, support.source) == (Value.YES, Source.MACHINE)
    assert client.notice is None


async def test_an_old_client_is_said_with_its_version() -> None:
    client = machine((6, 4, 12, 2297))
    assert (await client.inspect(nobody)).value is Value.NO
    notice = client.notice
    assert notice is not None
    assert (notice.code, notice.severity) == ("own_client_too_old", Severity.ATTENTION)
    assert "on this computer is version 6.4.12, but capture needs 6.5.5 or later" in notice.text


async def test_without_a_client_here_zoom_is_asked() -> None:
    client = machine(None)
    support = await client.inspect(old_log_in)
    assert (support.value, support.source) == (Value.NO, Source.REPLY)
    assert client.notice is not None
    assert "last signed in to Zoom with version 5.2.45120" in client.notice.text


async def test_an_update_is_seen_at_the_next_look() -> None:
    versions = iter([(6, 4, 0), (6, 5, 5)])
    client = ClientVersionCheck(lambda: InstalledClient(next(versions)))
    await client.inspect()
    assert client.notice is not None
    await client.inspect()
    assert client.notice is None


@pytest.mark.parametrize("error", [Offline(), SecretError(Trouble.LOCKED)])
async def test_where_nobody_tells_nothing_is_claimed(error: Exception) -> None:
    async def silent() -> User:
        raise error

    for me in (None, silent):
        client = machine(None)
        assert (await client.inspect(me)).value is Value.UNKNOWN
        assert client.notice is None
