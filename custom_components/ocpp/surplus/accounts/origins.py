"""Where the energy that a car has drawn came from: the sun, the home battery or the grid.

Nobody can follow an electron; what can be told is what the site would have done without the car. The sun serves the house
first, then the cars, then the battery's charging; the battery's discharge and the grid fill up what is missing in the
same order. That is how the benchmark counts, too. Cars that charge at the same time share in proportion to what
they draw.

How much energy it was, the charger's meter says. When it was drawn, the meter does not say more precisely than between
two of its values; so it is spread evenly over that time, and held against what the site's meters showed meanwhile. Where
they showed nothing, or the charger was not connected, or nobody can have drawn so much in that time because it was told
late, the origin is unknown. Energy of unknown origin counts as the grid's: claiming sun that nobody saw would be a
lie, and so would be leaving energy out.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_S = 1200.0
"""How far back the site's meters are remembered; chargers tell their energy more often than that."""
SILENT_AFTER_S = 120.0
"""For how long a meter's value is taken to hold."""
_MOST_FLOWS = 5000
_TOLERANCE = 1.5
"""By how much the mean power between two values may exceed what a charger can give: their times are not exact."""
_SLACK_WH = 2.0
"""What may come on top, as registers are rounded."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a kWh from the grid costs, with fees and taxes, and what the grid pays for one."""

    price_per_kwh: float
    feed_in_per_kwh: float = 0.0


@dataclass(frozen=True, slots=True)
class Flows:
    """The power flows of the site at `at_s`, and from then on until others are known.

    `grid_w` is None while the meters say nothing; `cars_w` is what all cars together were known to draw at that instant.
    `tariff` is None where nobody has told any.
    """

    at_s: float
    grid_w: float | None = None
    battery_w: float = 0.0
    cars_w: float = 0.0
    tariff: Tariff | None = None


@dataclass(frozen=True, slots=True)
class Gain:
    """Energy that the meter of one car has counted between two instants.

    It was not known to be `late`. No car can draw more than `most_w`; this one was known to draw `drawn_w`, as a part of
    what all cars draw. Before `seen_from_s` nobody was there to see what the site did.
    """

    energy_wh: float
    since_s: float
    until_s: float
    most_w: float
    drawn_w: float = 0.0
    seen_from_s: float = 0.0
    late: bool = False

    @property
    def possible(self) -> bool:
        """Whether it can have been drawn in this time."""
        hours = max(0.0, self.until_s - self.since_s) / 3600
        return self.energy_wh <= self.most_w * hours * _TOLERANCE + _SLACK_WH


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a gain, in which nothing changes; all of it is of the grid that is neither the sun's nor the battery's.

    Of an `unknown` one, only the energy is certain.
    """

    energy_wh: float
    sun_wh: float = 0.0
    battery_wh: float = 0.0
    tariff: Tariff | None = None
    unknown: bool = False


class Timeline:
    """What the flows were lately."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._flows: deque[Flows] = deque(maxlen=_MOST_FLOWS)

    @property
    def latest(self) -> Flows | None:
        """The flows that were seen last."""
        return self._flows[-1] if self._flows else None

    def add(self, flows: Flows) -> None:
        """Take note of the flows from now on."""
        if self._flows and flows.at_s < self._flows[-1].at_s:
            # The clock was set back: what was before cannot be put in order any more.
            self._flows.clear()
        self._flows.append(flows)
        # The oldest that is needed is the one that held at that time.
        while len(self._flows) > 1 and self._flows[1].at_s < flows.at_s - LONGEST_S:
            self._flows.popleft()

    def between(
        self, since_s: float, until_s: float
    ) -> Iterator[tuple[Flows | None, float]]:
        """Yield the flows that there were, each with the seconds that it lasted; None where nobody has seen any."""
        ends_s = until_s
        for flows in reversed(self._flows):
            if ends_s <= since_s:
                return
            starts_s = max(flows.at_s, since_s)
            if starts_s < ends_s:
                heard_s = min(ends_s, flows.at_s + SILENT_AFTER_S)
                if heard_s < ends_s:
                    yield None, ends_s - max(heard_s, starts_s)
                if starts_s < heard_s:
                    yield flows, heard_s - starts_s
                ends_s = starts_s
        if ends_s > since_s:
            yield None, ends_s - since_s


def portions(gain: Gain, timeline: Timeline) -> Iterator[Portion]:
    """Yield the parts of a gain, by the flows that there were meanwhile."""
    latest = timeline.latest
    tariff = None if latest is None else latest.tariff
    span_s = gain.until_s - gain.since_s
    if span_s <= 0 or gain.late or not gain.possible:
        yield Portion(gain.energy_wh, tariff=tariff, unknown=True)
        return
    seen_from_s = min(max(gain.since_s, gain.seen_from_s), gain.until_s)
    if (unseen_s := seen_from_s - gain.since_s) > 0:
        unseen_wh = gain.energy_wh * unseen_s / span_s
        yield Portion(unseen_wh, tariff=tariff, unknown=True)
    for flows, seconds in timeline.between(seen_from_s, gain.until_s):
        energy_wh = gain.energy_wh * seconds / span_s
        if flows is None or flows.grid_w is None:
            yield Portion(energy_wh, tariff=tariff, unknown=True)
        else:
            yield _portion(gain, flows, flows.grid_w, energy_wh, span_s)


def _portion(
    gain: Gain, flows: Flows, grid_w: float, energy_wh: float, span_s: float
) -> Portion:
    # What the car itself was known to draw may be old; what it drew in the mean is certain.
    own_w = gain.energy_wh * 3600 / span_s
    cars_w = max(0.0, flows.cars_w - gain.drawn_w) + own_w
    # A meter that was read before knows only of what was drawn then.
    metered_w = cars_w if flows.at_s >= gain.since_s else flows.cars_w
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
