"""Setting up vehicles in the UI."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import SOURCE_USER, ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.conftest import charger_subentry, state, tag_subentry
from tests.integration.flows.conftest import suggested
from tests.integration.flows.steps import open_part

ZOE: dict[str, Any] = {
    "name": " Zoe ",
    "soc_entity": "sensor.zoe_soc",
    "battery_capacity": 52,
    "charge_limit": 80,
}
PARTS: dict[str, dict[str, Any]] = {
    "charging": {"max_current": 32, "phases": "3"},
    "identification": {"evccid": "00:7D:FA:01:02:03", "id_tags": ["04A1"]},
    "departures": {"monday": "07:00:00"},
    "targets": {"target": 70, "monday": 80},
}


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """A charger, and a tag."""
    return [charger_subentry("CP1", "Charger"), tag_subentry("Anna", "04B2")]


async def add(
    hass: HomeAssistant, entry: MockConfigEntry, user_input: dict[str, Any]
) -> Any:
    """Fill in the form for a new vehicle."""
    flow = await hass.config_entries.subentries.async_init(
        (entry.entry_id, "vehicle"), context={"source": SOURCE_USER}
    )
    return await hass.config_entries.subentries.async_configure(
        flow["flow_id"], user_input
    )


async def change(
    hass: HomeAssistant, entry: MockConfigEntry, part: str, user_input: dict[str, Any]
) -> Any:
    """Fill in one of the forms of the vehicle."""
    (vehicle,) = entry.get_subentries_of_type("vehicle")
    form = await open_part(hass, entry, vehicle.subentry_id, part)
    return await hass.config_entries.subentries.async_configure(
        form["flow_id"], user_input
    )


async def test_a_vehicle_is_added_and_changed(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    assert hass.states.get("select.charger_vehicle") is None
    result = await add(hass, running, ZOE)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    for part, entered in PARTS.items():
        result = await change(hass, running, part, entered)
        assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    (vehicle,) = running.get_subentries_of_type("vehicle")
    assert vehicle.title == "Zoe"
    assert {part: vehicle.data[part] for part in PARTS} == PARTS
    options = hass.states.get("select.charger_vehicle")
    assert options is not None
    assert options.attributes["options"] == ["automatic", "Zoe", "guest"]
    assert suggested(
        await open_part(hass, running, vehicle.subentry_id, "battery")
    ) == {**ZOE, "name": "Zoe"}
    for part, entered in PARTS.items():
        form = await open_part(hass, running, vehicle.subentry_id, part)
        assert suggested(form) == entered
    changed = {"name": "Red Zoe", "soc_entity": "sensor.red_soc"}
    result = await change(hass, running, "battery", changed)
    assert result["reason"] == "reconfigure_successful"
    hass.states.async_set("sensor.red_soc", "44")
    await hass.async_block_till_done()
    (vehicle,) = running.get_subentries_of_type("vehicle")
    assert vehicle.title == "Red Zoe"
    assert "battery_capacity" not in vehicle.data
    assert vehicle.data["charging"] == PARTS["charging"]
    assert float(state(hass, "sensor.charger_vehicle_state_of_charge")) == 44


@pytest.mark.parametrize("name", ["  ", "GUEST", "Automatic"])
async def test_names_that_cannot_be(
    hass: HomeAssistant, running: MockConfigEntry, name: str
) -> None:
    result = await add(hass, running, {"name": name})
    missing = not name.strip()
    assert result["errors"] == {"name": "name_missing" if missing else "name_reserved"}
    # What was entered is corrected, not entered again.
    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], ZOE
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("part", "entered", "error"),
    [
        ("charging", {"max_current": 5}, "below_minimum"),
        ("charging", {"min_current": 10, "max_current": 8}, "above_maximum"),
        ("identification", {"evccid": "Zoe"}, "invalid_evccid"),
        ("identification", {"id_tags": ["0" * 37]}, "invalid_tag"),
        ("identification", {"id_tags": [" "]}, "invalid_tag"),
    ],
)
async def test_errors(
    hass: HomeAssistant,
    running: MockConfigEntry,
    part: str,
    entered: dict[str, Any],
    error: str,
) -> None:
    await add(hass, running, ZOE)
    result = await change(hass, running, part, entered)
    assert result["errors"] == {"base": error}
    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], PARTS[part]
    )
    assert result["reason"] == "reconfigure_successful"


async def test_names_are_unique(hass: HomeAssistant, running: MockConfigEntry) -> None:
    await add(hass, running, ZOE)
    result = await add(hass, running, {"name": "ZOE"})
    assert result["errors"] == {"name": "name_taken"}
