"""Preconditioning: a car that is heated or cooled before its departure draws from the wall, even if it needs no energy."""

from collections.abc import Iterator
from dataclasses import replace

from .outlook import Outlook, Slot
from .plan import Plan, PlannedSlot
from .planned_energy import merged_slots, planned_slot
from .supply import full_power_step


def preconditioned(plan: Plan, outlook: Outlook, now_s: float) -> Plan:
    """Return a plan with the times before the departure in which the car may draw from the grid although it need not.

    Args:
        plan: the plan for the energy that the car needs.
        outlook: the outlook of its charger.
        now_s: the present instant.
    """
    window = plan.goal.preconditioning
    if window is None or window.ends_s <= now_s:
        return plan
    bounds = {bound for slot in plan.slots for bound in (slot.start_s, slot.end_s)}
    slots = outlook.slots(max(now_s, window.begins_s), window.ends_s, bounds)
    free = (slot for slot in slots if plan.slot_at(slot.start_s) is None)
    return replace(plan, preconditioning=merged_slots(_at_full_power(plan, free)))


def _at_full_power(plan: Plan, slots: Iterator[Slot]) -> Iterator[PlannedSlot]:
    for slot in slots:
        step = full_power_step(slot, plan.goal.power_range)
        if step is not None:
            yield planned_slot(slot, (slot.start_s, slot.end_s), [step])
