"""The test charge that an owner can ask for."""

from dataclasses import dataclass, field, replace

import pytest

from custom_components.ocpp.surplus.checks.checks import Checks, checked
from custom_components.ocpp.surplus.checks.draw import total_draw
from custom_components.ocpp.surplus.checks.evidence import Verdict
from custom_components.ocpp.surplus.checks.findings import Fault
from custom_components.ocpp.surplus.checks.samples import sample_of
from custom_components.ocpp.surplus.checks.trial_charge import (
    NoTrial,
    Progress,
    TrialCharge,
    advanced,
    begun,
    under_test,
)
from custom_components.ocpp.surplus.model import ChargerReading
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.sensing.told import Told, ToldSite
from custom_components.ocpp.surplus.state import commands_s
from tests.simulator.car import Car
from tests.surplus.simulation.charger import THREE_PHASES, SimulatedCharger
from tests.surplus.simulation.multi_car import MultiCarSimulation


@dataclass
class Trial:
    """Test charge in a simulation."""

    surplus_w: float = -500.0
    factor: float = 1.0
    charger: SimulatedCharger = field(
        default_factory=lambda: SimulatedCharger(
            THREE_PHASES, Car(3, wake_up_s=12.0), Mode.PV_ONLY
        )
    )
    other: SimulatedCharger | None = None
    meter_s: int = 5
    checks: Checks = field(default_factory=Checks)
    progress: Progress | None = None
    most_w: float = 0.0

    def __post_init__(self) -> None:
        """Build the house."""
        self.chargers = [self.charger]
        if self.other is not None:
            self.chargers.append(self.other)
        self.house = MultiCarSimulation(
            lambda _: self.surplus_w,
            self.chargers,
            meter_s=self.meter_s,
            after_second=self._observe,
        )

    @property
    def readings(self) -> dict[str, ChargerReading]:
        """Readings without the test."""
        return {
            str(number): replace(
                charger.reading(), mode=Mode.PV_ONLY, settings=THREE_PHASES
            )
            for number, charger in enumerate(self.chargers)
        }

    def begin(self, seconds: int = 120) -> None:
        """Begin after some time."""
        self.house.run(seconds)
        self.progress = begun(self.checks, self.readings, self.house.now_s)

    def end(self) -> None:
        """Let time pass until there is a result."""
        self.house.run_until(
            lambda: not isinstance(self.progress, TrialCharge), seconds=400
        )

    def _observe(self) -> None:
        now_s, site = self.house.now_s, self.house.site
        draw = total_draw(self.readings, now_s)
        self.most_w = max(self.most_w, self.house.cars_w)
        if site is not None and site.grid_power_w is not None:
            watts = self.factor * site.grid_power_w
            told = ToldSite(grid=(Told(watts, site.grid_at_s, site.grid_at_s),))
            sample = sample_of(told, draw.watts if draw else None, None)
            assert sample is not None
            commands = commands_s(self.house.outcome.state)
            self.checks = checked(self.checks, sample, draw, commands)
        if isinstance(self.progress, TrialCharge):
            self.progress, self.checks = advanced(
                self.progress, self.checks, self.readings, now_s
            )
        wanted = self.readings
        if isinstance(self.progress, TrialCharge):
            wanted = dict(under_test(self.progress, wanted))
        for charger, reading in zip(self.chargers, wanted.values(), strict=True):
            charger.mode, charger.settings = reading.mode, reading.settings


@pytest.mark.parametrize("meter_s", [1, 10, 30])
def test_a_car_that_waits_charges_at_its_minimum_and_pauses(meter_s: int) -> None:
    trial = Trial(meter_s=meter_s)
    trial.begin()
    began_s = trial.house.now_s
    trial.end()
    assert isinstance(trial.progress, Verdict)
    assert trial.progress.fits
    assert trial.progress.step_w == pytest.approx(3 * 5.6 * 230, rel=0.05)
    assert trial.progress.told_w == pytest.approx(trial.progress.step_w, rel=0.1)
    assert trial.most_w < 3 * 6 * 230
    assert trial.house.now_s - began_s < 360
    trial.house.run(60)
    assert trial.house.cars_w == 0


def test_a_car_that_charges_pauses_and_charges_at_its_minimum() -> None:
    trial = Trial(surplus_w=8000.0)
    trial.begin(300)
    assert trial.house.cars_w > 7000
    trial.end()
    assert isinstance(trial.progress, Verdict)
    assert trial.progress.fits


@pytest.mark.parametrize("factor", [1.0, -1.0])
def test_another_car_goes_on_as_it_is(factor: float) -> None:
    other = SimulatedCharger(THREE_PHASES, Car(3, wake_up_s=12.0), Mode.PV_ONLY)
    trial = Trial(surplus_w=12_000.0, other=other)
    trial.begin(400)
    before_w = other.car.power_w
    assert trial.house.cars_w > 10_000
    assert before_w > 4000
    trial.factor = factor
    trial.house.run(30)
    assert other.car.power_w == pytest.approx(before_w, abs=700)
    trial.end()
    assert isinstance(trial.progress, Verdict)
    assert trial.progress.fits is (factor > 0)
    assert other.car.power_w == pytest.approx(before_w, abs=700)


@pytest.mark.parametrize(
    ("factor", "fault"),
    [(-1.0, Fault.GRID_INVERTED), (0.001, Fault.UNIT), (1 / 3, Fault.PHASES)],
)
def test_a_meter_that_answers_wrongly_is_found_at_once(
    factor: float, fault: Fault
) -> None:
    trial = Trial(factor=factor)
    trial.begin()
    trial.end()
    assert isinstance(trial.progress, Verdict)
    assert [finding.fault for finding in trial.progress.findings] == [fault]
    assert [finding.fault for finding in trial.checks.findings] == [fault]


def test_a_car_that_draws_nothing_ends_the_test() -> None:
    trial = Trial()
    trial.charger.full_wh = 0.0
    trial.begin()
    trial.end()
    assert trial.progress is NoTrial.NO_DRAW


def test_a_car_that_leaves_ends_the_test() -> None:
    trial = Trial()
    trial.begin()
    trial.house.run(30)
    trial.charger.present = False
    trial.end()
    assert trial.progress is NoTrial.UNPLUGGED


def test_a_test_needs_a_car_and_a_meter() -> None:
    trial = Trial()
    assert begun(trial.checks, trial.readings, 0.0) is NoTrial.NO_METER
    trial.house.run(30)
    assert begun(trial.checks, {}, 30.0) is NoTrial.NO_CAR
    for mode in (Mode.MANUAL, Mode.OFF):
        held = {"0": replace(trial.readings["0"], mode=mode)}
        assert begun(trial.checks, held, 30.0) is NoTrial.NO_CAR
