"""What every secret store does, shown on all of them; and the names of secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.store.secrets import (
    MAX_NAME_LENGTH,
    MemoryStore,
    SecretError,
    SecretKind,
    SecretStore,
    Trouble,
    secret_name,
    username,
)
from tests.store.keyring_double import MemoryKeyring, store_on

NAME = secret_name("refresh_token", "commercial", "https://zoom.us", "abc")
OTHER = secret_name("client_secret", "commercial", "https://zoom.us", "abc")
LONG = "token." * 900


class SecretStoreConformance:
    """The tests that every secret store passes."""

    def make(self) -> SecretStore:
        raise NotImplementedError

    async def test_a_new_store_is_empty(self) -> None:
        assert await self.make().load(NAME) is None

    @pytest.mark.parametrize(
        "value", ["short", "", "ä€😀", LONG, "😀" * 700, "rtms-tray-parts:2:x"]
    )
    async def test_what_is_saved_is_loaded(self, value: str) -> None:
        store = self.make()
        await store.save(NAME, value)
        assert await store.load(NAME) == value
        assert await store.load(OTHER) is None

    async def test_saving_replaces(self) -> None:
        store = self.make()
        for value in ("first", LONG, LONG + "x", LONG, "last"):
            await store.save(NAME, value)
            assert await store.load(NAME) == value

    async def test_deleting_forgets_and_may_be_repeated(self) -> None:
        store = self.make()
        for value in ("short", LONG):
            await store.save(NAME, value)
            await store.save(OTHER, "kept")
            await store.delete(NAME)
            await store.delete(NAME)
            assert await store.load(NAME) is None
            assert await store.load(OTHER) == "kept"


class TestMemoryStore(SecretStoreConformance):
    """The demo's store."""

    def make(self) -> SecretStore:
        return MemoryStore()


class TestKeyringStore(SecretStoreConformance):
    """The system's keyring, with a backend in memory."""

    def make(self) -> SecretStore:
        return store_on(MemoryKeyring())


KINDS: st.SearchStrategy[SecretKind] = st.sampled_from(["refresh_token", "client_secret"])
OWNERS = st.tuples(
    KINDS,
    st.sampled_from(["commercial", "government", "custom"]),
    st.sampled_from(["https://zoom.us", "https://zoom.us:8443", "https://a.test", "x" * 300]),
    st.text(max_size=300),
    st.sampled_from(["", "work", "commercial", "~0123456789abcdef"]),
)


@pytest.mark.promise("secrets are filed under environment, origin and client ID")
@given(first=OWNERS, second=OWNERS)
def test_different_owners_never_share_a_name(
    first: tuple[SecretKind, str, str, str, str], second: tuple[SecretKind, str, str, str, str]
) -> None:
    assert (secret_name(*first) == secret_name(*second)) == (first == second)
    assert len(secret_name(*first)) <= MAX_NAME_LENGTH


def test_a_name_says_whose_secret_it_is() -> None:
    assert NAME == "rtms-tray.refresh_token/commercial/https://zoom.us/abc"
    assert username(NAME) == "abc"
    assert secret_name("refresh_token", "commercial", "HTTPS://Zoom.us/", "abc") == NAME


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_has_words_and_a_remedy(trouble: Trouble) -> None:
    error = SecretError(trouble)
    assert error.text.endswith(".")
    assert error.remedy.endswith(".")
    assert str(error) == f"{error.text} {error.remedy}"
