"""The current of one phase, for chargers that tell the sum of all phases as if it were that of one."""

from dataclasses import replace

from .meter import NO_PHASES, Measurand, Meter, Phases

_TOLERANCE = 1.1
_LEAST_A = 7.5
_USUAL_MAXIMUM_A = 32.0
CURRENT = Measurand.CURRENT_IMPORT


def shared(before: Meter, meter: Meter, limit_a: float | None, wired: int) -> Meter:
    """Return a meter whose current, the sum of several phases, is that of one.

    It is shared among the fewest phases on which the limit allows it, or those that the car was seen to use: the most that
    it can be.

    Args:
        before: the meter before the newest samples.
        meter: the meter after them.
        limit_a: the car's limit, if it has one.
        wired: the number of phases that the EVSE has.
    """
    current = meter.measurements.get(CURRENT)
    if current is None or current.phases != NO_PHASES or not current.value:
        return meter
    if current is before.measurements.get(CURRENT):
        return meter
    most_a = _USUAL_MAXIMUM_A if limit_a is None else max(limit_a, _LEAST_A)
    least = max(1, min(before.phases_in_use or 1, wired))
    fitting = (
        count
        for count in range(least, wired + 1)
        if current.value <= _TOLERANCE * most_a * count
    )
    count = next(fitting, wired)
    current_a = current.value / count
    lines = Phases(*(current_a if line < count else 0.0 for line in range(3)))
    one = current._replace(value=current_a, phases=lines)
    return replace(
        meter, measurements={**meter.measurements, CURRENT: one}, phases_in_use=count
    )
