"""The log of deliveries to the app's webhook: `GET /v2/marketplace/apps/{appId}/webhook_logs`.

Shape and refusals are those of Zoom's page (https://developers.zoom.us/docs/api/marketplace/).
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from rtms_tray.simulator.payloads import DAY_MS, Json
from rtms_tray.simulator.rtms_requests import Caller, Refusal, check_access
from rtms_tray.simulator.world import Delivered, Millis, World

SCOPE = "marketplace_app:read"
LARGEST_PAGE = 300
KEPT_MS = 7 * DAY_MS
FAILED, SUCCEEDED = "2", "3"


def note(world: World, event: Json, at: Millis) -> None:
    """Note that the webhook got an event, where its subscription has that."""
    settings = world.settings
    if settings.delivery_log and event["event"] not in settings.delivery_log_lacks:
        world.deliveries.append(Delivered(at=at, event=event))


def page(
    world: World, caller: Caller, app_id: str, params: Mapping[str, str], now: Millis
) -> Json | Refusal:
    """Answer the call."""
    if refusal := check_access(world, caller, SCOPE):
        return refusal
    user = world.users[caller.user or ""]
    if user.account_id != world.users["owner"].account_id:
        return Refusal(401, 201, "You do not have permission to access the targeted resource.")
    if app_id != world.app.app_id:
        return Refusal(404, 1401, f"APP ID does not exist: {app_id}.")
    try:
        since = _read(params.get("from")) or now - KEPT_MS
        until = _read(params.get("to")) or now
    except ValueError:
        words = "The dates must follow the format: `yyyy-MM-dd'T'HH:mm:ss'Z'`."
        return Refusal(404, 1503, words)
    if until <= since:
        return Refusal(404, 1501, "The 'to' date must be after the 'from' date.")
    if since < now - KEPT_MS:
        return Refusal(404, 1502, "The date range must be within the last seven days.")
    found = list(_found(world, params, since, min(until, now)))
    size = min(int(params.get("page_size", "30")), LARGEST_PAGE)
    first = int(params.get("next_page_token") or 0)
    more = str(first + size) if first + size < len(found) else ""
    listed = [_entry(world, one) for one in found[first : first + size]]
    return {"next_page_token": more, "page_size": size, "webhook_logs": listed}


def _found(
    world: World, params: Mapping[str, str], since: Millis, until: Millis
) -> Iterator[Delivered]:
    """List what is in the log by now; all that this webhook got succeeded."""
    if params.get("type", FAILED) == FAILED:
        return
    behind = round(world.settings.delivery_log_behind_s * 1000)
    wanted = params.get("event", "")
    for one in world.deliveries:
        if since <= one.at <= until - behind and wanted in ("", one.event["event"]):
            yield one


def _entry(world: World, one: Delivered) -> Json:
    at = datetime.fromtimestamp(one.at / 1000, UTC)
    return {
        "event": one.event["event"],
        "status": 200,
        "user_id": world.users["owner"].id,
        "endpoint": "https://app.example.com/zoom",
        "subscription_id": world.app.webhook_subscription_id,
        "request_headers": "N/A",
        "request_body": json.dumps(one.event, separators=(",", ":")),
        "response_headers": "{}",
        "response_body": "",
        "date_time": f"{at:%Y-%m-%dT%H:%M:%S}Z",
        "trace_id": f"WEB_{one.at:x}",
        "request_id": f"request_{one.at:x}",
        "retry_num": 0,
    }


def _read(text: str | None) -> Millis | None:
    if not text:
        return None
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)
