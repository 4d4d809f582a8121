"""The repairs of cars that do not wake up from a pause."""

from collections.abc import Mapping

from homeassistant.core import HomeAssistant, callback

from ..chargers.charger import Charger
from ..issues import Issue, Issues
from ..surplus.state import ChargerState


class SleepRepairs:
    """Shows the connectors whose car sleeps on after all ways to wake it up, until it charges or leaves."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize without repairs."""
        self._issues = Issues(hass)
        self._asleep: set[str] = set()

    @callback
    def async_show(
        self,
        places: Mapping[str, tuple[Charger, int]],
        chargers: Mapping[str, ChargerState],
    ) -> None:
        """Show what is known of the cars at some connectors."""
        self._asleep = {
            key
            for key in places.keys() & chargers.keys()
            if chargers[key].habits.overslept
            # New attempts do not take back that the ones before were in vain.
            and (key in self._asleep or chargers[key].wake_ups.in_vain)
        }
        self._issues.async_replace(
            {
                f"car_asleep_{key}": Issue(
                    "car_asleep", {"charger": charger.name, "connector": str(evse_id)}
                )
                for key, (charger, evse_id) in places.items()
                if key in self._asleep
            }
        )

    @callback
    def async_stop(self) -> None:
        """Delete the repairs."""
        self._issues.async_clear()
