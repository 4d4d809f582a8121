"""Remembered load of the house: an average by time, of more than a single sample."""

import pytest

from custom_components.ocpp.surplus.sensing.house import House, observed


def _seen(*loads: tuple[float, float]) -> House:
    house = House()
    for load_w, seconds in loads:
        house = observed(house, load_w, seconds)
    return house


def test_a_single_sample_is_no_house() -> None:
    assert _seen((5000.0, 10.0)).load_w is None
    assert _seen((5000.0, 10.0), (500.0, 0.0)).load_w is None


def test_samples_weigh_by_the_time_that_they_stand_for() -> None:
    house = _seen((5000.0, 10.0), (500.0, 30.0))
    assert house.load_w == pytest.approx(1625.0)
    assert not house.is_settled


def test_a_kettle_is_forgotten() -> None:
    house = _seen((5000.0, 10.0), *[(500.0, 5.0)] * 60)
    assert house.is_settled
    assert house.load_w == pytest.approx(500.0, abs=10)
