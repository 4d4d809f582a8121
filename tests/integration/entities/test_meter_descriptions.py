"""Sensors of the values that chargers measure."""

from datetime import datetime
from typing import Any

from ocpp.v16.enums import ChargePointStatus
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.csms.metering.meter import Measurand
from custom_components.ocpp.entities.meter_descriptions import (
    INTERVALS,
    ONCE_REPORTED,
    PHASES,
    POWER,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.integration.conftest import Connect, connected, state
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

REGISTER = "Energy.Active.Import.Register"

# What statistics and automations hang on: none of it may ever change.
SENSORS: dict[str, tuple[str | None, str | None, str | None]] = {
    "power": ("power", "measurement", "W"),
    "current": ("current", "measurement", "A"),
    "voltage": ("voltage", "measurement", "V"),
    "current_offered": ("current", "measurement", "A"),
    "energy": ("energy", "total_increasing", "kWh"),
    "session_energy": ("energy", "total_increasing", "kWh"),
    "phases_in_use": (None, "measurement", None),
    "battery": ("battery", "measurement", "%"),
    "power_offered": ("power", "measurement", "W"),
    "power_export": ("power", "measurement", "W"),
    "current_export": ("current", "measurement", "A"),
    "energy_export": ("energy", "total_increasing", "kWh"),
    "reactive_power": ("reactive_power", "measurement", "var"),
    "reactive_power_export": ("reactive_power", "measurement", "var"),
    "reactive_energy": ("reactive_energy", "total_increasing", "kvarh"),
    "reactive_energy_export": ("reactive_energy", "total_increasing", "kvarh"),
    "power_factor": ("power_factor", "measurement", None),
    "frequency": ("frequency", "measurement", "Hz"),
    "temperature": ("temperature", "measurement", "°C"),
    "fan_speed": (None, "measurement", "rpm"),
    "energy_interval": ("energy", "total", "kWh"),
    "energy_export_interval": ("energy", "total", "kWh"),
    "reactive_energy_interval": ("reactive_energy", "total", "kvarh"),
    "reactive_energy_export_interval": ("reactive_energy", "total", "kvarh"),
    "power-l1": ("power", "measurement", "W"),
    "power-l2": ("power", "measurement", "W"),
    "power-l3": ("power", "measurement", "W"),
    "current-l1": ("current", "measurement", "A"),
    "current-l2": ("current", "measurement", "A"),
    "current-l3": ("current", "measurement", "A"),
    "voltage-l1": ("voltage", "measurement", "V"),
    "voltage-l2": ("voltage", "measurement", "V"),
    "voltage-l3": ("voltage", "measurement", "V"),
}

# One value of each measurand, in a unit of which it is not shown where there is one.
REPORTED: dict[Measurand, tuple[str, str, str, str]] = {
    Measurand.CURRENT_EXPORT: ("12000", "mA", "current_export", "12.0"),
    Measurand.CURRENT_IMPORT: ("16.00", "A", "current", "16.0"),
    Measurand.CURRENT_OFFERED: ("16", "A", "current_offered", "16.0"),
    Measurand.ENERGY_ACTIVE_EXPORT_INTERVAL: (
        "10",
        "Wh",
        "energy_export_interval",
        "0.01",
    ),
    Measurand.ENERGY_ACTIVE_EXPORT_REGISTER: ("1.5", "kWh", "energy_export", "1.5"),
    Measurand.ENERGY_ACTIVE_IMPORT_INTERVAL: ("20", "Wh", "energy_interval", "0.02"),
    Measurand.ENERGY_ACTIVE_IMPORT_REGISTER: ("2500", "Wh", "energy", "2.5"),
    Measurand.ENERGY_REACTIVE_EXPORT_INTERVAL: (
        "30",
        "varh",
        "reactive_energy_export_interval",
        "0.03",
    ),
    Measurand.ENERGY_REACTIVE_EXPORT_REGISTER: (
        "3.5",
        "kvarh",
        "reactive_energy_export",
        "3.5",
    ),
    Measurand.ENERGY_REACTIVE_IMPORT_INTERVAL: (
        "40",
        "varh",
        "reactive_energy_interval",
        "0.04",
    ),
    Measurand.ENERGY_REACTIVE_IMPORT_REGISTER: (
        "4500",
        "varh",
        "reactive_energy",
        "4.5",
    ),
    Measurand.FREQUENCY: ("50.01", "Hz", "frequency", "50.01"),
    Measurand.POWER_ACTIVE_EXPORT: ("1.2", "kW", "power_export", "1200.0"),
    Measurand.POWER_ACTIVE_IMPORT: ("3.68", "kW", "power", "3680.0"),
    Measurand.POWER_FACTOR: ("98", "Percent", "power_factor", "0.98"),
    Measurand.POWER_OFFERED: ("11", "kW", "power_offered", "11000.0"),
    Measurand.POWER_REACTIVE_EXPORT: ("0.5", "kvar", "reactive_power_export", "500.0"),
    Measurand.POWER_REACTIVE_IMPORT: ("250", "var", "reactive_power", "250.0"),
    Measurand.RPM: ("1200", "rpm", "fan_speed", "1200.0"),
    Measurand.SOC: ("41", "Percent", "battery", "41.0"),
    Measurand.TEMPERATURE: ("77", "Fahrenheit", "temperature", "25.0"),
    Measurand.VOLTAGE: ("230", "V", "voltage", "230.0"),
}


def _entity_id(hass: HomeAssistant, key: str) -> str | None:
    return er.async_get(hass).async_get_entity_id("sensor", "ocpp", f"CP1/1-{key}")


def _shown(hass: HomeAssistant, key: str) -> str | None:
    entity_id = _entity_id(hass, key)
    if entity_id is None or hass.states.get(entity_id) is None:
        return None
    return state(hass, entity_id)


def _sample(measurand: str, value: str, unit: str | None = None, **more: str) -> Any:
    return {
        "measurand": measurand,
        "value": value,
        **({"unit": unit} if unit else {}),
        **more,
    }


async def _report_everything(charger: SimulatedCharger) -> None:
    await charger.meter(
        [
            _sample(measurand, value, unit)
            for measurand, (value, unit, _, _) in REPORTED.items()
        ]
    )


def test_every_measurand_has_a_sensor() -> None:
    described = [POWER, *ONCE_REPORTED, *INTERVALS]
    shown = [description.measurand for description in described]
    assert sorted([*shown, REGISTER]) == sorted(Measurand)
    assert set(REPORTED) == set(Measurand)
    assert {key for _, _, key, _ in REPORTED.values()} == {
        *(description.key for description in described),
        "energy",
    }


@pytest.mark.parametrize("measurand", list(Measurand))
async def test_every_measurand_reaches_its_sensor(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    measurand: Measurand,
) -> None:
    value, unit, key, shown = REPORTED[measurand]
    await charger.meter([_sample(measurand, value, unit)])
    await until(lambda: _shown(hass, key) == shown)


async def test_keys_classes_and_units_stay_as_they_are(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await charger.plug_in()
    await charger.start_session()
    await _report_everything(charger)
    phases = [
        _sample(description.measurand, "5", phase=phase)
        for description in PHASES
        for phase in ("L1", "L2", "L3")
    ]
    await charger.meter(phases)
    await until(lambda: all(_shown(hass, key) is not None for key in SENSORS))
    kinds = {}
    for key in SENSORS:
        found = hass.states.get(_entity_id(hass, key) or "")
        assert found is not None
        attributes = ("device_class", "state_class", "unit_of_measurement")
        kinds[key] = tuple(found.attributes.get(name) for name in attributes)
    assert kinds == SENSORS


async def test_a_sensor_appears_with_its_first_value(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connected(hass, connect) as charger:
        assert _entity_id(hass, "battery") is None
        await charger.meter([_sample("SoC", "", "Percent")])
        await charger.meter([_sample("SoC", "41", "Percent")])
        await until(lambda: _shown(hass, "battery") == "41.0")
        await charger.meter([_sample("SoC", "42", "Percent")])
        await until(lambda: _shown(hass, "battery") == "42.0")
    # From then on it is always there.
    await hass.config_entries.async_reload(running.entry_id)
    await hass.async_block_till_done()
    assert _shown(hass, "battery") == "unavailable"
    async with connected(hass, connect) as charger:
        assert _shown(hass, "battery") == "unknown"
        assert _entity_id(hass, "temperature") is None
        await charger.meter([_sample("SoC", "43", "Percent")])
        await until(lambda: _shown(hass, "battery") == "43.0")


@pytest.mark.as_set_up
async def test_what_few_need_is_disabled(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await _report_everything(charger)
    await until(lambda: _entity_id(hass, "phases_in_use") is not None)
    await hass.async_block_till_done()
    registry = er.async_get(hass)
    enabled = {
        key
        for _, _, key, _ in REPORTED.values()
        if not registry.entities[_entity_id(hass, key) or ""].disabled
    }
    assert enabled == {"power", "energy"}


async def test_the_phases_in_use_are_counted(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    async def draw(*currents: str) -> None:
        await charger.meter(
            [
                _sample("Current.Import", current, phase=phase)
                for current, phase in zip(currents, ("L1", "L2", "L3"), strict=False)
            ]
        )

    await charger.plug_in()
    await charger.start_session()
    await draw("16", "16", "16")
    await until(lambda: _shown(hass, "phases_in_use") == "3")
    await draw("16")
    await until(lambda: _shown(hass, "phases_in_use") == "1")
    await charger.change_status(ChargePointStatus.suspended_ev)
    await until(lambda: _shown(hass, "phases_in_use") == "0")


async def test_a_phase_that_is_gone_is_unknown(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    two = [_sample("Current.Import", "16", phase=phase) for phase in ("L1", "L2")]
    await charger.meter(two)
    await until(lambda: _shown(hass, "current-l2") == "16.0")
    await charger.meter(two[:1])
    await until(lambda: _shown(hass, "current-l2") == "unknown")
    assert _shown(hass, "current-l1") == "16.0"


async def test_an_interval_counts_from_the_reading_before(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    def last_reset() -> datetime:
        found = hass.states.get(_entity_id(hass, "energy_interval") or "")
        assert found is not None
        return datetime.fromisoformat(found.attributes["last_reset"])

    await charger.meter([_sample("Energy.Active.Import.Interval", "20", "Wh")])
    await until(lambda: _shown(hass, "energy_interval") == "0.02")
    first = last_reset()
    # The same energy in the next interval is energy once more.
    await charger.meter([_sample("Energy.Active.Import.Interval", "20", "Wh")])
    await charger.meter([_sample("Energy.Active.Import.Interval", "20", "Wh")])
    await until(lambda: last_reset() > first)
    assert _shown(hass, "energy_interval") == "0.02"


async def test_no_value_is_shown_for_what_is_blank(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await charger.meter([_sample(REGISTER, "2500"), _sample("Voltage", "230")])
    await until(lambda: _shown(hass, "energy") == "2.5")
    blanks = [_sample(REGISTER, ""), _sample("Voltage", "NaN")]
    await charger.meter([*blanks, _sample("Current.Import", "7")])
    await until(lambda: _shown(hass, "current") == "7.0")
    assert (_shown(hass, "energy"), _shown(hass, "voltage")) == ("2.5", "230.0")
