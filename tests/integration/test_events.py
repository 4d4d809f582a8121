"""Events of a charger, as automations see them."""

from typing import Any

from ocpp.v16.enums import ChargePointStatus
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    mock_restore_cache_with_extra_data,
)

from custom_components.ocpp.const import DOMAIN
from homeassistant.components.tag import EVENT_TAG_SCANNED, TAG_DATA
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

from .conftest import Connect, charger_subentry, connected, state, tag_subentry

TAG, SESSION = "event.charger_tag", "event.charger_session"
SECURITY, NOTICE = "event.charger_security", "event.charger_notice"


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """A charger, and some tags."""
    return [
        charger_subentry("CP1", "Charger"),
        tag_subentry("Anna", "04A1B2"),
        tag_subentry("Lost one", "04FFFF", blocked=True),
    ]


def _event(hass: HomeAssistant, entity_id: str) -> dict[str, Any]:
    """Return what an event entity tells of its last event."""
    found = hass.states.get(entity_id)
    assert found is not None, entity_id
    return {
        key: value
        for key, value in found.attributes.items()
        if key not in {"event_types", "friendly_name"}
    }


async def _next(hass: HomeAssistant, entity_id: str, before: str) -> dict[str, Any]:
    """Return what is told once an event has come after the one of `before`."""
    await until(lambda: state(hass, entity_id) != before)
    return _event(hass, entity_id)


async def test_nothing_has_happened_at_first(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    for entity_id in (TAG, SESSION, SECURITY, NOTICE):
        # Known, though the charger is away.
        assert state(hass, entity_id) == "unknown"


async def test_tags(hass: HomeAssistant, charger: SimulatedCharger) -> None:
    await charger.show_tag("04a1b2")
    assert await _next(hass, TAG, "unknown") == {
        "event_type": "accepted",
        "id_tag": "04a1b2",
        "name": "Anna",
        "status": "Accepted",
        "connector": None,
    }
    before = state(hass, TAG)
    await charger.show_tag("04FFFF")
    assert await _next(hass, TAG, before) == {
        "event_type": "refused",
        "id_tag": "04FFFF",
        "name": "Lost one",
        "status": "Blocked",
        "connector": None,
    }
    before = state(hass, TAG)
    await charger.start_session("STRANGER")
    assert await _next(hass, TAG, before) == {
        "event_type": "accepted",
        "id_tag": "STRANGER",
        "name": None,
        "status": "Accepted",
        "connector": 1,
    }


async def test_sessions(hass: HomeAssistant, charger: SimulatedCharger) -> None:
    await charger.plug_in()
    transaction_id = await charger.start_session("04A1B2")
    started = await _next(hass, SESSION, "unknown")
    assert started.pop("started_at").startswith("20")
    assert started == {
        "event_type": "started",
        "transaction_id": str(transaction_id),
        "id_tag": "04A1B2",
        "name": "Anna",
    }
    before = state(hass, SESSION)
    charger.advance(3600)
    await charger.stop_session("EVDisconnected")
    ended = await _next(hass, SESSION, before)
    assert (ended["event_type"], ended["name"]) == ("ended", "Anna")
    assert (ended["energy_kwh"], ended["duration_minutes"]) == (3.864, 0)
    assert ended["reason"] == "EVDisconnected"
    assert (ended["solar_kwh"], ended["grid_kwh"]) == (0.0, 3.864)
    assert (ended["cost"], ended["vehicle"]) == (None, None)


async def test_security(hass: HomeAssistant, charger: SimulatedCharger) -> None:
    await charger.report_security("TamperDetectionActivated", "The lid is open")
    told = await _next(hass, SECURITY, "unknown")
    assert told["event_type"] == "tamper_detected"
    assert told["type"] == "TamperDetectionActivated"
    # Its own words may be anything.
    assert "The lid is open" not in str(told)
    before = state(hass, SECURITY)
    await charger.report_security("VendorsOwn")
    told = await _next(hass, SECURITY, before)
    assert (told["event_type"], told["type"]) == ("other", "VendorsOwn")


async def test_boots_and_data(hass: HomeAssistant, charger: SimulatedCharger) -> None:
    assert _event(hass, NOTICE) == {
        "event_type": "booted",
        "vendor": "Sunny",
        "model": "Wallbox 11",
        "firmware": "1.2.3",
    }
    before = state(hass, NOTICE)
    status = await charger.send_data("org.example", "Hello", "x" * 5000)
    assert status == "UnknownVendorId"
    assert await _next(hass, NOTICE, before) == {
        "event_type": "data_received",
        "vendor_id": "org.example",
        "message_id": "Hello",
        "data": "**REDACTED**",
        "accepted": False,
    }


async def test_data_of_vendors_that_are_wanted(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    options = {**running.options, "data_vendors": ["org.example"]}
    hass.config_entries.async_update_entry(running, options=options)
    await hass.async_block_till_done()
    before = state(hass, NOTICE)
    assert await charger.send_data("org.example", "1", "x" * 5000) == "Accepted"
    assert await _next(hass, NOTICE, before) == {
        "event_type": "data_received",
        "vendor_id": "org.example",
        "message_id": "1",
        "data": "x" * 2000,
        "accepted": True,
    }
    assert await charger.send_data("org.other") == "UnknownVendorId"


async def test_what_happened_is_still_known_after_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, connect: Connect
) -> None:
    then = "2026-06-01T12:00:00.000+00:00"
    told = {"last_event_type": "accepted", "last_event_attributes": {"name": "Anna"}}
    mock_restore_cache_with_extra_data(hass, [(State(TAG, then), told)])
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert state(hass, TAG) == then
    assert _event(hass, TAG) == {"event_type": "accepted", "name": "Anna"}
    async with connected(hass, connect) as charger:
        assert state(hass, TAG) == then
        await charger.show_tag("04A1B2")
        await _next(hass, TAG, then)
        before = state(hass, TAG)
    await until(lambda: state(hass, "binary_sensor.charger_connected") == "off")
    assert state(hass, TAG) == before
    await hass.config_entries.async_unload(entry.entry_id)


async def test_tags_are_not_recorded(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await charger.show_tag("04A1B2")
    await _next(hass, TAG, "unknown")
    for entity_id in (TAG, SESSION):
        shown = hass.states.get(entity_id)
        assert shown is not None
        assert shown.state_info is not None
        assert "id_tag" in shown.state_info["unrecorded_attributes"]


class TestTwoConnectors:
    """A charger for two cars."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """A charger that is set up with both of its connectors."""
        return [charger_subentry("CP1", "Charger", connectors=2)]

    async def test_sessions_are_told_where_they_are(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        async with connected(hass, connect, connectors=2) as charger:
            await charger.start_session(connector_id=2)
            await _next(hass, "event.charger_connector_2_session", "unknown")
            assert state(hass, "event.charger_connector_1_session") == "unknown"


class TestHomeAssistantTags:
    """A central system at which Home Assistant's own tags count."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """Nobody else may charge."""
        return {"free_vend": False, "home_assistant_tags": True}

    @pytest.fixture(autouse=True)
    async def _tags(self, hass: HomeAssistant) -> None:
        """Have Home Assistant keep tags."""
        assert await async_setup_component(hass, "tag", {})

    async def _name(self, hass: HomeAssistant, tag_id: str, name: str | None) -> None:
        data = {"tag_id": tag_id} | ({"name": name} if name else {})
        await hass.data[TAG_DATA].async_create_item(data)

    async def test_a_tag_with_a_name_may_charge(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await self._name(hass, "04-AB-cd-12", "Anna's card")
        assert await charger.show_tag("04ABCD12") == "Accepted"
        assert await charger.show_tag("04-ab-cd-12") == "Accepted"
        assert await charger.show_tag("04ABCD") == "Invalid"
        await hass.data[TAG_DATA].async_delete_item("04-AB-cd-12")
        assert await charger.show_tag("04ABCD12") == "Invalid"

    async def test_a_tag_that_a_reader_has_merely_seen_may_not(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await self._name(hass, "04ABCD12", None)
        assert await charger.show_tag("04ABCD12") == "Invalid"
        await hass.data[TAG_DATA].async_update_item("04ABCD12", {"name": "Anna"})
        assert await charger.show_tag("04ABCD12") == "Accepted"

    async def test_what_is_set_up_for_chargers_counts(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await self._name(hass, "04-FF-FF", "Found again")
        assert await charger.show_tag("04FFFF") == "Blocked"

    async def test_tags_are_scanned(
        self, hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
    ) -> None:
        await self._name(hass, "04-AB-CD-12", "Anna's card")
        scans = async_capture_events(hass, EVENT_TAG_SCANNED)
        await charger.show_tag("STRANGER")
        await charger.show_tag("04abcd12")
        await until(lambda: scans)
        device = dr.async_get(hass).async_get_device_by_identifier(
            (DOMAIN, "CP1"), running.entry_id
        )
        assert device is not None
        (scan,) = scans
        assert scan.data == {
            "tag_id": "04-AB-CD-12",
            "name": "Anna's card",
            "device_id": device.id,
        }
        # A stranger's tag is not collected.
        assert list(hass.data[TAG_DATA].data) == ["04-AB-CD-12"]

    async def test_the_option_can_be_switched_off(
        self, hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
    ) -> None:
        await self._name(hass, "04ABCD12", "Anna's card")
        options = {**running.options, "home_assistant_tags": False}
        hass.config_entries.async_update_entry(running, options=options)
        await hass.async_block_till_done()
        scans = async_capture_events(hass, EVENT_TAG_SCANNED)
        assert await charger.show_tag("04ABCD12") == "Invalid"
        await charger.change_status(ChargePointStatus.preparing)
        assert scans == []
