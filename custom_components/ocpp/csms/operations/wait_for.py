"""Waiting for what a charger will tell."""

import asyncio
from collections.abc import Callable

from ..model import Evse
from ..station import ChargingStation


async def comes_true(
    station: ChargingStation,
    evse_id: int,
    condition: Callable[[Evse], bool],
    patience_s: float,
) -> bool:
    """Wait until something is true of an EVSE, and return whether it has become so."""
    changed = asyncio.Event()
    unsubscribe = station.subscribe_evse(evse_id, lambda _: changed.set())
    try:
        async with asyncio.timeout(patience_s):
            while not condition(station.snapshot.evse(evse_id)):
                changed.clear()
                await changed.wait()
    except TimeoutError:
        return False
    finally:
        unsubscribe()
    return True
