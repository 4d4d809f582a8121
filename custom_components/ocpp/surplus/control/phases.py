"""One phase or three: decided on the energy that the other would have won.

A car on three phases needs three times the power to charge at all, one on a single phase cannot use a third of the sun.
To change over costs a pause of a minute or two, so it is worth it once the advantage of the other has come to about
that much.
"""

from dataclasses import dataclass, replace

from ..cars.response import Car
from ..model import ChargerSettings
from .decision_context import DecisionContext

SWITCH_COST_WH = 120.0
"""What the other number of phases must have won on paper: about what the pause costs. Less follows the clouds closer and
switches more often; the yield is nearly the same from 80 to 130 Wh."""
REPEAT_FACTOR = 1.5
MAX_REPEAT_FACTOR = 3.0
REPEAT_S = 1800.0
"""Each change within this time makes the next dearer by the factor."""
TRIAL_WH = 30.0
"""What a car must have won on paper, were it a single-phase one, before it is tried whether it is: what a trial in vain
draws from the grid."""
TRIAL_FACTOR = 4.0
MAX_TRIAL_FACTOR = 64.0
"""Each trial in vain makes the next dearer by the factor, up to this."""
MAX_IGNORED_SWITCHES = 2
"""A charger that has not changed over so often will not do so for this car."""
THREE_PHASE_MARGIN = 1.05
"""How far above the least power of three phases the sun must be for a start on them."""


@dataclass(frozen=True, slots=True)
class PhaseBudget:
    """What the other number of phases would have won, and when the phases were changed of late."""

    advantage_wh: float = 0.0
    switched_s: tuple[float, ...] = ()


def phase_options(settings: ChargerSettings, car: Car) -> tuple[int, ...]:
    """Return on how many phases the car can be made to charge."""
    obeys = settings.switches_phases and car.ignored_switches < MAX_IGNORED_SWITCHES
    if obeys and car.max_phases > 1:
        return (1, settings.phases)
    return (car.offered_phases,)


def fewest_plausible(settings: ChargerSettings, car: Car) -> int:
    """Return on how few phases the car may turn out to charge: on one, as long as nobody has seen on how many it does.

    A single-phase car charges at a third of the power that its charger makes one expect. Who waited for that would never
    learn it.
    """
    return min(phase_options(settings, car)) if car.phases_seen else 1


def trial_cost_wh(failed_trials: int) -> float:
    """Return what must be won on paper before a car is tried for which the sun suffices only if it is a single-phase one."""
    return TRIAL_WH * min(MAX_TRIAL_FACTOR, TRIAL_FACTOR**failed_trials)


def for_start(context: DecisionContext) -> int:
    """Return on how many phases a session should start or resume."""
    *_, most = options = phase_options(context.settings, context.car)
    steady_w = min(context.average_w, context.slow_w)
    if steady_w >= THREE_PHASE_MARGIN * context.min_w(most):
        return most
    return options[0]


def weigh(budget: PhaseBudget, context: DecisionContext) -> tuple[PhaseBudget, int]:
    """Take in a sample while the car charges, and return on how many phases it should go on."""
    now = context.car.offered_phases
    other = next(
        (n for n in phase_options(context.settings, context.car) if n != now), now
    )
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
    """Return the budget after a change of phases while the car charged."""
    recent = tuple(at_s for at_s in budget.switched_s if now_s - at_s < REPEAT_S)
    return PhaseBudget(switched_s=(*recent, now_s))
