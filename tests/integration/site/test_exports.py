"""An inverter that must not export, and export that is left to others."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.integration.conftest import GRID, change_options, state
from tests.integration.world import LEAST_W, World, world

__all__ = ["world"]

SUN = "sensor.sun"
BASE_W = 500.0
WATTS = {"unit_of_measurement": "W"}


@pytest.fixture
def options() -> dict[str, Any]:
    """A grid meter, an inverter, and its limit."""
    return {"grid_power": GRID, "pv_power": [SUN], "export_limit": 0}


async def _shine(world: World, seconds: int, possible_w: float) -> float:
    """Let an inverter give what the house and the car take, as far as it can; return the import for the car."""
    world.shown, imported_wh = False, 0.0
    for _ in range(seconds):
        load_w = BASE_W + world.car_w
        sun_w = min(possible_w, load_w)
        world.hass.states.async_set(SUN, f"{sun_w:.0f}", WATTS, force_update=True)
        world.show(load_w - sun_w)
        imported_wh += min(load_w - sun_w, world.car_w) / 3600
        await world.pass_time(1, 0)
    return imported_wh


async def test_sun_that_an_inverter_holds_back_is_found(world: World) -> None:
    imported_wh = await _shine(world, 600, 9000)
    assert world.car_w > 7000
    assert imported_wh < 60
    await _shine(world, 200, 1000)
    assert world.car_w == 0


async def test_what_is_left_at_the_grid_is_shown_as_the_reason(world: World) -> None:
    await world.pass_time(60, 5000)
    assert world.car_w >= LEAST_W
    service = {"entity_id": "number.ocpp_leave_at_the_grid", "value": 3000}
    await world.hass.services.async_call("number", "set_value", service, blocking=True)
    await world.pass_time(200, 5000)
    assert world.car_w == 0
    assert state(world.hass, "sensor.charger_reason") == "left_at_grid"


async def test_what_is_lost_needs_a_limit(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    for entity_id in (GRID, SUN):
        hass.states.async_set(entity_id, "0", WATTS)
    sun = {"pv_power": [SUN], "only_excess": True}
    result = await change_options(
        hass, running, "solar", sun, {**sun, "export_limit": 5000}
    )
    assert result["type"] == "create_entry"
    result = await change_options(hass, running, "solar", sun)
    assert result["errors"] == {"export_limit": "limit_needed"}
