"""Verification of limits by the car's draw."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ocpp.csms.limits.charging_profile import Electrics
from custom_components.ocpp.csms.limits.draw import draw_of
from custom_components.ocpp.csms.limits.verification import Watch, allow, look
from custom_components.ocpp.csms.metering.meter import (
    NO_PHASES,
    Location,
    Measurand,
    Measurement,
    Meter,
    Phases,
)

ONE_PHASE = Electrics(phases=1)
BEGIN = datetime(2026, 6, 1, 12, tzinfo=UTC)


def _at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def _measurement(value: float, at: datetime) -> Measurement:
    return Measurement(value, NO_PHASES, Location.OUTLET, at)


def _look(
    watch: Watch, second: float, current_a: float | None, offered_a: float | None = None
) -> Watch:
    at = _at(second)
    values = {
        Measurand.CURRENT_IMPORT: current_a,
        Measurand.CURRENT_OFFERED: offered_a,
    }
    meter = Meter(
        {
            measurand: _measurement(value, at)
            for measurand, value in values.items()
            if value is not None
        },
        sampled_at=at,
    )
    return look(watch, draw_of(meter, 1), ONE_PHASE)


@pytest.mark.parametrize(
    ("allowed_a", "drawn_a", "ignored"),
    [
        (10, 16, True),
        (10, 11.2, True),
        (10, 10.9, False),
        (10, 4, False),
        (32, 34, False),
        (0, 16, True),
        pytest.param(0, 6, False, id="it cannot pause"),
        pytest.param(0, None, False, id="it does not say"),
    ],
)
def test_more_than_allowed_for_longer_than_an_answer_takes(
    allowed_a: float, drawn_a: float | None, ignored: bool
) -> None:
    watch = allow(Watch(), allowed_a, _at(0))
    for second in (5, 15, 25):
        watch = _look(watch, second, drawn_a)
    assert watch.ignored == ignored


@pytest.mark.parametrize(
    ("allowed_a", "offered_a", "ignored"),
    [
        (10, 6, True),
        (10, 10, False),
        (6, 6, False),
        (0, 6, False),
        pytest.param(16, 13, False, id="its cable stands no more"),
    ],
)
def test_a_charger_that_goes_by_its_default(
    allowed_a: float, offered_a: float, ignored: bool
) -> None:
    watch = allow(Watch(), allowed_a, _at(0))
    for second in (5, 15, 25):
        watch = _look(watch, second, min(5.6, offered_a), offered_a)
    assert watch.ignored == ignored


def test_what_an_earlier_message_said_proves_nothing() -> None:
    """Some chargers send their energy more often than the current."""
    watch = allow(Watch(), 10, _at(0))
    for second in range(5, 65, 10):
        old = {Measurand.CURRENT_IMPORT: _measurement(16, _at(-5))}
        meter = Meter(old, sampled_at=_at(second))
        watch = look(watch, draw_of(meter, 1), ONE_PHASE)
        assert not watch.ignored


def test_one_odd_sample_proves_nothing() -> None:
    watch = allow(Watch(), 10, _at(0))
    assert not _look(watch, 60, 16).ignored
    watch = _look(_look(watch, 60, 16), 70, 10)
    assert not _look(watch, 80, 16).ignored


def test_a_car_may_still_be_following_an_earlier_limit() -> None:
    watch = allow(Watch(), 16, _at(0))
    for second in range(5, 125, 10):
        watch = allow(watch, 16 - second / 12, _at(second))
        watch = _look(watch, second + 2, 16 - (second - 12) / 12)
        assert not watch.ignored


def test_limits_that_change_all_the_time_hide_nothing() -> None:
    watch = allow(Watch(), 8, _at(0))
    ignored = False
    for second in range(5, 65, 5):
        watch = allow(watch, 8 + second % 2, _at(second))
        watch = _look(watch, second + 1, 16)
        ignored = ignored or watch.ignored
    assert ignored


@pytest.mark.parametrize(
    ("allowed_a", "power_w", "ignored"),
    [(10, 11_000, True), (10, 7_200, False), (0, 11_000, True), (0, 4_600, False)],
)
def test_power_is_held_against_the_limit_where_no_current_is_told(
    allowed_a: float, power_w: float, ignored: bool
) -> None:
    watch = allow(Watch(), allowed_a, _at(0))
    for second in (5, 15, 25):
        at = _at(second)
        power = {Measurand.POWER_ACTIVE_IMPORT: _measurement(power_w, at)}
        draw = draw_of(Meter(power, sampled_at=at), 3)
        watch = look(watch, draw, Electrics(phases=3))
    assert watch.ignored == ignored


def test_the_power_of_each_phase_tells_its_current() -> None:
    power = Measurement(3700, Phases(3700, 0, 0), Location.OUTLET, _at(0))
    meter = Meter({Measurand.POWER_ACTIVE_IMPORT: power}, sampled_at=_at(0))
    draw = draw_of(meter, 3)
    assert draw is not None
    assert draw.current_a == pytest.approx(3700 / 230)
