"""The repair of two devices at one identity."""

from collections.abc import AsyncIterator

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.integration.conftest import Connect, state
from tests.simulator.charger import SimulatedCharger

ISSUE_ID = "identity_disputed_CP1"


def repair(hass: HomeAssistant) -> ir.IssueEntry | None:
    """Return the repair."""
    return ir.async_get(hass).async_get_issue(DOMAIN, ISSUE_ID)


@pytest.fixture
async def other(
    hass: HomeAssistant, charger: SimulatedCharger, connect: Connect
) -> AsyncIterator[SimulatedCharger]:
    """Another charger with the same identity."""
    await async_setup_component(hass, REPAIRS, {})
    async with connect() as other:
        other.model = "[Two](http://a.b)"
        assert await other.boot() == "Pending"
        yield other


async def decide(hass: HomeAssistant, decision: str) -> None:
    """Choose in the flow of the repair."""
    manager = hass.data[REPAIRS]["flow_manager"]
    flow = await manager.async_init(DOMAIN, data={"issue_id": ISSUE_ID})
    assert flow["type"] == "menu"
    assert set(flow["menu_options"]) == {"replacement", "intruder", "shared_name"}
    assert "127.0.0.1" in flow["description_placeholders"]["rival"]
    await manager.async_configure(flow["flow_id"], {"next_step_id": decision})
    await hass.async_block_till_done()


async def test_the_owner_is_told_of_both(
    hass: HomeAssistant, charger: SimulatedCharger, other: SimulatedCharger
) -> None:
    issue = repair(hass)
    assert issue is not None
    assert issue.severity is ir.IssueSeverity.ERROR
    shown = issue.translation_placeholders
    assert shown is not None
    assert charger.model in shown["known"]
    assert "Two" in shown["rival"]
    assert "](" not in shown["rival"]
    assert "://" not in shown["rival"]
    await other.plug_in()
    await other.meter()
    assert state(hass, "sensor.charger_status") == "available"


@pytest.mark.parametrize("decision", ["intruder", "shared_name"])
async def test_another_one_is_turned_away(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    other: SimulatedCharger,
    connect: Connect,
    decision: str,
) -> None:
    await decide(hass, decision)
    assert repair(hass) is None
    await other.socket.wait_closed()
    async with connect() as again:
        again.model = other.model
        assert await again.boot() == "Pending"
        assert repair(hass) is None
    assert await charger.boot() == "Accepted"


async def test_a_charger_is_replaced(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    other: SimulatedCharger,
    connect: Connect,
) -> None:
    await decide(hass, "replacement")
    assert repair(hass) is None
    await charger.socket.wait_closed()
    async with connect() as again:
        again.model = other.model
        assert await again.boot() == "Accepted"
        assert repair(hass) is None
