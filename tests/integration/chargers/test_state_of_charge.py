"""What is believed of a state of charge, and what is added to it."""

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.chargers.departures import CHARGING_EFFICIENCY
from custom_components.ocpp.chargers.state_of_charge import (
    CONFIRMED_S,
    DEFAULT_CAPACITY_WH,
    PERSISTED_S,
    BelievedSoc,
    SocReport,
    believed,
    corrected_percent,
)


def _after(*told: tuple[float, float], now_s: float | None = None) -> float | None:
    """Return what is believed after some reports, each a value and its second."""
    soc = BelievedSoc()
    for percent, told_s in told:
        soc = believed(
            soc, SocReport(percent, told_s), told_s if now_s is None else now_s
        )
    return soc.percent


@pytest.mark.parametrize("percent", [0, 0.8, 1, 60, -5, 101, 255])
def test_what_is_told_once_and_hard_to_believe_changes_nothing(percent: float) -> None:
    assert _after((80, 0), (percent, 300)) == 80
    assert _after((80, 0), (percent, 300), (81, 600)) == 81


@pytest.mark.parametrize("percent", [0, 0.8])
def test_at_first_nothing_is_better_than_something_odd(percent: float) -> None:
    assert _after((percent, 0)) is None
    assert _after((percent, 0), (44, 300)) == 44


@pytest.mark.parametrize("percent", [0, 60])
def test_what_is_told_again_is_believed_in_the_end(percent: float) -> None:
    again = [(percent, 300 + float(s)) for s in range(0, int(CONFIRMED_S), 300)]
    assert _after((80, 0), *again) == 80
    assert _after((80, 0), *again, (percent, 300 + CONFIRMED_S)) == percent
    # A source that tells only changes cannot tell it again.
    soc = believed(BelievedSoc(80.0), SocReport(percent, 300), 300)
    assert believed(soc, SocReport(percent, 300), 300 + PERSISTED_S - 1).percent == 80
    assert believed(soc, SocReport(percent, 300), 300 + PERSISTED_S).percent == percent


@pytest.mark.parametrize(
    ("before", "percent"), [(80, 79), (80, 71), (20, 85), (4, 0), (2, 1)]
)
def test_what_a_car_may_have_is_believed_at_once(before: float, percent: float) -> None:
    assert _after((before, 0), (percent, 300)) == percent


def test_what_is_known_holds_while_nothing_is_told() -> None:
    assert believed(BelievedSoc(55.0), None, 1000.0).percent == 55


def test_what_was_delivered_is_added() -> None:
    delivered_wh = 6000 / CHARGING_EFFICIENCY
    assert corrected_percent(15, delivered_wh, 60_000) == pytest.approx(25)
    assert corrected_percent(15, 0.05 * DEFAULT_CAPACITY_WH / 0.9, None) == (
        pytest.approx(20)
    )


@given(st.floats(0, 100), st.floats(-1000, 200_000), st.none() | st.floats(1000, 2e5))
def test_a_corrected_state_of_charge_is_one(
    told_percent: float, delivered_wh: float, capacity_wh: float | None
) -> None:
    corrected = corrected_percent(told_percent, delivered_wh, capacity_wh)
    assert told_percent <= corrected <= 100
