"""A slow meter is known by its regular, long intervals."""

from itertools import accumulate

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.sensing.cadence import slow_cadence_s


def _cadence_s(*intervals_s: float) -> float | None:
    return slow_cadence_s(list(accumulate(intervals_s, initial=1000.0)))


@pytest.mark.parametrize("interval_s", [60, 120, 180, 300, 900])
def test_a_slow_meter_is_told(interval_s: float) -> None:
    assert _cadence_s(*[interval_s] * 8) == interval_s


def test_one_interval_that_is_missed_makes_no_difference() -> None:
    assert _cadence_s(300, 300, 600, 300, 310, 290, 300) == 300


@pytest.mark.parametrize("interval_s", [1, 10, 30, 50])
def test_a_quick_meter_is_not(interval_s: float) -> None:
    assert _cadence_s(*[interval_s] * 100) is None


def test_one_that_speaks_when_something_changes_is_not() -> None:
    assert _cadence_s(200, 30, 400, 70, 20, 600, 90, 15, 300) is None


def test_a_few_reports_prove_nothing() -> None:
    assert _cadence_s() is None
    assert _cadence_s(300, 300, 300) is None
    assert slow_cadence_s([]) is None


@given(st.lists(st.floats(0.5, 55), min_size=1, max_size=40), st.floats(60, 900))
def test_pauses_do_not_make_a_quick_meter_slow(
    intervals_s: list[float], pause_s: float
) -> None:
    assert _cadence_s(*intervals_s, pause_s) is None or len(intervals_s) < 2
