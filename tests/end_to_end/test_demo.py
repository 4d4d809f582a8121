"""A charger, a real Home Assistant and the sun: the way that a user goes, from the setup on."""

import asyncio
from collections.abc import Callable
from itertools import count

import pytest

from tests.simulator.car import NOMINAL_VOLTAGE_V
from tests.simulator.charger import SimulatedCharger
from tests.simulator.demo import STEP_S, Demo
from tests.simulator.house import Flows

HOUSE_W = 500.0
FULL_SUN_W = 9_500.0
HALF_SUN_W = 6_500.0
DUSK_W = 1_000.0

# How long an answer may take: the car's own, and the budget that a passing cloud is granted.
ANSWER_S = 60.0
PAUSE_S = 150.0

LOWEST_W, HIGHEST_W = 3 * 6 * NOMINAL_VOLTAGE_V, 3 * 16 * NOMINAL_VOLTAGE_V


def _car_w(charger: SimulatedCharger) -> float:
    car = charger.connectors[1].car
    return 0.0 if car is None else car.power_w


async def _shine(
    demo: Demo, sun_w: float, until: Callable[[], bool], timeout_s: float
) -> None:
    """Let the sun shine, and the meters show it, until something is so."""
    for _ in range(round(timeout_s / STEP_S)):
        await demo.publish(Flows(sun_w, HOUSE_W, 0.0, _car_w(demo.charger)))
        if until():
            return
        await asyncio.sleep(STEP_S)
    raise AssertionError(
        f"with {sun_w:.0f} W of sun the car draws {_car_w(demo.charger):.0f} W"
    )


def _follows(charger: SimulatedCharger, sun_w: float) -> Callable[[], bool]:
    """Return what tells whether the car draws nearly all of the surplus, and no more."""
    surplus_w = min(HIGHEST_W, sun_w - HOUSE_W)
    return lambda: surplus_w - 1_000 <= _car_w(charger) <= surplus_w + 200


def _pauses(charger: SimulatedCharger) -> Callable[[], bool]:
    return lambda: charger.offered_a() == 0 and _car_w(charger) == 0


def _has_told(charger: SimulatedCharger) -> Callable[[], bool]:
    """Return what tells whether the charger has metered, and the meters of the house have since."""
    seconds = count()
    interval_s = float(charger.settings["MeterValueSampleInterval"])
    return lambda: next(seconds) * STEP_S > interval_s + 2


async def _number(demo: Demo, entity_id: str) -> float:
    state = await demo.api.state(entity_id)
    assert state is not None
    return float(state)


@pytest.mark.timeout(600)
async def test_from_setup_to_a_charged_car(demo: Demo) -> None:
    await demo.start_home_assistant()

    # One flow sets it up; what the Energy dashboard knows is filled in.
    assert await demo.set_up_integration() == {
        "grid_power": ["sensor.grid_power"],
        "pv_power": ["sensor.solar_power"],
        "battery_power": ["sensor.battery_power"],
        "battery_soc": ["sensor.battery_charge"],
    }

    # The charger connects, and waits until it is adopted; its connection stays.
    bay = await demo.connect_charger()
    charger = bay.charger
    assert charger.registration == "Pending"
    await demo.adopt(bay)
    assert charger.registration == "Accepted"
    assert await demo.discovered() == []

    # The session follows the sun, pauses below the minimum, and starts again.
    await demo.plug_in(bay)
    await _shine(demo, FULL_SUN_W, _follows(charger, FULL_SUN_W), ANSWER_S)
    # What it draws has to be told, too, before the surplus is known well.
    await _shine(demo, FULL_SUN_W, _has_told(charger), ANSWER_S)
    surplus_w = await _number(demo, "sensor.ocpp_solar_surplus")
    assert surplus_w == pytest.approx(FULL_SUN_W - HOUSE_W, abs=500)
    await _shine(demo, HALF_SUN_W, _follows(charger, HALF_SUN_W), ANSWER_S)
    await _shine(demo, DUSK_W, _pauses(charger), PAUSE_S)
    assert charger.connectors[1].transaction_id is not None
    await demo.api.wait_for_state("sensor.charger_status", ["suspended_evse"])
    await _shine(demo, FULL_SUN_W, _follows(charger, FULL_SUN_W), PAUSE_S)

    # Home Assistant restarts in mid-session: the session, its energy and the sun go on.
    session = await demo.last_session()
    assert session is not None
    transaction_id, began_at = session["transaction_id"], session["started_at"]
    assert transaction_id == str(charger.connectors[1].transaction_id)
    energy_kwh = await _number(demo, "sensor.charger_session_energy")
    assert energy_kwh > 0
    assert await demo.restart_home_assistant() == 0
    assert charger.offered_a() >= 6
    await demo.reconnect_charger(bay)
    await demo.api.wait_for_state("binary_sensor.charger_connected", ["on"])
    # It is the same session: neither was one ended, nor has another begun.
    session = await demo.last_session()
    assert session is not None
    assert session["started_at"] == began_at
    assert await demo.api.state("switch.charger_charge_control") == "on"
    await _shine(demo, HALF_SUN_W, _follows(charger, HALF_SUN_W), ANSWER_S)
    assert charger.connectors[1].transaction_id == int(transaction_id)
    await charger.meter()
    register_kwh = round(charger.connectors[1].energy_wh) / 1000
    assert register_kwh > energy_kwh
    metered_kwh = await _number(demo, "sensor.charger_session_energy")
    assert metered_kwh == pytest.approx(register_kwh, abs=0.02)

    # The session ends, which automations notice, and everything stops in order.
    status = {"entity_id": "sensor.charger_status"}
    charging = {"condition": "ocpp.is_charging", "target": status}
    assert await demo.api.command("test_condition", condition=charging) == {
        "result": True
    }
    ended = {"trigger": "ocpp.session_ended", "target": status}
    async with demo.api.listening("subscribe_trigger", trigger=ended) as heard:
        await demo.api.action(
            "switch.turn_off", entity_id="switch.charger_charge_control"
        )
        async with asyncio.timeout(ANSWER_S):
            told = await heard.get()
    assert told["variables"]["trigger"]["energy_kwh"] == pytest.approx(
        metered_kwh, abs=0.02
    )
    await demo.api.wait_for_state("sensor.charger_status", ["finishing"])
    await demo.api.wait_for_state("switch.charger_charge_control", ["off"])
    assert await demo.stop() == 0
    # Neither a complaint of the integration's own, nor a traceback through it.
    ours = [
        line
        for line in demo.home_assistant.log.splitlines()
        if "custom_components" in line and " INFO " not in line
    ]
    assert ours == []
