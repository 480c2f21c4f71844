"""The command `rtms-tray relay`: runs an instance of the relay, or checks what it needs."""

import argparse
import asyncio
import json
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace
from nats.errors import Error as NatsError

from rtms_tray.relay.application import Relay
from rtms_tray.relay.check import findings
from rtms_tray.relay.json_log import log_to_stderr
from rtms_tray.relay.nats_server import NatsServerError
from rtms_tray.relay.server import Server
from rtms_tray.relay.settings import PREFIX, Settings, SettingsError, load
from rtms_tray.support.tasks import Tasks

DONE, FAILED, USAGE = 0, 1, 2
_CONFIG: Final = f"{PREFIX}CONFIG"
_CHECKS_LEVEL: Final = "CRITICAL"
"""What a check finds, it says itself."""


def main(argv: Sequence[str]) -> int:
    """Run until SIGTERM or SIGINT, or check; exit with 0, with 1 if it could not, with 2 for wrong settings."""
    options = _parser().parse_args(argv)
    try:
        settings = _settings(options)
    except SettingsError as error:
        sys.stderr.write(f"rtms-tray relay: {error}\n")
        return USAGE
    log_to_stderr(_CHECKS_LEVEL if options.action == "check" else settings.log_level)
    if options.action == "check":
        return asyncio.run(_check(settings))
    try:
        return asyncio.run(_serve(settings))
    except (NatsServerError, NatsError, OSError) as error:
        sys.stderr.write(f"The relay cannot start: {error}\n")
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rtms-tray relay",
        description="Give each user of an app the events that are theirs. Settings come from a TOML file"
        f" and from the environment ({PREFIX}PUBLIC_URL and so on); packaging/relay has a guide.",
    )
    parser.add_argument("action", nargs="?", choices=("run", "check"), default="run")
    parser.add_argument("--config", type=Path, metavar="FILE", help=f"default: ${_CONFIG}")
    parser.add_argument("--host", help="listen here instead of 127.0.0.1")
    parser.add_argument("--port", type=int, help="0: any free port")
    parser.add_argument(
        "--nats", nargs="+", metavar="URL", dest="nats_urls", help="use this cluster"
    )
    parser.add_argument("--data-folder", help="where the relay's own NATS server keeps everything")
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    file = options.config or (Path(os.environ[_CONFIG]) if os.environ.get(_CONFIG) else None)
    given: dict[str, Any] = {
        name: value
        for name in ("host", "port", "nats_urls", "data_folder")
        if (value := getattr(options, name)) is not None
    }
    environ = {name: value for name, value in os.environ.items() if name != _CONFIG}
    overridden = {PREFIX + name.upper(): _as_text(value) for name, value in given.items()}
    return load(environ | overridden, file)


def _as_text(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


async def _check(settings: Settings) -> int:
    broken = False
    async for finding in findings(settings):
        sys.stdout.write(f"{finding.level:8} {finding.text}\n")
        broken |= finding.level == "broken"
    return FAILED if broken else DONE


async def _serve(settings: Settings) -> int:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.create_server((settings.host, settings.port), family=family) as listener:
        port = listener.getsockname()[1]
        if settings.public_url.endswith(":0"):  # for tests: the port is known only now
            settings = replace(settings, public_url=f"{settings.public_url[:-1]}{port}")
        relay = Relay(settings)
        try:
            await relay.start()
            server = Server(relay, settings, listener)
            announcing = Tasks().start(_announce(server, settings, port), "announcing")
            ended_well = await server.run_until_ended()
            await announcing
        finally:
            await relay.stop()
    return DONE if ended_well else FAILED


async def _announce(server: Server, settings: Settings, port: int) -> None:
    """Print the addresses as JSON once trays and Zoom can come."""
    await server.ready.wait()
    address = {"relay_url": settings.origin, "port": port}
    sys.stdout.write(json.dumps(address) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
