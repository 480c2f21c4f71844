"""Everything that can go wrong with Zoom, each with a code, what happened, and what to do.

The texts are for people and hold nothing secret: never a token, a sign-in code or a client secret.
"""

import ssl
from collections.abc import Mapping
from typing import ClassVar, Final, TypeAlias

Words: TypeAlias = tuple[str, str]
"""What happened, and what to do."""


class ZoomTrouble(Exception):  # noqa: N818 -- not every trouble is an error of anybody's
    """Something between this machine and Zoom that the user may have to know about.

    `code` is stable and snake_case, for status JSON and tests; `text` says what happened and
    `remedy` what to do, in plain words.
    """

    def __init__(self, code: str, text: str, remedy: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.remedy = remedy


class _Tabled(ZoomTrouble):
    """A trouble whose words come from its class's table; `facts` fill the placeholders in them."""

    WORDS: ClassVar[Mapping[str, Words]]

    def __init__(self, code: str, **facts: object) -> None:
        text, remedy = self.WORDS[code]
        super().__init__(code, text.format(**facts), remedy.format(**facts))


class Offline(_Tabled):
    """Zoom couldn't be reached, or its answer never came; nothing is known to be wrong with it."""

    WORDS: ClassVar[Mapping[str, Words]] = {
        "offline": (
            "Zoom cannot be reached from this computer.",
            "Check the network; rtms-tray goes on by itself when it is back.",
        ),
        "untrusted": (
            "What answers in Zoom's place has no certificate that this computer trusts.",
            (
                "Check this computer's date, and whether this network asks for a log-in of its own; "
                "if your company inspects traffic, have its certificate installed."
            ),
        ),
        "reply_lost": (
            "Zoom did not answer in time.",
            "Check the network; rtms-tray tries again by itself.",
        ),
    }

    def __init__(self, code: str = "offline") -> None:
        super().__init__(code)


def unreached(error: BaseException) -> Offline:
    """Say why there was no connection: an untrusted certificate, or no way to Zoom at all."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    return Offline("offline" if cause is None else "untrusted")


class ServerTrouble(ZoomTrouble):
    """Zoom answered that it can't serve now: HTTP 5xx, or 429 for too many requests."""

    def __init__(self, status: int) -> None:
        if status == _TOO_MANY:
            text, code = "Zoom takes no more requests from this account for now.", "rate_limited"
        else:
            text, code = f"Zoom has a problem of its own (HTTP {status}).", "server_trouble"
        super().__init__(code, text, "Wait a moment; rtms-tray tries again.")
        self.status = status


class UnexpectedReply(ZoomTrouble):
    """The answer makes no sense; perhaps it isn't Zoom's at all (a proxy, a hotel's sign-in page)."""

    def __init__(self, detail: str, status: int | None = None) -> None:
        super().__init__(
            "unexpected_reply",
            f"The answer was not one that Zoom gives: {detail}.",
            "If this network asks for a log-in of its own, log in there first; then try again.",
        )
        self.status = status


class SignInNeeded(_Tabled):
    """There is no valid sign-in: the user has to sign in (again)."""

    WORDS: ClassVar[Mapping[str, Words]] = {
        "signed_out": ("You are not signed in to Zoom.", "Sign in."),
        "sign_in_expired": (
            (
                "Zoom ended this sign-in: it was too old, was taken back, or the same account "
                "signed in elsewhere."
            ),
            "Sign in again; the meetings shown here are kept.",
        ),
        # Observed in use: Zoom keeps one valid grant per user and app.
        "grant_taken_over": (
            (
                "Zoom ended this sign-in minutes after it began. Zoom keeps one living grant per "
                "user and app: most likely a back end or another computer that signed in with the "
                "same client ID took it over."
            ),
            (
                "Give rtms-tray a client ID of its own for signing in (the app's public client), "
                "or end the other sign-in; only then sign in again."
            ),
        ),
    }


class ClientRefused(_Tabled):
    """Zoom doesn't accept the client: wrong client ID or secret, or an app that is disabled."""

    WORDS: ClassVar[Mapping[str, Words]] = {
        "client_refused": (
            "Zoom refused the client ID or the client secret.",
            "Compare both with the app's credentials page in the Zoom Marketplace.",
        ),
        "client_secret_missing": (
            "This needs the app's client secret, and none is set.",
            "Set the client secret, or do without Zoom's event feed.",
        ),
        "app_disabled": (
            "Zoom says that the app is disabled.",
            "Have the app's developer or your Zoom admin enable it.",
        ),
    }

    def __init__(self, code: str = "client_refused") -> None:
        super().__init__(code)


_AGAIN: Final = "Sign in again."


class SignInFailed(_Tabled):
    """An attempt to sign in ended without a grant; an earlier sign-in is untouched."""

    WORDS: ClassVar[Mapping[str, Words]] = {
        "access_denied": (
            "Zoom was told not to let rtms-tray in.",
            "Sign in again and allow the access, or ask your Zoom admin to approve the app.",
        ),
        "refused_by_zoom": (
            "Zoom ended the sign-in with an error ({error}).",
            "Check the app's settings in the Zoom Marketplace, then sign in again.",
        ),
        "state_mismatch": (
            "The browser came back with an answer that does not belong to this sign-in.",
            "Sign in again, and finish in the browser window that opens then.",
        ),
        "code_missing": ("Zoom's answer held no sign-in code.", _AGAIN),
        "code_refused": (
            "Zoom no longer accepts the sign-in code: too late, or used before.",
            _AGAIN,
        ),
        "redirect_refused": (
            "Zoom does not accept the redirect URI of this sign-in.",
            (
                "Register http://127.0.0.1 with the path in app.redirect_path for the app in the "
                "Zoom Marketplace."
            ),
        ),
        "timed_out": ("The sign-in was not finished within {minutes} minutes.", _AGAIN),
        "cancelled": ("The sign-in was cancelled.", "Sign in again when you want to."),
        "superseded": (
            "A newer sign-in has replaced this one.",
            "Finish the newer one in the browser.",
        ),
        "no_browser": (
            "No web browser could be opened.",
            "Run “rtms-tray sign-in --no-browser” and open the address that it prints.",
        ),
        "port_taken": (
            "Port {port} on this computer cannot be opened for the sign-in: {cause}.",
            "Close the program that uses it, or set app.redirect_port to 0 for any free port.",
        ),
    }


_TOO_MANY: Final = 429
