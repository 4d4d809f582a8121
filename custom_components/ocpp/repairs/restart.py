"""The repair of a charger whose settings take effect after a restart only, and the flow that restarts it."""

from typing import override

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)

from ..chargers.charger import Charger
from ..const import DOMAIN
from ..csms.errors import CsmsError
from ..csms.model import ResetKind
from ..issues import FixData, Issue

RESTART_REQUIRED = "restart_required"


def restart_issue(charger: Charger) -> Issue | None:
    """Return the issue of a charger that must be restarted; None while it need not be."""
    if not charger.station.snapshot.awaits_restart:
        return None
    return Issue(
        RESTART_REQUIRED,
        {"charger": charger.name},
        fix_data=restart_fix(charger),
    )


def restart_fix(charger: Charger) -> FixData:
    """Return the data of the flow for a charger."""
    return {"issue": RESTART_REQUIRED, "identity": charger.identity}


def restart_flow(data: FixData) -> RepairsFlow:
    """Return the flow that restarts the charger."""
    return _RestartFlow(str(data["identity"]))


class _RestartFlow(ConfirmRepairFlow):
    """Restarts a charger once its owner confirms."""

    def __init__(self, identity: str) -> None:
        """Initialize."""
        self._identity = identity

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Restart the charger; the issue goes once it has booted."""
        if user_input is not None:
            for entry in self.hass.config_entries.async_loaded_entries(DOMAIN):
                stations = entry.runtime_data.central_system.stations
                if (station := stations.get(self._identity)) is not None:
                    try:
                        await station.commands.reset(ResetKind.SOFT)
                    except CsmsError:
                        return self.async_abort(reason="restart_failed")
        return await super().async_step_confirm(user_input)
