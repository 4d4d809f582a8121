"""Following the states of entities that the user has chosen."""

from collections.abc import Iterable

from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event


class EntityFollower:
    """Calls back at each change of some entities, which can be replaced by others."""

    def __init__(self, hass: HomeAssistant, on_change: CALLBACK_TYPE) -> None:
        """Initialize without entities."""
        self._hass = hass
        self._on_change = on_change
        self._untrack: CALLBACK_TYPE | None = None
        self.entity_ids: frozenset[str] = frozenset()
        """The entities that are followed."""

    @callback
    def async_follow(self, entity_ids: Iterable[str | None]) -> bool:
        """Follow these entities and no others; return whether they differ from those before."""
        wanted = frozenset(id_ for id_ in entity_ids if id_ is not None)
        if wanted == self.entity_ids:
            return False
        self.async_stop()
        self.entity_ids = wanted
        if wanted:
            self._untrack = async_track_state_change_event(
                self._hass, wanted, self._async_on_change
            )
        return True

    @callback
    def async_stop(self) -> None:
        """Follow no entity any more."""
        self.entity_ids = frozenset()
        if self._untrack is not None:
            self._untrack()
            self._untrack = None

    @callback
    def _async_on_change(self, _: Event[EventStateChangedData]) -> None:
        self._on_change()
