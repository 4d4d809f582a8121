"""Power that the cars drew over the last minutes, second by second as far as it is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
import math

from ..cars.response import Car, drawn_w
from ..model import NOTHING, Estimate

HORIZON_S = 260.0
"""Time that is remembered: the latest meters, and two samples of the slowest."""
LOOKED_BACK_S = 5.0
REVISED_S = 60.0
"""Time that is looked at again once a charger has told something new, and something unexpected."""
FILL_S = 2.0
FILLS = 8
"""Steps in which the draw is filled in since the last one."""
MOVED_W = 100.0
"""Change from which the power moves."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Draw of the cars since an instant.

    Attributes:
        at_s: the instant.
        all_w: power of all cars.
        solar_w: power of those that follow the sun.
        count: number of cars that draw.
    """

    at_s: float
    all_w: Estimate = NOTHING
    solar_w: Estimate = NOTHING
    count: int = 1

    @property
    def spread_w(self) -> float:
        """Difference between the bounds."""
        return self.all_w.high - self.all_w.low


@dataclass(frozen=True, slots=True)
class Cars:
    """All cars, and those of them that follow the sun."""

    all: Sequence[Car]
    solar: Sequence[Car]

    @classmethod
    def of(cls, all_cars: Iterable[Car], solar_cars: Iterable[Car]) -> Cars:
        """Return those cars that may have drawn anything lately."""

        def drawing(cars: Iterable[Car]) -> list[Car]:
            return [car for car in cars if car.charging or car.commands]

        return cls(drawing(all_cars), drawing(solar_cars))

    def draw(self, at_s: float) -> Draw:
        """Return the draw at an instant, as far as is known at present."""
        all_w = total_drawn_w(self.all, at_s)
        count = sum(car.charging for car in self.all)
        if len(self.solar) == len(self.all):
            return Draw(at_s, all_w, all_w, count)
        return Draw(at_s, all_w, total_drawn_w(self.solar, at_s), count)

    @property
    def observed_s(self) -> float:
        """The latest instant of which a charger has told something new."""
        times_s = [-math.inf]
        for car in self.all:
            times_s.append(car.charging_changed_s)
            if car.measured_at_s is not None:
                times_s.append(car.measured_at_s)
        return max(times_s)


@dataclass(frozen=True, slots=True)
class DrawHistory:
    """Draws of the last minutes, oldest first; a draw lasts until the next.

    `observed_s` is the latest instant of which a charger had told something.
    """

    draws: tuple[Draw, ...] = ()
    observed_s: float = -math.inf

    def noted(self, cars: Cars, now_s: float) -> DrawHistory:
        """Return the history with the present draw.

        The last seconds are looked at again if a charger has told something new, and filled in while the power moves.
        """
        new, observed_s = cars.draw(now_s), cars.observed_s
        last_s = self.draws[-1].at_s if self.draws else now_s
        kept = len(self.draws)
        begin_s = now_s
        if kept and observed_s > self.observed_s:
            begin_s -= REVISED_S if self._was_wrong(cars) else LOOKED_BACK_S
        while kept and self.draws[kept - 1].at_s >= begin_s:
            kept -= 1
        revised = [cars.draw(draw.at_s) for draw in self.draws[kept:]]
        if revised and revised[-1].at_s >= now_s:
            revised.pop()
        before = revised[-1] if revised else self.draws[kept - 1] if kept else new
        if abs(new.all_w.likely - before.all_w.likely) > MOVED_W or (
            max(new.spread_w, before.spread_w) > MOVED_W
        ):
            count = min(FILLS, math.floor((now_s - last_s) / FILL_S - 0.01))
            revised += [
                cars.draw(now_s - FILL_S * number) for number in range(count, 0, -1)
            ]
        first = 0
        while first < kept - 1 and self.draws[first + 1].at_s < now_s - HORIZON_S:
            first += 1
        return DrawHistory((*self.draws[first:kept], *revised, new), observed_s)

    def _was_wrong(self, cars: Cars) -> bool:
        """Return True if the last draw turns out to have been another one."""
        last = self.draws[-1]
        present = cars.draw(last.at_s)
        return abs(present.all_w.likely - last.all_w.likely) > MOVED_W

    def at(self, at_s: float) -> Draw:
        """Return the draw at an instant."""
        for draw in reversed(self.draws):
            if draw.at_s <= at_s:
                return draw
        return self.draws[0] if self.draws else Draw(at_s)

    def within(self, begin_s: float, end_s: float, likely_s: float) -> Draw:
        """Return the draw with the bounds of a time, and the likely values of an instant in it.

        Cars move each at a time of its own: what is taken for too much of one is made up for by another that is taken for too
        little, and the more so the more there are.
        """
        likely = self.at(likely_s)
        draws = [likely, self.at(begin_s)]
        for draw in reversed(self.draws):
            if draw.at_s <= begin_s:
                break
            if draw.at_s <= end_s:
                draws.append(draw)
        share = 1 / math.sqrt(max(1, likely.count))
        return Draw(
            likely_s,
            _hull([draw.all_w for draw in draws], likely.all_w, share),
            _hull([draw.solar_w for draw in draws], likely.solar_w, share),
            likely.count,
        )

    def by_second(self, end_s: float, seconds: int) -> list[float]:
        """Return the likely power of all cars for each of the last seconds, the latest first."""
        watts: list[float] = []
        at_s = end_s
        for draw in reversed(self.draws):
            while at_s >= draw.at_s and len(watts) < seconds:
                watts.append(draw.all_w.likely)
                at_s -= 1.0
            if len(watts) == seconds:
                return watts
        earliest_w = self.draws[0].all_w.likely if self.draws else 0.0
        return watts + [earliest_w] * (seconds - len(watts))


def _hull(estimates: list[Estimate], likely: Estimate, share: float) -> Estimate:
    """Return an estimate with bounds that go a share of the way to those of others."""
    low = min(each.low for each in estimates)
    high = max(each.high for each in estimates)
    return Estimate(
        likely.low + share * (low - likely.low),
        likely.likely,
        likely.high + share * (high - likely.high),
    )


def total_drawn_w(cars: Iterable[Car], at_s: float) -> Estimate:
    """Return the power that all cars drew at an instant.

    Their errors make up for each other: the more of them charge, the more the likely sum is trusted. Waiting for certainty would
    cost sun, since in company some car is always on its way.
    """
    likely = below = above = 0.0
    charging = 0
    for car in cars:
        charging += car.charging
        drawn = drawn_w(car, at_s)
        likely += drawn.likely
        below += (drawn.likely - drawn.low) ** 2
        above += (drawn.high - drawn.likely) ** 2
    share = 1 / max(1, charging)
    return Estimate(
        likely - share * math.sqrt(below), likely, likely + share * math.sqrt(above)
    )
