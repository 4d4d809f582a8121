"""The repairs of sensors that tell nothing, or nothing that can be read."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er

from ..config.energy_sources import lasting, measuring_grid, quantities_of
from ..issues import Issue, Issues
from ..quantities import Quantity, Shown, shown_by
from ..surplus.sensing.sensing import Failure
from .fixes.sensor import sensor_fix

_SILENT = (STATE_UNAVAILABLE, STATE_UNKNOWN)
_PATIENCE: Mapping[str, timedelta] = {
    # Units do not come and go.
    "unit": timedelta(),
    "number": timedelta(minutes=1),
    # The time in which entities appear after a start of Home Assistant.
    "missing": timedelta(minutes=5),
    "silent": timedelta(minutes=10),
    "stuck": timedelta(minutes=10),
}
"""The time for which a trouble must last, by the end of the key of its texts."""
_MOST_NAMED = 5


class SourceRepairs:
    """Shows the sensors that show nothing, or something else than they should, or do not exist."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without repairs."""
        self._hass = hass
        self._entry = entry
        self._issues = Issues(hass)
        self._since: dict[tuple[str, str], datetime] = {}

    @callback
    def async_check(self, now: datetime, failure: Failure | None) -> None:
        """Look at the sensors as they are, and at how the grid meter fails; called at intervals."""
        found = {
            (entity_id, issue.key): issue
            for entity_id, quantity in quantities_of(self._entry).items()
            if (issue := self._trouble(entity_id, quantity)) is not None
        }
        if failure is not None and not found:
            found |= self._stuck()
        self._since = {key: self._since.get(key, now) for key in found}
        self._issues.async_replace(
            {
                f"source_{entity_id}_{self._entry.entry_id}": issue
                for (entity_id, key), issue in found.items()
                if now - self._since[entity_id, key] >= _patience(key)
            }
        )

    @callback
    def async_stop(self) -> None:
        """Delete the repairs."""
        self._issues.async_clear()

    def _trouble(self, entity_id: str, quantity: Quantity) -> Issue | None:
        """Return the trouble with a sensor, if any."""
        state = self._hass.states.get(entity_id)
        if state is None:
            return self._issue("source_missing", entity_id, quantity)
        trouble = shown_by(state, quantity).trouble
        if trouble is not None:
            others = sorted(_siblings(self._hass, entity_id, quantity))
            return self._issue(
                f"source_{quantity}_{trouble}",
                entity_id,
                quantity,
                state=state.state,
                unit=str(state.attributes.get("unit_of_measurement") or "–"),
                others=", ".join(others[:_MOST_NAMED]) or "–",
            )
        if state.state in _SILENT and entity_id in lasting(self._entry.options):
            return self._issue("source_silent", entity_id, quantity)
        return None

    def _stuck(self) -> dict[tuple[str, str], Issue]:
        """Return the trouble with the sensor of the grid that has reported least lately."""
        states = [
            state
            for entity_id in measuring_grid(self._entry.options)
            if (state := self._hass.states.get(entity_id)) is not None
        ]
        oldest = min(
            states,
            key=lambda each: (each.last_reported, each.last_updated),
            default=None,
        )
        if oldest is None:
            return {}
        issue = self._issue("source_stuck", oldest.entity_id, Quantity.POWER)
        return {(oldest.entity_id, issue.key): issue}

    def _issue(
        self, key: str, entity_id: str, quantity: Quantity, **told: str
    ) -> Issue:
        fix_data = sensor_fix(self._entry.entry_id, entity_id, quantity)
        return Issue(key, {"entity": entity_id, **told}, fix_data=fix_data)


def _patience(key: str) -> timedelta:
    return _PATIENCE[key.rpartition("_")[2]]


def _siblings(hass: HomeAssistant, entity_id: str, quantity: Quantity) -> Iterator[str]:
    """Yield the sensors of the same device that show a quantity with its unit."""
    registry = er.async_get(hass)
    entry = registry.async_get(entity_id)
    if entry is None or entry.device_id is None:
        return
    for other in er.async_entries_for_device(registry, entry.device_id):
        state = hass.states.get(other.entity_id)
        if state is not None and _shows(state, quantity).value is not None:
            yield other.entity_id


def _shows(state: State, quantity: Quantity) -> Shown:
    """Return what a state shows of a quantity if it has a unit at all."""
    has_unit = "unit_of_measurement" in state.attributes
    return shown_by(state, quantity) if has_unit else Shown()
