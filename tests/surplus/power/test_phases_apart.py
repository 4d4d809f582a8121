"""Where each phase is paid for by itself, cars take what their own phases export."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.cars.response import Car
from custom_components.ocpp.surplus.model import (
    ChargerSettings,
    Connection,
    Estimate,
    PhasePowers,
    PhaseRotation,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.power.phases_apart import (
    PhaseLoad,
    Reach,
    reaches,
    together_w,
)
from tests.simulator.car import Car as SimulatedCar
from tests.surplus.simulation.charger import (
    ONE_PHASE,
    SWITCHING,
    THREE_PHASES,
    SimulatedCharger,
)
from tests.surplus.simulation.phases_apart import PhasesApartSimulation

HOUR_S = 3600


def _charger(
    settings: ChargerSettings, rotation: str, phases: int = 3
) -> SimulatedCharger:
    known = PhaseRotation(rotation)
    settings = replace(settings, connection=Connection(rotation=known))
    car = SimulatedCar(phases=phases, max_current_a=16.0)
    charger = SimulatedCharger(settings, car, Mode.PV_ONLY)
    charger.grid_phases = known.grid_phases or (0, 1, 2)
    return charger


def _house(
    surplus_w: PhasePowers, *chargers: SimulatedCharger
) -> PhasesApartSimulation:
    return PhasesApartSimulation(surplus_w=lambda _: surplus_w, chargers=chargers)


class TestOneCar:
    """One car, on one phase or on three."""

    @pytest.mark.parametrize(("rotation", "phase"), [("r", 0), ("s", 1), ("t", 2)])
    def test_a_single_phase_car_takes_what_its_phase_exports(
        self, rotation: str, phase: int
    ) -> None:
        surplus_w = [-500.0, -500.0, -500.0]
        surplus_w[phase] = 2500.0
        one, two, three = surplus_w
        house = _house((one, two, three), _charger(ONE_PHASE, rotation, 1))
        house.run(HOUR_S)
        assert 0.9 * 2500 < house.charged_wh <= 2500
        assert house.imported_wh < 10

    def test_what_other_phases_export_is_not_taken(self) -> None:
        house = _house((500.0, 3000.0, 3000.0), _charger(ONE_PHASE, "r", 1))
        house.run(HOUR_S)
        assert house.charged_wh == 0

    def test_a_car_draws_no_more_than_its_phase_has(self) -> None:
        # Ten public reports ended in 4.3 kW, of which 2.8 were bought.
        house = _house((1500.0, 1500.0, 1500.0), _charger(ONE_PHASE, "r", 1))
        house.run(HOUR_S)
        assert 0.9 * 1500 < house.charged_wh <= 1500
        assert house.imported_wh < 10

    @pytest.mark.parametrize("rotation", ["unknown", "rst", "tsr"])
    def test_three_phases_are_bound_by_the_least(self, rotation: str) -> None:
        house = _house((2000.0, 3000.0, 2500.0), _charger(THREE_PHASES, rotation))
        house.run(HOUR_S)
        assert 0.9 * 6000 < house.charged_wh <= 6000
        assert house.imported_wh < 20

    def test_three_phases_wait_while_one_imports(self) -> None:
        house = _house((6000.0, 6000.0, -200.0), _charger(THREE_PHASES, "rst"))
        house.run(HOUR_S)
        assert house.charged_wh == 0

    def test_a_charger_that_can_switch_takes_the_phase_that_exports(self) -> None:
        house = _house((3300.0, -300.0, -300.0), _charger(SWITCHING, "rst"))
        house.run(HOUR_S)
        assert house.charged_wh > 0.85 * 3300
        assert house.imported_wh < 20

    def test_it_switches_to_three_when_all_export(self) -> None:
        charger = _charger(SWITCHING, "rst")
        house = PhasesApartSimulation(
            surplus_w=lambda second: (
                (3000.0, -300.0, -300.0) if second < 1800 else (3000.0, 3000.0, 3000.0)
            ),
            chargers=[charger],
        )
        house.run(1800)
        assert charger.offered_phases == 1
        house.run(1800)
        assert charger.offered_phases == 3
        assert house.cars_w > 8000

    def test_clouds_cut_it(self) -> None:
        charger = _charger(ONE_PHASE, "r", 1)
        house = PhasesApartSimulation(
            surplus_w=lambda second: (
                (3000.0, 3000.0, 3000.0) if second < 900 else (1600.0, 4000.0, 4000.0)
            ),
            chargers=[charger],
        )
        house.run(1200)
        assert 1300 < house.cars_w <= 1600

    def test_nothing_is_charged_while_the_phases_are_unknown(self) -> None:
        house = _house((3000.0, 3000.0, 3000.0), _charger(ONE_PHASE, "r", 1))
        house.known = False
        house.run(1200)
        assert house.charged_wh == 0


class TestSeveralCars:
    """Cars on the same phase, and on different ones."""

    def test_each_takes_its_own_phase(self) -> None:
        cars = [_charger(ONE_PHASE, rotation, 1) for rotation in "rst"]
        house = _house((2000.0, 2500.0, 3000.0), *cars)
        house.run(HOUR_S)
        assert house.charged_wh > 0.85 * 7500
        assert house.imported_wh < 60

    def test_two_on_a_phase_share_it(self) -> None:
        cars = [_charger(ONE_PHASE, "r", 1) for _ in range(2)]
        house = _house((3500.0, 0.0, 0.0), *cars)
        house.run(HOUR_S)
        assert house.charged_wh > 0.85 * 3500
        assert house.imported_wh < 60


def _load(draw_w: float, rotation: str, phases: int) -> PhaseLoad:
    car = replace(Car.on_phases(phases), charging=draw_w > 0)
    options = (phases,)
    return PhaseLoad(car, PhaseRotation(rotation), options, Estimate.exactly(draw_w))


@given(
    st.lists(
        st.tuples(
            st.floats(0, 11000),
            st.sampled_from([("r", 1), ("s", 1), ("t", 1), ("rst", 3), ("tsr", 3)]),
        ),
        min_size=1,
        max_size=6,
    ),
    st.tuples(*[st.floats(-9000, 9000)] * 3),
)
def test_cars_that_draw_what_they_can_reach_import_on_no_phase(
    cars: list[tuple[float, tuple[str, int]]], grid_w: PhasePowers
) -> None:
    loads = {
        str(number): _load(draw_w, rotation, phases)
        for number, (draw_w, (rotation, phases)) in enumerate(cars)
    }
    reach = reaches(loads, grid_w, 0.0)
    drawing = {key: load for key, load in loads.items() if load.draws}
    for phase in range(3):
        more_w = sum(
            (_only(reach[key]) - load.drawn_w.likely) / len(load.present)
            for key, load in drawing.items()
            if phase in load.present
        )
        if grid_w[phase] <= 0:
            assert grid_w[phase] + more_w <= 1e-6
    if drawing:
        total_w = together_w(loads, reach).likely
        assert total_w >= sum(_only(reach[key]) for key in drawing) - 1e-6


def _only(reach: Reach) -> float:
    (estimate,) = reach.values()
    return estimate.likely
