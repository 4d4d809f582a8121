"""Accuracy of the ledgers, compared with a second-by-second simulation."""

from collections.abc import Iterator
from dataclasses import dataclass
import math
import random

import pytest

from custom_components.ocpp.surplus.accounts.booking import Books, balanced, entered
from custom_components.ocpp.surplus.accounts.ledger import Report, Session
from custom_components.ocpp.surplus.accounts.origins import Flows, Timeline

VOLTS = 3 * 230.0
MAX_W = 16 * VOLTS
HOURS = 4


@dataclass(frozen=True)
class Second:
    """Power flows of a second in W; the battery covers a deficit up to its maximum."""

    surplus_w: float
    cars_w: tuple[float, float]
    battery_w: float

    @property
    def grid_w(self) -> float:
        """Power from the grid."""
        return sum(self.cars_w) - self.surplus_w - self.battery_w

    @property
    def parts_w(self) -> tuple[float, float]:
        """Power of the cars from the sun and from the battery."""
        cars_w = sum(self.cars_w)
        sun_w = min(max(self.surplus_w, 0.0), cars_w)
        lack_w = max(0.0, -self.surplus_w)
        return sun_w, min(cars_w - sun_w, max(0.0, self.battery_w - lack_w))


def day(seed: int, battery_max_w: float) -> Iterator[Second]:
    """Yield a day with clouds, an oven, a car that follows the sun with a delay, and a car that does not."""
    luck = random.Random(seed)
    cloud, oven_w, wanted_w = 1.0, 0.0, [0.0, 0.0]
    cars_w = [0.0, 0.0]
    for second in range(HOURS * 3600):
        if second % 20 == 0:
            cloud = min(1.0, max(0.15, cloud + luck.gauss(0, 0.12)))
        if second % 300 == 0:
            oven_w = luck.choice([0.0, 0.0, 2500.0])
        clear_w = 12_000 * math.sin(math.pi * second / HOURS / 3600)
        surplus_w = clear_w * cloud - 400 - oven_w
        if second % 30 == 0:
            follows_w = min(max(0.0, math.floor(surplus_w / VOLTS) * VOLTS), MAX_W)
            wanted_w[0] = follows_w if follows_w >= 6 * VOLTS else 0.0
            if second % 3600 == 0:
                wanted_w[1] = luck.choice([0.0, 3600.0])
        for car in range(2):
            # A car takes some seconds to follow.
            cars_w[car] += max(-800.0, min(800.0, wanted_w[car] - cars_w[car]))
        lack_w = sum(cars_w) - surplus_w
        battery_w = min(battery_max_w, max(-battery_max_w, lack_w))
        yield Second(surplus_w, (cars_w[0], cars_w[1]), battery_w)


@pytest.mark.parametrize("battery_max_w", [0.0, 3000.0])
@pytest.mark.parametrize(
    ("grid_every_s", "charger_every_s", "tolerance_percent"),
    [(1, 10, 1.0), (1, 60, 2.5), (10, 10, 1.5), (10, 60, 2.5), (60, 60, 5.0)],
)
def test_the_ledgers_are_close_to_the_truth(
    grid_every_s: int,
    charger_every_s: int,
    tolerance_percent: float,
    battery_max_w: float,
) -> None:
    books, timeline = [Books(), Books()], Timeline()
    true_wh = [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    for at_s, second in enumerate(day(1, battery_max_w)):
        for car, (true, own_w) in enumerate(zip(true_wh, second.cars_w, strict=True)):
            share = own_w / sum(second.cars_w) if own_w else 0.0
            for part, part_w in enumerate((sum(second.cars_w), *second.parts_w)):
                true[part] += part_w * share / 3600
            if (at_s + 7 * car) % charger_every_s == 0:
                # Registers count whole watt-hours.
                counted_wh, idle = float(math.floor(true[0])), own_w == 0
                report = Report(
                    float(at_s),
                    counted_wh,
                    MAX_W,
                    own_w,
                    idle,
                    session=Session("1", counted_wh),
                )
                books[car] = entered(books[car], report, timeline)
        if at_s % grid_every_s == 0:
            cars_w = sum(each.ledger.drawn_w for each in books)
            timeline.add(Flows(at_s, second.grid_w, second.battery_w, cars_w))
    for each, (energy_wh, sun_wh, battery_wh) in zip(books, true_wh, strict=True):
        ledger = balanced(each, timeline).ledger
        tolerance_wh = energy_wh * tolerance_percent / 100
        assert ledger.total.energy_wh == pytest.approx(energy_wh, abs=200)
        assert ledger.total.sun_wh == pytest.approx(sun_wh, abs=tolerance_wh)
        assert ledger.total.battery_wh == pytest.approx(battery_wh, abs=tolerance_wh)
        assert ledger.total.unknown_wh == 0
