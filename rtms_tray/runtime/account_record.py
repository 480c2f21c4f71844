"""Whose sign-in this computer keeps, remembered over the program's end. Tokens are kept elsewhere."""

import logging
from pathlib import Path

import msgspec

from rtms_tray.store.state import Account, forget_account, load_account, save_account
from rtms_tray.zoom.replies import User

log = logging.getLogger(__name__)


class AccountRecord:
    """The account that signed in last with this app, and whether its sign-in outlives the program."""

    def __init__(self, file: Path, token_name: str) -> None:
        self._file = file
        self._token_name = token_name
        remembered = load_account(file)
        mine = remembered is not None and remembered.token_name == token_name
        kept = mine and remembered is not None and remembered.token_kept
        self.account = remembered if kept else None
        self.unkept = mine and not kept
        """Whether the last sign-in ended with the program: no keyring kept it."""

    @property
    def is_complete(self) -> bool:
        """Whether it is known who signed in, and of which Zoom account."""
        return self.account is not None and bool(self.account.account_id)

    def remember(self, user: User, at: int, *, kept: bool) -> None:
        """Write down who signed in at this time (in milliseconds since 1970)."""
        account = Account(
            user.id, user.email or "", self._token_name, at, kept, user.account_id or ""
        )
        self._write_down(account)

    def set_kept(self, *, kept: bool) -> None:
        """Write down whether the sign-in is there after a restart."""
        if self.account is not None:
            self._write_down(msgspec.structs.replace(self.account, token_kept=kept))

    def forget(self) -> None:
        """Forget who signed in."""
        self.account, self.unkept = None, False
        try:
            forget_account(self._file)
        except OSError as error:
            log.warning("Who signed in cannot be forgotten: %s.", error.strerror)

    def _write_down(self, account: Account) -> None:
        self.account, self.unkept = account, False
        try:
            save_account(self._file, account)
        except OSError as error:
            log.warning("Who signed in cannot be remembered: %s.", error.strerror)
