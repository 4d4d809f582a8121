"""Waiting for what the other side of a socket brings about."""

import asyncio
from collections.abc import Callable

LONGEST_S = 60.0
"""The time after which a test has failed, on however slow a machine."""


async def until(condition: Callable[[], object], timeout_s: float = LONGEST_S) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.005)


async def settled(identity: str) -> None:
    """Wait until the central system has finished all that it is about with a charger."""
    await until(
        lambda: all(
            task.get_name() != f"ocpp {identity}" for task in asyncio.all_tasks()
        )
    )
