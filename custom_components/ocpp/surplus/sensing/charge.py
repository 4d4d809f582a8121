"""Common state of charge of several batteries."""

from collections.abc import Sequence
from dataclasses import replace
import math

from .told import Told

REMEMBERED_S = 2 * 3600.0
"""Time for which the last state of charge of a battery counts that is away while others are there."""


def remembered(told: Sequence[Told], before: Sequence[Told]) -> tuple[Told, ...]:
    """Return what batteries tell, and what those told last that are away."""
    if len(before) != len(told):
        return tuple(told)
    newest_s = max((each.reported_s for each in told), default=-math.inf)
    return tuple(
        last
        if each.value is None and newest_s - last.reported_s <= REMEMBERED_S
        else each
        for each, last in zip(told, before, strict=True)
    )


def common_charge(told: Sequence[Told], capacities: Sequence[float]) -> Told | None:
    """Return the mean state of charge of those that are known, weighted by capacity if each has one; None without batteries."""
    if not told:
        return None
    are_known = len(capacities) == len(told) and min(capacities) > 0
    weights = capacities if are_known else [1.0] * len(told)
    known = [
        (each.value, weight)
        for each, weight in zip(told, weights, strict=True)
        if each.value is not None
    ]
    newest = max(told, key=lambda each: each.reported_s)
    if not known:
        return replace(newest, value=None)
    total = math.fsum(weight for _, weight in known)
    percent = math.fsum(value * weight for value, weight in known) / total
    changed_s = max(each.changed_s for each in told)
    return Told(percent, newest.reported_s, changed_s)
