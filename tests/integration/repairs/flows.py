"""The flows that fix repairs, as the frontend goes through them."""

from typing import Any

from custom_components.ocpp.const import DOMAIN
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component


def shown(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Return the repairs that are shown, by their translation keys."""
    return {
        issue.translation_key or "": issue
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN and issue.active
    }


async def fix(hass: HomeAssistant, key: str, *inputs: dict[str, Any]) -> dict[str, Any]:
    """Go through the flow of a repair; return its last answer."""
    assert await async_setup_component(hass, REPAIRS, {})
    manager = hass.data[REPAIRS]["flow_manager"]
    data = {"issue_id": shown(hass)[key].issue_id}
    result: dict[str, Any] = await manager.async_init(DOMAIN, data=data)
    for user_input in inputs:
        result = await manager.async_configure(result["flow_id"], user_input)
    return result


async def choose_way(
    hass: HomeAssistant, key: str, way: str, *inputs: dict[str, Any]
) -> dict[str, Any]:
    """Choose one of the ways that the flow of a repair offers; return its last answer."""
    return await fix(hass, key, {"next_step_id": way}, *inputs)
