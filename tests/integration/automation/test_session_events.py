"""Sessions on the event bus."""

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.ocpp.automation.session_events import EVENT_SESSION
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from tests.integration.conftest import Connect, charger_subentry, connected
from tests.waiting import until

from .listening import device_of


@pytest.mark.parametrize(
    "chargers", [[charger_subentry("CP1", "Charger", connectors=2)]]
)
@pytest.mark.usefixtures("running")
async def test_a_session_is_told_at_its_connector(
    hass: HomeAssistant, connect: Connect, chargers: list[ConfigSubentryData]
) -> None:
    told = async_capture_events(hass, EVENT_SESSION)
    async with connected(hass, connect, connectors=2) as charger:
        await charger.plug_in(connector_id=2)
        await charger.start_session("04A1", connector_id=2)
        await until(lambda: bool(told))
    (event,) = told
    assert event.data["connector"] == 2
    place = device_of(hass, "sensor.charger_connector_2_status")
    assert event.data["device_id"] == place["device_id"]
    assert "04A1" not in str(event.data)
