"""Mutates JSON as JSON: random bytes seldom get past the parser, and so test little else."""

import json
import random
from typing import Any, Final

from tests.fuzz.seeds import WORDS

_ODD: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 3, 13267, 1e300, 1793448000000, 10**25, "", " ", "me", "uuid-1==", "98712345670",
    "host", "started", "approved", "not approved", "\u202e\x1b[31m", "=1+1", "<b>", [], {}, [[]], [None], {"id": 1},
    "2026-11-21T03:00:00Z", "9999-12-31T23:59:59-23:59", "x" * 400,
)  # fmt: skip
_KEYS: Final = (
    "event", "event_ts", "payload", "object", "meeting_id", "meeting_uuid", "webinar_uuid", "host_id", "id",
    "participant", "participant_uuid", "rtms_stream_id", "stop_reason", "operator_id", "status", "result", "code",
    "message", "settings", "join_before_host", "concurrency_number", "user_id", "error", "schema", "say", "exit",
)  # fmt: skip
_OF_A_MEETING: Final = (
    "rtms_started", "rtms_stopped", "rtms_interrupted", "started", "ended", "participant_joined",
    "participant_left", "participant_jbh_joined", "participant_jbh_waiting", "participant_admitted",
    "participant_role_changed", "participant_joined_breakout_room", "participant_left_breakout_room",
)  # fmt: skip
_EVENTS: Final = (
    *(f"{kind}.{what}" for kind in ("meeting", "webinar") for what in _OF_A_MEETING),
    "rtms.concurrency_limited", "rtms.concurrency_near_limit", "rtms.request_status", "app_deauthorized",
)  # fmt: skip


def reshaped(data: bytes, seed: int) -> bytes:
    """Change one line that ends in JSON a little, and sometimes repeat a line."""
    chance = random.Random(seed)  # noqa: S311 - for tests, to be repeated
    lines = data.split(b"\n")
    place = chance.randrange(len(lines))
    lines[place] = _line(lines[place], chance)
    if not chance.randrange(4):
        lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    return b"\n".join(lines)


def _line(line: bytes, chance: random.Random) -> bytes:
    start = line.find(b"{")
    try:
        tree = json.loads(line[max(start, 0) :])
    except (ValueError, RecursionError):
        return line + chance.choice(WORDS)
    for _ in range(chance.randint(1, 4)):
        tree = _changed(tree, chance)
    return line[: max(start, 0)] + json.dumps(
        tree, ensure_ascii=bool(chance.getrandbits(1))
    ).encode(errors="replace")


def _changed(tree: Any, chance: random.Random) -> Any:  # noqa: ANN401 - any JSON
    """Change one random place of the tree."""
    if isinstance(tree, str) and tree.startswith("{"):
        return _line(tree.encode(errors="replace"), chance).decode(errors="replace")
    if not isinstance(tree, dict | list) or not tree or not chance.randrange(6):
        return _other(tree, chance)
    if isinstance(tree, list):
        place = chance.randrange(len(tree))
        return [*tree[:place], _changed(tree[place], chance), *tree[place + 1 :]]
    key = chance.choice(list(tree))
    match chance.randrange(6):
        case 0:
            return {name: value for name, value in tree.items() if name != key}
        case 1:
            return {**tree, chance.choice(_KEYS): tree[key]}
        case 2:
            return {**tree, chance.choice(_KEYS): chance.choice(_ODD)}
        case _:
            return {**tree, key: _changed(tree[key], chance)}


def _other(value: Any, chance: random.Random) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, str) and "." in value and chance.randrange(3):
        return chance.choice(_EVENTS)
    if isinstance(value, str) and not chance.randrange(3):
        return value + chance.choice(WORDS).decode(errors="replace")
    return chance.choice(_ODD)
