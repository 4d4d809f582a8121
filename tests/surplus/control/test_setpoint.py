"""Conversion of power to a limit."""

from dataclasses import replace
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.cars.response import Car, commanded
from custom_components.ocpp.surplus.control.setpoint import (
    DEADBAND_A,
    SetpointConverter,
)
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
    ("step_a", "changes_a", "sent"),
    [
        (0.1, 0.2, False),
        (0.1, 0.3, True),
        (0.1, -0.3, True),
        (1.0, 1.0, True),
        (1.0, 0.5, False),
    ],
)
def test_small_differences_are_not_worth_a_message(
    step_a: float, changes_a: float, sent: bool
) -> None:
    car = commanded(Car(), 10.0, 0.0)
    converter = SetpointConverter(replace(ONE_PHASE, step_a=step_a), car, 0.0)
    assert converter.differs(10 + changes_a) is sent
    assert DEADBAND_A < 0.3


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
