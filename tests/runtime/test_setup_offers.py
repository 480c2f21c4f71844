"""What a set-up link offers, what it replaces, and what is stored once a person agrees."""

from pathlib import Path

import pytest

from rtms_tray.presentation.setup_offer import SetupOffer
from rtms_tray.runtime.setup_offers import SetupOffers
from rtms_tray.store.profile import Profile
from rtms_tray.store.settings_file import SettingRefusedError, load, set_values
from rtms_tray.store.setup_link import (
    SetupLink,
    SetupLinkError,
    make_setup,
    write_setup_file,
    write_setup_link,
)
from rtms_tray.support.files import resources
from tests.helpers.expected_logs import ExpectedLogs

LEAST = SetupLink(name="Notes", client_id="abc", relay="https://relay.example.com/x")
LINK = write_setup_link(LEAST)
ICON = (resources() / "app" / "rtms-tray.png").read_bytes()


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")


@pytest.fixture
def offers(profile: Profile) -> SetupOffers:
    return SetupOffers(profile)


def offered(offers: SetupOffers, given: str = LINK) -> SetupOffer:
    assert offers.take(given)
    assert offers.waiting is not None
    return offers.waiting


def with_icon(folder: Path, icon: bytes = ICON, client_id: str = "abc") -> str:
    values = {"name": "Notes", "client_id": client_id, "relay": "https://relay.example.com"}
    file = folder / "notes.rtms-tray"
    file.write_text(write_setup_file(make_setup(values, icon)), encoding="utf-8")
    return str(file)


def test_it_says_who_asks_and_what_would_be_stored(offers: SetupOffers) -> None:
    offer = offered(offers)
    assert (offer.host, offer.name, offer.replaces) == ("relay.example.com", "Notes", "")
    assert len(offer.stored) == 2
    assert "abc" not in "".join(offer.stored), "nobody needs to see a client ID"


def test_all_of_a_file_is_named_each_address_by_its_host(
    offers: SetupOffers, tmp_path: Path
) -> None:
    values = {
        "name": "Notes",
        "client_id": "abc",
        "relay": "https://relay.example.com",
        "environment": "government",
        "help": "https://help.example.com/path",
        "fallback": "https://record.example.com/{meeting}",
    }
    file = tmp_path / "all.rtms-tray"
    file.write_text(write_setup_file(make_setup(values, ICON)), encoding="utf-8")
    stored = offered(offers, str(file)).stored
    assert len(stored) == 6
    assert "Government" in stored[2]
    assert stored[3].endswith("help.example.com")
    assert "record.example.com " in stored[4]


@pytest.mark.promise("nothing is set up before a person agrees")
def test_nothing_changes_before_the_person_agrees(offers: SetupOffers, profile: Profile) -> None:
    offer = offered(offers)
    assert not profile.settings_file.exists()
    assert offers.decline(offer.key)
    assert not offers.accept(offer.key), "what was declined cannot be agreed to"
    assert not profile.settings_file.exists()


def test_agreeing_stores_everything_and_keeps_what_people_wrote(
    offers: SetupOffers, profile: Profile
) -> None:
    profile.settings_file.write_text("# mine\n[history]\nkeep_days = 7  # a week\n")
    assert offers.accept(offered(offers).key)
    content = profile.settings_file.read_text("utf-8")
    assert content.startswith("# mine\n[history]\nkeep_days = 7  # a week\n")
    assert "fallback" not in content, "what stays as it is needs no line"
    settings, problems = load(profile.settings_file)
    assert not problems
    assert (settings.app.client_id, settings.app.name) == ("abc", "Notes")
    assert (settings.feed.kind, settings.feed.url) == ("relay", "https://relay.example.com/x")
    assert offers.waiting is None


def test_a_wrong_value_in_the_file_is_put_right(offers: SetupOffers, profile: Profile) -> None:
    profile.settings_file.write_text("[zoom]\nenvironment = 7\n")
    assert offers.accept(offered(offers).key)
    settings, problems = load(profile.settings_file)
    assert not problems
    assert settings.zoom.environment == "commercial"


def test_what_cannot_be_stored_leaves_the_question_open(
    offers: SetupOffers, profile: Profile
) -> None:
    offer = offered(offers)
    profile.settings_file.write_text("[app\n")
    with pytest.raises(SettingRefusedError):
        offers.accept(offer.key)
    assert profile.settings_file.read_text("utf-8") == "[app\n"
    assert offers.waiting == offer
    profile.settings_file.unlink()
    assert offers.accept(offer.key)


@pytest.mark.parametrize("key", ["", "x", "ä"])
def test_only_who_knows_the_key_can_answer(offers: SetupOffers, profile: Profile, key: str) -> None:
    assert not offers.accept(key)
    offer = offered(offers)
    assert not offers.accept(key)
    assert not offers.decline(key)
    assert offers.waiting == offer
    assert not profile.settings_file.exists()


def test_one_question_at_a_time(offers: SetupOffers) -> None:
    offer = offered(offers)
    other = write_setup_link(make_setup({"name": "N", "client_id": "b", "relay": "https://b.test"}))
    assert not offers.take(other)
    assert offers.waiting == offer
    assert offered(offers) == offer, "the same link again is the same question"
    offers.decline(offer.key)
    assert offered(offers, other).host == "b.test"


def test_what_cannot_be_followed_asks_nothing(offers: SetupOffers) -> None:
    with pytest.raises(SetupLinkError):
        offers.take(f"{LINK}&command=rm")
    assert offers.waiting is None


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ({"app.client_id": "abc", "feed.kind": "relay", "feed.url": "https://old.test"},
         ("old.test", "relay.example.com")),
        ({"app.client_id": "abc", "feed.kind": "relay", "feed.url": "https://RELAY.example.com/y"}, ()),
        ({"app.client_id": "abc", "feed.kind": "zoom"}, ("without a relay", "relay.example.com")),
        ({"app.client_id": "other", "app.name": "Old app"}, ("Old app", "Notes")),
        ({"app.client_id": "other"}, ("another app", "Notes")),
    ],
)  # fmt: skip
def test_what_is_replaced_is_said_in_words(
    offers: SetupOffers, profile: Profile, before: dict[str, str], said: tuple[str, ...]
) -> None:
    set_values(profile.settings_file, before)
    replaces = offered(offers).replaces
    assert bool(replaces) is bool(said)
    assert all(word in replaces for word in said)


@pytest.mark.parametrize(("client_id", "stays"), [("", True), ("abc", True), ("other", False)])
def test_what_a_link_does_not_say_stays_for_the_same_app(
    offers: SetupOffers, profile: Profile, client_id: str, *, stays: bool
) -> None:
    mine = {
        "app.client_id": client_id,
        "fallback.url": "https://mine.test",
        "app.help_url": "https://h.test",
    }
    set_values(profile.settings_file, mine)
    assert offers.accept(offered(offers).key)
    settings = load(profile.settings_file)[0]
    assert bool(settings.fallback.url) is stays
    assert bool(settings.app.help_url) is stays


def test_the_demo_keeps_its_simulated_zoom(offers: SetupOffers, profile: Profile) -> None:
    link = write_setup_link(LEAST).replace("https%3A%2F%2Frelay.example.com", "http://127.0.0.1:1")
    with pytest.raises(SetupLinkError):
        offers.take(link)
    zoom = {"zoom.environment": "custom", "zoom.oauth_url": "http://127.0.0.1:2"}
    set_values(profile.settings_file, {**zoom, "zoom.api_url": "http://127.0.0.1:2"})
    assert offers.accept(offered(offers, link).key)
    assert load(profile.settings_file)[0].zoom.environment == "custom"


def test_the_icon_goes_with_its_app(offers: SetupOffers, profile: Profile, tmp_path: Path) -> None:
    offers.accept(offered(offers, with_icon(tmp_path)).key)
    assert profile.icon_file.read_bytes() == ICON
    offers.accept(offered(offers).key)
    assert profile.icon_file.exists(), "a link of the same app brings none, and takes none away"
    offers.accept(offered(offers, LINK.replace("abc", "another")).key)
    assert not profile.icon_file.exists()


def test_an_icon_that_cannot_be_kept_is_done_without(
    offers: SetupOffers, profile: Profile, tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("setup_offers:WARNING:The app's icon cannot be kept")
    profile.icon_file.mkdir(parents=True)
    assert offers.accept(offered(offers, with_icon(tmp_path)).key)
    assert load(profile.settings_file)[0].app.client_id == "abc"
