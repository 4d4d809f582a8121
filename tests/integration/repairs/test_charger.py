"""The repairs of a charger."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from ocpp.v16 import call
from ocpp.v16.enums import ChargePointErrorCode, ChargePointStatus
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ocpp.const import DOMAIN
from custom_components.ocpp.csms.allowances.reports import CALM_AFTER_S, EVENTS
from custom_components.ocpp.repairs.charger import AWAY_AFTER_S, OFFLINE_AFTER_S
from custom_components.ocpp.repairs.clock import PATIENCE
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.conftest import Connect, connected, state
from tests.integration.repairs.flows import fix
from tests.integration.world import World, world
from tests.simulator.charger import SimulatedCharger, reconnected
from tests.timers import Timers
from tests.waiting import until

__all__ = ["world"]


def issues(hass: HomeAssistant) -> set[str]:
    """Return the repairs that are shown."""
    return {
        issue.translation_key or ""
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN
    }


async def test_a_repair_goes_with_its_charger(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    def repair() -> ir.IssueEntry | None:
        return ir.async_get(hass).async_get_issue(DOMAIN, "firmware_failed_CP1")

    await charger.report_firmware("InstallationFailed")
    await until(lambda: repair() is not None)
    (subentry,) = running.subentries.values()
    hass.config_entries.async_remove_subentry(running, subentry.subentry_id)
    await until(lambda: repair() is None)


async def test_repairs_go_with_their_central_system(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    await charger.report_firmware("InstallationFailed")
    await until(lambda: issues(hass) == {"firmware_failed"})
    assert await hass.config_entries.async_unload(running.entry_id)
    assert issues(hass) == set()


async def test_what_is_ignored_stays_so_over_a_restart(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    await charger.report_firmware("InstallationFailed")
    await until(lambda: issues(hass) == {"firmware_failed"})
    registry = ir.async_get(hass)
    registry.async_ignore(DOMAIN, "firmware_failed_CP1", True)
    await hass.async_stop(force=True)
    ignored = registry.async_get_issue(DOMAIN, "firmware_failed_CP1")
    assert ignored is not None
    assert ignored.dismissed_version is not None


@pytest.mark.parametrize(
    ("connector_id", "key"), [(0, "charger_faulted"), (1, "connector_faulted")]
)
async def test_a_fault_is_told_in_the_words_of_the_charger(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    connector_id: int,
    key: str,
) -> None:
    await charger.call(
        call.StatusNotification(
            connector_id=connector_id,
            error_code=ChargePointErrorCode.other_error,
            status=ChargePointStatus.faulted,
            info="Check the cable",
            vendor_error_code="NoPPDetected",
        )
    )
    await until(lambda: key in issues(hass))
    (issue,) = ir.async_get(hass).issues.values()
    assert issue.translation_placeholders is not None
    shown = issue.translation_placeholders["error"]
    assert shown == "OtherError, NoPPDetected, Check the cable"
    notice = hass.states.get("event.charger_notice")
    assert notice is not None
    told = {
        "event_type": "fault_reported",
        "connector": connector_id or None,
        "error_code": "OtherError",
        "vendor_error_code": "NoPPDetected",
        "info": "Check the cable",
    }
    assert told.items() <= dict(notice.attributes).items()
    await charger.call(
        call.StatusNotification(
            connector_id=connector_id,
            error_code=ChargePointErrorCode.no_error,
            status=ChargePointStatus.available,
        )
    )
    await until(lambda: not issues(hass))


async def test_a_charger_that_reports_too_much_is_told_until_it_has_calmed_down(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    timers: Timers,
) -> None:
    for number in range(EVENTS + 20):
        await charger.call(call.Authorize(id_tag=f"T{number}"))
    await until(lambda: "overuse_events" in issues(hass))
    (issue,) = ir.async_get(hass).issues.values()
    assert issue.translation_placeholders == {"charger": "Charger"}
    # Sessions have an allowance of their own.
    await charger.start_session()
    await until(
        lambda: state(hass, "event.charger_session") not in ("unknown", "unavailable")
    )
    timers.elapse(CALM_AFTER_S)
    await until(lambda: not issues(hass))


async def test_a_charger_that_refuses_its_limits_is_told_within_two_minutes(
    hass: HomeAssistant, running: MockConfigEntry, world: World
) -> None:
    verify: Callable[[], None] = running.runtime_data.central_system.stations[
        "CP1"
    ].limits.verify
    await world.select("pv_only")
    world.charger.refuse_profile = lambda _: True
    for _ in range(12):
        await world.pass_time(10, -5000)
        # What housekeeping does by the clock of the event loop.
        verify()
    assert issues(hass) == {"limits_refused"}
    await world.pass_time(10, -5000)
    assert state(hass, "sensor.charger_reason") == "limit_refused"
    await world.charger.unplug()
    await until(lambda: state(hass, "sensor.charger_status") == "available")
    verify()
    assert issues(hass) == set()
    assert state(hass, "sensor.charger_reason") == "no_car"


async def test_a_charger_that_is_offline_in_a_session_is_told(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect, port: int
) -> None:
    async with connected(hass, connect) as charger:
        await charger.plug_in()
        await charger.start_session()
    await until(lambda: state(hass, "binary_sensor.charger_connected") == "off")
    assert issues(hass) == set()
    later = dt_util.utcnow() + timedelta(seconds=OFFLINE_AFTER_S + 1)
    async_fire_time_changed(hass, later)
    await hass.async_block_till_done()
    assert issues(hass) == {"offline_in_session"}
    async with reconnected(charger, f"ws://127.0.0.1:{port}"):
        await until(lambda: issues(hass) == set())


async def test_a_charger_that_is_offline_without_a_session_may_be(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connected(hass, connect) as charger:
        await charger.plug_in()
        await charger.start_session()
        await charger.unplug()
    await until(lambda: state(hass, "binary_sensor.charger_connected") == "off")
    later = dt_util.utcnow() + timedelta(seconds=OFFLINE_AFTER_S + 1)
    async_fire_time_changed(hass, later)
    await hass.async_block_till_done()
    assert issues(hass) == set()


async def test_a_charger_that_is_away_for_a_day_is_told(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect, port: int
) -> None:
    async with connected(hass, connect) as charger:
        assert issues(hass) == set()
    await until(lambda: state(hass, "binary_sensor.charger_connected") == "off")
    now = dt_util.utcnow()
    async_fire_time_changed(hass, now + timedelta(seconds=AWAY_AFTER_S - 60))
    await hass.async_block_till_done()
    assert issues(hass) == set()
    async_fire_time_changed(hass, now + timedelta(seconds=AWAY_AFTER_S + 60))
    await hass.async_block_till_done()
    assert issues(hass) == {"charger_away"}
    async with reconnected(charger, f"ws://127.0.0.1:{port}"):
        await until(lambda: issues(hass) == set())


async def test_a_charger_that_is_away_may_be_removed(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    later = dt_util.utcnow() + timedelta(seconds=AWAY_AFTER_S + 60)
    async_fire_time_changed(hass, later)
    await hass.async_block_till_done()
    assert issues(hass) == {"charger_away"}
    (subentry,) = running.subentries.values()
    hass.config_entries.async_remove_subentry(running, subentry.subentry_id)
    await until(lambda: issues(hass) == set())


async def test_a_firmware_with_known_faults_is_told_until_it_is_replaced(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connect() as charger:
        assert issues(hass) == set()
        charger.vendor, charger.firmware_version = "Simpson & Partners", "3.4.13"
        await charger.boot()
        key = "firmware_fault_sessions_not_stopped"
        await until(lambda: issues(hass) == {key})
        shown = ir.async_get(hass).async_get_issue(DOMAIN, f"{key}_CP1")
        assert shown is not None
        told = {"charger": "Charger", "firmware": "3.4.13", "affected": "<3.4.14"}
        assert shown.translation_placeholders is not None
        assert shown.translation_placeholders.keys() == told.keys()
        assert shown.translation_placeholders["firmware"] == told["firmware"]
        charger.firmware_version = "3.4.14"
        await charger.boot()
        await until(lambda: issues(hass) == set())


async def test_a_clock_that_stays_wrong_is_told(
    hass: HomeAssistant,
    running: MockConfigEntry,
    connect: Connect,
    wall_clock: FrozenDateTimeFactory,
) -> None:
    error = timedelta(minutes=62)
    async with connected(
        hass, connect, clock=lambda: dt_util.utcnow() - error
    ) as charger:
        await charger.plug_in()
        await charger.start_session()
        await charger.meter()
        assert issues(hass) == set()
        wall_clock.tick(PATIENCE)
        await charger.meter()
        await until(lambda: issues(hass) == {"clock_off"})
        charger.received.clear()
        await fix(hass, "clock_off", {})
        assert "Reset" in charger.received_names
        assert issues(hass) == set()
        # In vain.
        await charger.meter()
        await until(lambda: issues(hass) == {"clock_off"})
        error = timedelta()
        wall_clock.tick(timedelta(minutes=1))
        await charger.meter()
        await until(lambda: issues(hass) == set())


async def test_a_report_that_was_held_up_is_no_wrong_clock(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    wall_clock: FrozenDateTimeFactory,
) -> None:
    await charger.plug_in()
    await charger.start_session()
    power = [{"measurand": "Power.Active.Import", "value": "7000"}]
    for _ in range(2):
        await charger.report([charger.metered(power, ago_s=3600.0)])
        await charger.meter()
        wall_clock.tick(2 * PATIENCE)
    await charger.meter()
    assert issues(hass) == set()


async def test_a_session_that_a_pause_has_ended_and_nobody_can_start_is_told(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    station = running.runtime_data.central_system.stations["CP1"]
    evse = station.snapshot.evse(1)
    station.change_evse(replace(evse, stays_stopped=True))
    assert issues(hass) == {"session_stays_stopped"}
    await charger.plug_in()
    await charger.start_session()
    await until(lambda: issues(hass) == set())


async def test_a_charger_that_must_be_restarted_is_by_its_repair(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    station = running.runtime_data.central_system.stations["CP1"]
    station.change(replace(station.snapshot, awaits_restart=True))
    assert issues(hass) == {"restart_required"}
    await async_setup_component(hass, REPAIRS, {})
    manager = hass.data[REPAIRS]["flow_manager"]
    data = {"issue_id": "restart_required_CP1"}
    flow = await manager.async_init(DOMAIN, data=data)
    charger.received.clear()
    await manager.async_configure(flow["flow_id"], {})
    assert "Reset" in charger.received_names
    station.change(replace(station.snapshot, awaits_restart=False))
    assert issues(hass) == set()


async def test_a_charger_that_takes_no_safe_current_is_told_until_it_does(
    hass: HomeAssistant, running: MockConfigEntry, world: World
) -> None:
    await world.select("pv_only")
    world.charger.refuse_profile = lambda profile: (
        profile["charging_profile_purpose"] != "TxProfile"
    )
    await world.charger.boot()
    await world.pass_time(30, -5000)
    assert issues(hass) == {"no_safe_current"}
    world.charger.refuse_profile = lambda _: False
    await world.charger.boot()
    await until(lambda: not issues(hass))
