"""The entries of charging sessions in the logbook."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.conftest import state
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until


@pytest.fixture(autouse=True)
async def logbook(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """The logbook, which is there before the chargers are; its page is not installed."""
    hass.config.components.add("frontend")
    assert await async_setup_component(hass, "logbook", {})
    hass.config.components.remove("frontend")


@pytest.mark.parametrize("options", [{"tariff": {"other_price": 0.25}}])
async def test_a_session_has_two_entries(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    wall_clock: FrozenDateTimeFactory,
    hass_ws_client: WebSocketGenerator,
) -> None:
    began = dt_util.utcnow()
    wall_clock.tick(1)
    await charger.plug_in()
    await charger.start_session("04A1")
    charger.connectors[1].energy_wh += 4000
    await charger.meter()
    wall_clock.tick(600)
    await charger.unplug()
    await until(lambda: state(hass, "binary_sensor.charger_plugged_in") == "off")
    wall_clock.tick(1)
    await async_wait_recording_done(hass)

    device_id = running.runtime_data.chargers["CP1"].device_id
    client = await hass_ws_client()
    await client.send_json_auto_id(
        {
            "type": "logbook/get_events",
            "start_time": began.isoformat(),
            "device_ids": [device_id],
        }
    )
    entries: list[dict[str, Any]] = (await client.receive_json())["result"]
    told = [entry for entry in entries if entry.get("domain") == "ocpp"]
    assert [(entry["name"], entry["message"]) for entry in told] == [
        ("Charger", "started a charging session"),
        ("Charger", "charged 4.0 kWh, 0 % sun, 1.00 EUR"),
    ]
    assert "04A1" not in str(told)
