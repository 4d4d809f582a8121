"""The cars that were set up with chargers become vehicles."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN, MINOR_VERSION
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.integration.conftest import (
    Connect,
    charger_file,
    charger_subentry,
    connected,
    state,
    tag_subentry,
)

CAR = {
    "vehicle_name": "Van",
    "soc_entity": "sensor.van_soc",
    "battery_capacity": 77,
    "calendar": "calendar.trips",
    "monday": "07:30:00",
    "sunday": "18:00:00",
}


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """A charger with a car, as an earlier release has set it up."""
    return [
        charger_subentry("CP1", "Charger", max_current=32, vehicle=CAR),
        tag_subentry("Anna", "04A1", vehicle_name="van"),
    ]


def vehicles(entry: MockConfigEntry) -> dict[str, dict[str, Any]]:
    """Return the data of all vehicles by name."""
    return {
        each.title: dict(each.data) for each in entry.get_subentries_of_type("vehicle")
    }


async def test_nothing_is_lost(hass: HomeAssistant, running: MockConfigEntry) -> None:
    assert running.minor_version == MINOR_VERSION
    assert vehicles(running) == {
        "Van": {
            "soc_entity": "sensor.van_soc",
            "battery_capacity": 77,
            "departures": {
                "calendar": "calendar.trips",
                "monday": "07:30:00",
                "sunday": "18:00:00",
            },
            "identification": {"usual_chargers": ["CP1"]},
            "taken_over_from": ["CP1"],
        }
    }
    (charger,) = running.get_subentries_of_type("charger")
    assert dict(charger.data) == {"max_current": 32}
    # Once is enough.
    assert await hass.config_entries.async_reload(running.entry_id)
    assert len(vehicles(running)) == 1


async def test_entities_stay(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    registry = er.async_get(hass)
    before = {
        registry.async_get_or_create(domain, DOMAIN, f"CP1/1-{key}").entity_id
        for domain, key in (
            ("sensor", "vehicle_soc"),
            ("number", "charge_target"),
            ("number", "minimum_charge"),
            ("number", "energy_wanted"),
            ("datetime", "departure"),
        )
    }
    goal = {"soc_percent": 80, "departure": "2099-01-01T06:00:00+00:00"}
    preferences = {"1": {"goal": goal, "terms": {"soc_floor_percent": 35}}}
    hass_storage[charger_file(entry)] = {
        "version": 1,
        "data": {"identity": "CP1", "record": {"preferences": preferences}},
    }
    hass.states.async_set("sensor.van_soc", "55")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert {entity_id for entity_id in before if hass.states.get(entity_id)} == before
    # The car is expected where it always was, with what its owner wants.
    assert float(state(hass, "sensor.ocpp_cp1_1_vehicle_soc")) == 55
    assert float(state(hass, "number.ocpp_cp1_1_charge_target")) == 80
    assert float(state(hass, "number.ocpp_cp1_1_minimum_charge")) == 35
    assert state(hass, "datetime.ocpp_cp1_1_departure") == "2099-01-01T06:00:00+00:00"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_the_car_is_recognized_as_before(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    hass.states.async_set("sensor.van_soc", "55")
    async with connected(hass, connect) as charger:
        await charger.plug_in()
        await charger.start_session("ANY")
        await hass.async_block_till_done()
        assert state(hass, "select.charger_vehicle") == "Van"
        assert float(state(hass, "sensor.charger_vehicle_state_of_charge")) == 55


class TestSeveral:
    """Several chargers with cars."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """Two chargers for one car, one for another, and two for nameless ones."""
        return [
            charger_subentry("CP1", "Charger", vehicle=CAR),
            charger_subentry("CP2", "Carport", vehicle={"vehicle_name": "Van"}),
            charger_subentry("CP3", "Yard", vehicle={"soc_entity": "sensor.zoe"}),
            charger_subentry("CP4", "Barn", vehicle={"battery_capacity": 40}),
            charger_subentry("CP5", "Gate", vehicle={}),
            charger_subentry("CP6", "Field"),
            charger_subentry(
                "CP7", "Lane", vehicle={**CAR, "battery_capacity": 50, "monday": ""}
            ),
        ]

    async def test_each_car_is_one_vehicle(self, running: MockConfigEntry) -> None:
        found = vehicles(running)
        assert {
            name: data["identification"]["usual_chargers"]
            for name, data in found.items()
        } == {
            "Van": ["CP1", "CP2"],
            "Yard car": ["CP3"],
            "Barn car": ["CP4"],
            # It differs, so it may be another one.
            "Van 2": ["CP7"],
        }
        assert found["Van"]["battery_capacity"] == 77
        assert all(
            "vehicle" not in charger.data
            for charger in running.get_subentries_of_type("charger")
        )


class TestWithout:
    """A household without cars in its settings."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """A charger."""
        return [charger_subentry("CP1", "Charger")]

    async def test_all_stays_as_it_was(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        assert vehicles(running) == {}
        async with connected(hass, connect) as charger:
            await charger.plug_in()
            await charger.start_session()
            await hass.async_block_till_done()
            assert hass.states.get("select.charger_vehicle") is None
            await hass.services.async_call(
                "number",
                "set_value",
                {"entity_id": "number.charger_energy_wanted", "value": 12},
                blocking=True,
            )
            assert float(state(hass, "number.charger_energy_wanted")) == 12
