"""The repair of chargers that wait for the sun where nothing measures it."""

from collections.abc import Iterable

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..issues import Issue, Issues


class MeterlessRepairs:
    """Shows the chargers that wait for the sun in vain."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without a repair."""
        self._issue_id = f"no_meter_{entry.entry_id}"
        self._issues = Issues(hass)

    @callback
    def async_check(self, waiting: Iterable[str]) -> None:
        """Show the chargers that wait, by name; called at intervals."""
        names = ", ".join(sorted(set(waiting)))
        issue = Issue("no_meter", {"chargers": names}) if names else None
        self._issues.async_set(self._issue_id, issue)

    @callback
    def async_stop(self) -> None:
        """Delete the repair."""
        self._issues.async_clear()
