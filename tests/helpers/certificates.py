"""TLS for servers in tests: certificates of a `trustme.CA`, for any host and any time."""

import ssl
from datetime import UTC, datetime, timedelta

import trustme

DAY = timedelta(days=1)


def server_tls(
    ca: trustme.CA, host: str = "127.0.0.1", *, begins: timedelta = -DAY, ends: timedelta = DAY
) -> ssl.SSLContext:
    """Return a server's TLS context whose certificate is valid for a host, relative to now."""
    now = datetime.now(UTC)
    certificate = ca.issue_cert(host, not_before=now + begins, not_after=now + ends)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
