"""Setting up vehicles in the UI."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import SOURCE_USER, ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, section
from tests.integration.conftest import charger_subentry, state, tag_subentry

ZOE: dict[str, Any] = {
    "name": " Zoe ",
    "soc_entity": "sensor.zoe_soc",
    "battery_capacity": 52,
    "charge_limit": 80,
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


async def test_a_vehicle_is_added_and_changed(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    assert hass.states.get("select.charger_vehicle") is None
    result = await add(hass, running, ZOE)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    (vehicle,) = running.get_subentries_of_type("vehicle")
    assert vehicle.title == "Zoe"
    assert vehicle.data["charging"] == {"max_current": 32, "phases": "3"}
    options = hass.states.get("select.charger_vehicle")
    assert options is not None
    assert options.attributes["options"] == ["automatic", "Zoe", "guest"]

    flow = await running.start_subentry_reconfigure_flow(hass, vehicle.subentry_id)
    shown = {
        str(key): key.description["suggested_value"]
        for key in flow["data_schema"].schema
        if key.description
    }
    assert shown["name"] == "Zoe"
    result = await hass.config_entries.subentries.async_configure(
        flow["flow_id"], {"name": "Red Zoe", "soc_entity": "sensor.red_soc"}
    )
    assert result["reason"] == "reconfigure_successful"
    hass.states.async_set("sensor.red_soc", "44")
    await hass.async_block_till_done()
    (vehicle,) = running.get_subentries_of_type("vehicle")
    assert vehicle.data["charging"] == {}
    assert float(state(hass, "sensor.charger_vehicle_state_of_charge")) == 44


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": "  "}, {"name": "name_missing"}),
        ({"name": "GUEST"}, {"name": "name_reserved"}),
        ({"name": "Automatic"}, {"name": "name_reserved"}),
        ({"charging": {"max_current": 5}}, {"base": "below_minimum"}),
        (
            {"charging": {"min_current": 10, "max_current": 8}},
            {"base": "above_maximum"},
        ),
        ({"identification": {"evccid": "Zoe"}}, {"base": "invalid_evccid"}),
        ({"identification": {"id_tags": ["0" * 21]}}, {"base": "invalid_tag"}),
        ({"identification": {"id_tags": [" "]}}, {"base": "invalid_tag"}),
    ],
)
async def test_errors(
    hass: HomeAssistant,
    running: MockConfigEntry,
    changes: dict[str, Any],
    error: dict[str, str],
) -> None:
    result = await add(hass, running, {**ZOE, **changes})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == error
    # What was entered is corrected, not entered again.
    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], ZOE
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_names_are_unique(hass: HomeAssistant, running: MockConfigEntry) -> None:
    await add(hass, running, ZOE)
    result = await add(hass, running, {"name": "ZOE"})
    assert result["errors"] == {"name": "name_taken"}


async def test_no_part_of_the_form_is_long(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    flow = await hass.config_entries.subentries.async_init(
        (running.entry_id, "vehicle"), context={"source": SOURCE_USER}
    )
    form = flow["data_schema"]
    assert form is not None
    fields = form.schema
    assert len(fields) <= 10
    parts = [part for part in fields.values() if isinstance(part, section)]
    assert len(parts) == 4
    assert all(len(part.schema.schema) <= 10 for part in parts)
