"""The inputs of forecasts: prices, the solar forecast, and learned habits of the house."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..config.energy_sources import entity_ids
from ..const import (
    CONF_CONTRACT,
    CONF_FEED_IN_TARIFF,
    CONF_FORECAST_ENTITIES,
    CONF_HOLIDAY_DATES,
    CONF_HOLIDAY_ENTITIES,
    CONF_OTHER_POWER,
    CONF_POWER_PERIODS,
    CONF_PV_POWER,
    CONF_TARIFF,
)
from ..quantities import watts_of
from ..storage.stored_value import StoredValue
from ..surplus.accounts.origins import Tariff
from ..surplus.circuits.circuits import Scope, SiteLimit
from ..surplus.planning.expectation import Expectation, Observation, expected, learned
from ..surplus.planning.outlook import Outlook, Series
from .carbon_intensity import CarbonIntensity
from .holidays import Holidays
from .knowledge import Known
from .prices import Prices, PriceSources
from .reading.numbers import number_of
from .solar_forecasts import SolarForecast
from .time_of_use import TimeOfUse


@dataclass(frozen=True, slots=True)
class KnownForecasts:
    """Stored form of the prices and forecasts that have been told."""

    prices: Known = field(default_factory=Known)
    feed_in: Known = field(default_factory=Known)
    sun_w: Known = field(default_factory=Known)
    intensity: Known = field(default_factory=Known)


class ForecastInputs:
    """Prices, the solar forecast, and the learned behaviour of sun and house."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without any."""
        self._hass = hass
        self._prices = Prices(hass, entry)
        self._intensity = CarbonIntensity(hass, entry)
        self._forecast = SolarForecast(hass, entry)
        self._feed_in = Prices(hass, entry)
        self._feed_in_per_kwh = 0.0
        self._inverters: tuple[str, ...] = ()
        self._holidays = Holidays(hass, entry)
        self._contract = TimeOfUse()
        self._contracted: tuple[object, Series] | None = None
        self._stored = stored_expectation(hass, entry.entry_id)
        self._expectation = Expectation()
        self._stored_forecasts = stored_forecasts(hass, entry.entry_id)

    async def async_load(self) -> None:
        """Restore what was learned and told before the restart; sources may take long to tell it again."""
        self._expectation = await self._stored.async_load() or Expectation()
        known = await self._stored_forecasts.async_load() or KnownForecasts()
        self._prices.knowledge.restore(known.prices)
        self._feed_in.knowledge.restore(known.feed_in)
        self._forecast.knowledge.restore(known.sun_w)
        self._intensity.knowledge.restore(known.intensity)

    async def async_save(self) -> None:
        """Store what was learned and told at once."""
        await self._stored.async_save(self._expectation)
        await self._stored_forecasts.async_save(self._known_forecasts())

    def _known_forecasts(self) -> KnownForecasts:
        now_s = dt_util.utcnow().timestamp()
        return KnownForecasts(
            self._prices.knowledge.stored(now_s),
            self._feed_in.knowledge.stored(now_s),
            self._forecast.knowledge.stored(now_s),
            self._intensity.knowledge.stored(now_s),
        )

    @callback
    def async_start(self, options: Mapping[str, object]) -> None:
        """Follow prices and forecasts; call it again when the user has chosen others."""
        self._inverters = entity_ids(options, CONF_PV_POWER)
        tariff = options.get(CONF_TARIFF)
        tariff = tariff if isinstance(tariff, dict) else {}
        self._feed_in_per_kwh = number_of(tariff.get(CONF_FEED_IN_TARIFF)) or 0.0
        contract = options.get(CONF_CONTRACT)
        contract = contract if isinstance(contract, dict) else {}
        self._contract = TimeOfUse.of(
            contract.get(CONF_POWER_PERIODS), contract.get(CONF_OTHER_POWER), "power"
        )
        self._holidays.async_start(
            contract.get(CONF_HOLIDAY_ENTITIES) or (),
            contract.get(CONF_HOLIDAY_DATES) or (),
        )
        self._prices.async_know_holidays(self._holidays.latest)
        self._feed_in.async_start(PriceSources.of_feed_in(tariff))
        sources = PriceSources.of(tariff)
        self._prices.async_start(sources)
        self._intensity.async_start(sources.entity_ids)
        self._forecast.async_follow(tariff.get(CONF_FORECAST_ENTITIES) or ())

    @property
    def has_prices(self) -> bool:
        """True if anything is set up to tell prices."""
        return self._prices.are_set_up

    @property
    def counts_emissions(self) -> bool:
        """True if plans weigh the carbon intensity of the grid instead of its price."""
        return self._intensity.is_told

    @property
    def known_prices(self) -> Series:
        """The published prices of grid energy that plans weigh, or its carbon intensity in grams per kWh."""
        told = self._intensity if self.counts_emissions else self._prices
        return told.latest

    @property
    def known_sun_w(self) -> Series:
        """The forecast power of the inverters."""
        return self._forecast.latest

    @callback
    def async_stop(self) -> None:
        """Stop following them."""
        self._prices.async_stop()
        self._intensity.async_stop()
        self._feed_in.async_stop()
        self._forecast.async_stop()
        self._holidays.async_stop()

    @callback
    def async_subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever prices or the forecast have changed."""
        unsubscribe = [
            self._prices.async_subscribe(listener),
            self._intensity.async_subscribe(listener),
            self._feed_in.async_subscribe(listener),
            self._forecast.async_subscribe(listener),
            self._holidays.async_subscribe(self._async_on_holidays),
            self._holidays.async_subscribe(listener),
        ]

        def stop() -> None:
            for each in unsubscribe:
                each()

        return stop

    @callback
    def _async_on_holidays(self) -> None:
        self._prices.async_know_holidays(self._holidays.latest)

    def contract_limit(self, now: datetime) -> SiteLimit | None:
        """Return the present limit of what may be drawn from the grid; None without one."""
        now_s = now.timestamp()
        span = self._contracted_w(now).span_at(now_s)
        if span is None:
            return None
        return SiteLimit(power_w=span.value, scope=Scope.EVERYTHING, until_s=span.end_s)

    def _contracted_w(self, now: datetime) -> Series:
        """Return the power that may be drawn from the grid, as far as its periods are set up."""
        subject = self._contract, now.date(), self._holidays.latest
        if self._contracted is None or self._contracted[0] != subject:
            zone = now.tzinfo or dt_util.UTC
            kilowatts = self._contract.series(now.date(), zone, self._holidays.latest)
            watts = Series(
                replace(span, value=1000 * span.value) for span in kilowatts.spans
            )
            self._contracted = subject, watts
        return self._contracted[1]

    def tariff_at(self, at_s: float) -> Tariff | None:
        """Return the price of a kWh from and to the grid in money at an instant; None if it is unknown."""
        price, feed_in = self._prices.latest.at(at_s), self._feed_in.latest.at(at_s)
        if price is None:
            return None
        return Tariff(price, self._feed_in_per_kwh if feed_in is None else feed_in)

    def sun_w_at(self, at_s: float) -> float | None:
        """Return the forecast power of the sun at an instant; None if it is unknown."""
        return self._forecast.latest.at(at_s)

    def outlook(self, now: datetime, until_s: float) -> Outlook:
        """Return the outlook; `now` is in local time, as the habits of the house are."""
        contract_w = self._contracted_w(now)
        forecast = Outlook(
            prices=self.known_prices,
            sun_w=self._forecast.latest,
            import_limits_w=(contract_w,) if contract_w else (),
        )
        if not self.counts_emissions:
            # Sun that is fed in is paid for; of its own it emits nothing.
            forecast = replace(
                forecast,
                feed_in=self._feed_in.latest,
                feed_in_per_kwh=self._feed_in_per_kwh,
            )
        offset = now.utcoffset()
        offset_s = 0.0 if offset is None else offset.total_seconds()
        return expected(self._expectation, forecast, now.timestamp(), until_s, offset_s)

    @callback
    def async_learn(self, now: datetime, surplus_w: float | None) -> None:
        """Learn from the present solar power and surplus; called each minute."""
        seen = Observation(now.timestamp(), now.hour, self._sun_w(), surplus_w)
        forecast_w = self._forecast.latest.at(now.timestamp())
        self._expectation = learned(self._expectation, seen, forecast_w)
        if now.minute == 0:
            self._stored.async_save_later(lambda: self._expectation, 0)
            self._stored_forecasts.async_save_later(self._known_forecasts, 0)

    def _sun_w(self) -> float | None:
        """Return the power of the inverters that the forecast is for; None while one of them is unknown."""
        covered = [each for each in self._inverters if each in self._forecast.inverters]
        states = [self._hass.states.get(each) for each in covered or self._inverters]
        powers = [None if state is None else watts_of(state) for state in states]
        known = [power for power in powers if power is not None]
        return sum(known) if known and len(known) == len(powers) else None


def stored_expectation(hass: HomeAssistant, entry_id: str) -> StoredValue[Expectation]:
    """Return the file of the learned behaviour."""
    return StoredValue(hass, entry_id, "learned", Expectation)


def stored_forecasts(hass: HomeAssistant, entry_id: str) -> StoredValue[KnownForecasts]:
    """Return the file of the prices and forecasts that were told."""
    return StoredValue(hass, entry_id, "forecasts", KnownForecasts)
