"""Limits that others impose on a charger, which it reports by OCPP 2.0.1."""

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.integration.conftest import show_grid, state
from tests.simulator.station2 import simulated_station
from tests.waiting import until

MAXIMUM_A, IMPOSED_A = 16.0, 10.0
SENSOR = "sensor.charger_external_limit"


async def test_a_limit_that_others_impose_is_the_most_that_a_car_gets(
    hass: HomeAssistant, running: MockConfigEntry, port: int
) -> None:
    url = f"ws://127.0.0.1:{port}"
    async with simulated_station(url, "CP1") as station:
        await station.boot()
        show_grid(hass, 0)
        await station.start_session()
        mode = {"entity_id": "select.charger_charging_mode", "option": "fast"}
        await hass.services.async_call("select", "select_option", mode, blocking=True)
        await until(lambda: station.offered_a() == MAXIMUM_A)
        schedule = {
            "id": 1,
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": IMPOSED_A}],
        }
        limit = {"chargingLimitSource": "SO"}
        told = {"evseId": 1, "chargingLimit": limit, "chargingSchedule": [schedule]}
        await station.link.call("NotifyChargingLimit", told)
        await until(lambda: station.offered_a() == IMPOSED_A)
        await until(lambda: hass.states.get(SENSOR) is not None)
        assert float(state(hass, SENSOR)) == IMPOSED_A
        await station.link.call(
            "ClearedChargingLimit", {"evseId": 1, "chargingLimitSource": "SO"}
        )
        await until(lambda: station.offered_a() == MAXIMUM_A)
        await until(lambda: state(hass, SENSOR) == "unknown")
        assert station.violations == []
