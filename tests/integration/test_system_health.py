"""The figures in the system information."""

from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_system_health_info,
)

from custom_components.ocpp.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until


async def test_the_chargers_are_counted(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    assert await async_setup_component(hass, "system_health", {})
    await charger.start_session("TAG")
    evse = running.runtime_data.chargers["CP1"]
    await until(lambda: evse.evse(1).running_transaction is not None)
    assert await get_system_health_info(hass, DOMAIN) == {
        "central_systems": 1,
        "chargers": 1,
        "chargers_connected": 1,
        "sessions": 1,
        "meter_findings": 0,
    }
    await charger.socket.close()
    await until(lambda: not evse.station.connected)
    told = await get_system_health_info(hass, DOMAIN)
    assert told["chargers_connected"] == 0
