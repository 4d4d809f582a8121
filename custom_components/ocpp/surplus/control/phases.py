"""Choice between one phase and three, by the energy that the other choice would have gained.

On three phases a car needs three times the power to charge at all; on one it uses no more than a third of the sun. A switch
costs a pause of a minute or two, and pays off once the accumulated advantage exceeds about that much.
"""

from dataclasses import dataclass, replace

from ..cars.response import Car
from ..model import ChargerSettings
from .decision_context import DecisionContext

SWITCH_COST_WH = 120.0
"""Advantage from which phases are switched: about the cost of the pause. Less follows clouds more closely and switches more
often; the yield is nearly the same from 80 to 130 Wh."""
REPEAT_FACTOR = 1.5
MAX_REPEAT_FACTOR = 3.0
REPEAT_S = 1800.0
"""Time within which each switch raises the cost of the next one by the factor."""
TRIAL_WH = 30.0
"""Gain of a single-phase car from which an unknown car is tried: the grid energy of a trial that fails."""
TRIAL_FACTOR = 4.0
MAX_TRIAL_FACTOR = 64.0
"""Limit of the backoff by which each failed trial raises the cost of the next one."""
MAX_IGNORED_SWITCHES = 2
"""Number of ignored switches after which a charger is not switched for this car any more."""
THREE_PHASE_MARGIN = 1.05
"""Factor by which the sun must exceed the minimum power of three phases for a start on them after a switch."""
SAME_PHASES_MARGIN = 0.9
"""The same without a switch, which takes time."""


@dataclass(frozen=True, slots=True)
class PhaseBudget:
    """Accumulated advantage of the other number of phases, and the recent switches."""

    advantage_wh: float = 0.0
    switched_s: tuple[float, ...] = ()


def phase_options(settings: ChargerSettings, car: Car) -> tuple[int, ...]:
    """Return the numbers of phases on which the car can be made to charge."""
    obeys = settings.switches_phases and car.ignored_switches < MAX_IGNORED_SWITCHES
    if not obeys or car.max_phases == 1:
        return (car.offered_phases,)
    if settings.chosen_phases is not None:
        return (settings.chosen_phases,)
    return (1, settings.phases)


def fewest_plausible(settings: ChargerSettings, car: Car) -> int:
    """Return the fewest phases on which the car may turn out to charge: one until that has been measured.

    A single-phase car charges at a third of the power that its charger suggests. Waiting for the power of three phases would
    never reveal it.
    """
    return min(phase_options(settings, car)) if car.phases_seen else 1


def trial_cost_wh(failed_trials: int) -> float:
    """Return the gain from which a car is tried with less power than three phases take."""
    return TRIAL_WH * min(MAX_TRIAL_FACTOR, TRIAL_FACTOR**failed_trials)


def for_start(context: DecisionContext) -> int:
    """Return the number of phases on which a session should start or resume."""
    *_, most = options = phase_options(context.settings, context.car)
    steady_w = context.within_reach_w(min(context.average_w, context.slow_w), most)
    margin = THREE_PHASE_MARGIN
    if context.car.offered_phases == most:
        margin = max(SAME_PHASES_MARGIN, context.policy.solar_share)
    if steady_w >= margin * context.min_w(most):
        return most
    return options[0]


def weigh(budget: PhaseBudget, context: DecisionContext) -> tuple[PhaseBudget, int]:
    """Return the budget after a sample while the car charges, and the number of phases to continue on."""
    now = context.car.offered_phases
    options = phase_options(context.settings, context.car)
    if now not in options:
        # The owner has chosen.
        return budget, options[0]
    other = next((n for n in options if n != now), now)
    if other == now:
        return budget, now
    gain_wh = context.benefit_wh(context.share_w, other) - context.benefit_wh(
        context.share_w, now
    )
    advantage_wh = max(0.0, budget.advantage_wh + gain_wh)
    budget = replace(budget, advantage_wh=advantage_wh)
    average_w = context.average_share_w
    lasting = context.benefit_w(average_w, other) > context.benefit_w(average_w, now)
    if lasting and advantage_wh > SWITCH_COST_WH * _cost_factor(budget, context.now_s):
        return budget, other
    return budget, now


def _cost_factor(budget: PhaseBudget, now_s: float) -> float:
    repeats = sum(now_s - at_s < REPEAT_S for at_s in budget.switched_s)
    return min(MAX_REPEAT_FACTOR, REPEAT_FACTOR**repeats)


def switched(budget: PhaseBudget, now_s: float) -> PhaseBudget:
    """Return the budget after a switch of phases."""
    recent = tuple(at_s for at_s in budget.switched_s if now_s - at_s < REPEAT_S)
    return PhaseBudget(switched_s=(*recent, now_s))
