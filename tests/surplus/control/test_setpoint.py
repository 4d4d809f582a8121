"""Conversion of power to a limit."""

from dataclasses import replace
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.cars.response import Car, commanded
from custom_components.ocpp.surplus.control.setpoint import NOISE_A, SetpointConverter
from custom_components.ocpp.surplus.model import ChargerSettings
from tests.surplus.simulation.charger import ONE_PHASE, THREE_PHASES

WHOLE = replace(ONE_PHASE, step_a=1.0)


@pytest.mark.parametrize("amps", [0.0, 3.0, 5.9])
def test_less_than_the_minimum_becomes_the_minimum(amps: float) -> None:
    """The decision to pause is made elsewhere."""
    assert SetpointConverter(ONE_PHASE, Car(), 0.5).current_a(amps * 230, 1) == 6


@pytest.mark.parametrize(("rounding", "amps"), [(0.0, 8), (0.5, 9), (0.99, 9)])
def test_an_impossible_limit_is_rounded_as_the_policy_says(
    rounding: float, amps: float
) -> None:
    assert SetpointConverter(WHOLE, Car(), rounding).current_a(8.6 * 230, 1) == amps


@pytest.mark.parametrize("rounding", [0.0, 0.5, 0.99])
def test_a_possible_limit_is_not_rounded(rounding: float) -> None:
    assert SetpointConverter(WHOLE, Car(), rounding).current_a(9 * 230, 1) == 9


def test_a_car_that_draws_less_than_offered_gets_a_higher_limit() -> None:
    car = Car(bias_a=0.5, max_phases=1, phases=1)
    converter = SetpointConverter(THREE_PHASES, car, 0.0)
    assert converter.current_a(9 * 230, 3) == pytest.approx(9.5)


@pytest.mark.parametrize(
    ("step_a", "changes_a", "told_a"),
    [
        (0.1, 0.08, None),
        (0.1, 0.12, 10.1),
        (0.1, -0.12, 9.9),
        (1.0, 0.52, None),
        (1.0, 0.6, 11.0),
        (1.0, -0.6, 9.0),
    ],
)
def test_a_limit_changes_by_a_step_that_is_more_than_noise(
    step_a: float, changes_a: float, told_a: float | None
) -> None:
    converter = _at_ten_amperes(step_a, 0.5)
    changed_a = converter.changed_a((10 + changes_a) * 230, 1)
    assert changed_a == (None if told_a is None else pytest.approx(told_a))


@pytest.mark.parametrize(
    ("exact_a", "told_a"), [(9.92, 9), (9.97, None), (11.02, None), (11.07, 11)]
)
def test_a_limit_that_is_rounded_down_stays_until_the_next_step_is_reached(
    exact_a: float, told_a: float | None
) -> None:
    assert _at_ten_amperes(1.0, 0.0).changed_a(exact_a * 230, 1) == told_a


def test_noise_makes_no_message() -> None:
    """Twenty watts around the edge of a step."""
    for rounding in (0.0, 0.5):
        converter = _at_ten_amperes(0.1, rounding)
        edge_a = 10 + 0.1 * (1 - rounding)
        for noise_w in (-10, 10):
            assert converter.changed_a(edge_a * 230 + noise_w, 1) is None
    assert 2 * NOISE_A * 230 > 20


def test_a_car_that_draws_no_less_gets_the_least_limit() -> None:
    """If it can draw less after all, that shows."""
    car = Car(bias_a=0.4, floor_a=8.0, max_phases=1, phases=1)
    converter = SetpointConverter(ONE_PHASE, car, 0.0)
    assert converter.current_a(8 * 230, 1) == 6
    assert converter.current_a(9 * 230, 1) == pytest.approx(9.4)


def _at_ten_amperes(step_a: float, rounding: float) -> SetpointConverter:
    car = commanded(Car.on_phases(1), 10.0, 0.0)
    return SetpointConverter(replace(ONE_PHASE, step_a=step_a), car, rounding)


@given(
    st.builds(
        ChargerSettings,
        min_current_a=st.sampled_from([6.0, 8.0]),
        max_current_a=st.sampled_from([10.0, 13.0, 16.0, 32.0]),
        step_a=st.sampled_from([0.1, 0.5, 1.0]),
    ),
    st.floats(-5000, 50_000) | st.just(math.inf),
    st.sampled_from([0.0, 0.5, 0.99]),
    st.floats(-0.5, 4),
    st.sampled_from([1, 2, 3]),
)
def test_every_limit_is_one_that_the_charger_supports(
    settings: ChargerSettings,
    watts: float,
    rounding: float,
    bias_a: float,
    phases: int,
) -> None:
    car = Car(bias_a=bias_a)
    amps = SetpointConverter(settings, car, rounding).current_a(watts, phases)
    assert settings.min_current_a <= amps <= settings.max_current_a
    assert amps / settings.step_a == pytest.approx(round(amps / settings.step_a))
    if settings.min_current_a < amps < settings.max_current_a:
        exact_a = watts / (230 * phases) + bias_a
        assert abs(amps - exact_a) <= settings.step_a
