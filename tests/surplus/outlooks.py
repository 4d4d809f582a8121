"""Outlooks in few words, for tests of plans."""

from collections.abc import Sequence
import math

from custom_components.ocpp.surplus.planning.outlook import HOUR_S, Series, Span
from custom_components.ocpp.surplus.planning.plan import Plan
from custom_components.ocpp.surplus.planning.supply import PowerRange

ELEVEN_KW = PowerRange(min_w=1380.0, max_w=11_040.0)


def hours(*values: float, start_s: float = 0.0, length_h: float = 1.0) -> Series:
    """Return a series with a new value every `length_h` hours."""
    length_s = length_h * HOUR_S
    return Series(
        Span(start_s + index * length_s, start_s + (index + 1) * length_s, value)
        for index, value in enumerate(values)
    )


def always(value: float) -> Series:
    """Return a series with one value at all times."""
    return Series([Span(-math.inf, math.inf, value)])


def times_h(plan: Plan) -> Sequence[tuple[float, float]]:
    """Return the charging times of a plan in hours, regardless of their source."""
    times: list[tuple[float, float]] = []
    for slot in plan.slots:
        start_h, end_h = slot.start_s / HOUR_S, slot.end_s / HOUR_S
        if times and abs(times[-1][1] - start_h) < 1e-6:
            times[-1] = (times[-1][0], end_h)
        else:
            times.append((start_h, end_h))
    return [(round(start_h, 2), round(end_h, 2)) for start_h, end_h in times]
