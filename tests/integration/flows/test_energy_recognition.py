"""Meters, inverters and batteries are recognized by what integrations call their sensors."""

import pytest

from custom_components.ocpp.flows.energy.recognition import (
    Candidate,
    Role,
    certainty,
    only_power,
    recognized,
)

NAMES: list[tuple[str, str, str, str, Role | None]] = [
    ("homewizard", "P1 Meter", "Power", "W", Role.GRID),
    ("homewizard", "P1 Meter", "Power phase 1 active_power_phase_w", "W", None),
    ("homewizard", "Energy socket", "Power", "W", None),
    (
        "dsmr",
        "Electricity Meter",
        "Power consumption current_electricity_usage",
        "kW",
        Role.IMPORT,
    ),
    (
        "dsmr",
        "Electricity Meter",
        "Power production current_electricity_delivery",
        "kW",
        Role.EXPORT,
    ),
    ("shelly", "shellypro3em-0cb815", "Power", "W", Role.GRID),
    ("shelly", "Shelly EM", "Channel 1 power", "W", Role.GRID),
    ("shelly", "Shelly EM", "Channel 2 power", "W", None),
    ("shelly", "Shelly 3EM", "Phase A active power", "W", None),
    ("shelly", "Shelly Plug S", "Power", "W", None),
    ("sma", "SMA Sunny Boy", "Metering power absorbed", "W", Role.IMPORT),
    ("sma", "SMA Sunny Boy", "Metering power supplied", "W", Role.EXPORT),
    ("sma", "SMA Sunny Boy", "PV power", "W", Role.SOLAR),
    ("sma", "SMA Sunny Boy", "PV power a", "W", Role.SOLAR),
    ("sma", "SMA Sunny Boy", "Grid power", "W", None),
    ("fronius", "SolarNet", "Power grid power_grid", "W", Role.GRID),
    ("fronius", "SolarNet", "Power photovoltaics power_photovoltaics", "W", Role.SOLAR),
    ("fronius", "SolarNet", "Power load power_load", "W", Role.HOUSE),
    ("fronius", "SolarNet", "Power battery power_battery", "W", Role.BATTERY),
    ("fronius", "SolarNet", "Power battery charge power_battery_charge", "W", None),
    ("fronius", "SolarNet", "Power grid export power_grid_export", "W", Role.EXPORT),
    ("fronius", "BYD Battery-Box", "State of charge state_of_charge", "%", Role.CHARGE),
    (
        "enphase_envoy",
        "Envoy 1221",
        "Current net power consumption net_consumption",
        "W",
        Role.GRID,
    ),
    (
        "enphase_envoy",
        "Envoy 1221",
        "Balanced net power consumption balanced_net_consumption",
        "W",
        None,
    ),
    (
        "enphase_envoy",
        "Envoy 1221",
        "Current power consumption current_power_consumption",
        "W",
        Role.HOUSE,
    ),
    (
        "enphase_envoy",
        "Envoy 1221",
        "Current power production current_power_production",
        "W",
        Role.SOLAR,
    ),
    (
        "enphase_envoy",
        "Envoy 1221",
        "Current battery discharge battery_discharge",
        "W",
        Role.BATTERY,
    ),
    (
        "enphase_envoy",
        "Envoy 1221",
        "Aggregated battery SOC aggregated_soc",
        "%",
        Role.CHARGE,
    ),
    ("solaredge_modbus", "SolarEdge", "M1 AC Power", "W", Role.GRID),
    ("solaredge_modbus", "SolarEdge", "I1 AC Power", "W", Role.SOLAR),
    ("solaredge", "solaredge", "Current power current_power", "W", Role.SOLAR),
    ("huawei_solar", "Power meter", "Power meter active power", "W", Role.GRID),
    ("huawei_solar", "Inverter", "Input power", "W", Role.SOLAR),
    ("huawei_solar", "Batteries", "Charge/Discharge power", "W", Role.BATTERY),
    ("huawei_solar", "Batteries", "State of capacity", "%", Role.CHARGE),
    ("victron_gx", "Grid meter", "Power grid_power", "W", Role.GRID),
    (
        "victron_gx",
        "Inverter",
        "PV power total inverter_pv_power_total",
        "W",
        Role.SOLAR,
    ),
    ("victron_gx", "Battery", "Power battery_power", "W", Role.BATTERY),
    ("victron_gx", "Battery", "Charge battery_soc", "%", Role.CHARGE),
    ("victron_gx", "EV charger", "Power evcharger_power", "W", None),
    ("kostal_plenticore", "scb", "Grid Power", "W", Role.GRID),
    ("kostal_plenticore", "scb", "Home Power", "W", Role.HOUSE),
    ("kostal_plenticore", "scb", "Home Power from Battery", "W", None),
    ("kostal_plenticore", "scb", "Solar Power", "W", Role.SOLAR),
    ("kostal_plenticore", "scb", "Battery Power", "W", Role.BATTERY),
    ("kostal_plenticore", "scb", "Battery SoC", "%", Role.CHARGE),
    ("tibber", "Pulse Home", "Power power", "W", Role.IMPORT),
    ("tibber", "Pulse Home", "Average power average_power", "W", None),
    ("tibber", "Pulse Home", "Power production power_production", "W", Role.EXPORT),
    ("powerwall", "MySite", "Site power site_instant_power", "kW", Role.GRID),
    ("powerwall", "MySite", "Load power load_instant_power", "kW", Role.HOUSE),
    ("powerwall", "MySite", "Solar power solar_instant_power", "kW", Role.SOLAR),
    ("powerwall", "MySite", "Battery power battery_instant_power", "kW", Role.BATTERY),
    ("powerwall", "MySite", "Charge charge", "%", Role.CHARGE),
    ("mobile_app", "Pixel 8", "Battery level", "%", None),
    ("tplink", "Fridge", "Power", "W", None),
    ("template", "", "Netzbezug", "W", Role.IMPORT),
    ("template", "", "Netzeinspeisung", "W", Role.EXPORT),
    ("template", "", "Hausverbrauch", "W", Role.HOUSE),
    ("", "", "Grid power", "W", Role.GRID),
    ("", "", "PV", "W", Role.SOLAR),
    ("", "", "House consumption", "W", Role.HOUSE),
]
"""Sensors by integration, device, name and unit, with their roles."""


def _candidate(
    name: str, device: str = "", platform: str = "", unit: str = "W"
) -> Candidate:
    entity_id = f"sensor.{name}_{device}"
    return Candidate(entity_id, name, unit, None, platform, device, device or None)


@pytest.mark.parametrize(("platform", "device", "name", "unit", "role"), NAMES)
def test_sensors_are_recognized(
    platform: str, device: str, name: str, unit: str, role: Role | None
) -> None:
    candidate = _candidate(name, device, platform, unit)
    rated = {each: certainty(candidate, each) for each in Role}
    most = max(rated.values())
    found = [each for each, rating in rated.items() if rating == most > 0]
    assert found == ([] if role is None else [role])


@pytest.mark.parametrize("unit", ["kWh", "V", "%", None])
def test_only_powers_can_be_powers(unit: str | None) -> None:
    candidate = Candidate("sensor.grid", "Grid power", unit)
    assert certainty(candidate, Role.GRID) == 0
    assert only_power([candidate]) == []


def test_only_percentages_of_batteries_can_be_a_state_of_charge() -> None:
    humidity = Candidate("sensor.x", "Battery SoC", "%", "humidity")
    assert certainty(humidity, Role.CHARGE) == 0


def test_the_most_certain_one_is_taken() -> None:
    net = _candidate("Current net power consumption", "Envoy", "enphase_envoy")
    other = _candidate("Grid power", "Plug-in meter")
    assert recognized([other, net], Role.GRID) == [net]


def test_one_of_several_meters_is_not_guessed() -> None:
    meters = [_candidate("Grid power", device) for device in ("One", "Two")]
    assert recognized(meters, Role.GRID) == []
    assert recognized(meters[:1], Role.GRID) == meters[:1]
    assert recognized([], Role.GRID) == []


def test_all_inverters_are_taken_with_one_sensor_each() -> None:
    roof, garage = (_candidate("PV power", device) for device in ("Roof", "Garage"))
    again = _candidate("Solar power", "Roof")
    assert recognized([roof, again, garage], Role.SOLAR) == [roof, garage]


def test_a_meter_with_one_power_needs_no_name() -> None:
    power, phase = _candidate("Leistung", "Box"), _candidate("Phase 1", "Box")
    assert recognized([power, phase], Role.GRID) == []
    assert only_power([power, phase]) == [power]
    assert only_power([power, _candidate("Wert", "Box")]) == []
