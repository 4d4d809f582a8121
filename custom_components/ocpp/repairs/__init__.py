"""Repairs: problems that the owner must know of, and the flows that fix them."""

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.core import HomeAssistant

from ..issues import FixData
from .meter_sign import sign_flow


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: FixData | None
) -> RepairsFlow:
    """Return the flow that fixes an issue."""
    return ConfirmRepairFlow() if data is None else sign_flow(data)
