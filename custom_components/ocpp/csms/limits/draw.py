"""The draw of a car, as far as the newest message of its meter tells it."""

from dataclasses import dataclass
from datetime import datetime

from ..metering.meter import NO_PHASES, Measurand, Measurement, Meter
from .charging_profile import NOMINAL_VOLTAGE_V

_LEAST_VOLTAGE_V = 80.0
"""The least voltage that a car charges at."""


@dataclass(frozen=True, slots=True)
class Draw:
    """The draw of a car at one instant; what the message did not tell is None.

    `current_a` is that of the most loaded phase, or with `may_be_sum` perhaps that of all phases together. `power_a` is
    the current that the power amounts to on all phases that there are, the least that it can be; if it is a mean, that of
    the time from `since` until `until`. `offered_a` is what the charger says that it offers.
    """

    at: datetime
    current_a: float | None = None
    may_be_sum: bool = False
    power_a: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    offered_a: float | None = None

    @property
    def least_a(self) -> float | None:
        """The current on the most loaded phase, or else the least that it can be by the power."""
        return self.power_a if self.current_a is None else self.current_a


def draw_of(meter: Meter, wired: int) -> Draw | None:
    """Return the draw by the newest message of a meter; None where that tells nothing of it.

    What an earlier message said proves nothing about the limits of now, nor does a current that was mended, nor a register
    that has not risen since.

    Args:
        meter: the meter.
        wired: the number of phases that the EVSE has.
    """
    at = meter.sampled_at
    if at is None:
        return None
    if Measurand.CURRENT_IMPORT in meter.derived:
        current = None
    else:
        current = _of(meter, Measurand.CURRENT_IMPORT, at)
    power = _of(meter, Measurand.POWER_ACTIVE_IMPORT, at)
    offered = _of(meter, Measurand.CURRENT_OFFERED, at)
    offered_a = None if offered is None else offered.value
    if current is not None and meter.current_contradicted:
        # One of the two is wrong, and nobody knows which.
        current = power = None
    by_phase = None if power is None else _by_phase_a(power, meter)
    if current is not None:
        may_be_sum = wired > 1 and current.phases == NO_PHASES
        return Draw(at, current.value, may_be_sum, offered_a=offered_a)
    if by_phase is not None:
        return Draw(at, by_phase, offered_a=offered_a)
    if power is not None:
        power_a = power.value / (_voltage_v(meter) * wired)
        if Measurand.POWER_ACTIVE_IMPORT not in meter.derived:
            return Draw(at, power_a=power_a, offered_a=offered_a)
        if meter.slope.rises or power.value == 0:
            since, until = meter.slope.since, meter.slope.until
            return Draw(
                at, power_a=power_a, since=since, until=until, offered_a=offered_a
            )
    return None if offered_a is None else Draw(at, offered_a=offered_a)


def _of(meter: Meter, measurand: Measurand, at: datetime) -> Measurement | None:
    measurement = meter.measurements.get(measurand)
    return measurement if measurement is not None and measurement.at == at else None


def _by_phase_a(power: Measurement, meter: Meter) -> float | None:
    """Return the current of the most loaded phase by the powers of several phases."""
    powers_w = power.phases.known
    return max(powers_w) / _voltage_v(meter) if len(powers_w) > 1 else None


def _voltage_v(meter: Meter) -> float:
    told_v = meter.voltage_v
    return told_v if told_v and told_v > _LEAST_VOLTAGE_V else NOMINAL_VOLTAGE_V
