"""Diagnostics, as they are shown to people who want to help."""

import json

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from custom_components.ocpp.csms.devices.capabilities import Traits
from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.ocppj.disclosure import REDACTED
from custom_components.ocpp.csms.station_settings import StationSettings
from custom_components.ocpp.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.json import JSONEncoder
from tests.simulator.charger import SimulatedCharger


async def test_everything_is_told_but_secrets(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    await charger.plug_in()
    await charger.start_session("SECRET-TAG")
    await charger.meter()
    await charger.heartbeat()
    station = running.runtime_data.chargers["CP1"].station
    variable = VariableId("HeartbeatInterval", "OCPPCommCtrlr")
    traits = Traits.of(
        id_token="SECRET-TAG",
        settings={
            VariableId("Own"): "1",
            variable: "60",
            VariableId("HeartbeatInterval"): "60",
        },
        frozen_settings=(VariableId("Frozen"),),
    )
    station.configure(StationSettings(traits=traits))
    diagnostics = await async_get_config_entry_diagnostics(hass, running)
    text = json.dumps(diagnostics, cls=JSONEncoder)
    assert "SECRET-TAG" not in text
    (told,) = diagnostics["chargers"]
    assert told["snapshot"]["info"]["model"] == "Wallbox 11"
    assert told["faults"] == {}
    assert told["capabilities"]["settings"] == {
        "Own": REDACTED,
        "OCPPCommCtrlr.HeartbeatInterval": REDACTED,
        "HeartbeatInterval": "60",
    }
    assert told["capabilities"]["frozen_settings"] == ["Frozen"]
    actions = [frame["frame"][2] for frame in told["frames"] if frame["frame"][0] == 2]
    assert actions[0] == "BootNotification"
    assert {"SetChargingProfile", "StartTransaction", "MeterValues"} <= set(actions)


async def test_a_device_tells_of_its_charger_alone(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    await charger.start_session("SECRET-TAG")
    devices = dr.async_get(hass)

    async def told(identifier: str) -> dict[str, object]:
        key = (DOMAIN, identifier)
        device = devices.async_get_device_by_identifier(key, running.entry_id)
        assert device is not None
        diagnostics = await async_get_device_diagnostics(hass, running, device)
        text = json.dumps(diagnostics, cls=JSONEncoder)
        assert not [secret for secret in ("CP1", "SECRET-TAG", "SN") if secret in text]
        return diagnostics

    assert "frames" in await told("CP1")
    assert "subentries" in await told(running.entry_id)


async def test_whether_a_charger_is_conformant(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    async def report() -> object:
        return await hass.services.async_call(
            DOMAIN, "get_conformance_report", {}, blocking=True, return_response=True
        )

    expected: dict[str, object] = {
        "charger": "CP1",
        "vendor": "Sunny",
        "model": "Wallbox 11",
        "firmware": "1.2.3",
        "conformant": True,
        "faults": {},
    }
    assert await report() == expected
    await charger.meter([{"measurand": "Voltage", "value": ""}])
    expected["conformant"] = False
    expected["faults"] = {
        "unusable_value": {
            "count": 1,
            "examples": ["MeterValues: values that are no numbers"],
        }
    }
    assert await report() == expected


async def test_a_charger_that_is_away_has_diagnostics(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    diagnostics = await async_get_config_entry_diagnostics(hass, running)
    (told,) = diagnostics["chargers"]
    assert told["snapshot"]["connected"] is False
