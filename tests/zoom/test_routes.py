"""Certificates are loaded once, for HTTP and the feed, and again when others are named or time has passed."""

from pathlib import Path

import pytest
import trustme

from rtms_tray.zoom import routes
from rtms_tray.zoom.routes import trusted_certificates


def test_http_and_the_feed_share_the_certificates() -> None:
    assert trusted_certificates() is trusted_certificates()


def test_others_are_loaded_where_others_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = trusted_certificates()
    file = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    named = trusted_certificates()
    assert named is not before
    assert named.cert_store_stats()["x509_ca"] == 1


def test_after_a_while_they_are_loaded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    before = trusted_certificates()
    monkeypatch.setattr(routes, "_KEPT_S", -1)
    assert trusted_certificates() is not before
