"""Several batteries are as full as all of them together, also while one is away."""

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.sensing.charge import (
    REMEMBERED_S,
    common_charge,
    remembered,
)
from custom_components.ocpp.surplus.sensing.told import Told


def _told(percent: float | None, at_s: float = 0.0) -> Told:
    return Told(percent, at_s, at_s)


def test_batteries_count_by_their_capacities() -> None:
    told = (_told(90.0, 5.0), _told(30.0, 9.0))
    assert common_charge(told, ()) == Told(60.0, 9.0, 9.0)
    assert common_charge(told, (5.0, 10.0)) == Told(50.0, 9.0, 9.0)
    assert common_charge(told, (0.0, 0.0)) == Told(60.0, 9.0, 9.0)
    assert common_charge((), ()) is None


def test_one_that_is_away_counts_with_what_it_told_last_for_a_while() -> None:
    before: tuple[Told, ...] = (_told(90.0, 0.0), _told(30.0, 0.0))
    for at_s, percent in ((600.0, 60.0), (REMEMBERED_S + 1, 30.0)):
        before = remembered((_told(None, 10.0), _told(30.0, at_s)), before)
        charge = common_charge(before, (1.0, 1.0))
        assert charge is not None
        assert charge.value == pytest.approx(percent)


def test_without_any_that_is_known_it_is_unknown() -> None:
    charge = common_charge((_told(None), _told(None, 3.0)), (1.0, 2.0))
    assert charge == Told(None, 3.0, 3.0)


def test_other_batteries_than_before_are_not_mixed_up() -> None:
    told = (_told(None), _told(30.0))
    assert remembered(told, (_told(90.0),)) == told


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 100)), min_size=1))
def test_the_common_charge_is_between_the_extremes(
    batteries: list[tuple[float, float]],
) -> None:
    told = [_told(percent) for percent, _ in batteries]
    charge = common_charge(told, [capacity for _, capacity in batteries])
    assert charge is not None
    assert charge.value is not None
    percents = [percent for percent, _ in batteries]
    assert min(percents) - 1e-6 <= charge.value <= max(percents) + 1e-6
