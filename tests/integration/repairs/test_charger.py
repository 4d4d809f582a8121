"""The repairs of a charger."""

from collections.abc import Callable
from datetime import timedelta

from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ocpp.const import DOMAIN
from custom_components.ocpp.repairs.charger import OFFLINE_AFTER_S
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from tests.integration.conftest import Connect, connected, state
from tests.integration.world import World, world
from tests.simulator.charger import SimulatedCharger, reconnected
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
