"""Settings of the site: sharing of the sun between cars and with the battery, and the hold on the battery."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from tests.integration.conftest import GRID, Connect, charger_subentry, connected, state
from tests.integration.world import LEAST_W, World, world
from tests.simulator.car import Car
from tests.waiting import until

__all__ = ["world"]

BATTERY, SOC = "sensor.battery", "sensor.battery_soc"
ORDER = "select.ocpp_battery_order"
HOLD = "switch.ocpp_hold_battery"
WATTS = {"unit_of_measurement": "W"}


@pytest.fixture
def options() -> dict[str, Any]:
    """A house with a battery that can be held."""
    return {
        "grid_power": GRID,
        "battery_power": BATTERY,
        "battery_soc": SOC,
        "battery_hold": {
            "hold_actions": [{"action": "inverter.hold"}],
            "release_actions": [{"action": "inverter.release"}],
        },
    }


async def _select(hass: HomeAssistant, entity_id: str, option: str) -> None:
    await hass.services.async_call(
        "select",
        "select_option",
        {ATTR_ENTITY_ID: entity_id, "option": option},
        blocking=True,
    )


async def _set(hass: HomeAssistant, entity_id: str, value: float) -> None:
    await hass.services.async_call(
        "number",
        "set_value",
        {ATTR_ENTITY_ID: entity_id, "value": value},
        blocking=True,
    )


def _show_battery(hass: HomeAssistant, watts: float, soc_percent: float) -> None:
    hass.states.async_set(BATTERY, str(watts), WATTS)
    hass.states.async_set(SOC, str(soc_percent), {"unit_of_measurement": "%"})


@pytest.mark.parametrize(
    "chargers",
    [[charger_subentry("CP1", "Charger"), charger_subentry("CP2", "Carport")]],
)
async def test_wishes_survive_a_reload(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    wanted = {
        "number.ocpp_battery_counts_as_charged_at": 75,
        "number.ocpp_battery_charging_power": 2500,
        "number.ocpp_battery_reserve": 60,
        "number.ocpp_battery_power_for_cars": 2000,
        "number.ocpp_leave_at_the_grid": -300,
        "number.ocpp_battery_energy_counts_as": 30,
    }
    for entity_id, value in wanted.items():
        await _set(hass, entity_id, value)
    await _select(hass, ORDER, "shared")
    await _select(hass, "select.ocpp_sharing", "strict")
    await hass.services.async_call(
        "switch", "turn_off", {ATTR_ENTITY_ID: HOLD}, blocking=True
    )
    assert await hass.config_entries.async_reload(running.entry_id)
    await hass.async_block_till_done()
    for entity_id, value in wanted.items():
        assert float(state(hass, entity_id)) == value
    assert state(hass, ORDER) == "shared"
    assert state(hass, "select.ocpp_sharing") == "strict"
    assert state(hass, HOLD) == "off"


async def test_the_battery_has_the_sun_first_if_that_is_wanted(world: World) -> None:
    hass = world.hass
    _show_battery(hass, -3000, 40)
    await world.pass_time(90, 5000)
    assert 7000 < world.car_w < 8200
    await _select(hass, ORDER, "battery_first")
    await _set(hass, "number.ocpp_battery_counts_as_charged_at", 80)
    await _set(hass, "number.ocpp_battery_charging_power", 3000)
    await world.pass_time(120, 5000)
    assert 4100 < world.car_w < 5000
    # Once it is charged as far as wanted, the cars have all of it.
    _show_battery(hass, -3000, 81)
    await world.pass_time(90, 5000)
    assert 7000 < world.car_w < 8200


async def test_a_battery_is_as_it_was_until_its_state_of_charge_is_told_again(
    world: World,
) -> None:
    """Within the hysteresis, a charged battery stays so, even if Home Assistant restarts meanwhile."""
    hass = world.hass
    await _select(hass, ORDER, "battery_first")
    await _set(hass, "number.ocpp_battery_counts_as_charged_at", 80)
    await _set(hass, "number.ocpp_battery_charging_power", 3000)
    _show_battery(hass, -3000, 81)
    await world.pass_time(90, 5000)
    assert 7000 < world.car_w < 8200
    hass.states.async_set(SOC, "unavailable")
    await world.pass_time(120, 5000)
    assert 7000 < world.car_w < 8200
    _show_battery(hass, -3000, 77)
    await world.pass_time(60, 5000)
    assert 7000 < world.car_w < 8200


async def test_cars_may_draw_from_a_battery_above_its_reserve(world: World) -> None:
    hass = world.hass
    _show_battery(hass, 0, 70)
    sun_w = LEAST_W - 1000
    # Long enough for a trial whether one phase suffices the car.
    await world.pass_time(420, sun_w)
    assert world.car_w == 0
    await _set(hass, "number.ocpp_battery_reserve", 60)
    await world.pass_time(180, sun_w)
    assert world.car_w > 4000


class TestHold:
    """The battery is held by the user's actions."""

    async def test_it_is_held_while_a_car_charges_from_the_grid(
        self, world: World
    ) -> None:
        hass = world.hass
        held = async_mock_service(hass, "inverter", "hold")
        released = async_mock_service(hass, "inverter", "release")
        _show_battery(hass, 0, 50)
        await world.pass_time(60, 8000)
        assert (len(held), len(released)) == (0, 0)
        await world.select("fast")
        await world.pass_time(30, 8000)
        assert (len(held), len(released)) == (1, 0)
        await world.select("pv_only")
        await world.pass_time(30, 8000)
        assert (len(held), len(released)) == (1, 1)

    async def test_it_is_not_held_if_that_is_not_wanted(self, world: World) -> None:
        hass = world.hass
        held = async_mock_service(hass, "inverter", "hold")
        released = async_mock_service(hass, "inverter", "release")
        _show_battery(hass, 0, 50)
        await world.select("fast")
        await world.pass_time(30, 0)
        assert len(held) == 1
        await hass.services.async_call(
            "switch", "turn_off", {ATTR_ENTITY_ID: HOLD}, blocking=True
        )
        await world.pass_time(30, 0)
        assert (len(held), len(released)) == (1, 1)

    async def test_it_is_released_when_nobody_is_in_control_any_more(
        self, world: World, running: MockConfigEntry
    ) -> None:
        hass = world.hass
        held = async_mock_service(hass, "inverter", "hold")
        released = async_mock_service(hass, "inverter", "release")
        _show_battery(hass, 0, 50)
        await world.select("fast")
        await world.pass_time(30, 0)
        assert (len(held), len(released)) == (1, 0)
        assert await hass.config_entries.async_unload(running.entry_id)
        assert (len(held), len(released)) == (1, 1)

    async def test_after_a_crash_it_is_released(
        self, hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
    ) -> None:
        released = async_mock_service(hass, "inverter", "release")
        key = f"ocpp.{entry.entry_id}.site"
        hass_storage[key] = {"version": 1, "key": key, "data": {"battery_held": True}}
        assert await hass.config_entries.async_setup(entry.entry_id)
        await until(lambda: len(released) == 1)
        await hass.config_entries.async_unload(entry.entry_id)
        assert len(released) == 1

    async def test_one_that_cannot_be_told_is_complained_of_once(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        await world.select("fast")
        await world.pass_time(60, 0)
        complaints = [
            record
            for record in caplog.records
            if "The battery cannot be held" in record.message
        ]
        assert len(complaints) == 1


class TestWithoutBattery:
    """A house without a battery, at first."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """Nothing but a grid meter."""
        return {"grid_power": GRID}

    async def test_what_concerns_the_battery_comes_with_it(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        assert hass.states.get(ORDER) is None
        hass.config_entries.async_update_entry(
            running, options={"grid_power": GRID, "battery_power": BATTERY}
        )
        await hass.async_block_till_done()
        assert state(hass, ORDER) == "cars_first"
        # It cannot be told to hold.
        assert hass.states.get(HOLD) is None
        hass.config_entries.async_update_entry(running, options={"grid_power": GRID})
        await hass.async_block_till_done()
        assert state(hass, ORDER) == "unavailable"


class TestTwoCars:
    """Two cars share the sun."""

    @pytest.fixture
    def chargers(self) -> list[Any]:
        """Two chargers."""
        return [charger_subentry("CP1", "Charger"), charger_subentry("CP2", "Carport")]

    @pytest.mark.parametrize("sharing", ["fair", "strict"])
    async def test_they_share_as_is_wanted(
        self, hass: HomeAssistant, world: World, connect: Connect, sharing: str
    ) -> None:
        _show_battery(hass, 0, 50)
        await _select(hass, "select.ocpp_sharing", sharing)
        async with connected(hass, connect, "CP2") as other:
            await other.plug_in(Car(wake_up_s=2.0))
            await other.start_session()
            await world.pass_time_for_two(other, 240, 3.4 * LEAST_W)
            offered = sorted([world.charger.offered_a(), other.offered_a()])
        if sharing == "fair":
            assert offered[1] - offered[0] <= 1
        else:
            assert offered[0] < 8
            assert offered[1] > 12
