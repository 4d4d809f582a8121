"""Each repair of a charger goes with the charger, and with its central system."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from ocpp.v16 import call
from ocpp.v16.enums import ChargePointErrorCode, ChargePointStatus
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ocpp.csms.allowances.reports import EVENTS
from custom_components.ocpp.csms.devices.claimants import Claimant
from custom_components.ocpp.csms.model import Evse, Limit, PausedInsteadOfStop, Snapshot
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.repairs import clock, phases
from custom_components.ocpp.repairs.charger import AWAY_AFTER_S
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import Connect, connected, state
from tests.integration.repairs.flows import shown
from tests.simulator.car import Car
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

type Cause = Callable[
    [ChargingStation, SimulatedCharger, FrozenDateTimeFactory], Awaitable[None]
]


def _snapshot(**changes: Any) -> Cause:
    """Return a cause in what is known of the charger."""

    async def cause(station: ChargingStation, *_: object) -> None:
        changed: Snapshot = replace(station.snapshot, **changes)
        station.change(changed)

    return cause


def _evse(**changes: Any) -> Cause:
    """Return a cause in what is known of its connector."""

    async def cause(station: ChargingStation, *_: object) -> None:
        changed: Evse = replace(station.snapshot.evse(1), **changes)
        station.change_evse(changed)

    return cause


def _fault(connector_id: int) -> Cause:
    async def cause(_: object, charger: SimulatedCharger, __: object) -> None:
        await charger.call(
            call.StatusNotification(
                connector_id=connector_id,
                error_code=ChargePointErrorCode.other_error,
                status=ChargePointStatus.faulted,
            )
        )

    return cause


async def _firmware_fails(_: object, charger: SimulatedCharger, __: object) -> None:
    await charger.report_firmware("InstallationFailed")


async def _firmware_is_old(_: object, charger: SimulatedCharger, __: object) -> None:
    charger.vendor, charger.firmware_version = "Simpson & Partners", "3.4.13"
    await charger.boot()


async def _clock_is_off(
    station: ChargingStation, _: object, wall_clock: FrozenDateTimeFactory
) -> None:
    for _ in range(2):
        evse = station.snapshot.evse(1)
        wrong = replace(evse.clock, behind=timedelta(hours=1))
        station.change_evse(replace(evse, clock=wrong))
        wall_clock.tick(clock.PATIENCE)
        station.change_evse(evse)
        station.change_evse(replace(evse, clock=wrong))


async def _draws_on_one_phase(
    _: object, charger: SimulatedCharger, wall_clock: FrozenDateTimeFactory
) -> None:
    await charger.plug_in(Car(phases=1, wake_up_s=2.0))
    await charger.start_session()
    for _ in range(6):
        wall_clock.tick(phases.PATIENCE / 4)
        charger.advance(10)
        await charger.meter()


CAUSES: dict[str, Cause] = {
    "charger_faulted": _fault(0),
    "charger_mute": _snapshot(is_mute=True),
    "clock_off": _clock_is_off,
    "connector_faulted": _fault(1),
    "firmware_failed": _firmware_fails,
    "firmware_fault_sessions_not_stopped": _firmware_is_old,
    "identity_disputed": _snapshot(rival=Claimant("192.0.2.1")),
    "limits_ignored": _evse(limit=Limit(6.0), ignores_limits=True),
    "limits_refused": _evse(limit=Limit(6.0), refuses_limits=True),
    "no_safe_current": _snapshot(lacks_safe_current=True),
    "one_phase": _draws_on_one_phase,
    "restart_required": _snapshot(awaits_restart=True),
    "session_goes_on": _evse(paused_instead_of_stop=PausedInsteadOfStop(None)),
    "session_stays_stopped": _evse(stays_stopped=True),
}


@pytest.mark.parametrize("goes", ["charger", "central_system"])
@pytest.mark.parametrize("key", CAUSES)
async def test_a_repair_goes_with_what_it_is_about(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    wall_clock: FrozenDateTimeFactory,
    key: str,
    goes: str,
) -> None:
    station = running.runtime_data.central_system.stations["CP1"]
    await CAUSES[key](station, charger, wall_clock)
    await until(lambda: key in shown(hass))
    await _remove(hass, running, goes)
    assert shown(hass) == {}


@pytest.mark.parametrize("goes", ["charger", "central_system"])
async def test_a_charger_that_is_away_goes_with_its_repairs(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect, goes: str
) -> None:
    async with connected(hass, connect) as charger:
        await charger.plug_in()
        await charger.start_session()
    await until(lambda: state(hass, "binary_sensor.charger_connected") == "off")
    later = dt_util.utcnow() + timedelta(seconds=AWAY_AFTER_S + 60)
    async_fire_time_changed(hass, later)
    await until(lambda: shown(hass).keys() == {"charger_away", "offline_in_session"})
    await _remove(hass, running, goes)
    assert shown(hass) == {}


@pytest.mark.parametrize("goes", ["charger", "central_system"])
async def test_a_charger_that_reports_too_much_goes_with_its_repair(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger, goes: str
) -> None:
    for number in range(EVENTS + 20):
        await charger.call(call.Authorize(id_tag=f"T{number}"))
    await until(lambda: "overuse_events" in shown(hass))
    await _remove(hass, running, goes)
    assert shown(hass) == {}


async def _remove(hass: HomeAssistant, entry: MockConfigEntry, goes: str) -> None:
    if goes == "central_system":
        await hass.config_entries.async_remove(entry.entry_id)
        return
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    await hass.async_block_till_done()
