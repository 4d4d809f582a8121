"""Two cars, a night with a departure, and a sunny morning: prices, a plan and shares, as the owner sees them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from tests.simulator.car import MIN_CURRENT_A, NOMINAL_VOLTAGE_V
from tests.simulator.demo import CARPORT, CHARGER, STEP_S, TIME_ZONE, Bay, Demo
from tests.simulator.house import Flows
from tests.simulator.price_days import price_steps
from tests.waiting import until

HOUSE_W = 500.0
SUN_W = 13_000.0
LONGEST_S = 180.0
WANTED_KWH = 4.0
"""So much that it takes all of the cheap time, and some more."""
LEAST_W = MIN_CURRENT_A * NOMINAL_VOLTAGE_V * 0.9
"""The least power of a car on one phase; it takes a little less than it is offered."""
REASON = CHARGER.entity("sensor", "reason")


def _drawn_w(bay: Bay) -> float:
    return 0.0 if bay.car is None else bay.car.power_w


async def _adopted(demo: Demo) -> tuple[Bay, Bay]:
    charger = await demo.connect_charger(CHARGER)
    await demo.adopt(charger)
    carport = await demo.connect_charger(CARPORT)
    await demo.adopt(carport)
    for bay in (charger, carport):
        await demo.plug_in(bay)
    return charger, carport


@asynccontextmanager
async def _shining(demo: Demo, sun_w: float) -> AsyncIterator[None]:
    """Let the sun shine, and the meters show it, second by second."""

    async def shine() -> None:
        while True:
            drawn_w = sum(_drawn_w(bay) for bay in demo.bays)
            await demo.publish(Flows(sun_w, HOUSE_W, 0.0, drawn_w))
            await asyncio.sleep(STEP_S)

    shining = asyncio.create_task(shine())
    try:
        yield
    finally:
        shining.cancel()
        await asyncio.gather(shining, return_exceptions=True)


async def _foretell_prices(demo: Demo, dear: timedelta) -> datetime:
    """Have the night be dear, then cheap for half an hour; return since when it is cheap."""
    now = datetime.now(TIME_ZONE)
    steps = [(1200.0, 0.10), (600.0, 0.11), (7200.0, 0.30)]
    demo.prices = price_steps(now, [(dear.total_seconds(), 0.45), *steps])
    await demo.foretell()
    return now + dear


async def _until(condition: Callable[[], bool]) -> None:
    await until(condition, LONGEST_S)


@pytest.mark.timeout(600)
async def test_a_departure_is_met_from_cheap_hours_and_the_sun_is_shared(
    demo: Demo,
) -> None:
    await demo.start_home_assistant()
    demo.house.sun_share = 0.0
    await demo.set_up_integration()
    charger, carport = await _adopted(demo)

    # At night, the car with a departure waits until electricity is cheap.
    now = datetime.now(TIME_ZONE)
    demo.forecast_w = {now.isoformat(): 0.0}
    await _foretell_prices(demo, timedelta(minutes=20))
    await demo.want(CHARGER, WANTED_KWH, now + timedelta(hours=1))
    async with _shining(demo, 0.0):
        await demo.api.wait_for_state(REASON, ["waiting_for_cheap_price"])
        # It becomes cheap sooner than was foretold.
        cheap_at = await _foretell_prices(demo, timedelta(seconds=5))
        await _until(lambda: _drawn_w(charger) > 0)
        assert datetime.now(TIME_ZONE) >= cheap_at
        await _until(lambda: _drawn_w(charger) > 10_000)
        assert await demo.api.state(REASON) == "planned"
        assert _drawn_w(carport) == 0
        # It goes on until it has what was wanted, and no longer.
        charger.charger.connectors[1].energy_wh += WANTED_KWH * 1000
        await charger.charger.meter()
        await _until(lambda: _drawn_w(charger) < 5_000)

    # In the morning, both share the sun; each has its least before either has more.
    async with _shining(demo, SUN_W):

        def both_charge() -> bool:
            drawn_w = [_drawn_w(bay) for bay in demo.bays]
            surplus_w = SUN_W - HOUSE_W
            return (
                min(drawn_w) >= LEAST_W
                and surplus_w - 1_000 <= sum(drawn_w) <= surplus_w + 200
            )

        await _until(both_charge)
