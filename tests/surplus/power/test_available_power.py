"""Available power: samples of different instants, silent meters, and cars in transition."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.cars.response import Car, commanded
from custom_components.ocpp.surplus.model import NOTHING, Estimate, SiteReading
from custom_components.ocpp.surplus.power.available_power import (
    LOST_AFTER_S,
    MAX_SKEW_S,
    STALE_AFTER_S,
    MeterSamples,
    balance,
    measured_surplus,
    total_drawn_w,
    with_reading,
)

CHARGING = replace(
    commanded(Car(), 10.0, -100.0), charging=True, charging_changed_s=-90.0, phases=1
)


def _meters(*readings: SiteReading) -> MeterSamples:
    meters = MeterSamples()
    for reading in readings:
        meters = with_reading(meters, reading)
    return meters


def test_the_draw_of_cars_counts_and_import_does_not() -> None:
    sun = measured_surplus(_meters(SiteReading(300.0, 0.0)), 0.0, 0.0)
    assert sun.available_w([CHARGING]) == Estimate.exactly(2300 - 300)


@pytest.mark.parametrize(
    ("battery_w", "available_w"), [(-2000.0, 3700.0), (500.0, 1200.0)]
)
def test_a_battery_that_charges_leaves_sun_and_one_that_discharges_takes_it(
    battery_w: float, available_w: float
) -> None:
    sun = measured_surplus(_meters(SiteReading(600.0, 0.0, battery_w)), 0.0, 0.0)
    assert sun.available_w([CHARGING]) == Estimate.exactly(available_w)


def test_grid_and_battery_are_compared_at_the_same_instant() -> None:
    """An old sample of a battery that has taken over from the grid must not look like surplus."""
    before = SiteReading(2000.0, 0.0, 0.0, battery_at_s=0.0)
    after = SiteReading(0.0, 4.0, 0.0, battery_at_s=0.0)
    told = balance(_meters(before, after))
    assert told.at_s == 0
    assert told.grid_w.likely + told.battery_w.likely == 2000


def test_between_two_samples_the_power_lies_between_them() -> None:
    first = SiteReading(0.0, 0.0, battery_at_s=0.0)
    second = SiteReading(3000.0, 10.0, -500.0, battery_at_s=5.0)
    told = balance(_meters(first, second))
    assert told.at_s == 5
    assert told.grid_w == Estimate(0, 1500, 3000)


def test_an_old_sample_of_a_battery_is_assumed_to_hold() -> None:
    first = SiteReading(0.0, 0.0, -500.0, battery_at_s=0.0)
    second = SiteReading(3000.0, MAX_SKEW_S + 1, -500.0, battery_at_s=0.0)
    told = balance(_meters(first, second))
    assert told.at_s == MAX_SKEW_S + 1
    assert told.battery_w.likely == -500


@pytest.mark.parametrize(
    ("silent_s", "usable_w"),
    [
        (0.0, Estimate.exactly(1700)),
        (STALE_AFTER_S, Estimate.exactly(1700)),
        (STALE_AFTER_S + 1, None),
        (LOST_AFTER_S, None),
        (LOST_AFTER_S + 1, NOTHING),
    ],
)
def test_a_silent_meter_is_believed_for_a_minute_and_given_up_after_two(
    silent_s: float, usable_w: Estimate | None
) -> None:
    """In between, nothing is raised."""
    sun = measured_surplus(_meters(SiteReading(-1700.0, 0.0)), 0.0, silent_s)
    assert sun.usable_w([]) == usable_w


def test_a_meter_without_any_report_is_waited_for() -> None:
    assert measured_surplus(MeterSamples(), 0.0, 60.0).usable_w([]) is None
    assert (
        measured_surplus(MeterSamples(), 0.0, LOST_AFTER_S + 1).usable_w([]) == NOTHING
    )


def test_a_sample_that_comes_late_does_not_replace_a_newer_one() -> None:
    meters = _meters(SiteReading(100.0, 10.0), SiteReading(900.0, 5.0))
    assert [sample.watts for sample in meters.grid] == [100.0]


def test_only_what_is_needed_is_remembered() -> None:
    meters = _meters(*(SiteReading(0.0, float(second)) for second in range(500)))
    assert len(meters.grid) <= 20
    assert meters.grid[-1].at_s == 499


def test_twenty_cars_are_not_twenty_times_as_uncertain_as_one() -> None:
    waiting = commanded(CHARGING, 16.0, 0.0)
    one, twenty = (total_drawn_w([waiting] * count, 4.0) for count in (1, 20))
    assert twenty.likely == pytest.approx(20 * one.likely)
    assert twenty.high - twenty.low < 5 * (one.high - one.low)


@given(st.lists(st.sampled_from([0.0, 6.0, 10.0, 16.0]), max_size=8), st.floats(0, 60))
def test_available_power_lies_within_the_draw_of_cars(
    currents_a: list[float], at_s: float
) -> None:
    cars = [commanded(CHARGING, current_a, 10.0) for current_a in currents_a]
    drawn = total_drawn_w(cars, at_s)
    assert drawn.low <= drawn.likely <= drawn.high
    sun = measured_surplus(_meters(SiteReading(500.0, at_s)), 0.0, at_s)
    available_w = sun.available_w(cars)
    assert available_w is not None
    assert available_w.likely == pytest.approx(drawn.likely - 500)
    assert available_w.low <= available_w.likely <= available_w.high
