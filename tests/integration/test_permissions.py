"""Users who carry out actions: what they may do, and what only administrators may do."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.ocpp.const import DOMAIN
from homeassistant.auth.permissions.models import PermissionLookup
from homeassistant.auth.permissions.types import PolicyType
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import Context, HomeAssistant, SupportsResponse
from homeassistant.exceptions import HomeAssistantError, Unauthorized, UnknownUser
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

from .conftest import Connect, charger_subentry, connected

_HASHES = {
    "hash_algorithm": "SHA256",
    "issuer_name_hash": "0a",
    "issuer_key_hash": "0b",
    "serial_number": "0c",
}
FOR_ADMINISTRATORS: list[tuple[str, dict[str, Any]]] = [
    ("configure", {"ocpp_key": "HeartbeatInterval", "value": "30"}),
    ("data_transfer", {"vendor_id": "org.example"}),
    ("delete_certificate", _HASHES),
    ("get_ca_certificate", {}),
    ("get_configuration", {}),
    ("get_diagnostics", {"upload_url": "ftp://192.0.2.1/"}),
    ("get_diagnostics", {}),
    ("get_installed_certificates", {}),
    ("get_sessions", {"filename": "x.csv"}),
    ("install_certificate", {}),
    ("offer_firmware", {"version": "2", "firmware_url": "https://example.org/f"}),
    ("raise_security_profile", {"security_profile": "2"}),
    ("renew_certificate", {}),
    ("revoke_certificates", {}),
    ("set_charge_rate", {"custom_profile": {"chargingProfileId": 8}}),
    ("trigger_message", {"requested_message": "SignChargePointCertificate"}),
    ("update_firmware", {"firmware_url": "https://example.org/firmware.bin"}),
    ("update_firmware", {"firmware_file": "firmware.bin"}),
]
FOR_CONTROLLERS: list[tuple[str, dict[str, Any]]] = [
    ("cancel_reservation", {}),
    ("clear_profile", {}),
    ("get_composite_schedule", {}),
    ("assign_session", {"vehicle": "guest", "charger_id": "CP1"}),
    ("get_sessions", {"charger_id": "CP1"}),
    ("remote_start", {}),
    ("remote_stop", {}),
    ("reserve_now", {"id_tag": "TAG"}),
    ("set_charge_rate", {"limit_amps": 10}),
    (
        "set_tx_profile",
        {
            "tx_profile": {
                "schedule": [{"start_period": dt_util.now().isoformat(), "limit": 0}]
            }
        },
    ),
    ("trigger_message", {"requested_message": "MeterValues"}),
    # What concerns a charger as a whole.
    ("cancel_reservation", {"reservation_id": 1}),
    ("clear_cache", {}),
    ("clear_message", {"message_id": 1}),
    ("get_conformance_report", {}),
    ("reset", {}),
    ("send_local_list", {}),
    ("show_message", {"message_id": 1, "message": "Waiting for the sun"}),
]
FOR_CONTROLLERS_OF_EVERYTHING: list[tuple[str, dict[str, Any]]] = [
    ("clear_site_limit", {}),
    ("assign_session", {"vehicle": "guest"}),
    ("get_sessions", {}),
    ("set_site_limit", {"limit_amps": 10, "duration": timedelta(hours=1)}),
]
EVERYTHING = FOR_ADMINISTRATORS + FOR_CONTROLLERS + FOR_CONTROLLERS_OF_EVERYTHING


async def _act(hass: HomeAssistant, user: MockUser, action: str, **data: Any) -> Any:
    answers = hass.services.supports_response(DOMAIN, action)
    return await hass.services.async_call(
        DOMAIN,
        action,
        data,
        blocking=True,
        context=Context(user_id=user.id),
        return_response=answers is SupportsResponse.ONLY,
    )


async def _may(hass: HomeAssistant, user: MockUser, action: str, **data: Any) -> bool:
    """Return whether a user may do something; the charger may still refuse it."""
    try:
        await _act(hass, user, action, **data)
    except Unauthorized:
        return False
    except HomeAssistantError:
        return True
    return True


def _user(hass: HomeAssistant, policy: PolicyType) -> MockUser:
    user = MockUser(name="Somebody").add_to_hass(hass)
    user.perm_lookup = PermissionLookup(er.async_get(hass), dr.async_get(hass))
    user.mock_policy(policy)
    return user


def _controller(hass: HomeAssistant, entry: MockConfigEntry, *names: str) -> MockUser:
    """Return a user who may control devices."""
    registry = dr.async_get(hass)
    found = [
        find((DOMAIN, name), entry.entry_id)
        for name in names
        for find in (
            registry.async_get_device_by_identifier,
            registry.async_get_child_device_by_identifier,
        )
    ]
    ids = {device.id: True for device in found if device}
    return _user(hass, {"entities": {"device_ids": ids}})


async def test_every_action_is_tried_here(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    tried = {action for action, _ in EVERYTHING}
    assert tried == set(hass.services.async_services_for_domain(DOMAIN))


@pytest.mark.parametrize(("action", "data"), EVERYTHING)
async def test_users_who_may_only_read_carry_out_no_action(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    hass_read_only_user: MockUser,
    action: str,
    data: dict[str, Any],
) -> None:
    with pytest.raises(Unauthorized):
        await _act(hass, hass_read_only_user, action, **data)
    await charger.heartbeat()
    assert charger.received == []


@pytest.mark.parametrize(("action", "data"), FOR_ADMINISTRATORS)
async def test_what_is_for_administrators(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    hass_admin_user: MockUser,
    action: str,
    data: dict[str, Any],
) -> None:
    everything = _user(hass, {"entities": True})
    assert not await _may(hass, everything, action, **data)
    await charger.heartbeat()
    assert charger.received == []
    # Once the charger is asked it is known; what comes of it need not be waited for.
    acting = asyncio.create_task(_may(hass, hass_admin_user, action, **data))
    await until(lambda: acting.done() or charger.received)
    assert acting.cancel() or acting.result()


@pytest.mark.parametrize(("action", "data"), FOR_CONTROLLERS)
async def test_what_is_for_those_who_control_the_charger(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    action: str,
    data: dict[str, Any],
) -> None:
    others = [
        {},
        {"entities": {"entity_ids": {"light.kitchen": True}}},
        {"entities": {"all": {"read": True}}},
        {"entities": {"entity_ids": {"sensor.charger_power": True}}},
    ]
    for policy in others:
        assert not await _may(hass, _user(hass, policy), action, **data)
    await charger.heartbeat()
    assert charger.received == []
    for allowed in (_user(hass, {"entities": True}), _controller(hass, running, "CP1")):
        assert await _may(hass, allowed, action, **data)


@pytest.mark.parametrize(("action", "data"), FOR_CONTROLLERS_OF_EVERYTHING)
async def test_what_is_for_those_who_control_everything(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    action: str,
    data: dict[str, Any],
) -> None:
    one = _controller(hass, running, "CP1")
    assert not await _may(hass, one, action, **data)
    assert await _may(hass, _user(hass, {"entities": True}), action, **data)


async def test_a_user_who_is_gone(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    nobody = MockUser(id="gone")
    with pytest.raises(UnknownUser):
        await _act(hass, nobody, "remote_start")


async def test_a_user_without_rights_is_told_no_names(
    hass: HomeAssistant, running: MockConfigEntry, hass_read_only_user: MockUser
) -> None:
    with pytest.raises(Unauthorized) as caught:
        await _act(hass, hass_read_only_user, "remote_start", devid="unknown")
    assert "CP1" not in str(caught.value)


class TestSeveral:
    """Several chargers, of which one has two connectors."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """Two chargers."""
        return [
            charger_subentry("CP1", "Charger", connectors=2),
            charger_subentry("CP2", "Other"),
        ]

    async def test_each_has_its_own_users(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        one = _controller(hass, running, "CP1", "CP1/1", "CP1/2")
        part = _controller(hass, running, "CP1", "CP1/1")
        assert not await _may(hass, part, "clear_profile", devid="CP1")
        async with connected(hass, connect, "CP2"):
            assert await _may(hass, one, "clear_profile", devid="CP1")
            assert not await _may(hass, one, "clear_profile", devid="CP2")
            assert not await _may(hass, one, "get_sessions", charger_id="CP2")
            theirs = ["sensor.other_status"]
            assert not await _may(hass, one, "clear_profile", entity_id=theirs)

    async def test_each_connector_has_its_own_users(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        first = _controller(hass, running, "CP1/1")
        start = {"devid": "CP1", "conn_id": 1}
        assert await _may(hass, first, "remote_start", **start)
        assert not await _may(hass, first, "remote_start", devid="CP1", conn_id=2)
        assert not await _may(hass, first, "remote_start", devid="CP1")
        # The cache is the charger's, whatever connector it is asked by.
        assert not await _may(hass, first, "clear_cache", **start)
        assert not await _may(
            hass, first, "cancel_reservation", reservation_id=1, **start
        )
