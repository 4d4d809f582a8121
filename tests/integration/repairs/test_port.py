"""The repair of a port that another program uses."""

from collections.abc import Iterator
import socket

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.waiting import until


@pytest.fixture
def other_program(port: int) -> Iterator[socket.socket]:
    """Another program that uses the port."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        yield other


@pytest.fixture
async def blocked(
    hass: HomeAssistant, entry: MockConfigEntry, other_program: socket.socket
) -> MockConfigEntry:
    """A central system that cannot open its port."""
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    return entry


def _issue(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    issue_id = f"port_in_use_{entry.data['port']}_{entry.entry_id}"
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)


async def test_it_goes_once_the_port_is_free(
    hass: HomeAssistant, blocked: MockConfigEntry, other_program: socket.socket
) -> None:
    assert _issue(hass, blocked)
    other_program.close()
    assert await hass.config_entries.async_reload(blocked.entry_id)
    assert _issue(hass, blocked) is None
    await hass.config_entries.async_unload(blocked.entry_id)


async def test_it_stays_while_the_port_is_in_use(
    hass: HomeAssistant, blocked: MockConfigEntry
) -> None:
    await hass.config_entries.async_reload(blocked.entry_id)
    assert blocked.state is ConfigEntryState.SETUP_RETRY
    assert _issue(hass, blocked)
    await hass.config_entries.async_unload(blocked.entry_id)
    assert _issue(hass, blocked) is None


async def test_it_goes_with_its_central_system(
    hass: HomeAssistant, blocked: MockConfigEntry
) -> None:
    await hass.config_entries.async_remove(blocked.entry_id)
    assert _issue(hass, blocked) is None


async def test_a_free_port_is_taken_instead(
    hass: HomeAssistant, blocked: MockConfigEntry
) -> None:
    assert await async_setup_component(hass, REPAIRS, {})
    issue, taken = _issue(hass, blocked), blocked.data["port"]
    assert issue is not None
    flows = hass.data[REPAIRS]["flow_manager"]
    flow = await flows.async_init(DOMAIN, data={"issue_id": issue.issue_id})
    assert flow["description_placeholders"]["port"] == str(taken)
    flow = await flows.async_configure(flow["flow_id"], {})
    assert flow["type"] is FlowResultType.CREATE_ENTRY
    await until(lambda: blocked.state is ConfigEntryState.LOADED)
    assert blocked.data["port"] != taken
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue.issue_id) is None
    await hass.config_entries.async_unload(blocked.entry_id)
