"""Contracted power by period, which house and cars together are kept below."""

from typing import Any

import pytest

from tests.integration.conftest import GRID, state
from tests.integration.world import World, world

__all__ = ["world"]


@pytest.fixture
def options() -> dict[str, Any]:
    """A contract is set up."""
    return {"grid_power": GRID, "contract": {"other_power": 7}}


async def test_house_and_car_together_stay_below_it(world: World) -> None:
    await world.select("fast")
    await world.pass_time(120, -1500)
    assert 4100 < world.car_w <= 5500
    # The sun relieves it.
    await world.pass_time(240, 3000)
    assert 8000 < world.car_w <= 10_000
    # It is no limit from outside.
    assert state(world.hass, "binary_sensor.ocpp_site_limit") == "off"
