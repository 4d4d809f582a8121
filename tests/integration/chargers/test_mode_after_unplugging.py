"""The mode that a connector is in once a car has left."""

from ocpp.v16.enums import ChargePointStatus
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.integration.conftest import state
from tests.simulator.charger import SimulatedCharger, reconnected
from tests.waiting import until

MODE = "select.charger_charging_mode"
AFTER = "select.charger_mode_after_unplugging"
PLUGGED_IN = "binary_sensor.charger_plugged_in"


async def _select(hass: HomeAssistant, entity_id: str, option: str) -> None:
    data = {"entity_id": entity_id, "option": option}
    await hass.services.async_call("select", "select_option", data, blocking=True)


async def _until_shown(hass: HomeAssistant, status: str) -> None:
    await until(lambda: state(hass, "sensor.charger_status") == status)


async def _visit(hass: HomeAssistant, charger: SimulatedCharger) -> None:
    """Have a car come and leave."""
    await charger.plug_in()
    await until(lambda: state(hass, PLUGGED_IN) == "on")
    await charger.unplug()
    await until(lambda: state(hass, PLUGGED_IN) == "off")


async def test_the_mode_stays_unless_the_owner_wants_another(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    assert state(hass, AFTER) == "stay"
    await _select(hass, MODE, "fast")
    await _visit(hass, charger)
    assert state(hass, MODE) == "fast"


async def test_the_mode_goes_back_each_time(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await _select(hass, AFTER, "pv_only")
    for _ in range(2):
        # Chosen before the car arrives, it holds for its visit.
        await _select(hass, MODE, "fast")
        await charger.plug_in()
        await until(lambda: state(hass, PLUGGED_IN) == "on")
        await charger.start_session()
        assert state(hass, MODE) == "fast"
        await charger.stop_session()
        assert state(hass, MODE) == "fast"
        await charger.unplug()
        await until(lambda: state(hass, MODE) == "pv_only")
    await _select(hass, AFTER, "stay")
    await _select(hass, MODE, "fast")
    await _visit(hass, charger)
    assert state(hass, MODE) == "fast"


async def test_a_choice_while_a_car_is_there_is_for_that_car(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await _select(hass, MODE, "fast")
    await charger.plug_in()
    await until(lambda: state(hass, PLUGGED_IN) == "on")
    await _select(hass, AFTER, "off")
    assert state(hass, MODE) == "fast"
    await charger.unplug()
    await until(lambda: state(hass, MODE) == "off")


async def test_a_fault_is_no_departure(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await _select(hass, AFTER, "pv_only")
    await _select(hass, MODE, "fast")
    await charger.plug_in()
    await until(lambda: state(hass, PLUGGED_IN) == "on")
    for status, shown in (
        (ChargePointStatus.faulted, "faulted"),
        (ChargePointStatus.unavailable, "inoperative"),
        (ChargePointStatus.preparing, "preparing"),
    ):
        await charger.change_status(status)
        await _until_shown(hass, shown)
        assert state(hass, MODE) == "fast"
    await charger.unplug()
    await until(lambda: state(hass, MODE) == "pv_only")


@pytest.mark.parametrize("leaves", [True, False], ids=["leaves", "stays"])
async def test_a_car_that_leaves_during_a_restart(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    running: MockConfigEntry,
    port: int,
    leaves: bool,
) -> None:
    await _select(hass, AFTER, "pv_only")
    await _select(hass, MODE, "fast")
    await charger.plug_in()
    await until(lambda: state(hass, PLUGGED_IN) == "on")
    assert await hass.config_entries.async_reload(running.entry_id)
    assert state(hass, AFTER) == "pv_only"
    assert state(hass, MODE) == "fast"
    if leaves:
        charger.connectors[1].status = ChargePointStatus.available
    async with reconnected(charger, f"ws://127.0.0.1:{port}"):
        await charger.boot()
        shown = "off" if leaves else "on"
        await until(lambda: state(hass, PLUGGED_IN) == shown)
        assert state(hass, MODE) == ("pv_only" if leaves else "fast")
