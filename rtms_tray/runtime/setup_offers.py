"""Set-up links and files that wait for the person's answer: one at a time, and nothing changes before it."""

import logging
import secrets
from collections.abc import Iterator
from typing import Final

from rtms_tray.presentation.setup_offer import SetupOffer
from rtms_tray.store.profile import Profile
from rtms_tray.store.settings import Settings, flatten
from rtms_tray.store.settings_file import load, set_values
from rtms_tray.store.setup_link import SetupLink, host_of, is_demo, read_setup
from rtms_tray.support.files import write_private
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text

log = logging.getLogger(__name__)

_LEFT_ALONE: Final = frozenset({"app.help_url", "fallback.url"})
"""Where a link says nothing of these, what the same app or its user has set stays."""


class _Waiting(Frozen):
    setup: SetupLink
    offer: SetupOffer


class SetupOffers:
    """Keeps the offer that the person is asked about, and carries out what they agree to."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._waiting: _Waiting | None = None

    @property
    def waiting(self) -> SetupOffer | None:
        """The offer that nobody has answered yet."""
        return self._waiting.offer if self._waiting else None

    def take(self, given: str) -> bool:
        """Read a link or file, and keep what it offers; False while another one waits.

        Raises:
            SetupLinkError: it cannot be followed.
        """
        now = load(self._profile.settings_file)[0]
        setup = read_setup(given, demo=is_demo(now))
        if self._waiting is None:
            self._waiting = _Waiting(setup, _offer(setup, now))
        return self._waiting.setup == setup

    def decline(self, key: str) -> bool:
        """Forget the offer; False where it is no longer asked about."""
        return self._taken(key) is not None

    def accept(self, key: str) -> bool:
        """Store what was agreed to, all or nothing; False where this is not what was asked about.

        Raises:
            SettingRefusedError: nothing is stored, and the question stays.
        """
        waiting = self._taken(key)
        if waiting is None:
            return False
        try:
            self._store(waiting.setup)
        except BaseException:
            self._waiting = waiting
            raise
        return True

    def _taken(self, key: str) -> _Waiting | None:
        waiting = self._waiting
        if waiting is None or waiting.offer.key != key:
            return None
        self._waiting = None
        return waiting

    def _store(self, setup: SetupLink) -> None:
        file = self._profile.settings_file
        now, problems = load(file)
        same_app = now.app.client_id in {"", setup.client_id}
        values, wrong = flatten(now), {problem.key for problem in problems}
        changes = {
            key: value
            for key, value in setup.settings(demo=is_demo(now)).items()
            if (values[key] != value or key in wrong)
            and (value or key not in _LEFT_ALONE or not same_app)
        }
        set_values(file, changes)
        self._keep_icon(setup, same_app=same_app)

    def _keep_icon(self, setup: SetupLink, *, same_app: bool) -> None:
        """Keep the app's icon, which a link does not bring; another app's goes away. Only looks depend on it."""
        try:
            if setup.icon:
                write_private(self._profile.icon_file, setup.icon)
            elif not same_app:
                self._profile.icon_file.unlink(missing_ok=True)
        except OSError as error:
            log.warning("The app's icon cannot be kept: %s.", error.strerror)


def _offer(setup: SetupLink, now: Settings) -> SetupOffer:
    return SetupOffer(
        secrets.token_hex(16), setup.host, setup.name, tuple(_stored(setup)), _replaced(setup, now)
    )


def _stored(setup: SetupLink) -> Iterator[str]:
    """Say what agreeing stores, each address by its host."""
    yield text("setup_link.stored.app", name=setup.name)
    yield text("setup_link.stored.relay", host=setup.host)
    if setup.environment == "government":
        yield text("setup_link.stored.government")
    if setup.help:
        yield text("setup_link.stored.help", host=host_of(setup.help))
    if setup.fallback:
        yield text("setup_link.stored.fallback", host=host_of(setup.fallback))
    if setup.icon:
        yield text("setup_link.stored.icon")


def _replaced(setup: SetupLink, now: Settings) -> str:
    """Say what agreeing replaces: this app's own source of events, or another app."""
    if not now.app.client_id:
        return ""
    if now.app.client_id != setup.client_id:
        before = now.app.name or text("setup_link.replaces.unnamed")
        return text("setup_link.replaces.app", before=before, name=setup.name)
    if now.feed.kind != "relay":
        return text("setup_link.replaces.no_relay", new=setup.host)
    old = host_of(now.feed.url)
    if old == setup.host:
        return ""
    return text("setup_link.replaces.relay", old=old, new=setup.host)
