"""A tray's session with the relay: a short-lived, signed token that is renewed while the tray runs.

Each renewal gives a new token and makes the one before worthless; whoever uses an old one ends the session,
because two have it. A token names the relay's origin: no other relay takes it. However often it is renewed, a session
ends some hours after Zoom has last vouched for its user: who took the app's permission away is heard of then.
"""

import secrets
from collections.abc import Mapping
from typing import Any, Final

import jwt
import msgspec
from msgspec.structs import replace
from nats.js.client import JetStreamContext
from nats.js.kv import KeyValue

from rtms_tray.relay.records import Bucket, SessionRecord, UserRecord
from rtms_tray.support.clock import Clock

_ALGORITHM: Final = "HS256"
_KEY_NAME: Final = "session_key"
_CLAIMS: Final = ("iss", "aud", "exp", "iat", "sub", "acc", "sid", "gen", "tray")
_GRACE_S: Final = 60
"""How long the token before still works: the reply with the new one may have been lost."""
MOST_SESSIONS: Final = 8


class SessionError(Exception):
    """A token is not valid, or no longer; `session` is the one that it was for, if it was ever good."""

    def __init__(self, text: str, session: "Session | None" = None) -> None:
        super().__init__(text)
        self.session = session


class Session(msgspec.Struct, frozen=True):
    """Who a valid token is for; `is_newest`: no other tray of this user has signed in since."""

    user: str
    account: str
    id: str
    generation: int
    tray: str
    expires_at: float
    is_newest: bool = True


class Grant(msgspec.Struct, frozen=True):
    """What a tray gets: its token, when that expires, and by when Zoom has to vouch for the user again (seconds)."""

    token: str
    expires_at: float
    user: str
    account: str
    vouch_by: float


class SigningKey(msgspec.Struct, frozen=True):
    """The key that all instances share."""

    key: str


class Sessions:
    """Begins, renews, checks and ends sessions."""

    def __init__(
        self,
        users: Bucket[UserRecord],
        key: str,
        origin: str,
        lifetime_s: float,
        vouched_s: float,
        clock: Clock,
    ) -> None:
        self._users = users
        self._key = key
        self._origin = origin
        self._lifetime_s = lifetime_s
        self._vouched_s = vouched_s
        self._clock = clock

    async def begin(self, user: str, account: str, tray: str) -> Grant:
        """Begin a session for somebody whom Zoom has vouched for."""
        session, now = secrets.token_urlsafe(16), self._now()
        record = self._record(1, now, now)

        def add(found: UserRecord | None) -> UserRecord:
            kept = _living(found, now) if found and found.account == account else {}
            newest = sorted(kept.items(), key=lambda item: item[1].renewed_at)
            kept = dict(newest[-(MOST_SESSIONS - 1) :])
            return UserRecord(account, kept | {session: record}, newest=tray)

        await self._users.change(add, user)
        return self._grant(Session(user, account, session, 1, tray, record.ends_at), record)

    async def renew(self, token: str, *, vouched: bool = False) -> Grant:
        """Exchange a token for the next one; raises SessionError. `vouched`: Zoom has just said who it is."""
        session = self.read(token)
        now = self._now()
        outcome: list[SessionRecord | None] = []

        def change(found: UserRecord | None) -> UserRecord | None:
            outcome.append(None)
            if found is None or session.id not in found.sessions:
                return None
            if not _is_current(found, session, now):
                return _without(found, session.id)
            vouched_at = now if vouched else found.sessions[session.id].vouched_at
            outcome[-1] = state = self._record(session.generation + 1, now, vouched_at)
            return replace(found, sessions=found.sessions | {session.id: state})

        await self._users.change(change, session.user)
        if (state := outcome[-1]) is None:
            raise SessionError("This session is over.", session)
        renewed = replace(session, generation=state.generation, expires_at=state.ends_at)
        return self._grant(renewed, state)

    def _record(self, generation: int, now: float, vouched_at: float) -> SessionRecord:
        ends_at = min(now + self._lifetime_s, vouched_at + self._vouched_s)
        return SessionRecord(generation, now, ends_at, vouched_at)

    async def end(self, token: str) -> Session:
        """End a session; raises SessionError."""
        session = self.read(token)
        await self._users.change(
            lambda found: _without(found, session.id) if found else None, session.user
        )
        return session

    async def check(self, token: str) -> Session:
        """Return whose token it is; raises SessionError if it was replaced or its session has ended.

        It is the newest unless another tray has signed in since.
        """
        session = self.read(token)
        found = await self._users.get(session.user)
        if found is None or not _is_current(found, session, self._now()):
            raise SessionError("This session is over.")
        return replace(session, is_newest=found.newest == session.tray)

    async def ends_at(self, user: str, session: str) -> float:
        """Return when a session ends, unless it is renewed; 0: it has ended."""
        found = await self._users.get(user)
        state = found.sessions.get(session) if found else None
        return state.ends_at if state else 0.0

    def read(self, token: str) -> Session:
        """Read a token that this relay signed and that has not expired; raises SessionError."""
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=self._origin,
                issuer=self._origin,
                options={"require": list(_CLAIMS), "verify_exp": False, "verify_iat": False},
            )
            session = msgspec.convert(_named(claims), Session)
        except (jwt.InvalidTokenError, msgspec.ValidationError):
            raise SessionError("This is no session of this relay.") from None
        if session.expires_at <= self._now():  # by the relay's own clock, which tests can turn
            raise SessionError("This token has expired.")
        return session

    def _grant(self, session: Session, state: SessionRecord) -> Grant:
        claims = {
            "iss": self._origin,
            "aud": self._origin,
            "iat": int(self._now()),
            "exp": session.expires_at,
            "sub": session.user,
            "acc": session.account,
            "sid": session.id,
            "gen": session.generation,
            "tray": session.tray,
        }
        token = jwt.encode(claims, self._key, algorithm=_ALGORITHM)
        vouch_by = state.vouched_at + self._vouched_s
        return Grant(token, session.expires_at, session.user, session.account, vouch_by)

    def _now(self) -> float:
        return self._clock() / 1000


def _named(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "user": claims["sub"],
        "account": claims["acc"],
        "id": claims["sid"],
        "generation": claims["gen"],
        "tray": claims["tray"],
        "expires_at": claims["exp"],
    }


def _living(found: UserRecord, now: float) -> dict[str, SessionRecord]:
    return {name: state for name, state in found.sessions.items() if state.ends_at > now}


def _is_current(found: UserRecord | None, session: Session, now: float) -> bool:
    state = found.sessions.get(session.id) if found and not found.gone else None
    return bool(state and state.ends_at > now and _is_newest(state, session, now))


def _is_newest(state: SessionRecord, session: Session, now: float) -> bool:
    if session.generation == state.generation:
        return True
    is_previous = session.generation == state.generation - 1
    return is_previous and now - state.renewed_at <= _GRACE_S


def _without(found: UserRecord, session: str) -> UserRecord:
    left = {name: state for name, state in found.sessions.items() if name != session}
    return replace(found, sessions=left)


async def signing_key(js: JetStreamContext, store: KeyValue) -> str:
    """Return the key that all instances share; the first one makes it."""
    key = Bucket(js, store, SigningKey)
    made = SigningKey(secrets.token_urlsafe(48))
    found = await key.change(lambda found: found or made, _KEY_NAME)
    return (found or made).key
