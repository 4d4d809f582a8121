"""A site that pays for each phase by itself."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.integration.conftest import GRID, change_options
from tests.integration.world import World, world

__all__ = ["world"]

PHASES = {f"grid_power_l{phase}": f"sensor.grid_l{phase}" for phase in (1, 2, 3)}
WATTS = {"unit_of_measurement": "W"}


@pytest.fixture
def options() -> dict[str, Any]:
    """A meter that shows the power of each phase, and nothing else."""
    return {**PHASES, "phases_apart": True}


async def _shine(
    world: World, seconds: int, surplus_w: tuple[float, float, float]
) -> None:
    """Let each phase have its own surplus beside the car, which draws on all three."""
    world.shown = False
    for _ in range(seconds):
        for entity_id, watts in zip(PHASES.values(), surplus_w, strict=True):
            grid_w = world.car_w / 3 - watts
            world.hass.states.async_set(entity_id, f"{grid_w:.0f}", WATTS)
        await world.pass_time(1, 0)


async def test_the_car_takes_what_its_weakest_phase_has(world: World) -> None:
    await _shine(world, 120, (2000, 3000, 4000))
    assert 0.85 * 6000 < world.car_w <= 6000
    await _shine(world, 120, (5000, 5000, 100))
    assert world.car_w == 0


async def test_all_three_phases_are_needed(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    for entity_id in (GRID, *PHASES.values()):
        hass.states.async_set(entity_id, "0", WATTS)
    apart = {"phases_apart": True}
    one = {"grid_power_l1": "sensor.grid_l1"}
    result = await change_options(hass, running, "phases", apart, {**apart, **one})
    assert result["errors"] == {"base": "phases_incomplete"}
    result = await change_options(hass, running, "phases", {**apart, **PHASES})
    assert result["type"] == "create_entry"
