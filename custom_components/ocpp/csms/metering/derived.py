"""Power and current that are derived from the energy register, for chargers that tell nothing of them.

Nothing here was measured: the power is the rise of the register in the last half minute or so, and the current what that
amounts to on as few phases as the car's limit allows, the most that it can be on a phase.
"""

from dataclasses import replace
from datetime import datetime

from .meter import NO_PHASES, Location, Measurand, Measurement, Meter
from .register_slope import RegisterSlope, risen
from .samples import REGISTER

_RISES_BY = 1.2
"""The factor by which a power must rise for a car to have taken more phases into use."""
_NOMINAL_V, _LEAST_V = 230.0, 80.0
_USUAL_MAXIMUM_A = 32.0
_TOLERANCE = 1.1
_LEAST_CURRENT_A = 7.5

POWER, CURRENT = Measurand.POWER_ACTIVE_IMPORT, Measurand.CURRENT_IMPORT


def derive(
    before: Meter,
    meter: Meter,
    at: datetime,
    limit_a: float | None,
    wired: int,
    factor: float = 1.0,
) -> Meter:
    """Return a meter with what its register tells of power and current, while a session runs.

    Args:
        before: the meter before these samples.
        meter: the meter after them.
        at: the time of the samples by our clock.
        limit_a: the car's limit, if it has one.
        wired: the number of phases that the EVSE has.
        factor: what the register counts in, in Wh.
    """
    slope = meter.slope
    if _is_told(meter, before, POWER):
        return replace(
            meter, slope=RegisterSlope(tells_power=True), derived=frozenset()
        )
    if not slope.tells_current and _is_told(meter, before, CURRENT):
        slope = replace(slope, tells_current=True)
    register = meter.measurements.get(REGISTER)
    if register is None or register is before.measurements.get(REGISTER):
        return meter if slope is meter.slope else replace(meter, slope=slope)
    slope = risen(slope, at, register.value * factor)
    if (power_w := slope.power_w) is None:
        return meter if slope is meter.slope else replace(meter, slope=slope)
    voltage_v = _voltage_v(meter)
    slope = replace(slope, phases=_phases(before, slope, voltage_v, limit_a, wired))
    values = {POWER: power_w}
    if not slope.tells_current:
        values[CURRENT] = power_w / (voltage_v * slope.phases)
    concluded = {
        measurand: Measurement(value, NO_PHASES, Location.OUTLET, register.at)
        for measurand, value in values.items()
    }
    return replace(
        meter,
        measurements={**meter.measurements, **concluded},
        slope=slope,
        derived=frozenset(concluded),
    )


def _is_told(meter: Meter, before: Meter, measurand: Measurand) -> bool:
    """Return whether the charger itself has just told a measurand."""
    now, then = meter.measurements.get(measurand), before.measurements.get(measurand)
    return now is not None and now is not then and now.instant is not None


def _phases(
    before: Meter,
    slope: RegisterSlope,
    voltage_v: float,
    limit_a: float | None,
    wired: int,
) -> int:
    """Return the fewest phases on which the limit allows the power; no more than before unless that has risen."""
    known, power_w = slope.phases, slope.power_w or 0.0
    before_w = before.slope.power_w
    if before_w and power_w <= _RISES_BY * before_w:
        return known
    most_a = _USUAL_MAXIMUM_A if limit_a is None else max(limit_a, _LEAST_CURRENT_A)
    fitting = (
        count
        for count in range(known, wired + 1)
        if power_w <= _TOLERANCE * most_a * voltage_v * count
    )
    return next(fitting, max(known, wired))


def _voltage_v(meter: Meter) -> float:
    told_v = meter.voltage_v
    return told_v if told_v and told_v > _LEAST_V else _NOMINAL_V
