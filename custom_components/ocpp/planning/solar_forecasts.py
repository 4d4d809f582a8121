"""The solar forecast from entities of the user's, or from the Energy dashboard."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from itertools import pairwise
from typing import override

from homeassistant.components.energy.data import async_get_manager
from homeassistant.components.energy.websocket_api import async_get_energy_platforms
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..surplus.planning.outlook import HOUR_S, Series, Span
from .followed import Followed
from .knowledge import Knowledge
from .reading.numbers import number_of
from .reading.times import second_of


class SolarForecast(Followed[Series]):
    """The expected power of the panels in watts, kept up to date.

    It is read from entities that the user has chosen, or else from the Energy dashboard.
    """

    complaint = "There is no solar forecast from %s: %s"

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without a forecast."""
        super().__init__(hass, entry, Series())
        self.knowledge = Knowledge()
        self.inverters: frozenset[str] = frozenset()
        """The power sensors of the inverters that the forecast is for; none where that is unknown."""

    @callback
    @override
    def async_follow(self, entity_ids: Iterable[str]) -> None:
        """Read the forecast from these entities from now on; without any, from the Energy dashboard."""
        entity_ids = tuple(entity_ids)
        self.knowledge.begin(entity_ids)
        self.inverters = frozenset()
        super().async_follow(entity_ids)

    @callback
    @override
    def _async_read(self) -> None:
        if self._entity_ids:
            self._async_take(added(map(self._of, self._entity_ids)))
        elif "energy" in self._hass.config.components:
            self._entry.async_create_background_task(
                self._hass, self._ask_dashboard(), "ocpp solar forecast"
            )

    def _of(self, entity_id: str) -> Series:
        """Return the forecast of an entity: what it has told until now."""
        return self._learned(entity_id, self._shown(entity_id))

    def _learned(self, source: str, told: Series) -> Series:
        return self.knowledge.learn(source, told, dt_util.utcnow().timestamp())

    def _shown(self, entity_id: str) -> Series:
        state = self._hass.states.get(entity_id)
        if state is None:
            return Series()
        series = power_of(state.attributes, dt_util.get_default_time_zone())
        silent = state.state in (STATE_UNAVAILABLE, STATE_UNKNOWN)
        if not series and not silent:
            self._complain(entity_id, "it shows no forecast that can be read")
        return series

    async def _ask_dashboard(self) -> None:
        """Take over the forecasts of all panels in the Energy dashboard."""
        manager = await async_get_manager(self._hass)
        if manager.data is None:
            return
        forecast = [
            source
            for source in manager.data["energy_sources"]
            if source["type"] == "solar" and source.get("config_entry_solar_forecast")
        ]
        self.inverters = frozenset(
            rate for source in forecast if (rate := source.get("stat_rate"))
        )
        entry_ids = {
            entry_id
            for source in forecast
            for entry_id in source["config_entry_solar_forecast"] or ()
        }
        forecasts = [
            self._learned(entry_id, await self._told_by(entry_id))
            for entry_id in sorted(entry_ids)
        ]
        self._async_take(added(forecasts))

    async def _told_by(self, entry_id: str) -> Series:
        platforms = await async_get_energy_platforms(self._hass)
        entry = self._hass.config_entries.async_get_entry(entry_id)
        if entry is None or entry.domain not in platforms:
            return Series()
        try:
            forecast = await platforms[entry.domain](self._hass, entry_id)
        except (HomeAssistantError, AttributeError, LookupError) as err:
            # An integration that is not set up yet has no forecast.
            self._complain(entry.title, str(err))
            return Series()
        if forecast is None:
            return Series()
        return energy_of(forecast["wh_hours"], dt_util.get_default_time_zone())


def added(forecasts: Iterable[Series]) -> Series:
    """Return the sum of the powers of several sets of panels."""
    forecasts = [forecast for forecast in forecasts if forecast]
    bounds = sorted(
        {
            bound
            for forecast in forecasts
            for span in forecast.spans
            for bound in (span.start_s, span.end_s)
        }
    )
    return Series(
        Span(start_s, end_s, sum(forecast.at(start_s) or 0.0 for forecast in forecasts))
        for start_s, end_s in pairwise(bounds)
    )


def energy_of(wh_by_time: Mapping[str, object], zone: tzinfo) -> Series:
    """Return the power of a forecast of the energy from each time to the next, as in the Energy dashboard."""
    return Series(
        Span(start_s, end_s, wh / (end_s - start_s) * HOUR_S)
        for start_s, end_s, wh in _lasting(wh_by_time.items(), zone)
    )


def power_of(attributes: Mapping[str, object], zone: tzinfo) -> Series:
    """Return the power in the attributes of an entity.

    Solcast lists kilowatts for each half hour (`detailedForecast`, else `detailedHourly`), Open-Meteo maps times to watts
    (`watts`), or to watt-hours (`wh_period`).
    """
    for name in ("detailedForecast", "detailedHourly", "forecast"):
        rows = attributes.get(name)
        if isinstance(rows, list):
            kilowatts = [
                (row.get("period_start"), row.get("pv_estimate"))
                for row in rows
                if isinstance(row, Mapping)
            ]
            if series := _powers(kilowatts, zone, 1000.0):
                return series
    watts, energies = attributes.get("watts"), attributes.get("wh_period")
    if isinstance(watts, Mapping) and (series := _powers(watts.items(), zone, 1.0)):
        return series
    return energy_of(energies, zone) if isinstance(energies, Mapping) else Series()


def _powers(
    by_time: Iterable[tuple[object, object]], zone: tzinfo, factor: float
) -> Series:
    return Series(
        Span(start_s, end_s, value * factor)
        for start_s, end_s, value in _lasting(by_time, zone)
    )


def _lasting(
    by_time: Iterable[tuple[object, object]], zone: tzinfo
) -> Iterator[tuple[float, float, float]]:
    """Yield values with their times; each holds until the next, but for no longer than an hour.

    The last one holds for as long as the one before.
    """
    values = {
        start_s: value
        for key, amount in by_time
        if (start_s := second_of(key, zone)) is not None
        and (value := number_of(amount)) is not None
    }
    starts = sorted(values)
    lasts_s = [
        min(HOUR_S, next_s - start_s) for start_s, next_s in pairwise(starts)
    ] or [HOUR_S]
    for start_s, for_s in zip(starts, [*lasts_s, lasts_s[-1]], strict=False):
        yield start_s, start_s + for_s, max(0.0, values[start_s])
