"""Origin of the energy that a car has drawn: the sun, the home battery or the grid.

Electrons cannot be traced; an origin says what the site would have done without the car. The sun serves the house first,
then the cars, then the battery's charging; the battery's discharge and the grid fill the gap in the same order. The
benchmark of surplus controllers counts alike. Cars that charge at the same time share in proportion to their power.

The charger's meter reports the amount of energy, but not its timing within the interval between two values. The energy is
therefore spread evenly over the interval and compared with the power flows of the site in it. The origin is unknown if the
site's meters reported nothing, if the charger was not connected, or if the energy is more than a car can draw in the
interval because it was reported late. Energy of unknown origin counts as the grid's, so that no solar energy is claimed
without a measurement and no energy is lost.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

HISTORY_S = 1200.0
"""Age up to which power flows are kept; chargers report their energy more often."""
SILENT_AFTER_S = 120.0
"""Time for which a meter's value is assumed to hold, unless its meter is slower."""
_MAX_FLOWS = 5000
_TOLERANCE = 1.5
"""Factor by which the mean power may exceed the charger's maximum, since time stamps are inexact."""
_SLACK_WH = 2.0
"""Additional tolerance for registers that are rounded."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """Price of a kWh from the grid, with fees and taxes, and the feed-in revenue of one."""

    price_per_kwh: float
    feed_in_per_kwh: float = 0.0


@dataclass(frozen=True, slots=True)
class Flows:
    """Power flows of the site from `at_s` until the next ones are known.

    Attributes:
        at_s: the instant of the measurement.
        grid_w: power from the grid; None while the meter is silent.
        battery_w: power from the battery.
        cars_w: power of all cars, as far as known at that instant.
        tariff: the tariff; None without one.
        holds_s: time for which they are assumed to hold.
    """

    at_s: float
    grid_w: float | None = None
    battery_w: float = 0.0
    cars_w: float = 0.0
    tariff: Tariff | None = None
    holds_s: float = SILENT_AFTER_S


@dataclass(frozen=True, slots=True)
class EnergyIncrement:
    """Energy that the meter of one car has counted between two instants.

    Attributes:
        energy_wh: the energy.
        since_s: start of the interval.
        until_s: end of the interval.
        max_w: the most that a car can draw here.
        drawn_w: the known power of this car, which is part of that of all cars.
        observed_from_s: the instant from which the power flows of the site are known.
        late: the energy was reported long after it was drawn.
    """

    energy_wh: float
    since_s: float
    until_s: float
    max_w: float
    drawn_w: float = 0.0
    observed_from_s: float = 0.0
    late: bool = False

    @property
    def possible(self) -> bool:
        """True if a car can draw the energy within the interval."""
        hours = max(0.0, self.until_s - self.since_s) / 3600
        return self.energy_wh <= self.max_w * hours * _TOLERANCE + _SLACK_WH


@dataclass(frozen=True, slots=True)
class Portion:
    """Part of an energy increment over which nothing changes; the remainder besides sun and battery is from the grid.

    Of a portion with `unknown_origin`, only the energy is certain.
    """

    energy_wh: float
    sun_wh: float = 0.0
    battery_wh: float = 0.0
    tariff: Tariff | None = None
    unknown_origin: bool = False


class Timeline:
    """Recent power flows of the site."""

    def __init__(self) -> None:
        """Initialize without any flows."""
        self._flows: deque[Flows] = deque(maxlen=_MAX_FLOWS)

    @property
    def latest(self) -> Flows | None:
        """Latest power flows."""
        return self._flows[-1] if self._flows else None

    def add(self, flows: Flows) -> None:
        """Add the flows that hold from now on."""
        if self._flows and flows.at_s < self._flows[-1].at_s:
            # The clock was set back: older flows can no longer be put in order.
            self._flows.clear()
        self._flows.append(flows)
        # The oldest one kept is the one that held at the start of the history.
        while len(self._flows) > 1 and self._flows[1].at_s < flows.at_s - HISTORY_S:
            self._flows.popleft()

    def between(
        self, since_s: float, until_s: float
    ) -> Iterator[tuple[Flows | None, float]]:
        """Yield the flows between two instants, latest first, each with its seconds; None for unobserved time."""
        ends_s = until_s
        for flows in reversed(self._flows):
            if ends_s <= since_s:
                return
            starts_s = max(flows.at_s, since_s)
            if starts_s < ends_s:
                valid_until_s = min(ends_s, flows.at_s + flows.holds_s)
                if valid_until_s < ends_s:
                    yield None, ends_s - max(valid_until_s, starts_s)
                if starts_s < valid_until_s:
                    yield flows, valid_until_s - starts_s
                ends_s = starts_s
        if ends_s > since_s:
            yield None, ends_s - since_s


def portions(increment: EnergyIncrement, timeline: Timeline) -> Iterator[Portion]:
    """Yield the portions of an increment by the power flows in its interval."""
    latest = timeline.latest
    tariff = None if latest is None else latest.tariff
    span_s = increment.until_s - increment.since_s
    if span_s <= 0 or increment.late or not increment.possible:
        yield Portion(increment.energy_wh, tariff=tariff, unknown_origin=True)
        return
    observed_from_s = min(
        max(increment.since_s, increment.observed_from_s), increment.until_s
    )
    if (unobserved_s := observed_from_s - increment.since_s) > 0:
        unobserved_wh = increment.energy_wh * unobserved_s / span_s
        yield Portion(unobserved_wh, tariff=tariff, unknown_origin=True)
    for flows, seconds in timeline.between(observed_from_s, increment.until_s):
        energy_wh = increment.energy_wh * seconds / span_s
        if flows is None or flows.grid_w is None:
            yield Portion(energy_wh, tariff=tariff, unknown_origin=True)
        else:
            yield _portion(increment, flows, flows.grid_w, energy_wh, span_s)


def _portion(
    increment: EnergyIncrement,
    flows: Flows,
    grid_w: float,
    energy_wh: float,
    span_s: float,
) -> Portion:
    # The known power of the car itself may be old; its mean is certain.
    own_w = increment.energy_wh * 3600 / span_s
    cars_w = max(0.0, flows.cars_w - increment.drawn_w) + own_w
    # A meter that was read before the interval saw only the power drawn then.
    metered_w = cars_w if flows.at_s >= increment.since_s else flows.cars_w
    surplus_w = metered_w - grid_w - flows.battery_w
    sun_w = min(max(0.0, surplus_w), cars_w)
    house_lacks_w = max(0.0, -surplus_w)
    battery_w = min(cars_w - sun_w, max(0.0, flows.battery_w - house_lacks_w))
    return Portion(
        energy_wh,
        sun_wh=energy_wh * sun_w / cars_w,
        battery_wh=energy_wh * battery_w / cars_w,
        tariff=flows.tariff,
    )
