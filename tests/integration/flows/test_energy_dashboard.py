"""The form of the energy, filled in from the Energy dashboard and the devices in it."""

from typing import Any

import pytest

from homeassistant.components.energy.data import EnergyManager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.conftest import show_grid

from .conftest import add_sensor, asked_for_energy, offered, step, suggested


def _grid(**more: Any) -> dict[str, Any]:
    return {"type": "grid", "cost_adjustment_day": 0, **more}


def _solar(rate: str) -> dict[str, Any]:
    return {"type": "solar", "stat_energy_from": "sensor.e", "stat_rate": rate}


def _battery(name: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "battery",
        "stat_energy_from": "sensor.a",
        "stat_energy_to": "sensor.b",
        "stat_rate": f"sensor.battery_{name}",
        **more,
    }


async def _filled_in(hass: HomeAssistant, port: int, way: str) -> dict[str, Any]:
    """Return what is filled in in the form of a way."""
    flow = await asked_for_energy(hass, port)
    form = await step(hass, flow["flow_id"], way)
    hass.config_entries.flow.async_abort(flow["flow_id"])
    return suggested(form)


@pytest.mark.parametrize(
    ("sources", "filled_in"),
    [
        (
            [
                _grid(stat_rate="sensor.grid"),
                _solar("sensor.sun"),
                _battery("1", stat_soc="sensor.soc"),
            ],
            {
                "grid_power": ["sensor.grid"],
                "pv_power": ["sensor.sun"],
                "battery_power": ["sensor.battery_1"],
                "battery_soc": ["sensor.soc"],
            },
        ),
        (
            [_grid(power_config={"stat_rate_inverted": "sensor.feed_in"})],
            {"grid_power": ["sensor.feed_in"], "grid_power_inverted": True},
        ),
        (
            [
                _grid(stat_rate="sensor.grid"),
                _grid(stat_rate="sensor.grid_2"),
                _solar("sensor.roof"),
                _solar("sensor.roof"),
                _solar("sensor.garage"),
                _battery("1", stat_soc="sensor.soc_1", capacity=9.6),
                _battery("2", stat_soc="sensor.soc_2", capacity=5),
            ],
            {
                "grid_power": ["sensor.grid", "sensor.grid_2"],
                "pv_power": ["sensor.roof", "sensor.garage"],
                "battery_power": ["sensor.battery_1", "sensor.battery_2"],
                "battery_soc": ["sensor.soc_1", "sensor.soc_2"],
            },
        ),
        # Water, gas and the like are none of the power flows.
        (
            [
                {"type": "water", "stat_energy_from": "sensor.water"},
                _grid(stat_rate="sensor.grid"),
            ],
            {"grid_power": ["sensor.grid"]},
        ),
        # Some are inverted: the dashboard has made sensors that are not.
        (
            [
                _battery("1", power_config={"stat_rate_inverted": "sensor.odd"}),
                _battery("2", stat_soc="sensor.soc_2", capacity=5),
            ],
            {
                "battery_power": ["sensor.odd_inverted", "sensor.battery_2"],
                "battery_soc": ["sensor.soc_2"],
            },
        ),
        ([_grid(stat_rate="tibber:external")], {}),
        ([], {}),
    ],
)
async def test_the_powers_of_the_dashboard_are_filled_in(
    energy: EnergyManager,
    hass: HomeAssistant,
    port: int,
    sources: list[Any],
    filled_in: dict[str, Any],
) -> None:
    await energy.async_update({"energy_sources": sources, "device_consumption": []})
    assert await _filled_in(hass, port, "one_sensor") == filled_in


async def test_both_directions_of_the_dashboard_are_filled_in(
    energy: EnergyManager, hass: HomeAssistant, port: int
) -> None:
    rates = {"stat_rate_from": "sensor.in", "stat_rate_to": "sensor.out"}
    sources: list[Any] = [_grid(power_config=rates)]
    await energy.async_update({"energy_sources": sources, "device_consumption": []})
    flow = await asked_for_energy(hass, port)
    # The way that was found comes first.
    assert offered(flow)[0] == "import_export"
    form = await step(hass, flow["flow_id"], "import_export")
    assert suggested(form) == {
        "grid_import_power": ["sensor.in"],
        "grid_export_power": ["sensor.out"],
    }
    hass.config_entries.flow.async_abort(flow["flow_id"])


async def test_the_powers_are_those_of_the_devices_that_count_energy(
    energy: EnergyManager, hass: HomeAssistant, port: int
) -> None:
    imported = add_sensor(hass, "dsmr", "Box", "Energy import", "kWh", 100)
    exported = add_sensor(hass, "dsmr", "Box", "Energy export", "kWh", 100)
    power = add_sensor(hass, "dsmr", "Box", "Leistung", "W", -2000)
    add_sensor(hass, "dsmr", "Box", "Phase 1", "W", -2000)
    # It is called better, but does not count what the dashboard shows.
    add_sensor(hass, "other", "Neighbour", "Grid power", "W", 100)
    produced = add_sensor(hass, "roof", "Roof", "Energy today", "kWh", 12)
    solar = add_sensor(hass, "roof", "Roof inverter", "Power", "W", 5000)
    charged = add_sensor(hass, "store", "Box 2", "Energy in", "kWh", 100)
    battery = add_sensor(hass, "store", "Box 2", "Battery power", "W", 0)
    soc = add_sensor(hass, "store", "Box 2", "State of charge", "%", 50)
    add_sensor(hass, "mobile_app", "Phone", "State of charge", "%", 50)
    sources: list[Any] = [
        _grid(stat_energy_from=imported, stat_energy_to=exported),
        {"type": "solar", "stat_energy_from": produced},
        {"type": "battery", "stat_energy_from": charged, "stat_energy_to": "sensor.n"},
    ]
    await energy.async_update({"energy_sources": sources, "device_consumption": []})
    assert await _filled_in(hass, port, "one_sensor") == {
        "grid_power": [power],
        "pv_power": [solar],
        "battery_power": [battery],
        "battery_soc": [soc],
    }


async def test_import_and_export_are_recognized_without_a_dashboard(
    hass: HomeAssistant, port: int
) -> None:
    meter = "dsmr", "Electricity Meter"
    imported = add_sensor(hass, *meter, "Power consumption", "kW", 0)
    exported = add_sensor(hass, *meter, "Power production", "kW", 2)
    hass.states.async_set("sensor.house_power", "900", {"unit_of_measurement": "W"})
    assert await _filled_in(hass, port, "import_export") == {
        "grid_import_power": [imported],
        "grid_export_power": [exported],
    }
    assert await _filled_in(hass, port, "solar_house") == {
        "house_power": ["sensor.house_power"]
    }


async def test_integrations_that_count_the_other_way_round_are_known(
    hass: HomeAssistant, port: int
) -> None:
    grid = add_sensor(hass, "huawei_solar", "Power meter", "Active power", "W", 0)
    battery = add_sensor(
        hass, "huawei_solar", "Batteries", "Charge/Discharge power", "W", 0
    )
    assert await _filled_in(hass, port, "one_sensor") == {
        "grid_power": [grid],
        "grid_power_inverted": True,
        "battery_power": [battery],
        "battery_power_inverted": True,
    }


@pytest.mark.usefixtures("unloaded")
async def test_capacities_and_prices_of_the_dashboard_are_taken_over(
    energy: EnergyManager, hass: HomeAssistant, port: int
) -> None:
    show_grid(hass, 0)
    socs = ["sensor.soc_1", "sensor.soc_2"]
    sources: list[Any] = [
        *(_battery(soc[-1], stat_soc=soc, capacity=9.6) for soc in socs),
        _grid(number_energy_price_export=0.08),
    ]
    for entity_id in socs:
        hass.states.async_set(entity_id, "50", {"unit_of_measurement": "%"})
    await energy.async_update({"energy_sources": sources, "device_consumption": []})
    flow = await asked_for_energy(hass, port)
    await step(hass, flow["flow_id"], "one_sensor")
    chosen = {"grid_power": ["sensor.grid_power"], "battery_soc": socs}
    await step(hass, flow["flow_id"], chosen)
    result = await step(hass, flow["flow_id"], "energy_right")
    assert result["options"]["battery_capacities"] == ["9.6", "9.6"]
    assert result["options"]["tariff"] == {"feed_in_tariff": 0.08}


@pytest.mark.usefixtures("unloaded")
async def test_capacities_are_those_of_the_batteries_that_were_chosen(
    energy: EnergyManager, hass: HomeAssistant, port: int
) -> None:
    show_grid(hass, 0)
    socs = ["sensor.soc_1", "sensor.soc_2"]
    for entity_id in socs:
        hass.states.async_set(entity_id, "50", {"unit_of_measurement": "%"})
    hass.states.async_set("sensor.revenue", "0.08", {"unit_of_measurement": "EUR/kWh"})
    sources: list[Any] = [
        *(_battery(soc[-1], stat_soc=soc, capacity=9.6) for soc in socs),
        _grid(entity_energy_price_export="sensor.revenue"),
    ]
    await energy.async_update({"energy_sources": sources, "device_consumption": []})
    flow = await asked_for_energy(hass, port)
    await step(hass, flow["flow_id"], "one_sensor")
    chosen = {"grid_power": ["sensor.grid_power"], "battery_soc": socs[:1]}
    await step(hass, flow["flow_id"], chosen)
    result = await step(hass, flow["flow_id"], "energy_right")
    assert "battery_capacities" not in result["options"]
    assert result["options"]["tariff"] == {"feed_in_entities": ["sensor.revenue"]}


@pytest.mark.usefixtures("unloaded")
async def test_prices_that_cannot_be_used_are_not_taken_over(
    energy: EnergyManager, hass: HomeAssistant, port: int
) -> None:
    sources: list[Any] = [_grid(entity_energy_price="sensor.no_such_price")]
    await energy.async_update({"energy_sources": sources, "device_consumption": []})
    flow = await asked_for_energy(hass, port)
    result = await step(hass, flow["flow_id"], "no_meter")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"] == {}
