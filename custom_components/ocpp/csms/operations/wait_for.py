"""Waiting for the reports of a charger."""

import asyncio
from collections.abc import Callable

from ..model import Evse
from ..station import ChargingStation


async def comes_true(
    station: ChargingStation,
    evse_id: int,
    condition: Callable[[Evse], bool],
    timeout_s: float,
) -> bool:
    """Wait until a condition holds for an EVSE, and return whether it does."""
    changed = asyncio.Event()
    unsubscribe = station.subscribe_evse(evse_id, lambda _: changed.set())
    try:
        async with asyncio.timeout(timeout_s):
            while not condition(station.snapshot.evse(evse_id)):
                changed.clear()
                await changed.wait()
    except TimeoutError:
        return False
    finally:
        unsubscribe()
    return True
