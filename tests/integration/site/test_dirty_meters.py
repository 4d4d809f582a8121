"""Meters as many homes have them, for half an hour each: the car charges from the sun, and hardly anything is bought."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.site.siblings import latest_report_s, siblings_of
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.integration.conftest import GRID, state
from tests.integration.world import World, world

__all__ = ["world"]

SUN = "sensor.sun"
WATTS = {"unit_of_measurement": "W"}
HALF_AN_HOUR_S = 1800


@dataclass
class House:
    """A house whose sun changes, and whose meter shows what it is made to."""

    world: World
    sun_w: Callable[[int], float]
    grid_w: list[float] = field(default_factory=list)
    imported_wh: float = 0.0
    charged_wh: float = 0.0
    load_w: Callable[[int], float] = lambda _: 500.0
    told_w: float | None = None

    async def run(self, late_s: int, each_s: int, change_w: float = 0.0) -> None:
        """Let half an hour pass; the meter is late, tells at intervals, and only changes of some size."""
        self.world.shown = False
        for second in range(HALF_AN_HOUR_S):
            grid_w = self.world.car_w + self.load_w(second) - self.sun_w(second)
            self.grid_w.append(grid_w)
            self.imported_wh += max(0.0, min(grid_w, self.world.car_w)) / 3600
            self.charged_wh += self.world.car_w / 3600
            self.world.hass.states.async_set(SUN, f"{self.sun_w(second):.0f}", WATTS)
            told_w = self.grid_w[max(0, second - late_s)]
            changed = self.told_w is None or abs(told_w - self.told_w) >= change_w
            if second % each_s == 0 and changed:
                self.told_w = told_w
                self.world.show(told_w)
            await self.world.pass_time(1, 0)


def _clouds(second: int) -> float:
    return 8500.0 if second % 600 < 400 else 6500.0


class TestInSun:
    """A grid meter and the inverter."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """The sensors of both."""
        return {"grid_power": GRID, "pv_power": SUN}

    @pytest.mark.parametrize(
        ("late_s", "each_s", "change_w", "sun_w"),
        [
            pytest.param(20, 1, 0.0, _clouds, id="late"),
            pytest.param(1, 5, 100.0, lambda _: 8500.0, id="on change"),
            pytest.param(0, 120, 0.0, lambda _: 8500.0, id="slow"),
        ],
    )
    async def test_the_sun_is_charged_and_hardly_anything_else(
        self,
        world: World,
        late_s: int,
        each_s: int,
        change_w: float,
        sun_w: Callable[[int], float],
    ) -> None:
        await world.select("pv_only")
        house = House(world, sun_w)
        await house.run(late_s, each_s, change_w)
        assert house.imported_wh <= 60
        assert house.charged_wh > 2500
        assert world.car_w > 5000

    async def test_a_kettle_is_not_the_house_of_a_meter_that_tells_changes_only(
        self, world: World
    ) -> None:
        await world.select("pv_only")
        house, kettle = House(world, lambda _: 5900.0), range(900, 905)
        house.load_w = lambda second: 2500.0 if second in kettle else 500.0
        await house.run(0, 1, 100.0)
        assert house.charged_wh > 2000
        assert house.imported_wh <= 60
        assert world.car_w > 4000

    async def test_a_meter_that_tells_changes_only_shows_that_it_is_not_late(
        self, world: World
    ) -> None:
        house = House(world, _clouds)
        await house.run(0, 1, 100.0)
        assert house.charged_wh > 3200
        assert house.imported_wh <= 60
        assert float(state(world.hass, "sensor.ocpp_grid_meter_delay")) <= 2

    async def test_the_lateness_is_shown(self, world: World) -> None:
        await House(world, _clouds).run(20, 1)
        assert float(state(world.hass, "sensor.ocpp_grid_meter_delay")) == (
            pytest.approx(20, abs=4)
        )


async def test_a_meter_lives_while_its_device_reports(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=running.entry_id, identifiers={("test", "meter")}
    )
    meter, sibling = (
        er.async_get(hass).async_get_or_create(
            "sensor", "test", name, device_id=device.id, config_entry=running
        )
        for name in ("power", "voltage")
    )
    siblings = siblings_of(hass, [meter.entity_id])
    assert siblings == (sibling.entity_id,)
    assert latest_report_s(hass.states, siblings) == float("-inf")
    hass.states.async_set(sibling.entity_id, "230", timestamp=1_800_000_000.0)
    assert latest_report_s(hass.states, siblings) == 1_800_000_000.0
    hass.states.async_set(sibling.entity_id, "unavailable")
    assert latest_report_s(hass.states, siblings) == float("-inf")
