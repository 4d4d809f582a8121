"""Reservations, and what chargers know of tags, as automations use them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.diagnostics import async_get_config_entry_diagnostics
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.actions import act, ask, failed, refused
from tests.integration.conftest import (
    Connect,
    charger_subentry,
    connected,
    tag_subentry,
)
from tests.simulator.charger import SimulatedCharger, reconnected
from tests.waiting import until


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """A charger, and some tags."""
    return [
        charger_subentry("CP1", "Charger"),
        tag_subentry("Anna", "ANNA", parent="FAMILY"),
        tag_subentry("Lost one", "LOST", blocked=True),
    ]


# Reservations.


async def test_a_reservation(hass: HomeAssistant, charger: SimulatedCharger) -> None:
    before = dt_util.utcnow()
    answer = await ask(hass, "reserve_now", id_tag="ANNA")
    sent = charger.reservations[answer["reservation_id"]]
    assert (sent["connector_id"], sent["id_tag"]) == (1, "ANNA")
    # Her family may use it, too.
    assert sent["parent_id_tag"] == "FAMILY"
    lasts = datetime.fromisoformat(answer["expires_at"]) - before
    assert timedelta(minutes=59) < lasts < timedelta(minutes=61)
    await act(hass, "cancel_reservation", reservation_id=answer["reservation_id"])
    assert charger.reservations == {}


@pytest.mark.parametrize("in_text", [True, False])
async def test_a_reservation_until_a_time(
    hass: HomeAssistant, charger: SimulatedCharger, in_text: bool
) -> None:
    until_then = dt_util.now().replace(microsecond=0) + timedelta(minutes=20)
    # What automations write has no time zone: it means the time of the house.
    given: Any = until_then.replace(tzinfo=None).isoformat() if in_text else until_then
    answer = await ask(hass, "reserve_now", id_tag="BEN", expires_at=given)
    assert datetime.fromisoformat(answer["expires_at"]) == until_then
    (sent,) = charger.reservations.values()
    assert datetime.fromisoformat(sent["expiry_date"]) == until_then
    assert "parent_id_tag" not in sent


async def test_reservations_that_make_no_sense(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    yesterday = dt_util.now() - timedelta(days=1)
    text = await refused(hass, "reserve_now", id_tag="BEN", expires_at=yesterday)
    assert text.startswith("The reservation would end before it starts")
    text = await refused(
        hass, "reserve_now", id_tag="BEN", expires_at=yesterday, duration=60
    )
    assert text.startswith("Specify either a duration or an end time")
    assert await ask(hass, "cancel_reservation") == {"canceled": []}
    assert charger.received == []


async def test_what_the_charger_does_not_reserve(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    charger.statuses["ReserveNow"] = "Occupied"
    text = await failed(hass, "reserve_now", id_tag="BEN")
    assert text == "Charger answered ReserveNow with Occupied"
    answer = await ask(hass, "cancel_reservation", reservation_id=7)
    assert answer == {"canceled": []}


async def test_a_reservation_that_is_made_again_is_extended(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    first = await ask(hass, "reserve_now", id_tag="BEN", duration="01:00:00")
    again = await ask(hass, "reserve_now", id_tag="ben", duration="02:00:00")
    assert again["reservation_id"] == first["reservation_id"]
    assert again["expires_at"] > first["expires_at"]
    assert len(charger.reservations) == 1
    other = await ask(hass, "reserve_now", id_tag="ANNA")
    assert other["reservation_id"] != first["reservation_id"]


async def test_reservations_can_be_cancelled_after_a_restart(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    port: int,
) -> None:
    await act(hass, "reserve_now", id_tag="BEN")
    assert await hass.config_entries.async_reload(running.entry_id)
    async with reconnected(charger, f"ws://127.0.0.1:{port}"):
        await until(lambda: running.runtime_data.chargers["CP1"].station.connected)
        await act(hass, "cancel_reservation")
        assert charger.reservations == {}


class TestTwoConnectors:
    """A charger for two cars."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """A charger that is set up with both of its connectors."""
        return [charger_subentry("CP1", "Charger", connectors=2)]

    async def test_any_connector_can_be_reserved_or_one(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        async with connected(hass, connect, connectors=2) as charger:
            for connector, meant in ((None, 0), (2, 2), (1, 1)):
                given = {} if connector is None else {"conn_id": connector}
                await act(hass, "reserve_now", id_tag="BEN", **given)
                sent = await charger.wait_for("ReserveNow")
                assert sent["connector_id"] == meant
            await act(hass, "cancel_reservation", conn_id=2)
            left = {item["connector_id"] for item in charger.reservations.values()}
            assert left == {0, 1}
            await act(hass, "cancel_reservation")
            assert charger.reservations == {}


# Lists and caches.


async def test_a_list_is_sent_on_demand(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    answer = await ask(hass, "send_local_list")
    assert answer == {"chargers": {"CP1": {"version": 1, "tags": 3}}}
    assert charger.local_list == {
        "HomeAssistant": {"status": "Accepted"},
        "LOST": {"status": "Blocked"},
        "ANNA": {"status": "Accepted", "parent_id_tag": "FAMILY"},
    }
    charger.statuses["SendLocalList"] = "NotSupported"
    text = await failed(hass, "send_local_list")
    assert text == "Charger answered SendLocalList with NotSupported"
    charger.list_version = -1
    text = await failed(hass, "send_local_list")
    assert text == "Charger answered GetLocalListVersion with NotSupported"


async def test_a_list_follows_the_tags(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    options = {**running.options, "local_list": True}
    hass.config_entries.async_update_entry(running, options=options)
    await until(lambda: "ANNA" in charger.local_list)
    (anna,) = (item for item in running.subentries.values() if item.title == "Anna")
    hass.config_entries.async_update_subentry(
        running, anna, data={**anna.data, "blocked": True}
    )
    await until(lambda: charger.local_list["ANNA"]["status"] == "Blocked")
    assert await charger.wait_for("ClearCache") == {}
    hass.config_entries.async_remove_subentry(running, anna.subentry_id)
    await until(lambda: "ANNA" not in charger.local_list)
    options = {**running.options, "local_list": False}
    hass.config_entries.async_update_entry(running, options=options)
    await until(lambda: not charger.local_list)


async def test_tags_of_the_list_are_not_exported(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    await act(hass, "send_local_list")
    await act(hass, "reserve_now", id_tag="ANNA")
    diagnostics = await async_get_config_entry_diagnostics(hass, running)
    told = str(diagnostics)
    for secret in ("ANNA", "LOST", "FAMILY"):
        assert secret not in told
    assert len(diagnostics["chargers"][0]["snapshot"]["tokens"]["reservations"]) == 1


async def test_a_cache_is_cleared(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await act(hass, "clear_cache")
    assert await charger.wait_for("ClearCache") == {}
    charger.statuses["ClearCache"] = "Rejected"
    text = await failed(hass, "clear_cache")
    assert text == "Charger answered ClearCache with Rejected"


# What only vendors know the meaning of.


async def test_data_is_transferred(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    answer = await ask(
        hass, "data_transfer", vendor_id="org.example", message_id="Hello", data="x"
    )
    assert answer == {"status": "Accepted", "data": "x"}
    sent = await charger.wait_for("DataTransfer")
    assert sent == {"vendor_id": "org.example", "message_id": "Hello", "data": "x"}
    answer = await ask(hass, "data_transfer", vendor_id="org.example", data={"a": [1]})
    assert answer == {"status": "Accepted", "data": '{"a":[1]}'}


async def test_who_does_not_look_at_the_answer_hears_of_a_refusal(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    charger.statuses["DataTransfer"] = "UnknownVendorId"
    answer = await ask(hass, "data_transfer", vendor_id="org.example")
    assert answer == {"status": "UnknownVendorId", "data": None}
    text = await failed(hass, "data_transfer", vendor_id="org.example")
    assert text == "Charger answered DataTransfer with UnknownVendorId"
    await refused(hass, "data_transfer", vendor_id="x" * 256)


# Messages that only newer chargers can be asked for.


@pytest.mark.parametrize(
    "message", ["LogStatusNotification", "SignChargePointCertificate"]
)
async def test_newer_messages_are_asked_for_in_the_newer_way(
    hass: HomeAssistant, charger: SimulatedCharger, message: str
) -> None:
    await act(hass, "trigger_message", requested_message=message)
    sent = await charger.wait_for("ExtendedTriggerMessage")
    assert sent == {"requested_message": message}
    charger.statuses["ExtendedTriggerMessage"] = "NotImplemented"
    text = await failed(hass, "trigger_message", requested_message=message)
    assert text == "Charger answered ExtendedTriggerMessage with NotImplemented"


async def test_a_charger_that_knows_only_the_newer_way_is_asked_so(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    charger.lacks.add("TriggerMessage")
    await act(hass, "trigger_message", requested_message="MeterValues", conn_id=1)
    sent = await charger.wait_for("ExtendedTriggerMessage")
    assert sent == {"requested_message": "MeterValues", "connector_id": 1}
    charger.lacks.add("ExtendedTriggerMessage")
    text = await failed(hass, "trigger_message", requested_message="MeterValues")
    assert text.startswith("Charger could not execute TriggerMessage: NotSupported")
