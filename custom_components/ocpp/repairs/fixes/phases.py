"""The fixes for a charger with three phases where cars draw on one."""

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult

from ...chargers.charger import Charger
from ...config.accepted import AcceptedFault, with_accepted
from ...const import CONF_PHASES
from ...issues import FixData
from .choice import ChoiceFlow, adopted_charger

ONE_PHASE = "one_phase"


def phases_fix(charger: Charger) -> FixData:
    """Return the data of the flow for a charger."""
    return {"issue": ONE_PHASE, "identity": charger.identity}


def phases_flow(data: FixData) -> RepairsFlow:
    """Return the flow in which the owner says what charges on one phase only."""
    return _PhasesFlow(str(data["identity"]))


class _PhasesFlow(ChoiceFlow):
    """Sets the charger to one phase, or takes it as the way of its cars."""

    ways = ("charger", "car")

    def __init__(self, identity: str) -> None:
        """Initialize."""
        self._identity = identity

    async def async_step_charger(
        self, _: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Set the charger to one phase, which is how it is wired."""
        if (found := adopted_charger(self.hass, self._identity)) is None:
            return self.async_abort(reason="charger_gone")
        entry, charger = found
        entry.runtime_data.chargers.async_change(charger, {CONF_PHASES: 1})
        return self.async_create_entry(data={})

    async def async_step_car(
        self, _: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Take note that cars may charge on one phase here."""
        if (found := adopted_charger(self.hass, self._identity)) is None:
            return self.async_abort(reason="charger_gone")
        entry, charger = found
        data = entry.subentries[charger.subentry_id].data
        accepted = with_accepted(data, AcceptedFault.ONE_PHASE)
        entry.runtime_data.chargers.async_change(charger, accepted)
        return self.async_create_entry(data={})
