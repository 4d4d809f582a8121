"""The ways in which owners fix what is wrong with a charger, from its repair."""

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.repairs.phases import PATIENCE
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.conftest import GRID, state
from tests.integration.repairs.flows import choose_way, fix, shown
from tests.integration.world import World, world
from tests.simulator.car import Car

__all__ = ["world"]


async def _ignored(world: World) -> None:
    """Have the charger ignore its limits until its owner is told."""
    await world.select("pv_priority")
    world.charger.ignore_profile = lambda _: True
    world.charger.connectors[1].profiles.clear()
    for _ in range(60):
        await world.pass_time(10, 6000)
        if "limits_ignored" in shown(world.hass):
            return
    raise AssertionError("nothing was told")


async def test_limits_are_tried_again(world: World) -> None:
    await _ignored(world)
    world.charger.ignore_profile = lambda _: False
    result = await choose_way(world.hass, "limits_ignored", "try_again")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert "limits_ignored" not in shown(world.hass)
    await world.pass_time(120, 6000)
    assert "limits_ignored" not in shown(world.hass)
    assert 5000 < world.car_w < 6200


async def test_limits_that_are_still_ignored_are_told_again(world: World) -> None:
    await _ignored(world)
    await choose_way(world.hass, "limits_ignored", "try_again")
    assert "limits_ignored" not in shown(world.hass)
    await world.pass_time(300, 6000)
    assert "limits_ignored" in shown(world.hass)


async def test_sessions_are_ended_instead_of_limited(
    running: MockConfigEntry, world: World
) -> None:
    await _ignored(world)
    await choose_way(world.hass, "limits_ignored", "stop_sessions")
    (subentry,) = running.subentries.values()
    assert subentry.data["traits"] == {"pause_by": "stop_transaction"}
    await world.pass_time(300, 6000)
    assert "limits_ignored" not in shown(world.hass)
    await world.select("off")
    await world.pass_time(20, 6000)
    assert world.charger.connectors[1].transaction_id is None


async def test_a_charger_is_left_alone(world: World) -> None:
    await _ignored(world)
    await choose_way(world.hass, "limits_ignored", "leave_alone")
    assert state(world.hass, "select.charger_charging_mode") == "manual"
    await world.pass_time(300, 6000)
    assert "limits_ignored" not in shown(world.hass)


async def _replace_car(world: World, phases: int) -> None:
    """Have another car take the place of the one that is there, and charge with all that it can."""
    await world.charger.unplug()
    await world.pass_time(5, 0)
    await world.charger.plug_in(Car(phases=phases, wake_up_s=2.0))
    await world.charger.start_session()
    await world.select("fast")


async def _on_one_phase(world: World) -> None:
    """Have a car charge that has one phase, for long enough to be told."""
    await _replace_car(world, 1)
    await world.pass_time(30, 0)
    await _wait(world)


async def _wait(world: World) -> None:
    """Let the time pass after which a draw on one phase is told."""
    world.wall_clock.tick(PATIENCE)
    await world.pass_time(20, 0)


async def test_a_car_on_one_phase_is_told_after_a_while(world: World) -> None:
    await _replace_car(world, 1)
    await world.pass_time(60, 0)
    assert "one_phase" not in shown(world.hass)
    await _wait(world)
    told = shown(world.hass)["one_phase"].translation_placeholders
    assert told == {"charger": "Charger", "connector": "1"}
    await _replace_car(world, 3)
    assert "one_phase" in shown(world.hass)
    await world.pass_time(60, 0)
    assert "one_phase" not in shown(world.hass)


async def test_a_charger_on_one_phase_is_set_to_it(
    running: MockConfigEntry, world: World
) -> None:
    await _on_one_phase(world)
    await choose_way(world.hass, "one_phase", "charger")
    (subentry,) = running.subentries.values()
    assert subentry.data["phases"] == 1
    await world.pass_time(60, 0)
    assert "one_phase" not in shown(world.hass)


async def test_a_car_with_one_phase_is_not_told_again(world: World) -> None:
    await _on_one_phase(world)
    await choose_way(world.hass, "one_phase", "car")
    await _wait(world)
    assert "one_phase" not in shown(world.hass)


async def test_what_was_accepted_is_told_again_once_it_is_forgotten(
    running: MockConfigEntry, world: World
) -> None:
    await _on_one_phase(world)
    await choose_way(world.hass, "one_phase", "car")
    entity = {"entity_id": "button.charger_forget_learned_behavior"}
    await world.hass.services.async_call("button", "press", entity, blocking=True)
    await world.pass_time(20, 0)
    await _wait(world)
    assert "one_phase" in shown(world.hass)


async def test_a_grid_meter_that_has_stopped_is_replaced(
    running: MockConfigEntry, world: World
) -> None:
    await world.select("pv_priority")
    await world.pass_time(120, 6000)
    world.shown = False
    for _ in range(20):
        await world.pass_time(60, 6000)
        if "source_stuck" in shown(world.hass):
            break
    told = shown(world.hass)["source_stuck"].translation_placeholders
    assert told == {"entity": GRID}
    attributes = {"unit_of_measurement": "W"}
    world.hass.states.async_set("sensor.other", "0", attributes)
    await fix(world.hass, "source_stuck", {"sensor": "sensor.other"})
    assert running.options["grid_power"] == "sensor.other"
    await world.pass_time(20, 6000)
    assert "source_stuck" not in shown(world.hass)
