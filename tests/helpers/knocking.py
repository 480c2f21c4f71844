"""Knocks at a port until nobody answers any more."""

import httpx2

_PATIENCE_S = 0.5


async def nobody_answers(http: httpx2.AsyncClient, url: str) -> None:
    """Return once connecting is refused.

    A connection that comes in the very moment of closing may be dropped, or be left without an
    answer (asyncio loses it between accepting and serving), so none is waited for long.
    """
    while True:
        try:
            await http.get(url, timeout=_PATIENCE_S)
        except httpx2.ConnectError:
            return
        except httpx2.TransportError:
            continue
