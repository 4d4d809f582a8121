"""Repairs: what the owner must know of, because nothing here can mend it."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .charger import Charger
from .const import DOMAIN
from .csms.model import Evse


class LimitsIgnored:
    """The repair for a connector at which a car draws more than it may."""

    def __init__(self, hass: HomeAssistant, charger: Charger, evse_id: int) -> None:
        """Initialize."""
        self._hass = hass
        self._charger = charger
        self._id = f"limits_ignored_{charger.evse_identifier(evse_id)}"
        self._raised = False

    @callback
    def __call__(self, evse: Evse) -> None:
        """Raise the repair or take it back, as the connector demands."""
        if evse.ignores_limits and not self._raised:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                self._id,
                is_fixable=False,
                severity=ir.IssueSeverity.ERROR,
                translation_key="limits_ignored",
                translation_placeholders={"charger": self._charger.name},
            )
        elif self._raised and not evse.ignores_limits:
            ir.async_delete_issue(self._hass, DOMAIN, self._id)
        self._raised = evse.ignores_limits
