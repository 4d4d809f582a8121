"""Precedence of cars that must charge at once: the power that they leave to others behind the same bottlenecks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
import math

from .outlook import Outlook, Series, Span
from .plan import Plan, PlannedSlot


def beside(outlook: Outlook, plans: Mapping[str, Plan]) -> Outlook:
    """Return the outlook of all others while some cars follow their plans."""
    slots = {key: plan.slots for key, plan in plans.items() if plan.slots}
    if not slots:
        return outlook
    all_slots = [slot for each in slots.values() for slot in each]
    return replace(
        outlook,
        import_limits_w=tuple(
            _less(limit_w, all_slots, lambda slot: slot.grid_w)
            for limit_w in outlook.import_limits_w
        ),
        bottlenecks=tuple(
            replace(
                bottleneck,
                power_w=_less(
                    bottleneck.power_w,
                    [
                        slot
                        for key, own in slots.items()
                        if key in bottleneck.chargers
                        for slot in own
                    ],
                    lambda slot: slot.power_w,
                ),
            )
            for bottleneck in outlook.bottlenecks
        ),
    )


def _less(
    limit_w: Series,
    slots: Sequence[PlannedSlot],
    power_w: Callable[[PlannedSlot], float],
) -> Series:
    """Return what a limit leaves beside the power of some slots."""
    bounds = {bound for slot in slots for bound in (slot.start_s, slot.end_s)}
    return Series(
        Span(
            start_s,
            end_s,
            max(
                0.0,
                span.value
                - math.fsum(
                    power_w(slot)
                    for slot in slots
                    if slot.start_s <= start_s < slot.end_s
                ),
            ),
        )
        for span in limit_w.spans
        for start_s, end_s in pairwise(
            sorted(
                {span.start_s, span.end_s}
                | {bound for bound in bounds if span.start_s < bound < span.end_s}
            )
        )
    )
