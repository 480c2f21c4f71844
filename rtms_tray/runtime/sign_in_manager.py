"""Who is signed in: begins and ends sign-ins, and knows a locked keyring from being signed out."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from rtms_tray.presentation.view_model import AccountView, Notice, SignInState
from rtms_tray.runtime.account_record import AccountRecord
from rtms_tray.runtime.connection import Connection
from rtms_tray.runtime.notices import (
    another_account,
    kept_in_memory_only,
    keyring_unreadable,
    not_kept,
    not_signed_in,
    sign_in_ended,
)
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import CAN_BE_UNLOCKED, SecretError, SecretStore
from rtms_tray.store.state import Account
from rtms_tray.support.clock import Clock
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis
from rtms_tray.zoom.errors import ClientRefused, SignInNeeded, ZoomTrouble
from rtms_tray.zoom.oauth import Grant
from rtms_tray.zoom.replies import User
from rtms_tray.zoom.rest import Bearer, Rest
from rtms_tray.zoom.sign_in import UNRETURNED_S, ShowUrl, UndecidedSignIn
from rtms_tray.zoom.tokens import GrantBearer, SignedOut, TokenKeeper

log = logging.getLogger(__name__)

QUIET_ENDS: Final = frozenset({"cancelled", "superseded"})
"""Ends of a sign-in that the user brought about, and so need not be told of."""
_PASSING = ("keyring_", "client_", "app_disabled", "sign_in_not_kept")
"""Notices that a token proves to be over."""


class AnotherAccountError(UndecidedSignIn):
    """Somebody else signed in than before; nothing is changed until the user has said so."""

    def __init__(self, before: str, now: str) -> None:
        super().__init__(text("account.another.text", now=now, before=before))
        self.remedy = text("account.another.remedy")


class _Waiting(Frozen):
    """A sign-in of another account, kept until the user decides."""

    grant: Grant
    user: User


class SignInManager:
    """The app owner's standing with Zoom. A bearer of tokens for the REST calls."""

    def __init__(
        self,
        connection: Connection,
        profile: Profile,
        store: SecretStore,
        clock: Clock,
        changed: Callable[[], None],
        dated: Callable[[Millis], None],
    ) -> None:
        self._connection = connection
        self._dated = dated
        self._store = store
        self._clock = clock
        self._changed = changed
        self._record = AccountRecord(profile.account_file, connection.token_name)
        self._signed_in_here = False
        self._state = SignInState.SIGNED_IN if self._account else SignInState.SIGNED_OUT
        self._notice: Notice | None = None
        self._waiting: _Waiting | None = None
        self._return_timer: asyncio.TimerHandle | None = None
        self._return_missed = False
        self._attempts = 0  # a second sign-in begins before the first has ended
        self.keyring_trouble: SecretError | None = None
        self.keeper = TokenKeeper(
            oauth=connection.oauth,
            store=store,
            secret_name=connection.token_name,
            clock=clock,
            signed_in_at=self._account.signed_in_at if self._account else None,
            report=self._store_changed,
        )

    # --- what is known ------------------------------------------------------------------------

    @property
    def _account(self) -> Account | None:
        return self._record.account

    @property
    def view(self) -> AccountView:
        """Who is signed in, for the surfaces; nobody is named who is not."""
        state = SignInState.SIGNING_IN if self.is_signing_in else self._state
        signed_out = self._state is SignInState.SIGNED_OUT
        account = self._account if not signed_out else None
        return AccountView(
            state,
            account.user_id if account else None,
            (account.email or None) if account else None,
            self._missing_redirect,
            ended=state is SignInState.SIGNED_OUT
            and (self._account is not None or self._record.unkept),
        )

    @property
    def _missing_redirect(self) -> str:
        """The redirect URI, while it may be what keeps the browser from coming back."""
        browser = self._connection.browser_sign_in
        return browser.redirect_uri if self._return_missed and not browser.returned else ""

    @property
    def account_id(self) -> str | None:
        """The Zoom account of who is signed in, where it is known."""
        signed_in = self._account if self._state is not SignInState.SIGNED_OUT else None
        return (signed_in.account_id or None) if signed_in else None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the user should know about the sign-in."""
        unkept = self.keeper.store_trouble if self._state is SignInState.SIGNED_IN else None
        kept = (kept_in_memory_only(unkept),) if unkept else ()
        return (*((self._notice,) if self._notice else ()), *kept)

    @property
    def is_unclear(self) -> bool:
        """Whether to look again later: the keyring is locked, or it is not known who signed in."""
        unnamed = self._state is SignInState.SIGNED_IN and self._account is None
        return self.keyring_trouble is not None or unnamed

    async def look(self) -> None:
        """Find out whether there is a sign-in, and whose; a locked keyring is asked again later."""
        try:
            present = await self.keeper.has_grant()
        except SecretError as error:
            self._locked(error)
            return
        if (trouble := self._without_secret()) is not None:
            self._locked(trouble)
            return
        self.keyring_trouble = None
        if not present:
            ended = not_kept() if self._record.unkept else None
            self._set(SignInState.SIGNED_OUT, self._without_passing() or ended)
            return
        self._set(SignInState.SIGNED_IN, self._without_passing())
        if not self._record.is_complete:
            await self.check()

    async def check(self) -> None:
        """Ask Zoom who signed in: it shows whether the sign-in lives, and whose it is."""
        try:
            user = await self._rest(self).me()
        except (ZoomTrouble, SecretError) as trouble:
            log.info("Who signed in cannot be asked: %s.", type(trouble).__name__)
            return
        same = self._account is None or self._account.user_id == user.id
        if not self._record.is_complete and same and self._state is SignInState.SIGNED_IN:
            self._remember(user, self.keeper.signed_in_at or 0)
            self._changed()

    # --- a bearer of tokens -------------------------------------------------------------------

    @property
    def api_base(self) -> str:
        """Where API calls go."""
        return self.keeper.api_base

    async def token(self) -> str:
        """Give a living access token; what goes wrong is shown as well as raised."""
        try:
            if (trouble := self._without_secret()) is not None:
                raise trouble
            token = await self.keeper.token()
        except SignInNeeded as trouble:
            known = self._account is not None
            self._set(SignInState.SIGNED_OUT, sign_in_ended(trouble) if known else self._notice)
            raise
        except ClientRefused as trouble:
            self._set(self._state, not_signed_in(trouble))
            raise
        except SecretError as error:
            self._locked(error)
            raise
        self.keyring_trouble = None
        self._set(SignInState.SIGNED_IN, self._without_passing())
        return token

    async def mark_refused(self, token: str) -> None:
        """Take note that Zoom refused a token."""
        await self.keeper.mark_refused(token)

    # --- in and out ---------------------------------------------------------------------------

    async def sign_in(
        self,
        show_url: ShowUrl,
        *,
        switch: bool = False,
        unreturned: Callable[[], None] = lambda: None,
    ) -> User:
        """Sign in through the browser; `unreturned` is called when it doesn't come back for a while.

        Raises ZoomTrouble for all that can fail, SecretError where the keyring keeps back what it takes,
        and AnotherAccountError where somebody else signed in than before: `switch` agrees to that
        beforehand, `accept_switch` afterwards.
        """
        locked = self._connection.sign_in_trouble
        if locked is not None and locked.trouble in CAN_BE_UNLOCKED:
            raise _again(locked)
        self._waiting = None
        self._begin()
        try:
            return await self._connection.browser_sign_in.sign_in(
                self._watched(show_url, unreturned),
                lambda grant: self._settle(grant, switch=switch),
            )
        except ZoomTrouble as trouble:
            if self._state is not SignInState.SIGNED_IN and trouble.code not in QUIET_ENDS:
                self._notice = not_signed_in(trouble)
            raise
        finally:
            self._attempts -= 1
            if not self._attempts:
                self._expect_no_return()
            self._changed()

    async def _settle(self, grant: Grant, *, switch: bool) -> User:
        user = await self._whose(grant)
        self._ask_about_another(grant, user, switch=switch)
        await self._adopt(grant, user)
        return user

    def _watched(self, show_url: ShowUrl, unreturned: Callable[[], None]) -> ShowUrl:
        """Notice when the browser doesn't come back: Zoom shows some errors there and nowhere else."""

        def show(url: str) -> None:
            show_url(url)
            self._expect_no_return()
            loop = asyncio.get_running_loop()
            self._return_timer = loop.call_later(UNRETURNED_S, self._miss_return, unreturned)

        return show

    def _miss_return(self, unreturned: Callable[[], None]) -> None:
        self._return_missed = True
        self._changed()
        if self._missing_redirect:
            unreturned()

    def _expect_no_return(self) -> None:
        self._return_missed = False
        if self._return_timer is not None:
            self._return_timer.cancel()
            self._return_timer = None

    def _begin(self) -> None:
        self._attempts += 1
        if self._state is not SignInState.LOCKED:
            self._notice = None
        self._changed()

    def _ask_about_another(self, grant: Grant, user: User, *, switch: bool) -> None:
        before = self._account
        if before is None or before.user_id == user.id or switch:
            return
        self._waiting = _Waiting(grant, user)
        error = AnotherAccountError(_name(before.email), _name(user.email))
        self._notice = another_account(str(error), text("account.another.choose"))
        raise error

    @property
    def is_signing_in(self) -> bool:
        """Whether a sign-in is under way."""
        return self._attempts > 0

    def cancel(self, why: str = "cancelled") -> bool:
        """End a sign-in that is under way or waits for a decision, as `why` says; tell whether there was one."""
        self._connection.browser_sign_in.cancel(why)
        return self.is_signing_in or self._keep_account()

    def _keep_account(self) -> bool:
        """Forget the other account that has signed in; tell whether there was one."""
        waited, self._waiting = self._waiting is not None, None
        if waited:
            self._set(self._state, None)
        return waited

    async def browser_told(self) -> None:
        """Wait, for seconds at most, until the browser shows what came of the sign-in."""
        await self._connection.browser_sign_in.wait_until_shown()

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
            self._record.forget()
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
        self._expect_no_return()
        self._connection.browser_sign_in.close()
        await self.keeper.close()

    async def _whose(self, grant: Grant) -> User:
        return await self._rest(GrantBearer(grant, self._connection.oauth.environment)).me()

    def _rest(self, bearer: Bearer) -> Rest:
        return Rest(self._connection.http, bearer, "", self._clock, dated=self._dated)

    async def _adopt(self, grant: Grant, user: User) -> None:
        await self.keeper.adopt(grant)
        self.keyring_trouble, self._signed_in_here = None, True
        self._remember(user, self._clock())
        self._notice, self._state = None, SignInState.SIGNED_IN
        self._changed()

    def _remember(self, user: User, at: int) -> None:
        self._record.remember(user, at, kept=self.keeper.store_trouble is None)

    def _store_changed(self, trouble: SecretError | None) -> None:
        """The keyring ceased or began to keep the sign-in: after a restart it is there, or not."""
        if self._state is SignInState.SIGNED_IN:
            self._record.set_kept(kept=trouble is None)
        self._changed()

    # --- what goes wrong ----------------------------------------------------------------------

    def _without_secret(self) -> SecretError | None:
        """Why Zoom must not be asked for tokens now: it would refuse the app without its secret."""
        trouble = self._connection.sign_in_trouble
        return None if trouble is None or self._signed_in_here else _again(trouble)

    def _locked(self, error: SecretError) -> None:
        self.keyring_trouble = error
        may_be_there = error.trouble in CAN_BE_UNLOCKED and not self._record.unkept
        locked = may_be_there or self._account is not None
        state = SignInState.LOCKED if locked else SignInState.SIGNED_OUT
        self._set(state, keyring_unreadable(error))

    def _without_passing(self) -> Notice | None:
        """The notice, unless it told of something that has just been seen to be over."""
        over = self._notice is not None and self._notice.code.startswith(_PASSING)
        return None if over else self._notice

    def _set(self, state: SignInState, notice: Notice | None) -> None:
        if (state, notice) != (self._state, self._notice):
            self._state, self._notice = state, notice
            self._changed()


def _again(error: SecretError) -> SecretError:
    """Make the same error anew: one that is raised twice gathers tracebacks."""
    return SecretError(error.trouble, error.text, error.remedy)


def _name(email: str | None) -> str:
    return email or text("account.another.unnamed")
