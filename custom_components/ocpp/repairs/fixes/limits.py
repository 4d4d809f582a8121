"""The fixes for a charger that ignores or refuses its limits."""

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult

from ...chargers.charger import Charger
from ...config.accepted import AcceptedFault, with_accepted
from ...const import CONF_TRAITS
from ...csms.devices.capabilities import PauseBy
from ...issues import FixData
from ...surplus.modes import UNCONTROLLED_MODE
from .choice import ChoiceFlow, adopted_charger

LIMITS = "limits"


def limits_fix(charger: Charger, evse_id: int) -> FixData:
    """Return the data of the flow for a connector."""
    return {"issue": LIMITS, "identity": charger.identity, "connector": evse_id}


def limits_flow(data: FixData) -> RepairsFlow:
    """Return the flow in which the owner chooses how to go on without obeyed limits."""
    return _LimitsFlow(str(data["identity"]), int(data["connector"] or 0))


class _LimitsFlow(ChoiceFlow):
    """Begins anew, ends sessions instead of limiting them, or leaves the charger to itself."""

    ways = ("try_again", "stop_sessions", "leave_alone")

    def __init__(self, identity: str, evse_id: int) -> None:
        """Initialize."""
        self._identity = identity
        self._evse_id = evse_id

    async def async_step_try_again(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Forget what was concluded, as after a change in the charger's own settings."""
        if (found := adopted_charger(self.hass, self._identity)) is None:
            return self.async_abort(reason="charger_gone")
        charger = found[1]
        charger.station.forget_learned()
        return self.async_create_entry(data={})

    async def async_step_stop_sessions(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Pause by ending the session from now on, and bear with what cars draw in between."""
        if (found := adopted_charger(self.hass, self._identity)) is None:
            return self.async_abort(reason="charger_gone")
        entry, charger = found
        data = entry.subentries[charger.subentry_id].data
        stops = {"pause_by": PauseBy.STOP_TRANSACTION.value}
        entry.runtime_data.chargers.async_change(
            charger,
            {
                CONF_TRAITS: {**data.get(CONF_TRAITS, {}), **stops},
                **with_accepted(data, AcceptedFault.LIMITS),
            },
        )
        return self.async_create_entry(data={})

    async def async_step_leave_alone(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Set no limits at this connector any more."""
        if (found := adopted_charger(self.hass, self._identity)) is None:
            return self.async_abort(reason="charger_gone")
        charger = found[1]
        charger.async_set_mode(self._evse_id, UNCONTROLLED_MODE)
        return self.async_create_entry(data={})
