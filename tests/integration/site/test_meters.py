"""The user's meters, whichever there are: what they say together, and how old it may be."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ocpp.entities.pace import SENSED
from custom_components.ocpp.entities.surplus import STEP_W
from custom_components.ocpp.site.meters import Sources, told_by
from custom_components.ocpp.surplus.model import SiteReading
from custom_components.ocpp.surplus.sensing.reading import site_reading
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import GRID, change_options, choose_meters, state
from tests.integration.world import LEAST_W, World, world

__all__ = ["world"]

SUN, HOUSE, BATTERY = "sensor.sun", "sensor.house", "sensor.battery"
WATTS = {"unit_of_measurement": "W"}
BASE_W = 500.0


def _show(world: World, sun_w: float, house_w: float) -> None:
    """Have the inverter show the sun, and what the house draws."""
    world.hass.states.async_set(SUN, f"{sun_w:.0f}", WATTS)
    world.hass.states.async_set(HOUSE, f"{house_w:.0f}", WATTS)


class TestWithoutGridMeter:
    """All that is known is what the sun gives and what the house draws."""

    @pytest.fixture
    def options(self, request: pytest.FixtureRequest) -> dict[str, Any]:
        """An inverter that shows both."""
        return {"pv_power": SUN, "house_power": HOUSE}

    async def test_the_sun_is_followed(self, world: World) -> None:
        world.shown = False
        for sun_w in (8500.0, 6500.0, 8000.0):
            for _ in range(90):
                _show(world, sun_w, BASE_W + world.car_w)
                await world.pass_time(1, 0)
            assert sun_w - BASE_W - 900 < world.car_w < sun_w - BASE_W + 200

    async def test_sun_that_is_told_each_minute_is_followed(self, world: World) -> None:
        world.shown = False
        for second in range(600):
            if second % 60 == 0:
                world.hass.states.async_set(SUN, "8500", WATTS)
            house_w = BASE_W + world.car_w
            world.hass.states.async_set(HOUSE, f"{house_w:.0f}", WATTS)
            await world.pass_time(1, 0)
        assert 7000 < world.car_w < 8200

    @pytest.mark.parametrize("silent", [SUN, HOUSE])
    async def test_sun_that_is_not_told_any_more_is_not_counted_on(
        self, world: World, silent: str
    ) -> None:
        world.shown = False
        for second in range(360):
            if second < 90 or silent != SUN:
                world.hass.states.async_set(SUN, "8500", WATTS)
            if second < 90 or silent != HOUSE:
                house_w = BASE_W + world.car_w
                world.hass.states.async_set(HOUSE, f"{house_w:.0f}", WATTS)
            await world.pass_time(1, 0)
            if second == 89:
                assert world.car_w > 7000
        assert world.car_w == 0

    class TestCarsApart:
        """The chargers have a meter of their own."""

        @pytest.fixture
        def options(self) -> dict[str, Any]:
            """The house is measured without the cars."""
            return {"pv_power": SUN, "house_power": HOUSE, "house_includes_cars": False}

        async def test_the_sun_is_followed(self, world: World) -> None:
            world.shown = False
            for sun_w in (8500.0, 6500.0, 8000.0):
                for _ in range(90):
                    _show(world, sun_w, BASE_W)
                    await world.pass_time(1, 0)
                assert sun_w - BASE_W - 900 < world.car_w < sun_w - BASE_W + 200


class TestMinutes:
    """A grid meter that is read once a minute."""

    async def test_the_sun_is_followed(self, world: World) -> None:
        world.shown = False
        for second in range(900):
            if second % 60 == 0:
                world.show(world.car_w - 8000)
            await world.pass_time(1, 0)
        assert 7000 < world.car_w < 8300


SOURCES = Sources.of(
    {
        "pv_power": SUN,
        "house_power": HOUSE,
        "battery_power": BATTERY,
        "battery_soc": "sensor.soc",
    }
)


def _read(hass: HomeAssistant, sources: Sources) -> SiteReading | None:
    """Return the reading of a site without cars."""
    return site_reading(told_by(hass.states, sources), lambda _: 0.0)


async def test_the_grid_is_what_sun_and_battery_leave_of_what_the_house_draws(
    hass: HomeAssistant,
) -> None:
    hass.states.async_set(SUN, "3.2", {"unit_of_measurement": "kW"})
    hass.states.async_set(HOUSE, "1500", WATTS)
    hass.states.async_set(BATTERY, "-1000", WATTS)
    hass.states.async_set("sensor.soc", "63.5")
    reading = _read(hass, SOURCES)
    assert reading is not None
    assert reading.grid_power_w == pytest.approx(1500 - 3200 + 1000)
    assert reading.battery_power_w == -1000
    assert reading.battery_soc_percent == 63.5


@pytest.mark.parametrize("gone", [SUN, HOUSE])
@pytest.mark.parametrize("word", ["unavailable", "unknown", "inf"])
async def test_what_is_not_known_is_not_guessed(
    hass: HomeAssistant, gone: str, word: str
) -> None:
    for entity_id in (SUN, HOUSE, BATTERY):
        hass.states.async_set(entity_id, "1000", WATTS)
    reading = _read(hass, SOURCES)
    assert reading is not None
    assert reading.is_complete
    hass.states.async_set(gone, word, WATTS)
    reading = _read(hass, SOURCES)
    assert reading is not None
    assert reading.grid_power_w is None


async def test_a_battery_that_is_away_takes_nothing_from_what_the_grid_meter_tells(
    hass: HomeAssistant,
) -> None:
    sources = Sources.of({"grid_power": GRID, "battery_power": BATTERY})
    hass.states.async_set(GRID, "-8000", WATTS)
    hass.states.async_set(BATTERY, "unavailable", WATTS)
    reading = _read(hass, sources)
    assert reading is not None
    assert (reading.grid_power_w, reading.battery_power_w) == (-8000, None)


async def test_a_battery_that_does_not_tell_how_full_it_is_is_a_battery(
    hass: HomeAssistant,
) -> None:
    for entity_id in (SUN, HOUSE, BATTERY):
        hass.states.async_set(entity_id, "1000", WATTS)
    hass.states.async_set("sensor.soc", "unknown")
    reading = _read(hass, SOURCES)
    assert reading is not None
    assert reading.battery_soc_percent is None


async def test_each_power_is_as_old_as_it_is(hass: HomeAssistant) -> None:
    now_s = 1_800_000_000.0
    hass.states.async_set(GRID, "100", WATTS, timestamp=now_s)
    hass.states.async_set(BATTERY, "200", WATTS, timestamp=now_s - 7)
    sources = Sources.of({"grid_power": GRID, "battery_power": BATTERY})
    reading = _read(hass, sources)
    assert reading is not None
    assert (reading.grid_at_s, reading.battery_at_s) == (now_s, now_s - 7)


async def test_an_old_power_of_the_sun_makes_the_whole_old(hass: HomeAssistant) -> None:
    now_s = 1_800_000_000.0
    hass.states.async_set(HOUSE, "500", WATTS, timestamp=now_s)
    sources = replace(SOURCES, batteries=())
    for age_s, seen_s in ((30, now_s), (60, now_s), (300, now_s - 240)):
        hass.states.async_remove(SUN)
        hass.states.async_set(SUN, "3000", WATTS, timestamp=now_s - age_s)
        reading = _read(hass, sources)
        assert reading is not None
        assert reading.grid_at_s == seen_s


async def test_it_takes_sun_and_house_or_the_grid(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    for entity_id in (SUN, HOUSE):
        hass.states.async_set(entity_id, "0", WATTS)
    result = await choose_meters(
        hass, running, "solar_house", pv_power=SUN, house_power=HOUSE
    )
    assert result["type"] == "create_entry"
    await hass.async_block_till_done()
    hass.states.async_set(SUN, str(LEAST_W), WATTS)
    await hass.async_block_till_done()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=SENSED.apart_s))
    surplus_w = float(state(hass, "sensor.ocpp_solar_surplus"))
    assert surplus_w == pytest.approx(LEAST_W, abs=STEP_W)


@pytest.mark.parametrize(
    ("hold", "error"),
    [
        ({"hold_actions": [{"action": "a.b"}]}, "both_needed"),
        (
            {"hold_actions": [{"action": "a.b"}], "release_actions": [{"oops": 1}]},
            "invalid_actions",
        ),
    ],
)
async def test_actions_that_cannot_be_run_are_refused(
    hass: HomeAssistant, running: MockConfigEntry, hold: dict[str, Any], error: str
) -> None:
    hass.states.async_set(GRID, "0", WATTS)
    result = await change_options(hass, running, "battery", {"battery_hold": hold})
    assert result["errors"] == {"battery_hold": error}
