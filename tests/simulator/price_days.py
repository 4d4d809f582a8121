"""Days of electricity prices, and what the sun is expected to give."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

HOURLY_EUR_PER_KWH = (
    *(0.24, 0.22, 0.21, 0.20, 0.21, 0.24),
    *(0.31, 0.38, 0.36, 0.30, 0.25, 0.21),
    *(0.18, 0.17, 0.19, 0.24, 0.30, 0.38),
    *(0.45, 0.46, 0.40, 0.33, 0.29, 0.26),
)
"""A day with cheap electricity at night and at noon, as most days are."""
FEED_IN_EUR_PER_KWH = 0.08


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a kWh from the grid for some time."""

    start: datetime
    end: datetime
    eur_per_kwh: float

    @property
    def row(self) -> dict[str, object]:
        """The price as Nord Pool's integration shows it."""
        return {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "value": self.eur_per_kwh,
        }


def price_days(now: datetime) -> Sequence[Price]:
    """Return the prices of this day and the next; `now` is in the time zone whose days count."""
    midnight = datetime.combine(now.date(), time(), now.tzinfo)
    return [
        Price(
            midnight + timedelta(days=day, hours=hour),
            midnight + timedelta(days=day, hours=hour + 1),
            eur_per_kwh,
        )
        for day in range(2)
        for hour, eur_per_kwh in enumerate(HOURLY_EUR_PER_KWH)
    ]


def price_steps(
    begin: datetime, steps: Iterable[tuple[float, float]]
) -> Sequence[Price]:
    """Return prices that hold for some seconds each, one after the other."""
    prices, start = [], begin
    for seconds, eur_per_kwh in steps:
        end = start + timedelta(seconds=seconds)
        prices.append(Price(start, end, eur_per_kwh))
        start = end
    return prices


def price_at(prices: Iterable[Price], now: datetime) -> float:
    """Return the price of an instant.

    Raises:
        LookupError: when none of the prices holds then.
    """
    for price in prices:
        if price.start <= now < price.end:
            return price.eur_per_kwh
    raise LookupError(f"There is no price for {now}")


def afternoon(now: datetime, sun_w: float, hours: int = 4) -> Mapping[str, float]:
    """Return a forecast of a sun that goes down within some hours: the power at each instant."""
    halves = 2 * hours
    return {
        (now + n * timedelta(minutes=30)).isoformat(): round(
            sun_w * (1 - (n / halves) ** 2)
        )
        for n in range(halves + 1)
    }
