"""Outlook until a departure: prices, sun and the house's load, as slots in which they are constant."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
import math
from statistics import fmean
from typing import override

QUARTER_S = 900.0
HOUR_S = 3600.0
DAY_S = 86_400.0
FINE_S = 2 * DAY_S
"""Time ahead beyond which slots of an hour suffice instead of quarters of an hour."""
SUN_FACTORS = (0.68, 0.85, 1.0, 1.17, 1.47)
"""Factors of the actual sun to its forecast, equally likely: the medians of five quantiles of an error of 30 %."""
NOMINAL_PRICE_PER_KWH = 1.0
"""Stand-in for an unknown price; all that matters is that it exceeds the feed-in tariff."""


@dataclass(frozen=True, slots=True)
class Span:
    """Value that holds for some time: a price in currency/kWh, or a mean power in W."""

    start_s: float
    end_s: float
    value: float


class Series:
    """Spans in the order of time, possibly with gaps, without overlaps."""

    __slots__ = ("_starts", "spans")

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        """Initialize; of overlapping spans, the one that begins first holds until the next one begins."""
        ordered = sorted(
            (span for span in spans if span.end_s > span.start_s),
            key=lambda span: span.start_s,
        )
        self.spans: Sequence[Span] = tuple(_without_overlaps(ordered))
        self._starts = [span.start_s for span in self.spans]

    def __bool__(self) -> bool:
        """Return True if there is any span."""
        return bool(self.spans)

    @override
    def __eq__(self, other: object) -> bool:
        """Return True if the spans are equal."""
        return isinstance(other, Series) and self.spans == other.spans

    @override
    def __hash__(self) -> int:
        """Return the hash of the spans."""
        return hash(self.spans)

    def at(self, at_s: float) -> float | None:
        """Return the value at an instant; None in a gap."""
        span = self.span_at(at_s)
        return None if span is None else span.value

    def span_at(self, at_s: float) -> Span | None:
        """Return the span of an instant; None in a gap."""
        index = bisect_right(self._starts, at_s) - 1
        if index < 0 or at_s >= self.spans[index].end_s:
            return None
        return self.spans[index]

    def bounds(self, start_s: float, end_s: float) -> set[float]:
        """Return the instants at which the value changes between two instants."""
        return {
            bound
            for span in self.spans
            for bound in (span.start_s, span.end_s)
            if start_s < bound < end_s
        }


def _without_overlaps(ordered: Sequence[Span]) -> Iterator[Span]:
    for span, following in pairwise(ordered):
        if following.start_s > span.start_s:
            yield Span(span.start_s, min(span.end_s, following.start_s), span.value)
    yield from ordered[-1:]


@dataclass(frozen=True, slots=True)
class Slot:
    """Time in which prices and power are constant.

    Attributes:
        start_s: start of the slot.
        end_s: end of the slot.
        price_per_kwh: price of grid energy.
        feed_in_per_kwh: feed-in revenue.
        sun_w: the sun's power beyond the load of the house.
        grid_limit_w: what all chargers together may draw from the grid.
        guessed: the price is an estimate, since none has been published yet.
        power_limits_w: what the chargers behind each bottleneck of the outlook may draw, from the grid and from the sun.
    """

    start_s: float
    end_s: float
    price_per_kwh: float
    feed_in_per_kwh: float
    sun_w: float
    grid_limit_w: float = math.inf
    guessed: bool = False
    power_limits_w: tuple[float, ...] = ()

    @property
    def power_limit_w(self) -> float:
        """Power that a charger may draw to which all bottlenecks apply."""
        return min(self.power_limits_w, default=math.inf)

    @property
    def hours(self) -> float:
        """Duration in hours."""
        return (self.end_s - self.start_s) / HOUR_S


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """Limit of what some chargers may draw together, wherever the energy comes from.

    Attributes:
        chargers: the keys of these chargers.
        power_w: the limit over time; none in gaps.
        carries_house: the load of the house counts, too.
    """

    chargers: frozenset[str]
    power_w: Series
    carries_house: bool = False

    def left_w(self, at_s: float, house_w: float) -> float:
        """Return what it leaves to the chargers at an instant; inf without a limit."""
        limit_w = self.power_w.at(at_s)
        if limit_w is None:
            return math.inf
        return max(0.0, limit_w - house_w) if self.carries_house else limit_w


@dataclass(frozen=True, slots=True)
class Outlook:
    """Expected prices and power.

    Attributes:
        prices: prices of grid energy.
        sun_w: the sun's power, without the house.
        house_w: the load of everything but the chargers.
        feed_in_per_kwh: feed-in revenue where `feed_in` has no value.
        sun_factors: equally likely factors of the actual sun to its forecast.
        feed_in: feed-in revenue over time.
        import_limits_w: limits of what house and chargers together may draw from the grid; none in gaps.
        bottlenecks: limits of what some chargers may draw.
    """

    prices: Series = field(default_factory=Series)
    sun_w: Series = field(default_factory=Series)
    house_w: Series = field(default_factory=Series)
    feed_in_per_kwh: float = 0.0
    sun_factors: Sequence[float] = SUN_FACTORS
    feed_in: Series = field(default_factory=Series)
    import_limits_w: tuple[Series, ...] = ()
    bottlenecks: tuple[Bottleneck, ...] = ()

    def for_charger(self, key: str) -> Outlook:
        """Return the outlook of a charger by itself, with no bottlenecks but its own."""
        own = tuple(each for each in self.bottlenecks if key in each.chargers)
        return replace(self, bottlenecks=own)

    def slots(
        self, start_s: float, end_s: float, cuts: Iterable[float] = ()
    ) -> Sequence[Slot]:
        """Return the slots between two instants, split at changes, at quarters of an hour, and at cuts."""
        if end_s <= start_s:
            return ()
        bounds = {start_s, end_s, *_grid(start_s, end_s)}
        bounds.update(cut for cut in cuts if start_s < cut < end_s)
        for series in self._series():
            bounds |= series.bounds(start_s, end_s)
        return [
            self._slot(start_s, end_s) for start_s, end_s in pairwise(sorted(bounds))
        ]

    def _series(self) -> Iterator[Series]:
        yield from (self.prices, self.feed_in, self.sun_w, self.house_w)
        yield from self.import_limits_w
        yield from (bottleneck.power_w for bottleneck in self.bottlenecks)

    def at(self, at_s: float) -> Slot:
        """Return the slot of an instant."""
        return self._slot(at_s, at_s + QUARTER_S)

    def _slot(self, start_s: float, end_s: float) -> Slot:
        price = self.prices.at(start_s)
        feed_in = self.feed_in.at(start_s)
        house_w = self.house_w.at(start_s) or 0.0
        sun_w = (self.sun_w.at(start_s) or 0.0) - house_w
        return Slot(
            start_s,
            end_s,
            price_per_kwh=self._guessed_price(start_s) if price is None else price,
            feed_in_per_kwh=self.feed_in_per_kwh if feed_in is None else feed_in,
            sun_w=max(0.0, sun_w),
            grid_limit_w=max(0.0, self._import_limit_w(start_s) + min(0.0, sun_w)),
            guessed=price is None,
            power_limits_w=tuple(
                bottleneck.left_w(start_s, house_w) for bottleneck in self.bottlenecks
            ),
        )

    def _import_limit_w(self, at_s: float) -> float:
        limits_w = (series.at(at_s) for series in self.import_limits_w)
        return min((limit for limit in limits_w if limit is not None), default=math.inf)

    def _guessed_price(self, at_s: float) -> float:
        """Return an estimated price: that of the same time on the last known day, else the mean."""
        for days in range(1, 8):
            if (price := self.prices.at(at_s - days * DAY_S)) is not None:
                return price
        if self.prices:
            return fmean(span.value for span in self.prices.spans)
        return NOMINAL_PRICE_PER_KWH + self.feed_in_per_kwh


def _grid(start_s: float, end_s: float) -> Iterator[float]:
    """Yield the quarters of an hour between two instants; full hours further ahead."""
    bound_s = start_s
    while True:
        step_s = QUARTER_S if bound_s - start_s < FINE_S else HOUR_S
        bound_s = (bound_s // step_s + 1) * step_s
        if bound_s >= end_s:
            return
        yield bound_s
