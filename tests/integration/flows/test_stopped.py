"""Flows while the central system does not run: they know what is set up, and nothing that is detected."""

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import SUBENTRY_TAG
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from tests.simulator.charger import SimulatedCharger

from .steps import automatic, open_part, suggested


async def test_a_charger_is_changed(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    (subentry,) = running.subentries.values()
    await hass.config_entries.async_unload(running.entry_id)
    form = await open_part(hass, running, subentry.subentry_id, "settings")
    assert suggested(form)["name"] == "Charger"
    assert "starts_cars" not in suggested(form)
    form = await open_part(hass, running, subentry.subentry_id, "profiles")
    assert automatic(form, "obeys_in_session") == "Automatic"


async def test_a_tag_is_added(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    await charger.show_tag("SCANNED")
    await hass.config_entries.async_unload(running.entry_id)
    flows = hass.config_entries.subentries
    form = await flows.async_init(
        (running.entry_id, SUBENTRY_TAG), context={"source": SOURCE_USER}
    )
    assert suggested(form) == {}
    tag = {"name": "Anna", "id_tag": "04AB12"}
    result = await flows.async_configure(form["flow_id"], tag)
    assert result["type"] == "create_entry"
