"""Actions and entities that are told twice what they were told once already."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.simulator.charger import SimulatedCharger
from tests.simulator.secure_charger import SecureCharger, secure_charger
from tests.waiting import until

from .conftest import charger_subentry, show_grid, state, tag_subentry

_ROOT = {
    "hash_algorithm": "SHA256",
    "issuer_name_hash": "0a",
    "issuer_key_hash": "0b",
    "serial_number": "0c",
}
_SCHEDULE = {"schedule": [{"start_period": dt_util.now().isoformat(), "limit": 6900}]}
ACTIONS: list[tuple[str, dict[str, Any]]] = [
    ("assign_session", {"vehicle": "guest"}),
    ("cancel_reservation", {}),
    ("cancel_reservation", {"reservation_id": 1}),
    ("clear_cache", {}),
    ("clear_profile", {}),
    ("clear_site_limit", {}),
    ("configure", {"ocpp_key": "HeartbeatInterval", "value": 30}),
    ("data_transfer", {"vendor_id": "org.example"}),
    ("delete_certificate", _ROOT),
    ("get_ca_certificate", {}),
    ("get_composite_schedule", {}),
    ("get_configuration", {}),
    ("get_conformance_report", {}),
    ("get_diagnostics", {"protocol": "ftp"}),
    ("get_installed_certificates", {}),
    ("get_sessions", {}),
    ("install_certificate", {}),
    ("offer_firmware", {"version": "2", "firmware_url": "http://127.0.0.1:1/f"}),
    ("remote_start", {}),
    ("remote_stop", {}),
    ("renew_certificate", {}),
    ("reserve_now", {"id_tag": "ANNA"}),
    ("reset", {}),
    ("reset", {"type": "hard"}),
    ("revoke_certificates", {}),
    ("send_local_list", {}),
    ("set_charge_rate", {"limit_amps": 10}),
    ("set_charge_rate", {"limit_watts": 99000}),
    ("set_site_limit", {"limit_amps": 10}),
    ("set_tx_profile", {"tx_profile": _SCHEDULE}),
    ("trigger_message", {"requested_message": "MeterValues"}),
    ("update_firmware", {"firmware_url": "http://127.0.0.1:1/f"}),
]
"""All actions with data that can be carried out here; to raise the security profile takes a password."""

ENTITIES = [
    ("switch.turn_on", "switch.charger_charge_control", {}),
    ("switch.turn_off", "switch.charger_charge_control", {}),
    ("switch.turn_on", "switch.charger_availability", {}),
    ("switch.turn_off", "switch.charger_availability", {}),
    ("homeassistant.turn_off", "switch.charger_charge_control", {}),
    ("button.press", "button.charger_unlock", {}),
    ("button.press", "button.charger_forget_learned_behavior", {}),
    ("button.press", "button.charger_reset", {}),
    ("button.press", "button.charger_hard_reset", {}),
    ("select.select_option", "select.charger_charging_mode", {"option": "fast"}),
    ("number.set_value", "number.charger_maximum_current", {"value": 10}),
    ("number.set_value", "number.charger_energy_wanted", {"value": 10}),
]


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """A charger, and a tag."""
    return [charger_subentry("CP1", "Charger"), tag_subentry("Anna", "ANNA")]


@pytest.fixture
def options(options: dict[str, Any]) -> dict[str, Any]:
    """The options, with a server that chargers may use."""
    return {**options, "allowed_addresses": ["127.0.0.1"]}


@pytest.fixture
async def charger(
    hass: HomeAssistant, running: MockConfigEntry, port: int
) -> AsyncIterator[SecureCharger]:
    """A charger with a session, and with a store for certificates."""
    show_grid(hass, 0)
    async with secure_charger(f"ws://127.0.0.1:{port}", "CP1") as charger:
        await charger.boot()
        await until(lambda: ("TxDefaultProfile", 0) in charger.connectors[1].profiles)
        await charger.plug_in()
        await charger.start_session()
        await until(lambda: state(hass, "switch.charger_charge_control") == "on")
        yield charger


def test_all_actions_are_tried(hass: HomeAssistant, running: MockConfigEntry) -> None:
    # Those for a screen need another charger.
    others = {"raise_security_profile", "show_message", "clear_message"}
    tried = {action for action, _ in ACTIONS} | others
    assert tried == set(hass.services.async_services_for_domain(DOMAIN))


@pytest.mark.parametrize(("action", "data"), ACTIONS)
async def test_an_action_that_is_carried_out_twice(
    hass: HomeAssistant, charger: SecureCharger, action: str, data: dict[str, Any]
) -> None:
    answers = hass.services.supports_response(DOMAIN, action)
    for _ in range(2):
        await hass.services.async_call(
            DOMAIN,
            action,
            dict(data),
            blocking=True,
            return_response=answers is not SupportsResponse.NONE,
        )


@pytest.mark.parametrize("conn_id", [0, 1])
@pytest.mark.parametrize(("action", "data"), ACTIONS)
async def test_a_charger_with_one_connector_does_not_mind_its_number(
    hass: HomeAssistant,
    charger: SecureCharger,
    action: str,
    data: dict[str, Any],
    conn_id: int,
) -> None:
    answers = hass.services.supports_response(DOMAIN, action)
    await hass.services.async_call(
        DOMAIN,
        action,
        {**data, "conn_id": conn_id},
        blocking=True,
        return_response=answers is not SupportsResponse.NONE,
    )


@pytest.mark.parametrize(("action", "entity_id", "data"), ENTITIES)
async def test_an_entity_that_is_told_twice(
    hass: HomeAssistant,
    charger: SecureCharger,
    action: str,
    entity_id: str,
    data: dict[str, Any],
) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    domain, _, service = action.partition(".")
    for _ in range(2):
        target = {"entity_id": entity_id, **data}
        await hass.services.async_call(domain, service, target, blocking=True)
        await charger.heartbeat()


async def test_a_session_that_is_stopped_for_good(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    control = "switch.charger_charge_control"
    for _ in range(2):
        await hass.services.async_call(
            "switch", "turn_off", {"entity_id": control}, blocking=True
        )
        await until(lambda: state(hass, control) == "off")
    assert [name for name, _ in charger.received].count("RemoteStopTransaction") == 1


async def test_a_cable_that_is_not_plugged_in_needs_no_releasing(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    charger.statuses["UnlockConnector"] = "UnlockFailed"
    press = ("button", "press", {"entity_id": "button.charger_unlock"}, True)
    with pytest.raises(Exception, match="UnlockConnector with UnlockFailed"):
        await hass.services.async_call(*press)
    await charger.unplug()
    await until(lambda: state(hass, "sensor.charger_status") == "available")
    await hass.services.async_call(*press)
