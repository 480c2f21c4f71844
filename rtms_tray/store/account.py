"""Who signed in, without any secret: so that a locked keyring is not read as signed out."""

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rtms_tray.capture.units import Millis
from rtms_tray.store.files import read_regular, write_private


@dataclass(frozen=True, slots=True)
class Account:
    """A person who signed in; `filed_as` is the secret name of their refresh token.

    `kept` tells whether the newest of these tokens lies there: without a keyring, it is in memory only.
    """

    user_id: str
    email: str
    filed_as: str
    signed_in_at: Millis
    kept: bool = True
    account_id: str = ""  # their Zoom account; empty in files of older versions


def load_account(path: Path) -> Account | None:
    """Read who signed in; None when nobody did, or the file is damaged (signing in mends it)."""
    try:
        kept = json.loads(read_regular(path))
        account = Account(
            kept["user_id"],
            kept["email"],
            kept["filed_as"],
            kept["signed_in_at"],
            kept.get("kept", True) is not False,
            kept.get("account_id", ""),
        )
    except (OSError, ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None
    texts = (account.user_id, account.email, account.filed_as, account.account_id)
    whole = all(isinstance(text, str) for text in texts) and type(account.signed_in_at) is int
    return account if whole else None


def save_account(path: Path, account: Account) -> None:
    """Remember who signed in; raises OSError."""
    write_private(path, json.dumps({"schema": 1, **asdict(account)}, indent=1).encode())


def forget_account(path: Path) -> None:
    """Forget who signed in; done as well when nobody did; raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
