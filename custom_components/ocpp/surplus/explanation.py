"""Finds the one reason why a charger charges now, or does not."""

import math

from .model import ChargerReading, Decision, Estimate, Mode
from .plan import Plan, PlannedSlot
from .reasons import Reason
from .supply import Source

SUFFICES = 0.9
"""The share of its power that the sun must give for a car to be said to charge from it."""

_BY_MODE = {
    Mode.OFF: Reason.OFF,
    Mode.MANUAL: Reason.HANDS_OFF,
}


def explain(
    reading: ChargerReading,
    decision: Decision | None,
    plan: Plan | None,
    surplus_w: Estimate | None,
    now_s: float,
) -> Reason:
    """Return the reason for what a charger does that could charge.

    Args:
        reading: what the charger says.
        decision: the limit that it has; None while nothing was decided.
        plan: its plan; None without any.
        surplus_w: what cars could draw without any import; None while that is not known.
        now_s: the present instant.
    """
    if reading.mode in _BY_MODE:
        return _BY_MODE[reading.mode]
    offered = decision is not None and decision.current_a > 0
    if offered and not reading.charging:
        return Reason.STARTING
    if offered:
        return _why_charging(reading, plan, surplus_w, now_s)
    return _why_waiting(reading, plan, surplus_w, now_s)


def _why_charging(
    reading: ChargerReading,
    plan: Plan | None,
    surplus_w: Estimate | None,
    now_s: float,
) -> Reason:
    if reading.mode is Mode.FAST:
        return Reason.FAST
    slot = None if plan is None else plan.slot_at(now_s)
    if reading.grid_allowance_w == math.inf and plan is not None and slot is not None:
        if slot.source is Source.CHEAP:
            return Reason.CHEAP_PRICE
        return Reason.PLANNED if plan.feasible else Reason.NOT_REACHABLE_IN_TIME
    suffices = surplus_w is not None and surplus_w.likely >= SUFFICES * _power_w(
        reading
    )
    return Reason.SUN if suffices else Reason.TOPPED_UP


def _power_w(reading: ChargerReading) -> float:
    phases = reading.phases_in_use or reading.settings.phases
    return (reading.current_a or 0.0) * phases * (reading.voltage_v or 230.0)


def _why_waiting(
    reading: ChargerReading,
    plan: Plan | None,
    surplus_w: Estimate | None,
    now_s: float,
) -> Reason:
    if plan is not None and plan.wish.departure_s is not None:
        if plan.fulfilled(reading.charged_wh):
            return Reason.TARGET_REACHED
        following = next_from_grid(plan, now_s)
        if following is not None:
            return Reason.WAITING_FOR_CHEAP_PRICE
    if surplus_w is None:
        return Reason.METER_SILENT
    return Reason.WAITING_FOR_SUN


def next_from_grid(plan: Plan, now_s: float) -> PlannedSlot | None:
    """Return the next slot in which a plan has a car draw from the grid."""
    return next(
        (
            slot
            for slot in plan.slots
            if slot.end_s > now_s and slot.source in {Source.GRID, Source.CHEAP}
        ),
        None,
    )
