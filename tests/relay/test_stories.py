"""Stories over a real JetStream: what the relay tells is what it told from memory, and the judge objects to nothing."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest

from tests.helpers.relay_routing import Routing
from tests.stories.judge import Judge
from tests.stories.modes import Mode
from tests.stories.relay import Store
from tests.stories.story import Story

T = TypeVar("T")
LIMIT_S = 20.0


@pytest.mark.parametrize("seed", [3, 443, 463])
async def test_a_story_passes_over_a_real_store(routing: Routing, seed: int) -> None:
    loop = asyncio.get_running_loop()

    def run(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result(LIMIT_S)

    def play() -> Judge:
        store = Store(routing.journal, routing.records, run)
        return Story(Mode.RELAY, seed, told.append, lambda: store).play()

    told: list[str] = []
    judge = await asyncio.to_thread(play)  # it waits for each answer, while this loop gives it
    assert judge.findings == []
    from_memory: list[str] = []
    Story(Mode.RELAY, seed, from_memory.append).play()
    assert told == from_memory
