"""The entries of charging sessions in the logbook."""

from datetime import datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.conftest import state
from tests.integration.world import World
from tests.simulator.car import Car
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

REASON, STATUS = "sensor.charger_reason", "sensor.charger_status"
CONTROL, PLUG = "switch.charger_charge_control", "binary_sensor.charger_plugged_in"
TOLD_OF_A_SESSION = [
    (PLUG, "on"),
    (STATUS, "preparing"),
    (None, "started a charging session"),
    (CONTROL, "on"),
    (STATUS, "charging"),
    (REASON, "waiting_for_sun"),
    (REASON, "sun"),
    (None, "charged 1.0 kWh, 100 % sun"),
    (CONTROL, "off"),
    (STATUS, "finishing"),
    (PLUG, "off"),
    (STATUS, "available"),
    (REASON, "no_car"),
]


@pytest.fixture(autouse=True)
async def logbook(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """The logbook, which is there before the chargers are; its page is not installed."""
    hass.config.components.add("frontend")
    assert await async_setup_component(hass, "logbook", {})
    hass.config.components.remove("frontend")


async def _read(
    client: MockHAClientWebSocket, since: datetime, **more: Any
) -> list[dict[str, Any]]:
    """Return the entries of the logbook."""
    await client.send_json_auto_id(
        {"type": "logbook/get_events", "start_time": since.isoformat(), **more}
    )
    entries: list[dict[str, Any]] = (await client.receive_json())["result"]
    return entries


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
    entries = await _read(await hass_ws_client(), began, device_ids=[device_id])
    told = [entry for entry in entries if entry.get("domain") == "ocpp"]
    assert [(entry["name"], entry["message"]) for entry in told] == [
        ("Charger", "started a charging session"),
        ("Charger", "charged 4.0 kWh, 0 % sun, 1.00 EUR"),
    ]
    assert "04A1" not in str(told)


@pytest.mark.as_set_up
async def test_a_session_in_the_sun_takes_few_entries(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    wall_clock: FrozenDateTimeFactory,
    hass_ws_client: WebSocketGenerator,
) -> None:
    client = await hass_ws_client()
    world = World(hass, charger, wall_clock)
    await world.pass_time(60, 6000)
    began = dt_util.utcnow()
    await world.pass_time(1, 6000)
    await charger.plug_in(Car(wake_up_s=4.0))
    await world.pass_time(3, 6000)
    await charger.start_session("04A1")
    await world.pass_time(600, 6000)
    await charger.stop_session()
    await world.pass_time(2, 6000)
    await charger.unplug()
    await world.pass_time(30, 6000)
    await async_wait_recording_done(hass)
    entries = await _read(client, began)
    told = [
        (entry.get("entity_id"), entry.get("state") or entry["message"])
        for entry in entries
    ]
    assert sorted(told, key=str) == sorted(TOLD_OF_A_SESSION, key=str)
