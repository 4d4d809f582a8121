"""Every entity that there is, as the documentation lists them, in a home that has some of everything."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
import json
from pathlib import Path
import re
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ocpp.csms.metering.meter import Measurand
from custom_components.ocpp.csms.ocppj.framing import Payload
from custom_components.ocpp.entities.meter_descriptions import PHASES
from homeassistant.components.sensor import DOMAIN as SENSOR
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util.dt import utcnow
from tests.csms.versions.stub import stub_charger
from tests.integration.actions import act
from tests.integration.conftest import (
    GRID,
    Connect,
    charger_subentry,
    circuit_subentry,
    connected,
    show_grid,
    vehicle_subentry,
)
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

from .test_meter_descriptions import REPORTED

ROOT = Path(__file__).parents[3]
DOCUMENTS = [ROOT / "docs" / "entities.md", ROOT / "docs" / "vehicles.md"]
TEXTS = ROOT / "custom_components" / "ocpp" / "translations" / "en.json"
DISABLED = "○"
LAST = (
    "update.charger_firmware",
    "sensor.charger_planned_start",
    "sensor.charger_session_cost",
    "sensor.ocpp_meter_check",
    "sensor.ocpp_savings",
    "sensor.ocpp_home_battery_energy",
)
"""Entities that appear a while after what they are about."""
MOST_MINUTES = 30
_ROW = re.compile(r"\| `(?:[a-z_]+)\.(?:charger|ocpp|main_fuse|zoe)_")
_ENTITY = re.compile(rf"`(?:(\w+)\.)?(\w+)`(?: ({DISABLED}))?")


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """Two chargers behind a fuse, and a vehicle."""
    phase_switch = {
        "switch_entity": "select.phases",
        "one_phase_state": "Single",
        "three_phases_state": "Three",
        "switch_pause": 0.1,
    }
    return [
        charger_subentry(
            "CP1", "Charger", circuit="fuse", phases=3, phase_switch=phase_switch
        ),
        charger_subentry("CP2", "Carport", circuit="fuse"),
        circuit_subentry("fuse", "Main fuse"),
        vehicle_subentry("zoe", "Zoe", battery_capacity=50),
    ]


@pytest.fixture
def options() -> dict[str, Any]:
    """All that can be measured, and a price."""
    return {
        "grid_power": GRID,
        "grid_meter_delay": 2,
        "battery_power": "sensor.battery",
        "battery_soc": "sensor.battery_soc",
        "battery_hold": {
            "hold_actions": [{"action": "inverter.hold"}],
            "release_actions": [{"action": "inverter.release"}],
        },
        "tariff": {"price_entities": ["sensor.price"], "feed_in_tariff": 0.08},
    }


@pytest.fixture
async def everything(
    hass: HomeAssistant,
    running: MockConfigEntry,
    port: int,
    connect: Connect,
    wall_clock: FrozenDateTimeFactory,
) -> list[er.RegistryEntry]:
    """The entities of a home in which everything has happened."""
    _show_home(hass)
    _offer_firmware_file(hass)
    await _limit_from_outside(hass, port)
    async with connected(hass, connect) as charger:
        await _want(hass)
        await _charge(charger)
        await hass.services.async_call(
            "button",
            "press",
            {"entity_id": "button.ocpp_check_the_meters"},
            blocking=True,
        )
        await act(
            hass,
            "offer_firmware",
            devid="CP1",
            version="2.0",
            firmware_file="new.bin",
        )
        registry = er.async_get(hass)
        for _ in range(MOST_MINUTES):
            if all(registry.async_get(entity_id) for entity_id in LAST):
                break
            await _pass_minute(hass, charger, wall_clock)
    return [
        entity
        for entity in er.async_entries_for_config_entry(registry, running.entry_id)
        if ".carport_" not in entity.entity_id
    ]


async def _limit_from_outside(hass: HomeAssistant, port: int) -> None:
    """Report the limit of the operator of the grid, which only OCPP 2.x has a message for."""
    async with stub_charger(f"ws://127.0.0.1:{port}", "CP1", "ocpp2.0.1") as charger:
        status: Payload = {
            "timestamp": utcnow().isoformat(),
            "connectorStatus": "Available",
            "evseId": 1,
            "connectorId": 1,
        }
        await charger.call("StatusNotification", status)
        schedule: Payload = {
            "id": 1,
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10}],
        }
        limit: Payload = {
            "evseId": 1,
            "chargingLimit": {"chargingLimitSource": "SO"},
            "chargingSchedule": [schedule],
        }
        await charger.call("NotifyChargingLimit", limit)
        await until(lambda: hass.states.get("sensor.charger_external_limit"))


async def _pass_minute(
    hass: HomeAssistant, charger: SimulatedCharger, wall_clock: FrozenDateTimeFactory
) -> None:
    wall_clock.tick(60)
    charger.advance(60)
    _show_home(hass)
    await charger.meter()
    async_fire_time_changed(hass, utcnow())
    await hass.async_block_till_done()


async def _want(hass: HomeAssistant) -> None:
    """Want some energy in a while, so that there is a plan."""
    mode = {"entity_id": "select.charger_charging_mode", "option": "eco_plus"}
    await hass.services.async_call("select", "select_option", mode, blocking=True)
    departure = {
        "entity_id": "datetime.charger_departure",
        "datetime": utcnow() + timedelta(hours=10),
    }
    await hass.services.async_call("datetime", "set_value", departure, blocking=True)
    energy = {"entity_id": "number.charger_energy_wanted", "value": 20}
    await hass.services.async_call("number", "set_value", energy, blocking=True)


def _show_home(hass: HomeAssistant) -> None:
    """Have the house draw from the grid and from the battery."""
    show_grid(hass, 3000)
    hass.states.async_set("sensor.battery", "2000", {"unit_of_measurement": "W"})
    hass.states.async_set("sensor.battery_soc", "80", {"unit_of_measurement": "%"})
    price = {"unit_of_measurement": f"{hass.config.currency}/kWh"}
    hass.states.async_set("sensor.price", "0.3", price)


def _offer_firmware_file(hass: HomeAssistant) -> None:
    folder = Path(hass.config.path("ocpp", "firmware"))
    folder.mkdir(parents=True)
    (folder / "new.bin").write_bytes(b"new firmware")


async def _charge(charger: SimulatedCharger) -> None:
    """Charge at a charger that measures all that there is to measure."""
    await charger.plug_in()
    await charger.start_session()
    charger.advance(1800)
    await charger.meter()
    samples = [
        {"measurand": measurand, "value": value, "unit": unit}
        for measurand, (value, unit, _, _) in REPORTED.items()
        if measurand is not Measurand.ENERGY_ACTIVE_IMPORT_REGISTER
    ]
    phases = [
        {"measurand": description.measurand, "value": "5", "phase": phase}
        for description in PHASES
        for phase in ("L1", "L2", "L3")
    ]
    await charger.meter(samples)
    await charger.meter(phases)


def _documented() -> Iterator[tuple[str, bool]]:
    """Yield the entities in the tables, and whether they are enabled at first.

    In a row, `_suffix` stands for an entity like the one before it.
    """
    for document in DOCUMENTS:
        for row in document.read_text().splitlines():
            if _ROW.match(row):
                yield from _of_row(row)


def _of_row(row: str) -> Iterator[tuple[str, bool]]:
    domain = device = ""
    for found in _ENTITY.finditer(row.split(" | ", maxsplit=1)[0]):
        named, name, disabled = found.groups()
        if named:
            domain = named
            device = next(
                each
                for each in ("charger", "ocpp", "main_fuse", "zoe")
                if name.startswith(f"{each}_")
            )
            name = name.removeprefix(device)
        yield f"{domain}.{device}{name}", disabled is None


def test_no_entity_is_listed_twice() -> None:
    listed = [entity_id for entity_id, _ in _documented()]
    assert sorted(listed) == sorted(set(listed))


@pytest.mark.as_set_up
async def test_the_tables_list_what_there_is_and_nothing_else(
    everything: list[er.RegistryEntry],
) -> None:
    there = {
        # One of the three phases stands for all.
        re.sub("_l[23]$", "_l1", entity.entity_id): not entity.disabled
        for entity in everything
    }
    documented = dict(_documented())
    assert there.keys() - documented.keys() == set()
    assert documented.keys() - there.keys() == set()
    assert there == documented


async def test_every_text_of_an_entity_belongs_to_one(
    everything: list[er.RegistryEntry],
) -> None:
    texts = json.loads(TEXTS.read_text())["entity"]
    # Whoever has moved in has others besides.
    translated = {
        (platform, key)
        for platform in texts
        for key in texts[platform]
        if not key.startswith("former_")
    }
    there = {(each.domain, each.translation_key) for each in everything}
    assert translated - there == set()
    assert {key for key in there if key[1] is not None} - translated == set()


MOST_DECIMALS = {"kWh": 2, "kvarh": 2, "Hz": 2, "A": 1, "EUR": 2}
"""The most decimals that tell a user anything, by unit; none in any other."""


async def test_no_sensor_shows_decimals_that_nobody_needs(
    everything: list[er.RegistryEntry],
) -> None:
    shown = {
        each.entity_id: (each.unit_of_measurement, _decimals(each))
        for each in everything
        if each.domain == SENSOR and each.unit_of_measurement is not None
    }
    assert len(shown) > 40
    assert {
        entity_id: (unit, digits)
        for entity_id, (unit, digits) in shown.items()
        if digits is None or digits > MOST_DECIMALS.get(unit, 0)
    } == {}


def _decimals(entity: er.RegistryEntry) -> int | None:
    options: Mapping[str, int] = entity.options.get(SENSOR, {})
    return options.get("suggested_display_precision")
