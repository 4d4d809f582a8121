"""Estimation of the surplus: samples of different instants, meters that are late, silent, dead, frozen, odd or clipped."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
import math
import random

import pytest

from custom_components.ocpp.surplus.cars.response import Car, commanded
from custom_components.ocpp.surplus.model import Estimate, SiteReading
from custom_components.ocpp.surplus.sensing.draws import Cars, total_drawn_w
from custom_components.ocpp.surplus.sensing.estimator import LOST_AFTER_S, sense
from custom_components.ocpp.surplus.sensing.lateness import LONGEST_S, Lateness
from custom_components.ocpp.surplus.sensing.sensing import (
    Basis,
    Failure,
    Sensing,
    Surplus,
)

CHARGING = replace(
    commanded(Car(), 10.0, -100.0), charging=True, charging_changed_s=-90.0, phases=1
)
NOBODY = Cars((), ())


def _sensed(*readings: SiteReading, cars: Cars = NOBODY) -> Surplus:
    sensing = Sensing()
    for reading in readings:
        sensing = sense(sensing, reading, cars, reading.grid_at_s)
    assert sensing.surplus is not None
    return sensing.surplus


@dataclass(slots=True)
class House:
    """House whose one car follows each limit at once, with sources that tell what they are made to."""

    solar_w: Callable[[float], float] = lambda _: 6000.0
    load_w: float = 500.0
    battery_w: Callable[[float], float] | None = None
    tells_solar: bool = True
    car: Car = field(default_factory=lambda: replace(CHARGING, commands=()))
    now_s: float = 0.0
    sensing: Sensing = field(default_factory=Sensing)
    drawn_w: dict[float, float] = field(default_factory=dict)
    noise: random.Random = field(default_factory=lambda: random.Random(1))

    def offer(self, amps: float) -> None:
        """Have the car follow a limit."""
        self.car = commanded(self.car, amps, self.now_s)
        self.car = replace(self.car, current_a=amps, measured_at_s=self.now_s)

    def grid_w(self, at_s: float) -> float:
        """Return the true power from the grid at an instant."""
        battery_w = self.battery_w(at_s) if self.battery_w else 0.0
        drawn_w = self.drawn_w.get(at_s, 0.0)
        return self.load_w + drawn_w - self.solar_w(at_s) - battery_w

    def run(
        self, seconds: int, meter: Callable[[float], SiteReading | None]
    ) -> Iterator[Surplus | None]:
        """Let time pass, and return each new estimate; the meter tells a reading, or the last one again."""
        reading: SiteReading | None = None
        for _ in range(seconds):
            self.now_s += 1
            self.drawn_w[self.now_s] = self.car.offered_a * self.car.voltage_v
            told = meter(self.now_s)
            reading = reading if told is None else told
            if reading is not None and self.tells_solar:
                reading = replace(
                    reading,
                    solar_power_w=self.solar_w(self.now_s),
                    solar_at_s=self.now_s,
                )
            before = self.sensing.surplus
            self.sensing = sense(
                self.sensing, reading, Cars([self.car], [self.car]), self.now_s
            )
            surplus = self.sensing.surplus
            yield surplus if surplus is not before else None

    def late(
        self, seconds: float, each_s: int = 1
    ) -> Callable[[float], SiteReading | None]:
        """Return a meter that tells what was true some time ago."""

        def told(now_s: float) -> SiteReading | None:
            if now_s % each_s:
                return None
            watts = self.grid_w(now_s - seconds) + self.noise.gauss(0, 10)
            return SiteReading(watts, now_s)

        return told

    def charge(self, meter: Callable[[float], SiteReading | None]) -> None:
        """Have the car make steps of its own for some minutes."""
        seconds = (31, 53, 44, 61, 38, 67, 45, 58)
        for amps, lasts_s in zip((6, 14, 8, 16, 6, 12, 20, 8), seconds, strict=True):
            self.offer(amps)
            list(self.run(lasts_s, meter))


def test_the_draw_of_cars_counts_and_import_does_not() -> None:
    surplus = _sensed(SiteReading(300.0, 0.0), cars=Cars([CHARGING], [CHARGING]))
    assert surplus.all_w == Estimate.exactly(2300 - 300)


def test_cars_that_follow_the_sun_have_what_others_leave() -> None:
    surplus = _sensed(SiteReading(300.0, 0.0), cars=Cars([CHARGING], []))
    assert surplus.all_w == Estimate.exactly(2300 - 300)
    assert surplus.solar_w == Estimate.exactly(-300)


@pytest.mark.parametrize(
    ("battery_w", "available_w"), [(-2000.0, 1400.0), (500.0, -1100.0)]
)
def test_a_battery_that_charges_leaves_sun_and_one_that_discharges_takes_it(
    battery_w: float, available_w: float
) -> None:
    surplus = _sensed(SiteReading(600.0, 0.0, battery_w, battery_at_s=0.0))
    assert surplus.all_w == Estimate.exactly(available_w)


def test_grid_and_battery_are_compared_at_the_same_instant() -> None:
    """An old sample of a battery that has taken over from the grid must not look like surplus."""
    before = SiteReading(2000.0, 0.0, 0.0, battery_at_s=0.0)
    after = SiteReading(0.0, 4.0, 0.0, battery_at_s=0.0)
    assert _sensed(before, after).all_w.likely == -2000


def test_between_two_samples_the_power_lies_between_them() -> None:
    first = SiteReading(0.0, 0.0, battery_at_s=0.0)
    second = SiteReading(2000.0, 10.0, -500.0, battery_at_s=5.0)
    assert _sensed(first, second).all_w == Estimate(-1500, -500, 500)


def test_twenty_cars_that_move_are_known_together_better_than_one() -> None:
    waiting = commanded(CHARGING, 16.0, 0.0)
    one, twenty = (total_drawn_w([waiting] * count, 4.0) for count in (1, 20))
    assert twenty.likely == pytest.approx(20 * one.likely)
    assert 0 < twenty.high - twenty.low < one.high - one.low


def test_a_site_of_which_nothing_is_known_has_no_sun_after_a_while() -> None:
    sensing = Sensing()
    for now_s in (0.0, LOST_AFTER_S):
        sensing = sense(sensing, None, NOBODY, now_s)
        assert sensing.surplus is None
    assert sense(sensing, None, NOBODY, LOST_AFTER_S + 1).is_lost


@pytest.mark.parametrize(
    ("late_s", "each_s"), [(1, 1), (12, 1), (30, 1), (20, 10), (60, 30)]
)
def test_lateness_is_learned_from_own_steps(late_s: float, each_s: int) -> None:
    house = House()
    house.charge(house.late(late_s, each_s))
    late = house.sensing.lateness
    assert late.is_learned
    assert late.shortest_s - 2 <= late_s <= late.longest_s + 2
    assert late.longest_s - late.shortest_s <= each_s + 4


@pytest.mark.parametrize("late_s", [15, 40])
def test_a_late_value_is_compared_with_what_the_car_drew_then(late_s: float) -> None:
    house = House()
    meter = house.late(late_s)
    house.charge(meter)
    house.offer(16.0)
    for surplus in house.run(120, meter):
        if surplus is not None:
            assert surplus.all_w.low - 100 <= 5500 <= surplus.all_w.high + 100


@pytest.mark.parametrize("tells_solar", [True, False])
def test_a_silent_meter_stands_where_it_stood_while_its_device_lives(
    tells_solar: bool,
) -> None:
    house = House(tells_solar=tells_solar)
    house.charge(house.late(1))
    watts = house.grid_w(house.now_s)
    told_s = house.now_s

    def silent(now_s: float) -> SiteReading:
        return SiteReading(watts, told_s, alive_s=now_s - now_s % 30)

    list(house.run(1800, silent))
    assert house.sensing.surplus is not None
    assert house.sensing.surplus.basis is Basis.UNCHANGED
    assert house.sensing.surplus.all_w.likely == pytest.approx(5500, abs=100)


def _told(reading: SiteReading, _: float) -> SiteReading:
    return reading


def test_a_meter_that_answers_sooner_than_it_is_thought_to_owes_nothing() -> None:
    """A meter that tells changes only, and at once, was taken for one that is late."""
    house = House()
    told: list[float] = []

    def meter(now_s: float) -> SiteReading | None:
        watts = house.grid_w(now_s)
        if told and abs(watts - told[-1]) < 100:
            return None
        told.append(watts)
        return SiteReading(watts, now_s)

    costs_w = tuple(abs(seconds - 16) * 1000.0 for seconds in range(LONGEST_S + 1))
    late = Lateness(15.0, 16.0, 18.0, costs_w, costs_w, steps_w=4000.0)
    house.sensing = replace(house.sensing, learned_lateness=late)
    for amps in (6, 14, 8):
        house.offer(amps)
        list(house.run(150, meter))
        assert house.sensing.failure is None


def test_a_silence_that_hid_nothing_proves_that_the_next_may_last_longer() -> None:
    """Nothing else shows that the meter lives, but it shows the next step of the car."""
    house = House(tells_solar=False)
    meter = house.late(1)
    house.charge(meter)
    for silent_s in (110, 200):
        list(house.run(30, meter))
        reading = SiteReading(house.grid_w(house.now_s), house.now_s)
        list(house.run(silent_s, partial(_told, reading)))
        assert not house.sensing.is_lost
        house.offer(10.0)


def test_a_meter_that_does_not_show_a_step_of_the_car_is_dead() -> None:
    house = House()
    house.charge(house.late(1))
    reading = SiteReading(house.grid_w(house.now_s), house.now_s)
    list(house.run(20, lambda _: reading))
    house.offer(20.0)
    list(house.run(120, lambda _: reading))
    assert house.sensing.failure is Failure.SILENT
    assert house.sensing.surplus is not None
    assert house.sensing.surplus.basis is Basis.SUN_AND_HOUSE
    assert house.sensing.surplus.all_w.likely == pytest.approx(5500, abs=300)


def test_a_dead_meter_without_a_sensor_of_the_sun_is_lost() -> None:
    house = House(tells_solar=False)
    house.charge(house.late(1))
    reading = SiteReading(house.grid_w(house.now_s), house.now_s)
    house.offer(20.0)
    list(house.run(180, lambda _: reading))
    assert house.sensing.is_lost


def test_a_meter_that_reports_the_same_whatever_the_car_does_is_frozen() -> None:
    house = House()
    house.charge(house.late(1))
    watts = house.grid_w(house.now_s)
    house.offer(20.0)
    list(house.run(120, lambda now_s: SiteReading(watts, now_s)))
    assert house.sensing.failure is Failure.FROZEN
    meter = house.late(1)
    list(house.run(5, meter))
    assert house.sensing.failure is None


@pytest.mark.parametrize("odd_w", [-20_000.0, 65_000.0, -65_497.0])
@pytest.mark.parametrize("tells_solar", [True, False])
def test_a_single_odd_sample_decides_nothing(odd_w: float, tells_solar: bool) -> None:
    house = House(tells_solar=tells_solar)
    meter = house.late(1)
    house.charge(meter)
    list(house.run(30, meter))

    def odd(now_s: float) -> SiteReading | None:
        return SiteReading(odd_w, now_s) if now_s == house.now_s else None

    for surplus in (*house.run(1, odd), *house.run(10, meter)):
        if surplus is not None:
            assert surplus.all_w.likely == pytest.approx(5500, abs=200)


def test_a_great_change_that_is_told_twice_is_believed() -> None:
    house = House(tells_solar=False)
    meter = house.late(1)
    house.charge(meter)
    list(house.run(30, meter))
    house.load_w += 4000
    list(house.run(3, meter))
    assert house.sensing.surplus is not None
    assert house.sensing.surplus.all_w.likely == pytest.approx(1500, abs=200)


@pytest.mark.parametrize("tells_solar", [True, False])
def test_import_that_is_not_measured_is_not_taken_for_none(tells_solar: bool) -> None:
    """The sun goes while the car charges: the export stays at zero."""
    sun_w = 6000.0
    house = House(solar_w=lambda _: sun_w, tells_solar=tells_solar)

    def clipped(now_s: float) -> SiteReading:
        watts = min(0.0, house.grid_w(now_s - 1))
        return SiteReading(watts, now_s, exports_only=True)

    house.charge(clipped)
    house.offer(16.0)
    list(house.run(60, clipped))
    sun_w = 1000.0
    list(house.run(60, clipped))
    assert house.sensing.surplus is not None
    assert house.sensing.surplus.all_w.high < 3680 - 200


def test_a_house_that_draws_more_is_found_by_the_export_that_it_leaves_out() -> None:
    """The oven is switched on while the car charges, and the sun rises further: the export stays at zero."""
    sun_w = 6000.0
    house = House(solar_w=lambda _: sun_w)

    def clipped(now_s: float) -> SiteReading:
        watts = min(0.0, house.grid_w(now_s - 1))
        return SiteReading(watts, now_s, exports_only=True)

    house.charge(clipped)
    house.offer(16.0)
    list(house.run(60, clipped))
    house.load_w += 3000.0
    list(house.run(60, clipped))
    sun_w = 6500.0
    list(house.run(60, clipped))
    assert house.sensing.failure is None
    assert house.sensing.surplus is not None
    assert house.sensing.surplus.all_w.high < 3680 - 500


def test_export_is_surplus_whatever_the_battery_does() -> None:
    sensing = Sensing()
    for second in range(200):
        reading = SiteReading(-4000.0 - second % 7, second, None, battery_at_s=0.0)
        sensing = sense(sensing, reading, NOBODY, second)
    assert sensing.surplus is not None
    assert sensing.surplus.basis is Basis.CERTAIN_PART
    assert sensing.surplus.all_w.likely == pytest.approx(4000, abs=10)


def test_a_battery_that_nobody_set_up_is_found() -> None:
    """The seen battery takes a third of what the car changes."""
    house = House()

    def given_w(at_s: float) -> float:
        return house.drawn_w.get(at_s - 3, 0.0) + house.load_w - 6000.0

    house.battery_w = given_w

    def meter(now_s: float) -> SiteReading | None:
        seen_w = given_w(now_s - 1) / 3
        grid_w = house.grid_w(now_s - 1) + house.noise.gauss(0, 10)
        return SiteReading(grid_w, now_s, seen_w, battery_at_s=now_s)

    for amps in (6.0, 14.0, 6.0, 16.0) * 5:
        house.offer(amps)
        list(house.run(90, meter))
    assert house.sensing.battery.seen.share == pytest.approx(1 / 3, abs=0.12)


def test_no_sample_stands_for_longer_than_the_meter_is_silent_usually() -> None:
    surplus = _sensed(*(SiteReading(-1000.0, 10.0 * number) for number in range(9)))
    assert surplus.stands_for_s == 10
    assert surplus.at_s == 80
    assert not math.isinf(surplus.at_s)


def test_a_balance_with_a_slow_battery_stands_until_the_battery_tells_again() -> None:
    readings = [
        SiteReading(-1000.0, second, 500.0, battery_at_s=second // 60 * 60.0)
        for second in range(1, 601)
    ]
    sensing, stood_s, before = Sensing(), 0.0, None
    for reading in readings:
        sensing = sense(sensing, reading, NOBODY, reading.grid_at_s)
        if sensing.surplus is not before and sensing.surplus is not None:
            before = sensing.surplus
            stood_s += before.stands_for_s
    assert stood_s == pytest.approx(600, abs=70)
