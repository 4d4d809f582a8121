"""Cars that sleep on after a pause, in Home Assistant."""

from ocpp.v16.enums import ChargePointStatus

from homeassistant.helpers import issue_registry as ir
from tests.integration.conftest import state
from tests.integration.world import World, world

__all__ = ["world"]

ISSUE = ("ocpp", "car_asleep_CP1/1")
SUN_W, DULL_W = 8000.0, -300.0


async def _shine(world: World, seconds: int) -> None:
    """Let the sun shine, never quite the same."""
    for step in range(seconds // 20):
        await world.pass_time(20, SUN_W + step % 7 * 20)


async def _fall_asleep(world: World) -> None:
    """Let the car sleep deeply in a pause, from which nothing wakes it up."""
    await _shine(world, 60)
    await world.pass_time(120, DULL_W)
    assert world.car_w == 0
    await world.charger.change_status(ChargePointStatus.suspended_evse)
    car = world.charger.connectors[1].car
    assert car is not None
    car.wake_up_s = 1e9


async def test_a_car_that_does_not_wake_up_is_a_repair_until_it_charges(
    world: World,
) -> None:
    issues = ir.async_get(world.hass).issues
    await _fall_asleep(world)
    await _shine(world, 640)
    assert ISSUE not in issues
    await _shine(world, 180)
    assert issues[ISSUE].translation_placeholders == {
        "charger": "Charger",
        "connector": "1",
    }
    assert state(world.hass, "sensor.charger_reason") == "car_asleep"
    assert 16.0 in {limit_a for _, _, limit_a in world.charger.received_limits}
    car = world.charger.connectors[1].car
    assert car is not None
    car.wake_up_s = 2.0
    await _shine(world, 60)
    assert world.car_w > 0
    await world.charger.change_status(ChargePointStatus.charging)
    await _shine(world, 20)
    assert ISSUE not in issues


async def test_a_car_that_is_full_is_no_repair(world: World) -> None:
    await _shine(world, 60)
    car = world.charger.connectors[1].car
    assert car is not None
    car.wake_up_s = 1e9
    car.step(0.0, 1.0)
    await world.charger.change_status(ChargePointStatus.suspended_ev)
    await _shine(world, 900)
    assert ISSUE not in ir.async_get(world.hass).issues
    assert state(world.hass, "sensor.charger_reason") == "car_full"
