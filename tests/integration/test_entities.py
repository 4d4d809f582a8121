"""Entities of a charger in Home Assistant: their states, and the commands that they take."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any

from ocpp.v16.enums import ChargePointStatus
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

import custom_components.ocpp
from custom_components.ocpp.const import DOMAIN
from custom_components.ocpp.csms.limits.least_draw import LearnedLeast
from custom_components.ocpp.csms.limits.safety.learned import LearnedKeeping
from custom_components.ocpp.csms.metering.meter import Measurand
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import load_yaml_dict
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

from .actions import act, ask
from .conftest import (
    GRID,
    Connect,
    charger_file,
    charger_subentry,
    circuit_subentry,
    connected,
    settle_connectors,
    show_grid,
    state,
)

INTEGRATION = Path(custom_components.ocpp.__file__).parent
MAXIMUM = "number.charger_maximum_current"
MODE = "select.charger_charging_mode"
SESSION = "switch.charger_charge_control"
SERVICE = "switch.charger_availability"

FORGET = "button.charger_forget_learned_behavior"
NOTHING: dict[str, list[str] | float] = {
    "left_out_steps": [],
    "ignored_limits": [],
    "refused_limits": [],
    "refused_settings": [],
    "answer_delay": 0.0,
    "loses_safe_current": False,
    "least_currents": [],
}
IDLE = {
    "sensor.charger_status": "available",
    "sensor.charger_power": "unknown",
    "sensor.charger_energy": "unknown",
    "sensor.charger_session_energy": "unknown",
    "sensor.charger_session_duration": "unknown",
    "sensor.charger_transaction_id": "unknown",
    "binary_sensor.charger_connected": "on",
    "binary_sensor.charger_plugged_in": "off",
    SESSION: "off",
    SERVICE: "on",
    MAXIMUM: "16.0",
    MODE: "pv_only",
    "button.charger_reset": "unknown",
    "button.charger_unlock": "unknown",
    "button.charger_hard_reset": "unknown",
    FORGET: "unknown",
}
AWAY = dict.fromkeys(IDLE, "unavailable") | {
    FORGET: "unknown",
    "binary_sensor.charger_connected": "off",
    MAXIMUM: "16.0",
    MODE: "pv_only",
}
# An hour at the safe 6 A, of which the car leaves 0.4 A.
CHARGED = IDLE | {
    "sensor.charger_status": "charging",
    "sensor.charger_power": "3864.0",
    "sensor.charger_current": "5.6",
    "sensor.charger_voltage": "230.0",
    "sensor.charger_energy": "1.932",
    "sensor.charger_session_energy": "1.932",
    "sensor.charger_session_duration": "0",
    "sensor.charger_current_offered": "6.0",
    "binary_sensor.charger_plugged_in": "on",
    SESSION: "on",
}


def _states(hass: HomeAssistant) -> dict[str, str]:
    """Return the states of all that the charger shows."""
    shown = IDLE if hass.states.get("sensor.charger_current") is None else CHARGED
    return {entity_id: state(hass, entity_id) for entity_id in shown}


async def _do(hass: HomeAssistant, action: str, entity_id: str, **data: Any) -> None:
    domain, _, service = action.partition(".")
    await hass.services.async_call(
        domain, service, {"entity_id": entity_id, **data}, blocking=True
    )


async def _limit(hass: HomeAssistant, current_a: float, of: str = MAXIMUM) -> None:
    await _do(hass, "number.set_value", of, value=current_a)


async def _choose(hass: HomeAssistant, mode: str) -> None:
    await _do(hass, "select.select_option", MODE, option=mode)


async def _charge_for_half_an_hour(charger: SimulatedCharger) -> int:
    await charger.plug_in()
    transaction_id = await charger.start_session()
    charger.advance(1800)
    await charger.meter()
    return transaction_id


async def _measured(hass: HomeAssistant) -> None:
    """Wait for what is shown once a charger has measured it."""
    await until(lambda: hass.states.get("sensor.charger_current_offered") is not None)
    await hass.async_block_till_done()


# What is shown.


async def test_a_charger_that_idles(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    assert _states(hass) == IDLE


async def test_a_charger_that_charges(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    transaction_id = await _charge_for_half_an_hour(charger)
    charged = CHARGED | {"sensor.charger_transaction_id": str(transaction_id)}
    await until(lambda: state(hass, "sensor.charger_energy") == "1.932")
    await _measured(hass)
    assert _states(hass) == charged


async def test_a_session_stays_to_be_seen_after_its_end(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await _charge_for_half_an_hour(charger)
    await _measured(hass)
    await charger.unplug()
    await until(lambda: state(hass, "sensor.charger_status") == "available")
    assert _states(hass) == CHARGED | {
        "sensor.charger_status": "available",
        "sensor.charger_power": "0.0",
        "sensor.charger_current": "0.0",
        "sensor.charger_current_offered": "0.0",
        "binary_sensor.charger_plugged_in": "off",
        SESSION: "off",
    }


async def test_a_session_is_timed(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    def half_an_hour_ago() -> datetime:
        return datetime.now(UTC) - timedelta(minutes=30)

    async with connected(hass, connect, clock=half_an_hour_ago) as charger:
        await charger.plug_in()
        await charger.start_session()
        await charger.meter()
        await until(lambda: state(hass, "sensor.charger_session_duration") == "30")


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (ChargePointStatus.available, "available"),
        (ChargePointStatus.preparing, "preparing"),
        (ChargePointStatus.charging, "charging"),
        (ChargePointStatus.suspended_evse, "suspended_evse"),
        (ChargePointStatus.suspended_ev, "suspended_ev"),
        (ChargePointStatus.finishing, "finishing"),
        (ChargePointStatus.reserved, "reserved"),
        (ChargePointStatus.unavailable, "inoperative"),
        (ChargePointStatus.faulted, "faulted"),
    ],
)
async def test_every_status_is_shown(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    status: ChargePointStatus,
    shown: str,
) -> None:
    await charger.change_status(status)
    await until(lambda: state(hass, "sensor.charger_status") == shown)
    found = hass.states.get("sensor.charger_status")
    assert found is not None
    assert shown in found.attributes["options"]


async def test_statistics_can_be_kept(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    def kind(entity_id: str) -> tuple[Any, ...]:
        found = hass.states.get(entity_id)
        assert found is not None
        keys = ("device_class", "state_class", "unit_of_measurement")
        return tuple(found.attributes.get(key) for key in keys)

    await _charge_for_half_an_hour(charger)
    energy = ("energy", "total_increasing", "kWh")
    assert kind("sensor.charger_energy") == energy
    assert kind("sensor.charger_session_energy") == energy
    assert kind("sensor.charger_power") == ("power", "measurement", "W")
    assert kind("sensor.charger_current") == ("current", "measurement", "A")
    assert kind("sensor.charger_voltage") == ("voltage", "measurement", "V")
    assert kind("sensor.ocpp_solar_surplus") == ("power", "measurement", "W")


async def test_the_surplus_is_shown(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    assert state(hass, "sensor.ocpp_solar_surplus") == "unknown"
    show_grid(hass, -1500)
    await until(lambda: state(hass, "sensor.ocpp_solar_surplus") == "1500.0")


async def test_the_device_says_what_the_charger_is(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    registry = dr.async_get(hass)
    device = registry.async_get_device_by_identifier((DOMAIN, "CP1"), running.entry_id)
    assert device is not None
    assert (device.name, device.manufacturer, device.model) == (
        "Charger",
        "Sunny",
        "Wallbox 11",
    )
    assert (device.serial_number, device.sw_version) == ("SN-CP1", "1.2.3")


# While the charger is away.


async def test_a_charger_that_has_not_connected_yet(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    assert _states(hass) == AWAY


async def test_a_charger_that_comes_and_goes(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connected(hass, connect) as charger:
        await _charge_for_half_an_hour(charger)
        await charger.unplug()
        await until(lambda: state(hass, "sensor.charger_power") == "0.0")
        before = _states(hass)
    await until(lambda: state(hass, "binary_sensor.charger_connected") == "off")
    assert _states(hass) == dict.fromkeys(before, "unavailable") | AWAY
    async with connected(hass, connect):
        assert _states(hass) == before


async def test_preferences_can_be_set_while_the_charger_is_away(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    await _choose(hass, "fast")
    await _limit(hass, 10)
    assert (state(hass, MODE), state(hass, MAXIMUM)) == ("fast", "10.0")
    async with connected(hass, connect) as charger:
        await charger.plug_in()
        await charger.start_session()
        await until(lambda: charger.offered_a() == 10)


async def test_a_charger_that_is_away_cannot_be_switched(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    await _do(hass, "switch.turn_on", SESSION)
    assert state(hass, SESSION) == "unavailable"
    async with connected(hass, connect) as charger:
        await charger.plug_in()
        await charger.heartbeat()
        # It was not put off either.
        assert charger.received == []
        assert state(hass, SESSION) == "off"


# Switches and buttons.


async def test_a_charger_is_taken_out_of_service_and_back(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await _do(hass, "switch.turn_off", SERVICE)
    sent = await charger.wait_for("ChangeAvailability")
    assert sent == {"connector_id": 0, "type": "Inoperative"}
    await until(lambda: state(hass, SERVICE) == "off")
    assert state(hass, "sensor.charger_status") == "inoperative"
    await _do(hass, "switch.turn_on", SERVICE)
    sent = await charger.wait_for("ChangeAvailability")
    assert sent == {"connector_id": 0, "type": "Operative"}
    await until(lambda: state(hass, SERVICE) == "on")
    assert state(hass, "sensor.charger_status") == "available"


async def test_a_session_is_started_and_stopped(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await charger.plug_in()
    await _do(hass, "switch.turn_on", SESSION)
    sent = await charger.wait_for("RemoteStartTransaction")
    assert sent == {"id_tag": "HomeAssistant", "connector_id": 1}
    await until(lambda: charger.connectors[1].transaction_id is not None)
    transaction_id = charger.connectors[1].transaction_id
    await until(lambda: state(hass, SESSION) == "on")
    await _do(hass, "switch.turn_off", SESSION)
    sent = await charger.wait_for("RemoteStopTransaction")
    assert sent == {"transaction_id": transaction_id}
    await until(lambda: state(hass, SESSION) == "off")


async def test_a_running_session_is_not_started_again(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await charger.plug_in()
    await charger.start_session()
    await until(lambda: state(hass, SESSION) == "on")
    await _do(hass, "switch.turn_on", SESSION)
    await charger.heartbeat()
    assert "RemoteStartTransaction" not in dict(charger.received)


async def test_no_session_without_a_car(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    with pytest.raises(HomeAssistantError) as caught:
        await _do(hass, "switch.turn_on", SESSION)
    assert str(caught.value) == (
        "Charger answered RemoteStartTransaction with Rejected"
    )
    assert state(hass, SESSION) == "off"


async def test_stopping_what_does_not_run_is_no_error(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await _do(hass, "switch.turn_off", SESSION)
    assert state(hass, SESSION) == "off"


async def test_buttons(hass: HomeAssistant, charger: SimulatedCharger) -> None:
    await _do(hass, "button.press", "button.charger_reset")
    assert await charger.wait_for("Reset") == {"type": "Soft"}
    await _do(hass, "button.press", "button.charger_hard_reset")
    assert await charger.wait_for("Reset") == {"type": "Hard"}
    await _do(hass, "button.press", "button.charger_unlock")
    assert await charger.wait_for("UnlockConnector") == {"connector_id": 1}


async def test_what_was_learned_is_shown_and_can_be_forgotten(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    def learned() -> dict[str, Any]:
        found = hass.states.get(FORGET)
        assert found is not None
        return {key: value for key, value in found.attributes.items() if key in NOTHING}

    await _do(hass, "button.press", FORGET)
    assert learned() == NOTHING
    await charger.plug_in()
    await charger.start_session()
    # It refuses one kind of limits, and accepts another.
    charger.refuse_profile = lambda profile: (
        profile["charging_profile_purpose"] == "TxProfile"
    )
    await _do(hass, "number.set_value", MAXIMUM, value=10)
    await until(lambda: charger.offered_a() == 10)
    await charger.socket.close()
    await until(lambda: learned()["refused_limits"] == ["TxProfile"])
    since = dt_util.utcnow().replace(microsecond=0)
    station = running.runtime_data.central_system.stations["CP1"]
    station.learn_least(LearnedLeast().learning(1, 7.31, since))
    assert learned()["least_currents"] == [f"7.3 A (1, {since.isoformat()})"]
    station.learn_keeping(LearnedKeeping().dropping(since))
    assert learned()["loses_safe_current"]
    await _do(hass, "button.press", FORGET)
    assert learned() == NOTHING


# The maximum current, and the mode.


async def test_a_maximum_for_sessions_to_come(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await _limit(hass, 10)
    assert charger.received_limits == [(1, "TxDefaultProfile", 10)]
    assert state(hass, MAXIMUM) == "10.0"


async def test_a_session_that_goes_on_after_it_was_switched_off(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await charger.plug_in()
    await charger.start_session()
    await until(lambda: state(hass, SESSION) == "on")
    charger.statuses["RemoteStopTransaction"] = "Rejected"
    await _do(hass, "switch.turn_off", SESSION)
    await until(lambda: state(hass, SESSION) == "off")
    assert charger.offered_a() == 0
    # Whatever the sun does, it stays off, and the owner is told why.
    await _choose(hass, "fast")
    assert charger.offered_a() == 0
    issues = ir.async_get(hass).issues
    issue = ("ocpp", "session_goes_on_CP1/1")
    assert issues[issue].translation_placeholders == {
        "charger": "Charger",
        "connector": "1",
    }
    await _do(hass, "switch.turn_on", SESSION)
    await until(lambda: charger.offered_a() > 0)
    await until(lambda: state(hass, SESSION) == "on")
    assert issue not in issues


async def test_a_maximum_for_a_running_session(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await _choose(hass, "fast")
    await charger.plug_in()
    await charger.start_session()
    await until(lambda: charger.offered_a() == 16)
    charger.received.clear()
    await _limit(hass, 10)
    assert charger.received_limits == [(1, "TxProfile", 10)]
    assert charger.offered_a() == 10


async def test_less_than_a_car_can_be_offered_pauses(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await _choose(hass, "fast")
    await charger.plug_in()
    await charger.start_session()
    await until(lambda: charger.offered_a() == 16)
    await _limit(hass, 3)
    assert charger.offered_a() == 0
    assert state(hass, MAXIMUM) == "0.0"
    assert state(hass, SESSION) == "on"
    await _limit(hass, 6)
    assert charger.offered_a() == 6


@pytest.mark.parametrize("current_a", [-1, 17])
async def test_more_than_the_charger_may_offer_is_refused(
    hass: HomeAssistant, charger: SimulatedCharger, current_a: float
) -> None:
    with pytest.raises(ServiceValidationError):
        await _limit(hass, current_a)
    await charger.heartbeat()
    assert charger.received_limits == []
    assert state(hass, MAXIMUM) == "16.0"


async def test_a_maximum_that_the_charger_refuses_is_an_error(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    charger.refuse_profile = lambda _: True
    with pytest.raises(HomeAssistantError) as caught:
        await _limit(hass, 10)
    assert str(caught.value) == "Charger answered SetChargingProfile with Rejected"


async def test_preferences_survive_a_reload(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    await _limit(hass, 10)
    await _choose(hass, "pv_priority")
    assert await hass.config_entries.async_reload(running.entry_id)
    assert state(hass, MAXIMUM) == "10.0"
    assert state(hass, MODE) == "pv_priority"


async def test_preferences_survive_a_power_cut(
    hass: HomeAssistant, running: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    def stored() -> Any:
        file = hass_storage.get(charger_file(running), {"data": {}})
        record = file["data"].get("record", {})
        return record.get("preferences", {}).get("1", {})

    await _limit(hass, 10)
    await _choose(hass, "fast")
    await until(lambda: stored().get("mode") == "fast")
    assert stored()["maximum_current_a"] == 10.0


# States are written only when they have changed.


@pytest.fixture
def writes(hass: HomeAssistant, running: MockConfigEntry) -> list[str]:
    """The entities of ours whose states were written, changed or not."""
    registry = er.async_get(hass)
    written: list[str] = []

    @callback
    def is_ours(data: Any) -> bool:
        entry = registry.async_get(data["entity_id"])
        return entry is not None and entry.config_entry_id == running.entry_id

    @callback
    def note(event: Event[Any]) -> None:
        written.append(event.data["entity_id"])

    hass.bus.async_listen(EVENT_STATE_CHANGED, note, is_ours)
    hass.bus.async_listen(EVENT_STATE_REPORTED, note, is_ours)
    return written


async def test_what_has_not_changed_is_not_written(
    hass: HomeAssistant, charger: SimulatedCharger, writes: list[str]
) -> None:
    await _charge_for_half_an_hour(charger)
    await until(lambda: state(hass, "sensor.charger_energy") == "1.932")
    await _measured(hass)
    writes.clear()
    await charger.meter()
    await charger.report_status()
    await charger.boot()
    await charger.heartbeat()
    await hass.async_block_till_done()
    assert writes == ["event.charger_notice"]
    await charger.show_tag("TAG")
    await charger.heartbeat()
    assert writes == ["event.charger_notice", "event.charger_tag"]
    writes.clear()
    await charger.meter([{"measurand": "Voltage", "value": "231"}])
    await until(lambda: state(hass, "sensor.charger_voltage") == "231.0")
    await charger.heartbeat()
    await hass.async_block_till_done()
    assert writes == ["sensor.charger_voltage"]


# Several connectors.


class TestTwoConnectors:
    """A charger for two cars."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """A charger that is set up with both of its connectors."""
        return [charger_subentry("CP1", "Charger", connectors=2)]

    @pytest.fixture
    def connect(self, connect: Connect) -> Connect:
        """Connects chargers that have two connectors."""

        def connect_both(identity: str = "CP1", **options: Any) -> Any:
            return connect(identity, connectors=2, **options)

        return connect_both

    async def test_each_connector_has_a_device(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        registry = dr.async_get(hass)
        devices = dr.async_entries_for_config_entry(registry, running.entry_id)
        charger = registry.async_get_device_by_identifier(
            (DOMAIN, "CP1"), running.entry_id
        )
        assert charger is not None
        children = dr.async_entries_for_parent_device(registry, charger.id)
        assert sorted(str(child.name) for child in children) == [
            "Connector 1",
            "Connector 2",
        ]
        assert {device.name for device in devices} >= {"OCPP", "Charger"}

    async def test_what_is_the_chargers_exists_once(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        assert state(hass, "binary_sensor.charger_connected") == "on"
        assert state(hass, "button.charger_reset") == "unknown"
        assert state(hass, "sensor.charger_connector_1_status") == "available"
        assert state(hass, "sensor.charger_connector_2_status") == "available"
        assert hass.states.get("sensor.charger_status") is None
        assert hass.states.get("button.charger_connector_2_reset") is None

    async def test_a_session_concerns_its_connector_only(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await charger.plug_in(connector_id=2)
        await charger.start_session(connector_id=2)
        charger.advance(3600)
        await charger.meter(connector_id=2)
        await until(lambda: state(hass, "sensor.charger_connector_2_power") == "3864.0")
        assert state(hass, "switch.charger_connector_2_charge_control") == "on"
        assert state(hass, "sensor.charger_connector_2_status") == "charging"
        assert state(hass, "switch.charger_connector_1_charge_control") == "off"
        assert state(hass, "sensor.charger_connector_1_status") == "available"
        assert state(hass, "binary_sensor.charger_connector_1_plugged_in") == "off"
        assert state(hass, "sensor.charger_connector_1_power") == "unknown"
        assert state(hass, "sensor.charger_connector_1_session_energy") == "unknown"

    async def test_commands_name_the_connector(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await _do(hass, "switch.turn_off", "switch.charger_connector_2_availability")
        sent = await charger.wait_for("ChangeAvailability")
        assert sent == {"connector_id": 2, "type": "Inoperative"}
        await _do(hass, "button.press", "button.charger_connector_2_unlock")
        assert await charger.wait_for("UnlockConnector") == {"connector_id": 2}
        await charger.plug_in(connector_id=2)
        await _do(hass, "switch.turn_on", "switch.charger_connector_2_charge_control")
        sent = await charger.wait_for("RemoteStartTransaction")
        assert sent["connector_id"] == 2

    async def test_each_connector_has_its_own_maximum(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await until(lambda: ("TxDefaultProfile", 0) in charger.connectors[2].profiles)
        charger.received.clear()
        await _limit(hass, 10, "number.charger_connector_2_maximum_current")
        assert charger.received_limits == [(2, "TxDefaultProfile", 10)]
        assert state(hass, "number.charger_connector_1_maximum_current") == "16.0"


class TestIdentitiesThatLookAlike:
    """A charger for two cars, and another whose identity reads like its second connector."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """Chargers as a fleet may number them."""
        return [
            charger_subentry("CP1", "Charger", connectors=2),
            charger_subentry("CP1-2", "Carport"),
        ]

    async def test_both_have_all_their_entities(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        assert state(hass, "sensor.carport_status") == "unavailable"
        assert state(hass, "sensor.charger_connector_1_status") == "unavailable"
        assert state(hass, "sensor.charger_connector_2_status") == "unavailable"


async def test_a_connector_that_turns_up_is_set_up(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    assert state(hass, "sensor.charger_status") == "unavailable"
    async with connect(connectors=2) as charger:
        await charger.boot()
        await settle_connectors(hass, running, 2)
        await charger.socket.wait_closed()
    await hass.async_block_till_done()
    async with connected(hass, connect, connectors=2) as charger:
        registry = er.async_get(hass)
        both = [
            registry.async_get_entity_id("sensor", DOMAIN, f"CP1/{evse_id}-status")
            for evse_id in (1, 2)
        ]
        # What automations call the first connector by stays.
        assert both == ["sensor.charger_status", "sensor.charger_connector_2_status"]
        await charger.plug_in(connector_id=2)
        await until(
            lambda: state(hass, "sensor.charger_connector_2_status") == "preparing"
        )
        assert state(hass, "sensor.charger_status") == "available"


async def test_connectors_that_turn_up_one_by_one_are_set_up_together(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    """Each time, everybody would have to dial once more."""
    async with connect(connectors=6) as charger:
        await charger.boot()
        await settle_connectors(hass, running, 6)
        await charger.socket.wait_closed()
    await hass.async_block_till_done()
    assert len(running.runtime_data.chargers["CP1"].evse_ids) == 6
    async with connected(hass, connect, connectors=6):
        assert state(hass, "sensor.charger_connector_6_status") == "available"


# Phases.


def _phase_sensors(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    entries = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {
        entity.entity_id: entity.disabled_by
        for entity in entries
        if entity.entity_id[-3:] in ("_l1", "_l2", "_l3")
    }


POWERS = [
    {"measurand": "Power.Active.Import", "value": "1200", "phase": phase}
    for phase in ("L1", "L2", "L3")
]


@pytest.mark.as_set_up
async def test_phases_are_shown_to_those_who_want_them(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    sensors = {
        f"sensor.charger_{quantity}_l{phase}": value
        for quantity, value in (
            ("power", "1200.0"),
            ("current", "5.6"),
            ("voltage", "230.0"),
        )
        for phase in (1, 2, 3)
    }
    assert _phase_sensors(hass, running) == {}
    async with connected(hass, connect) as charger:
        await _charge_for_half_an_hour(charger)
        await charger.meter(POWERS)
        await until(lambda: len(_phase_sensors(hass, running)) == len(sensors))
    assert _phase_sensors(hass, running) == dict.fromkeys(
        sensors, er.RegistryEntryDisabler.INTEGRATION
    )
    for entity_id in sensors:
        assert hass.states.get(entity_id) is None
        er.async_get(hass).async_update_entity(entity_id, disabled_by=None)
    assert await hass.config_entries.async_reload(running.entry_id)
    # Once seen, they are there even before the charger has said anything again.
    assert {state(hass, entity_id) for entity_id in sensors} == {"unavailable"}
    async with connected(hass, connect) as charger:
        await _charge_for_half_an_hour(charger)
        await charger.meter(POWERS)
        await until(lambda: state(hass, "sensor.charger_power_l1") == "1200.0")
        assert {entity_id: state(hass, entity_id) for entity_id in sensors} == sensors


class TestOnePhase:
    """A charger that is wired with one phase."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """A charger that is set up as it is wired."""
        return [charger_subentry("CP1", "Charger", phases=1)]

    async def test_phases_that_are_not_there_are_not_shown(
        self, hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
    ) -> None:
        await _charge_for_half_an_hour(charger)
        await charger.meter(POWERS)
        await until(lambda: len(_phase_sensors(hass, running)) == 3)
        assert set(_phase_sensors(hass, running)) == {
            "sensor.charger_power_l1",
            "sensor.charger_current_l1",
            "sensor.charger_voltage_l1",
        }


# Every word is there.


def _json(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((INTEGRATION / name).read_text("utf-8"))
    return content


def _calls() -> Iterator[ast.Call]:
    for file in sorted(INTEGRATION.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield node


def _texts(node: ast.expr) -> set[str]:
    return {
        constant.value
        for constant in ast.walk(node)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }


def _raised() -> set[str]:
    """Return the translation keys of all errors that are raised anywhere."""
    keys: set[str] = set()
    for call in _calls():
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        if isinstance(call.func, ast.Name) and call.func.id in (
            "validation_error",
            "failure",
            "UnusableFieldError",
        ):
            keys |= _texts(call.args[0])
        elif "translation_domain" in named:
            keys |= _texts(named["translation_key"])
    return keys


@pytest.mark.parametrize(
    "chargers",
    [
        [
            charger_subentry(
                "CP1",
                "Charger",
                vehicle={"battery_capacity": 60},
                phase_switch={"switch_entity": "switch.phases"},
            ),
            charger_subentry("CP2", "Carport"),
            circuit_subentry("main", "Main fuse"),
        ]
    ],
)
@pytest.mark.parametrize(
    "options",
    [
        {
            "grid_power": GRID,
            "grid_meter_delay": 5,
            "battery_power": "sensor.battery",
            "battery_hold": {
                "hold_actions": [{"action": "inverter.hold"}],
                "release_actions": [{"action": "inverter.release"}],
            },
            "tariff": {"price_entities": ["sensor.price"]},
        }
    ],
)
async def test_every_entity_has_a_name(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    hass.states.async_set("sensor.price", "0.30", {"unit_of_measurement": "EUR/kWh"})
    hass.states.async_set("sensor.battery", "500", {"unit_of_measurement": "W"})
    show_grid(hass, 0)
    await act(
        hass, "offer_firmware", devid="CP1", version="2.0", firmware_file="new.bin"
    )
    await _choose(hass, "eco_plus")
    await _do(
        hass,
        "datetime.set_value",
        "datetime.charger_departure",
        datetime=datetime.now(UTC) + timedelta(hours=8),
    )
    await _do(hass, "number.set_value", "number.charger_energy_wanted", value=10)
    await charger.plug_in()
    await charger.start_session()
    # Little enough to be credible at once.
    charger.advance(600)
    await charger.meter()
    await charger.meter(
        [
            {"measurand": measurand, "value": "0.5", "phase": phase}
            for measurand in Measurand
            for phase in ("L1", "L2")
        ]
    )
    await until(lambda: hass.states.get("sensor.charger_phases_in_use") is not None)
    await _do(hass, "button.press", "button.ocpp_check_the_meters")
    await ask(hass, "get_sessions", devid="CP1")
    await charger.heartbeat()
    async_fire_time_changed(hass, datetime.now(UTC) + timedelta(minutes=1))
    await until(lambda: hass.states.get("sensor.charger_planned_start") is not None)
    await hass.async_block_till_done()
    entries = er.async_entries_for_config_entry(er.async_get(hass), running.entry_id)
    used = {
        (entry.domain, entry.translation_key)
        for entry in entries
        if entry.translation_key is not None
    }
    described = {
        (domain, key): texts
        for domain, keys in _json("translations/en.json")["entity"].items()
        for key, texts in keys.items()
        # Whoever has moved in has others besides.
        if not key.startswith("former_")
    }
    # The battery has given nothing to the car yet, and nobody has imposed a limit.
    later = {
        ("sensor", "battery_energy"),
        ("sensor", "session_battery_energy"),
        ("sensor", "external_limit"),
    }
    assert used | later == set(described)
    # What has no name there is named by its device class.
    assert all(
        entry.original_device_class
        for entry in entries
        if "name" not in described.get((entry.domain, entry.translation_key or ""), {})
    )


@pytest.mark.parametrize(
    ("entity_id", "attribute", "path"),
    [
        ("sensor.charger_status", "options", ("sensor", "status")),
        (MODE, "options", ("select", "charging_mode")),
        ("sensor.charger_reason", "options", ("sensor", "reason")),
    ],
)
async def test_every_state_has_a_name(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    entity_id: str,
    attribute: str,
    path: tuple[str, str],
) -> None:
    found = hass.states.get(entity_id)
    assert found is not None
    domain, key = path
    texts = _json("translations/en.json")["entity"][domain][key]["state"]
    assert set(found.attributes[attribute]) == set(texts)


def test_every_error_has_a_text() -> None:
    assert "not_connected" in _raised()
    assert _raised() == set(_json("translations/en.json")["exceptions"])


async def test_every_action_is_described(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    registered = set(hass.services.async_services_for_domain(DOMAIN))
    described = load_yaml_dict(str(INTEGRATION / "services.yaml"))
    texts = _json("translations/en.json")["services"]
    assert registered == set(described)
    assert registered == set(_json("icons.json")["services"])
    assert registered == set(texts)
    assert {name: set(text["fields"]) for name, text in texts.items()} == {
        name: set(action["fields"]) for name, action in described.items()
    }


async def test_what_is_known_of_the_make_is_shown(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    make = "sensor.charger_make"
    assert state(hass, make) == "unknown"
    async with connect("CP1") as charger:
        await charger.boot()
        await until(lambda: state(hass, make) == "Sunny Wallbox 11")
        shown = hass.states.get(make)
        assert shown is not None
        assert shown.attributes["facts"] == []
        charger.vendor, charger.model = "Autel", "MaxiCharger AC"
        await charger.boot()
        await until(lambda: state(hass, make) == "Autel MaxiCharger AC")
        shown = hass.states.get(make)
        assert shown is not None
        assert "It obeys absolute charging profiles alone." in shown.attributes["facts"]
        assert (
            "https://github.com/lbbrhzn/ocpp/issues/677"
            in (shown.attributes["sources"])
        )
