"""The delay of the grid meter: learned from the cars, unless the owner knows better."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.integration.conftest import GRID, change_options, choose_meters, state
from tests.integration.world import World, world

__all__ = ["world"]

DELAY = "sensor.ocpp_grid_meter_delay"
OTHER = "sensor.other_grid_power"


async def _show_late(
    world: World, late_s: int, seconds: int, meter: str = GRID
) -> None:
    """Have a meter show what was true a while ago, in sun that comes and goes."""
    world.shown = False
    grid_w: list[float] = []
    for second in range(seconds):
        sun_w = 8000.0 if second % 300 < 200 else 5000.0
        grid_w.append(world.car_w - sun_w)
        value = f"{grid_w[max(0, second - late_s)]:.0f}"
        world.hass.states.async_set(meter, value, {"unit_of_measurement": "W"})
        await world.pass_time(1, 0)


def _delay_s(hass: HomeAssistant) -> float:
    return float(state(hass, DELAY))


def _attributes(hass: HomeAssistant) -> dict[str, Any]:
    shown = hass.states.get(DELAY)
    assert shown is not None
    return dict(shown.attributes)


async def test_the_owner_overrides_what_is_learned_and_takes_it_back(
    hass: HomeAssistant, world: World, entry: MockConfigEntry
) -> None:
    await _show_late(world, 20, 600)
    assert _delay_s(hass) == pytest.approx(20, abs=4)
    assert _attributes(hass)["set_by_owner"] is False
    result = await change_options(hass, entry, "delay", {"grid_meter_delay": 5})
    assert result["type"] == "create_entry"
    await hass.async_block_till_done()
    await _show_late(world, 20, 30)
    assert _delay_s(hass) == 5
    assert _attributes(hass)["set_by_owner"] is True
    assert _attributes(hass)["learned"] == pytest.approx(20, abs=4)
    await change_options(hass, entry, "delay", {})
    await hass.async_block_till_done()
    await _show_late(world, 20, 30)
    assert _delay_s(hass) == pytest.approx(20, abs=4)


async def test_another_meter_is_learned_anew(
    hass: HomeAssistant, world: World, entry: MockConfigEntry
) -> None:
    await _show_late(world, 20, 600)
    hass.states.async_set(OTHER, "0", {"unit_of_measurement": "W"})
    await choose_meters(hass, entry, "one_sensor", grid_power=[OTHER])
    await hass.async_block_till_done()
    await _show_late(world, 0, 1, OTHER)
    assert state(hass, DELAY) == "unknown"
    await _show_late(world, 0, 900, OTHER)
    assert _delay_s(hass) <= 3


class TestStated:
    """A delay that was set before anything could be learned."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """A meter that is known to be late."""
        return {"grid_power": GRID, "grid_meter_delay": 30}

    async def test_it_holds_from_the_start(
        self, hass: HomeAssistant, world: World
    ) -> None:
        await world.pass_time(2, 0)
        assert _delay_s(hass) == 30
        imported_wh, world.shown = 0.0, False
        grid_w: list[float] = []
        for _ in range(900):
            grid_w.append(world.car_w - 6000.0)
            imported_wh += max(0.0, grid_w[-1]) / 3600
            world.show(grid_w[max(0, len(grid_w) - 31)])
            await world.pass_time(1, 0)
        assert imported_wh < 20
        assert world.car_w > 4500
