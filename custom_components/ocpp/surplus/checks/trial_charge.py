"""Test charge: a car charges at its minimum for about a minute and pauses for another, and the meters must answer both.

All other cars go on as they are meanwhile, so that nothing else moves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
import math

from ..model import ChargerReading
from ..modes import FULL_POWER_MODE, PAUSE_MODE, Control
from .checks import Checks, acquitted, completed
from .evidence import Verdict, verdict

HOLD_S = 60.0
"""Time for which each level is held."""
MAX_HOLD_S = 180.0
"""The same for the slowest meters."""
MAX_WAIT_S = 120.0
"""Time in which a car must follow."""
DRAWING_W = 300.0


class Phase(StrEnum):
    """Phase of a test charge."""

    CHARGE = "charge"
    PAUSE = "pause"


class NoTrial(StrEnum):
    """Reason for which there can be no test charge."""

    NO_METER = "no_meter"
    """No meter is set up, or it tells nothing."""
    NO_CAR = "no_car"
    """No car is plugged in at a charger that may charge."""
    NO_DRAW = "no_draw"
    """The car draws nothing."""
    UNPLUGGED = "unplugged"
    """The car was unplugged meanwhile, or its owner switched charging off."""


@dataclass(frozen=True, slots=True)
class TrialCharge:
    """Test charge that is under way.

    Attributes:
        key: the key of the charger.
        began_s: the begin.
        hold_s: the time for which each level is held.
        phase: the present phase.
        phase_s: its begin.
        steady_s: since when the car has been steady in it; None before.
        phases_left: number of phases after the present one.
        others_a: currents at which other cars are kept; those that are not in it stay paused.
    """

    key: str
    began_s: float
    hold_s: float
    phase: Phase
    phase_s: float
    steady_s: float | None = None
    phases_left: int = 1
    others_a: Mapping[str, float] = field(default_factory=dict)


type Progress = TrialCharge | NoTrial | Verdict
"""Test charge that is under way, or its result."""


def begun(
    checks: Checks, readings: Mapping[str, ChargerReading], now_s: float
) -> TrialCharge | NoTrial:
    """Return a new test charge, or the reason why there cannot be one."""
    if checks.log.latest is None:
        return NoTrial.NO_METER
    able = {key: each for key, each in readings.items() if _is_able(each)}
    if not able:
        return NoTrial.NO_CAR
    # A car that charges already only has to pause and resume.
    key = max(able, key=lambda each: able[each].charging)
    phase = Phase.PAUSE if _draws(able.pop(key)) else Phase.CHARGE
    hold_s = HOLD_S + 1.5 * checks.log.interval_s + checks.meters.late_s
    others_a = {other: _kept_a(each) for other, each in able.items() if each.charging}
    return TrialCharge(
        key, now_s, min(MAX_HOLD_S, hold_s), phase, now_s, others_a=others_a
    )


def _draws(reading: ChargerReading) -> bool:
    return reading.drawn_w > DRAWING_W


def _kept_a(reading: ChargerReading) -> float:
    """Return the limit under which a car goes on to draw what it draws."""
    settings, current_a = reading.settings, reading.current_a or 0.0
    most_a = min(settings.max_current_a, math.ceil(current_a))
    return max(settings.min_current_a, most_a)


def _is_able(reading: ChargerReading) -> bool:
    """Return True if a charger's owner lets it charge, and lets the controller set its limit."""
    control = reading.mode.policy.control
    in_hand = control not in (Control.NONE, Control.PAUSE)
    return reading.ready and reading.connected and in_hand


def under_test(
    trial: TrialCharge, readings: Mapping[str, ChargerReading]
) -> Mapping[str, ChargerReading]:
    """Return the readings of all chargers as the test wants them; the circuits still have the last word."""
    return {
        key: _tested(trial, reading) if key == trial.key else _kept(trial, key, reading)
        for key, reading in readings.items()
    }


def _tested(trial: TrialCharge, reading: ChargerReading) -> ChargerReading:
    if trial.phase is Phase.PAUSE:
        return replace(reading, mode=PAUSE_MODE)
    return _at(reading, reading.settings.min_current_a)


def _kept(trial: TrialCharge, key: str, reading: ChargerReading) -> ChargerReading:
    if not _is_able(reading):
        return reading
    if (current_a := trial.others_a.get(key)) is None:
        return replace(reading, mode=PAUSE_MODE)
    return _at(reading, current_a)


def _at(reading: ChargerReading, current_a: float) -> ChargerReading:
    """Return the reading of a charger that charges with a current whatever the sun does."""
    settings = replace(reading.settings, max_current_a=current_a)
    return replace(reading, mode=FULL_POWER_MODE, settings=settings)


def advanced(
    trial: TrialCharge,
    checks: Checks,
    readings: Mapping[str, ChargerReading],
    now_s: float,
) -> tuple[Progress, Checks]:
    """Return the test after a sample, or its result, with the checks that have learned from it."""
    reading = readings.get(trial.key)
    if reading is None or not _is_able(reading):
        return NoTrial.UNPLUGGED, checks
    if not _has_followed(trial, checks, reading):
        if now_s - trial.phase_s > MAX_WAIT_S:
            return NoTrial.NO_DRAW, checks
        return replace(trial, steady_s=None), checks
    steady_s = now_s if trial.steady_s is None else trial.steady_s
    if now_s - steady_s < trial.hold_s:
        return replace(trial, steady_s=steady_s), checks
    if trial.phases_left:
        phase = Phase.PAUSE if trial.phase is Phase.CHARGE else Phase.CHARGE
        left = trial.phases_left - 1
        return replace(
            trial, phase=phase, phase_s=now_s, steady_s=None, phases_left=left
        ), checks
    checks = completed(checks, now_s)
    trials = [
        each for each in checks.evidence.trials if each.at_s >= trial.began_s - 1.0
    ]
    result = verdict(trials, checks.log, checks.meters)
    if result.fits:
        return result, acquitted(checks)
    if result.findings:
        evidence = replace(checks.evidence, findings=result.findings)
        checks = replace(checks, evidence=evidence)
    return result, checks


def _has_followed(trial: TrialCharge, checks: Checks, reading: ChargerReading) -> bool:
    """Return True if the car does what the test wants, and all cars have been steady since it wants it."""
    level = checks.draws.level
    if level is None or checks.draws.change is not None:
        return False
    if level.until_s < trial.phase_s:
        return False
    return _draws(reading) is (trial.phase is Phase.CHARGE)
