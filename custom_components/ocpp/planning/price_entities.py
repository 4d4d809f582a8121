"""The prices that an entity shows, and the gaps in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from statistics import fmean

from homeassistant.components.input_number import DOMAIN as INPUT_NUMBER
from homeassistant.components.number import DOMAIN as NUMBER
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util

from ..surplus.planning.outlook import Series, Span
from .reading.formats import prices_in
from .reading.numbers import number_of
from .reading.rows import Context
from .reading.units import attribute_factor, told_unit
from .reading.words import BUYING, Purpose

FLAT_FOR = timedelta(days=7)
"""The time for which a price is taken to hold that changes only if the owner changes it."""
PRESENT_FOR = timedelta(hours=1)
"""The time for which the present price is taken to hold if it may change at any moment."""
LARGE_CURRENCIES = frozenset({"AUD", "CAD", "CHF", "EUR", "GBP", "NZD", "SGD", "USD"})
"""Currencies of which a kWh costs less than one."""
HIGHEST_UNTOLD, HIGHEST_UNTOLD_OF_SMALL = 1.0, 5.0
"""The mean of prices without a unit up to which they are in whole currency rather than in hundredths."""
REPORTED_ANEW = timedelta(minutes=10)
"""The time after midnight from which a report of unchanged lists means that they are about the new day."""


class Trouble(Enum):
    """The gap in an entity with prices; the value is the key of its repair and of its error in forms."""

    NO_LIST = "price_list_missing"
    UNKNOWN_UNIT = "price_unit_unknown"


@dataclass(frozen=True, slots=True)
class Shown:
    """The prices that an entity shows, and what is missing in it."""

    series: Series = field(default_factory=Series)
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads prices as the owner has set it up.

    Attributes:
        purpose: what the prices are wanted for.
        untold_factor: the factor to currency/kWh where no known unit is told; None if the owner has not chosen any.
        is_fixed: a price without a list is always the same.
        is_lively: a price without a list changes within days.
    """

    purpose: Purpose = BUYING
    untold_factor: float | None = None
    is_fixed: bool = False
    is_lively: bool = False

    def read(
        self,
        hass: HomeAssistant,
        told: Mapping[str, object],
        factor: float | None,
        day: date | None = None,
    ) -> Shown:
        """Return the prices in an object.

        Args:
            hass: Home Assistant.
            told: the object.
            factor: the factor of prices that do not tell their unit.
            day: the day on which it was told; None for today.
        """
        now = dt_util.now()
        zone, currency = now.tzinfo or dt_util.UTC, hass.config.currency
        context = Context(day or now.date(), zone, factor, self.purpose, currency)
        found = prices_in(told, context)
        if not found.unit_is_unknown or found.series:
            return Shown(found.series)
        return Shown(trouble=Trouble.UNKNOWN_UNIT)

    def shown(self, hass: HomeAssistant, state: State | None) -> Shown:
        """Return the prices that an entity shows: its list, else the present one."""
        if state is None or state.state in (STATE_UNAVAILABLE, STATE_UNKNOWN):
            attributes: Mapping[str, object] = {} if state is None else state.attributes
            return Shown(self.listed(hass, attributes).series)
        listed = self.listed(hass, state.attributes, day_of(state))
        if listed.series or listed.trouble:
            return listed
        return self._present(state, _highest_untold(hass))

    def listed(
        self, hass: HomeAssistant, told: Mapping[str, object], day: date | None = None
    ) -> Shown:
        """Return the prices that are listed in an object, which was told on a day."""
        factor = attribute_factor(told)
        found = self.read(hass, told, self._untold(factor), day)
        if found.trouble is None or told_unit(told) is not None:
            return found
        whole = self.read(hass, told, 1.0, day)
        prices = [abs(span.value) for span in whole.series.spans]
        return whole if prices and fmean(prices) <= _highest_untold(hass) else found

    def _untold(self, factor: float | None) -> float | None:
        return self.untold_factor if factor is None else factor

    def _present(self, state: State, highest_untold: float) -> Shown:
        """Return the present price of an entity that is a plain number."""
        number, told = number_of(state.state), state.attributes
        if number is None:
            return Shown(trouble=Trouble.NO_LIST)
        factor = self._untold(attribute_factor(told))
        if factor is None and told_unit(told) is None and abs(number) <= highest_untold:
            factor = 1.0
        if factor is None:
            return Shown(trouble=Trouble.UNKNOWN_UNIT)
        return self._lasting(state, number * factor)

    def _lasting(self, state: State, price: float) -> Shown:
        now = dt_util.now()
        owned = state.domain in (NUMBER, INPUT_NUMBER)
        # What is paid for the sun is the same all day almost everywhere.
        is_flat = self.purpose is not BUYING and not self.is_lively
        if owned or self.is_fixed or is_flat:
            start = dt_util.start_of_local_day(now)
            until_s = (start + FLAT_FOR).timestamp()
            return Shown(Series([Span(start.timestamp(), until_s, price)]))
        start_s = min(state.last_changed, now).timestamp()
        until_s = (now + PRESENT_FOR).timestamp()
        return Shown(Series([Span(start_s, until_s, price)]), Trouble.NO_LIST)


def day_of(state: State) -> date:
    """Return the day that lists of a state are about that are named by `today` or `tomorrow`.

    At midnight they are about the day before, until they are told anew.
    """
    updated = dt_util.as_local(state.last_updated).date()
    reported = dt_util.as_local(state.last_reported - REPORTED_ANEW).date()
    return max(updated, reported)


def _highest_untold(hass: HomeAssistant) -> float:
    is_large = hass.config.currency in LARGE_CURRENCIES
    return HIGHEST_UNTOLD if is_large else HIGHEST_UNTOLD_OF_SMALL
