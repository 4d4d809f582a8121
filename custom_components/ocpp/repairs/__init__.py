"""Repairs: problems that the owner must know of, and the flows that fix them."""

from collections.abc import Callable, Mapping

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.core import HomeAssistant

from ..issues import FixData
from .fixes.certificate import CERTIFICATE, certificate_flow
from .fixes.limits import LIMITS, limits_flow
from .fixes.moved_in import MOVED_IN, moved_in_flow
from .fixes.password import WRONG_PASSWORD, password_flow
from .fixes.phases import ONE_PHASE, phases_flow
from .fixes.sensor import SENSOR, sensor_flow
from .identity import IDENTITY_DISPUTED, identity_flow
from .meters import METER, meter_flow
from .port import PORT_IN_USE, port_flow
from .restart import RESTART_REQUIRED, restart_flow

_FLOWS: Mapping[str, Callable[[FixData], RepairsFlow]] = {
    CERTIFICATE: certificate_flow,
    IDENTITY_DISPUTED: identity_flow,
    LIMITS: limits_flow,
    METER: meter_flow,
    MOVED_IN: moved_in_flow,
    ONE_PHASE: phases_flow,
    PORT_IN_USE: port_flow,
    RESTART_REQUIRED: restart_flow,
    SENSOR: sensor_flow,
    WRONG_PASSWORD: password_flow,
}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: FixData | None
) -> RepairsFlow:
    """Return the flow that fixes an issue."""
    if data is None:
        return ConfirmRepairFlow()
    return _FLOWS[str(data["issue"])](data)
