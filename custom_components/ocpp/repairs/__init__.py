"""Repairs: problems that the owner must know of, and the flows that fix them."""

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.core import HomeAssistant

from ..issues import FixData
from .identity import IDENTITY_DISPUTED, identity_flow
from .meters import meter_flow
from .port import PORT_IN_USE, port_flow
from .restart import RESTART_REQUIRED, restart_flow


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: FixData | None
) -> RepairsFlow:
    """Return the flow that fixes an issue."""
    if data is None:
        return ConfirmRepairFlow()
    if data.get("issue") == IDENTITY_DISPUTED:
        return identity_flow(data)
    if data.get("issue") == PORT_IN_USE:
        return port_flow(data)
    if data.get("issue") == RESTART_REQUIRED:
        return restart_flow(data)
    return meter_flow(data)
