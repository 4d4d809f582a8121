"""States of values that change all the time: written when they change as they are shown, energies to the last digit."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ocpp.entities.pace import COUNTED
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from tests.integration.conftest import state
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

POWER, CURRENT = "sensor.charger_power", "sensor.charger_current"
ENERGY, SESSION_ENERGY = "sensor.charger_energy", "sensor.charger_session_energy"


@pytest.fixture
def written(hass: HomeAssistant) -> list[tuple[str, str]]:
    """The states that were written, with their entities."""
    written: list[tuple[str, str]] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        if (new := event.data["new_state"]) is not None:
            written.append((new.entity_id, new.state))

    hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    return written


def _states(written: Sequence[tuple[str, str]], entity_id: str) -> list[str]:
    return [state for id_, state in written if id_ == entity_id]


async def _meter(
    charger: SimulatedCharger, measurand: str, *values: float | str, unit: str
) -> None:
    """Report values of a measurand, one after the other; a last word makes sure that all were taken in."""
    for value in values:
        sample = {"measurand": measurand, "value": str(value), "unit": unit}
        await charger.meter([sample])
    await charger.heartbeat()


async def _power(charger: SimulatedCharger, *watts: float) -> None:
    await _meter(charger, "Power.Active.Import", *watts, unit="W")


async def _register(charger: SimulatedCharger, *watt_hours: float) -> None:
    await _meter(charger, "Energy.Active.Import.Register", *watt_hours, unit="Wh")


async def test_digits_that_are_not_shown_write_no_state(
    hass: HomeAssistant, charger: SimulatedCharger, written: list[tuple[str, str]]
) -> None:
    await _power(charger, 7300.1, 7300.2, 7299.9, 7300.6, 7300.7, 7299.0)
    await until(lambda: state(hass, POWER) == "7299.0")
    assert _states(written, POWER) == ["7300.1", "7300.6", "7299.0"]


async def test_digits_that_the_owner_wants_to_see_write_one(
    hass: HomeAssistant, charger: SimulatedCharger, written: list[tuple[str, str]]
) -> None:
    er.async_get(hass).async_update_entity_options(
        POWER, "sensor", {"display_precision": 4, "unit_of_measurement": "kW"}
    )
    await hass.async_block_till_done()
    written.clear()
    await _power(charger, 7300.1, 7300.12, 7300.2)
    await until(lambda: state(hass, POWER) == "7.3002")
    assert _states(written, POWER) == ["7.3001", "7.3002"]


async def test_nothing_at_all_is_always_shown(
    hass: HomeAssistant, charger: SimulatedCharger, written: list[tuple[str, str]]
) -> None:
    await _power(charger, 0.4, 0.3, 0, 0.2)
    await until(lambda: state(hass, POWER) == "0.2")
    assert _states(written, POWER) == ["0.4", "0.0", "0.2"]


async def test_an_energy_is_shown_to_the_last_digit_within_a_minute(
    hass: HomeAssistant, charger: SimulatedCharger, written: list[tuple[str, str]]
) -> None:
    charger.connectors[1].energy_wh = 10_000
    await charger.plug_in()
    await charger.start_session()
    await _register(charger, *range(10_000, 10_104))
    await charger.heartbeat()
    assert len(_states(written, SESSION_ENERGY)) <= 1 + 1 + COUNTED.early
    assert state(hass, SESSION_ENERGY) != "0.103"
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await until(lambda: state(hass, SESSION_ENERGY) == "0.103")


async def test_the_energy_of_a_session_is_exact_at_its_end(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    charger.connectors[1].energy_wh = 10_000
    await charger.plug_in()
    await charger.start_session()
    await _register(charger, *range(10_000, 10_101))
    charger.connectors[1].energy_wh = 10_102
    await _register(charger, 10_102)
    assert state(hass, SESSION_ENERGY) != "0.102"
    await charger.stop_session()
    await until(lambda: state(hass, SESSION_ENERGY) == "0.102")
    assert state(hass, ENERGY) == "10.102"
