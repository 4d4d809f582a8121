"""Days and nights that pass the demo's check, and others that fail it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from scripts.demo_verdicts import Finding, judge_day, judge_dusk, judge_night
from tests.simulator.demo import Drawn, Moment
from tests.simulator.house import Flows

HOUSE_W = 500.0
DEPARTS_IN_S = 1_000.0
WANTED_WH = 200.0

type Play = Callable[[int], Moment]


def _car(name: str, power_w: float, energy_wh: float = 0.0) -> Drawn:
    current_a = min(16.0, power_w / 230)
    return Drawn(name, current_a, 1, current_a, power_w, energy_wh)


def _moment(
    at_s: float,
    surplus_w: float,
    *cars: Drawn,
    battery_w: float = 0.0,
    price: float = 0.1,
    reason: str = "sun",
) -> Moment:
    flows = Flows(
        surplus_w + HOUSE_W, HOUSE_W, battery_w, sum(car.power_w for car in cars)
    )
    states = {"sensor.charger_reason": reason}
    return Moment(at_s, flows, cars, 0.5, price, states)


def _played(play: Play, seconds: int) -> list[Moment]:
    return [play(second) for second in range(seconds)]


def _fails(findings: Sequence[Finding]) -> list[str]:
    return [finding.claim for finding in findings if not finding.holds]


def _good_day(second: int) -> Moment:
    """Both share a bright sun; one pauses while it is dull."""
    bright = not 60 <= second < 100
    waits = 80 <= second < 115
    surplus_w = 5_500.0 if bright else 1_400.0
    if waits:
        shares_w = (0.0, 1_380.0 if second < 100 else 3_600.0)
    else:
        shares_w = (2_000.0, 3_500.0) if bright else (1_380.0, 1_380.0)
    cars = (_car("Charger", shares_w[0]), _car("Carport", shares_w[1]))
    return _moment(second, surplus_w, *cars)


def test_a_good_day_passes() -> None:
    assert _fails(judge_day(_played(_good_day, 160))) == []


def _deprives_one(second: int) -> Moment:
    cars = (_car("Charger", 3_680.0), _car("Carport", 0.0))
    return _moment(second, 5_500.0, *cars)


def _ignores_the_sun(second: int) -> Moment:
    moment = _good_day(second)
    cars = (_car("Charger", 3_680.0), _car("Carport", 3_680.0))
    return replace(moment, cars=cars, flows=replace(moment.flows, car_w=7_360.0))


def _never_pauses(second: int) -> Moment:
    return _moment(second, 5_000.0, _car("Charger", 2_500.0), _car("Carport", 2_500.0))


def _drains_the_battery(second: int) -> Moment:
    moment = _good_day(second)
    return replace(moment, flows=replace(moment.flows, battery_w=2_000.0))


def _overloads_a_charger(second: int) -> Moment:
    moment = _good_day(second)
    first, second_car = moment.cars
    return replace(moment, cars=(replace(first, current_a=20.0), second_car))


def _blows_a_fuse(second: int) -> Moment:
    moment = _good_day(second)
    cars = [replace(car, current_a=15.0) for car in moment.cars]
    flows = replace(moment.flows, pv_w=0.0, car_w=6_900.0)
    return replace(moment, cars=cars, flows=flows)


@pytest.mark.parametrize(
    ("play", "claim"),
    [
        (_deprives_one, "They shared it, each had its minimum before either had more"),
        (_ignores_the_sun, "Together they followed the surplus"),
        (_never_pauses, "Paused when it was too little for both"),
        (_never_pauses, "Started again"),
        (_drains_the_battery, "The cars left the battery alone"),
        (
            _overloads_a_charger,
            "Neither a charger's maximum nor the main fuse was exceeded",
        ),
        (_blows_a_fuse, "Neither a charger's maximum nor the main fuse was exceeded"),
    ],
)
def test_a_bad_day_does_not_pass(play: Play, claim: str) -> None:
    assert claim in _fails(judge_day(_played(play, 160)))


def _good_night(second: int) -> Moment:
    """Waits while electricity is dear, then charges 200 Wh."""
    cheap_s = max(0, second - 20)
    energy_wh = min(WANTED_WH, cheap_s * 3.0)
    power_w = 10_800.0 if cheap_s > 0 and energy_wh < WANTED_WH else 0.0
    return _moment(
        second,
        -HOUSE_W,
        replace(_car("Charger", power_w, energy_wh), current_a=min(16.0, power_w)),
        _car("Carport", 0.0),
        price=0.45 if second < 20 else 0.1,
        reason="waiting_for_cheap_price" if second < 20 else "planned",
    )


def test_a_good_night_passes() -> None:
    findings = judge_night(_played(_good_night, 100), WANTED_WH, DEPARTS_IN_S)
    assert _fails(findings) == []


def _buys_dearly(second: int) -> Moment:
    return replace(_good_night(second), price=0.1 if second < 20 else 0.45)


def _is_sunny(second: int) -> Moment:
    moment = _good_night(second)
    return replace(moment, flows=replace(moment.flows, pv_w=12_000.0))


def _charges_the_other(second: int) -> Moment:
    moment = _good_night(second)
    return replace(moment, cars=(moment.cars[0], _car("Carport", 1_380.0)))


def _says_nothing(second: int) -> Moment:
    return replace(_good_night(second), states={})


@pytest.mark.parametrize(
    ("play", "claim"),
    [
        (_buys_dearly, "Nothing was bought while electricity was dear"),
        (_is_sunny, "The sun alone would not have sufficed"),
        (_charges_the_other, "The car without a departure waited for the sun"),
        (_says_nothing, "It said why"),
    ],
)
def test_a_bad_night_does_not_pass(play: Play, claim: str) -> None:
    findings = judge_night(_played(play, 100), WANTED_WH, DEPARTS_IN_S)
    assert claim in _fails(findings)


@pytest.mark.parametrize(("seconds", "departs_in_s"), [(60, DEPARTS_IN_S), (100, 50.0)])
def test_a_car_that_is_not_ready_in_time_does_not_pass(
    seconds: int, departs_in_s: float
) -> None:
    findings = judge_night(_played(_good_night, seconds), WANTED_WH, departs_in_s)
    assert "Ready before its departure" in _fails(findings)


def test_cars_must_pause_when_the_sun_is_gone() -> None:
    paused = _moment(30.0, -HOUSE_W, _car("Charger", 0.0), _car("Carport", 0.0))
    going_on = replace(paused, cars=(_car("Charger", 1_380.0), paused.cars[1]))
    assert judge_dusk([going_on, paused]).holds
    assert not judge_dusk([going_on, going_on]).holds
