"""When to start and when to stop: for one car and the power that is there for it.

Starting and stopping are decided on energy, not on timers. Running at the least current although the sun does not
suffice loses something each second; once that loss exceeds what a stop and a later start cost, the session
pauses. So a deep dip is answered soon and a shallow one tolerated, and a single odd sample decides nothing.
It is the classic rent-or-buy problem, for which this rule costs at most twice what hindsight would have.
"""

from dataclasses import dataclass, field, replace

from ..cars.response import wakes
from . import phases
from .decision_context import Frame
from .phases import PhaseBudget

RESTART_COST_WH = 42.0
"""What a stop costs: the sun that is missed until the car draws again."""
COMPANY_COST_WH = 16.0
"""The same where others charge that can take up the sun meanwhile. Less saves import and costs starts."""
START_GAIN_WH = 4.0
"""How much must have been won on paper before a session starts."""
PROVEN_S = 600.0
"""Who has charged for so long was not just tried."""
LEAST_DRAW_S = 30.0
"""For how long a car draws at least: no car likes less, and it takes that much to keep one awake."""


@dataclass(frozen=True, slots=True)
class Regulator:
    """The memory of the decisions for one charger; `tried` is how often its car was started and soon stopped."""

    running: bool = False
    turned_s: float = float("-inf")
    gain_wh: float = 0.0
    loss_wh: float = 0.0
    tried: int = 0
    budget: PhaseBudget = field(default_factory=PhaseBudget)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a car shall charge, and on how many phases."""

    runs: bool
    phases: int


def judge(regulator: Regulator, frame: Frame) -> tuple[Regulator, Verdict]:
    """Take in a sample of the power that is there, and say whether the car shall charge."""
    if regulator.running:
        return _while_running(regulator, frame)
    return _while_paused(regulator, frame)


def _while_paused(regulator: Regulator, frame: Frame) -> tuple[Regulator, Verdict]:
    if frame.policy.start_share == 0:
        return _started(regulator, frame)
    fewest = min(phases.choices(frame.settings, frame.car))
    if frame.tires and frame.long_w >= frame.start_w(fewest):
        return _kept_awake(regulator, frame)
    stay = Verdict(runs=False, phases=frame.car.offered_phases)
    needed_wh = START_GAIN_WH
    if frame.average_w < frame.start_w(fewest):
        fewest = phases.hoped(frame.settings, frame.car)
        needed_wh = phases.trial_wh(regulator.tried)
    threshold_w = frame.start_w(fewest)
    if frame.average_w < threshold_w:
        return replace(regulator, gain_wh=0.0), stay
    worth_wh = frame.worth_wh(frame.available_w.likely, fewest)
    gain_wh = max(0.0, regulator.gain_wh + worth_wh)
    if frame.available_w.low < threshold_w or gain_wh < needed_wh:
        return replace(regulator, gain_wh=gain_wh), stay
    return _started(regulator, frame)


def _kept_awake(regulator: Regulator, frame: Frame) -> tuple[Regulator, Verdict]:
    """Have a car draw for a moment: its budget is spent before it starts, so without sun it goes back to sleep at once."""
    awake = replace(
        regulator,
        running=True,
        turned_s=frame.now_s,
        gain_wh=0.0,
        loss_wh=RESTART_COST_WH,
    )
    return awake, Verdict(runs=True, phases=frame.car.offered_phases)


def _started(regulator: Regulator, frame: Frame) -> tuple[Regulator, Verdict]:
    started = replace(
        regulator, running=True, turned_s=frame.now_s, gain_wh=0.0, loss_wh=0.0
    )
    return started, Verdict(runs=True, phases=phases.for_start(frame))


def _while_running(regulator: Regulator, frame: Frame) -> tuple[Regulator, Verdict]:
    car = frame.car
    go_on = Verdict(runs=True, phases=car.offered_phases)
    if wakes(car, frame.now_s):
        return regulator, go_on
    likely_w = frame.available_w.likely
    loss_wh = regulator.loss_wh - frame.worth_wh(likely_w, car.offered_phases)
    budget, wanted = phases.weigh(regulator.budget, frame)
    regulator = replace(regulator, loss_wh=max(0.0, loss_wh), budget=budget)
    cost_wh = COMPANY_COST_WH if frame.room_w > 0 else RESTART_COST_WH
    stops = loss_wh > cost_wh and frame.now_s - car.turned_s >= LEAST_DRAW_S
    if stops:
        fewest = min(phases.choices(frame.settings, car))
        worth_w = frame.worth_w(max(likely_w, frame.average_w), fewest)
        if fewest < car.offered_phases and worth_w > 0:
            wanted, stops = fewest, False
    if wanted != car.offered_phases:
        budget = phases.changed(budget, frame.now_s)
        regulator = replace(regulator, loss_wh=0.0, budget=budget)
        return regulator, Verdict(runs=True, phases=wanted)
    if stops:
        proven = frame.now_s - regulator.turned_s >= PROVEN_S
        paused = replace(
            regulator,
            running=False,
            turned_s=frame.now_s,
            gain_wh=0.0,
            loss_wh=0.0,
            tried=0 if proven else regulator.tried + 1,
        )
        return paused, Verdict(runs=False, phases=car.offered_phases)
    return regulator, go_on
