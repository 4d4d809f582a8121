"""Home Assistant is gone from one instant to the next while a car charges, and comes back."""

import asyncio

import pytest

from tests.simulator.demo import PLAIN, Demo
from tests.waiting import LONGEST_S, until

LIMIT_A = 10.0
SAVED_WITHIN_S = 1.0
"""The time after which nothing of a session that was acknowledged may be lost."""


async def _session_kwh(demo: Demo) -> float:
    """Return the energy of the session that Home Assistant shows."""
    energy_kwh = await demo.api.state("sensor.charger_session_energy")
    assert energy_kwh is not None
    return float(energy_kwh)


async def _transaction_id(demo: Demo) -> str | None:
    """Return the id of the session that began or ended last."""
    session = await demo.last_session()
    return None if session is None else str(session["transaction_id"])


async def _set_up_for_good(demo: Demo) -> None:
    """Wait until Home Assistant itself has saved what was set up."""
    entries = demo.options.config / ".storage" / "core.config_entries"

    def saved() -> bool:
        return entries.exists() and PLAIN.identity in entries.read_text()

    async with asyncio.timeout(LONGEST_S):
        while not await asyncio.to_thread(saved):
            await asyncio.sleep(0.1)


async def _listed(demo: Demo) -> set[str]:
    """Return the ids of all sessions that Home Assistant knows of."""
    return {each["transaction_id"] for each in await demo.sessions()}


async def _comes_to(demo: Demo, limit_a: float) -> None:
    """Wait until the charger offers so much."""
    await until(lambda: demo.charger.offered_a() == limit_a)


@pytest.mark.timeout(300)
async def test_a_session_outlives_a_power_cut(demo: Demo) -> None:
    await demo.start_home_assistant()
    await demo.set_up_integration()
    bay = await demo.connect_charger()
    charger = bay.charger
    await demo.adopt(bay)
    await _set_up_for_good(demo)
    await demo.plug_in(bay, "fast")
    await _comes_to(demo, 16.0)
    maximum = "number.charger_maximum_current"
    await demo.api.action("number.set_value", entity_id=maximum, value=LIMIT_A)
    await _comes_to(demo, LIMIT_A)
    charger.connectors[1].energy_wh += 1000
    await charger.meter()
    async with asyncio.timeout(LONGEST_S):
        while (before_kwh := await _session_kwh(demo)) < 1:
            await asyncio.sleep(0.1)
    transaction_id = await _transaction_id(demo)
    assert transaction_id == str(charger.connectors[1].transaction_id)

    await demo.kill_home_assistant()
    # The car goes on at the charger's own discretion, and the charger forgets what was told it last.
    charger.connectors[1].profiles.clear()
    charger.advance(600)
    await demo.start_again()
    await demo.reconnect_charger(bay)
    await _comes_to(demo, LIMIT_A)
    await charger.meter()
    register_kwh = round(charger.connectors[1].energy_wh) / 1000
    assert register_kwh > before_kwh + 1
    async with asyncio.timeout(LONGEST_S):
        while (after_kwh := await _session_kwh(demo)) < register_kwh:
            await asyncio.sleep(0.1)
    assert after_kwh == pytest.approx(register_kwh, abs=0.02)
    assert float(await demo.api.state(maximum) or "nan") == LIMIT_A
    assert await demo.api.state("select.charger_charging_mode") == "fast"
    assert await demo.api.state("switch.charger_charge_control") == "on"

    # A session that begins shortly before the power goes is on disk all the same.
    await demo.api.action("switch.turn_off", entity_id="switch.charger_charge_control")
    await demo.api.wait_for_state("switch.charger_charge_control", ["off"])
    # It is the session of before.
    assert await _transaction_id(demo) == transaction_id
    assert transaction_id in await _listed(demo)
    transaction_id = str(await charger.start_session())
    async with asyncio.timeout(LONGEST_S):
        while await _transaction_id(demo) != transaction_id:
            await asyncio.sleep(0.1)
    await asyncio.sleep(SAVED_WITHIN_S)
    await demo.kill_home_assistant()
    await demo.start_again()
    assert transaction_id in await _listed(demo)
