"""When to start, how much to offer, when to stop: for one car and the power that is there for it.

Starting and stopping are decided on energy, not on timers. Running at the least current although the sun does not
suffice loses something each second; once that loss exceeds what a stop and a later start cost, the session
pauses. So a deep dip is answered soon and a shallow one tolerated, and a single odd sample decides nothing.
It is the classic rent-or-buy problem, for which this rule costs at most twice what hindsight would have.
"""

from dataclasses import dataclass, replace
import math

from .car import Car
from .model import ChargerSettings, Estimate
from .modes import Policy

RESTART_COST_WH = 30.0
"""What a stop costs: the sun that is missed until the car draws again."""
START_GAIN_WH = 4.0
"""How much must have been won on paper before a session starts."""
START_AVERAGE_S = 40.0
"""The time over which the surplus is averaged before a session starts."""
WAKE_UP_S = 45.0
"""How long a car may take to draw after it was offered something."""
RAISE_INTERVAL_S = 5.0
CUT_INTERVAL_S = 2.0
DEADBAND_A = 0.25
MAX_STEP_S = 60.0
"""Longer gaps between samples than this count as this much: what happened meanwhile is not known."""


@dataclass(frozen=True, slots=True)
class Regulator:
    """The memory of the decisions for one charger."""

    running: bool = False
    started_s: float = 0.0
    changed_s: float = float("-inf")
    sampled_s: float | None = None
    average_w: float | None = None
    gain_wh: float = 0.0
    loss_wh: float = 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """What a decision is made in: one charger, its car, a policy, and the power that is there."""

    settings: ChargerSettings
    car: Car
    policy: Policy
    available_w: Estimate
    now_s: float

    @property
    def least_w(self) -> float:
        """What the car draws at the least current."""
        return self.car.expected_a(self.settings.min_current_a) * self.car.w_per_a

    @property
    def most_w(self) -> float:
        """What the car draws at the most."""
        return self.car.expected_a(self.settings.max_current_a) * self.car.w_per_a

    def worth_w(self, available_w: float) -> float:
        """Return what running gains, in watts of sun: what comes from the grid counts against it."""
        sun_w = max(0.0, available_w)
        power_w = max(self.least_w, min(sun_w, self.most_w))
        deficit_w = max(0.0, power_w - sun_w)
        worth_w = min(power_w, sun_w) - self.policy.import_aversion * deficit_w
        if deficit_w > 0 and not self.policy.tops_up:
            return min(worth_w, -deficit_w)
        return worth_w

    def current_a(self, available_w: float) -> float:
        """Return the current that uses a power, as finely as the charger can be set."""
        settings, car = self.settings, self.car
        exact_a = available_w / car.w_per_a + car.bias_a
        steps = math.floor(exact_a / settings.step_a + self.policy.rounding + 1e-9)
        return min(
            settings.max_current_a, max(settings.min_current_a, steps * settings.step_a)
        )


def regulate(regulator: Regulator, frame: Frame) -> tuple[Regulator, float]:
    """Take in a new sample of the available power and return the current to offer."""
    regulator, seconds = _sampled(regulator, frame)
    if regulator.running:
        return _while_running(regulator, frame, seconds)
    return _while_paused(regulator, frame, seconds)


def _sampled(regulator: Regulator, frame: Frame) -> tuple[Regulator, float]:
    """Return the memory with the sample averaged in, and the time that it stands for."""
    likely_w = frame.available_w.likely
    if regulator.sampled_s is None or regulator.average_w is None:
        return replace(regulator, sampled_s=frame.now_s, average_w=likely_w), 0.0
    seconds = min(MAX_STEP_S, max(0.0, frame.now_s - regulator.sampled_s))
    share = min(1.0, seconds / START_AVERAGE_S)
    average_w = regulator.average_w + share * (likely_w - regulator.average_w)
    return replace(regulator, sampled_s=frame.now_s, average_w=average_w), seconds


def _while_paused(
    regulator: Regulator, frame: Frame, seconds: float
) -> tuple[Regulator, float]:
    assert regulator.average_w is not None
    threshold_w = frame.policy.start_share * frame.least_w
    likely_w = frame.available_w.likely
    if regulator.average_w < threshold_w:
        return replace(regulator, gain_wh=0.0), 0.0
    gain_wh = max(0.0, regulator.gain_wh + frame.worth_w(likely_w) * seconds / 3600)
    regulator = replace(regulator, gain_wh=gain_wh)
    if frame.available_w.low < threshold_w or gain_wh < START_GAIN_WH:
        return regulator, 0.0
    started = replace(
        regulator,
        running=True,
        started_s=frame.now_s,
        changed_s=frame.now_s,
        gain_wh=0.0,
        loss_wh=0.0,
    )
    return started, frame.current_a(likely_w)


def _while_running(
    regulator: Regulator, frame: Frame, seconds: float
) -> tuple[Regulator, float]:
    assert regulator.average_w is not None
    waking = not frame.car.charging and frame.now_s - regulator.started_s < WAKE_UP_S
    if not waking:
        loss_wh = (
            regulator.loss_wh - frame.worth_w(frame.available_w.likely) * seconds / 3600
        )
        regulator = replace(regulator, loss_wh=max(0.0, loss_wh))
        if regulator.loss_wh > RESTART_COST_WH:
            paused = replace(
                regulator,
                running=False,
                changed_s=frame.now_s,
                gain_wh=0.0,
                loss_wh=0.0,
            )
            return paused, 0.0
    offered_a = frame.car.offered_a
    current_a = _next_current_a(regulator, frame)
    if current_a != offered_a:
        regulator = replace(regulator, changed_s=frame.now_s)
    return regulator, current_a


def _next_current_a(regulator: Regulator, frame: Frame) -> float:
    """Raise only what is certainly there, cut as soon as the limit is certainly too high."""
    offered_a = frame.car.offered_a
    deadband_a = max(frame.settings.step_a, DEADBAND_A)
    since_s = frame.now_s - regulator.changed_s
    lower_a = frame.current_a(frame.available_w.high)
    if lower_a <= offered_a - deadband_a + 1e-9 and since_s >= CUT_INTERVAL_S:
        return lower_a
    higher_a = frame.current_a(frame.available_w.low)
    if higher_a >= offered_a + deadband_a - 1e-9 and since_s >= RAISE_INTERVAL_S:
        return higher_a
    return offered_a
