"""Limits that a charger can be set to, in place of those that are asked for."""

from dataclasses import dataclass

from ..chargers.charger import Charger
from ..csms.limits.charging_profile import NOMINAL_VOLTAGE_V, BelowMinimum

ABOVE_MAXIMUM, BELOW_MINIMUM = "above_maximum", "below_minimum"


@dataclass(frozen=True, slots=True)
class FeasibleLimit:
    """A limit that a charger can be set to, and the reason if it is not the one that was asked for."""

    current_a: float
    reason: str | None = None


def watts_per_ampere(charger: Charger, evse_id: int) -> float:
    """Return the power of one ampere on all phases of a connector that its owner lets it use."""
    phases = charger.chosen_phases(evse_id) or charger.config.phases
    return phases * NOMINAL_VOLTAGE_V


def feasible_limit(
    charger: Charger, asked_a: float, below: BelowMinimum = BelowMinimum.PAUSE
) -> FeasibleLimit:
    """Return the limit nearest to one that is asked for; a charger that should discharge a car pauses."""
    if asked_a > charger.config.max_current_a:
        return FeasibleLimit(charger.config.max_current_a, ABOVE_MAXIMUM)
    if asked_a == 0 or asked_a >= charger.minimum_current_a:
        return FeasibleLimit(asked_a)
    raised = asked_a > 0 and below is BelowMinimum.MINIMUM
    return FeasibleLimit(charger.minimum_current_a if raised else 0.0, BELOW_MINIMUM)
