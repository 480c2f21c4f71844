"""Everything that can go wrong with Zoom, each with a code, what happened, and what to do.

The sentences are in `resources/texts/zoom_errors.toml`, one table for each code. They hold nothing
secret: never a token, a sign-in code or a client secret.
"""

import ssl
from typing import Final

from rtms_tray.support.texts import has_text, text
from rtms_tray.zoom.routes import RouteError

_TOO_MANY_REQUESTS: Final = 429


class ZoomTrouble(Exception):  # noqa: N818 -- not every trouble is an error of anybody's
    """Something between this machine and Zoom that the user may have to know about.

    `code` is stable and snake_case, for status JSON and tests; `text` says what happened and
    `remedy` what to do, in the user's language. `entry` names the sentences of a code that has
    several; `values` fill their placeholders. `says` are Zoom's own words, made safe to show.
    """

    def __init__(self, code: str, entry: str = "", *, says: str = "", **values: object) -> None:
        key = f"zoom_errors.{entry or code}"
        self.code = code
        self.says = says
        self.text = text(f"{key}.text", **values)
        if says:
            self.text = text("zoom_errors.with_words.text", text=self.text, words=says)
        self.remedy = text(f"{key}.remedy", **values) if has_text(f"{key}.remedy") else ""
        super().__init__(f"{code}: {self.text}")


class Offline(ZoomTrouble):
    """Zoom couldn't be reached, or its answer never came; nothing is known to be wrong with it.

    `variable` names the environment variable that leaves no way to Zoom.
    """

    def __init__(self, code: str = "offline", variable: str = "") -> None:
        super().__init__(code, variable=variable or text("zoom_errors.system_settings"))


class ReplyLost(Offline):
    """The request may have reached Zoom, but no answer came."""

    def __init__(self) -> None:
        super().__init__("reply_lost")


def unreached(error: BaseException) -> Offline:
    """Say why there was no connection: a setting of this computer, an untrusted certificate, or no way at all."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError | RouteError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, RouteError):
        return Offline(cause.code, cause.variable)
    return Offline("offline" if cause is None else "untrusted")


class ServerTrouble(ZoomTrouble):
    """Zoom answered that it can't serve now: HTTP 5xx, or 429 for too many requests."""

    def __init__(self, status: int) -> None:
        limited = status == _TOO_MANY_REQUESTS
        super().__init__("rate_limited" if limited else "server_trouble", status=status)
        self.status = status


class UnexpectedReply(ZoomTrouble):
    """The answer makes no sense; perhaps it isn't Zoom's at all (a proxy, a hotel's sign-in page).

    `detail` is a key: what is wrong with the answer.
    """

    def __init__(self, detail: str, status: int | None = None) -> None:
        key = f"zoom_errors.unexpected_reply.detail.{detail}"
        super().__init__("unexpected_reply", detail=text(key, status=status))
        self.status = status


class SignInNeeded(ZoomTrouble):
    """There is no valid sign-in: the user has to sign in (again).

    Codes: signed_out, sign_in_expired, and grant_taken_over. Zoom keeps one valid grant per user and
    app, so another sign-in with the same client ID ends this one (observed in use).
    """


class ClientRefused(ZoomTrouble):
    """Zoom doesn't accept the client: wrong client ID or secret, or an app that is disabled."""

    def __init__(self, code: str = "client_refused", *, says: str = "") -> None:
        super().__init__(code, says=says)


class SignInRefused(ZoomTrouble):
    """Zoom's authorization server says no, for a reason that has no code of its own here."""

    def __init__(self, error: str, *, says: str = "") -> None:
        super().__init__("sign_in_refused", error=error, says=says)


class SignInFailed(ZoomTrouble):
    """An attempt to sign in ended without a grant; an earlier sign-in is untouched."""
