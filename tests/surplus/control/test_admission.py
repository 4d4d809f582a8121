"""Admission: order of service, reservations, and the admission of another car."""

from collections.abc import Mapping
from dataclasses import replace
import math

import pytest

from custom_components.ocpp.surplus.cars.response import Car as KnownCar, commanded
from custom_components.ocpp.surplus.control.admission import admitted
from custom_components.ocpp.surplus.control.solar_charger import SolarCharger, ranked
from custom_components.ocpp.surplus.control.start_stop import StartStopState
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Estimate,
    Sharing,
    SiteSettings,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.power.trend import Trend
from tests.simulator.car import Car
from tests.surplus.simulation.charger import ONE_PHASE, SWITCHING, SimulatedCharger
from tests.surplus.simulation.multi_car import steady

HOUR_S = 3600.0
ONE = KnownCar.on_phases(1)


def _charger(
    key: str,
    changes: Mapping[str, float] | None = None,
    *,
    running: bool = False,
    car: KnownCar = ONE,
    settings: ChargerSettings = ONE_PHASE,
) -> SolarCharger:
    reading = ChargerReading(settings, Mode.PV_ONLY, ready=True, charging=False)
    reading = replace(reading, **(changes or {}))  # type: ignore[arg-type]
    return SolarCharger(
        key,
        reading,
        settings,
        car,
        StartStopState(running=running),
        reading.solar_policy,
        reading.allowance_w,
    )


def _drawing(current_a: float = 10.0) -> KnownCar:
    return replace(
        commanded(ONE, current_a, -600.0), charging=True, charging_changed_s=-590.0
    )


def _order(sharing: Sharing, *chargers: SolarCharger) -> str:
    return "".join(charger.key for charger in ranked(chargers, sharing, 0.0))


def _running(watts: float, *chargers: SolarCharger) -> str:
    """Return the cars that charge after a steady surplus."""
    line = ranked(chargers, Sharing.FAIR, 0.0)
    line = [
        replace(each, start_stop=replace(each.start_stop, gain_wh=100.0))
        for each in line
    ]
    trend = Trend(0.0, watts, watts, 1.0)
    admissions = admitted(line, Estimate.exactly(watts), trend, Sharing.FAIR, 0.0)
    return "".join(sorted(each.key for each in admissions if each.verdict.runs))


@pytest.mark.parametrize("sharing", Sharing)
def test_priority_goes_before_everything(sharing: Sharing) -> None:
    urgent = _charger("a", {"departs_s": HOUR_S, "soc_percent": 5.0}, running=True)
    assert _order(sharing, urgent, _charger("b", {"priority": 1})) == "ba"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"departs_s": HOUR_S}, {"departs_s": 2 * HOUR_S}),
        ({"departs_s": HOUR_S}, {}),
        ({"soc_percent": 20.0}, {"soc_percent": 60.0}),
        ({"soc_percent": 60.0}, {}),
        ({"plugged_in_s": 10.0}, {"plugged_in_s": 20.0}),
        ({"departs_s": HOUR_S, "soc_percent": 90.0}, {"soc_percent": 5.0}),
    ],
)
def test_strictly_the_order_is_departure_charge_and_time_of_plug_in(
    first: dict[str, float], second: dict[str, float]
) -> None:
    one, other = _charger("a", first), _charger("b", second)
    assert _order(Sharing.STRICT, one, other) == "ab"
    assert _order(Sharing.STRICT, other, one) == "ab"


def test_strictly_a_charging_car_keeps_its_place() -> None:
    running = _charger("a", {"departs_s": 3 * HOUR_S}, running=True)
    assert _order(Sharing.STRICT, _charger("b", {"departs_s": HOUR_S}), running) == "ab"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"departs_s": HOUR_S}, {"departs_s": 2 * HOUR_S}),
        ({"charged_wh": 1000.0}, {"charged_wh": 9000.0}),
        ({"soc_percent": 20.0}, {"soc_percent": 60.0}),
        # It departs later, but needs much more.
        (
            {"soc_percent": 5.0, "departs_s": 4 * HOUR_S},
            {"soc_percent": 90.0, "departs_s": 2 * HOUR_S},
        ),
    ],
)
def test_fairly_the_order_is_urgency(
    first: dict[str, float], second: dict[str, float]
) -> None:
    one, other = _charger("a", first), _charger("b", second)
    assert _order(Sharing.FAIR, other, one) == "ab"


def test_a_car_that_charges_slowly_is_more_urgent() -> None:
    slow = _charger("a", settings=replace(ONE_PHASE, max_current_a=8.0))
    assert _order(Sharing.FAIR, _charger("b"), slow) == "ab"


def test_fairly_a_charging_car_keeps_its_place_unless_another_is_much_more_urgent() -> (
    None
):
    running = _charger("a", {"charged_wh": 3000.0}, running=True)
    assert _order(Sharing.FAIR, _charger("b"), running) == "ab"
    running = _charger("a", {"charged_wh": 8000.0}, running=True)
    assert _order(Sharing.FAIR, _charger("b"), running) == "ba"


def test_as_many_start_as_there_is_power_for() -> None:
    cars = [_charger("a"), _charger("b"), _charger("c")]
    for watts, expected in ((1300, ""), (1500, "a"), (2800, "ab"), (4200, "abc")):
        assert _running(watts, *cars) == expected


def test_another_joins_only_where_charging_cars_keep_headroom() -> None:
    """One car with headroom responds to clouds that two at their minimum cannot."""
    running = _charger("a", running=True, car=_drawing())
    assert _running(2800, running, _charger("b")) == "a"
    assert _running(4000, running, _charger("b")) == "a"
    assert _running(4200, running, _charger("b")) == "ab"


def test_a_car_without_any_headroom_keeps_no_other_out() -> None:
    settings = replace(ONE_PHASE, max_current_a=6.0)
    running = _charger("a", running=True, car=_drawing(6.0), settings=settings)
    assert _running(2800, running, _charger("b")) == "ab"


def test_a_declining_car_reserves_nothing() -> None:
    """A car that is offered power and has not drawn any for long."""
    declining = _charger("a", running=True, car=commanded(ONE, 6.0, -60.0))
    assert _running(1500, declining, _charger("b")) == "ab"


def test_a_waking_car_has_a_reservation() -> None:
    waking = _charger("a", running=True, car=commanded(ONE, 6.0, -30.0))
    assert _running(1500, waking, _charger("b")) == "a"


@pytest.mark.parametrize(
    ("changes", "starts"),
    [
        ({}, True),
        ({"mode": Mode.FAST}, False),
        ({"present": False}, False),
        ({"mode": Mode.OFF}, False),
        ({"mode": Mode.MANUAL}, False),
    ],
)
def test_only_a_car_that_could_start_is_waited_for(
    changes: dict[str, object], starts: bool
) -> None:
    """While the more important car starts, the other does not take its sun; other modes need no reservation."""
    first = SimulatedCharger(
        car=Car(phases=1, wake_up_s=30.0), overrides={"priority": 1}
    )
    for name, value in changes.items():
        setattr(first, name, value)
    second = SimulatedCharger(car=Car(phases=1))
    simulation = steady(1600, first, second)
    simulation.run(40)
    assert (second.decision.current_a == 0) is starts


def test_of_two_cars_with_sun_for_one_only_one_charges() -> None:
    """The second waits as long as the first charges."""
    chargers = [SimulatedCharger(car=Car(phases=1)) for _ in range(2)]
    simulation = steady(1500, *chargers)
    simulation.run(240)
    assert [charger.starts for charger in chargers] == [1, 0]
    assert chargers[1].limits_a == [0]


def test_the_car_of_higher_priority_takes_the_place_of_another() -> None:
    """Regardless of arrival: power that the lower priority can give up is available to the higher one."""
    first = SimulatedCharger(car=Car(phases=1), mode=Mode.PV_ONLY)
    second = SimulatedCharger(
        car=Car(phases=1), mode=Mode.PV_ONLY, present=False, overrides={"priority": 1}
    )
    simulation = steady(1700, first, second)
    simulation.run(60)
    assert first.car.charging
    second.present = True
    simulation.run(180)
    assert second.car.power_w == pytest.approx(1700, abs=100)
    assert first.decision.current_a == 0


def test_a_grid_allowance_of_one_car_is_no_sun_for_another() -> None:
    planned = SimulatedCharger(
        car=Car(phases=1),
        mode=Mode.ECO_PLUS,
        overrides={"priority": 1, "grid_allowance_w": math.inf},
    )
    waiting = SimulatedCharger(car=Car(phases=1), mode=Mode.PV_ONLY)
    simulation = steady(0, planned, waiting)
    simulation.run(100)
    assert planned.decision.current_a == 16
    assert waiting.starts == 0
    simulation.surplus_w = lambda _: 2000
    simulation.run(100)
    assert planned.decision.current_a == 16


def test_twenty_cars_share_a_bright_sky() -> None:
    chargers = [SimulatedCharger(SWITCHING, sample_s=30) for _ in range(20)]
    simulation = steady(60_000, *chargers, settings=SiteSettings(Sharing.FAIR))
    simulation.run(150)
    assert simulation.cars_w == pytest.approx(60_000, rel=0.04)
    assert all(charger.starts <= 2 for charger in chargers)
    decisions = sum(len(charger.decisions) for charger in chargers)
    simulation.run(60)
    assert sum(len(charger.decisions) for charger in chargers) - decisions < 40
