"""Any entity that shows how full a car is can be tied to a charger."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from tests.integration.conftest import charger_subentry, state
from tests.integration.world import World, world
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

__all__ = ["world"]

SOC = "sensor.charger_vehicle_state_of_charge"
CAR = "sensor.ev_battery_soc"


class TestByTheCar:
    """The car tells by an entity of its own."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """A charger with a car."""
        return [charger_subentry("CP1", "Charger", vehicle={"soc_entity": CAR})]

    async def test_it_is_shown_as_it_changes(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        assert state(hass, SOC) == "unknown"
        for told, shown in (("41", 41), ("43.5", 43.5)):
            hass.states.async_set(CAR, told)
            await hass.async_block_till_done()
            assert float(state(hass, SOC)) == shown
        hass.states.async_set(CAR, "unavailable")
        await hass.async_block_till_done()
        assert state(hass, SOC) == "unknown"

    async def test_another_entity_can_be_chosen(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        hass.states.async_set(CAR, "41")
        hass.states.async_set("sensor.other_car", "77")
        (subentry,) = running.get_subentries_of_type("vehicle")
        data = {**subentry.data, "soc_entity": "sensor.other_car"}
        hass.config_entries.async_update_subentry(running, subentry, data=data)
        await hass.async_block_till_done()
        assert float(state(hass, SOC)) == 77
        hass.states.async_set("sensor.other_car", "78")
        await hass.async_block_till_done()
        assert float(state(hass, SOC)) == 78

    async def test_a_car_that_is_nearly_empty_charges_from_the_grid(
        self, world: World
    ) -> None:
        hass = world.hass
        await world.select("pv_priority")
        hass.states.async_set(CAR, "12")
        await hass.async_block_till_done()
        await world.pass_time(60, 0)
        assert world.charger.offered_a() == 16
        hass.states.async_set(CAR, "21")
        await hass.async_block_till_done()
        await world.pass_time(300, 0)
        assert world.charger.offered_a() == 0
        await hass.services.async_call(
            "number",
            "set_value",
            {"entity_id": "number.charger_minimum_charge", "value": 30},
            blocking=True,
        )
        await world.pass_time(90, 0)
        assert world.charger.offered_a() == 16


class TestOfWhatItTells:
    """The car tells too little, or something odd."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """A charger with a car of a small battery."""
        vehicle = {"soc_entity": CAR, "battery_capacity": 2.0}
        return [charger_subentry("CP1", "Charger", vehicle=vehicle)]

    async def test_a_state_of_charge_that_stands_still_buys_no_more_than_the_floor(
        self, world: World
    ) -> None:
        """From 15 to 20 % it is 111 Wh."""
        await world.select("pv_priority")
        world.hass.states.async_set(CAR, "15")
        await world.hass.async_block_till_done()
        await world.pass_time(20, 0)
        assert world.charger.offered_a() == 16
        await world.pass_time(160, 0)
        assert world.charger.offered_a() == 0
        assert world.charger.connectors[1].energy_wh < 250

    @pytest.mark.parametrize("odd", ["0", "0.8", "12", "-1", "255"])
    async def test_an_odd_value_for_one_poll_is_not_believed(
        self, world: World, odd: str
    ) -> None:
        await world.select("pv_priority")
        for told in ("80", odd):
            world.hass.states.async_set(CAR, told)
            await world.hass.async_block_till_done()
            await world.pass_time(70, 0)
            assert world.charger.offered_a() == 0


async def test_a_charger_that_tells_is_believed(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    assert hass.states.get(SOC) is None
    samples: list[dict[str, Any]] = [{"measurand": "SoC", "value": "55"}]
    await charger.meter(samples)
    await until(lambda: hass.states.get(SOC) is not None)
    assert float(state(hass, SOC)) == 55
