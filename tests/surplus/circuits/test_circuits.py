"""External limits, peaks, phase imbalance, single-phase fallback and safe currents, and the work that the guard takes."""

from dataclasses import replace
import itertools

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ocpp.surplus.cars.response import Car as KnownCar, commanded
from custom_components.ocpp.surplus.circuits.circuits import (
    SITE,
    Circuit,
    CircuitReading,
    Installation,
    Limiting,
    Scope,
    SiteLimit,
    assigned_phases,
)
from custom_components.ocpp.surplus.circuits.guard import (
    GuardOutcome,
    GuardState,
    guard,
)
from custom_components.ocpp.surplus.circuits.loads import (
    CircuitLoad,
    uncontrolled_loads,
)
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Connection,
    Decision,
    PhaseRotation,
)
from custom_components.ocpp.surplus.modes import Mode
from tests.surplus.simulation.circuit import (
    CircuitSimulation,
    charger_on,
    main_fuse,
    single_phase_charger,
)
from tests.work import work_of

NOW_S = 10_000.0


def _installed(*circuits: tuple[str, Circuit]) -> dict[str, Circuit]:
    return dict(circuits)


class TestSiteLimit:
    """External limits."""

    def test_chargers_together_stay_within_a_power(self) -> None:
        limits = (SiteLimit(power_w=4200.0),)
        simulation = CircuitSimulation(
            {},
            {"car 1": single_phase_charger(0), "car 2": single_phase_charger(1)},
            limits=limits,
        )
        simulation.run(120)
        watts = sum(charger.car.power_w for charger in simulation.chargers.values())
        assert 3900 < watts <= 4200
        by = simulation.outcome.guard.limited_by["car 1"]
        assert by.limiting is Limiting.SITE_POWER_LIMIT

    def test_a_limit_comes_into_force_at_once_and_ends_by_itself(self) -> None:
        simulation = CircuitSimulation({}, {"car 1": charger_on()})
        simulation.run(60)
        assert simulation.chargers["car 1"].offered_a == 32
        simulation.limits = (SiteLimit(current_a=8.0, until_s=simulation.now_s + 100),)
        simulation.run(1)
        assert simulation.chargers["car 1"].offered_a == 8
        simulation.run(90)
        assert simulation.chargers["car 1"].offered_a == 8
        simulation.run(120)
        assert simulation.chargers["car 1"].offered_a == 32

    def test_less_than_a_car_needs_is_a_pause(self) -> None:
        simulation = CircuitSimulation(
            {}, {"car 1": charger_on()}, limits=(SiteLimit(power_w=3000.0),)
        )
        simulation.run(60)
        assert simulation.chargers["car 1"].offered_a == 0

    def test_other_loads_count_against_a_limit_for_everything(self) -> None:
        limit = SiteLimit(power_w=10_000.0, scope=Scope.EVERYTHING)
        meter = CircuitReading(NOW_S - 1, power_w=3100.0)
        outcome = _guard({}, {SITE: meter}, {"car": _load_of()}, (limit,))
        assert outcome.decisions["car"].current_a == pytest.approx(10.0)

    @pytest.mark.parametrize(
        ("power_w", "phases"), [(3680, 1), (4100, 1), (4140, 3), (11040, 3)]
    )
    def test_a_car_charges_on_as_many_phases_as_a_limit_in_watts_leaves(
        self, power_w: float, phases: int
    ) -> None:
        charger = charger_on(switches_phases=True, max_current_a=16.0)
        limits = (SiteLimit(power_w=power_w),)
        simulation = CircuitSimulation(main_fuse(), {"car 1": charger}, limits=limits)
        simulation.run(300)
        assert charger.offered_phases == phases
        max_w = min(power_w, phases * 16 * 230)
        assert 0.9 * max_w <= charger.car.power_w <= power_w


class TestPeak:
    """Mean power of a quarter of an hour."""

    def test_no_quarter_of_an_hour_exceeds_its_mean(self) -> None:
        circuits = main_fuse(fuse_a=63.0, peak_w=12_000.0)
        simulation = CircuitSimulation(
            circuits, {"car 1": charger_on(), "car 2": charger_on()}
        )
        simulation.loads = {"main": lambda s: (5.0 + 10.0 * (s // 200 % 2), 3.0, 3.0)}
        simulation.now_s = 900.0 * 4
        drawn_wh: dict[int, float] = {}

        def count() -> None:
            watts = sum(simulation.currents_a("main")) * 230
            quarter = int((simulation.now_s - 0.5) // 900)
            drawn_wh[quarter] = drawn_wh.get(quarter, 0.0) + watts / 3600

        simulation.after_second = count
        simulation.run(3 * 900)
        means_w = [wh * 4 for wh in drawn_wh.values()]
        assert max(means_w) <= 12_000
        assert min(means_w[1:]) > 10_800


class TestPhaseImbalance:
    """Phase imbalance."""

    def test_a_single_phase_car_makes_no_greater_difference_than_allowed(self) -> None:
        simulation = CircuitSimulation(
            main_fuse(fuse_a=63.0, max_imbalance_a=20.0),
            {"car 1": single_phase_charger(0)},
        )
        simulation.loads = {"main": lambda _: (6.0, 2.0, 8.0)}
        simulation.run(200)
        amps = simulation.currents_a("main")
        assert max(amps) - min(amps) == pytest.approx(20, abs=0.6)

    def test_a_car_on_the_other_phase_makes_room(self) -> None:
        chargers = {
            "car 1": single_phase_charger(0),
            "car 2": single_phase_charger(1),
            "car 3": single_phase_charger(2),
        }
        simulation = CircuitSimulation(
            main_fuse(fuse_a=63.0, max_imbalance_a=20.0), chargers
        )
        simulation.run(300)
        amps = simulation.currents_a("main")
        assert max(amps) - min(amps) <= 20
        assert min(amps) > 20

    def test_three_phases_make_no_difference(self) -> None:
        simulation = CircuitSimulation(
            main_fuse(fuse_a=63.0, max_imbalance_a=10.0), {"car 1": charger_on()}
        )
        simulation.run(100)
        assert simulation.chargers["car 1"].offered_a == 32


class TestSinglePhaseFallback:
    """Single-phase fallback for lack of headroom on three phases."""

    def _simulation(self) -> CircuitSimulation:
        charger = charger_on(switches_phases=True, max_current_a=16.0)
        simulation = CircuitSimulation(main_fuse(), {"car 1": charger})
        simulation.run(120)
        assert charger.offered_phases == 3
        simulation.loads = {"main": lambda _: (2.0, 22.0, 2.0)}
        return simulation

    def test_a_car_goes_on_with_the_phase_that_is_free(self) -> None:
        simulation = self._simulation()
        charger = simulation.chargers["car 1"]
        simulation.run(1)
        assert charger.offered_a == 0
        assert charger.offered_phases == 1
        simulation.run(200)
        assert charger.offered_phases == 1
        assert charger.offered_a >= 15
        assert max(simulation.currents_a("main")) <= 25

    def test_a_car_that_its_owner_wants_on_three_phases_pauses(self) -> None:
        charger = charger_on(switches_phases=True, chosen_phases=3, max_current_a=16.0)
        simulation = CircuitSimulation(main_fuse(), {"car 1": charger})
        simulation.run(120)
        simulation.loads = {"main": lambda _: (2.0, 22.0, 2.0)}
        simulation.run(200)
        assert charger.offered_phases == 3
        assert charger.offered_a == 0

    def test_it_returns_when_there_has_been_room_for_long(self) -> None:
        simulation = self._simulation()
        simulation.run(200)
        simulation.loads = {"main": lambda _: (2.0, 2.0, 2.0)}
        simulation.run(120)
        assert simulation.chargers["car 1"].offered_phases == 1
        simulation.run(600)
        assert simulation.chargers["car 1"].offered_phases == 3
        assert simulation.chargers["car 1"].offered_a == 16

    def test_a_charger_whose_phases_are_not_known_pauses(self) -> None:
        simulation = self._simulation()
        simulation.chargers["car 1"].connect(rotation=PhaseRotation.UNKNOWN)
        simulation.run(200)
        assert simulation.chargers["car 1"].offered_a == 0
        assert simulation.chargers["car 1"].offered_phases == 3


class TestUncontrolledLoads:
    """Chargers that do not follow limits."""

    def test_a_charger_left_alone_is_made_room_for(self) -> None:
        manual = charger_on(mode=Mode.MANUAL, max_current_a=16.0)
        manual.apply(Decision(16.0), 0.0)
        simulation = CircuitSimulation(
            {"main": Circuit(32.0)}, {"car 1": charger_on(), "car 2": manual}
        )
        simulation.run(120)
        assert manual.offered_a == 16
        assert 14 <= simulation.chargers["car 1"].offered_a <= 16.5

    @pytest.mark.parametrize(("charging", "drawn_a"), [(True, [16.0]), (False, [])])
    def test_one_whose_current_is_not_known_may_draw_all_that_it_can(
        self, charging: bool, drawn_a: list[float]
    ) -> None:
        charger = charger_on(max_current_a=16.0)
        reading = replace(charger.reading(), charging=charging, current_a=None)
        loads = uncontrolled_loads(
            {"car": CircuitLoad(reading, KnownCar(), None)}, NOW_S
        )
        assert [load.current_a for load in loads] == drawn_a

    def test_a_charger_that_has_dropped_off_is_taken_to_be_at_its_safe_current(
        self,
    ) -> None:
        lost = charger_on(safe_current_a=10.0)
        lost.connected = False
        simulation = CircuitSimulation(
            {"main": Circuit(32.0)}, {"car 1": charger_on(), "car 2": lost}
        )
        simulation.run(120)
        assert simulation.chargers["car 1"].offered_a == 22

    def test_one_that_dropped_off_just_now_goes_on_as_it_was(self) -> None:
        chargers = {"car 1": charger_on(), "car 2": charger_on(safe_current_a=6.0)}
        simulation = CircuitSimulation({"main": Circuit(32.0)}, chargers)
        simulation.run(120)
        before_a = chargers["car 1"].offered_a
        chargers["car 2"].connected = False
        simulation.run(120)
        assert chargers["car 1"].offered_a == pytest.approx(before_a, abs=1)
        simulation.run(500)
        assert chargers["car 1"].offered_a == 26


class TestSun:
    """Following the sun on circuits with little headroom."""

    def test_others_get_surplus_that_a_circuit_has_no_headroom_for(self) -> None:
        circuits = {
            "main": Circuit(63.0, metered=True),
            "hut": Circuit(8.0, parent="main"),
        }
        hut = charger_on("hut", mode=Mode.PV_ONLY, max_current_a=16.0)
        other = charger_on("main", mode=Mode.PV_ONLY, max_current_a=32.0)
        simulation = CircuitSimulation(
            circuits, {"hut": hut, "other": other}, sun_w=690.0 * 26
        )
        simulation.run(600)
        assert hut.offered_a == 8
        assert other.car.current_a == pytest.approx(18, abs=1)
        assert simulation.outcome.guard.limited_by.keys() == {"hut"}

    def test_a_cut_is_no_lesson_about_the_car(self) -> None:
        charger = charger_on(mode=Mode.PV_ONLY, max_current_a=16.0)
        simulation = CircuitSimulation(
            main_fuse(), {"car 1": charger}, sun_w=690.0 * 15
        )
        simulation.run(300)
        before = simulation.outcome.state.chargers["car 1"].car
        for _ in range(3):
            simulation.loads = {"main": lambda _: (15.0, 0.0, 0.0)}
            simulation.run(60)
            assert max(simulation.currents_a("main")) <= 25
            simulation.loads = {}
            simulation.run(120)
        after = simulation.outcome.state.chargers["car 1"].car
        assert after.bias_a == pytest.approx(before.bias_a, abs=0.2)
        assert after.ceiling_a == before.ceiling_a
        assert charger.car.current_a == pytest.approx(14.6, abs=0.6)

    def test_after_a_pause_for_the_fuse_it_follows_the_sun_again(self) -> None:
        charger = charger_on(mode=Mode.PV_ONLY, max_current_a=16.0)
        simulation = CircuitSimulation(
            main_fuse(), {"car 1": charger}, sun_w=690.0 * 15
        )
        simulation.run(300)
        simulation.loads = {"main": lambda _: (22.0, 0.0, 0.0)}
        simulation.run(90)
        assert charger.offered_a == 0
        simulation.loads = {}
        simulation.run(30)
        assert charger.offered_a == 0
        simulation.run(120)
        assert charger.car.current_a == pytest.approx(14.6, abs=0.6)


@pytest.mark.parametrize(
    ("above_a", "own_a", "old_a", "new_a", "allowed_a"),
    [
        (0, 0, 0, 10, 10),
        (0, 0, 0, 20, 10),
        (0, 0, 10, 10, 10),
        (0, 10, 0, 10, 0),
        (0, 10, 10, 10, 10),
        (0, 10, 20, 10, 10),
        (0, 20, 0, 10, 0),
        (0, 20, 10, 10, 0),
        (0, 20, 20, 20, 10),
        (0, 20, 20, 30, 10),
        (0, 20, 20, 10, 10),
        (0, 11, 20, 10, 10),
        (0, 11, 10, 0, 0),
        (10, 0, 0, 10, 0),
        (10, 0, 10, 10, 10),
        (20, 0, 10, 10, 0),
        (20, 0, 20, 30, 10),
        (11, 0, 20, 10, 10),
        (-10, -10, 0, 20, 20),
    ],
)
def test_headroom_of_two_circuits_one_above_the_other(
    above_a: float, own_a: float, old_a: float, new_a: float, allowed_a: float
) -> None:
    """Circuits of 10 A each, and a charger at `old_a` without a minimum that requests `new_a`."""
    circuits = {
        "parent": Circuit(10.0, metered=True),
        "own": Circuit(10.0, metered=True, parent="parent"),
    }
    readings = {
        "parent": CircuitReading(NOW_S - 1, (above_a,) * 3),
        "own": CircuitReading(NOW_S - 1, (own_a,) * 3),
    }
    load = _load_of(new_a, old_a, 3, Connection("own", PhaseRotation.RST), min_a=0.0)
    outcome = _guard(circuits, readings, {"car": load})
    assert outcome.decisions["car"].current_a == pytest.approx(allowed_a)


class TestSafeCurrent:
    """Safe currents below a dead meter."""

    def test_safe_currents_that_do_not_fit_together_are_shared_out(self) -> None:
        chargers = {
            f"car {number}": charger_on(safe_current_a=10.0) for number in range(3)
        }
        simulation = CircuitSimulation(main_fuse(), chargers, dead={"main"})
        simulation.run(60)
        assert sum(charger.offered_a for charger in chargers.values()) <= 25
        assert sum(charger.offered_a > 0 for charger in chargers.values()) == 3

    def test_the_timeout_of_a_meter_can_be_set(self) -> None:
        for meter_timeout_s, offered_a in ((100.0, 24.0), (15.0, 6.0)):
            simulation = CircuitSimulation(
                main_fuse(meter_timeout_s=meter_timeout_s), {"car 1": charger_on()}
            )
            simulation.run(60)
            simulation.dead = {"main"}
            simulation.run(50)
            assert simulation.chargers["car 1"].offered_a == pytest.approx(
                offered_a, abs=1.5
            )


def _load_of(
    requested_a: float = 32.0,
    offered_a: float = 0.0,
    phases: int = 3,
    connection: Connection = Connection(),
    min_a: float = 6.0,
) -> CircuitLoad:
    """Return a charger whose car has settled at its limit."""
    fixed = ChargerSettings(
        phases=phases,
        min_current_a=min_a,
        max_current_a=32.0,
        step_a=0.1,
        connection=connection,
    )
    car = KnownCar.on_phases(phases)
    if offered_a:
        car = commanded(car, offered_a, NOW_S - 1000)
        car = replace(car, charging=True, current_a=offered_a, measured_at_s=NOW_S - 1)
    reading = ChargerReading(
        fixed, Mode.FAST, ready=True, charging=offered_a > 0, current_a=offered_a
    )
    return CircuitLoad(reading, car, Decision(requested_a))


def _guard(
    circuits: dict[str, Circuit],
    readings: dict[str, CircuitReading],
    loads: dict[str, CircuitLoad],
    limits: tuple[SiteLimit, ...] = (),
    state: GuardState | None = None,
) -> GuardOutcome:
    installation = Installation(circuits, readings, limits)
    return guard(state or GuardState(), installation, loads, NOW_S)


_AMPERES = st.floats(0.0, 40.0).map(lambda amps: round(amps, 1))
_LIMITS = st.one_of(st.just(0.0), st.floats(6.0, 32.0).map(lambda amps: round(amps, 1)))


@st.composite
def _sites(
    draw: st.DrawFn,
) -> tuple[dict[str, Circuit], dict[str, CircuitLoad], dict[str, list[float]]]:
    """Return circuits, chargers whose cars have settled, and other loads on each phase of each circuit."""
    circuits: dict[str, Circuit] = {}
    for number in range(draw(st.integers(1, 4))):
        parent = draw(st.sampled_from([None, *circuits]))
        metered = draw(st.booleans())
        fuse_a = draw(st.sampled_from([10.0, 16.0, 25.0, 35.0, 63.0]))
        circuits[f"circuit {number}"] = Circuit(fuse_a, parent=parent, metered=metered)
    loads = {}
    for number in range(draw(st.integers(1, 6))):
        phases = draw(st.sampled_from([1, 3]))
        known = ["r", "s", "t"] if phases == 1 else ["rst", "str", "tsr"]
        rotation = PhaseRotation(draw(st.sampled_from(known)))
        circuit = draw(st.sampled_from(list(circuits)))
        connection = Connection(circuit, rotation, draw(st.sampled_from([0.0, 6.0])))
        loads[f"car {number}"] = _load_of(
            draw(_LIMITS), draw(_LIMITS), phases, connection
        )
    others = {
        name: [draw(_AMPERES) if circuit.metered else 0.0 for _ in range(3)]
        for name, circuit in circuits.items()
    }
    return circuits, loads, others


def _carried_a(
    circuits: dict[str, Circuit],
    loads: dict[str, CircuitLoad],
    amps: dict[str, float],
    others: dict[str, list[float]],
) -> dict[str, list[float]]:
    """Return the current on each phase of each circuit at a draw of the cars."""
    carried = {name: [0.0, 0.0, 0.0] for name in circuits}
    installation = Installation(circuits)
    for name, phases in others.items():
        for above in installation.path(name):
            carried[above] = [
                a + b for a, b in zip(carried[above], phases, strict=True)
            ]
    for key, load in loads.items():
        fixed = load.reading.settings
        for name in installation.path(fixed.connection.circuit):
            for phase in assigned_phases(
                fixed.connection, fixed.phases, circuits[name]
            ).phases:
                carried[name][phase] += amps[key]
    return carried


@given(_sites())
@settings(max_examples=150)
def test_no_circuit_carries_more_than_its_fuse_because_of_cars(
    site: tuple[dict[str, Circuit], dict[str, CircuitLoad], dict[str, list[float]]],
) -> None:
    circuits, loads, others = site
    drawn = {key: load.car.current_a for key, load in loads.items()}
    seen = _carried_a(circuits, loads, drawn, others)
    readings = {
        name: CircuitReading(NOW_S - 1, tuple(seen[name]))
        for name, circuit in circuits.items()
        if circuit.metered
    }
    outcome = _guard(circuits, readings, loads)
    allowed = {key: decision.current_a for key, decision in outcome.decisions.items()}
    for key, load in loads.items():
        assert load.request is not None
        assert allowed[key] <= load.request.current_a
        assert allowed[key] == 0 or allowed[key] >= 6
    without = _carried_a(circuits, loads, dict.fromkeys(loads, 0.0), others)
    with_cars = _carried_a(circuits, loads, allowed, others)
    for name, circuit in circuits.items():
        if not circuit.metered:
            # Other loads are unknown there: cars alone stay within the fuse.
            alone = _carried_a(circuits, loads, allowed, {})
            assert max(alone[name]) <= circuit.fuse_a + 1e-6
            continue
        for before, after in zip(without[name], with_cars[name], strict=True):
            assert after <= max(circuit.fuse_a, before) + 1e-6


@given(_sites())
@settings(max_examples=50)
def test_below_dead_meters_safe_currents_never_exceed_a_fuse(
    site: tuple[dict[str, Circuit], dict[str, CircuitLoad], dict[str, list[float]]],
) -> None:
    circuits, loads, _ = site
    readings = {
        name: CircuitReading(NOW_S - 1000, (0.0, 0.0, 0.0))
        for name, circuit in circuits.items()
        if circuit.metered
    }
    outcome = _guard(circuits, readings, loads)
    allowed = {key: decision.current_a for key, decision in outcome.decisions.items()}
    carried = _carried_a(circuits, loads, allowed, {})
    for name, circuit in circuits.items():
        assert max(carried[name]) <= circuit.fuse_a + 1e-6
    installation = Installation(circuits)
    for key, load in loads.items():
        connection = load.reading.settings.connection
        blind = any(
            circuits[name].metered for name in installation.path(connection.circuit)
        )
        if blind:
            assert allowed[key] <= connection.safe_current_a


@given(
    _sites(),
    st.lists(
        st.tuples(
            st.floats(0.0, 120.0),
            st.lists(st.floats(-200.0, 200.0), max_size=4).map(tuple),
        ),
        min_size=1,
        max_size=5,
    ),
)
@settings(max_examples=80)
def test_any_reading_of_meters_leads_to_decisions(
    site: tuple[dict[str, Circuit], dict[str, CircuitLoad], dict[str, list[float]]],
    samples: list[tuple[float, tuple[float, ...]]],
) -> None:
    circuits, loads, _ = site
    circuits = {
        name: replace(circuit, max_imbalance_a=20.0, peak_w=8000.0)
        for name, circuit in circuits.items()
    }
    state = GuardState()
    for age_s, amps in samples:
        reading = CircuitReading(NOW_S - age_s, amps)
        readings = dict.fromkeys(circuits, reading)
        outcome = _guard(circuits, readings, loads, (SiteLimit(16.0, 9e3),), state)
        state = outcome.state
        assert outcome.decisions.keys() == loads.keys()
        total_a = sum(decision.current_a for decision in outcome.decisions.values())
        assert 0 <= total_a <= 16 * 3 + 1e-6


@pytest.mark.parametrize("over_a", [0.2, 0.7, 3.0, 8.0])
def test_even_a_small_overload_is_cut(over_a: float) -> None:
    circuits = {"main": Circuit(25.0, metered=True)}
    reading = CircuitReading(NOW_S - 1, (25.0 + over_a, 16.0, 16.0))
    load = _load_of(32.0, 16.0, 3, Connection("main", PhaseRotation.RST))
    outcome = _guard(circuits, {"main": reading}, {"car": load})
    allowed_a = outcome.decisions["car"].current_a
    assert allowed_a == pytest.approx(16 - over_a, abs=0.11)
    assert allowed_a <= 16 - over_a + 1e-6


def test_unmeasured_phases_may_carry_everything() -> None:
    circuits = {"main": Circuit(25.0, metered=True)}
    reading = CircuitReading(NOW_S - 1, (10.0,))
    load = _load_of(connection=Connection("main", PhaseRotation.RST))
    outcome = _guard(circuits, {"main": reading}, {"car": load})
    assert outcome.decisions["car"].current_a == pytest.approx(15)


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.FAST])
def test_every_mode_is_under_the_guard(mode: Mode) -> None:
    simulation = CircuitSimulation(main_fuse(), {"car 1": charger_on(mode=mode)})
    simulation.loads = {"main": lambda _: (24.0, 3.0, 3.0)}
    simulation.run(60)
    assert simulation.chargers["car 1"].offered_a == 0


def test_circuits_that_hang_on_each_other_are_no_trap() -> None:
    circuits = _installed(
        ("a", Circuit(20.0, parent="b")), ("b", Circuit(16.0, parent="a"))
    )
    load = _load_of(connection=Connection("a"))
    assert _guard(circuits, {}, {"car": load}).decisions["car"].current_a == 16


def _car_park(chargers: int) -> tuple[dict[str, Circuit], dict[str, CircuitLoad]]:
    """Return a car park with a group for each ten chargers, all cars at different currents."""
    circuits = {"main": Circuit(6.0 * chargers, metered=True)}
    loads = {}
    for number in range(chargers):
        group = f"group {number // 10}"
        circuits[group] = Circuit(100.0, parent="main")
        offered_a = 6.0 + number * 13 % 100 / 20
        loads[f"car {number}"] = _load_of(
            32.0, offered_a, 3, Connection(group, PhaseRotation.RST)
        )
    return circuits, loads


def _work(chargers: int) -> int:
    """Return the work of the guard for a car park."""
    circuits, loads = _car_park(chargers)
    meter = CircuitReading(NOW_S - 1, (5.2 * chargers,) * 3)
    assert len(_guard(circuits, {"main": meter}, loads).decisions) == chargers
    return work_of(lambda: _guard(circuits, {"main": meter}, loads))


def test_the_work_grows_with_the_number_of_chargers_and_no_faster() -> None:
    # Eight times as many; work in proportion to their square would be sixty-four times as much.
    assert _work(400) < 12 * _work(50)


def test_all_rotations_put_a_single_phase_on_their_first() -> None:
    firsts = {
        rotation: assigned_phases(Connection("main", rotation), 1, Circuit(25.0)).phases
        for rotation in PhaseRotation
        if rotation is not PhaseRotation.UNKNOWN
    }
    assert all(len(phases) == 1 for phases in firsts.values())
    by_first = itertools.groupby(
        sorted(firsts, key=lambda r: r.value[0]), lambda r: r.value[0]
    )
    assert {first: {firsts[r] for r in group} for first, group in by_first} == {
        "r": {(0,)},
        "s": {(1,)},
        "t": {(2,)},
    }
