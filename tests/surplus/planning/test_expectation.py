"""Learned expectation of the sun and the house."""

from dataclasses import replace

import pytest

from custom_components.ocpp.surplus.planning.expectation import (
    MAX_RATIO,
    MIN_RATIO,
    Expectation,
    HourlyLoad,
    Observation,
    expected,
    learned,
)
from custom_components.ocpp.surplus.planning.outlook import DAY_S, HOUR_S, Outlook
from tests.surplus.outlooks import hours

KW = 1000.0


def _after(
    expectation: Expectation,
    sun_w: float | None,
    surplus_w: float | None,
    forecast_w: float | None,
    *,
    for_s: float,
    since_s: float = 0.0,
) -> Expectation:
    """Return the expectation after the same observation each minute for some time."""
    at_s = since_s
    while at_s <= since_s + for_s:
        observation = Observation(at_s, int(at_s % DAY_S // HOUR_S), sun_w, surplus_w)
        expectation = learned(expectation, observation, forecast_w)
        at_s += 60
    return expectation


def test_a_forecast_that_promises_too_much_is_corrected_within_hours() -> None:
    dull = _after(Expectation(), 1.5 * KW, KW, 3 * KW, for_s=3 * HOUR_S)
    assert 0.5 < dull.sun_ratio < 0.65


@pytest.mark.parametrize(("sun_w", "ratio"), [(0.0, MIN_RATIO), (90 * KW, MAX_RATIO)])
def test_the_correction_has_its_bounds(sun_w: float, ratio: float) -> None:
    extreme = _after(Expectation(), sun_w, KW, 3 * KW, for_s=30 * HOUR_S)
    assert extreme.sun_ratio == pytest.approx(ratio, abs=0.01)


def test_in_the_dark_the_correction_fades() -> None:
    night = _after(Expectation(sun_ratio=0.5), 0.0, -300, 0.0, for_s=12 * HOUR_S)
    assert 0.6 < night.sun_ratio < 0.9


def test_today_is_corrected_in_full_and_the_day_after_not_at_all() -> None:
    forecast = Outlook(sun_w=hours(*[KW] * 40))
    outlook = expected(Expectation(sun_ratio=0.5), forecast, 0.0, 40 * HOUR_S)
    assert outlook.sun_w.at(2 * HOUR_S) == 0.5 * KW
    assert outlook.sun_w.at(18.1 * HOUR_S) == pytest.approx(0.75 * KW, rel=0.02)
    assert outlook.sun_w.at(30 * HOUR_S) == KW


def test_the_load_of_the_house_is_the_sun_less_the_surplus() -> None:
    home = _after(Expectation(), 3 * KW, 2.2 * KW, None, for_s=HOUR_S)
    assert home.house_w == pytest.approx(800)
    outlook = expected(home, Outlook(), HOUR_S, 5 * HOUR_S)
    assert outlook.house_w.at(4 * HOUR_S) == pytest.approx(800)


def test_without_a_meter_at_the_panels_the_house_is_known_in_the_dark() -> None:
    night = _after(Expectation(), None, -500, 0.0, for_s=HOUR_S)
    assert night.house_w == 500
    day = _after(night, None, 2 * KW, 2.5 * KW, for_s=HOUR_S, since_s=8 * HOUR_S)
    assert day.house_w == 500


def test_a_car_that_wakes_up_is_not_taken_for_the_house() -> None:
    home = _after(Expectation(), 0.0, -400, 0.0, for_s=HOUR_S)
    blip = _after(home, 0.0, -11 * KW, 0.0, for_s=60, since_s=HOUR_S)
    assert blip.house_w is not None
    assert blip.house_w < 650


def test_a_meal_cooked_just_now_does_not_go_on_all_day() -> None:
    morning = _after(Expectation(), 0.0, -300, 0.0, for_s=12 * HOUR_S)
    noon = _after(morning, 0.0, -3 * KW, 0.0, for_s=HOUR_S / 2, since_s=12 * HOUR_S)
    outlook = expected(noon, Outlook(), 12.5 * HOUR_S, 18 * HOUR_S)
    assert 300 < (outlook.house_w.at(17 * HOUR_S) or 0.0) < 800


def test_a_house_seen_for_an_hour_is_expected_as_it_was_in_that_hour() -> None:
    idle = _after(Expectation(), 0.0, -300, 0.0, for_s=60)
    busy = _after(idle, 0.0, -1200, 0.0, for_s=HOUR_S, since_s=60)
    assert busy.house_w is not None
    assert busy.house_w > 1000


def test_the_load_at_an_hour_of_other_days_is_expected_again() -> None:
    profile = [HourlyLoad()] * 24
    profile[18] = HourlyLoad(2 * KW, 3 * HOUR_S)
    known = Expectation(house_w=300.0, profile=tuple(profile))
    outlook = expected(known, Outlook(), 16 * HOUR_S, 20 * HOUR_S)
    assert outlook.house_w.at(17.5 * HOUR_S) == 300
    assert outlook.house_w.at(18.5 * HOUR_S) == 2 * KW
    summer_time = expected(known, Outlook(), 15 * HOUR_S, 20 * HOUR_S, 2 * HOUR_S)
    assert summer_time.house_w.at(16.5 * HOUR_S) == 2 * KW


def test_the_profile_follows_slowly() -> None:
    profile = [HourlyLoad()] * 24
    profile[0] = HourlyLoad(500.0, 5 * HOUR_S)
    known = Expectation(house_w=500.0, profile=tuple(profile))
    party = _after(known, 0.0, -3 * KW, 0.0, for_s=HOUR_S - 60)
    assert 800 < party.profile[0].mean_w < 1200


def test_before_anything_was_seen_a_usual_house_is_expected() -> None:
    outlook = expected(Expectation(), Outlook(), 0.0, HOUR_S)
    assert outlook.house_w.at(0) == 400


def test_nothing_measured_changes_nothing() -> None:
    nothing = _after(Expectation(), None, None, None, for_s=HOUR_S)
    assert replace(nothing, learned_at_s=None) == Expectation()
