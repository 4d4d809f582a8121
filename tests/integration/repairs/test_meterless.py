"""Without a meter, a car that waits for the sun says so, and all else works."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.integration.conftest import choose_meters, show_grid, state
from tests.integration.world import LEAST_W, World, world

__all__ = ["world"]


@pytest.fixture
def options() -> dict[str, Any]:
    """Nothing is measured."""
    return {}


def _waiting(hass: HomeAssistant) -> str | None:
    """Return the chargers in the repair; None without one."""
    for issue in ir.async_get(hass).issues.values():
        if issue.domain == DOMAIN and issue.translation_key == "no_meter":
            return (issue.translation_placeholders or {})["chargers"]
    return None


async def test_the_sun_cannot_be_followed_without_a_meter(
    hass: HomeAssistant, world: World
) -> None:
    world.shown = False
    await world.pass_time(150, 0)
    assert state(hass, "sensor.charger_reason") == "no_meter"
    assert _waiting(hass) == "Charger"
    assert world.car_w == 0
    await world.select("fast")
    await world.pass_time(20, 0)
    assert _waiting(hass) is None
    assert world.car_w > LEAST_W
    assert state(hass, "sensor.charger_reason") == "fast"


async def test_a_meter_that_is_added_is_followed(
    hass: HomeAssistant, world: World, entry: MockConfigEntry
) -> None:
    world.shown = False
    await world.pass_time(20, 0)
    show_grid(hass, -2 * LEAST_W)
    await choose_meters(hass, entry, "one_sensor", grid_power=["sensor.grid_power"])
    world.shown = True
    await world.pass_time(150, 2 * LEAST_W)
    assert _waiting(hass) is None
    assert world.car_w > 0
