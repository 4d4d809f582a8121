"""The carbon intensity of the grid, by which plans choose the cleanest hours instead of the cheapest."""

from collections.abc import Iterator
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ..surplus.planning.outlook import Series
from .followed import Followed
from .knowledge import Knowledge
from .price_entities import Reader
from .reading.intensities import intensity_factor
from .reading.words import EMISSIONS

UNIT = "gCO2eq/kWh"


class CarbonIntensity(Followed[Series]):
    """The carbon intensity in grams per kWh, from those of the price entities that tell it by their unit."""

    complaint = "There is no carbon intensity from %s: %s"

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without any."""
        super().__init__(hass, entry, Series())
        self.knowledge = Knowledge()

    @callback
    def async_start(self, entity_ids: tuple[str, ...]) -> None:
        """Follow the price entities; call it again when the user has chosen others."""
        self.knowledge.begin(("intensity", entity_ids))
        self.async_follow(entity_ids)

    @property
    def is_told(self) -> bool:
        """True if any of the entities tells it."""
        return any(tells_intensity(self._hass, each) for each in self._entity_ids)

    @callback
    @override
    def _async_read(self) -> None:
        spans = [span for series in self._told() for span in series.spans]
        self._async_take(Series(spans))

    def _told(self) -> Iterator[Series]:
        """Yield what the entities have told until now."""
        now_s = dt_util.utcnow().timestamp()
        for entity_id in self._entity_ids:
            factor = _factor(self._hass, entity_id)
            if factor is None:
                continue
            # Where only the present one is told, that of the days before is the guess for the hours to come.
            reader = Reader(EMISSIONS, factor, is_lively=True)
            shown = reader.shown(self._hass, self._hass.states.get(entity_id))
            yield self.knowledge.learn(entity_id, shown.series, now_s)


def tells_intensity(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether an entity tells a carbon intensity instead of a price."""
    return _factor(hass, entity_id) is not None


def _factor(hass: HomeAssistant, entity_id: str) -> float | None:
    """Return the factor to grams per kWh by the unit of an entity, which is known while it is unavailable, too."""
    state, entry = hass.states.get(entity_id), er.async_get(hass).async_get(entity_id)
    units = (
        None if state is None else state.attributes.get("unit_of_measurement"),
        None if entry is None else entry.unit_of_measurement,
    )
    known = (intensity_factor(unit) for unit in units if isinstance(unit, str))
    return next((factor for factor in known if factor is not None), None)
