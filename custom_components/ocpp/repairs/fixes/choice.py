"""Flows that fix an issue, one way or another, and the charger that it is about."""

from collections.abc import Mapping

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from ...chargers.charger import Charger
from ...const import DOMAIN


class FixFlow(RepairsFlow):
    """A flow with the figures and names of its issue."""

    @property
    def told(self) -> Mapping[str, str] | None:
        """The figures and names in the texts of the issue."""
        issue = ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id)
        return None if issue is None else issue.translation_placeholders


class ChoiceFlow(FixFlow):
    """A flow that begins with the ways to fix an issue, each of which is a step."""

    ways: tuple[str, ...]

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Show the ways."""
        return self.async_show_menu(
            step_id="init",
            menu_options=list(self.ways),
            description_placeholders=self.told,
        )


def adopted_charger(
    hass: HomeAssistant, identity: str
) -> tuple[ConfigEntry, Charger] | None:
    """Return a charger with its central system; None if there is none any more, or it does not run."""
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        charger: Charger | None = entry.runtime_data.chargers.get(identity)
        if charger is not None:
            return entry, charger
    return None
