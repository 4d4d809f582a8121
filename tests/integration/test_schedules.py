"""Schedules that an energy manager has computed: the public guide for EMHASS, with its entity ids."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
import yaml

from custom_components.ocpp.chargers.external_schedule import ScheduledLimit
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.simulator.car import Car
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

from .actions import act, ask, refused
from .conftest import Connect, charger_subentry, connected, state

DAILY_SCHEDULE = """
automation:
  - alias: "Set Daily Charging Schedule"
    trigger:
      - platform: time
        at: "04:00:00"
    action:
      - service: rest_command.emhass_optimize
      - delay: "00:05:00"
      - service: ocpp.set_tx_profile
        data:
          charger_id: "EVSE1"
          tx_profile:
            schedule:
              - start_period: "2025-06-10T10:00:00Z"
                limit: 11000
              - start_period: "2025-06-10T17:00:00Z"
                limit: -5000
"""
ON_SURPLUS = """
automation:
  - alias: "Charge Only on Solar Surplus"
    trigger:
      - platform: template
        value_template: >
          {{ states("sensor.pv_power") | float > states("sensor.house_load") | float + 1000 }}
    action:
      - service: switch.turn_on
        target:
          entity_id: switch.charger_charge_control
"""


@pytest.fixture
def chargers() -> list[Any]:
    """The guide's charger."""
    return [charger_subentry("EVSE1", "Charger", phases=3)]


@pytest.fixture
async def evse1(
    hass: HomeAssistant,
    running: MockConfigEntry,
    connect: Connect,
    wall_clock: FrozenDateTimeFactory,
) -> AsyncIterator[SimulatedCharger]:
    """It, connected, on the guide's day."""
    await hass.config.async_set_time_zone("UTC")
    wall_clock.move_to("2025-06-10T03:59:50Z")
    async with connected(hass, connect, "EVSE1") as charger:
        yield charger


async def _pass(
    hass: HomeAssistant,
    wall_clock: FrozenDateTimeFactory,
    seconds: int,
    step_s: int = 10,
) -> None:
    """Let it be later, in steps that are shorter than the patience of calls that are under way.

    What is then due waits on the event loop's own clock, which does not move.
    """
    for _ in range(0, seconds, step_s):
        wall_clock.tick(step_s)
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=step_s))
        await asyncio.sleep(0)


def _schedule(*entries: tuple[timedelta, float], **more: Any) -> dict[str, Any]:
    now = dt_util.utcnow()
    return {
        "schedule": [
            {"start_period": (now + start).isoformat(), "limit": limit}
            for start, limit in entries
        ],
        **more,
    }


async def test_the_daily_schedule_of_the_guide(
    hass: HomeAssistant,
    evse1: SimulatedCharger,
    running: MockConfigEntry,
    wall_clock: FrozenDateTimeFactory,
) -> None:
    optimized: list[ServiceCall] = []

    async def optimize(call: ServiceCall) -> None:
        optimized.append(call)

    hass.services.async_register("rest_command", "emhass_optimize", optimize)
    assert await async_setup_component(
        hass, "automation", yaml.safe_load(DAILY_SCHEDULE)
    )
    await _pass(hass, wall_clock, 30)
    await until(lambda: optimized)
    await _pass(hass, wall_clock, 330, step_s=330)
    charger = running.runtime_data.chargers["EVSE1"]
    await until(lambda: charger.preferences_of(1).schedule)
    # This charger cannot discharge a car: that is a pause.
    assert charger.preferences_of(1).schedule == (
        ScheduledLimit(datetime(2025, 6, 10, 10, tzinfo=UTC), 15.9),
        ScheduledLimit(datetime(2025, 6, 10, 17, tzinfo=UTC), 0.0),
    )
    await hass.services.async_call(
        "automation", "turn_off", {"entity_id": "all"}, blocking=True
    )


async def test_the_charger_does_what_the_schedule_says(
    hass: HomeAssistant, evse1: SimulatedCharger, wall_clock: FrozenDateTimeFactory
) -> None:
    await evse1.plug_in(Car())
    await evse1.start_session()
    await act(
        hass,
        "set_tx_profile",
        tx_profile=_schedule(
            (timedelta(seconds=30), 11000), (timedelta(seconds=90), -5000)
        ),
    )
    await _pass(hass, wall_clock, 40)
    await until(lambda: evse1.offered_a() == pytest.approx(15.9))
    evse1.advance(30)
    await evse1.meter()
    await until(lambda: float(state(hass, "sensor.charger_power")) > 10_000)
    assert state(hass, "sensor.charger_status") == "charging"
    assert state(hass, "switch.charger_charge_control") == "on"
    await _pass(hass, wall_clock, 60)
    await until(lambda: evse1.offered_a() == 0)


async def test_charging_on_surplus_as_in_the_guide(
    hass: HomeAssistant, evse1: SimulatedCharger
) -> None:
    hass.states.async_set("sensor.pv_power", "800")
    hass.states.async_set("sensor.house_load", "500")
    assert await async_setup_component(hass, "automation", yaml.safe_load(ON_SURPLUS))
    await evse1.plug_in(Car())
    hass.states.async_set("sensor.pv_power", "4000")
    await until(lambda: state(hass, "switch.charger_charge_control") == "on")


async def test_a_schedule_is_in_amperes_where_it_says_so(
    hass: HomeAssistant, evse1: SimulatedCharger
) -> None:
    applied = await ask(
        hass,
        "set_tx_profile",
        charger_id="charger",
        tx_profile=_schedule(
            (timedelta(hours=2), 32),
            (timedelta(minutes=-1), 10),
            (timedelta(hours=1), 3),
            charging_rate_unit="A",
        ),
    )
    assert [entry["limit_amps"] for entry in applied["schedule"]] == [10, 0, 16]
    await evse1.plug_in(Car())
    await evse1.start_session()
    await until(lambda: evse1.offered_a() == 10)


async def test_a_mode_ends_a_schedule(
    hass: HomeAssistant, evse1: SimulatedCharger
) -> None:
    await evse1.plug_in(Car())
    await evse1.start_session()
    await act(
        hass, "set_tx_profile", tx_profile=_schedule((timedelta(minutes=-1), 6900))
    )
    await until(lambda: evse1.offered_a() == 10)
    await hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": "select.charger_charging_mode", "option": "off"},
        blocking=True,
    )
    await until(lambda: evse1.offered_a() == 0)


async def test_a_schedule_is_cleared_with_the_profiles(
    hass: HomeAssistant, evse1: SimulatedCharger, running: MockConfigEntry
) -> None:
    await act(
        hass, "set_tx_profile", tx_profile=_schedule((timedelta(minutes=-1), 6900))
    )
    charger = running.runtime_data.chargers["EVSE1"]
    assert charger.preferences_of(1).schedule
    await act(hass, "clear_profile")
    assert not charger.preferences_of(1).schedule


async def test_a_schedule_survives_a_restart(
    hass: HomeAssistant, evse1: SimulatedCharger, running: MockConfigEntry
) -> None:
    await act(
        hass, "set_tx_profile", tx_profile=_schedule((timedelta(minutes=-1), 6900))
    )
    await hass.config_entries.async_reload(running.entry_id)
    charger = running.runtime_data.chargers["EVSE1"]
    assert len(charger.preferences_of(1).schedule) == 1


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        ({"schedule": []}, "tx_profile.schedule must be a list with at least one"),
        ({"schedule": 5}, "tx_profile.schedule must be a list with at least one"),
        (
            {"schedule": [{"start_period": "soon", "limit": 1}]},
            "tx_profile.schedule[0].start_period must be a date and time",
        ),
        (
            {"schedule": [{"start_period": "2025-06-10T10:00:00Z"}]},
            "tx_profile.schedule[0].limit is missing",
        ),
        ({}, "tx_profile.schedule is missing"),
        ("nonsense", "tx_profile must be an object"),
    ],
)
async def test_a_schedule_that_means_nothing_is_refused(
    hass: HomeAssistant,
    evse1: SimulatedCharger,
    profile: dict[str, Any] | str,
    told: str,
) -> None:
    text = await refused(hass, "set_tx_profile", tx_profile=profile)
    assert text.startswith(told)


async def test_a_schedule_that_is_over_is_refused(
    hass: HomeAssistant, evse1: SimulatedCharger, running: MockConfigEntry
) -> None:
    over = _schedule((-timedelta(hours=30), 11000), (-timedelta(hours=24), 5000))
    text = await refused(hass, "set_tx_profile", tx_profile=over)
    assert text.startswith("The whole schedule is in the past")
    assert running.runtime_data.chargers["EVSE1"].preferences_of(1).schedule == ()


async def test_entries_that_are_over_are_left_out(
    hass: HomeAssistant, evse1: SimulatedCharger
) -> None:
    hour = timedelta(hours=1)
    given = _schedule((-3 * hour, 4000), (-hour, 22000), (hour, 1000), (2 * hour, 6900))
    answer = await ask(hass, "set_tx_profile", tx_profile=given)
    assert answer["past_entries"] == 1
    came_out = [
        (entry["asked"], entry["limit_amps"], entry["reason"])
        for entry in answer["schedule"]
    ]
    assert came_out == [
        (22000, 16.0, "above_maximum"),
        (1000, 0.0, "below_minimum"),
        (6900, 10.0, None),
    ]


async def test_a_schedule_that_contradicts_itself_is_refused(
    hass: HomeAssistant, evse1: SimulatedCharger
) -> None:
    twice = _schedule((timedelta(), 11000), (timedelta(), 0))
    assert "same start_period" in await refused(
        hass, "set_tx_profile", tx_profile=twice
    )
