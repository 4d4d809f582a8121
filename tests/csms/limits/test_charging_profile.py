"""Limits, and the charging profiles that set them."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.devices.capabilities import (
    MIN_CURRENT_A,
    Capabilities,
    PauseBy,
    PhaseSwitching,
    Purpose,
    Unit,
)
from custom_components.ocpp.csms.errors import InvalidLimitError
from custom_components.ocpp.csms.evses.transaction import Transaction
from custom_components.ocpp.csms.limits.charging_profile import (
    BelowMinimum,
    Electrics,
    check,
    feasible,
    profile,
)
from custom_components.ocpp.csms.limits.profile_variants import (
    ProfileVariant,
    standing_variants,
    transaction_variants,
)
from custom_components.ocpp.csms.model import Limit

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SESSION = Transaction("7", 1, None, NOW)
USUAL = Capabilities()


@pytest.mark.parametrize("amps", [0, 3, 6, 6.1, 16, 32, 500])
def test_limits_that_can_be(amps: float) -> None:
    check(Limit(amps))


@pytest.mark.parametrize("amps", [-1, 501, 11000, float("nan"), float("inf")])
def test_limits_that_cannot(amps: float) -> None:
    with pytest.raises(InvalidLimitError):
        check(Limit(amps))


@pytest.mark.parametrize("phases", [0, 4, -1])
def test_numbers_of_phases_that_cannot_be(phases: int) -> None:
    with pytest.raises(InvalidLimitError):
        check(Limit(10, phases))


@pytest.mark.parametrize("amps", [0.5, 3, 5.9])
def test_what_is_less_than_the_minimum_becomes_what_the_caller_says(
    amps: float,
) -> None:
    assert feasible(Limit(amps), USUAL) == Limit(0)
    assert feasible(Limit(amps), USUAL, BelowMinimum.MINIMUM) == Limit(6)
    assert feasible(Limit(0), USUAL, BelowMinimum.MINIMUM) == Limit(0)


def test_a_minimum_may_be_higher() -> None:
    seven = Capabilities(minimum_current_a=7)
    assert feasible(Limit(6.5), seven) == Limit(0)
    assert feasible(Limit(6.5), seven, BelowMinimum.MINIMUM) == Limit(7)
    assert feasible(Limit(7), seven) == Limit(7)


def test_a_charger_that_cannot_pause_gets_its_least() -> None:
    keeps = Capabilities(pause_by=PauseBy.LEAST_CURRENT)
    assert feasible(Limit(0), keeps) == feasible(Limit(5), keeps) == Limit(6)


@pytest.mark.parametrize(
    ("wanted", "told"), [(32, 16), (16, 16), (12.9, 10), (7, 6), (5, 0)]
)
def test_only_some_currents_are_known(wanted: float, told: float) -> None:
    known = Capabilities(currents_a=(6, 8, 10, 13, 16))
    assert feasible(Limit(wanted), known) == Limit(told)


@given(amps=st.floats(0, 80), step_a=st.sampled_from([0.1, 0.5, 1.0]))
def test_a_feasible_limit_is_a_step_and_never_more(amps: float, step_a: float) -> None:
    told = feasible(Limit(amps), Capabilities(current_step_a=step_a)).current_a
    assert told == 0 or told >= MIN_CURRENT_A
    assert told <= amps + 1e-5
    assert told == pytest.approx(round(told / step_a) * step_a)
    assert feasible(Limit(told), Capabilities(current_step_a=step_a)).current_a == told


def test_phases_are_told_only_to_chargers_that_can_switch_them() -> None:
    switches = Capabilities(phase_switching=PhaseSwitching.PROFILE)
    assert feasible(Limit(10, 1), switches) == Limit(10, 1)
    assert feasible(Limit(10, 1), USUAL) == Limit(10)


@given(
    amps=st.floats(MIN_CURRENT_A, 80),
    phases=st.sampled_from([1, 3]),
    variant=st.sampled_from([*standing_variants(USUAL), *transaction_variants(USUAL)]),
)
def test_a_profile_never_allows_more_than_its_limit(
    amps: float, phases: int, variant: ProfileVariant
) -> None:
    told = profile(Limit(amps), variant, 1, SESSION, Electrics(phases), NOW)
    in_amperes = told.unit is Unit.AMPERE
    per_phase = told.limit if in_amperes else told.limit / phases / 230
    assert amps - 0.11 <= per_phase <= amps + 1e-5
    assert (told.transaction_id is not None) == (told.purpose is Purpose.TX)


def test_a_limit_in_watts_is_for_the_phases_it_names() -> None:
    watts = ProfileVariant(Purpose.TX, USUAL.kinds[0], Unit.WATT)
    told = profile(Limit(10, 1), watts, 1, SESSION, Electrics(3), NOW)
    assert (told.limit, told.phases) == (2300, 1)


@pytest.mark.parametrize("phases", [1, 2, 3])
def test_a_limit_in_watts_is_rounded_down(phases: int) -> None:
    variant = ProfileVariant(Purpose.TX, USUAL.kinds[0], Unit.WATT)
    for tenths in range(60, 321):
        told = profile(Limit(tenths / 10), variant, 1, SESSION, Electrics(phases), NOW)
        # One tenth of an ampere is 23 W on each phase.
        assert told.limit <= tenths * phases * 23
        assert told.limit > tenths * phases * 23 - 2
