"""Both programs' scopes: a task ends with its scope, even where a cancellation was lost."""

from __future__ import annotations

import asyncio

import pytest

import agent_desktop.tasks
import cti_bridge.tasks

BOTH = pytest.mark.parametrize("tasks", [cti_bridge.tasks, agent_desktop.tasks])


@BOTH
async def test_a_lost_cancellation_is_asked_for_again(tasks, monkeypatch):
    monkeypatch.setattr(tasks, "ASK_AGAIN", 0.01)
    lost: list[int] = []

    async def deaf() -> None:
        while len(lost) < 3:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                lost.append(1)
        await asyncio.sleep(3600)

    scope = tasks.Scope("test")
    task = scope.spawn(deaf(), "deaf")
    await asyncio.sleep(0)
    async with asyncio.timeout(30):
        await scope.close()
    assert len(lost) == 3
    assert task.cancelled()


@BOTH
async def test_a_task_may_take_leave(tasks):
    said: list[str] = []

    async def polite() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0.01)
            said.append("goodbye")

    scope = tasks.Scope("test")
    scope.spawn(polite(), "polite")
    await asyncio.sleep(0)
    await scope.close()
    await scope.close()
    assert said == ["goodbye"]
