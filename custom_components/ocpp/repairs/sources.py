"""The repairs of sensors whose states cannot be read."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er

from ..config.energy_sources import quantities_of
from ..issues import Issue, Issues
from ..quantities import Quantity, Shown, Trouble, shown_by

_PATIENCE: Mapping[Trouble | None, timedelta] = {
    # Units do not come and go.
    Trouble.UNIT: timedelta(),
    Trouble.NUMBER: timedelta(minutes=1),
    # The time in which entities appear after a start of Home Assistant.
    None: timedelta(minutes=5),
}
_MOST_NAMED = 5


class SourceRepairs:
    """Shows the sensors that show something else than they should, or do not exist."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without repairs."""
        self._hass = hass
        self._entry = entry
        self._issues = Issues(hass)
        self._since: dict[tuple[str, Trouble | None], datetime] = {}

    @callback
    def async_check(self, now: datetime) -> None:
        """Look at the sensors as they are; called at intervals."""
        found = {
            (entity_id, trouble): issue
            for entity_id, quantity in quantities_of(self._entry).items()
            for trouble, issue in self._troubles(entity_id, quantity)
        }
        self._since = {key: self._since.get(key, now) for key in found}
        self._issues.async_replace(
            {
                f"source_{entity_id}_{self._entry.entry_id}": issue
                for (entity_id, trouble), issue in found.items()
                if now - self._since[entity_id, trouble] >= _PATIENCE[trouble]
            }
        )

    @callback
    def async_stop(self) -> None:
        """Delete the repairs."""
        self._issues.async_clear()

    def _troubles(
        self, entity_id: str, quantity: Quantity
    ) -> Iterator[tuple[Trouble | None, Issue]]:
        """Yield the trouble with a sensor, if any; None stands for one that does not exist."""
        state = self._hass.states.get(entity_id)
        if state is None:
            yield None, Issue("source_missing", {"entity": entity_id})
            return
        trouble = shown_by(state, quantity).trouble
        if trouble is not None:
            yield trouble, self._unreadable(state, quantity, trouble)

    def _unreadable(self, state: State, quantity: Quantity, trouble: Trouble) -> Issue:
        others = sorted(_siblings(self._hass, state.entity_id, quantity))
        return Issue(
            f"source_{quantity}_{trouble}",
            {
                "entity": state.entity_id,
                "state": state.state,
                "unit": str(state.attributes.get("unit_of_measurement") or "–"),
                "others": ", ".join(others[:_MOST_NAMED]) or "–",
            },
        )


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
