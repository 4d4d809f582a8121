"""Stored state after a restart, to the last field."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ocpp.chargers.record import Record
from custom_components.ocpp.const import DOMAIN
from custom_components.ocpp.sessions.records import SessionRecord
from custom_components.ocpp.site.settings import StoredSiteSettings
from custom_components.ocpp.storage.codec import decode, encode
from custom_components.ocpp.storage.store import SAVE_INTERVAL
from custom_components.ocpp.surplus.accounts.accounts import Account
from custom_components.ocpp.surplus.circuits.circuits import SiteLimit
from custom_components.ocpp.surplus.planning.expectation import Expectation
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_bytes
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType, json_loads, json_loads_object
from tests.integration.conftest import charger_file, charger_subentry, state
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

MAXIMUM = "number.charger_maximum_current"


st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(int, st.integers(-(2**53), 2**53))
st.register_type_strategy(str, st.text(st.characters(exclude_categories=["Cs"])))
st.register_type_strategy(timedelta, st.timedeltas(timedelta(), timedelta(days=1000)))


@settings(max_examples=50)
@given(st.from_type(Record))
def test_what_is_stored_comes_back(record: Record) -> None:
    assert decode(Record, json_loads(json_bytes(encode(record)))) == record


FIRST_RELEASE = Path(__file__).with_name("first_release.json")
"""A record in which the first release has stored something in every field."""
FIRST_RELEASE_SITE = Path(__file__).with_name("first_release_site.json")
"""The same for everything that the first release has stored in other files."""


def test_what_the_first_release_has_stored_keeps_its_keys() -> None:
    stored = json_loads(FIRST_RELEASE.read_text())
    again = json_loads(json_bytes(encode(decode(Record, stored))))
    assert list(_lost(stored, again, "record")) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("site", StoredSiteSettings),
        ("learned", Expectation),
        ("site_limit", SiteLimit),
        ("account", Account),
        ("session", SessionRecord),
    ],
)
def test_what_the_first_release_has_stored_of_the_site_keeps_its_keys(
    name: str, kind: type[object]
) -> None:
    stored = json_loads_object(FIRST_RELEASE_SITE.read_text())[name]
    again = json_loads(json_bytes(encode(decode(kind, stored))))
    assert list(_lost(stored, again, name)) == []


def _lost(before: JsonValueType, after: JsonValueType, place: str) -> Iterator[str]:
    """Return the places at which something is missing that was there before, or differs."""
    match before, after:
        case dict(), dict():
            for key, value in before.items():
                yield from _lost(value, after.get(key), f"{place}.{key}")
        case list(), list() if len(before) == len(after):
            for number, (one, other) in enumerate(zip(before, after, strict=True)):
                yield from _lost(one, other, f"{place}[{number}]")
        case _ if before != after:
            yield f"{place}: {before} has become {after}"


@dataclass(frozen=True)
class Odd:
    """A record with types of field that the product's records do not use so far."""

    when: datetime
    lasts: timedelta
    often: float = 1.0


NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_what_is_newer_than_the_file_has_its_default() -> None:
    stored: dict[str, JsonValueType] = {
        "when": NOON.isoformat(),
        "lasts": 60,
        "forgotten": True,
    }
    assert decode(Odd, stored) == Odd(NOON, timedelta(minutes=1))


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        "text",
        {},
        {"when": "noon", "lasts": 60},
        {"when": NOON.isoformat(), "lasts": "long"},
        {"when": NOON.isoformat(), "lasts": 1e300},
        {"when": NOON.isoformat(), "lasts": 60, "often": None},
    ],
)
def test_what_cannot_be_read_is_an_error(stored: Any) -> None:
    with pytest.raises((LookupError, TypeError, ValueError)):
        decode(Odd, stored)


def test_what_cannot_be_stored_is_an_error() -> None:
    with pytest.raises(TypeError):
        encode(object())


class TestTampered:
    """Two chargers, of one of which nothing sensible was stored."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """Two that are set up."""
        return [charger_subentry("CP1", "Charger"), charger_subentry("CP2", "Carport")]

    async def test_what_is_stored_of_one_costs_the_other_nothing(
        self,
        hass: HomeAssistant,
        entry: MockConfigEntry,
        hass_storage: dict[str, Any],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        preferred = {"mode": "fast", "maximum_current_a": 10.0}
        hass_storage[f"{DOMAIN}.{entry.entry_id}"] = {
            "version": 1,
            "data": {
                "chargers": {
                    "CP1": {"preferences": {"1": preferred}},
                    "CP2": {"preferences": {"1": {"mode": "nonsense"}}},
                }
            },
        }
        assert await hass.config_entries.async_setup(entry.entry_id)
        assert state(hass, MAXIMUM) == "10.0"
        assert state(hass, "number.carport_maximum_current") == "16.0"
        assert "The stored data of charger CP2 cannot be read" in caplog.text
        await hass.config_entries.async_unload(entry.entry_id)


def _stored(hass_storage: dict[str, Any], entry: MockConfigEntry) -> Any:
    """Return what is stored of the only connector."""
    file = hass_storage.get(charger_file(entry), {"data": {}})
    record = file["data"].get("record", {"memory": {"evses": {}}})
    return record["memory"]["evses"].get("1", {})


async def test_a_session_is_stored_at_once(
    running: MockConfigEntry, charger: SimulatedCharger, hass_storage: dict[str, Any]
) -> None:
    await charger.plug_in()
    transaction_id = str(await charger.start_session())

    def transaction() -> Any:
        return _stored(hass_storage, running)["transaction"] or {}

    await until(lambda: transaction().get("id") == transaction_id)
    await charger.stop_session()
    await until(lambda: transaction()["ended_at"] is not None)


async def test_energy_is_stored_now_and_then(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    hass_storage: dict[str, Any],
) -> None:
    await charger.plug_in()
    await charger.start_session()
    charger.connectors[1].energy_wh = 500.0
    await charger.meter()
    assert _stored(hass_storage, running)["ledger"]["total_wh"] == 0
    async_fire_time_changed(hass, dt_util.utcnow() + SAVE_INTERVAL)
    await until(lambda: _stored(hass_storage, running)["ledger"]["total_wh"] == 500)


class TestPieces:
    """Two chargers, each of which has a file of its own."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """Two that are set up."""
        return [charger_subentry("CP1", "Charger"), charger_subentry("CP2", "Carport")]

    async def test_what_the_first_release_has_stored_is_moved(
        self,
        hass: HomeAssistant,
        entry: MockConfigEntry,
        hass_storage: dict[str, Any],
    ) -> None:
        record = json_loads_object(FIRST_RELEASE.read_text())
        account = json_loads_object(FIRST_RELEASE_SITE.read_text())["account"]
        key = f"{DOMAIN}.{entry.entry_id}"
        newer = {"preferences": {"1": {"maximum_current_a": 9.0}}}
        hass_storage[key] = {
            "version": 1,
            "data": {"chargers": {"CP1": record, "CP2": record}, "site": account},
        }
        # As if the power had gone in the middle of moving.
        piece = {"identity": "CP2", "record": newer}
        hass_storage[charger_file(entry, "CP2")] = {"version": 1, "data": piece}
        assert await hass.config_entries.async_setup(entry.entry_id)
        assert state(hass, "number.carport_maximum_current") == "9.0"
        await hass.config_entries.async_unload(entry.entry_id)
        moved = hass_storage[charger_file(entry)]["data"]
        assert moved["identity"] == "CP1"
        assert list(_lost(record, json_loads(json_bytes(moved["record"])), "CP1")) == []
        assert hass_storage[key]["data"]["chargers"] == {}
        site = json_loads(json_bytes(hass_storage[key]["data"]["site"]))
        assert list(_lost(account, site, "site")) == []

    async def test_only_what_has_changed_is_written(
        self,
        hass: HomeAssistant,
        running: MockConfigEntry,
        charger: SimulatedCharger,
        hass_storage: dict[str, Any],
    ) -> None:
        async_fire_time_changed(hass, dt_util.utcnow() + SAVE_INTERVAL)
        other = charger_file(running, "CP2")
        await until(lambda: other in hass_storage)
        del hass_storage[other]
        await charger.plug_in()
        await charger.start_session()
        charger.connectors[1].energy_wh = 500.0
        await charger.meter()
        async_fire_time_changed(hass, dt_util.utcnow() + 2 * SAVE_INTERVAL)
        await until(lambda: _stored(hass_storage, running)["ledger"]["total_wh"] == 500)
        assert other not in hass_storage

    async def test_what_is_stored_of_a_charger_goes_with_it(
        self,
        hass: HomeAssistant,
        entry: MockConfigEntry,
        running: MockConfigEntry,
        hass_storage: dict[str, Any],
    ) -> None:
        async_fire_time_changed(hass, dt_util.utcnow() + SAVE_INTERVAL)
        files = [charger_file(entry), charger_file(entry, "CP2")]
        await until(lambda: all(file in hass_storage for file in files))
        carport = next(
            subentry.subentry_id
            for subentry in entry.subentries.values()
            if subentry.unique_id == "CP2"
        )
        hass.config_entries.async_remove_subentry(entry, carport)
        await until(lambda: files[1] not in hass_storage)
        assert files[0] in hass_storage
        await hass.config_entries.async_remove(entry.entry_id)
        await until(lambda: files[0] not in hass_storage)
