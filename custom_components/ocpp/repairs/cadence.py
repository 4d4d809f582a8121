"""The repairs of grid meters that tell their power too seldom to follow the sun closely."""

from collections import deque

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..config.energy_sources import measuring_grid
from ..issues import Issue, Issues
from ..quantities import Quantity
from ..surplus.sensing.cadence import slow_cadence_s
from .fixes.sensor import sensor_fix

_REMEMBERED = 8


class CadenceRepairs:
    """Watches how often the meters of the grid tell their power, and shows those that are slow."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without repairs."""
        self._hass = hass
        self._entry = entry
        self._issues = Issues(hass)
        self._reported_s: dict[str, deque[float]] = {}

    @callback
    def async_check(self) -> None:
        """Note new reports; called more often than slow meters report."""
        meters = measuring_grid(self._entry.options)
        self._reported_s = {
            entity_id: self._reported_s.get(entity_id, deque(maxlen=_REMEMBERED))
            for entity_id in meters
        }
        for entity_id, times_s in self._reported_s.items():
            state = self._hass.states.get(entity_id)
            at_s = None if state is None else state.last_reported.timestamp()
            if at_s is not None and (not times_s or times_s[-1] < at_s):
                times_s.append(at_s)
        slow = {
            entity_id: cadence_s
            for entity_id, times_s in self._reported_s.items()
            if (cadence_s := slow_cadence_s(times_s)) is not None
        }
        self._issues.async_replace(
            {
                f"slow_meter_{entity_id}_{self._entry.entry_id}": Issue(
                    "slow_meter",
                    {"entity": entity_id, "seconds": f"{_rounded_s(cadence_s):.0f}"},
                    fix_data=sensor_fix(
                        self._entry.entry_id, entity_id, Quantity.POWER
                    ),
                )
                for entity_id, cadence_s in slow.items()
            }
        )

    @callback
    def async_stop(self) -> None:
        """Delete the repairs."""
        self._issues.async_clear()


def _rounded_s(cadence_s: float) -> float:
    """Return an interval as people say it, which does not change with every report."""
    return 10 * round(cadence_s / 10)
