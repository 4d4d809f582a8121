"""A sensor that shows something else than it should is named, with its state and what would do instead."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.util import dt as dt_util
from tests.integration.conftest import GRID, circuit_subentry
from tests.integration.repairs.flows import fix

BATTERY, SOC, CURRENT = "sensor.battery", "sensor.soc", "sensor.current"


@pytest.fixture
def options() -> dict[str, Any]:
    """A grid meter and a battery."""
    return {"grid_power": GRID, "battery_power": BATTERY, "battery_soc": SOC}


@pytest.fixture
def chargers() -> list[Any]:
    """A circuit with a meter, and no charger."""
    return [circuit_subentry("garage", "Garage", current_l1=CURRENT)]


def _show(hass: HomeAssistant, **shown: tuple[str, str | None]) -> None:
    for name, (text, unit) in shown.items():
        attributes = {} if unit is None else {"unit_of_measurement": unit}
        hass.states.async_set(f"sensor.{name}", text, attributes)


def _show_all_well(hass: HomeAssistant) -> None:
    _show(
        hass,
        grid_power=("-8,000.0", "Kw"),
        battery=("1200", None),
        soc=("50", "%"),
        current=("5,5", "A"),
    )


def _issues(hass: HomeAssistant) -> dict[str, dict[str, str]]:
    return {
        issue.translation_key or "": issue.translation_placeholders or {}
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == "ocpp" and issue.issue_id.startswith("source_")
    }


async def _wait(
    hass: HomeAssistant, clock: FrozenDateTimeFactory, seconds: int
) -> None:
    for _ in range(0, seconds, 10):
        clock.tick(timedelta(seconds=10))
        # The event loop's own clock does not tick.
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=10))
        await hass.async_block_till_done()


async def test_what_can_be_read_is_no_trouble(
    hass: HomeAssistant, running: MockConfigEntry, wall_clock: FrozenDateTimeFactory
) -> None:
    _show_all_well(hass)
    await _wait(hass, wall_clock, 120)
    assert _issues(hass) == {}


@pytest.mark.parametrize(
    ("name", "shown", "key"),
    [
        ("grid_power", ("3.2", "kVA"), "source_power_unit"),
        ("grid_power", ("3.2", None), "source_power_unit"),
        ("grid_power", ("8,000", "W"), "source_power_number"),
        ("battery", ("charging", "W"), "source_power_number"),
        ("soc", ("0.5", None), "source_charge_unit"),
        ("soc", ("5000", "%"), "source_charge_number"),
        ("current", ("5.5", "W"), "source_current_unit"),
        ("current", ("?", "A"), "source_current_number"),
    ],
)
async def test_what_cannot_be_read_is_said(
    hass: HomeAssistant,
    running: MockConfigEntry,
    wall_clock: FrozenDateTimeFactory,
    name: str,
    shown: tuple[str, str | None],
    key: str,
) -> None:
    _show_all_well(hass)
    _show(hass, **{name: shown})
    await _wait(hass, wall_clock, 90)
    issues = _issues(hass)
    assert issues.keys() == {key}
    text, unit = shown
    expected = {"entity": f"sensor.{name}", "state": text, "unit": unit or "–"}
    assert issues[key] == {**expected, "others": "–"}
    _show_all_well(hass)
    await _wait(hass, wall_clock, 10)
    assert _issues(hass) == {}


async def test_a_number_that_is_missing_for_a_moment_is_not_said(
    hass: HomeAssistant, running: MockConfigEntry, wall_clock: FrozenDateTimeFactory
) -> None:
    _show_all_well(hass)
    for _ in range(4):
        _show(hass, grid_power=("", "W"))
        await _wait(hass, wall_clock, 30)
        _show(hass, grid_power=("unavailable", "W"))
        await _wait(hass, wall_clock, 30)
    assert _issues(hass) == {}


async def test_the_sensors_that_would_do_are_named(
    hass: HomeAssistant, running: MockConfigEntry, wall_clock: FrozenDateTimeFactory
) -> None:
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=running.entry_id, identifiers={("meter", "1")}
    )
    for name in ("grid_power", "active", "energy", "silent"):
        er.async_get(hass).async_get_or_create(
            "sensor", "meter", name, suggested_object_id=name, device_id=device.id
        )
    _show_all_well(hass)
    _show(
        hass,
        grid_power=("3.2", "kVA"),
        active=("3", "kW"),
        energy=("3", "kWh"),
        silent=("unknown", "W"),
    )
    await _wait(hass, wall_clock, 10)
    assert _issues(hass)["source_power_unit"]["others"] == "sensor.active"


async def test_a_sensor_that_does_not_exist_is_said(
    hass: HomeAssistant, running: MockConfigEntry, wall_clock: FrozenDateTimeFactory
) -> None:
    _show_all_well(hass)
    hass.states.async_remove(SOC)
    await _wait(hass, wall_clock, 240)
    assert _issues(hass) == {}
    await _wait(hass, wall_clock, 120)
    assert _issues(hass) == {"source_missing": {"entity": SOC}}


async def test_another_sensor_takes_the_place_of_one_that_is_gone(
    hass: HomeAssistant, running: MockConfigEntry, wall_clock: FrozenDateTimeFactory
) -> None:
    _show_all_well(hass)
    hass.states.async_remove(GRID)
    await _wait(hass, wall_clock, 310)
    result = await fix(hass, "source_missing", {"sensor": GRID})
    assert result["errors"] == {"sensor": "same_sensor"}
    _show(hass, other=("500", "W"))
    result = await fix(hass, "source_missing", {"sensor": "sensor.other"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert running.options["grid_power"] == "sensor.other"
    await _wait(hass, wall_clock, 10)
    assert _issues(hass) == {}


async def test_another_sensor_takes_the_place_of_one_in_a_circuit(
    hass: HomeAssistant, running: MockConfigEntry, wall_clock: FrozenDateTimeFactory
) -> None:
    _show_all_well(hass)
    _show(hass, current=("5.5", "W"), other=("5.5", "A"))
    await _wait(hass, wall_clock, 10)
    await fix(hass, "source_current_unit", {"sensor": "sensor.other"})
    assert running.subentries["garage"].data["current_l1"] == "sensor.other"
    await _wait(hass, wall_clock, 10)
    assert _issues(hass) == {}


async def test_a_sensor_without_a_value_is_said_after_ten_minutes(
    hass: HomeAssistant, running: MockConfigEntry, wall_clock: FrozenDateTimeFactory
) -> None:
    _show_all_well(hass)
    _show(hass, battery=("unavailable", "W"))
    await _wait(hass, wall_clock, 590)
    assert _issues(hass) == {}
    await _wait(hass, wall_clock, 30)
    assert _issues(hass) == {"source_silent": {"entity": BATTERY}}
    _show_all_well(hass)
    await _wait(hass, wall_clock, 10)
    assert _issues(hass) == {}


async def test_an_inverter_may_sleep(
    hass: HomeAssistant, running: MockConfigEntry, wall_clock: FrozenDateTimeFactory
) -> None:
    options = {**running.options, "pv_power": "sensor.pv"}
    hass.config_entries.async_update_entry(running, options=options)
    _show_all_well(hass)
    _show(hass, pv=("unavailable", None))
    await _wait(hass, wall_clock, 700)
    assert _issues(hass) == {}


async def test_sensors_go_with_their_central_system(
    hass: HomeAssistant, running: MockConfigEntry, wall_clock: FrozenDateTimeFactory
) -> None:
    _show_all_well(hass)
    _show(hass, soc=("5000", "%"))
    await _wait(hass, wall_clock, 90)
    assert _issues(hass).keys() == {"source_charge_number"}
    await hass.config_entries.async_remove(running.entry_id)
    assert _issues(hass) == {}
