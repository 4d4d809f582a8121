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
from tests.surplus.street import Load, Place, Street, house, one_phase


def _settled(*places: Place, **options: object) -> Street:
    """Return a street where all cars have charged for a while."""
    named = {f"car {number}": place for number, place in enumerate(places, 1)}
    options.setdefault("circuits", house())
    street = Street(places=named, **options)  # type: ignore[arg-type]
    street.run(180)
    return street


def _load(l1: float = 0.0, l2: float = 0.0, l3: float = 0.0) -> Load:
    return lambda _: (l1, l2, l3)


def test_without_circuits_nothing_is_guarded() -> None:
    street = _settled(Place(), Place(circuit=None), circuits={})
    assert street.offered_a() == {"car 1": 32, "car 2": 32}
    assert street.outcome.guard.state == GuardState()


def test_a_car_fills_what_the_fuse_leaves() -> None:
    street = _settled(Place(), loads={"main": _load(5, 2, 2)})
    assert 24 <= max(street.currents_a("main")) <= 25


class TestSlowMeter:
    """Meter with an interval of ten seconds, which reports an oven too late for a limit to help at once."""

    @pytest.mark.parametrize(
        ("meter_s", "soon_a", "later_a"), [(1, 24.5, 24.5), (10, 12, 16)]
    )
    def test_recent_loads_and_a_surge_are_reserved(
        self, meter_s: int, soon_a: float, later_a: float
    ) -> None:
        street = _settled(Place(), loads={"main": _load(2, 2, 2)}, meter_s=meter_s)
        street.loads = {"main": _load(15, 2, 2)}
        street.run(120)
        street.loads = {"main": _load(2, 2, 2)}
        street.run(400)
        assert max(street.currents_a("main")) == pytest.approx(soon_a, abs=1)
        street.run(400)
        assert max(street.currents_a("main")) == pytest.approx(later_a, abs=1)


class TestOven:
    """Oven that is switched on beside a car on the same phase."""

    def test_a_cut_comes_in_the_same_step(self) -> None:
        street = _settled(one_phase(0, max_current_a=10.0), loads={"main": _load(12)})
        assert street.offered_a() == {"car 1": 10}
        street.loads = {"main": _load(12 + 4 + 1)}
        street.run(1)
        assert street.offered_a()["car 1"] == pytest.approx(8.4, abs=0.15)

    def test_the_next_sample_before_the_car_reacts_cuts_no_further(self) -> None:
        street = _settled(one_phase(0, max_current_a=10.0), loads={"main": _load(12)})
        street.places["car 1"].car.reaction_s = 3.0
        street.loads = {"main": _load(12 + 4 + 1)}
        street.run(1)
        offered_a = street.offered_a()
        street.run(3)
        assert street.offered_a() == offered_a
        street.run(10)
        assert max(street.currents_a("main")) <= 25.001

    def test_it_pauses_without_headroom_for_the_minimum_current(self) -> None:
        street = _settled(one_phase(0, max_current_a=10.0), loads={"main": _load(12)})
        street.loads = {"main": _load(12 + 10)}
        street.run(1)
        assert street.offered_a() == {"car 1": 0}

    def test_an_oven_on_another_phase_is_no_matter(self) -> None:
        street = _settled(one_phase(0, max_current_a=10.0), loads={"main": _load(12)})
        street.loads = {"main": _load(12, 24, 24)}
        street.run(60)
        assert street.offered_a() == {"car 1": 10}

    def test_all_cars_are_cut_at_once(self) -> None:
        street = _settled(Place(), Place(), circuits=house(fuse_a=32.0))
        assert sum(street.offered_a().values()) > 30
        street.loads = {"main": _load(12)}
        street.run(1)
        assert sum(street.offered_a().values()) == pytest.approx(20, abs=1.2)
        assert max(street.offered_a().values()) <= 11

    def test_a_car_is_not_toggled_by_an_oven_that_switches(self) -> None:
        street = _settled(Place(), loads={"main": _load(5)})
        street.loads = {"main": lambda second: (5 + 10 * (second // 15 % 2), 0, 0)}
        street.run(60)
        raised = []
        street.watch = lambda street: raised.append(street.offered_a()["car 1"])
        street.run(600)
        assert max(raised) <= 10.5
        assert len(set(raised)) <= 3

    def test_a_car_is_raised_when_the_oven_is_off_for_good(self) -> None:
        street = _settled(Place(), loads={"main": _load(15)})
        assert street.offered_a()["car 1"] <= 10.5
        street.loads = {"main": _load(5)}
        street.run(60)
        assert 19 <= street.offered_a()["car 1"] <= 20.5

    def test_a_car_that_does_not_follow_is_cut_off(self) -> None:
        street = _settled(Place(), loads={"main": _load(5)})
        street.places["car 1"].car.reaction_s = 10_000.0
        street.loads = {"main": _load(10)}
        street.run(60)
        assert street.offered_a() == {"car 1": 0}


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
        place = Place(car=car, rotation=PhaseRotation(rotation), grid_phases=(loaded,))
        load = [5.0, 5.0, 5.0]
        load[loaded] = 11.0
        street = _settled(place, loads={"main": _load(*load)})
        assert place.offered_a == pytest.approx(14, abs=1)
        # Loads on the other phases do not matter to it.
        street.loads = {"main": _load(*(a if a > 5 else 24.0 for a in load))}
        street.run(30)
        assert place.offered_a == pytest.approx(14, abs=1)

    def test_a_car_whose_phase_is_not_known_counts_on_every_phase(self) -> None:
        place = one_phase(1)
        place.rotation = PhaseRotation.UNKNOWN
        street = _settled(place, loads={"main": _load(15, 3, 3)})
        assert max(street.currents_a("main")) <= 25.001
        street.loads = {"main": _load(3, 3, 24)}
        street.run(1)
        before_a = place.offered_a
        street.loads = {"main": _load(3, 3, 28)}
        street.run(1)
        assert place.offered_a < before_a

    def test_three_phases_need_no_rotation(self) -> None:
        place = Place(rotation=PhaseRotation.UNKNOWN)
        _settled(place, loads={"main": _load(10, 5, 5)})
        assert place.offered_a == pytest.approx(15.4, abs=0.6)

    def test_cars_on_different_phases_do_not_share(self) -> None:
        street = _settled(
            one_phase(0), one_phase(1), one_phase(2), circuits=house(fuse_a=20.0)
        )
        assert all(amps > 19 for amps in street.offered_a().values())


class TestSharing:
    """Several cars on circuits with little headroom."""

    def test_all_get_the_same(self) -> None:
        street = _settled(Place(), Place(), Place(), circuits=house(fuse_a=32.0))
        amps = sorted(street.offered_a().values())
        assert amps[2] - amps[0] < 1.5
        assert sum(amps) > 30

    def test_a_newcomer_is_made_room_for(self) -> None:
        first, second = Place(), Place(present=False)
        street = _settled(first, second)
        assert first.offered_a > 24
        second.present = True
        street.run(200)
        assert first.offered_a == pytest.approx(second.offered_a, abs=1.5)

    def test_others_get_what_one_does_not_need(self) -> None:
        street = _settled(
            Place(max_current_a=7.0), Place(), circuits=house(fuse_a=32.0)
        )
        assert street.offered_a()["car 1"] == 7
        assert street.offered_a()["car 2"] > 24

    def test_the_more_important_car_is_cut_last(self) -> None:
        important, other = (
            Place(priority=1, max_current_a=16.0),
            Place(max_current_a=16.0),
        )
        street = _settled(other, important, circuits=house(fuse_a=32.0))
        street.loads = {"main": _load(8)}
        street.run(1)
        assert important.offered_a == 16
        assert 6 <= other.offered_a <= 8.8

    def test_the_least_current_comes_before_importance(self) -> None:
        important, other = Place(priority=1), Place()
        _settled(other, important, circuits=house(fuse_a=20.0))
        assert other.offered_a >= 6

    def test_cars_that_do_not_all_fit_rotate(self) -> None:
        places = [Place(), Place(), Place()]
        street = _settled(*places, circuits=house(fuse_a=13.0))
        served = {key for key, amps in street.offered_a().items() if amps}
        assert len(served) == 2
        ever = set(served)
        for _ in range(4):
            street.run(900)
            ever |= {key for key, amps in street.offered_a().items() if amps}
        assert len(ever) == 3

    def test_limits_are_a_pause_or_what_cars_can_use(self) -> None:
        street = Street(house(), {"car 1": Place(), "car 2": Place()})
        street.loads = {"main": lambda second: (second % 400 / 16, 0, 0)}

        def check(street: Street) -> None:
            assert all(amps == 0 or amps >= 6 for amps in street.offered_a().values())

        street.watch = check
        street.run(900)


class TestTree:
    """Circuits below circuits."""

    CIRCUITS = {
        "main": Circuit(50.0, metered=True),
        "garage": Circuit(32.0, parent="main"),
        "group": Circuit(20.0, parent="garage"),
    }

    def test_the_tightest_circuit_counts(self) -> None:
        street = _settled(
            Place("group"), Place("group"), Place("garage"), circuits=self.CIRCUITS
        )
        group_a = street.offered_a()["car 1"] + street.offered_a()["car 2"]
        assert 18 < group_a <= 20 + 1.0
        assert sum(street.offered_a().values()) <= 32 + 1.5
        street.loads = {"main": _load(40)}
        street.run(20)
        assert max(street.currents_a("main")) <= 50

    def test_a_circuit_without_a_meter_limits_what_is_offered(self) -> None:
        street = _settled(Place(), Place(), circuits={"main": Circuit(20.0)})
        assert 18 < sum(street.offered_a().values()) <= 20 + 1.0

    def test_a_circuit_that_is_not_known_is_none(self) -> None:
        street = _settled(Place("somewhere"), circuits=self.CIRCUITS)
        assert street.offered_a() == {"car 1": 32}


class TestMeter:
    """Meters that report too little, or nothing any more."""

    def test_a_dead_meter_leaves_every_charger_its_safe_current(self) -> None:
        """The safe current, not the headroom of its last report."""
        street = _settled(Place(safe_current_a=8.0), Place(safe_current_a=0.0))
        street.dead = {"main"}
        street.run(10)
        before_a = street.offered_a()
        assert before_a["car 1"] > 8
        street.run(30)
        assert street.offered_a() == {"car 1": 8, "car 2": 0}
        assert street.outcome.guard.circuits["main"].meter_dead
        by = street.outcome.guard.limited_by["car 1"]
        assert (by.circuit, by.limiting) == ("main", Limiting.METER)
        street.dead = set()
        street.run(120)
        assert street.offered_a()["car 1"] > 10

    def test_nothing_is_raised_on_the_word_of_a_late_meter(self) -> None:
        street = _settled(Place(), loads={"main": _load(15)})
        street.meter_s = 5
        before_a = street.offered_a()["car 1"]
        street.loads = {"main": _load(0)}
        street.dead = {"main"}
        street.run(14)
        assert street.offered_a()["car 1"] <= before_a

    def test_a_meter_that_never_spoke_is_dead(self) -> None:
        street = Street(house(), {"car 1": Place()}, dead={"main"})
        street.run(60)
        assert street.offered_a() == {"car 1": 6}

    def test_measured_power_may_all_be_on_one_phase(self) -> None:
        meter = CircuitReading(99.0, power_w=2300.0)
        installation = Installation(house(), {"main": meter})
        settings = ChargerSettings(connection=Connection("main"), max_current_a=32.0)
        reading = ChargerReading(settings, Mode.FAST, ready=True, charging=False)
        load = CircuitLoad(reading, KnownCar(), Decision(32.0))
        outcome = guard(GuardState(), installation, {"car": load}, 100.0)
        assert outcome.decisions["car"].current_a == pytest.approx(15)
