"""The repair of chargers that moved in: their owner chooses how they charge, or goes back."""

import probatio

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ...issues import FixData
from ...migration.issues import MOVED_IN
from ...migration.moving import async_move_out
from ...surplus.modes import UNCONTROLLED_MODE, Mode
from .choice import ChoiceFlow

__all__ = ["MOVED_IN", "moved_in_flow"]

CONF_MODE = "mode"
_FORM = probatio.Schema(
    {
        probatio.Required(CONF_MODE, default=UNCONTROLLED_MODE.value): SelectSelector(
            SelectSelectorConfig(
                options=[mode.value for mode in Mode],
                mode=SelectSelectorMode.LIST,
                translation_key="charging_mode",
            )
        )
    }
)


def moved_in_flow(data: FixData) -> RepairsFlow:
    """Return the flow in which the owner chooses a mode for chargers that moved in, or goes back."""
    return _MovedInFlow(str(data["entry"]))


class _MovedInFlow(ChoiceFlow):
    """Sets the mode of the chargers that moved in, or gives the entry back what it was."""

    ways = ("choose", "back")

    def __init__(self, entry_id: str) -> None:
        """Initialize."""
        self._entry_id = entry_id

    async def async_step_choose(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask for the mode of all of them."""
        entry = self._entry
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="entry_gone")
        if user_input is None:
            return self.async_show_form(step_id="choose", data_schema=_FORM)
        mode = Mode(user_input[CONF_MODE])
        for charger in entry.runtime_data.chargers.values():
            if charger.config.former is not None:
                for evse_id in charger.evse_ids:
                    charger.async_set_mode(evse_id, mode)
        return self.async_create_entry(data={})

    async def async_step_back(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Go back, once the owner confirms."""
        if user_input is None:
            return self.async_show_form(step_id="back")
        entry = self._entry
        if entry is None or not await async_move_out(self.hass, entry):
            return self.async_abort(reason="entry_gone")
        return self.async_create_entry(data={})

    @property
    def _entry(self) -> ConfigEntry | None:
        return self.hass.config_entries.async_get_entry(self._entry_id)
