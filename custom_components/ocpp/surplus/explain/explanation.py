"""Explanation: the one reason for which a charger charges now, or does not."""

from dataclasses import dataclass
import math

from ..cars.keep_awake import REAL_CHARGE_S
from ..cars.response import is_waking
from ..model import ChargerReading, Estimate
from ..modes import Control
from ..planning.plan import Plan, PlannedSlot
from ..planning.power_range import power_range_of
from ..planning.supply import Source
from ..state import ChargerState, Outcome
from .reasons import Reason
from .sunlight import Sunlight

_BY_CONTROL = {
    Control.PAUSE: Reason.OFF,
    Control.NONE: Reason.HANDS_OFF,
}


@dataclass(frozen=True, slots=True)
class _Case:
    """One charger, with everything known and decided."""

    key: str
    reading: ChargerReading
    charger: ChargerState
    outcome: Outcome
    plan: Plan | None
    sunlight: Sunlight | None
    now_s: float

    @property
    def min_w(self) -> float:
        """Power below which the car does not charge."""
        return power_range_of(self.reading.settings, self.charger.car).min_w

    def is_enough(self, power_w: Estimate | None) -> bool:
        """Return True if the car could charge with a power."""
        return power_w is not None and power_w.likely >= self.min_w


def explain(
    key: str,
    reading: ChargerReading,
    outcome: Outcome,
    plan: Plan | None,
    sunlight: Sunlight | None,
    now_s: float,
) -> Reason:
    """Return the reason for the state of a charger that could charge.

    Args:
        key: the charger's key.
        reading: its reading.
        outcome: the decisions on all chargers.
        plan: its plan; None without one.
        sunlight: the verdict on the sun; None while the car does not charge.
        now_s: the present instant.
    """
    if (reason := _BY_CONTROL.get(reading.mode.policy.control)) is not None:
        return reason
    charger = outcome.state.chargers[key]
    case = _Case(key, reading, charger, outcome, plan, sunlight, now_s)
    decision = outcome.decisions.get(key)
    if decision is None or decision.current_a == 0:
        return _why_waiting(case)
    if not reading.charging:
        return _why_not_drawing(case)
    return _why_charging(case)


def _why_not_drawing(case: _Case) -> Reason:
    charger = case.charger
    car = charger.car
    if car.switched_s is not None:
        return Reason.SWITCHING_PHASES
    if is_waking(car, case.now_s):
        return Reason.STARTING
    may_wake = charger.habits.overslept or not charger.wake_ups.in_vain
    return Reason.CAR_ASLEEP if may_wake else Reason.CAR_FULL


def _why_charging(case: _Case) -> Reason:
    reading, plan = case.reading, case.plan
    if reading.mode.policy.control is Control.FULL_POWER:
        return Reason.FAST
    if reading.grid_allowance_w == math.inf and plan is not None:
        slot = plan.slot_at(case.now_s)
        if slot is not None and slot.source is Source.CHEAP:
            return Reason.CHEAP_PRICE
        return Reason.PLANNED if plan.feasible else Reason.NOT_REACHABLE_IN_TIME
    if reading.allowance_w == math.inf:
        return Reason.SOC_FLOOR
    if case.sunlight is not None and case.sunlight.suffices:
        return Reason.SUN
    return Reason.KEEP_AWAKE if _is_kept_awake(case) else Reason.TOPPED_UP


def _is_kept_awake(case: _Case) -> bool:
    charging_s = case.now_s - case.charger.car.charging_changed_s
    return case.charger.habits.pulses > 0 and charging_s < REAL_CHARGE_S


def _why_waiting(case: _Case) -> Reason:
    request, outcome, plan = case.charger.request, case.outcome, case.plan
    if request is not None and request.current_a > 0 and case.key in outcome.decisions:
        return Reason.FUSE
    if plan is not None and plan.goal.departure_s is not None:
        if plan.fulfilled(case.reading.charged_wh):
            return Reason.TARGET_REACHED
        buys_later = next_from_grid(plan, case.now_s) is not None
        if buys_later or case.reading.leaves_sun:
            return Reason.WAITING_FOR_CHEAP_PRICE
    if outcome.surplus_w is None:
        return Reason.METER_SILENT
    if not case.is_enough(outcome.surplus_w):
        return Reason.WAITING_FOR_SUN
    if not case.is_enough(outcome.left_w):
        return Reason.LEFT_AT_GRID
    if not case.is_enough(outcome.cars_w):
        return Reason.BATTERY_FIRST
    return Reason.OTHERS_FIRST if _others_charge(case) else Reason.WAITING_FOR_SUN


def _others_charge(case: _Case) -> bool:
    return any(
        decision.current_a > 0
        for key, decision in case.outcome.decisions.items()
        if key != case.key
    )


def next_from_grid(plan: Plan, now_s: float) -> PlannedSlot | None:
    """Return the next slot of a plan that uses the grid."""
    return next(
        (
            slot
            for slot in plan.slots
            if slot.end_s > now_s and slot.source in {Source.GRID, Source.CHEAP}
        ),
        None,
    )
