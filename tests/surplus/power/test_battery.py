"""Shares of the home battery and of the cars."""

from dataclasses import replace
from itertools import cycle

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.model import (
    BatteryOrder,
    BatterySettings,
    ChargerReading,
    Estimate,
    SiteSettings,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.power.battery import (
    MIN_RESERVE_W,
    SOC_KEPT_S,
    Battery,
    must_hold,
    observed_battery,
    power_for_cars_w,
    shortfall_aversion,
)
from custom_components.ocpp.surplus.sensing.sensing import Basis, Surplus
from tests.simulator.car import Car
from tests.surplus.simulation.charger import ONE_PHASE, SimulatedCharger
from tests.surplus.simulation.multi_car import MultiCarSimulation, steady

FIRST = BatterySettings(BatteryOrder.BATTERY_FIRST, charged_percent=50.0)
SHARED = replace(FIRST, order=BatteryOrder.SHARED)
READING = ChargerReading(ONE_PHASE, Mode.PV_PRIORITY, ready=True, charging=True)


def _surplus(grid_w: float, battery_w: float, at_s: float = 0.0) -> Surplus:
    sun_w = Estimate.exactly(-grid_w - battery_w)
    return Surplus(at_s, Basis.METERS, sun_w, sun_w, grid_w, battery_w)


def _simulation(
    watts: float,
    battery: BatterySettings,
    soc_percent: float = 40.0,
    limit_w: float = 4500.0,
    mode: Mode = Mode.PV_ONLY,
) -> MultiCarSimulation:
    return steady(
        watts,
        SimulatedCharger(car=Car(phases=1), mode=mode),
        settings=SiteSettings(battery=battery),
        battery_limit_w=limit_w,
        battery_soc_percent=soc_percent,
    )


def test_an_unknown_state_of_charge_is_the_last_one_for_a_while() -> None:
    settings = replace(FIRST, discharge_above_percent=40.0)
    battery = observed_battery(Battery(), settings, 60.0, _surplus(0, 0))
    # Within the hysteresis, what it was before counts.
    for at_s, soc_percent in (
        (60, 46.0),
        (120, None),
        (SOC_KEPT_S, None),
        (7260, 46.0),
    ):
        battery = observed_battery(
            battery, settings, soc_percent, _surplus(0, 0, at_s=at_s)
        )
        assert battery.charged and battery.supplies_cars
    battery = observed_battery(
        battery, settings, None, _surplus(0, 0, at_s=7300 + SOC_KEPT_S)
    )
    assert not battery.charged and not battery.supplies_cars


def test_a_battery_is_after_a_restart_what_it_was_before() -> None:
    restored = Battery(charged=True)
    for soc_percent, charged in ((None, True), (46.0, True), (44.0, False)):
        battery = observed_battery(
            restored, FIRST, soc_percent, _surplus(0, 0, at_s=1e9)
        )
        assert battery.charged is charged


def test_a_battery_that_never_told_is_not_charged() -> None:
    battery = observed_battery(Battery(), FIRST, None, _surplus(0, 0))
    assert not battery.charged


@pytest.mark.parametrize(
    ("order", "soc_percent", "grid_w", "battery_w", "for_cars"),
    [
        (BatteryOrder.BATTERY_FIRST, 80, 0, -2000, 2000),
        (BatteryOrder.BATTERY_FIRST, 30, 0, -2000, -100),
        (BatteryOrder.BATTERY_FIRST, 30, -1500, -4500, 1400),
        (BatteryOrder.BATTERY_FIRST, 30, 0, 500, -600),
        (BatteryOrder.SHARED, 30, 0, -2000, 1000),
        (BatteryOrder.SHARED, 80, 0, -2000, 2000),
        (BatteryOrder.CARS_FIRST, 30, 0, -2000, 2000),
        (BatteryOrder.CARS_FIRST, 30, 0, 500, -500),
    ],
)
def test_power_for_cars_beside_a_battery(
    order: BatteryOrder,
    soc_percent: float,
    grid_w: float,
    battery_w: float,
    for_cars: float,
) -> None:
    """Its charging power is surplus once it counts as charged, and is reserved for it before, with 100 W to spare."""
    settings = replace(FIRST, order=order)
    battery = observed_battery(
        Battery(), settings, soc_percent, _surplus(grid_w, battery_w)
    )
    sun_w = Estimate.exactly(-grid_w - battery_w)
    assert power_for_cars_w(sun_w, battery, settings).likely == for_cars


def test_cars_get_the_surplus_that_the_battery_cannot_take() -> None:
    """A battery that charges at its maximum of 4.5 kW leaves 1.5 kW of export."""
    simulation = _simulation(6000, FIRST)
    simulation.settle(120)
    simulation.run(120)
    assert simulation.cars_w == pytest.approx(1400 - 40, abs=60)
    assert simulation.battery_w == pytest.approx(-4500, abs=5)
    assert simulation.imported_wh == 0


def test_a_battery_that_takes_all_is_left_all() -> None:
    simulation = _simulation(2500, FIRST)
    simulation.run(120)
    assert simulation.cars_w == 0
    assert simulation.battery_w == pytest.approx(-2500, abs=5)


def test_the_power_reserved_for_the_battery_can_be_set() -> None:
    simulation = _simulation(
        2500, replace(FIRST, charge_w=1000.0), mode=Mode.PV_PRIORITY
    )
    simulation.run(120)
    assert simulation.cars_w == pytest.approx(1400, abs=60)
    assert simulation.battery_w == pytest.approx(-1100, abs=60)


def test_a_battery_that_regulates_the_grid_to_zero_is_not_mistaken_for_no_sun() -> None:
    """Nothing is exported, since the battery takes it all, but cars come first."""
    simulation = _simulation(3000, BatterySettings())
    simulation.run(120)
    assert simulation.cars_w == pytest.approx(3000, abs=80)
    assert abs(simulation.battery_w) < 80
    assert simulation.imported_wh < 3


def test_shared_means_half_each() -> None:
    simulation = _simulation(5000, SHARED)
    simulation.run(150)
    assert simulation.cars_w == pytest.approx(2500, abs=80)
    assert simulation.battery_w == pytest.approx(-2500, abs=80)


def test_power_that_the_battery_does_not_take_is_not_reserved_for_it() -> None:
    """Sharing is no reason for export."""
    simulation = _simulation(5000, SHARED, limit_w=1000.0)
    simulation.run(150)
    assert simulation.cars_w > 3450


@given(st.lists(st.sampled_from([44.9, 46.0, 49.8, 50.2]), min_size=2, max_size=30))
def test_a_battery_counts_as_charged_until_it_has_lost_five_percent(
    socs_percent: list[float],
) -> None:
    """For any course of the state of charge."""
    battery, charged = Battery(), False
    for second, soc_percent in enumerate(socs_percent):
        charged = soc_percent >= 50 or (charged and soc_percent >= 45)
        battery = observed_battery(battery, FIRST, soc_percent, _surplus(0, 0, second))
        assert battery.charged is charged


def test_a_state_of_charge_around_the_mark_does_not_start_and_stop_the_car() -> None:
    """The state of charge alternates between 49.8 % and 50.2 %."""
    simulation = _simulation(2500, FIRST, soc_percent=50.2)
    simulation.run(60)
    for soc_percent, _ in zip(cycle((49.8, 50.2)), range(16), strict=False):
        simulation.battery_soc_percent = soc_percent
        simulation.run(15)
    assert simulation.chargers[0].starts == 1
    assert all(amps > 6 for amps in simulation.chargers[0].limits_a[1:])


def test_a_battery_is_full_before_it_says_a_hundred_percent() -> None:
    settings = replace(FIRST, charged_percent=100.0)
    assert observed_battery(Battery(), settings, 98.0, _surplus(0, 0)).charged
    assert not observed_battery(Battery(), settings, 97.0, _surplus(0, 0)).charged


def test_a_battery_without_a_state_of_charge_never_counts_as_charged() -> None:
    assert not observed_battery(Battery(), FIRST, None, _surplus(0, 0)).charged


def test_a_battery_supplies_cars_above_its_mark_and_no_more_than_allowed() -> None:
    supplies_cars = BatterySettings(discharge_above_percent=60.0, discharge_w=1500.0)
    simulation = _simulation(400, supplies_cars, soc_percent=80.0)
    simulation.run(120)
    assert simulation.cars_w == pytest.approx(1900, abs=80)
    assert simulation.battery_w == pytest.approx(1500, abs=80)
    simulation.battery_soc_percent = 59.0
    simulation.run_until(
        lambda: simulation.chargers[0].decision.current_a == 0, seconds=120
    )


def test_a_battery_that_stopped_supplying_must_recover_first() -> None:
    settings = BatterySettings(discharge_above_percent=60.0, discharge_w=1500.0)
    given = []
    battery = Battery()
    for second, soc_percent in enumerate((61.0, 63.0, 60.0, 59.9, 62.0, 63.1)):
        battery = observed_battery(
            battery, settings, soc_percent, _surplus(0, 0, second)
        )
        given.append(battery.supplies_cars)
    assert given == [False, True, True, False, False, True]


def test_without_permission_the_battery_never_supplies_cars() -> None:
    simulation = _simulation(1000, BatterySettings(), soc_percent=100.0)
    simulation.run(120)
    assert simulation.cars_w == 0


def test_a_battery_that_leaves_export_counts_as_satisfied() -> None:
    battery = Battery()
    battery = observed_battery(battery, FIRST, 40.0, _surplus(0, -4000, 0.0))
    for second in range(1, 200, 5):
        battery = observed_battery(battery, FIRST, 40.0, _surplus(-3000, -1000, second))
    assert battery.wanted_w == pytest.approx(1000, abs=20)
    assert power_for_cars_w(
        Estimate.exactly(4000), battery, FIRST
    ).likely == pytest.approx(3000 - MIN_RESERVE_W, abs=20)


@given(st.floats(-8000, 12_000), st.floats(0, 6000), st.sampled_from(BatteryOrder))
def test_cars_never_get_more_than_the_sun_without_supply_from_the_battery(
    sun_w: float, wanted_w: float, order: BatteryOrder
) -> None:
    settings = replace(FIRST, order=order)
    left_w = power_for_cars_w(
        Estimate.exactly(sun_w), Battery(wanted_w=wanted_w), settings
    )
    assert left_w.low <= left_w.likely <= left_w.high
    assert left_w.likely <= max(sun_w, 0.5 * sun_w)


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({"mode": Mode.FAST}, True),
        ({"mode": Mode.FAST, "charging": False}, False),
        ({}, False),
        ({"grid_allowance_w": 2000.0}, True),
        ({"soc_percent": 10.0}, True),
        ({"mode": Mode.PV_ONLY, "soc_percent": 10.0}, False),
    ],
)
def test_the_battery_is_held_while_a_car_charges_from_the_grid(
    changes: dict[str, object], held: bool
) -> None:
    reading = replace(READING, **changes)  # type: ignore[arg-type]
    assert must_hold(BatterySettings(hold=True), [READING, reading]) is held
    assert not must_hold(BatterySettings(), [reading])


CHEAP = BatterySettings(weight=0.3)


@pytest.mark.parametrize(
    ("grid_w", "battery_w", "covers"),
    [(0, 1000, 1.0), (1000, 0, 0.0), (300, 900, 0.75), (1000, -500, 0.0)],
)
def test_the_share_of_a_shortfall_that_the_battery_covers_is_learned(
    grid_w: float, battery_w: float, covers: float
) -> None:
    battery = Battery()
    for second in range(0, 600, 5):
        surplus = _surplus(grid_w, battery_w, float(second))
        battery = observed_battery(battery, CHEAP, 50.0, surplus)
    assert battery.covers == pytest.approx(covers, abs=0.01)
    # Without a shortfall nothing shows.
    for second in range(600, 1200, 5):
        surplus = _surplus(-2000, -1000, float(second))
        battery = observed_battery(battery, CHEAP, 50.0, surplus)
    assert battery.covers == pytest.approx(covers, abs=0.01)


@pytest.mark.parametrize(
    ("settings", "battery", "aversion"),
    [
        (CHEAP, Battery(covers=1.0), 0.3),
        (CHEAP, Battery(covers=0.0), 2.0),
        (CHEAP, Battery(covers=0.5), 1.15),
        (BatterySettings(), Battery(covers=1.0), 2.0),
        # Where the battery comes first, it does not give, and takes back what it gave once it was charged.
        (replace(FIRST, weight=0.3), Battery(covers=1.0), 2.0),
        (replace(FIRST, weight=0.3), Battery(covers=1.0, charged=True), 2.0),
        # What the house keeps for itself is not for cars.
        (replace(CHEAP, discharge_above_percent=60.0), Battery(covers=1.0), 2.0),
        (
            replace(CHEAP, discharge_above_percent=60.0),
            Battery(covers=1.0, supplies_cars=True),
            0.3,
        ),
    ],
)
def test_a_shortfall_that_the_battery_covers_has_the_price_of_its_owner(
    settings: BatterySettings, battery: Battery, aversion: float
) -> None:
    assert shortfall_aversion(2.0, battery, settings) == pytest.approx(aversion)
    assert shortfall_aversion(0.2, battery, settings) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("weight", "limit_w", "goes_on"),
    [(0.3, 4500.0, True), (None, 4500.0, False), (0.3, 0.0, False)],
)
def test_a_car_goes_on_through_a_cloud_that_the_battery_bridges(
    weight: float | None, limit_w: float, goes_on: bool
) -> None:
    """Of the least power, 540 W are left: too little if the rest came from the grid."""
    settings = BatterySettings(weight=weight)
    simulation = _simulation(3000, settings, 70.0, limit_w, Mode.PV_PRIORITY)
    simulation.run(200)
    simulation.surplus_w = lambda _: 540
    simulation.run(400)
    assert (simulation.cars_w > 0) is goes_on
