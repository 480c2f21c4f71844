"""What is in packaging/relay fits the relay: its settings, the receiver's code, the unit."""

import io
import re
import urllib.request
from pathlib import Path

import pytest

from rtms_tray.relay.settings import Settings, load
from rtms_tray.relay.signatures import signing_key

FOLDER = Path(__file__).parents[2] / "packaging" / "relay"
SECRETS = {"RTMS_RELAY_WEBHOOK_SECRETS": "secret"}


def test_the_settings_file_is_valid_as_it_is(tmp_path: Path) -> None:
    assert load(SECRETS, FOLDER / "relay.toml").origin == "https://relay.example.com"
    text = (FOLDER / "relay.toml").read_text(encoding="utf-8")
    everything = tmp_path / "relay.toml"
    everything.write_text(re.sub(r"^# (?=\w+ =)", "", text, flags=re.MULTILINE), encoding="utf-8")
    assert load(SECRETS, everything).replicas == 3


def test_the_receivers_code_in_the_guide_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (FOLDER / "guide.md").read_text(encoding="utf-8")
    code = guide.split("```python\n")[1].split("```")[0]
    sent: list[urllib.request.Request] = []

    def urlopen(request: urllib.request.Request, timeout: float) -> io.BytesIO:
        assert timeout == 3
        sent.append(request)
        return io.BytesIO()

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102 - the guide's own
    tell = names["tell_relay"]
    assert callable(tell)
    tell("key", "stream", 2, 5)
    (request,) = sent
    headers = {name.lower(): value for name, value in request.header_items()}
    at = headers["x-rtms-tray-request-timestamp"]
    assert isinstance(request.data, bytes)
    signature = headers["x-rtms-tray-signature"]
    assert signing_key(["key"], at, request.data, signature, float(at)) == "key"


def test_settings_in_the_unit_and_the_container_exist() -> None:
    names = {f"RTMS_RELAY_{name.upper()}" for name in Settings.__struct_fields__}
    for file in ("rtms-tray-relay.service", "Containerfile", "guide.md", "relay.toml"):
        used = re.findall(r"RTMS_RELAY_\w+", (FOLDER / file).read_text(encoding="utf-8"))
        assert {name.removesuffix("_FILE") for name in used} - {"RTMS_RELAY_NAME"} <= names
