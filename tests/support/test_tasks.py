"""Background tasks: kept, their failures logged, ended together; and every task has an owner."""

import ast
import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

import rtms_tray
from rtms_tray.support.tasks import ChangeSignal, Tasks
from tests.helpers.expected_logs import ExpectedLogs

PACKAGE = Path(rtms_tray.__file__).parent


async def test_a_task_is_kept_until_it_is_done() -> None:
    tasks, gate, done = Tasks(), asyncio.Event(), []

    async def work() -> None:
        await gate.wait()
        done.append(1)

    tasks.spawn(work(), "work")
    await asyncio.sleep(0)
    gc.collect()
    gate.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert done == [1]
    assert not tasks._tasks


async def test_a_failure_is_logged_with_the_tasks_name(expected_logs: ExpectedLogs) -> None:
    expected_logs.expect("rtms_tray.support.tasks:ERROR:Background task digging failed")
    tasks = Tasks()

    async def fail() -> None:
        raise ValueError("a stone")

    task = tasks.spawn(fail(), "digging")
    await asyncio.wait({task})
    await asyncio.sleep(0)


async def test_a_failure_belongs_to_whoever_awaits_the_task() -> None:
    tasks = Tasks()

    async def fail() -> None:
        raise ValueError("a stone")

    with pytest.raises(ValueError, match="stone"):
        await tasks.start(fail(), "digging")


async def test_a_failure_that_nobody_awaits_any_more_is_forgotten(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tasks, gate = Tasks(), asyncio.Event()

    async def fail() -> None:
        await gate.wait()
        raise ValueError("a stone")

    tasks.start(fail(), "digging")
    await asyncio.sleep(0)
    gate.set()
    await tasks.finish()
    gc.collect()
    assert not caplog.records


async def test_finishing_waits_and_cancels_nothing() -> None:
    tasks, gate = Tasks(), asyncio.Event()
    task = tasks.spawn(gate.wait(), "wait")
    asyncio.get_running_loop().call_soon(gate.set)
    await tasks.finish()
    assert task.result() is True
    await tasks.finish()  # nothing runs any more


async def test_closing_ends_all_even_what_begins_meanwhile() -> None:
    tasks, ended = Tasks(), []

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            tasks.spawn(late(), "late")
            ended.append("stubborn")

    async def late() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("late")

    tasks.spawn(stubborn(), "stubborn")
    await asyncio.sleep(0)
    await tasks.close()
    assert "stubborn" in ended
    assert not tasks._tasks


async def test_a_task_may_close_its_owner() -> None:
    tasks = Tasks()
    task = tasks.spawn(tasks.close(), "the last")
    other = tasks.spawn(asyncio.sleep(60), "other")
    await asyncio.wait({task}, timeout=5)
    assert task.done()
    assert other.cancelled()


@pytest.mark.timeout(10)
async def test_closing_as_a_task_ends_does_not_loop_forever() -> None:
    tasks = Tasks()
    task = tasks.spawn(asyncio.sleep(0), "short")
    await asyncio.sleep(0)
    # The task takes its last step, then this one begins to close; its end is noticed only after both.
    await asyncio.create_task(tasks.close())
    assert task.done()
    assert not task.cancelled()
    assert not tasks._tasks


async def test_a_change_wakes_everybody_who_waits() -> None:
    changes = ChangeSignal()
    waiting = [asyncio.create_task(changes.next()) for _ in range(3)]
    await asyncio.sleep(0)
    changes.ring()
    await asyncio.gather(*waiting)
    changes.ring()


async def test_until_checks_before_it_waits() -> None:
    assert await ChangeSignal().until(lambda: True, 0.0)


async def test_until_checks_again_at_every_change() -> None:
    changes, latest = ChangeSignal(), [0]
    waiting = asyncio.create_task(changes.until(lambda: latest[0] == 3, 5))
    for number in (1, 2, 3):
        await asyncio.sleep(0)
        latest[0] = number
        changes.ring()
    assert await waiting


async def test_until_checks_a_last_time_when_it_gives_up() -> None:
    changes, so = ChangeSignal(), [False]
    assert not await changes.until(lambda: so[0], 0.01)
    waiting = asyncio.create_task(changes.until(lambda: so[0], 0.01))
    await asyncio.sleep(0)
    so[0] = True
    assert await waiting
    assert not changes._waiting


async def test_a_cancelled_waiter_is_forgotten() -> None:
    changes = ChangeSignal()
    waiting = asyncio.create_task(changes.next())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not changes._waiting
    changes.ring()


async def test_a_change_just_before_a_cancel_is_harmless() -> None:
    changes = ChangeSignal()
    waiting = asyncio.create_task(changes.next())
    await asyncio.sleep(0)
    waiting.cancel()
    changes.ring()
    with pytest.raises(asyncio.CancelledError):
        await waiting


OWNERS = ("support/tasks.py", "desktop/event_loop.py")
GROUPS = {"group", "_group"}
"""What an `asyncio.TaskGroup` is called: it ends its tasks itself."""


def makers() -> Iterator[str]:
    """Each place of the program that makes a task by hand; the simulator stands alone."""
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE).as_posix()
        if place in OWNERS or place.startswith("simulator/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if makes_a_task(node):
                yield place


def makes_a_task(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return any(name.name in {"create_task", "ensure_future"} for name in node.names)
    if not isinstance(node, ast.Attribute) or node.attr not in {"create_task", "ensure_future"}:
        return False
    owner = node.value
    name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
    return name not in GROUPS


def test_every_task_has_an_owner() -> None:
    assert not set(makers())


@pytest.mark.parametrize(
    ("line", "by_hand"),
    [
        ("asyncio.create_task(work())", True),
        ("asyncio.get_running_loop().create_task(work())", True),
        ("asyncio.ensure_future(work())", True),
        ("from asyncio import create_task", True),
        ("self._group.create_task(work())", False),
        ("group.create_task(work())", False),
        ("self._tasks.spawn(work(), 'work')", False),
    ],
)
def test_tasks_made_by_hand_are_found(line: str, *, by_hand: bool) -> None:
    assert any(map(makes_a_task, ast.walk(ast.parse(line)))) is by_hand
