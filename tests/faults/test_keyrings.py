"""Keyrings that are slow, full or broken: the sign-in stays in memory, and the user learns why."""

import asyncio
import threading

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordSetError

from rtms_tray.simulator import Simulator
from rtms_tray.store.keyring_store import KeyringStore
from rtms_tray.store.profile import Profile
from rtms_tray.store.secret_names import refresh_token_name
from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.support.command_types import Exit
from rtms_tray.support.texts import text
from tests.helpers.program_harness import FAST_TIMING, MEETING, ShiftedClock, run_program
from tests.helpers.stores import LockedStore

MINUTE = 60_000


class SlowKeyring(KeyringBackend):
    """Doesn't answer until its gate is open."""

    priority = 5

    def __init__(self, kept: dict[str, str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring's own
        self.kept = kept
        self.gate = threading.Event()
        self.refuses = False

    def get_password(self, service: str, username: str) -> str | None:
        """Read a secret."""
        del username
        self.gate.wait(30)
        return self.kept.get(service)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store a secret."""
        del username
        self.gate.wait(30)
        if self.refuses:
            raise PasswordSetError("no room")
        self.kept[service] = password

    def delete_password(self, service: str, username: str) -> None:
        """Delete a secret."""
        del username
        self.kept.pop(service, None)


@pytest.mark.promise("keyring slow (30 s)")
async def test_a_keyring_that_does_not_answer_holds_nothing_up(
    zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    keyring = SlowKeyring(store._kept)
    keyring.gate.set()
    slow = KeyringStore(lambda: keyring, limit_s=0.3)
    async with run_program(zoom, profile, slow, timing=FAST_TIMING) as harness:
        assert (await harness.sign_in()).exit is Exit.DONE
    keyring.gate.clear()
    async with run_program(zoom, profile, slow, timing=FAST_TIMING) as harness:
        await harness.wait_until(lambda: harness.program.overview().account.state == "locked")
        assert "keyring_timeout" in harness.notice_codes()
        status = await harness.status_json()
        assert (status["signed_in"], status["sign_in"]) == (True, "locked")
        refused = await harness.do("start", meeting=MEETING)
        assert refused.exit is Exit.REFUSED
        assert "keyring" in refused.text
        keyring.gate.set()
        while harness.program.overview().account.state == "locked":
            await harness.program.retry_keyring()  # the program itself checks every 15 s
            await asyncio.sleep(0.05)
        await harness.program.retry_keyring()
        await harness.wait_for_feed()
        await harness.wait_for_state("pending_approval")  # sent automatically, now that it can be
        assert harness.notice_codes() == set()


@pytest.mark.promise("keyring failing on write, or too small")
@pytest.mark.parametrize("trouble", [Trouble.FAILED, Trouble.TOO_LARGE, Trouble.UNAVAILABLE])
async def test_what_the_keyring_refuses_stays_in_memory_and_is_written_later(
    zoom: Simulator,
    profile: Profile,
    store: LockedStore,
    clock: ShiftedClock,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Trouble,
) -> None:
    async def refuse(name: str, value: str) -> None:
        del name, value
        raise SecretError(trouble)

    keep = store.save
    monkeypatch.setattr(store, "save", refuse)  # of this store alone
    async with run_program(zoom, profile, store, clock, timing=FAST_TIMING) as harness:
        assert (await harness.sign_in()).exit is Exit.DONE
        (notice,) = harness.program.overview().notices
        assert "only until" in notice.title
        assert (await harness.do("start", meeting=MEETING)).exit is Exit.DONE
        name = refresh_token_name(harness.program.settings, harness.profile)
        assert await store.load(name) is None

        monkeypatch.setattr(store, "save", keep)
        clock.ahead += 2 * MINUTE
        await harness.do("resend")  # any call tries the keyring again
        await harness.wait_until(lambda: harness.notice_codes() == set())
        assert await store.load(name) is not None
    async with run_program(zoom, profile, store, clock, timing=FAST_TIMING) as again:
        await again.wait_until(lambda: again.program.overview().account.state == "signed_in")


@pytest.mark.promise("keyring failing on write, or too small")
async def test_a_write_that_fails_in_the_system_is_reported_as_such(
    zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    keyring = SlowKeyring(store._kept)
    keyring.gate.set()
    async with run_program(
        zoom, profile, KeyringStore(lambda: keyring), timing=FAST_TIMING
    ) as harness:
        keyring.refuses = True
        assert (await harness.sign_in()).exit is Exit.DONE
        (notice,) = harness.program.overview().notices
        assert text("keyring.trouble.failed.text") in f"{notice.text} {notice.title}"
