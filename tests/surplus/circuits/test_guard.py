"""Protection of fuses, whatever cars, ovens, meters and owners do."""

import pytest

from custom_components.ocpp.surplus.cars.response import Car as KnownCar
from custom_components.ocpp.surplus.circuits.circuits import (
    Circuit,
    CircuitReading,
    Installation,
    Limiting,
)
from custom_components.ocpp.surplus.circuits.guard import GuardState, guard
from custom_components.ocpp.surplus.circuits.loads import CircuitLoad
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Connection,
    Decision,
    PhaseRotation,
)
from custom_components.ocpp.surplus.modes import Mode
from tests.simulator.car import Car
from tests.surplus.simulation.charger import SimulatedCharger
from tests.surplus.simulation.circuit import (
    CircuitSimulation,
    Load,
    charger_on,
    main_fuse,
    single_phase_charger,
)


def _settled(*chargers: SimulatedCharger, **options: object) -> CircuitSimulation:
    """Return a simulation in which all cars have charged for a while."""
    named = {f"car {number}": charger for number, charger in enumerate(chargers, 1)}
    options.setdefault("circuits", main_fuse())
    simulation = CircuitSimulation(chargers=named, **options)  # type: ignore[arg-type]
    simulation.run(180)
    return simulation


def _load(l1: float = 0.0, l2: float = 0.0, l3: float = 0.0) -> Load:
    return lambda _: (l1, l2, l3)


def test_without_circuits_nothing_is_guarded() -> None:
    simulation = _settled(charger_on(), charger_on(circuit=None), circuits={})
    assert simulation.offered_a() == {"car 1": 32, "car 2": 32}
    assert simulation.outcome.guard.state == GuardState()


def test_a_car_fills_what_the_fuse_leaves() -> None:
    simulation = _settled(charger_on(), loads={"main": _load(5, 2, 2)})
    assert 24 <= max(simulation.currents_a("main")) <= 25


class TestSlowMeter:
    """Meter with an interval of ten seconds, which reports an oven too late for a limit to help at once."""

    @pytest.mark.parametrize(
        ("meter_s", "soon_a", "later_a"), [(1, 24.5, 24.5), (10, 12, 19)]
    )
    def test_recent_loads_and_a_surge_are_reserved(
        self, meter_s: int, soon_a: float, later_a: float
    ) -> None:
        simulation = _settled(
            charger_on(), loads={"main": _load(2, 2, 2)}, meter_s=meter_s
        )
        simulation.loads = {"main": _load(15, 2, 2)}
        simulation.run(120)
        simulation.loads = {"main": _load(2, 2, 2)}
        simulation.run(200)
        assert max(simulation.currents_a("main")) == pytest.approx(soon_a, abs=1)
        simulation.run(200)
        assert max(simulation.currents_a("main")) == pytest.approx(later_a, abs=1)


class TestOven:
    """Oven that is switched on beside a car on the same phase."""

    def test_a_cut_comes_in_the_same_step(self) -> None:
        simulation = _settled(
            single_phase_charger(0, max_current_a=10.0), loads={"main": _load(12)}
        )
        assert simulation.offered_a() == {"car 1": 10}
        simulation.loads = {"main": _load(12 + 4 + 1)}
        simulation.run(1)
        assert simulation.offered_a()["car 1"] == pytest.approx(8.4, abs=0.15)

    def test_the_next_sample_before_the_car_reacts_cuts_no_further(self) -> None:
        simulation = _settled(
            single_phase_charger(0, max_current_a=10.0), loads={"main": _load(12)}
        )
        simulation.chargers["car 1"].car.reaction_s = 3.0
        simulation.loads = {"main": _load(12 + 4 + 1)}
        simulation.run(1)
        offered_a = simulation.offered_a()
        simulation.run(3)
        assert simulation.offered_a() == offered_a
        simulation.run(10)
        assert max(simulation.currents_a("main")) <= 25.001

    def test_it_pauses_without_headroom_for_the_minimum_current(self) -> None:
        simulation = _settled(
            single_phase_charger(0, max_current_a=10.0), loads={"main": _load(12)}
        )
        simulation.loads = {"main": _load(12 + 10)}
        simulation.run(1)
        assert simulation.offered_a() == {"car 1": 0}

    def test_an_oven_on_another_phase_is_no_matter(self) -> None:
        simulation = _settled(
            single_phase_charger(0, max_current_a=10.0), loads={"main": _load(12)}
        )
        simulation.loads = {"main": _load(12, 24, 24)}
        simulation.run(60)
        assert simulation.offered_a() == {"car 1": 10}

    def test_all_cars_are_cut_at_once(self) -> None:
        simulation = _settled(
            charger_on(), charger_on(), circuits=main_fuse(fuse_a=32.0)
        )
        assert sum(simulation.offered_a().values()) > 30
        simulation.loads = {"main": _load(12)}
        simulation.run(1)
        assert sum(simulation.offered_a().values()) == pytest.approx(20, abs=1.2)
        assert max(simulation.offered_a().values()) <= 11

    def test_a_car_is_not_toggled_by_an_oven_that_switches(self) -> None:
        simulation = _settled(charger_on(), loads={"main": _load(5)})
        simulation.loads = {"main": lambda second: (5 + 10 * (second // 15 % 2), 0, 0)}
        simulation.run(60)
        raised = []
        simulation.after_second = lambda: raised.append(simulation.offered_a()["car 1"])
        simulation.run(600)
        assert max(raised) <= 10.5
        assert len(set(raised)) <= 3

    def test_a_car_is_raised_when_the_oven_is_off_for_good(self) -> None:
        simulation = _settled(charger_on(), loads={"main": _load(15)})
        assert simulation.offered_a()["car 1"] <= 10.5
        simulation.loads = {"main": _load(5)}
        simulation.run(60)
        assert 19 <= simulation.offered_a()["car 1"] <= 20.5

    def test_a_car_that_does_not_follow_is_cut_off(self) -> None:
        simulation = _settled(charger_on(), loads={"main": _load(5)})
        simulation.chargers["car 1"].car.reaction_s = 10_000.0
        simulation.loads = {"main": _load(10)}
        simulation.run(60)
        assert simulation.offered_a() == {"car 1": 0}


class TestRotation:
    """Phase of the grid on which a car draws."""

    @pytest.mark.parametrize(
        ("rotation", "loaded"),
        [("rst", 0), ("str", 1), ("trs", 2), ("rts", 0), ("srt", 1), ("tsr", 2)],
    )
    def test_a_single_phase_car_counts_on_the_first_phase_of_its_charger(
        self, rotation: str, loaded: int
    ) -> None:
        car = Car(phases=1, max_current_a=32.0)
        charger = charger_on(
            car=car, rotation=PhaseRotation(rotation), grid_phases=(loaded,)
        )
        load = [5.0, 5.0, 5.0]
        load[loaded] = 11.0
        simulation = _settled(charger, loads={"main": _load(*load)})
        assert charger.offered_a == pytest.approx(14, abs=1)
        # Loads on the other phases do not matter to it.
        simulation.loads = {"main": _load(*(a if a > 5 else 24.0 for a in load))}
        simulation.run(30)
        assert charger.offered_a == pytest.approx(14, abs=1)

    def test_a_car_whose_phase_is_not_known_counts_on_every_phase(self) -> None:
        charger = single_phase_charger(1)
        charger.connect(rotation=PhaseRotation.UNKNOWN)
        simulation = _settled(charger, loads={"main": _load(15, 3, 3)})
        assert max(simulation.currents_a("main")) <= 25.001
        simulation.loads = {"main": _load(3, 3, 24)}
        simulation.run(1)
        before_a = charger.offered_a
        simulation.loads = {"main": _load(3, 3, 28)}
        simulation.run(1)
        assert charger.offered_a < before_a

    def test_three_phases_need_no_rotation(self) -> None:
        charger = charger_on(rotation=PhaseRotation.UNKNOWN)
        _settled(charger, loads={"main": _load(10, 5, 5)})
        assert charger.offered_a == pytest.approx(15.4, abs=0.6)

    def test_cars_on_different_phases_do_not_share(self) -> None:
        simulation = _settled(
            single_phase_charger(0),
            single_phase_charger(1),
            single_phase_charger(2),
            circuits=main_fuse(fuse_a=20.0),
        )
        assert all(amps > 19 for amps in simulation.offered_a().values())


class TestSharing:
    """Several cars on circuits with little headroom."""

    def test_all_get_the_same(self) -> None:
        simulation = _settled(
            charger_on(), charger_on(), charger_on(), circuits=main_fuse(fuse_a=32.0)
        )
        amps = sorted(simulation.offered_a().values())
        assert amps[2] - amps[0] < 1.5
        assert sum(amps) > 30

    def test_a_newcomer_is_made_room_for(self) -> None:
        first, second = charger_on(), charger_on()
        second.present = False
        simulation = _settled(first, second)
        assert first.offered_a > 24
        second.present = True
        simulation.run(200)
        assert first.offered_a == pytest.approx(second.offered_a, abs=1.5)

    def test_others_get_what_one_does_not_need(self) -> None:
        simulation = _settled(
            charger_on(max_current_a=7.0), charger_on(), circuits=main_fuse(fuse_a=32.0)
        )
        assert simulation.offered_a()["car 1"] == 7
        assert simulation.offered_a()["car 2"] > 24

    def test_the_more_important_car_is_cut_last(self) -> None:
        important, other = (
            charger_on(priority=1, max_current_a=16.0),
            charger_on(max_current_a=16.0),
        )
        simulation = _settled(other, important, circuits=main_fuse(fuse_a=32.0))
        simulation.loads = {"main": _load(8)}
        simulation.run(1)
        assert important.offered_a == 16
        assert 6 <= other.offered_a <= 8.8

    def test_the_least_current_comes_before_importance(self) -> None:
        important, other = charger_on(priority=1), charger_on()
        _settled(other, important, circuits=main_fuse(fuse_a=20.0))
        assert other.offered_a >= 6

    def test_cars_that_do_not_all_fit_rotate(self) -> None:
        chargers = [charger_on(), charger_on(), charger_on()]
        simulation = _settled(*chargers, circuits=main_fuse(fuse_a=13.0))
        served = {key for key, amps in simulation.offered_a().items() if amps}
        assert len(served) == 2
        ever = set(served)
        for _ in range(4):
            simulation.run(900)
            ever |= {key for key, amps in simulation.offered_a().items() if amps}
        assert len(ever) == 3

    def test_limits_are_a_pause_or_what_cars_can_use(self) -> None:
        simulation = CircuitSimulation(
            main_fuse(), {"car 1": charger_on(), "car 2": charger_on()}
        )
        simulation.loads = {"main": lambda second: (second % 400 / 16, 0, 0)}

        def check() -> None:
            assert all(
                amps == 0 or amps >= 6 for amps in simulation.offered_a().values()
            )

        simulation.after_second = check
        simulation.run(900)


class TestTree:
    """Circuits below circuits."""

    CIRCUITS = {
        "main": Circuit(50.0, metered=True),
        "garage": Circuit(32.0, parent="main"),
        "group": Circuit(20.0, parent="garage"),
    }

    def test_the_tightest_circuit_counts(self) -> None:
        simulation = _settled(
            charger_on("group"),
            charger_on("group"),
            charger_on("garage"),
            circuits=self.CIRCUITS,
        )
        group_a = simulation.offered_a()["car 1"] + simulation.offered_a()["car 2"]
        assert 18 < group_a <= 20 + 1.0
        assert sum(simulation.offered_a().values()) <= 32 + 1.5
        simulation.loads = {"main": _load(40)}
        simulation.run(20)
        assert max(simulation.currents_a("main")) <= 50

    def test_a_circuit_without_a_meter_limits_what_is_offered(self) -> None:
        simulation = _settled(
            charger_on(), charger_on(), circuits={"main": Circuit(20.0)}
        )
        assert 18 < sum(simulation.offered_a().values()) <= 20 + 1.0

    def test_a_circuit_that_is_not_known_is_none(self) -> None:
        simulation = _settled(charger_on("somewhere"), circuits=self.CIRCUITS)
        assert simulation.offered_a() == {"car 1": 32}


class TestMeter:
    """Meters that report too little, or nothing any more."""

    def test_a_dead_meter_leaves_every_charger_its_safe_current(self) -> None:
        """The safe current, not the headroom of its last report."""
        simulation = _settled(
            charger_on(safe_current_a=8.0), charger_on(safe_current_a=0.0)
        )
        simulation.dead = {"main"}
        simulation.run(10)
        before_a = simulation.offered_a()
        assert before_a["car 1"] > 8
        simulation.run(30)
        assert simulation.offered_a() == {"car 1": 8, "car 2": 0}
        assert simulation.outcome.guard.circuits["main"].meter_dead
        by = simulation.outcome.guard.limited_by["car 1"]
        assert (by.circuit, by.limiting) == ("main", Limiting.METER)
        simulation.dead = set()
        simulation.run(120)
        assert simulation.offered_a()["car 1"] > 10

    def test_nothing_is_raised_on_the_word_of_a_late_meter(self) -> None:
        simulation = _settled(charger_on(), loads={"main": _load(15)})
        simulation.meter_s = 5
        before_a = simulation.offered_a()["car 1"]
        simulation.loads = {"main": _load(0)}
        simulation.dead = {"main"}
        simulation.run(14)
        assert simulation.offered_a()["car 1"] <= before_a

    def test_a_meter_that_never_spoke_is_dead(self) -> None:
        simulation = CircuitSimulation(
            main_fuse(), {"car 1": charger_on()}, dead={"main"}
        )
        simulation.run(60)
        assert simulation.offered_a() == {"car 1": 6}

    def test_measured_power_may_all_be_on_one_phase(self) -> None:
        meter = CircuitReading(99.0, power_w=2300.0)
        installation = Installation(main_fuse(), {"main": meter})
        settings = ChargerSettings(connection=Connection("main"), max_current_a=32.0)
        reading = ChargerReading(settings, Mode.FAST, ready=True, charging=False)
        load = CircuitLoad(reading, KnownCar(), Decision(32.0))
        outcome = guard(GuardState(), installation, {"car": load}, 100.0)
        assert outcome.decisions["car"].current_a == pytest.approx(15)
