"""Known defects of OCPP in Home Assistant that do not occur here: those that show in Home Assistant itself.

The numbers are those of the core's tests of the same name.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.frame import ReportBehavior, report_usage
from tests.integration.world import World
from tests.simulator.car import Car
from tests.simulator.charger import (
    ChargePointStatus,
    SimulatedCharger,
    reconnected,
    simulated_charger,
)
from tests.waiting import until

from .actions import act, refused
from .conftest import Connect, charger_subentry, connected, settle_connectors, state

SESSION = "switch.charger_charge_control"


@pytest.fixture
async def second(
    hass: HomeAssistant, running: MockConfigEntry, unused_tcp_port_factory: Any
) -> AsyncIterator[MockConfigEntry]:
    """Another central system, with a charger of its own."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Barn",
        version=3,
        data={"host": "127.0.0.1", "port": unused_tcp_port_factory()},
        subentries_data=[charger_subentry("CP2", "Barn charger")],
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


def _named(charger: SimulatedCharger, action: str) -> int:
    return Counter(name for name, _ in charger.received)[action]


def _deprecations(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return Home Assistant's complaints about what this integration uses."""
    complaints = ("deprecated", "stop working", f"custom integration '{DOMAIN}'")
    texts = [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING
        and record.name.startswith(("homeassistant.", "custom_components."))
    ]
    return [
        text
        for text in texts
        if DOMAIN in text and any(complaint in text for complaint in complaints)
    ]


# Defects.


async def test_defect_3_a_connector_that_turns_up_gets_its_entities(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connect(connectors=2) as charger:
        await charger.boot()
        # Its entities move, for which everybody has to dial once more.
        await settle_connectors(hass, running, 2)
        await charger.socket.wait_closed()
    await hass.async_block_till_done()
    async with connected(hass, connect, connectors=2) as charger:
        await charger.plug_in(connector_id=2)
        status = "sensor.charger_connector_2_status"
        await until(lambda: state(hass, status) == "preparing")


async def test_defect_4_an_action_reaches_the_charger_that_it_names(
    hass: HomeAssistant, second: MockConfigEntry, charger: SimulatedCharger
) -> None:
    url = f"ws://127.0.0.1:{second.data['port']}"
    async with simulated_charger(url, "CP2") as other:
        await other.boot()
        await until(lambda: _named(other, "SetChargingProfile"))
        other.received.clear()
        await act(hass, "trigger_message", devid="CP1", requested_message="Heartbeat")
        assert (_named(charger, "TriggerMessage"), _named(other, "TriggerMessage")) == (
            1,
            0,
        )
        heartbeat = {"requested_message": "Heartbeat"}
        await act(hass, "trigger_message", devid="Barn charger", **heartbeat)
        assert _named(other, "TriggerMessage") == 1
        text = await refused(hass, "trigger_message", devid="CP3", **heartbeat)
        assert text == "There is no charger CP3. Known chargers: CP1, CP2"
        assert "CP1" not in await refused(hass, "trigger_message", **heartbeat)
    # One that goes leaves the actions to the other.
    assert await hass.config_entries.async_unload(second.entry_id)
    await act(hass, "trigger_message", **heartbeat)
    assert _named(charger, "TriggerMessage") == 2


@pytest.mark.parametrize("action", ["set_charge_rate", "remote_stop", "clear_profile"])
async def test_defect_5_an_action_without_a_charger_says_so(
    hass: HomeAssistant, running: MockConfigEntry, action: str
) -> None:
    data = {"limit_amps": 10} if action == "set_charge_rate" else {}
    assert "is not connected" in await refused(hass, action, **data)
    (subentry,) = running.subentries.values()
    hass.config_entries.async_remove_subentry(running, subentry.subentry_id)
    await hass.async_block_till_done()
    assert await refused(hass, action, **data) == "No charger has been adopted yet"


async def test_defect_7_off_stops_a_session_that_began_before_the_restart(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect, port: int
) -> None:
    async with connected(hass, connect) as charger:
        await charger.plug_in()
        await charger.start_session()
        charger.connectors[1].energy_wh = 2500.0
        await charger.meter()
        await until(lambda: state(hass, "sensor.charger_session_energy") == "2.5")
    await hass.config_entries.async_reload(running.entry_id)
    async with reconnected(charger, f"ws://127.0.0.1:{port}"):
        await until(lambda: state(hass, SESSION) == "on")
        assert state(hass, "sensor.charger_session_energy") == "2.5"
        assert float(state(hass, "sensor.charger_session_duration")) < 5
        service = {"entity_id": SESSION}
        await hass.services.async_call("switch", "turn_off", service, blocking=True)
        await until(lambda: charger.connectors[1].transaction_id is None)


async def test_defect_7_off_stops_a_session_that_nobody_here_has_seen_begin(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connected(hass, connect) as charger:
        charger.connectors[1].car = Car()
        charger.connectors[1].transaction_id = -1_936_029_036
        await charger.change_status(ChargePointStatus.charging)
        service = {"entity_id": SESSION}
        await hass.services.async_call("switch", "turn_off", service, blocking=True)
        await until(lambda: charger.connectors[1].transaction_id is None)


async def test_defect_12_nothing_deprecated_is_used(
    hass: HomeAssistant,
    running: MockConfigEntry,
    connect: Connect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with connected(hass, connect) as charger:
        await charger.plug_in()
        await charger.start_session()
        await charger.meter()
        await charger.stop_session()
    await hass.config_entries.async_reload(running.entry_id)
    assert _deprecations(caplog) == []


@pytest.mark.parametrize("until_version", [None, "2042.1"])
async def test_defect_12_deprecations_are_told_from_slow_steps(
    hass: HomeAssistant,
    running: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    until_version: str | None,
) -> None:
    slow = "Executing <Task name='test_nothing_deprecated_in_ocpp'> took 0.1 seconds"
    logging.getLogger("asyncio").warning(slow)
    assert _deprecations(caplog) == []
    report_usage(
        f"uses what goes in {until_version}",
        breaks_in_ha_version=until_version,
        custom_integration_behavior=ReportBehavior.LOG,
        integration_domain=DOMAIN,
    )
    assert len(_deprecations(caplog)) == 1


async def test_defect_15_only_what_has_changed_is_written(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await charger.plug_in()
    await charger.start_session()
    voltage = {"measurand": "Voltage", "unit": "V", "value": "231"}
    await charger.meter([voltage])
    await until(lambda: state(hass, "sensor.charger_voltage") == "231.0")
    written: list[str] = []

    @callback
    def is_ours(data: Mapping[str, Any]) -> bool:
        return "charger" in data["entity_id"]

    @callback
    def note(event: Event[Any]) -> None:
        written.append(event.data["entity_id"])

    hass.bus.async_listen(EVENT_STATE_CHANGED, note, is_ours)
    hass.bus.async_listen(EVENT_STATE_REPORTED, note, is_ours)
    await charger.meter([voltage])
    await charger.meter([{**voltage, "value": "232"}])
    await charger.heartbeat()
    await hass.async_block_till_done()
    assert written == ["sensor.charger_voltage"]


# Points to do better in.


async def test_point_6_the_sun_charges_the_car(
    hass: HomeAssistant, charger: SimulatedCharger, wall_clock: FrozenDateTimeFactory
) -> None:
    world = World(hass, charger, wall_clock)
    await charger.plug_in()
    await charger.start_session()
    await world.pass_time(90, 8000)
    assert 7000 < world.car_w < 8200
    await world.pass_time(120, 1000)
    # It pauses without ending the session.
    assert world.car_w == 0
    assert charger.connectors[1].transaction_id is not None


async def test_point_9_tags_are_set_up_in_the_user_interface(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    assert await charger.show_tag("ANNA") == "Accepted"
    flow = await hass.config_entries.subentries.async_init(
        (running.entry_id, "tag"), context={"source": "user"}
    )
    await hass.config_entries.subentries.async_configure(
        flow["flow_id"], {"name": "Anna", "id_tag": "ANNA", "blocked": True}
    )
    await hass.async_block_till_done()
    assert await charger.show_tag("ANNA") == "Blocked"


async def test_point_11_a_fault_is_shown_and_hides_nothing(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await charger.change_status(ChargePointStatus.faulted)
    await until(lambda: state(hass, "sensor.charger_status") == "faulted")
    assert state(hass, "binary_sensor.charger_connected") == "on"
    assert state(hass, SESSION) == "off"


async def test_point_12_actions_are_meant_for_a_device_and_answer(
    hass: HomeAssistant,
    running: MockConfigEntry,
    second: MockConfigEntry,
    charger: SimulatedCharger,
) -> None:
    await charger.plug_in()
    await charger.start_session()
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, "CP1"), running.entry_id
    )
    assert device is not None
    answer = await hass.services.async_call(
        DOMAIN,
        "remote_stop",
        target={"device_id": device.id},
        blocking=True,
        return_response=True,
    )
    assert answer == {
        "sessions": [
            {"charger": "CP1", "connector": 1, "result": "ended", "refusals": []}
        ]
    }
