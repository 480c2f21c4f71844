"""The system's keyring: what goes wrong with it, and that nothing hangs on it."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import keyring.core
import keyring.errors
import pytest
import secretstorage.exceptions
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend

from rtms_tray.store.keyring_backends import LockState, trouble_of
from rtms_tray.store.keyring_store import KeyringStore
from rtms_tray.store.secrets import SecretError, SecretStore, Trouble
from tests.store.keyring_double import MemoryKeyring, store_on

NAME = "rtms-tray.x/y"


async def trouble(store: SecretStore) -> Trouble:
    with pytest.raises(SecretError) as caught:
        await store.load(NAME)
    return caught.value.trouble


async def answers(store: SecretStore) -> bool:
    """Tell whether the keyring is through with what it was stuck on."""
    try:
        await store.load(NAME)
    except SecretError:
        return False
    return True


async def truth(value: bool) -> bool:  # noqa: FBT001 - that is all it takes
    return value


async def eventually(check: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what another thread does."""
    async with asyncio.timeout(10):
        while not await check():  # noqa: ASYNC110 - the thread has no event to wait for
            await asyncio.sleep(0.005)


class error(Exception):  # noqa: N801, N818 - pywintypes calls it so
    """Stands in for the raw error of Windows."""


def caused(outer: BaseException, by: BaseException) -> BaseException:
    outer.__cause__ = by
    return outer


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (keyring.errors.KeyringLocked("x"), Trouble.LOCKED),
        (keyring.errors.InitError("x"), Trouble.UNAVAILABLE),
        (keyring.errors.NoKeyringError("x"), Trouble.UNAVAILABLE),
        (keyring.errors.PasswordSetError("x"), Trouble.FAILED),
        (
            caused(
                keyring.errors.InitError("x"), secretstorage.exceptions.PromptDismissedException()
            ),
            Trouble.LOCKED,
        ),
        (secretstorage.exceptions.LockedException("x"), Trouble.LOCKED),
        (secretstorage.exceptions.SecretServiceNotAvailableException("x"), Trouble.UNAVAILABLE),
        (ConnectionRefusedError(), Trouble.UNAVAILABLE),
        (FileNotFoundError(), Trouble.UNAVAILABLE),
        (TimeoutError(), Trouble.TIMEOUT),
        (PermissionError(), Trouble.FAILED),
        (error(1783, "CredWrite", "The stub received bad data"), Trouble.TOO_LARGE),
        (error(1312, "CredRead", "A specified logon session does not exist"), Trouble.UNAVAILABLE),
        (error(5, "CredRead", "Access is denied"), Trouble.FAILED),
        (ValueError("x"), Trouble.FAILED),
    ],
)
async def test_every_failure_is_classified(raised: Exception, expected: Trouble) -> None:
    assert trouble_of(raised) is expected
    backend = MemoryKeyring()
    backend.error = raised
    assert await trouble(store_on(backend)) is expected


@pytest.mark.parametrize("kind", [fail.Keyring, null.Keyring])
async def test_backends_that_keep_nothing_are_refused(
    kind: type[keyring.backend.KeyringBackend],
) -> None:
    store = store_on(kind())
    assert await trouble(store) is Trouble.UNAVAILABLE
    with pytest.raises(SecretError):
        await store.save(NAME, "lost")


async def test_a_backend_that_cannot_be_found_is_unavailable() -> None:
    def broken() -> keyring.backend.KeyringBackend:
        raise AttributeError("no such class")

    assert await trouble(KeyringStore(broken)) is Trouble.UNAVAILABLE


async def test_a_damaged_value_is_an_error() -> None:
    backend = MemoryKeyring()
    store = store_on(backend)
    await store.save(NAME, "x" * 2500)
    del backend.kept[next(key for key in backend.kept if key[0].endswith(".1"))]
    assert await trouble(store) is Trouble.FAILED


@pytest.mark.promise("keyring failing on write, or too small")
async def test_an_interrupted_save_leaves_the_old_value_whole() -> None:
    backend = MemoryKeyring()
    store = store_on(backend)
    await store.save(NAME, "old" * 900)
    backend.error, backend.error_after = OSError("gone"), backend.calls + 3
    with pytest.raises(SecretError):
        await store.save(NAME, "new" * 900)
    backend.error = None
    assert await store.load(NAME) == "old" * 900


async def test_nothing_is_left_of_a_long_value() -> None:
    backend = MemoryKeyring()
    store = store_on(backend)
    for value in ("a" * 5000, "b" * 3000, "c"):
        await store.save(NAME, value)
    assert list(backend.kept.values()) == ["c"]
    await store.save(NAME, "d" * 5000)
    await store.delete(NAME)
    assert backend.kept == {}


@pytest.mark.promise("keyring failing on write, or too small")
async def test_a_huge_value_is_refused_before_anything_is_written() -> None:
    backend = MemoryKeyring()
    with pytest.raises(SecretError) as caught:
        await store_on(backend).save(NAME, "x" * 70_000)
    assert caught.value.trouble is Trouble.TOO_LARGE
    assert backend.kept == {}


@pytest.mark.promise("keyring slow (30 s)")
async def test_a_keyring_that_hangs_blocks_only_one_thread() -> None:
    backend = MemoryKeyring()
    backend.go_on.clear()
    lookups: list[None] = []
    store = store_on(backend, 0.05, lambda: lookups.append(None))
    assert await trouble(store) is Trouble.TIMEOUT
    for _ in range(3):
        assert await trouble(store) is Trouble.TIMEOUT
    assert len(lookups) == 1, "one thread is stuck, and no more are started"
    backend.go_on.set()
    await eventually(lambda: answers(store))
    assert await store.load(NAME) is None


async def test_a_save_that_timed_out_may_still_be_kept() -> None:
    backend = MemoryKeyring()
    backend.go_on.clear()
    store = store_on(backend, 0.05)
    with pytest.raises(SecretError):
        await store.save(NAME, "late")
    backend.go_on.set()
    await eventually(lambda: truth(bool(backend.kept)))
    assert backend.kept == {(NAME, "y"): "late"}


async def test_calls_at_the_same_time_take_turns() -> None:
    store = store_on(MemoryKeyring())
    await asyncio.gather(*(store.save(NAME, str(number)) for number in range(20)))
    assert await store.load(NAME) == "19"


async def test_a_cancelled_call_does_not_disturb_the_next() -> None:
    backend = MemoryKeyring()
    backend.go_on.clear()
    store = store_on(backend, 5)
    call = asyncio.create_task(store.load(NAME))
    await eventually(lambda: truth(backend.calls > 0))
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await trouble(store) is Trouble.TIMEOUT
    backend.go_on.set()
    await eventually(lambda: answers(store))


@dataclass
class SecretService:
    """Stands in for the system's secret service on D-Bus."""

    state: LockState = LockState.OPEN
    paths: list[str] = field(default_factory=list)
    connections: int = 0

    def connect(self) -> "SecretService":
        self.connections += 1
        return self

    def close(self) -> None:
        self.connections -= 1

    def collection(self, connection: object, path: str) -> "SecretService":
        assert connection is self
        self.paths.append(path)
        if self.state is LockState.ABSENT:
            raise secretstorage.exceptions.ItemNotFoundException
        return self

    def is_locked(self) -> bool:
        return self.state is LockState.LOCKED


class DBusKeyring(MemoryKeyring):
    """Looks like keyring's backend for the secret service."""

    preferred_collection = "/chosen"


DBusKeyring.__module__ = "keyring.backends.SecretService"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> SecretService:
    service = SecretService()
    monkeypatch.setattr(secretstorage, "dbus_init", service.connect)
    monkeypatch.setattr(secretstorage, "Collection", service.collection)
    return service


async def test_a_locked_keyring_is_not_read_but_unlocked_on_request(service: SecretService) -> None:
    service.state = LockState.LOCKED
    backend = DBusKeyring()
    store = store_on(backend)
    assert await trouble(store) is Trouble.LOCKED
    assert backend.calls == 0, "reading would have opened a prompt"
    await store.unlock()
    assert backend.calls == 1
    assert (service.connections, set(service.paths)) == (0, {"/chosen"})


async def test_a_prompt_that_stays_open_means_locked(service: SecretService) -> None:
    service.state = LockState.LOCKED
    backend = DBusKeyring()
    backend.go_on.clear()
    store = store_on(backend, 0.05)
    with pytest.raises(SecretError) as caught:
        await store.save(NAME, "value")
    assert caught.value.trouble is Trouble.LOCKED
    backend.go_on.set()
    await eventually(lambda: truth(bool(backend.kept)))


async def test_without_a_keyring_nothing_is_read_and_the_first_save_creates_one(
    service: SecretService,
) -> None:
    service.state = LockState.ABSENT
    backend = DBusKeyring()
    store = store_on(backend)
    assert await store.load(NAME) is None
    assert backend.calls == 0, "reading would have opened a prompt"
    await store.save(NAME, "value")
    service.state = LockState.OPEN
    assert await store.load(NAME) == "value"


class Chain(ChainerBackend):
    """Several backends, as keyring chains them."""

    backends = ()


@pytest.mark.parametrize(("parts", "usable"), [((null.Keyring,), False), ((DBusKeyring,), True)])
@pytest.mark.usefixtures("service")
async def test_a_chain_is_as_good_as_its_parts(
    parts: tuple[type[keyring.backend.KeyringBackend], ...],
    monkeypatch: pytest.MonkeyPatch,
    *,
    usable: bool,
) -> None:
    monkeypatch.setattr(Chain, "backends", tuple(part() for part in parts))
    store = store_on(Chain())  # type: ignore[no-untyped-call]  # as keyring leaves it
    if usable:
        assert await store.load(NAME) is None
    else:
        assert await trouble(store) is Trouble.UNAVAILABLE


@pytest.mark.parametrize("chosen", [None, MemoryKeyring()])
async def test_a_backend_that_keyring_does_not_recommend_must_be_chosen(
    chosen: MemoryKeyring | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Plain(MemoryKeyring):
        priority = 0.5

    monkeypatch.setattr(keyring, "get_keyring", Plain)
    monkeypatch.setattr(keyring.core, "load_env", lambda: None)
    monkeypatch.setattr(keyring.core, "load_config", lambda: chosen)
    store = KeyringStore()
    if chosen:
        assert await store.load(NAME) is None
    else:
        assert await trouble(store) is Trouble.UNAVAILABLE


async def test_a_computer_that_sleeps_does_not_make_the_keyring_silent() -> None:
    """On waking, the time limit and the answer are both due: the answer counts."""
    backend = MemoryKeyring()
    backend.go_on.clear()
    loading = asyncio.create_task(store_on(backend, limit_s=0.5).load(NAME))
    for _ in range(3):
        await asyncio.sleep(0)  # it is handed to the thread, which waits
    backend.go_on.set()
    time.sleep(0.6)  # noqa: ASYNC251  the point: nothing else can run
    assert await loading is None


HANGING = """
import asyncio, threading
from rtms_tray.store.keyring_store import KeyringStore
from rtms_tray.store.secrets import SecretError
def find():
    threading.Event().wait()
async def main():
    try:
        await KeyringStore(find, limit_s=0.05).load("x/y")
    except SecretError as error:
        print(error.trouble)
asyncio.run(main())
"""


def test_a_stuck_thread_does_not_keep_the_program_from_ending() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HANGING],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "timeout\n", "")


BACKEND = """
from keyring.backend import KeyringBackend
class Plain(KeyringBackend):
    priority = 0.5
    kept = {}
    def get_password(self, service, username): return self.kept.get(service)
    def set_password(self, service, username, password): self.kept[service] = password
    def delete_password(self, service, username): del self.kept[service]
"""
USING = """
import asyncio
from rtms_tray.store.keyring_store import KeyringStore
from rtms_tray.store.secrets import SecretError
async def main():
    store = KeyringStore()
    try:
        await store.save("x/y", "v")
        print(await store.load("x/y"))
    except SecretError as error:
        print(error.trouble)
asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        ("chosen_by_user.Plain", "v"),
        ("no.such.Module", "unavailable"),
        ("keyring.backends.null.Keyring", "unavailable"),
    ],
)
def test_what_the_user_configured_for_keyring_is_obeyed(
    tmp_path: Path, backend: str, expected: str
) -> None:
    (tmp_path / "chosen_by_user.py").write_text(BACKEND)
    path = f"{tmp_path}:{Path(__file__).parents[2]}"
    done = subprocess.run(
        [sys.executable, "-c", USING],
        env={"PYTHONPATH": path, "PYTHON_KEYRING_BACKEND": backend, "HOME": str(tmp_path)},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == (expected, "")


HIDING = """
import keyring.backend
from keyring.backend import KeyringBackend
class System(KeyringBackend):
    priority = {priority}
    def get_password(self, service, username): return None
    def set_password(self, service, username, password): raise NotImplementedError
    def delete_password(self, service, username): raise NotImplementedError
keyring.backend.get_all_keyring = lambda: [System()]
""" + USING.replace("print(error.trouble)", "print(error.text)")


@pytest.mark.skipif(sys.platform != "linux", reason="the file is elsewhere")
@pytest.mark.parametrize("by_file", [True, False])
@pytest.mark.parametrize(("priority", "named"), [(5, True), (0, False)])
def test_a_choice_that_hides_a_working_keyring_is_named(
    tmp_path: Path, priority: int, *, by_file: bool, named: bool
) -> None:
    backend, environ = "keyring.backends.null.Keyring", {"HOME": str(tmp_path)}
    file = tmp_path / ".config" / "python_keyring" / "keyringrc.cfg"
    if by_file:
        file.parent.mkdir(parents=True)
        file.write_text(f"[backend]\ndefault-keyring={backend}\n")
    else:
        environ["PYTHON_KEYRING_BACKEND"] = backend
    done = subprocess.run(
        [sys.executable, "-c", HIDING.replace("{priority}", str(priority))],
        env={"PYTHONPATH": str(Path(__file__).parents[2]), **environ},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    choice = str(file) if by_file else "PYTHON_KEYRING_BACKEND"
    assert done.stderr == ""
    assert (choice in done.stdout) is named
