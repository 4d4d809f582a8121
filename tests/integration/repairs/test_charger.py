"""The repairs of a charger."""

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until


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
