"""Who is signed in: begins and ends sign-ins, and knows a locked keyring from being signed out."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from rtms_tray.capture.reasons import Severity
from rtms_tray.clock import Clock
from rtms_tray.connection import Connection
from rtms_tray.store.account import Account, forget_account, load_account, save_account
from rtms_tray.store.paths import Profile
from rtms_tray.store.secrets import SecretError, SecretStore, Trouble
from rtms_tray.view_model import AccountView, ActionView, Notice, SignInState
from rtms_tray.zoom.errors import SignInNeeded, ZoomTrouble
from rtms_tray.zoom.listings import User
from rtms_tray.zoom.oauth import Grant
from rtms_tray.zoom.rest import Rest
from rtms_tray.zoom.sign_in import ShowUrl
from rtms_tray.zoom.tokens import GrantBearer, SignedOut, TokenKeeper

log = logging.getLogger(__name__)

_NO_KEYRING_YET = frozenset({Trouble.LOCKED, Trouble.TIMEOUT})


class AnotherAccountError(Exception):
    """Somebody else signed in than before; nothing is changed until the user has said so."""

    def __init__(self, before: str, now: str) -> None:
        super().__init__(
            f"You signed in as {now}; until now it was {before}. Nothing is changed yet."
        )


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A sign-in of another account, kept until the user decides."""

    grant: Grant
    user: User


class Membership:
    """The app owner's standing with Zoom. A bearer of tokens for the REST calls."""

    def __init__(
        self,
        connection: Connection,
        profile: Profile,
        store: SecretStore,
        clock: Clock,
        changed: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._profile = profile
        self._store = store
        self._clock = clock
        self._changed = changed
        remembered = load_account(profile.account_file)
        mine = remembered is not None and remembered.filed_as == connection.token_name
        self._account = remembered if mine else None
        self._state = SignInState.SIGNED_IN if mine else SignInState.SIGNED_OUT
        self._notice: Notice | None = None
        self._waiting: _Waiting | None = None
        self.keeper = TokenKeeper(
            oauth=connection.oauth,
            store=store,
            secret_name=connection.token_name,
            clock=clock,
            signed_in_at=remembered.signed_in_at if mine and remembered else None,
            report=self._store_reports,
        )

    # --- what is known ------------------------------------------------------------------------

    @property
    def view(self) -> AccountView:
        """Who is signed in, for the surfaces."""
        account = self._account
        return AccountView(
            self._state,
            account.user_id if account else None,
            (account.email or None) if account else None,
        )

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the user should know about the sign-in."""
        return (self._notice,) if self._notice else ()

    @property
    def waits_for_keyring(self) -> bool:
        """Whether the keyring has to be asked again later."""
        return self._state is SignInState.LOCKED

    async def look(self) -> None:
        """Find out whether there is a sign-in; a locked keyring is asked again later."""
        try:
            present = await self.keeper.has_grant()
        except SecretError as error:
            self._locked(error)
            return
        if present:
            self._set(SignInState.SIGNED_IN, None)
        else:
            self._set(SignInState.SIGNED_OUT, self._notice)

    # --- a bearer of tokens -------------------------------------------------------------------

    @property
    def api_base(self) -> str:
        """Where API calls go."""
        return self.keeper.api_base

    async def token(self) -> str:
        """Give a living access token; what goes wrong is shown as well as raised."""
        try:
            token = await self.keeper.token()
        except SignInNeeded as trouble:
            self._lost(trouble)
            raise
        except SecretError as error:
            self._locked(error)
            raise
        if self._state is SignInState.LOCKED:
            self._set(SignInState.SIGNED_IN, None)
        return token

    async def refused(self, token: str) -> None:
        """Take note that Zoom refused a token."""
        await self.keeper.refused(token)

    # --- in and out ---------------------------------------------------------------------------

    async def sign_in(self, show_url: ShowUrl, *, switch: bool = False) -> User:
        """Sign in through the browser.

        Raises ZoomTrouble for all that can fail, and AnotherAccountError where somebody else signed in
        than before: `switch` agrees to that beforehand, `accept_switch` afterwards.
        """
        before = self._state
        self._set(SignInState.SIGNING_IN, None)
        try:
            grant = await self._connection.desk.sign_in(show_url)
            user = await self._whose(grant)
        except ZoomTrouble as trouble:
            if trouble.code != "superseded":
                self._set(before, None if trouble.code == "cancelled" else _failed(trouble))
            raise
        if self._account is not None and self._account.user_id != user.id and not switch:
            self._waiting = _Waiting(grant, user)
            error = AnotherAccountError(_name(self._account.email), _name(user.email))
            self._set(before, _another(str(error)))
            raise error
        await self._adopt(grant, user)
        return user

    def cancel(self) -> None:
        """End a sign-in that is under way."""
        self._connection.desk.cancel()

    async def accept_switch(self) -> User | None:
        """Go on with the other account; None when none is waiting."""
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return None
        await self._adopt(waiting.grant, waiting.user)
        return waiting.user

    async def sign_out(self) -> SignedOut:
        """Revoke at Zoom, and forget here."""
        result = await self.keeper.sign_out()
        self._waiting = None
        if result.forgotten:
            forget_account(self._profile.account_file)
            self._account = None
        self._set(SignInState.SIGNED_OUT, None)
        return result

    async def unlock(self) -> None:
        """Ask the system to unlock its keyring, and look again. Raises SecretError."""
        unlock = getattr(self._store, "unlock", None)
        if unlock is not None:
            await unlock()
        await self.keeper.save_again()
        await self.look()

    async def close(self) -> None:
        """Let what is under way end."""
        self._connection.close()
        await self.keeper.close()

    async def _whose(self, grant: Grant) -> User:
        bearer = GrantBearer(grant, self._connection.oauth.environment)
        return await Rest(self._connection.http, bearer, "", self._clock).me()

    async def _adopt(self, grant: Grant, user: User) -> None:
        await self.keeper.adopt(grant)
        self._account = Account(
            user.id, user.email or "", self._connection.token_name, self._clock()
        )
        try:
            save_account(self._profile.account_file, self._account)
        except OSError as error:
            log.warning("Who signed in cannot be remembered: %s.", error.strerror)
        trouble = self.keeper.store_trouble
        self._set(SignInState.SIGNED_IN, _unkept(trouble) if trouble else None)

    # --- what goes wrong ----------------------------------------------------------------------

    def _store_reports(self, trouble: SecretError | None) -> None:
        self._notice = _unkept(trouble) if trouble else None
        self._changed()

    def _lost(self, trouble: SignInNeeded) -> None:
        if self._state is not SignInState.SIGNING_IN:
            known = self._account is not None
            self._set(SignInState.SIGNED_OUT, _failed(trouble) if known else self._notice)

    def _locked(self, error: SecretError) -> None:
        locked = error.trouble in _NO_KEYRING_YET or self._account is not None
        state = SignInState.LOCKED if locked else SignInState.SIGNED_OUT
        self._set(state, _keyring(error))

    def _set(self, state: SignInState, notice: Notice | None) -> None:
        if (state, notice) != (self._state, self._notice):
            self._state, self._notice = state, notice
            self._changed()


def _name(email: str | None) -> str:
    return email or "another account"


_SIGN_IN = ActionView("sign-in", "Sign in…", primary=True)


def _failed(trouble: ZoomTrouble) -> Notice:
    return Notice(
        trouble.code, Severity.ATTENTION, "Not signed in", trouble.text, trouble.remedy, _SIGN_IN
    )


def _another(text: str) -> Notice:
    return Notice(
        "another_account",
        Severity.ATTENTION,
        "Another account signed in",
        text,
        "Use the other account only if that is what you want.",
        ActionView("switch-account", "Use the other account"),
    )


def _keyring(error: SecretError) -> Notice:
    action = None
    if error.trouble in _NO_KEYRING_YET:
        action = ActionView("unlock", "Unlock the keyring", primary=True)
    return Notice(
        f"keyring_{error.trouble}",
        Severity.ATTENTION,
        "The keyring cannot be read",
        error.text,
        error.remedy,
        action,
    )


def _unkept(error: SecretError) -> Notice:
    notice = _keyring(error)
    return replace(
        notice,
        title="Signed in, but only until rtms-tray ends",
        text=f"{error.text} The sign-in is kept in memory and nowhere else.",
    )
