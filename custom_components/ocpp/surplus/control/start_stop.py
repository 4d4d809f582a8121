"""Start and stop of one car, decided on energy instead of timers.

Charging at the minimum without enough sun has a cost each second; once it exceeds the cost of a stop and a later start, the
session pauses. A deep dip is thus answered soon, a shallow one is tolerated, and a single sample decides nothing. This is the
ski-rental problem, for which the rule costs at most twice the optimum in hindsight.
"""

from dataclasses import dataclass, field, replace

from ..cars.response import is_waking
from . import phases
from .decision_context import DecisionContext
from .phases import PhaseBudget

SHARED_RESTART_COST_WH = 16.0
"""Most that a stop costs while other cars can take up the sun. Less saves import and costs starts."""
RETREAT_COST_WH = 42.0
"""Cost of a retreat to one phase that spares a stop: its pause is longer than that of a stop."""
PROVEN_S = 600.0
"""Time of charging after which a start was more than a trial."""
MIN_DRAW_S = 30.0
"""Least time for which a car draws: shorter ones wear it, and do not keep it awake."""


@dataclass(frozen=True, slots=True)
class StartStopState:
    """Memory of starts, stops and phases of one charger.

    Attributes:
        running: it is to charge.
        changed_s: the instant at which that changed last.
        gain_wh: gain on paper since it could have started.
        loss_wh: accumulated loss of charging without enough sun.
        failed_trials: number of starts in a row that soon led to a stop.
        budget: budget of phase switches.
    """

    running: bool = False
    changed_s: float = float("-inf")
    gain_wh: float = 0.0
    loss_wh: float = 0.0
    failed_trials: int = 0
    budget: PhaseBudget = field(default_factory=PhaseBudget)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Verdict on a charger: it is to charge or not, and on how many phases."""

    runs: bool
    phases: int


def judge(
    state: StartStopState, context: DecisionContext
) -> tuple[StartStopState, Verdict]:
    """Return the memory and the verdict after a sample of the power."""
    if state.running:
        return _while_running(state, context)
    return _while_paused(state, context)


def _while_paused(
    state: StartStopState, context: DecisionContext
) -> tuple[StartStopState, Verdict]:
    if context.policy.solar_share == 0:
        return _started(state, context)
    fewest = min(phases.phase_options(context.settings, context.car))
    if context.needs_pulse and context.is_worth_a_pulse(fewest):
        return _pulsed(state, context)
    stay = Verdict(runs=False, phases=context.car.offered_phases)
    needed_wh = context.costs.start_gain_wh
    if context.within_reach_w(context.average_w, fewest) < context.start_w(fewest):
        fewest = phases.fewest_plausible(context.settings, context.car)
        needed_wh = phases.trial_cost_wh(state.failed_trials)
    threshold_w = context.start_w(fewest)
    if context.within_reach_w(context.average_w, fewest) < threshold_w:
        return replace(state, gain_wh=0.0), stay
    benefit_wh = context.benefit_wh(context.available_w.likely, fewest)
    gain_wh = max(0.0, state.gain_wh + benefit_wh)
    certain_w = context.within_reach_w(context.available_w.low, fewest)
    if certain_w < threshold_w or gain_wh < needed_wh:
        return replace(state, gain_wh=gain_wh), stay
    return _started(state, context)


def _pulsed(
    state: StartStopState, context: DecisionContext
) -> tuple[StartStopState, Verdict]:
    """Start a car for a moment: without sun it stops again at once, since its loss counts as spent."""
    awake = replace(
        state,
        running=True,
        changed_s=context.now_s,
        gain_wh=0.0,
        loss_wh=RETREAT_COST_WH,
    )
    return awake, Verdict(runs=True, phases=context.car.offered_phases)


def _started(
    state: StartStopState, context: DecisionContext
) -> tuple[StartStopState, Verdict]:
    started = replace(
        state, running=True, changed_s=context.now_s, gain_wh=0.0, loss_wh=0.0
    )
    return started, Verdict(runs=True, phases=phases.for_start(context))


def _while_running(
    state: StartStopState, context: DecisionContext
) -> tuple[StartStopState, Verdict]:
    car = context.car
    go_on = Verdict(runs=True, phases=car.offered_phases)
    if is_waking(car, context.now_s):
        return state, go_on
    likely_w = context.available_w.likely
    remembered_wh = state.loss_wh * context.costs.remembered(context.seconds)
    loss_wh = remembered_wh - context.benefit_wh(likely_w, car.offered_phases)
    budget, wanted = phases.weigh(state.budget, context)
    state = replace(state, loss_wh=max(0.0, loss_wh), budget=budget)
    cost_wh = context.costs.restart_wh
    if context.headroom_w > 0:
        cost_wh = min(SHARED_RESTART_COST_WH, cost_wh)
    stops = loss_wh > cost_wh and context.now_s - car.charging_changed_s >= MIN_DRAW_S
    if stops:
        fewest = min(phases.phase_options(context.settings, car))
        benefit_w = context.benefit_w(max(likely_w, context.average_w), fewest)
        if fewest < car.offered_phases and benefit_w > 0:
            wanted = fewest if loss_wh > RETREAT_COST_WH else wanted
            stops = False
    if wanted != car.offered_phases:
        budget = phases.switched(budget, context.now_s)
        state = replace(state, loss_wh=0.0, budget=budget)
        return state, Verdict(runs=True, phases=wanted)
    if stops:
        proven = context.now_s - state.changed_s >= PROVEN_S
        paused = replace(
            state,
            running=False,
            changed_s=context.now_s,
            gain_wh=0.0,
            loss_wh=0.0,
            failed_trials=0 if proven else state.failed_trials + 1,
        )
        return paused, Verdict(runs=False, phases=car.offered_phases)
    return state, go_on
