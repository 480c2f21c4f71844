"""Certificates are loaded once, for HTTP and the feed, and again when others are named or time has passed."""

import ssl
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


def test_where_openssl_finds_none_the_systems_bundle_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = ssl.DefaultVerifyPaths("", "", "", "", "", "")
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nowhere)
    monkeypatch.setattr(routes, "_BUNDLES", (str(tmp_path / "none.pem"),))
    before = len(routes._of_system("linux").get_ca_certs())
    file = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(file)
    monkeypatch.setattr(routes, "_BUNDLES", (str(tmp_path / "none.pem"), str(file)))
    assert len(routes._of_system("linux").get_ca_certs()) == before + 1


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_elsewhere_the_system_itself_is_asked(platform: str) -> None:
    assert type(routes._of_system(platform)).__module__.startswith("truststore")
